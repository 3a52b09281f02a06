"""The map of a group, and the public one: all that has a place, drawn, listed, told to scripts."""

from dataclasses import dataclass

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user

from wiki.groups.models import Group
from wiki.items.access import load_group
from wiki.items.models import Item, Scope
from wiki.maps import filtering, gathering, screen, signs, sketching
from wiki.maps.routes import blueprint
from wiki.templating import site_address
from wiki.throttle import address, throttle

LAYER, KIND = 1, "kind"
NEAREST = 9  # zoom at which the outlines of departments still say where one is


@dataclass
class Gathered:
    """One such map: its address, its words, what lies on it."""

    url: str
    title: str
    lead: str
    spots: list[gathering.Spot]
    group: Group | None = None


@blueprint.get("/map")
def public():
    """The public map: reports by territory, places, half-days that are for everyone."""
    return _page(_public())


@blueprint.get("/groups/<id:group_id>/map")
def of_group(group_id: int):
    """The map of a group: all that it has put somewhere."""
    return _page(_of(group_id))


@blueprint.get("/map/features.json")
def public_features():
    """The same, for the script of the screen."""
    return _told(_public)


@blueprint.get("/groups/<id:group_id>/map/features.json")
def group_features(group_id: int):
    """The same, for the script of the screen."""
    return _told(lambda: _of(group_id))


@blueprint.get("/map.svg")
def public_drawing():
    """The public map as a drawing."""
    return _drawing(_public())


@blueprint.get("/groups/<id:group_id>/map.svg")
def group_drawing(group_id: int):
    """The map of a group as a drawing."""
    return _drawing(_of(group_id))


def _public() -> Gathered:
    throttle("120 per minute", "gathered", address() if current_user.is_anonymous
             else str(current_user.id))  # fmt: skip
    # Whoever looks, as anybody from outside would: only what is for everyone, at its precision.
    found = gathering.gathered(AnonymousUserMixin(), Item.scope == Scope.PUBLIC)
    lead = _("What was done, and where help is found: touch a sign to read.")
    return Gathered("/map", _("The map of what groups show"), lead, found)


def _of(group_id: int) -> Gathered:
    group = load_group(group_id)
    found = gathering.gathered(current_user, Item.group_id == group.id)
    lead = _("Points of maps, half-days, reports by territory: all that has a place.")
    return Gathered(f"{group.url}/map", _("The map of the group"), lead, found, group)


def _page(found: Gathered) -> str:
    kinds = gathering.kinds()
    wanted, words = request.args.getlist(KIND), request.args.get("words", "")[:200].strip()
    kept = [one for one in found.spots if _is_kept(one, wanted, words)]
    count = {one["value"]: sum(s.kind == one["value"] for s in found.spots) for one in kinds}
    asked = None
    if wanted or words:
        off = [one["value"] for one in kinds if one["value"] not in wanted] if wanted else []
        asked = {"words": words, "session": "", "day": "", "off": {KIND: off}, "from": {},
                 "to": {}, "said": {}, "hidden": []}  # fmt: skip
    told = _told_to_script(found, [one for one in kinds if count[one["value"]]] or kinds, asked)
    query = request.query_string.decode("ascii", "ignore")
    return render_template(
        "maps/gathered.html", found=found, group=found.group, room="maps" if found.group else
        "site", told=told, kinds=kinds, counts=count, spots=kept[:500], kept=len(kept),
        count=len(found.spots), wanted=wanted, words=words, may_edit=False,
        drawn_at=f"{found.url}.svg" + (f"?{query}" if query else ""),
        canonical=f"{site_address()}/map" if found.group is None else None,
    )  # fmt: skip


def _told_to_script(found: Gathered, kinds: list[dict], asked: dict | None) -> dict:
    """What the screen of a map wants to know, of one that is nobody's."""
    base = {"kind": "outline", "outline": "france", "title": ""}
    return {
        "id": 0, "url": found.url, "crs": "geo", "kind": "thematic", "group": None, "view": {},
        "fields": [_question(kinds)], "bases": [base], "outlines": screen.outlines(), "steps": [],
        "isWide": False, "isStill": True, "nearest": NEAREST, "mayEdit": False,
        "mayUnlock": False, "inside": False, "precisions": {}, "words": screen.words(),
        "filters": asked, "days": {},
    }  # fmt: skip


def _is_kept(spot: gathering.Spot, wanted: list[str], words: str) -> bool:
    if wanted and spot.kind not in wanted:
        return False
    return not words or filtering.begins(gathering.words_of(spot), words)


def _question(kinds: list[dict]) -> dict:
    return {"key": KIND, "label": _("What it is"), "type": "choice", "choices": kinds,
            "required": False}  # fmt: skip


def _told(make):
    """All of it once: such a map is made anew when its page is opened."""
    layer = {
        "id": LAYER, "rank": 0, "title": "", "owner": None, "viewpoint": "", "opacity": 1,
        "render": "categories", "render_field": KIND, "locked": True, "style": {},
    }  # fmt: skip
    features = [
        {"id": one.uuid, "layer": LAYER, "geometry": one.geometry, "precision": one.precision,
         "props": {KIND: one.kind}, "title": one.title, "story": gathering.words_of(one),
         "html": one.html, "rev": 1, "session": "", "mine": False, "author": None}
        for one in ([] if request.args.get("since", "0") != "0" else make().spots)
    ]  # fmt: skip
    answer = jsonify(seq=1, layers=[layer], features=features, gone=[], truncated=False, media={})
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.add_etag()
    return answer.make_conditional(request)


def _drawing(found: Gathered) -> Response:
    wanted, words = request.args.getlist(KIND), request.args.get("words", "")[:200].strip()
    kept = [one for one in found.spots if _is_kept(one, wanted, words)]
    there = {one.kind for one in found.spots}
    shown = [one for one in gathering.kinds() if one["value"] in there]  # as the screen has them
    looks = {k["value"]: (k["colour"], signs.shape_of(k, at)) for at, k in enumerate(shown)}
    drawn = sketching.spots(found.title, [(s.uuid, s.title, s.geometry, *looks[s.kind])
                                          for s in kept[:500]])  # fmt: skip
    answer = Response(str(drawn), mimetype="image/svg+xml")
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.add_etag()
    return answer.make_conditional(request)

"""The private page of a person: no account, a long address; look, listen, agree, take back."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.consents import deciding, links, people, showing, tombstones, wording
from wiki.consents.deciding import Proof, Wish
from wiki.consents.forms import ChoiceForm
from wiki.consents.models import ALL_MEDIA, Medium, Method, Person
from wiki.consents.reckoning import Allowance, allowances
from wiki.db import db
from wiki.files import downloads, media, muting, previews
from wiki.files.models import File
from wiki.items.models import Item, Scope
from wiki.throttle import address, throttle

blueprint = Blueprint("accord", __name__)
EXCERPT = 600  # characters of a text


@dataclass
class Thing:
    """One thing the person is in, as their page shows it."""

    item: Item
    mine: Allowance
    others_agree: bool
    look: str = ""  # picture, sound, film, text or nothing
    text: str = ""
    gone_on: date | None = None  # what was refused is erased then
    inside: list["Thing"] = field(default_factory=list)  # what of them it shows, to see and hear
    seen_in: str = ""  # the title of what it is looked at in, on this page: once is enough


@blueprint.route("/accord/<token>", methods=["GET", "POST"])
def show(token: str):
    """What shows me, who sees it, and my choice about it."""
    person = _holder(token)
    form = ChoiceForm.of_request()
    form.audience.choices = [(int(word.value), word.name) for word in wording.audiences()]
    if still := request.form.get("still"):
        _still_in(person, still)
        return redirect(f"/accord/{token}", 303)
    things, contested = _things(person), people.contested(person)
    if form.was_sent_well():
        try:
            _choose(person, form, things)
            return redirect(f"/accord/{token}", 303)
        except deciding.NeedsGuardian:
            db.session.rollback()
            form.guardian.errors = [_("Write the name of the father, the mother or the guardian.")]
    page = render_template(
        "consents/door.html", person=person, group=person.group, token=token, form=form,
        things=things, contested=contested, titles=_titles(contested), words=wording,
        now_at=_widest(person, things), own_search=True,
        prints_now=any(g.prints for one in things for g in one.mine.grants.values() if g),
    )  # fmt: skip
    return page, 422 if form.errors else 200, _PRIVATE


@blueprint.get("/accord/<token>/<int:item_id>/<name>")
def look(token: str, item_id: int, name: str):
    """The picture or the sound itself, for the person who is in it."""
    things = {one.item.id: one for one in _things(_holder(token))}
    thing = things.get(item_id)
    if thing is None or not thing.look or not isinstance(thing.item, File):
        abort(404)
    path = _bytes(thing, name)
    if path is None or not path.exists():
        abort(404)
    answer: Response = downloads.send_made(path, thing.item.sha256)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


_PRIVATE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def _holder(token: str) -> Person:
    throttle("120 per minute", "private page", address())
    return links.holder(token) or abort(404)


def _things(person: Person) -> list[Thing]:
    items = {one.item_id: one.item for one in people.shown_in(person)}
    everyone = allowances(list(items))
    found, ends = [], tombstones.ends_of(person.id)
    for one in everyone:
        if one.appearance.person_id != person.id:
            continue
        others = [
            other.audience for other in everyone
            if other.appearance.item_id == one.appearance.item_id and other is not one
        ]  # fmt: skip
        agree = all(audience > Scope.DRAFT for audience in others)
        thing = Thing(items[one.appearance.item_id], one, agree)
        thing.gone_on = ends.get(thing.item.id)
        found.append(_drawn(thing))
    order = list(items)
    found.sort(key=lambda thing: order.index(thing.item.id))
    for thing in found:
        _look_inside(thing, found)
    return found


def _look_inside(thing: Thing, found: list[Thing]) -> None:
    """A portrait or a page is looked at through its pictures and its sounds that show them."""
    refused = any(scope == Scope.DRAFT for scope in thing.mine.by_medium.values())
    if isinstance(thing.item, File) or refused or not thing.others_agree:
        return
    shown = set(showing.files_shown_by([thing.item.id]))
    thing.inside = [one for one in found if one.item.id in shown and one.look and not one.seen_in]
    for one in thing.inside:
        one.seen_in = thing.item.title


def _drawn(thing: Thing) -> Thing:
    """With what may be looked at: nothing once refused, nor what another person refused."""
    refused = any(scope == Scope.DRAFT for scope in thing.mine.by_medium.values())
    if refused or not thing.others_agree:
        return thing
    if isinstance(thing.item, File):
        family = media.family_of(thing.item.blob.mime)
        thing.look = {"image": "picture", "audio": "sound", "video": "film"}.get(family or "", "")
    else:
        texts = " ".join(one.plain for one in thing.item.renderings.values()).strip()
        thing.text = texts[:EXCERPT] + ("…" if len(texts) > EXCERPT else "")
        thing.look = "text" if thing.text else ""
    return thing


def _bytes(thing: Thing, name: str):
    sha256 = thing.item.sha256
    if (thing.look, name) == ("picture", "picture"):
        return previews.path(sha256, "medium")
    if (thing.look, name) == ("sound", "sound"):
        return muting.played(thing.item, muting.EVERYONE, "audio.m4a")
    if (thing.look, name) == ("film", "film"):
        return muting.played(thing.item, muting.EVERYONE, "video.mp4")
    return None


def _choose(person: Person, form: ChoiceForm, things: list[Thing]) -> None:
    """Keep the choice, for one thing or for all; narrower never waits for anything."""
    audience = Scope(form.audience.data)
    thing = next((one for one in things if str(one.item.id) == form.item.data), None)
    if form.item.data and thing is None:
        abort(404)
    where = [thing.item.id] if thing else None
    needs_a_yes = audience > Scope.DRAFT and not _is_less(
        person, audience, [thing] if thing else things
    )
    lacks = needs_a_yes and person.minor and not form.guardian.data
    within = needs_a_yes and not lacks
    deciding.narrow(person, audience, None, item_ids=where, channel="link", within=within)
    db.session.commit()  # whatever comes of the yes
    if needs_a_yes:
        media_asked = thing.mine.appearance.media if thing else _asked(things)
        where_id = thing.item.id if thing else None
        wishes = [Wish(one, audience, where_id, form.prints.data) for one in media_asked]
        proof = Proof(Method.LINK, guardian=form.guardian.data or "")
        deciding.agree(person, wishes, proof, None, until=form.until, channel="link")
        if thing is None:  # what was agreed to besides, no farther than now, lasts as long
            deciding.renew(person, None, until=form.until, channel="link", within=True)
    db.session.commit()
    if audience == Scope.DRAFT:
        flash(_("It is done. Nobody sees it any more, except the facilitators, who take it away."))
    else:
        flash(_("It is done. Your choice is written down."))


def _still_in(person: Person, number: str) -> None:
    """Somebody is in a thing from which others took them off after their no: hidden again."""
    line = next((one for one in people.contested(person) if str(one.item_id) == number), None)
    item = db.session.get(Item, line.item_id) if line else None
    if item is None:
        abort(404)
    people.appear(person, item, Medium(line.data["media"]), None)
    deciding.narrow(person, Scope.DRAFT, None, item_ids=[item.id], channel="link")
    db.session.commit()
    flash(_("It is done. Nobody sees it any more, except the facilitators, who take it away."))


def _titles(lines: list) -> dict[int, str]:
    wanted = select(Item.id, Item.title).where(Item.id.in_([one.item_id for one in lines]))
    return dict(db.session.execute(wanted).all())


def _is_less(person: Person, audience: Scope, things: list[Thing]) -> bool:
    """Whether a minor, who says « less » alone, asks for nothing that was not agreed to before."""
    known = [scope for one in things for scope in one.mine.by_medium.values()]
    return person.minor and bool(known) and all(s is not None and s >= audience for s in known)


def _asked(things: list[Thing]) -> Medium:
    found = Medium(0)
    for thing in things:
        found |= thing.mine.appearance.media
    return found or ALL_MEDIA


def _widest(person: Person, things: list[Thing]) -> Scope | None:
    """How far what shows them goes today, at most; None when they were never asked."""
    asked = [one.mine.audience for one in things if one.mine.is_asked]
    return max(asked) if asked else None

"""The settings of a map: its words, what is asked of each point, its layers, what lies under it."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from wiki.accounts.models import COLOURS
from wiki.db import db
from wiki.files import uploads
from wiki.items import settling
from wiki.items.access import can, load
from wiki.items.forms import number_or_none
from wiki.maps import (
    fields,
    grounds,
    operations,
    own_outlines,
    pointing,
    reading,
    stepping,
    tiles,
)
from wiki.maps.formats.found import Unreadable
from wiki.maps.forms import MapForm
from wiki.maps.models import Base, Feature, Layer, Map
from wiki.maps.routes import blueprint
from wiki.markup.sanitize import clean_text
from wiki.markup.text import slugify

RENDERS = ("simple", "categories", "choropleth", "circles", "clusters", "heat")
BASES = ("blank", "image", "outline", "pmtiles", "tiles")
MOST = 40


@blueprint.route("/maps/<id:item_id>/settings", methods=["GET", "POST"])
def settings(item_id: int):
    """Change what a map is, one part at a time."""
    found = load(Map, item_id, "edit")
    form = MapForm(request.form if request.form.get("act") == "words" else None, obj=found)
    form.revision.data = form.revision.data or str(found.revision_count)
    if request.method == "GET":
        return _page(found, form)
    act = request.form.get("act", "")
    if act == "words":
        if not form.validate():
            return _page(found, form), 422
        names = ("title", "summary", "question", "map_kind", "legend")
        return _save(found, {name: form[name].data or "" for name in names})
    if act not in _ACTS and act not in _STEPS:
        abort(400)
    try:
        if act in _STEPS:
            _STEPS[act](found)
            return _moved(found, "#steps")
        return _ACTS[act](found)
    except (fields.Refused, uploads.Refused, operations.Refused) as refusal:
        db.session.rollback()
        why = str(getattr(refusal, "reason", "") or refusal)
        return _page(found, MapForm(obj=found), why), 422


@blueprint.get("/maps/<id:item_id>/edit")
def words(item_id: int):
    """Where the words of a map are changed, as those of everything else are at this address."""
    found = load(Map, item_id, "edit")
    return redirect(url_for(".settings", item_id=found.id) + "#summary")


def _save(found: Map, changes: dict):
    base = number_or_none(request.form.get("revision")) or found.revision_count
    if clash := settling.edit(found, changes, base, current_user, ""):
        return settling.page(clash, found.field_names())
    db.session.commit()
    return _done(found)


def _done(found: Map, anchor: str = ""):
    flash(_("Recorded."), "success")
    return redirect(url_for(".settings", item_id=found.id) + anchor, 303)


def _change_fields(found: Map):
    """The rows of the form, in order; a row without a label is no field."""
    kept, taken = [], set()
    known = {one["key"]: one for one in found.fields}
    for number in range(fields.MOST_FIELDS + 4):
        label = clean_text(request.form.get(f"label_{number}", ""))[:120]
        if not label or request.form.get(f"gone_{number}"):
            continue
        key = request.form.get(f"key_{number}", "")
        if key not in known:
            key = _new_key(label, taken | known.keys())
        taken.add(key)
        kept.append(
            {
                "key": key, "label": label, "type": request.form.get(f"type_{number}", "text"),
                "required": bool(request.form.get(f"required_{number}")),
                "choices": _choices(request.form.get(f"choices_{number}", ""), known.get(key),
                                    request.form.get(f"type_{number}")),
            }
        )  # fmt: skip
    return _save(found, {"fields": fields.clean(kept)})


def _choices(written: str, before: dict | None, kind: str | None) -> list[dict]:
    """One choice a line; those that were there keep their value, colour and sign."""
    known = {one["label"]: one for one in (before or {}).get("choices", [])}
    lines = [line for line in map(clean_text, written.splitlines()) if line]
    if kind == "emotion" and not lines:
        return fields.feelings()
    return [
        known.get(line) or {
            "value": line, "label": line, "colour": COLOURS[at % len(COLOURS)],
            "pattern": fields.PATTERNS[at % len(fields.PATTERNS)], "picto": "",
        }
        for at, line in enumerate(lines)
    ]  # fmt: skip


def _new_key(label: str, taken) -> str:
    stem = re.sub(r"[^a-z0-9_]", "_", slugify(label).replace("-", "_"))[:50] or "champ"
    return next(k for k in (stem, *(f"{stem}_{n}" for n in range(2, 200))) if k not in taken)


def _change_layer(found: Map):
    """One layer, or a new one."""
    number = number_or_none(request.form.get("layer"))
    if number:
        layer = reading.part_of(found, Layer, number)
        _may_rule(layer, found)
    else:
        if len(found.layers) >= MOST:
            raise operations.Refused(422, "many", _("At most %(n)s layers.", n=MOST))
        layer = Layer(map_id=found.id, owner_id=current_user.id, rank=len(found.layers), style={})
        db.session.add(layer)
    read = request.form.get
    layer.title = clean_text(read("title", ""))[:120] or _("Layer")
    layer.viewpoint = clean_text(read("viewpoint", ""))[:120]
    layer.render = read("render") if read("render") in RENDERS else "simple"
    layer.render_field = read("render_field", "")[:60]
    layer.opacity = max(0.1, min(1.0, (number_or_none(read("opacity")) or 100) / 100))
    layer.rank = number_or_none(read("rank")) or 0
    layer.locked = bool(read("locked"))
    layer.style = {
        **(layer.style or {}),
        "colour": read("colour") if read("colour") in COLOURS else "lagune",
        "pattern": read("pattern") if read("pattern") in fields.PATTERNS else "",
        "picto": re.sub(r"[^\w-]", "", read("picto", ""))[:30],
    }
    return _moved(found, "#layers")


def _my_layer(found: Map):
    """A layer of one's own, locked, to compare what each sees; made once."""
    own = next((one for one in found.layers if one.owner_id == current_user.id
                and one.viewpoint == current_user.name[:120]), None)  # fmt: skip
    if own is None:
        if len(found.layers) >= MOST:
            raise operations.Refused(422, "many", _("At most %(n)s layers.", n=MOST))
        colour = COLOURS[len(found.layers) % len(COLOURS)]
        pattern = fields.PATTERNS[len(found.layers) % len(fields.PATTERNS)]
        name = current_user.name[:120]
        own = Layer(
            map_id=found.id, owner_id=current_user.id, rank=len(found.layers), locked=True,
            title=name, viewpoint=name, style={"colour": colour, "pattern": pattern},
        )  # fmt: skip
        # Drawn as the others are: feelings stay feelings.
        if found.layers:
            own.render, own.render_field = found.layers[0].render, found.layers[0].render_field
        db.session.add(own)
        db.session.flush()
        operations.next_seq(found)
        operations.close(found, current_user)
    flash(_("Your layer is on the map: only you and the facilitators change it."), "success")
    return redirect(found.url, 303)


def _drop_layer(found: Map):
    """Take a layer away; what lies on it goes to the first one."""
    layer = reading.part_of(found, Layer, number_or_none(request.form.get("layer")))
    _may_rule(layer, found)
    others = [one for one in found.layers if one.id != layer.id]
    if not others:
        raise operations.Refused(409, "last", _("A map needs one layer."))
    seq = operations.next_seq(found)
    query = select(Feature).where(Feature.layer_id == layer.id)
    for feature in db.session.scalars(query.execution_options(populate_existing=True)):
        operations.keep_present(feature)
        feature.layer_id = others[0].id
        operations.record(feature, current_user, seq, {"layer_gone": layer.id})
    db.session.flush()
    db.session.delete(layer)
    return _moved(found, "#layers")


def _add_base(found: Map):
    """Something new under the map."""
    kind = request.form.get("kind")
    if kind not in BASES or len(found.bases) >= MOST or (
        kind == "tiles" and (not tiles.address() or found.crs == "simple")
    ):  # fmt: skip
        abort(422)
    base = Base(map_id=found.id, kind=kind, rank=len(found.bases))
    base.title = clean_text(request.form.get("title", ""))[:120]
    sent = request.files.get("file")
    if kind == "outline" and sent and sent.filename:
        _take_outline(found, base, sent)
    elif kind == "outline":
        wanted = request.form.get("outline", "")
        base.outline = wanted if wanted in _outlines() else "france"
    if kind in ("image", "pmtiles"):
        number = number_or_none(request.form.get("file_id"))
        if sent and sent.filename and kind == "image":
            number = grounds.receive(found, sent).id
        elif sent and sent.filename:
            number = uploads.receive(sent.stream, sent.filename, found.group, current_user,
                                     parent=found).id  # fmt: skip
        if not number or pointing.unknown({number}, current_user):
            raise operations.Refused(422, "invalid", _("Choose the drawing or the photo."))
        if kind == "image":
            grounds.check(number)
        if kind == "pmtiles" and (found.crs == "simple" or not tiles.is_packed(number)):
            why = _("This is no file of packed tiles (PMTiles, version 3) for a map of the globe.")
            raise operations.Refused(422, "invalid", why)
        base.file_id = number
    db.session.add(base)
    return _moved(found, "#bases")


def _take_outline(found: Map, base: Base, sent) -> None:
    """The areas of a file as what lies under a map of the globe."""
    if found.crs == "simple":
        why = _("A map on a drawing has no outline of the globe under it.")
        raise operations.Refused(422, "invalid", why)
    try:
        file = own_outlines.receive(found, sent, current_user)
    except Unreadable as error:
        raise operations.Refused(422, "invalid", str(error)) from None
    db.session.flush()
    base.file_id, base.title = file.id, base.title or file.title


def _drop_base(found: Map):
    base = reading.part_of(found, Base, number_or_none(request.form.get("base")))
    if len(found.bases) == 1:
        raise operations.Refused(409, "last", _("A map needs something under it."))
    db.session.delete(base)
    return _moved(found, "#bases")


def _lift_base(found: Map):
    """The base that shows first."""
    base = reading.part_of(found, Base, number_or_none(request.form.get("base")))
    order = [base, *(one for one in found.bases if one.id != base.id)]
    for rank, one in enumerate(order):
        one.rank = rank
    return _moved(found, "#bases")


def _moved(found: Map, anchor: str):
    """Screens that are open learn of it by the map's next number."""
    db.session.flush()
    operations.next_seq(found)
    operations.close(found, current_user)
    return _done(found, anchor)


def _may_rule(layer: Layer, found: Map) -> None:
    """A layer that is locked changes by its owner and by those who look after the group."""
    if not operations.may_write_on(layer, current_user, found):
        abort(403)


def _outlines() -> dict[str, str]:
    return {"france": _("France and its departments"), "world": _("The countries of the world")}


def _page(found: Map, form: MapForm, why: str = "") -> str:
    query = select(Feature.layer_id, func.count()).where(
        Feature.map_id == found.id, Feature.deleted_at.is_(None)
    )
    counts = dict(tuple(row) for row in db.session.execute(query.group_by(Feature.layer_id)))
    files = pointing.seen(
        {one.file_id for one in [*found.bases, *found.steps] if one.file_id}, current_user
    )
    return render_template(
        "maps/settings.html", item=found, group=found.group, room="maps", form=form, why=why,
        types=fields.TYPES, renders=RENDERS, colours=COLOURS, patterns=fields.PATTERNS,
        outlines=_outlines(), counts=counts, files=files, layers=found.layers, bases=found.bases,
        leads=can(current_user, "publish", found), steps=found.steps,
        points=stepping.on_offer(found), tiles=found.crs == "geo" and tiles.attribution(),
    )  # fmt: skip


_STEPS = {"step": stepping.change, "step-gone": stepping.drop, "step-move": stepping.move}
_ACTS = {
    "fields": _change_fields, "layer": _change_layer, "my-layer": _my_layer,
    "layer-gone": _drop_layer,
    "base": _add_base, "base-gone": _drop_base, "base-first": _lift_base,
}  # fmt: skip

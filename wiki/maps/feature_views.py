"""Features by form, for those without mouse, eyes or JavaScript: add, change, put away."""

from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.files import uploads
from wiki.items.access import can, load
from wiki.items.forms import number_or_none
from wiki.maps import fields, geometry, operations, places, pointing, reading, tracing_words
from wiki.maps.forms import FeatureForm
from wiki.maps.models import Change, Feature, Map
from wiki.maps.operations import Refused
from wiki.maps.routes import blueprint

MOST_PAST = 100


@blueprint.route("/maps/<id:item_id>/features/new", methods=["GET", "POST"])
def add(item_id: int):
    """A new feature by form."""
    return _form_page(load(Map, item_id, "edit"), None)


@blueprint.route("/maps/<id:item_id>/features/<uuid>/edit", methods=["GET", "POST"])
def edit(item_id: int, uuid: str):
    """Change a feature by form."""
    found = load(Map, item_id, "edit")
    return _form_page(found, live(found, uuid))


@blueprint.post("/maps/<id:item_id>/features/<uuid>/trash")
def put_away(item_id: int, uuid: str):
    """Put a feature in the trash of its map, with a way back."""
    found = load(Map, item_id, "edit")
    feature = live(found, uuid)
    try:
        operations.remove(found, feature.uuid, current_user)
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "warning")
        return redirect(found.url, 303)
    undo = url_for("maps.restore", item_id=found.id, uuid=feature.uuid)
    said = _("“%(title)s” is in the trash.", title=feature.title or _("Without name"))
    flash({"text": said, "undo": undo, "undo_label": _("Put back")})
    return redirect(found.url, 303)


@blueprint.get("/maps/<id:item_id>/features/<uuid>")
def feature(item_id: int, uuid: str):
    """One feature alone, with its past for those of the group."""
    found = load(Map, item_id)
    one = live(found, uuid)
    inside = reading.is_inside(found, current_user)
    past, names = (_past(one) if inside else []), {}
    if past:
        people = {change.actor_id for change in past}
        rows = db.session.execute(select(User.id, User.name).where(User.id.in_(people)))
        names = dict(tuple(row) for row in rows)
    told = reading.described(found, [one], current_user)
    return render_template(
        "maps/feature.html", item=found, group=found.group, room="maps", past=past, names=names,
        one=told["features"][0], media=told["media"], shown=fields.shown,
        pointing=fields.POINTING, may_edit=can(current_user, "edit", found)
        if current_user.is_authenticated else False,
        layer_names={layer.id: layer.title for layer in found.layers},
    )  # fmt: skip


@blueprint.get("/maps/<id:item_id>/trash")
def trash(item_id: int):
    """The features in the trash of a map, to put back."""
    found = load(Map, item_id, "edit")
    gone = select(Feature).where(Feature.map_id == found.id, Feature.deleted_at.is_not(None))
    return render_template(
        "maps/trash.html", item=found, group=found.group, room="maps",
        features=list(db.session.scalars(gone.order_by(Feature.deleted_at.desc()).limit(300))),
    )  # fmt: skip


def _form_page(found: Map, feature: Feature | None):
    layers = [one for one in found.layers if operations.may_write_on(one, current_user, found)]
    sent = request.form if request.method == "POST" else None
    form = FeatureForm.of(found, layers, feature, sent)
    uuid = feature.uuid if feature else request.form.get("uuid") or str(uuid4())
    if request.method == "POST" and form.validate():
        try:
            outcome = operations.put(found, uuid, _body(found, form, feature), current_user)
        except (Refused, geometry.Refused, uploads.Refused) as refusal:
            db.session.rollback()
            form.form_errors = [str(getattr(refusal, "reason", refusal))]
        else:
            flash(_("Recorded."), "success")
            return redirect(f"{found.url}#feature-{outcome.feature.uuid}", 303)
    held = fields.pointed(
        feature.props if feature else {}, [f["key"] for f in found.fields if f["type"] in
                                           fields.POINTING])  # fmt: skip
    page = render_template(
        "maps/feature_form.html", item=found, group=found.group, room="maps", form=form, uuid=uuid,
        feature=feature, asked=form.asked(found),
        sheet=places.size(found) if found.crs == "simple" else None,
        media=pointing.seen(set(held), current_user),
        base=request.form.get("base") or (feature.rev if feature else 0), pointed=fields.pointed,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _body(found: Map, form: FeatureForm, feature: Feature | None) -> dict:
    """What the form says, as an operation says it."""
    known = dict(feature.props or {}) if feature else {}
    asked = {one["key"] for one in found.fields}
    props = {key: value for key, value in known.items() if key not in asked}
    props |= form.props(found) | _files(found, known)
    body = {
        "base": number_or_none(request.form.get("base")) or 0, "layer": form.layer.data,
        "precision": form.precision.data, "title": form.title.data, "story": form.story.data or "",
        "session": form.session.data or "", "props": props,
    }  # fmt: skip
    where = form.where.data
    if where == "centre":
        body["geometry"] = {"type": "Point", "coordinates": places.centre(found)}
    elif where == "place":
        body["geometry"] = {"type": "Point", "coordinates": places.named(form.place.data or "")}
    elif where == "numbers":
        try:
            spot = [float(fields.number(one.data or "")) for one in (form.x, form.y)]
        except ValueError:
            raise geometry.Refused(_("Write the two coordinates as numbers.")) from None
        body["geometry"] = {"type": "Point", "coordinates": spot}
    elif where == "shape":
        body["geometry"] = tracing_words.read(form.shape.data or "", found.crs)
    elif where == "later":
        body["geometry"] = None
    return body


def _files(found: Map, known: dict) -> dict:
    """The files of each field: those kept, and the one that came with the form."""
    kept = {}
    for one in found.fields:
        if one["type"] not in ("photo", "voice", "video"):
            continue
        gone = {number_or_none(n) for n in request.form.getlist(f"gone_{one['key']}")}
        numbers = [n for n in fields.pointed(known, [one["key"]]) if n not in gone]
        sent = request.files.get(f"p_{one['key']}")
        if sent and sent.filename:
            file = uploads.receive(sent.stream, sent.filename, found.group, current_user,
                                   parent=found)  # fmt: skip
            numbers.append(file.id)
        kept[one["key"]] = numbers
    return kept


def live(found: Map, uuid: str) -> Feature:
    """A feature of a map that is not in its trash, or 404."""
    try:
        one = db.session.get(Feature, operations.read_uuid(uuid))
    except Refused:
        abort(404)
    if one is None or one.map_id != found.id or one.deleted_at is not None:
        abort(404)
    return one


def _past(one: Feature) -> list[Change]:
    query = select(Change).where(Change.feature_uuid == one.uuid)
    return list(db.session.scalars(query.order_by(Change.rev.desc()).limit(MOST_PAST)))

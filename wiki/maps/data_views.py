"""What programs and open screens ask of a map: its features, and small operations on them."""

import json

from flask import Response, jsonify, redirect, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.compression import packed
from wiki.db import db, write_turn
from wiki.items.access import load
from wiki.maps import operations, places, reading
from wiki.maps.models import Feature, Map
from wiki.maps.operations import Outcome, Refused
from wiki.maps.routes import blueprint
from wiki.throttle import throttle

LARGEST = 2_000_000  # bytes of one operation


@blueprint.get("/maps/<id:item_id>/features.json")
def features(item_id: int):
    """The features of a map, or what changed `since` an operation, or what lies in a view."""
    found = load(Map, item_id)
    since = max(0, request.args.get("since", 0, type=int) or 0)
    if since > 2**62:
        since = 0
    view = None
    if "bbox" in request.args:
        view = reading.View.of_words(request.args["bbox"], request.args.get("zoom", ""))
        if view is None:
            return _refusal(Refused(422, "invalid", _("This view cannot be read.")))
    reader = current_user._get_current_object()
    if one := request.args.get("id"):
        told = reading.one(found, reader, one)
    elif view:
        told = reading.in_view(found, reader, view)
    else:
        told = reading.changes(found, reader, since, "brief" in request.args)
    answer = Response(json.dumps(told, separators=(",", ":")), mimetype="application/json")
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.add_etag()
    return packed(answer.make_conditional(request))


@blueprint.get("/maps/places")
@login_required
def known_places():
    """The places that this site knows, as one is being typed; JSON."""
    throttle("300 per minute", "places", str(current_user.id))
    found = places.beginning(request.args.get("q", "")[:80], 8)
    return jsonify([
        {"title": one.name, "note": one.code, "lat": one.lat, "lng": one.lng} for one in found
    ])  # fmt: skip


@blueprint.put("/maps/<id:item_id>/features/<uuid>")
def put(item_id: int, uuid: str):
    """Add or change a feature; the same body twice is done once."""
    found = load(Map, item_id, "edit")
    throttle("900 per minute", "map", str(current_user.id))
    try:
        body = _body()
        with write_turn():
            outcome = operations.put(found, uuid, body, current_user._get_current_object())
    except Refused as refusal:
        return _refusal(refusal)
    return _answer(found, outcome), 201 if outcome.created else 200


@blueprint.delete("/maps/<id:item_id>/features/<uuid>")
def delete(item_id: int, uuid: str):
    """Put a feature in the trash of its map."""
    found = load(Map, item_id, "edit")
    throttle("900 per minute", "map", str(current_user.id))
    try:
        with write_turn():
            outcome = operations.remove(found, uuid, current_user)
    except Refused as refusal:
        return _refusal(refusal)
    return jsonify(rev=outcome.feature.rev, seq=outcome.seq)


@blueprint.post("/maps/<id:item_id>/features/<uuid>/restoration")
def restore(item_id: int, uuid: str):
    """Take a feature out of the trash, or back to a version of it; JSON or a form."""
    found = load(Map, item_id, "edit")
    try:
        rev = request.values.get("rev", type=int)
        outcome = operations.restore(found, uuid, current_user, rev)
    except Refused as refusal:
        return _refusal(refusal)
    if request.accept_mimetypes.accept_html and not request.is_json:
        return redirect(f"{found.url}#feature-{outcome.feature.uuid}", 303)
    return _answer(found, outcome)


def _answer(found: Map, outcome: Outcome) -> Response:
    feature: Feature = outcome.feature
    gone = feature.deleted_at is not None
    told = None if gone else reading.described(
        found, [feature], current_user._get_current_object()
    )  # fmt: skip
    return jsonify(
        rev=feature.rev, seq=outcome.seq, merged=outcome.merged, gone=gone,
        feature=told["features"][0] if told else None, media=told["media"] if told else {},
    )  # fmt: skip


def _body() -> dict:
    if (request.content_length or 0) > LARGEST:
        raise Refused(413, "too_large", _("This is too large."))
    try:
        return json.loads(request.get_data(cache=False), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(400, "invalid", _("This request could not be understood.")) from None


def _no_number(name: str):
    raise ValueError(name)


def _refusal(refusal: Refused):
    db.session.rollback()
    return jsonify(error={"code": refusal.code, "message": str(refusal)}), refusal.status

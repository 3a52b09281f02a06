"""The screens of look-alike places: the pairs, then two side by side, part by part."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.items.access import load
from wiki.items.forms import number_or_none
from wiki.maps import doubles, fields, pointing
from wiki.maps.feature_views import live
from wiki.maps.forms import PRECISIONS
from wiki.maps.models import Map
from wiki.maps.operations import Refused
from wiki.maps.routes import blueprint


@blueprint.get("/maps/<id:item_id>/doubles")
def look_alikes(item_id: int):
    """The places of a map that may be the same, two by two."""
    found = load(Map, item_id, "edit")
    return render_template(
        "maps/doubles.html", item=found, group=found.group, room="maps",
        pairs=doubles.pairs(found), is_drawing=found.crs == "simple",
    )  # fmt: skip


@blueprint.route("/maps/<id:item_id>/doubles/<uuid>/<other>", methods=["GET", "POST"])
def pair(item_id: int, uuid: str, other: str):
    """Two places side by side: make one of them, or say that they are two."""
    found = load(Map, item_id, "edit")
    if uuid == other:
        abort(404)
    one, second = live(found, uuid), live(found, other)
    if request.method == "GET":
        return _page(found, one, second)
    here = url_for(".look_alikes", item_id=found.id)
    if request.form.get("act") == "apart":
        doubles.keep_apart(found, one.uuid, second.uuid)
        db.session.commit()
        flash(_("They stay two places, and are not proposed again."), "success")
        return redirect(here, 303)
    chosen = {name.removeprefix("side."): value for name, value in request.form.items()
              if name.startswith("side.")}  # fmt: skip
    revs = [number_or_none(request.form.get(name)) for name in ("rev_one", "rev_other")]
    try:
        seq = doubles.unite(found, (one.uuid, second.uuid), chosen, revs, current_user)
    except Refused as refusal:
        db.session.rollback()
        found = load(Map, item_id, "edit")
        why = str(refusal)
        return _page(found, live(found, uuid), live(found, other), why), refusal.status
    said = _("“%(title)s” is one place now; the other one is in the trash of the map.",
             title=live(found, uuid).title)  # fmt: skip
    undo = url_for("maps.undo", item_id=found.id, n=seq)
    flash({"text": said, "undo": undo, "undo_label": _("Make two again")})
    return redirect(here, 303)


def _page(found: Map, one, other, why: str = "") -> str:
    keys = [f["key"] for f in found.fields if f["type"] in fields.POINTING]
    ids = set(fields.pointed(one.props, keys)) | set(fields.pointed(other.props, keys))
    media = pointing.seen(ids, current_user)
    return render_template(
        "maps/double.html", item=found, group=found.group, room="maps", one=one, other=other,
        rows=doubles.differences(found, one, other, media), why=why, precisions=PRECISIONS,
        media=media, pointed=fields.pointed,
    )  # fmt: skip

"""The screen of what happened on a map, with the ways back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from wiki.db import db
from wiki.items.access import can, load
from wiki.maps import reading, rewinding
from wiki.maps.models import Map
from wiki.maps.operations import Refused
from wiki.maps.routes import blueprint


@blueprint.get("/maps/<id:item_id>/changes")
def changes(item_id: int):
    """What was done on a map, for those of the group."""
    found = load(Map, item_id)
    if not reading.is_inside(found, current_user):
        abort(401 if current_user.is_anonymous else 403)
    lines = rewinding.lines(found, request.args.get("before", type=int))
    return render_template(
        "maps/changes.html", item=found, group=found.group, room="maps", lines=lines,
        may_edit=can(current_user, "edit", found), leads=can(current_user, "publish", found),
        older=lines[-1].seq if len(lines) == rewinding.AT_A_TIME else None,
    )  # fmt: skip


@blueprint.post("/maps/<id:item_id>/changes/<int:n>/undoing")
def undo(item_id: int, n: int):
    """Undo one operation."""
    return _back(load(Map, item_id, "edit"), n, rewinding.undo)


@blueprint.post("/maps/<id:item_id>/changes/<int:n>/restoration")
def rewind(item_id: int, n: int):
    """Bring the whole map back to before an operation."""
    return _back(load(Map, item_id, "edit"), n, rewinding.rewind)


def _back(found: Map, n: int, go):
    try:
        done = go(found, n, current_user)
    except Refused as refusal:
        db.session.rollback()
        abort(refusal.status)
    if done:
        flash(ngettext("One point is as it was.", "%(num)s points are as they were.", done),
              "success")  # fmt: skip
    else:
        flash(_("Nothing changed: it was already so, or somebody changed it since."))
    return redirect(url_for(".changes", item_id=found.id), 303)

"""« To read again »: what both sides changed, one by one, until nothing waits."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.archive import rereading
from wiki.archive.models import Unsettled
from wiki.db import db
from wiki.groups.models import Role
from wiki.items import history, settling
from wiki.items.access import can, load_group
from wiki.items.versions import field_names

blueprint = Blueprint("rereading", __name__)


@blueprint.app_template_global("to_reread")
def _to_reread(item) -> bool:
    """Whether a thing waits to be read again by the person looking at it."""
    extra = getattr(item, "extra", None)
    waits = isinstance(extra, dict) and extra.get("to_reread")
    if request.path.startswith("/rereading/"):
        return False
    return bool(waits and current_user.is_authenticated and can(current_user, "edit", item))


@blueprint.get("/groups/<id:group_id>/rereading")
@login_required
def index(group_id: int):
    """What waits in a group."""
    group = load_group(group_id, Role.MEMBER)
    found = [(one, rereading.words_of(one)) for one in rereading.open_of(group.id, current_user)]
    return render_template("archive/rereading.html", group=group, found=found, room="members")


@blueprint.route("/rereading/<int:number>", methods=["GET", "POST"])
@login_required
def choose(number: int):
    """Both sides of one thing, and what to keep."""
    one = db.session.get(Unsettled, number)
    if one is None or not rereading.may_settle(one, current_user):
        abort(404)
    if one.settled_at is not None:
        flash(_("Somebody has read it again already."))
        return redirect(f"/groups/{one.group_id}/rereading", 303)
    if one.sort == "text":
        return _text(one)
    sides = rereading.sides_of(one)
    if request.method == "POST":
        choice = request.form.get("choice", "")
        if choice in [side.choice for side in sides]:
            rereading.settle(one, choice, current_user._get_current_object())
            if (one.sort, choice) == ("scope", "theirs"):
                return redirect(f"/items/{one.item_id}/publication", 303)
            return _next(one)
    page = render_template(
        "archive/choose.html", one=one, item=one.item, group=one.group, room="members",
        sides=sides, words=rereading.words_of(one), missing=request.method == "POST",
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _text(one: Unsettled):
    """A text of both sides, passage by passage."""
    item, actor = one.item, current_user._get_current_object()
    base, past = one.data.get("base", 0), history.revision(item, one.data.get("theirs", 0))
    changes = history.said(item, past.data) if past else {}
    for name in ("sha256", "filename", "terms"):
        changes.pop(name, None)
    note = _("Read again after an archive came back")
    if request.method == "POST":
        clash = settling.edit(item, changes, base, actor, note)
    else:
        clash = history.put_together(item, changes, base)[1]
    if clash is not None:
        page, status = settling.page(clash, field_names(item), _sides())
        return page, 200 if request.method == "GET" else status
    rereading.close(one, actor)
    return _next(one)


def _sides() -> settling.Sides:
    return settling.Sides(
        _("The same passage was changed here and there"),
        _("Two people wrote it, one here and one on the other computer."),
        _("Nothing is lost: both versions are in the history."),
        _("From the archive"), _("Here"), _("Keep the one from the archive"),
        _("Keep the one that is here"),
    )  # fmt: skip


def _next(one: Unsettled):
    left = rereading.open_of(one.group_id, current_user)
    flash(_("It is done.") if left else _("It is done: nothing waits to be read again."))
    return redirect(f"/groups/{one.group_id}/rereading", 303)

"""« Bring an archive »: send it, read what it will do, say yes, see what became of it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from wiki import storage
from wiki.archive import bringing, values
from wiki.archive.models import Arrival
from wiki.archive.opening import largest_sent
from wiki.db import db
from wiki.files.names import clean_filename
from wiki.groups.models import Group, Role, role_in
from wiki.items.access import load_group, reaches
from wiki.items.models import Item, Scope
from wiki.markup.sanitize import clean_text
from wiki.templating import language, size
from wiki.throttle import throttle

blueprint = Blueprint("arrivals", __name__)
LISTED = 10


@blueprint.route("/archives/new", methods=["GET", "POST"])
@login_required
def new():
    """Send the archive of a group: back to that group, or to make one."""
    group = _group()
    if request.method == "GET":
        return _choose(group)
    throttle("20 per hour", "archive-import", str(current_user.id))
    sent = request.files.get("file")
    if not sent or not sent.filename:
        return _choose(group, _("Choose a file.")), 422
    made = Arrival(
        group_id=group.id if group else None, actor_id=current_user.id, joins=group is not None,
        filename=clean_filename(sent.filename), report={"lang": language()},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    storage.check_room(sent.stream.seek(0, 2))
    sent.stream.seek(0)
    sent.save(made.path)
    bringing.look.later(made.id)
    db.session.commit()
    return redirect(made.url, 303)


@blueprint.errorhandler(413)
def too_heavy(_error):
    """More than one form carries: say so on its own screen, with what to do."""
    group = db.session.get(Group, request.args.get("group", 0, type=int))
    if group and role_in(current_user, group.id) != Role.FACILITATOR:
        group = None
    why = _("This archive is heavier than %(n)s, so it was not received; it is still on your "
            "device. Do not send it again from here: give the file to who looks after the site.",
            n=size(largest_sent()))  # fmt: skip
    return _choose(group, why), 413


@blueprint.get("/archives/<int:number>")
@login_required
def show(number: int):
    """Before: what it will do. Meanwhile: how far it is. After: what became of it."""
    made = _arrival(number)
    report = made.report or {}
    return render_template("archive/arrival.html", made=made, group=made.group, room="members",
                           report=report, counts=report.get("counts", {}),
                           mine=made.actor_id == current_user.id,
                           outside=_read_outside(report) if made.state == "asking" else [],
                           made_on=values.moment(report.get("made_at")))  # fmt: skip


def _read_outside(report: dict) -> list[str]:
    """The titles of what an archive would change and others than the group read."""
    lists = report.get("lists") or {}
    changed = [number for what in ("updated", "joined") for _title, number in lists.get(what, ())]
    query = select(Item.title).where(Item.id.in_(changed), reaches(Scope.NETWORK))
    return list(db.session.scalars(query.order_by(Item.title)))


@blueprint.post("/archives/<int:number>/entry")
@login_required
def start(number: int):
    """Yes: take it in. Pressed twice, it is taken in once."""
    made = _own(number)
    if made.state == "asking":
        if not bringing.may(made):
            abort(403)
        wanted = clean_text(request.form.get("title", ""))[:120]
        made.state, made.report = "waiting", {**made.report, "wanted": wanted}
        bringing.bring.later(made.id)
        db.session.commit()
    return redirect(made.url, 303)


@blueprint.post("/archives/<int:number>/removal")
@login_required
def remove(number: int):
    """No: forget the file; nothing of it was kept."""
    made = _own(number)
    if made.state not in ("asking", "failed"):
        return redirect(made.url, 303)
    place = url_for(".new", group=made.group_id) if made.joins else url_for(".new")
    bringing.drop(made)
    db.session.commit()
    flash(_("The archive was deleted from this site. Nothing of it was kept."))
    return redirect(place, 303)


def _choose(group: Group | None, why: str = "") -> str:
    lately = select(Arrival).order_by(Arrival.id.desc()).limit(LISTED)
    if group:
        lately = lately.where(Arrival.group_id == group.id, Arrival.joins.is_(True))
    else:
        lately = lately.where(Arrival.actor_id == current_user.id, Arrival.joins.is_(False))
    command = "essaim import group FICHIER.zip" + (f" --into {group.id}" if group else "")
    return render_template(
        "archive/import.html", group=group, command=command, why=why,
        lately=db.session.scalars(lately).all(),
        largest=size(largest_sent()), room="members" if group else "groups",
    )  # fmt: skip


def _group() -> Group | None:
    """The group it comes back to, for who facilitates it; none, for who may make one."""
    wanted = request.values.get("group", type=int)
    if wanted:
        return load_group(wanted, Role.FACILITATOR)
    if not bringing.may_found(current_user):
        abort(403)
    return None


def _arrival(number: int) -> Arrival:
    """An archive that was brought: for who brought it, and whoever facilitates its group."""
    made = db.session.get(Arrival, number)
    if made is None:
        abort(404)
    if made.joins:
        load_group(made.group_id, Role.FACILITATOR)
    elif made.actor_id != current_user.id:
        abort(404)
    return made


def _own(number: int) -> Arrival:
    made = _arrival(number)
    if made.actor_id != current_user.id:
        abort(404)
    return made

"""« Take the group away »: ask for its archive, see how far it is, fetch it."""

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import func, select

from wiki.archive import making, words
from wiki.archive.models import Bundle
from wiki.db import db
from wiki.files.names import clean_filename
from wiki.groups.journal import record
from wiki.groups.models import Group, Role
from wiki.items.access import load_group, visible
from wiki.items.models import Item
from wiki.templating import language
from wiki.throttle import throttle

blueprint = Blueprint("archive", __name__)


@blueprint.get("/groups/<id:group_id>/archive")
@login_required
def show(group_id: int):
    """What the archive holds, how far it is, and the file once it is there."""
    group = load_group(group_id, Role.FACILITATOR)
    made = _mine(group)
    if made is not None and made.state == "ready" and making.is_outdated(made):
        making.drop(made)
        db.session.commit()
        made = None
    counted = select(Item.kind, func.count()).where(
        Item.group_id == group.id, visible(current_user)
    )
    counts = db.session.execute(counted.group_by(Item.kind).order_by(Item.kind))
    return render_template(
        "archive/show.html", group=group, made=made,
        counts=[words.counted(kind, number) for kind, number in counts],
    )  # fmt: skip


@blueprint.post("/groups/<id:group_id>/archive")
@login_required
def make(group_id: int):
    """Have the archive made; asking twice makes one."""
    group = load_group(group_id, Role.FACILITATOR)
    made = _mine(group)
    if made is None or not made.is_under_way:
        throttle("10 per hour", "archive", str(current_user.id))
        if made is not None:
            making.drop(made)
        made = Bundle(group_id=group.id, actor_id=current_user.id, report={"lang": language()})
        db.session.add(made)
        record("archive made", current_user, group.id)
        db.session.flush()
        making.make.later(made.id)
        db.session.commit()
    return redirect(url_for(".show", group_id=group.id), 303)


@blueprint.get("/groups/<id:group_id>/archive.zip")
@login_required
def fetch(group_id: int):
    """The file, for who asked for it, while nobody refused since."""
    group = load_group(group_id, Role.FACILITATOR)
    made = _mine(group)
    if made is None or made.state != "ready" or not made.path.exists():
        abort(404)
    if making.is_outdated(made):
        making.drop(made)
        db.session.commit()
        flash(_("Somebody changed what they agree to since. Make the archive again."), "warning")
        return redirect(url_for(".show", group_id=group.id), 303)
    name = f"{clean_filename(group.title)} {made.created_at:%Y-%m-%d}.zip"
    answer = send_file(made.path, "application/zip", as_attachment=True, download_name=name,
                       conditional=True, max_age=0)  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post("/groups/<id:group_id>/archive/removal")
@login_required
def remove(group_id: int):
    """Delete the file that waits here."""
    group = load_group(group_id, Role.FACILITATOR)
    if (made := _mine(group)) is not None and not made.is_under_way:
        making.drop(made)
        db.session.commit()
        flash(_("The archive was deleted from this site."))
    return redirect(url_for(".show", group_id=group.id), 303)


def _mine(group: Group) -> Bundle | None:
    query = select(Bundle).where(Bundle.group_id == group.id, Bundle.actor_id == current_user.id)
    return db.session.scalar(query.order_by(Bundle.id.desc()).limit(1))

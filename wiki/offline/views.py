"""« Prepare for no network »: choose what a folder holds, watch it being made, take it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from wiki import storage
from wiki.consents import printing
from wiki.consents.releases import note_leaving
from wiki.db import db, utcnow
from wiki.groups.models import Group, Role
from wiki.items.access import load_group
from wiki.items.models import Item, Scope
from wiki.markup.text import slugify
from wiki.offline import building, levels
from wiki.offline.audience import reaches, reading_as
from wiki.offline.models import Bundle
from wiki.search.views import kind_names
from wiki.templating import language, site_address, size
from wiki.throttle import throttle

blueprint = Blueprint("offline", __name__)
LISTED, OFFERED = 5, 1000


@blueprint.route("/groups/<id:group_id>/offline", methods=["GET", "POST"])
@login_required
def index(group_id: int):
    """What to take, and for whom; what was prepared lately."""
    group = _group(group_id)
    if request.method == "GET":
        return _form(group)
    throttle("20 per hour", "offline", str(current_user.id))
    reach = _reach(group)
    level = levels.LEVELS.get(request.form.get("level", ""), levels.LEVELS["voices"])
    chosen = _chosen() if request.form.get("what") == "some" else None
    ids = _readable(group, chosen, reach)
    if not ids:
        return _form(group, _("Nothing of this may be read by those you chose.")), 422
    weight = next(one for one in levels.weigh(ids) if one.level is level)
    if why := _too_much(weight.size):
        return _form(group, why), 507
    running = select(Bundle).where(
        Bundle.user_id == current_user.id,
        Bundle.group_id == group.id,
        Bundle.state.in_(("waiting", "working")),
    )
    made = db.session.scalar(running)
    if made is None:
        made = Bundle(
            group_id=group.id, user_id=current_user.id, reach=reach, level=level.name,
            chosen=chosen and sorted(set(chosen) & set(ids)), lang=language(), site=site_address(),
            booklet="asked" if "booklet" in request.form else "",
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        building.build.later(made.id)
        db.session.commit()
    return redirect(made.url, 303)


@blueprint.get("/groups/<id:group_id>/offline/<int:n>")
@login_required
def show(group_id: int, n: int):
    """How far a folder is; then the folder, and what stayed out of it."""
    made = _bundle(group_id, n)
    return render_template("offline/show.html", group=made.group, made=made, room="offline")


@blueprint.get("/groups/<id:group_id>/offline/<int:n>.zip")
@login_required
def taken(group_id: int, n: int):
    """The folder, as long as all it holds may still be read."""
    return _send(_bundle(group_id, n), "zip", "application/zip")


@blueprint.get("/groups/<id:group_id>/offline/<int:n>.pdf")
@login_required
def booklet(group_id: int, n: int):
    """The booklet that goes with it."""
    return _send(_bundle(group_id, n), "pdf", "application/pdf")


@blueprint.post("/groups/<id:group_id>/offline/<int:n>/trash")
@login_required
def erase(group_id: int, n: int):
    """Erase a folder from the server before its two days are over."""
    made = _bundle(group_id, n)
    if made.state == "working":
        abort(409)
    made.forget()
    db.session.commit()
    flash(_("The folder is erased from the site."))
    return redirect(f"/groups/{group_id}/offline", 303)


def _send(made: Bundle, ending: str, mime: str):
    path = made.path(ending)
    is_there = made.state == "ready" and (ending == "zip" or made.booklet == "ready")
    if not is_there or not path.exists():
        abort(404)
    maker = made.user
    with reading_as(made.group, made.reach, made.site, made.lang) as reader:
        gone = building.stale(made, reader, maker)
    if gone or (ending == "pdf" and printing.kept_off_since(made.holds, made.created_at)):
        made.forget()
        db.session.commit()
        return render_template("offline/withdrawn.html", group=made.group, room="offline"), 410
    if made.taken_at is None:
        found = db.session.scalars(select(Item).where(Item.id.in_(made.holds)))
        note_leaving(found, "export")
        made.taken_at = utcnow()
        db.session.commit()
    name = f"{slugify(made.group.title)[:60] or 'groupe'}.{ending}"
    answer = send_file(path, mime, as_attachment=True, download_name=name, conditional=True)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _group(group_id: int) -> Group:
    """The group, for its members on a computer of their own: what is taken stays on the disk."""
    group = load_group(group_id, Role.MEMBER)
    if current_user.device_shared:
        abort(403)
    return group


def _bundle(group_id: int, n: int) -> Bundle:
    _group(group_id)
    made = db.session.get(Bundle, n) if n < 2**31 else None
    if made is None or made.group_id != group_id or made.user_id != current_user.id:
        abort(404)
    return made


def _reach(group: Group) -> Scope:
    wanted = request.form.get("reach", "")
    allowed = {str(int(one)): one for one in reaches(current_user, group.id)}
    return allowed.get(wanted, Scope.GROUP)


def _chosen() -> list[int]:
    found = request.form.getlist("items")[:5000]
    return [int(n) for n in found if n.isascii() and n.isdigit() and len(n) < 10]


def _readable(group: Group, chosen: list[int] | None, reach: Scope) -> list[int]:
    """What those the folder is for may read of the group, and its maker too."""
    mine = building.ids_of(group.id, chosen, current_user._get_current_object())
    with reading_as(group, reach, site_address(), language()) as reader:
        return [n for n in building.ids_of(group.id, chosen, reader) if n in set(mine)]


def _too_much(needed: int) -> str:
    free = storage.free_bytes() - storage.RESERVE
    if needed > levels.LARGEST:
        return _("This would weigh %(size)s: more than a stick takes in one file. Choose a lighter "
                 "size, or fewer things.", size=size(needed))  # fmt: skip
    if needed > free:
        return _("This would weigh %(size)s and the server has %(free)s left. Nothing was made. "
                 "Choose a lighter size, or fewer things.",
                 size=size(needed), free=size(max(free, 0)))  # fmt: skip
    return ""


def _form(group: Group, why: str = "") -> str:
    ids = _readable(group, None, Scope.GROUP)
    items = db.session.execute(
        select(Item.id, Item.kind, Item.title).where(Item.id.in_(ids[:OFFERED]))
        .order_by(Item.kind, Item.position, Item.title)
    ).all()  # fmt: skip
    query = select(Bundle).where(Bundle.user_id == current_user.id, Bundle.group_id == group.id)
    return render_template(
        "offline/index.html", group=group, room="offline", weights=levels.weigh(ids), why=why,
        reaches=reaches(current_user, group.id), items=items, kinds=kind_names(), count=len(ids),
        made=list(db.session.scalars(query.order_by(Bundle.id.desc()).limit(LISTED))),
        picked=set(_chosen()), asked=request.form,
    )  # fmt: skip

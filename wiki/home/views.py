"""The public door, my day, a group's home, activity, trash, what can be added."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import func, select, update

from wiki.accounts import signing
from wiki.db import db, utcnow
from wiki.groups.joining import resting
from wiki.groups.models import Group, Membership, Role, groups_of, role_in
from wiki.home import door
from wiki.home.stream import recent
from wiki.items import emptying, writing
from wiki.items.access import groups_where, load_group, visible
from wiki.items.models import Comment, Item, PublicationRequest, Scope, Watch
from wiki.items.publication import refusals, waiting_for
from wiki.programme import agenda

blueprint = Blueprint("home", __name__)
# The rooms of a group.
KINDS = ("events", "pages", "files", "portraits", "maps", "reports", "collections", "kits")
FOR_TEAMS = ("collections", "kits", "trainings")


@blueprint.get("/")
def index():
    """My day, or the public door for a visitor."""
    if current_user.is_authenticated:
        return render_template("home/dashboard.html", room="me", **_my_day(current_user))
    if signing.first_code():
        return redirect("/setup", 303)
    return render_template("home/welcome.html", **door.welcome(current_user))


@blueprint.get("/groups/<id:group_id>")
def group(group_id: int):
    """A group's home: what is new since my last visit, its rooms, its people."""
    found = load_group(group_id)
    held = role_in(current_user, group_id)
    since = _note_visit(found) if held else None
    new = recent(current_user, group_id, 6, since=since, by_others=True) if since else []
    coming = next(iter(agenda.next_of(current_user, [found.id])), None)
    return render_template(
        "home/group.html",
        group=found,
        role=held,
        room="group",
        news=new or recent(current_user, group_id, 6),
        since=bool(new),
        rooms=_rooms(found),
        next=coming,
        off=agenda.called_off(current_user, [found.id], until=coming),
        people=found.people_for(current_user) if held else [],
        resting=resting([found.id]) if held == Role.FACILITATOR else [],
        latest=_newest(None, 6, group_id),
    )


@blueprint.get("/groups/<id:group_id>/activity")
def activity(group_id: int):
    """Everything that happened in a group, as far as I may know."""
    found = load_group(group_id)
    before = request.args.get("before", type=int)
    lines = recent(current_user, group_id, 30, before)
    return render_template("home/activity.html", group=found, room="activity", lines=lines)


@blueprint.get("/groups/<id:group_id>/trash")
@login_required
def trash(group_id: int):
    """What the group put away, and how to bring it back."""
    found = load_group(group_id, Role.MEMBER)
    query = select(Item).where(Item.group_id == found.id, Item.trashed_at.is_not(None))
    if role_in(current_user, found.id) < Role.FACILITATOR:
        query = query.where((Item.scope > Scope.DRAFT) | (Item.author_id == current_user.id))
        query = query.where(Item.ceiling.is_distinct_from(Scope.DRAFT))
    items = db.session.scalars(query.order_by(Item.trashed_at.desc()).limit(200)).all()
    leads = role_in(current_user, found.id) == Role.FACILITATOR
    return render_template("home/trash.html", group=found, items=items, leads=leads)


@blueprint.post("/groups/<id:group_id>/trash")
@login_required
def trash_group(group_id: int):
    """Delete a group with all it holds; can be undone for thirty days."""
    found = load_group(group_id, Role.FACILITATOR)
    writing.trash_group(found, current_user)
    flash({
        "text": _("« %(title)s » is deleted.", title=found.title),
        "undo": f"/groups/{found.id}/restoration",
        "undo_label": _("Bring it back"),
    })  # fmt: skip
    return redirect("/groups", 303)


@blueprint.post("/groups/<id:group_id>/trash/emptying")
@login_required
def empty_trash(group_id: int):
    """Erase for good what the group put away, without waiting."""
    found = load_group(group_id, Role.FACILITATOR)
    count = emptying.empty_trash(utcnow(), found, current_user)
    flash(ngettext("One thing erased for good.", "%(num)s things erased for good.", count))
    return redirect(f"/groups/{found.id}/trash", 303)


@blueprint.post("/groups/<id:group_id>/restoration")
@login_required
def restore_group(group_id: int):
    """Bring a deleted group back."""
    found = db.session.get(Group, group_id)
    membership = found and found.membership(current_user)
    if not membership or membership.role < Role.FACILITATOR or found.trashed_at is None:
        abort(404)
    writing.restore_group(found, current_user)
    flash(_("« %(title)s » is back.", title=found.title))
    return redirect(found.url, 303)


@blueprint.get("/add")
@login_required
def add():
    """What can be added, for those without the sheet."""
    wanted = request.args.get("group", type=int)
    mine = groups_where(current_user)
    chosen = next((g for g in mine if g.id == wanted), None)
    return render_template("home/add.html", group=chosen, groups=mine)


@blueprint.get("/healthz")
def healthz():
    """Whether the database answers, for those who watch the server."""
    db.session.execute(select(1))
    return {"status": "ok"}, 200, {"Cache-Control": "no-store"}


@blueprint.get("/styleguide")
def styleguide():
    """Every component, in development only."""
    if not (current_app.debug or current_app.testing):
        abort(404)
    return render_template("styleguide.html")


def _my_day(user) -> dict:
    mine = groups_of(user)
    return {
        "drafts": db.session.scalars(
            select(Item)
            .where(Item.author_id == user.id, Item.scope == Scope.DRAFT, visible(user))
            .order_by(Item.updated_at.desc())
            .limit(5)
        ).all(),
        "held": _held_comments(user),
        "requests": _open_requests() if user.is_editor else [],
        "wishes": waiting_for(user),
        "refusals": refusals(user=user),
        "groups": mine,
        "resting": resting([one.id for one in mine if one.role == Role.FACILITATOR]),
        "news": recent(user, limit=8),
        "followed": _followed(user),
        "today": utcnow(),
    }


def _followed(user) -> list[Item]:
    """What this person follows without having begun it, the latest changes first."""
    query = (
        select(Item)
        .join(Watch, Watch.item_id == Item.id)
        .where(
            Watch.user_id == user.id,
            visible(user),
            Item.author_id.is_distinct_from(user.id),
        )
        .order_by(Item.updated_at.desc())
        .limit(6)
    )
    return list(db.session.scalars(query))


def _held_comments(user) -> list[Comment]:
    ids = [group.id for group in groups_where(user, Role.MEMBER)]
    query = (
        select(Comment)
        .join(Item)
        .where(Item.group_id.in_(ids), visible(user), Comment.held, Comment.removed_at.is_(None))
        .order_by(Comment.id)
        .limit(5)
    )
    return list(db.session.scalars(query))


def _open_requests() -> list[PublicationRequest]:
    query = select(PublicationRequest).join(Item, Item.id == PublicationRequest.item_id)
    asked = (PublicationRequest.answered_at.is_(None), PublicationRequest.for_group.is_(False))
    query = query.where(*asked, visible(current_user))
    return list(db.session.scalars(query.order_by(PublicationRequest.id).limit(20)))


def _newest(kind: str | None, limit: int, group_id: int | None = None) -> list[Item]:
    query = select(Item).where(visible(current_user))
    if kind:
        query = query.where(Item.kind == kind)
    if group_id:
        # The agenda says when sessions are: twelve made at once would hide all the rest here.
        query = query.where(Item.group_id == group_id, Item.kind != "events")
    return list(db.session.scalars(query.order_by(Item.updated_at.desc()).limit(limit)))


def _rooms(found: Group) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(Item.kind, func.count())
        .where(Item.group_id == found.id, visible(current_user))
        .group_by(Item.kind)
    ).all()
    counts = dict(tuple(row) for row in rows)
    kinds = [*KINDS, "trainings"] if found.purpose == "training" or "trainings" in counts else KINDS
    if current_user.is_authenticated and current_user.is_participant:
        # They take part: empty, these would only be more to choose among.
        kinds = [kind for kind in kinds if kind in counts or kind not in FOR_TEAMS]
    return [(kind, counts.get(kind, 0)) for kind in kinds]


def _note_visit(found: Group):
    """When this person last came, noting that they are here again; once an hour is enough."""
    membership = found.membership(current_user)
    last, now = membership.visited_at, utcnow()
    if last is None or now - last > timedelta(hours=1):
        db.session.execute(
            update(Membership)
            .where(Membership.user_id == current_user.id, Membership.group_id == found.id)
            .values(visited_at=now)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
    return last

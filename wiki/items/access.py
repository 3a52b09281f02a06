"""Who may read and change what: three verbs, one table; every route, list and job asks here."""

from functools import cache

from flask import abort, g, has_app_context
from flask_login import current_user
from sqlalchemy import and_, bindparam, false, or_, select
from sqlalchemy.orm import joinedload

from wiki.db import db
from wiki.groups.models import Group, Membership, Role, groups_of, role_in
from wiki.items import owners
from wiki.items.models import Item, PublicationRequest, Scope

NEEDS = {
    "edit": Role.MEMBER,
    "trash": Role.MEMBER,
    "moderate": Role.MEMBER,
    "share": Role.MEMBER,
    "publish": Role.FACILITATOR,
    "cancel": Role.FACILITATOR,  # of what has an hour: everybody is told not to come
    "erase": Role.FACILITATOR,
}
LEAD = Role.FACILITATOR


def visible(user):
    """SQL: the items this user may read. Lists, search, feeds and exports all use it."""
    if user.is_anonymous:
        return shape(())
    mine = groups_of(user)
    known = g.get("visible") if has_app_context() else None
    if known and known[0] is mine and known[1] == user.id:
        return known[2]
    led = [group.id for group in mine if group.role >= LEAD]
    groups, shared = [group.id for group in mine], owners.shared_with(user)
    condition = _condition(shape_of(user), user.id, groups, led, shared)
    if has_app_context():
        # Asked for several times a page; stale as soon as the list of groups is read anew.
        g.visible = (mine, user.id, condition)
    return condition


def shape_of(user) -> tuple[bool, ...]:
    """What decides the form of `visible`, whoever the person is: few forms serve everyone."""
    if user.is_anonymous:
        return ()
    leads = any(one.role >= LEAD for one in groups_of(user))
    return bool(user.professional), leads, user.is_editor, bool(owners.shared_with(user))


@cache
def shape(form: tuple[bool, ...]):
    """`visible` for a form of reader, with the parameters that `reader` gives: made once.

    The groups are looked up by the statement itself: a list of them would be written out each time.
    """
    if not form:
        return and_(Item.trashed_at.is_(None), reaches(Scope.PUBLIC))
    mine = select(Membership.group_id).join(Group, Group.id == Membership.group_id)
    mine = mine.where(Membership.user_id == bindparam("me"), Group.trashed_at.is_(None))
    led = mine.where(Membership.role >= LEAD)
    return _condition(
        form,
        me=bindparam("me"),
        mine=mine.correlate(None),
        led=led.correlate(None),
        shared=bindparam("shared", expanding=True),
    )


def reader(user) -> dict:
    """Who reads, as the parameters of `shape`."""
    if user.is_anonymous:
        return {}
    shared = list(owners.shared_with(user))
    return {"me": user.id, "shared": shared} if shared else {"me": user.id}


def _condition(form: tuple[bool, ...], me, mine, led, shared):
    professional, leads, curates, shares = form
    allowed = or_(
        reaches(Scope.NETWORK if professional else Scope.PUBLIC),
        and_(
            Item.group_id.in_(mine),
            or_(Item.scope >= Scope.GROUP, Item.author_id == me),
            _agreed(Scope.GROUP),
        ),
        # Those who keep the group's agreements read even what is sealed: nobody else does.
        Item.group_id.in_(led) if leads else false(),
        and_(Item.id.in_(_requested()), _agreed(Scope.NETWORK)) if curates else false(),
        and_(Item.id.in_(shared), _agreed(Scope.NETWORK)) if shares else false(),
    )
    return and_(Item.trashed_at.is_(None), allowed)


def can(user, action: str, item) -> bool:
    """Whether this user may do this to an item, given the role held in its group today.

    `item` needs `group_id`, `scope` and `author_id` only, so a narrow row will do; and `id` for
    those of other groups who look after it too; and `ceiling` when it was not found by `visible`.
    """
    ceiling = getattr(item, "ceiling", None)
    shown = ceiling is None or ceiling >= Scope.NETWORK
    if shown and action in owners.MAY and getattr(item, "id", None) in owners.shared_with(user):
        return True
    role = role_in(user, item.group_id)
    if role is None or role < NEEDS[action]:
        return False
    if ceiling == Scope.DRAFT:
        return role >= LEAD
    return item.scope > Scope.DRAFT or role >= Role.FACILITATOR or item.author_id == user.id


def load(model, item_id: int, action: str | None = None):
    """The item; 404 if the reader may not know it exists, 403 if they may not do this to it.

    Someone not signed in who wants to change something is sent to sign in, whatever is there.
    """
    if action and current_user.is_anonymous:
        abort(401)
    item = db.session.scalar(
        select(model)
        .where(model.id == item_id, visible(current_user))
        .options(joinedload(model.group), joinedload(model.author))
    )
    if item is None:
        abort(404)
    if action and not can(current_user, action, item):
        abort(403)
    return item


def load_trashed(item_id: int) -> Item:
    """An item of the trash, for those who may take it out; 404 for all others."""
    if current_user.is_anonymous:
        abort(401)
    item = db.session.scalar(select(Item).where(Item.id == item_id, Item.trashed_at.is_not(None)))
    if item is None or not can(current_user, "trash", item):
        abort(404)
    return item


def load_group(group_id: int, role: Role | None = None) -> Group:
    """The group, for its members; others get 404 unless it shows them something.

    Raises 403 when a role is asked for that the reader does not hold, 401 before signing in.
    """
    if role is not None and current_user.is_anonymous:
        abort(401)
    group = db.session.get(Group, group_id)
    if group is None or group.trashed_at:
        abort(404)
    held = role_in(current_user, group_id)
    if held is None and not shows_something(group_id, current_user):
        abort(404)
    if role is not None and (held is None or held < role):
        abort(403 if held is not None else 404)
    return group


def shows_something(group_id: int, user) -> bool:
    """Whether a group has at least one item that this user may read."""
    query = select(Item.id).where(Item.group_id == group_id, visible(user)).limit(1)
    return db.session.scalar(query) is not None


def groups_where(user, role: Role = Role.MEMBER) -> list:
    """The groups in which a person holds at least this role."""
    return [group for group in groups_of(user) if group.role >= role]


def may_write_in(group) -> bool:
    """Whether the reader may put something in a group; without one, in any of theirs."""
    if current_user.is_anonymous:
        return False
    mine = groups_where(current_user)
    return any(one.id == group.id for one in mine) if group else bool(mine)


def group_to_write_in(wanted: int | None) -> Group | None:
    """The group asked for, else the reader's only one; None when a choice must be made."""
    if wanted:
        return load_group(wanted, Role.MEMBER)
    groups = groups_where(current_user)
    return load_group(groups[0].id, Role.MEMBER) if len(groups) == 1 else None


def reaches(scope: Scope):
    """SQL: shown at least this widely, also by those who appear in it."""
    return and_(Item.scope >= scope, _agreed(scope))


def _agreed(scope: Scope):
    """SQL: nobody who appears in it objects to its being shown that widely."""
    return or_(Item.ceiling.is_(None), Item.ceiling >= scope)


def _requested():
    return select(PublicationRequest.item_id).where(
        PublicationRequest.answered_at.is_(None), PublicationRequest.for_group.is_(False)
    )

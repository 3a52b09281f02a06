"""Who looks after one item without being of its group: people, and whole groups.

They may read this item at every scope and change its words and content; who reads it, the trash
and erasing stay with the group that owns it.
"""

from datetime import datetime

from flask import g, has_app_context, has_request_context, request
from sqlalchemy import ForeignKey, bindparam, event, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Remembered, UTCDateTime, db, utcnow
from wiki.groups.models import Group, Role, groups_of

MAY = frozenset({"edit"})


class CoOwner(db.Model):
    """A person, or the members of a group, who accepted to look after an item of another group."""

    __tablename__ = "co_owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User | None] = relationship()
    group: Mapped[Group | None] = relationship()


# Asked by every request of a signed-in person: made once.
_SHARED = (
    select(CoOwner.item_id)
    .where(
        or_(
            CoOwner.user_id == bindparam("me"),
            CoOwner.group_id.in_(bindparam("mine", expanding=True)),
        )
    )
    .distinct()
    .order_by(CoOwner.item_id)
)


def shared_with(user) -> tuple[int, ...]:
    """The items of other groups that this person looks after; read once a request."""
    if user.is_anonymous:
        return ()
    known = g.setdefault("shared_with", {}) if has_app_context() else {}
    mine = tuple(group.id for group in groups_of(user) if group.role >= Role.MEMBER)
    key = (user.id, mine)
    if key not in known:
        only_reads = has_request_context() and request.method in ("GET", "HEAD")
        known[key] = _remembered.get(key, lambda: _read(key)) if only_reads else _read(key)
    return known[key]


def of(item_id: int) -> list[CoOwner]:
    """Those who look after an item beside its group, in the order they came."""
    query = (
        select(CoOwner)
        .outerjoin(Group, Group.id == CoOwner.group_id)
        .outerjoin(User, User.id == CoOwner.user_id)
        .where(CoOwner.item_id == item_id, Group.trashed_at.is_(None))
        .where(User.deactivated_at.is_(None))
        .order_by(CoOwner.id)
    )
    return list(db.session.scalars(query))


def add(item_id: int, user: User | None = None, group: Group | None = None) -> bool:
    """Let a person or a group look after an item; False when they did already. Caller commits."""
    who = {"user_id": user.id if user else None, "group_id": group.id if group else None}
    if db.session.scalar(select(CoOwner.id).filter_by(item_id=item_id, **who)):
        return False
    db.session.add(CoOwner(item_id=item_id, **who))
    return True


_remembered = Remembered()


def _read(key: tuple) -> tuple[int, ...]:
    user_id, mine = key
    rows = db.session.connection().execute(_SHARED, {"me": user_id, "mine": mine or (0,)})
    return tuple(row.item_id for row in rows)


@event.listens_for(db.session, "after_flush")
def _forget(session, _context):
    """What a request knew is stale once somebody came or went."""
    changed = (*session.new, *session.dirty, *session.deleted)
    if has_app_context() and any(isinstance(row, CoOwner) for row in changed):
        g.pop("shared_with", None)
        g.pop("visible", None)

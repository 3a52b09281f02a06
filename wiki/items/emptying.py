"""What was put away is erased for good once its time in the trash is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from wiki.accounts.cards import AccessCard
from wiki.accounts.models import User, UserSession
from wiki.db import db, utcnow
from wiki.groups.joining import JoinCode
from wiki.groups.journal import record
from wiki.groups.models import Group, Invitation
from wiki.items import live
from wiki.items.models import Item
from wiki.jobs import periodic

BATCH = 50  # items a commit, so that writers hardly wait


@periodic(hour="3", minute="40")
def empty_in_time() -> None:
    """Erase what has been in the trash for ESSAIM_TRASH_DAYS, and keys that open nothing more."""
    limit = utcnow() - timedelta(days=current_app.config["TRASH_DAYS"])
    empty_trash(limit)
    purge_groups(limit)
    for kind in (UserSession, Invitation, JoinCode, AccessCard):
        db.session.execute(delete(kind).where(kind.expires_at < limit))
    db.session.commit()


def empty_trash(before: datetime, group: Group | None = None, actor: User | None = None) -> int:
    """Erase for good what was put away before a moment, perhaps in one group; how many went."""
    if group is None:
        return _erase(Item.trashed_at < before)
    return _erase(Item.trashed_at < before, Item.group_id == group.id, actor=actor)


def erase_now(ids: list[int], actor: User) -> int:
    """Erase items for good without waiting in the trash; how many went."""
    return _erase(Item.id.in_(ids), actor=actor) if ids else 0


def purge_groups(before: datetime) -> int:
    """Erase the groups deleted before a moment, with all they own; returns how many went."""
    old = db.session.scalars(select(Group).where(Group.trashed_at < before)).all()
    for group in old:
        _erase(Item.group_id == group.id)
        db.session.delete(group)
        db.session.commit()
    return len(old)


def erase_for_good(items: Iterable[Item]) -> None:
    """Erase items with all that hangs from them, and the rooms where they were written.

    The caller says so in a journal, and commits.
    """
    for item in items:
        db.session.delete(item)
    live.retire_epochs()


def _erase(*conditions, actor: User | None = None) -> int:
    """Erase the items that meet the conditions; the journal of each group says how many."""
    count = 0
    while items := db.session.scalars(select(Item).where(*conditions).limit(BATCH)).all():
        groups = [item.group_id for item in items]
        erase_for_good(items)
        for group_id in sorted(set(groups)):
            record("trash emptied", actor, group_id, count=groups.count(group_id))
        db.session.commit()
        count += len(items)
    return count

"""What a group is told of its sessions: the day before, and when one is moved or cancelled."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership
from wiki.items.models import Event, Item, Scope
from wiki.items.writing import log
from wiki.jobs import periodic
from wiki.notifications.recipients import Told, when
from wiki.programme import times
from wiki.programme.models import Dated
from wiki.programme.presence import Attendance

AHEAD = timedelta(hours=30)


@periodic(minute="35")
def remind() -> int:
    """Tell of what begins tomorrow, once; how many sessions it told of."""
    now, told = utcnow(), 0
    query = (
        select(Dated)
        .join(Group, Group.id == Dated.group_id)
        .where(
            Dated.starts_at > now, Dated.starts_at <= now + AHEAD, Dated.reminded_at.is_(None),
            Dated.cancelled.is_(False), Dated.scope > Scope.DRAFT, Dated.trashed_at.is_(None),
            Group.trashed_at.is_(None),
        )
    )  # fmt: skip
    for item in db.session.scalars(query).all():
        table = Dated.__table__
        mine = update(table).where(table.c.id == item.id, table.c.reminded_at.is_(None))
        if db.session.execute(mine.values(reminded_at=now)).rowcount:
            log("reminded", item, None, starts=times.written(item.starts_at))
            told += 1
        db.session.commit()
    return told


@when("reminded", at_once=True)
def _those_who_may_come(event: Event, item: Item) -> Iterable[Told]:
    """Who said that they cannot come is not reminded."""
    cannot = select(Attendance.user_id).where(
        Attendance.item_id == item.id, Attendance.coming.is_(False)
    )
    away = set(db.session.scalars(cannot))
    return (Told(one, "asked", "reminder") for one in _members(item) if one not in away)


@when("cancelled", "confirmed", "rescheduled", at_once=True)
def _those_who_would_come(event: Event, item: Item) -> Iterable[Told]:
    """Nobody must stand before a closed door."""
    reason = {"cancelled": "off", "confirmed": "on"}.get(event.verb, "moved")
    return (Told(one, "asked", reason) for one in _members(item))


def _members(item: Item) -> list[int]:
    query = select(Membership.user_id).where(Membership.group_id == item.group_id)
    return list(db.session.scalars(query))

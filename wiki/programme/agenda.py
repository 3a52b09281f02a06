"""What takes place, in the order of days, as far as a reader may know it: lists and months."""

from calendar import Calendar
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.db import db, utcnow
from wiki.groups.models import groups_of
from wiki.items.access import visible
from wiki.items.models import Scope
from wiki.programme import times
from wiki.programme.models import Dated

AT_A_TIME = 40
MOST_OF_A_MONTH = 400
MOST_KEPT = 1_000
SOON, MOST_OFF = timedelta(days=14), 3


class Day(NamedTuple):
    """One square of a month, with what takes place that day."""

    date: date
    inside: bool
    today: bool
    items: list[Dated]


def listed(user, group_id: int | None, past: bool, offset: int = 0) -> list[Dated]:
    """What is to come, the nearest first, or is over, the latest first; one more than a page."""
    query = _readable(user, group_id)
    if past:
        query = query.where(Dated.ends_at <= utcnow()).order_by(Dated.starts_at.desc(), Dated.id)
    else:
        query = query.where(Dated.ends_at > utcnow()).order_by(Dated.starts_at, Dated.id)
    return list(db.session.scalars(query.offset(offset).limit(AT_A_TIME + 1)))


def lately(user, group_id: int | None) -> list[Dated]:
    """What a calendar holds: a year back and all that is to come, drafts left out."""
    query = _readable(user, group_id).where(
        Dated.ends_at > utcnow() - timedelta(days=366), Dated.scope > Scope.DRAFT
    )
    kinds = [one.class_ for one in Dated.__mapper__.self_and_descendants if one.class_ is not Dated]
    query = query.options(selectin_polymorphic(Dated, kinds), selectinload(Dated.renderings))
    return list(db.session.scalars(query.order_by(Dated.starts_at, Dated.id).limit(MOST_KEPT)))


def next_of(user, group_ids: list[int], limit: int = 1) -> list[Dated]:
    """What comes next in some groups, what is cancelled left out."""
    if not group_ids:
        return []
    query = _readable(user, None).where(
        Dated.group_id.in_(group_ids), Dated.ends_at > utcnow(), Dated.cancelled.is_(False)
    )
    return list(db.session.scalars(query.order_by(Dated.starts_at, Dated.id).limit(limit)))


def called_off(user, group_ids: list[int], until: Dated | None = None) -> list[Dated]:
    """What one would come to in vain: cancelled, before the next one or within a fortnight."""
    if not group_ids:
        return []
    last = max(utcnow() + SOON, until.starts_at) if until else utcnow() + SOON
    query = _readable(user, None).where(
        Dated.group_id.in_(group_ids), Dated.ends_at > utcnow(), Dated.cancelled.is_(True),
        Dated.starts_at <= last,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Dated.starts_at, Dated.id).limit(MOST_OFF)))


def called_off_for(user) -> list[Dated]:
    """What is cancelled soon in the groups of a person."""
    return called_off(user, [group.id for group in groups_of(user)])


def next_for(user, limit: int = 2) -> list[Dated]:
    """What comes next in the groups of a person."""
    return next_of(user, [group.id for group in groups_of(user)], limit)


def latest_of(user, group_id: int, model=Dated) -> Dated | None:
    """The last session of a group, past or to come: what the following one resembles."""
    query = select(model).where(visible(user), Dated.group_id == group_id)
    return db.session.scalar(query.order_by(Dated.starts_at.desc(), Dated.id.desc()).limit(1))


def rank(user, item: Dated) -> tuple[int, int]:
    """How many sessions of a group come before one, and how many there are in all."""
    own = (visible(user), Dated.group_id == item.group_id, Dated.kind == item.kind,
           Dated.cancelled.is_(False))  # fmt: skip
    every = select(func.count()).select_from(Dated).where(*own)
    return (
        db.session.scalar(every.where(Dated.starts_at < item.starts_at)),
        db.session.scalar(every),
    )


class Tally(NamedTuple):
    """What an agenda says of an action: sessions held, their hours, the most who came at once."""

    sessions: int
    hours: int
    people: int


def tally(user, group_id: int) -> Tally:
    """What took place in a group up to now, what was cancelled left out."""
    query = select(Dated).where(
        visible(user), Dated.group_id == group_id, Dated.ends_at <= utcnow(),
        Dated.cancelled.is_(False), Dated.kind == "events",
    )  # fmt: skip
    held = db.session.scalars(query).all()
    counts = [one.get("present", 0) for item in held for one in (item.headcount or {}).values()]
    minutes = sum(item.minutes for item in held)
    return Tally(len(held), round(minutes / 60), max(counts, default=0))


def month(user, group_id: int | None, first: date) -> list[list[Day]]:
    """The weeks of a month, Monday first, with what takes place each day."""
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    zone = times.zone_of(times.site_zone())
    opened = datetime.combine(weeks[0][0], datetime.min.time(), zone).astimezone(UTC)
    closed = datetime.combine(weeks[-1][-1], datetime.max.time(), zone).astimezone(UTC)
    query = _readable(user, group_id).where(Dated.starts_at <= closed, Dated.ends_at >= opened)
    query = query.order_by(Dated.starts_at, Dated.id).limit(MOST_OF_A_MONTH)
    found: dict[date, list[Dated]] = {}
    for item in db.session.scalars(query):
        for day in _days(item, weeks[0][0], weeks[-1][-1]):
            found.setdefault(day, []).append(item)
    today = utcnow().astimezone(zone).date()
    return [
        [Day(day, day.month == first.month, day == today, found.get(day, [])) for day in week]
        for week in weeks
    ]


def month_asked(text: str | None) -> date:
    """The first day of the month that an address names (2026-12), else of the current one."""
    try:
        found = datetime.strptime((text or "").strip(), "%Y-%m").date()
        if times.FIRST_YEAR < found.year < times.LAST_YEAR:
            return found
    except ValueError:
        pass
    return utcnow().astimezone(times.zone_of(times.site_zone())).date().replace(day=1)


def around(first: date) -> tuple[date, date]:
    """The months before and after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def by_month(items: list[Dated]) -> list[tuple[date, list[Dated]]]:
    """A list cut at each month."""
    cut: list[tuple[date, list[Dated]]] = []
    for item in items:
        first = item.local_start.date().replace(day=1)
        if not cut or cut[-1][0] != first:
            cut.append((first, []))
        cut[-1][1].append(item)
    return cut


def _readable(user, group_id: int | None):
    query = select(Dated).where(visible(user)).options(joinedload(Dated.group))
    return query.where(and_(Dated.group_id == group_id)) if group_id else query


def _days(item: Dated, first: date, last: date):
    day, end = max(item.local_start.date(), first), min(item.local_end.date(), last)
    while day <= end:
        yield day
        day += timedelta(days=1)

"""The end of agreements: asked for again 90, 30 and 7 days before, also by letter, then less.

The first request of each day settles what ended, so that nothing is shown a day too long, even
where no worker runs; the job does the same by the clock.
"""

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.consents import letters, people, register, showing
from wiki.consents.models import Appearance, Grant, Person
from wiki.consents.reckoning import settle
from wiki.db import db, utcnow
from wiki.groups.journal import record
from wiki.items.models import Item, Scope
from wiki.items.writing import log
from wiki.jobs import job, periodic

STEPS = (90, 30, 7)  # days before the end


def once_a_day() -> None:
    """Settle what ended, at the first request of a day."""
    today, known = utcnow().date(), current_app.extensions
    if known.get("agreements_of") == today:
        return
    before, known["agreements_of"] = known.get("agreements_of"), today
    try:
        narrow_late(today)
        bring_all()
    except BaseException:
        known["agreements_of"] = before
        db.session.rollback()
        raise


@periodic(hour="0", minute="1", sweep=True)
@job(retries=2)
def end_late() -> None:
    """Narrow to the group what nobody renewed, and note what ends soon. Commits."""
    today = utcnow().date()
    narrow_late(today)
    bring_all()
    if _ask_again(today):
        db.session.commit()


def narrow_late(today) -> None:
    """Narrow to the group what nobody renewed. Commits, when there is anything."""
    late = select(Grant).where(
        Grant.ended_at.is_(None), Grant.expires_on < today, Grant.audience > Scope.GROUP,
        Grant.reminded.is_distinct_from(0),
    )  # fmt: skip
    by_person: dict[int, list[Grant]] = {}
    for grant in db.session.scalars(late.order_by(Grant.person_id)):
        by_person.setdefault(grant.person_id, []).append(grant)
    for person_id, grants in by_person.items():
        _end(db.session.get(Person, person_id), grants)
    if by_person:
        db.session.commit()


def bring_all() -> None:
    """Mark who appears on what shows a file on the file too, where that was never done. Commits."""
    if brought := showing.bring():
        settle(brought)
        db.session.commit()


def _end(person: Person, grants: list[Grant]) -> None:
    people.lock([person.id])
    for grant in grants:
        grant.reminded = 0
    register.note(person, "expired", None, "clock")
    ids = select(Appearance.item_id).where(Appearance.person_id == person.id)
    for change in settle(db.session.scalars(ids)):
        log("consent changed", db.session.get(Item, change.item_id), None)


def _ask_again(today) -> bool:
    """A line in the register and the group's journal, and letters, at each step; whether any."""
    soon = select(Grant).where(
        Grant.ended_at.is_(None), Grant.audience > Scope.DRAFT, Grant.expires_on >= today,
        Grant.expires_on <= today + timedelta(days=STEPS[0]),
    )  # fmt: skip
    told: dict[int, date] = {}
    changed = False
    for grant in db.session.scalars(soon.order_by(Grant.expires_on)).all():
        left = (grant.expires_on - today).days
        step = min(days for days in STEPS if left <= days)
        if grant.reminded == step:
            continue
        grant.reminded, changed = step, True
        person = db.session.get(Person, grant.person_id)
        if person.id not in told:
            told[person.id] = grant.expires_on
            register.note(person, "asked again", None, "clock", days=left)
            record("agreement ends", None, person.group_id, person=person.id, days=left)
    letters.tell(told)
    return changed


def soon_of(group_ids: list[int]) -> list[tuple[Person, date]]:
    """The people whose agreement ends within 90 days, the nearest end first."""
    today = utcnow().date()
    nearest = db.func.min(Grant.expires_on).label("day")
    query = (
        select(Grant.person_id, nearest)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Person.group_id.in_(group_ids), Grant.ended_at.is_(None), Grant.audience > Scope.DRAFT,
            Grant.expires_on <= today + timedelta(days=STEPS[0]),
        )
        .group_by(Grant.person_id)
        .order_by(nearest, Grant.person_id)
        .limit(50)
    )  # fmt: skip
    days = dict(tuple(row) for row in db.session.execute(query))
    people_of = select(Person).where(Person.id.in_(days)).options(joinedload(Person.group))
    known = {person.id: person for person in db.session.scalars(people_of)}
    return [(known[number], day) for number, day in days.items()]

"""Letters before an agreement ends: to those who facilitate the group, and to the person."""

import re
from datetime import date

from flask import current_app
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.consents import links
from wiki.consents.models import Grant, Person
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.items.models import Scope
from wiki.mail import Letter, composer, link, post, post_composed, write
from wiki.notifications.letters import stop_token
from wiki.notifications.models import cadences

TOPIC = "asked"  # what a person turns off on the screen of their letters
_ADDRESS = re.compile(r"[^\s<>,;:()\"@]+@[^\s<>,;:()\"@]+\.[^\s<>,;:()\"@.]{2,}")


def tell(ending: dict[int, date]) -> int:
    """One letter to each facilitator, one to each person who can be written to; how many.

    `ending`: people, and the day on which what they agreed to ends. The caller commits.
    """
    people = db.session.scalars(select(Person).where(Person.id.in_(ending))).all()
    by_group: dict[int, list[int]] = {}
    for person in people:
        by_group.setdefault(person.group_id, []).append(person.id)
    count = sum(_tell_group(group_id, ids) for group_id, ids in by_group.items())
    return count + sum(_tell_person(person, ending[person.id]) for person in people)


@composer("agreements")
def compose(to: str, user: int, group: int, people: list[int]) -> Letter | None:
    """Whom to ask again, as far as it is still so; None when nobody is left, or no right."""
    reader, found = db.session.get(User, user), db.session.get(Group, group)
    if reader is None or reader.email != to or reader not in _facilitators(found):
        return None
    days = ends_of(people)
    rows = [(db.session.get(Person, number), day) for number, day in days.items()]
    if not rows:
        return None
    lang = reader.lang or current_app.config["LANGUAGE"]
    stop = link("notifications.stop", token=stop_token(user, [TOPIC]))
    return write("agreements", lang, unsubscribe=stop, reader=reader, group=found, rows=rows)


def address_of(person: Person) -> str | None:
    """The e-mail address among the ways to reach somebody, or who answers for them."""
    found = _ADDRESS.search(person.contact or "")
    return found[0].lower() if found else None


def ends_of(people: list[int]) -> dict[int, date]:
    """The nearest end of what these people agreed to beyond the group, for who has one."""
    query = (
        select(Grant.person_id, db.func.min(Grant.expires_on))
        .where(
            Grant.person_id.in_(people), Grant.ended_at.is_(None), Grant.audience > Scope.DRAFT,
            Grant.reminded.is_not(None), Grant.expires_on >= utcnow().date(),
        )
        .group_by(Grant.person_id)
        .order_by(db.func.min(Grant.expires_on), Grant.person_id)
    )  # fmt: skip
    return dict(tuple(row) for row in db.session.execute(query))


def _tell_group(group_id: int, people: list[int]) -> int:
    group = db.session.get(Group, group_id)
    wanting = [one for one in _facilitators(group) if cadences(one.id)[TOPIC] != "never"]
    for one in wanting:
        post_composed(one.email, "agreements", group.title, user=one.id, group=group_id,
                      people=sorted(people))  # fmt: skip
    return len(wanting)


def _tell_person(person: Person, day: date) -> int:
    """The person alone gets the key to their own page; it works as the one given on paper."""
    address = address_of(person)
    if address is None or person.group.trashed_at is not None:
        return 0
    post(address, "agreement_ending", current_app.config["LANGUAGE"], person=person, day=day,
         group=person.group, token=links.make(person, None))  # fmt: skip
    return 1


def _facilitators(group: Group | None) -> list[User]:
    if group is None or group.trashed_at is not None:
        return []
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == group.id, Membership.role == Role.FACILITATOR)
    )
    return [one for one in db.session.scalars(query) if one.is_active and one.email]

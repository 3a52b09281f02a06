"""The register: what each person said, when, how; lines are added, never changed."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.consents.models import Appearance, Consent, ConsentEvent, Medium, Person
from wiki.consents.reckoning import allowances, reach, standing
from wiki.db import db, utcnow
from wiki.items.models import Item, Scope


class Row(NamedTuple):
    """One line of the group's register: a person, in one thing or in general."""

    person: Person
    item: Item | None
    media: Medium
    audience: Scope
    is_asked: bool
    until: date | None
    consent: Consent | None


def note(
    person: Person, verb: str, actor: User | None, channel: str = "screen", *, item_id=None, **data
) -> None:
    """Add a line, in the transaction of what it tells; the caller commits."""
    db.session.add(
        ConsentEvent(
            group_id=person.group_id, person_id=person.id, verb=verb, channel=channel,
            actor_id=actor.id if actor else None, item_id=item_id, data=data,
        )
    )  # fmt: skip


def lines_of(person: Person) -> list[ConsentEvent]:
    """All that happened, the latest first; a choice is one line, whatever it changed."""
    query = select(ConsentEvent).where(ConsentEvent.person_id == person.id)
    found = db.session.scalars(query.order_by(ConsentEvent.id.desc()))
    return [line for line in found if not line.data.get("within")]


def rows(group_id: int) -> list[Row]:
    """Everyone a group shows, in what, how far, until when, and what proves it."""
    people = db.session.scalars(
        select(Person).where(Person.group_id == group_id).order_by(Person.shown_name, Person.id)
    ).all()
    shown = db.session.execute(
        select(Appearance.item_id, Item)
        .join(Person, Person.id == Appearance.person_id)
        .join(Item, Item.id == Appearance.item_id)
        .where(Person.group_id == group_id, Item.trashed_at.is_(None))
    ).all()
    items = {row.item_id: row.Item for row in shown}
    found: dict[int, list[Row]] = {person.id: [] for person in people}
    for one in allowances(sorted(items)):
        person, item = one.appearance.person, items[one.appearance.item_id]
        if person.id in found:
            found[person.id].append(
                Row(person, item, one.appearance.media, one.audience, one.is_asked, one.until,
                    one.consent)
            )  # fmt: skip
    general = standing(found)
    for person in people:
        found[person.id] = found[person.id] or _in_general(person, general[person.id])
    return [row for person in people for row in found[person.id]]


def _in_general(person: Person, grants: list) -> list[Row]:
    """What somebody said before anything was made: by how far it goes."""
    today, said = utcnow().date(), {}
    for grant, _guardian in grants:
        if grant.item_id is None:
            audience = reach(grant, today)
            media, until, consent = said.get(audience, (Medium(0), None, None))
            until = min(until or grant.expires_on, grant.expires_on)
            said[audience] = (media | grant.medium, until, consent or grant.consent)
    if not said:
        return [Row(person, None, Medium(0), Scope.DRAFT, False, None, None)]
    return [
        Row(person, None, media, audience, True, until if audience else None, consent)
        for audience, (media, until, consent) in sorted(said.items(), reverse=True)
    ]

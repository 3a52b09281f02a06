"""The register: what each person said, when, how; lines are added, never changed."""

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.consents.models import ConsentEvent, Person
from wiki.db import db


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
    """All that happened, the latest first."""
    query = select(ConsentEvent).where(ConsentEvent.person_id == person.id)
    return list(db.session.scalars(query.order_by(ConsentEvent.id.desc())))

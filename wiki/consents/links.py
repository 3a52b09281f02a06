"""The private address of a person: long, shown once, closed at will; only its hash is kept."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from wiki.accounts.models import User, hash_token
from wiki.consents import register
from wiki.consents.models import ConsentLink, Person
from wiki.db import db, utcnow
from wiki.groups.models import Group


def make(person: Person, actor: User | None) -> str:
    """A new address beside those already given on paper; the caller commits."""
    token = secrets.token_urlsafe(20)
    link = ConsentLink(person_id=person.id, token_hash=hash_token(token))
    link.made_by_id = actor.id if actor else None
    db.session.add(link)
    register.note(person, "link made", actor)
    return token


def holder(token: str) -> Person | None:
    """The person whom an address is for, while it is open; notes the day of use."""
    row = db.session.scalar(
        select(ConsentLink)
        .join(Person, Person.id == ConsentLink.person_id)
        .join(Group, Group.id == Person.group_id)
        .where(
            ConsentLink.token_hash == hash_token(token[:100]),
            ConsentLink.revoked_at.is_(None),
            Group.trashed_at.is_(None),
        )
    )
    if row is None:
        return None
    if row.used_at is None or utcnow() - row.used_at > timedelta(hours=1):
        row.used_at = utcnow()
        db.session.commit()
    return row.person


def open_of(person: Person) -> list[ConsentLink]:
    """The addresses that still open."""
    query = select(ConsentLink).where(
        ConsentLink.person_id == person.id, ConsentLink.revoked_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(ConsentLink.id.desc())))


def close(person: Person, actor: User | None) -> None:
    """Close them all, a paper being lost; the caller commits."""
    db.session.execute(
        update(ConsentLink)
        .where(ConsentLink.person_id == person.id, ConsentLink.revoked_at.is_(None))
        .values(revoked_at=utcnow())
    )
    register.note(person, "link closed", actor)

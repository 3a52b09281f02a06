"""What was withdrawn must not come back, by a copy or with old bytes: its numbers and hashes."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select

from wiki.consents.models import Person, Tombstone
from wiki.consents.reckoning import allowances
from wiki.db import db, utcnow
from wiki.files.models import File, FileVersion
from wiki.items.models import Item, Scope

# What a person is the whole of, erased in the end. A text where they are one among others stays
# sealed, until its group has taken their words out of it.
ERASED = ("files", "portraits")
KEPT = timedelta(days=30)  # a change of mind, or a blurred picture, is possible until then


class Refused(NamedTuple):
    """Somebody who said no, what of them is still kept, and when the first of it is erased."""

    person: Person
    count: int
    first: datetime | None


def follow(person: Person, item_ids: list[int]) -> None:
    """Raise a stone over what the person now refuses, lift it where they agree again.

    In the transaction of the decision; the caller commits.
    """
    refused = {
        one.appearance.item_id
        for one in allowances(item_ids)
        if one.appearance.person_id == person.id
        and one.is_asked
        and any(scope == Scope.DRAFT for scope in one.by_medium.values())
    }
    standing = select(Tombstone).where(
        Tombstone.person_id == person.id, Tombstone.lifted_at.is_(None)
    )
    stones = list(db.session.scalars(standing.where(Tombstone.purged_at.is_(None))))
    for stone in stones:
        if stone.item_id not in refused:
            stone.lifted_at = utcnow()
    known = {stone.item_id for stone in stones}
    for item in db.session.scalars(select(Item).where(Item.id.in_(refused - known))):
        db.session.add_all(_stones(item, person))


def ends_of(person_id: int) -> dict[int, date]:
    """What somebody refused and will be erased, by number, with the day on which each is erased."""
    query = (
        select(Tombstone.item_id, Tombstone.purge_at)
        .join(Item, Item.id == Tombstone.item_id)
        .where(
            Tombstone.person_id == person_id, Tombstone.lifted_at.is_(None),
            Tombstone.purge_at.is_not(None), Item.kind.in_(ERASED),
        )
    )  # fmt: skip
    return {item_id: moment.date() for item_id, moment in db.session.execute(query)}


def awaiting(group_ids: list[int]) -> list[Refused]:
    """Who said no to what these groups still keep: how many things, and when the first goes."""
    erased = case((Item.kind.in_(ERASED), Tombstone.purge_at))
    query = (
        select(
            Person, func.count(Tombstone.item_id.distinct()), func.min(erased).label("first")
        )
        .join(Tombstone, Tombstone.person_id == Person.id)
        .join(Item, Item.id == Tombstone.item_id)
        .where(
            Person.group_id.in_(group_ids), Tombstone.lifted_at.is_(None),
            Tombstone.purged_at.is_(None), Item.trashed_at.is_(None),
        )
        .group_by(Person.id)
        .order_by(func.min(Tombstone.purge_at), Person.id)
        .limit(50)
    )  # fmt: skip
    return [Refused(*row) for row in db.session.execute(query)]


def lift(person_id: int, item_id: int) -> None:
    """What a person refused is no longer in an item. The caller commits."""
    query = select(Tombstone).where(
        Tombstone.person_id == person_id,
        Tombstone.item_id == item_id,
        Tombstone.lifted_at.is_(None),
    )
    for stone in db.session.scalars(query):
        stone.lifted_at = utcnow()


def lift_purged(person: Person) -> None:
    """Somebody agrees again: what was erased may be sent anew. The caller commits."""
    query = select(Tombstone).where(
        Tombstone.person_id == person.id,
        Tombstone.purged_at.is_not(None),
        Tombstone.lifted_at.is_(None),
    )
    for stone in db.session.scalars(query):
        stone.lifted_at = utcnow()


def _stones(item: Item, person: Person) -> list[Tombstone]:
    now = utcnow()
    hashes: set[str | None] = {None}
    if isinstance(item, File):
        query = select(FileVersion.sha256, FileVersion.original_sha256)
        rows = db.session.execute(query.where(FileVersion.file_id == item.id)).all()
        hashes = {name for row in rows for name in row if name} or hashes
    return [
        Tombstone(
            group_id=item.group_id, person_id=person.id, item_id=item.id, sha256=name,
            created_at=now, purge_at=now + KEPT,
        )
        for name in sorted(hashes, key=str)
    ]  # fmt: skip

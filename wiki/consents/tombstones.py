"""What was withdrawn must not come back, by a copy or with old bytes: its numbers and hashes."""

from datetime import timedelta

from sqlalchemy import select

from wiki.consents.models import Person, Tombstone
from wiki.consents.reckoning import allowances
from wiki.db import db, utcnow
from wiki.files.models import File, FileVersion
from wiki.items.models import Item, Scope

KEPT = timedelta(days=30)  # a change of mind, or a blurred picture, is possible until then


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

"""Thirty days after a withdrawal, the picture or the recording is erased for good."""

from sqlalchemy import select

from wiki.consents import register
from wiki.consents.models import Person, Tombstone
from wiki.consents.tombstones import ERASED
from wiki.db import db, utcnow
from wiki.items import emptying
from wiki.items.models import Item
from wiki.jobs import job, periodic


@periodic(hour="3", minute="50")
@job(retries=2)
def erase_in_time() -> int:
    """Erase what was withdrawn and kept long enough; how many items went. Commits."""
    now, count = utcnow(), 0
    due = select(Tombstone).where(
        Tombstone.lifted_at.is_(None), Tombstone.purged_at.is_(None), Tombstone.purge_at <= now
    )
    stones: dict[int, list[Tombstone]] = {}
    for stone in db.session.scalars(due.order_by(Tombstone.item_id)):
        stones.setdefault(stone.item_id, []).append(stone)
    for item_id, those in stones.items():
        item = db.session.get(Item, item_id)
        if item is not None and item.kind in ERASED:
            _note(item, those)
            emptying.erase_for_good([item])
            count += 1
        for stone in those:
            # A text is asked about again when it, or the choice, changes.
            stone.purged_at = now if item is None or item.kind in ERASED else None
            stone.purge_at = stone.purge_at if stone.purged_at else None
        db.session.commit()
    return count


def _note(item: Item, stones: list[Tombstone]) -> None:
    for person_id in {stone.person_id for stone in stones}:
        person = db.session.get(Person, person_id) if person_id else None
        if person is not None:
            register.note(person, "erased", None, "clock", item_id=item.id)

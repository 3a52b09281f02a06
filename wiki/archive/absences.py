"""What is no longer on one side: put in the trash there, gone here, refused by somebody."""

from datetime import datetime

from sqlalchemy import select

from wiki.consents.models import Tombstone
from wiki.db import db
from wiki.items.models import Item, Revision
from wiki.items.writing import log


def leave_out(joining) -> None:
    """Take out of what comes in: what somebody refused here, and what was deleted here for good.

    What was deleted here and changed there since comes back, in the trash, for somebody to say.
    """
    heads = _heads(joining.rows["revision"])
    refused = _refused([one.number for one in joining.mine.values() if one.number])
    out, joining.back = set(), {}
    for number, row in joining.identities.items():
        mine = joining.mine.get(row["uid"])
        if number is None or mine is None:
            continue
        if mine.number in refused:
            out.add(number)
            joining.counts["withdrawn"] += 1
        elif mine.item_id is None:
            since, head = row["met_at"] or mine.met_at, heads.get(number)
            if head is None or (since is not None and head <= since):
                out.add(number)
            else:
                joining.back[number] = head.isoformat()
    joining.here = {number: here for number, here in joining.here.items() if number not in out}
    joining._leave_out(out)


def follow(joining) -> None:
    """Put in the trash what was put there on the other side; ask where it was changed here."""
    for number, key in joining.back.items():
        if number in joining.new:
            joining.clash("deleted here", joining.new[number], key)
    for row in joining.rows["archive_identity"]:
        mine = joining.mine.get(row["uid"])
        if row["item_id"] is not None or mine is None or mine.item_id is None:
            continue
        key = (row["gone_at"] or joining.made_at).isoformat()
        if joining.is_asked(mine.item_id, "deleted there", key):
            continue
        item = db.session.get(Item, mine.item_id)
        if item is not None and not item.is_trashed:
            _gone(joining, item, row["met_at"] or mine.met_at, key)


def _gone(joining, item: Item, since: datetime | None, key: str) -> None:
    changed = _last_change(item.id)
    joining.known.titles[item.id] = item.title
    if since is None or (changed is not None and changed > since):
        joining.clash("deleted there", item.id, key)
        return
    joining.tell("deleted", item.title, item.id)
    joining.clash("deleted there", item.id, key, settled=True)
    if not joining.dry:
        item.trashed_at = joining.now
        log("trashed", item, joining.actor)


def _last_change(item_id: int) -> datetime | None:

    last = select(Revision.created_at).where(Revision.item_id == item_id)
    return db.session.scalar(last.order_by(Revision.number.desc()).limit(1))


def _heads(rows: list[dict]) -> dict[int, datetime]:
    """When each thing was last saved there."""
    found: dict[int, datetime] = {}
    for row in rows:
        found[row["item_id"]] = max(row["created_at"], found.get(row["item_id"], row["created_at"]))
    return found


def _refused(numbers: list[int]) -> set[int]:
    """Of these numbers, the things that somebody refused here."""
    found: set[int] = set()
    for start in range(0, len(numbers), 400):
        some = Tombstone.item_id.in_(numbers[start : start + 400])
        query = select(Tombstone.item_id).where(Tombstone.lifted_at.is_(None), some)
        found |= set(db.session.scalars(query))
    return found

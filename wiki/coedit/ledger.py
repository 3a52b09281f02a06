"""What the rooms ask of the database, from threads: each call is one unit of work."""

from typing import NamedTuple

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.coedit.door import first_name
from wiki.db import db
from wiki.items import folding, live
from wiki.items.live import Gone, Room, State
from wiki.items.models import Item, Revision
from wiki.templating import isodate

GONE = "gone"


class Facts(NamedTuple):
    """What the database says of a room."""

    epoch: int
    trashed: bool
    news: list[tuple[int, bytes]]
    saved: dict | None  # what somebody saved otherwise and just entered the room


def enter(app, item_id: int, field: str) -> tuple[State, bool]:
    """A room, and whether it holds something that is in no revision yet; raises Gone."""
    with app.app_context():
        item = db.session.get(Item, item_id)
        if item is None or item.trashed_at:
            raise Gone(field)
        return folding.enter(item, field), live.is_written(item_id)


def write(app, orders: list[tuple[int, int, int, list]]) -> list:
    """Put the changes of several rooms into their logs, in one commit.

    An order is (room, epoch, the number the room knows up to, changes with their writers). Gives
    for each (number of its last change, changes by others that came before them), or GONE.
    """
    with app.app_context(), db.engine.begin() as connection:
        return [_written(connection, *order) for order in orders]


def fold(app, item_id: int) -> dict | None:
    """Make a revision of what was written together: its number and moment, or None."""
    with app.app_context():
        item = db.session.get(Item, item_id)
        revision = folding.fold(item) if item else None
        if revision is None:
            return None
        return {"revision": revision.number, "at": isodate(revision.created_at)}


def compare(app, rooms: list[tuple[int, int]]) -> dict[int, Facts]:
    """What became of rooms, given the number each knows up to; outside changes enter them first."""
    with app.app_context():
        query = (
            select(Room.id, Room.item_id, Room.epoch, Room.seq, Room.base, Item.revision_count,
                   Item.trashed_at)
            .join(Item, Item.id == Room.item_id)
            .where(Room.id.in_([room_id for room_id, _seq in rooms]))
        )  # fmt: skip
        rows = db.session.execute(query).all()
        behind = {row.item_id: row.base for row in rows if row.base != row.revision_count}
        for item_id in behind:
            folding.catch_up(item_id)
        known = dict(rooms)
        connection = db.session.connection()
        found = {}
        for row in rows:
            moved = row.seq > known[row.id] or row.item_id in behind
            news = live.since(connection, row.id, known[row.id]) if moved else []
            saved = _saved(row.item_id, row.base) if row.item_id in behind else None
            found[row.id] = Facts(row.epoch, row.trashed_at is not None, news, saved)
        return found


def _saved(item_id: int, base: int) -> dict | None:
    """The last version that somebody made since a number: who, when, with what word."""
    query = select(Revision.number, Revision.note, Revision.created_at, User.id, User.name)
    query = query.outerjoin(User, User.id == Revision.actor_id)
    query = query.where(Revision.item_id == item_id, Revision.number > base)
    row = db.session.execute(query.order_by(Revision.number.desc()).limit(1)).first()
    if row is None:
        return None
    by = {"id": row.id, "name": first_name(row.name)} if row.id else None
    return {"revision": row.number, "at": isodate(row.created_at), "by": by, "note": row.note}


def _written(connection, room_id: int, epoch: int, known: int, rows: list):
    if not rows:
        return known, []
    try:
        last = live.append(connection, room_id, epoch, rows)
    except Gone:
        return GONE
    first = last - len(rows) + 1
    if first == known + 1:
        return last, []
    return last, [row for row in live.since(connection, room_id, known) if row[0] < first]

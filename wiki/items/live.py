"""Texts that several people write at the same moment: their log, and how it meets the revisions.

The log in the database is the truth; the documents held in memory by `coedit` follow it. Every
update has a number in its room. What is saved otherwise (a form, the API, an import, an old
version brought back) is put together with the text being written and enters the same log; what
was written together becomes a revision when it is folded. Both happen under the room's lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.accounts.models import SiteNote
from wiki.db import UTCDateTime, db, utcnow
from wiki.items import documents
from wiki.items.models import Item

_EPOCH = "live_epoch"
_listeners: list[Callable[[set[int]], None]] = []


class Room(db.Model):
    """A text of an item as it is being written: how far its log goes, and what it contains."""

    __tablename__ = "live_room"
    __table_args__ = (UniqueConstraint("item_id", "field"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(80))
    epoch: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(default=0)
    base: Mapped[int] = mapped_column(default=0)
    folded: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Update(db.Model):
    """One change of a text being written, as Yjs encodes it, and whose it is."""

    __tablename__ = "live_update"
    room_id: Mapped[int] = mapped_column(
        ForeignKey("live_room.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


@dataclass(frozen=True)
class State:
    """A room as whoever opens it finds it: numbers, and every update it is made of."""

    room_id: int
    epoch: int
    seq: int
    updates: list[bytes]


class Gone(Exception):
    """The room is no more, or began again under another epoch."""


def append(
    connection: Connection, room_id: int, epoch: int, updates: list[tuple[bytes, int | None]]
) -> int:
    """Add updates with their writers to a room's log; the number of the last one.

    Takes the room's lock, which the end of the transaction frees. Raises Gone.
    """
    now = utcnow()
    last = connection.scalar(
        update(Room)
        .where(Room.id == room_id, Room.epoch == epoch)
        .values(seq=Room.seq + len(updates), changed_at=now)
        .returning(Room.seq)
    )
    if last is None:
        raise Gone(room_id)
    first = last - len(updates) + 1
    connection.execute(
        insert(Update),
        [
            {"room_id": room_id, "seq": seq, "data": data, "user_id": writer, "created_at": now}
            for seq, (data, writer) in enumerate(updates, first)
        ],
    )
    return last


def since(connection: Connection, room_id: int, seq: int) -> list[tuple[int, bytes]]:
    """The updates that came after a number, in order."""
    rows = connection.execute(
        select(Update.seq, Update.data)
        .where(Update.room_id == room_id, Update.seq > seq)
        .order_by(Update.seq)
    )
    return [tuple(row) for row in rows]


def doorway(item: Item, field: str) -> dict:
    """What a page needs to lead a browser into a room: its address and its epoch."""
    return doorways(item, [field])[field]


def doorways(item: Item, fields: list[str]) -> dict[str, dict]:
    """The same for several texts of an item, by field."""
    epochs = dict(
        db.session.execute(select(Room.field, Room.epoch).where(Room.item_id == item.id)).all()
    )
    first = first_epoch() if set(fields) - set(epochs) else 1
    at = f"/ws/items/{item.id}/"
    return {
        field: {"field": field, "address": at + field, "epoch": epochs.get(field, first)}
        for field in fields
    }


def first_epoch() -> int:
    """The epoch of a room nobody was in yet.

    The number of an item erased for good may be given again, on SQLite or after a backup was
    restored: whoever still holds the former text must not enter the new one.
    """
    note = db.session.get(SiteNote, _EPOCH)
    return int(note.value) if note else 1


def retire_epochs(epoch: int | None = None) -> int:
    """Let no room begin under an epoch that was in use before; the new one. The caller commits.

    After a restore, `epoch` is a number never used, which the rooms that exist take too.
    """
    note = db.session.get(SiteNote, _EPOCH) or SiteNote(name=_EPOCH, value="1")
    note.value = str(epoch or int(note.value) + 1)
    db.session.add(note)
    if epoch:
        db.session.execute(update(Room).values(epoch=epoch))
    return int(note.value)


def is_written(item_id: int) -> bool:
    """Whether a text of an item holds changes that are in no revision yet."""
    query = select(Room.id).where(Room.item_id == item_id, Room.seq > Room.folded).limit(1)
    return db.session.scalar(query) is not None


def unfolded(item_ids: list[int]) -> dict[int, dict[str, str]]:
    """By item and field, the texts that say more than the last revision."""
    rooms = db.session.scalars(
        select(Room).where(Room.item_id.in_(item_ids), Room.seq > Room.folded)
    )
    found: dict[int, dict[str, str]] = {}
    for room in rooms:
        text = documents.text_of(documents.made_of(updates(room.id)))
        found.setdefault(room.item_id, {})[room.field] = text
    return found


def on_change(listener: Callable[[set[int]], None]) -> None:
    """Have `listener(item ids)` called after a commit that concerns texts being written."""
    _listeners.append(listener)


def forget(listener: Callable[[set[int]], None]) -> None:
    """Call it no more."""
    _listeners.remove(listener)


def updates(room_id: int) -> list[bytes]:
    """Every update of a room, in order."""
    return list(
        db.session.scalars(
            select(Update.data).where(Update.room_id == room_id).order_by(Update.seq)
        )
    )


def note(session: Session, item_id: int) -> None:
    """Have the listeners told of an item once the transaction is committed."""
    session.info.setdefault("live", set()).add(item_id)


@event.listens_for(Session, "after_flush")
def _note_saved(session: Session, _context) -> None:
    """An item that is saved, put away or shown otherwise concerns those who write in it."""
    if _listeners:
        for thing in session.dirty:
            if isinstance(thing, Item):
                note(session, thing.id)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if changed := session.info.pop("live", None):
        for listener in list(_listeners):
            listener(changed)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("live", None)

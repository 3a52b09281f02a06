"""Where texts being written together meet the revisions of their item.

A fold makes a revision of what was written; taking in puts what was saved otherwise into the
room. Both happen under the lock of the item's rooms, so that none can miss what another did.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.items import documents, live
from wiki.items.authorship import Signature, Stretches
from wiki.items.documents import Replay
from wiki.items.live import Gone, Room, State, Update
from wiki.items.merging import merge, settle
from wiki.items.models import Item, Revision
from wiki.items.writing import TEXT_LENGTH, prepare, stage
from wiki.jobs import periodic
from wiki.markup.sanitize import clean_body

log = logging.getLogger(__name__)

ROWS_AT_MOST = 200  # updates kept one by one once they are part of a revision
QUIET = timedelta(minutes=3)  # without a change, nobody's process looks after the text any more


def enter(item: Item, field: str) -> State:
    """The state of a room, made from the item's text when nobody ever wrote there together.

    Raises Gone when the item has no such text. Two who enter a fresh room at once find the same.
    """
    if item.shared_text(field) is None:
        raise Gone(field)
    for _attempt in range(3):
        try:
            rooms = _locked(item.id)
            db.session.refresh(item)  # as it is now that nobody can fold
            room = next((one for one in rooms if one.field == field), None)
            if room is None:
                room = _founded(item, field)
            _take_in(item, [room])
            state = State(room.id, room.epoch, room.seq, live.updates(room.id))
            db.session.commit()
            return state
        except IntegrityError:
            db.session.rollback()
    raise Gone(field)


def catch_up(item_id: int) -> None:
    """Put what was saved otherwise together with the texts being written. Commits."""
    rooms = _locked(item_id)
    item = _fresh(item_id)
    if item is not None:
        _take_in(item, rooms)
    db.session.commit()


def fold(item: Item, note: str = "", actor: User | None = None) -> Revision | None:
    """Make a revision of what was written together since the last one, signed by its writers.

    `actor` signs a note of theirs that comes with it. Returns None, with nothing to do, when no
    text of the item changed. Commits; the item is then as its texts are.
    """
    if not live.is_written(item.id):
        return None
    for attempt in range(6):
        # Played and rendered before anyone is kept waiting; again if much was typed meanwhile.
        replays = _replays(db.session.scalars(select(Room).where(Room.item_id == item.id)))
        db.session.commit()
        ready = prepare({clean_body(replay.text) for replay in replays.values()}, item)
        try:
            revision = gather(item, note, actor, replays, ready if attempt < 2 else None)
            db.session.commit()
            return revision
        except StaleDataError:
            db.session.rollback()
    raise StaleDataError("the item changes faster than it can be folded")


def gather(
    item: Item,
    note: str = "",
    actor: User | None = None,
    replays: dict[int, Replay] | None = None,
    ready: dict | None = None,
) -> Revision | None:
    """Do what `fold` does and keep the rooms locked; nobody writes until the caller commits.

    `replays` are the rooms as they were a moment ago, by id, `ready` the HTML of texts. Raises
    StaleDataError when somebody saved meanwhile, or when `ready` lacks the text of today.
    """
    rooms = _locked(item.id)
    db.session.refresh(item)
    _take_in(item, rooms)
    replays = _replays(rooms, replays or {})
    texts = {clean_body(replay.text) for replay in replays.values()}
    if ready and not texts <= set(ready):
        raise StaleDataError("more was typed")
    return _cut(item, rooms, (note, actor), replays, ready or {})


def begin_again(item: Item) -> None:
    """Make the rooms of an item anew from its texts: nothing of what they held before remains.

    For words that had to be erased; who still holds the former text cannot send it any more. The
    rooms are those that `gather` locked; the caller commits.
    """
    epoch = live.retire_epochs()
    for room in _locked(item.id):
        text = item.shared_text(room.field) or ""
        db.session.execute(delete(Update).where(Update.room_id == room.id))
        room.epoch, room.base = epoch, item.revision_count
        _log(room, documents.seed(text), None)
        room.folded = room.seq
    of_item = select(Revision.id).where(Revision.item_id == item.id)
    # The stretches count characters of texts that are no more.
    db.session.execute(delete(Stretches).where(Stretches.revision_id.in_(of_item)))
    live.note(db.session(), item.id)


@periodic(minute="*/5", sweep=True)
def fold_forgotten() -> None:
    """Fold what was written and whose server ended before it did."""
    query = select(Room.item_id).where(Room.seq > Room.folded, Room.changed_at < utcnow() - QUIET)
    for item_id in set(db.session.scalars(query)):
        item = _fresh(item_id)
        try:
            if item is not None:
                fold(item)
        except Exception:  # the others must not wait for this one
            db.session.rollback()
            log.exception("what was written in item %s could not be folded", item_id)


def _locked(item_id: int) -> list[Room]:
    """The rooms of an item, which nobody else changes until this transaction ends."""
    db.session.execute(update(Room).where(Room.item_id == item_id).values(seq=Room.seq))
    query = select(Room).where(Room.item_id == item_id).order_by(Room.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _fresh(item_id: int) -> Item | None:
    query = select(Item).where(Item.id == item_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _founded(item: Item, field: str) -> Room:
    room = Room(item_id=item.id, field=field, epoch=live.first_epoch(), seq=0, base=0, folded=0)
    db.session.add(room)
    db.session.flush()
    # Read again under the lock that the insertion took: nobody saves in between.
    db.session.refresh(item)
    room.base = item.revision_count
    _log(room, documents.seed(item.shared_text(field) or ""), None)
    room.folded = room.seq
    return room


def _take_in(item: Item, rooms: list[Room]) -> None:
    """Put what the item says since a room last met it together with what is being written."""
    for room in rooms:
        if room.base >= item.revision_count:
            continue
        said = item.shared_text(room.field) or ""
        doc = documents.made_of(live.updates(room.id))
        written = documents.text_of(doc)
        before = _said_in(item, room.base, room.field)
        if before is None:
            before = written if room.seq == room.folded else said
        wanted = settle(merge(before, said, written), [])
        if len(wanted) > TEXT_LENGTH:
            # What was saved is in its revision, whole; what is being written is nowhere else.
            wanted = written
        if change := documents.rewrite(doc, wanted):
            clean = room.seq == room.folded
            _log(room, change, None)  # its writer signed the revision it comes from
            if clean and wanted == said:
                room.folded = room.seq
        room.base = item.revision_count
        live.note(db.session(), item.id)


def _replays(rooms: Iterable[Room], known: dict[int, Replay] | None = None) -> dict[int, Replay]:
    """By id, the rooms that hold what no revision does, played up to now."""
    found = {}
    for room in rooms:
        if room.seq == room.folded:
            continue
        replay = (known or {}).get(room.id)
        if replay is None or replay.folded != room.folded:
            replay = Replay(room.folded)
        found[room.id] = replay.play(_logged(room, replay.seq))
    return found


def _cut(
    item: Item, rooms: list[Room], signature: tuple, replays: dict[int, Replay], ready: dict
) -> Revision | None:
    (note, actor), writers = signature, _writers(rooms)
    written, totals = {}, {}
    for room in rooms:
        if room.id not in replays:
            continue
        replay = replays[room.id]
        cleaned, runs = clean_body(replay.text), replay.runs()
        item.put_shared_text(room.field, cleaned)
        if cleaned == replay.text:  # else the stretches would not fit what is kept
            written[room.field] = runs
        for size, writer in runs:
            totals[writer] = totals.get(writer, 0) + size
    writers.sort(key=lambda writer: (-totals.get(writer, 0), writer))
    signer = actor if note and actor else None
    signer = signer or (db.session.get(User, writers[0]) if writers else None)
    revision = stage(item, signer, note, rendered=ready)
    for room in rooms:
        if room.id in replays:
            _settle(item, room, replays[room.id])
        room.base, room.folded = item.revision_count, room.seq
    if revision is not None and len({*writers, *([signer.id] if signer else [])}) > 1:
        _sign(revision, written, writers, totals)
    live.note(db.session(), item.id)
    return revision


def _settle(item: Item, room: Room, replay: Replay) -> None:
    """What saving made of a text (line ends, lost bytes) is so in the room too; few updates."""
    if change := documents.rewrite(replay.doc, item.shared_text(room.field) or ""):
        _log(room, change, None)
    count = select(func.count()).where(Update.room_id == room.id)
    if (db.session.scalar(count) or 0) > ROWS_AT_MOST:
        # One update instead of the many that the revision holds.
        db.session.execute(delete(Update).where(Update.room_id == room.id))
        _log(room, replay.doc.get_update(), None)


def _writers(rooms: list[Room]) -> list[int]:
    """Everyone who changed something since the last revision."""
    found = set()
    for room in rooms:
        query = select(Update.user_id).where(
            Update.room_id == room.id, Update.seq > room.folded, Update.user_id.is_not(None)
        )
        found.update(db.session.scalars(query.distinct()))
    return list(found)


def _sign(revision: Revision, written: dict, writers: list[int], totals: dict[int, int]) -> None:
    db.session.flush()
    for writer in writers:
        db.session.add(
            Signature(revision_id=revision.id, user_id=writer, characters=totals.get(writer, 0))
        )
    for field, runs in written.items():
        db.session.add(Stretches(revision_id=revision.id, field=field, runs=runs))


def _log(room: Room, data: bytes, writer: int | None) -> None:
    room.seq += 1
    db.session.flush()
    db.session.execute(
        insert(Update).values(
            room_id=room.id, seq=room.seq, data=data, user_id=writer, created_at=utcnow()
        )
    )


def _logged(room: Room, after: int) -> list[tuple[int, bytes, int | None]]:
    rows = db.session.execute(
        select(Update.seq, Update.data, Update.user_id)
        .where(Update.room_id == room.id, Update.seq > after)
        .order_by(Update.seq)
    )
    return [tuple(row) for row in rows]


def _said_in(item: Item, number: int, field: str) -> str | None:
    """What a text of the item said in one of its revisions."""
    data = db.session.scalar(
        select(Revision.data).where(Revision.item_id == item.id, Revision.number == number)
    )
    if data is None:
        return None
    fields = {name: data[name] for name in item.versioned if name in data}
    with db.session.no_autoflush:
        return type(item)(group_id=item.group_id, **fields).shared_text(field) or ""

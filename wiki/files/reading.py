"""Files whose words wait to be read: one at a time, never for ever, and none forgotten.

A file that waits is the outbox; the job is only the wake-up, and the sweep finds what it missed.
A document that ends its process is tried a second time at most, then marked as not read.
"""

import threading
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import event, func, inspect, or_, select, update
from sqlalchemy.orm.exc import StaleDataError

from wiki.db import db, utcnow
from wiki.files import extract
from wiki.files.models import Blob, File, TextState
from wiki.items.models import Item
from wiki.items.writing import log
from wiki.jobs import job, periodic

TRIES = 2  # an attempt that never ended (a server that died) counts as one
LEASE = timedelta(minutes=3)  # longer than any reading: another process is at it
AT_A_TIME = 20  # files a job, so that a server can stop and others have their turn
SHOWN = 5
_turn = threading.Lock()  # reading takes memory: one document at a time in each server


@periodic(sweep=True, minute="*/10")
@job(retries=0)
def read_waiting() -> None:
    """Read the files that wait, the newest first; whoever comes meanwhile leaves at once."""
    for _ in range(AT_A_TIME):
        # Asked again after each: a file may come between our last look and the end of our turn.
        if _next() is None or not _turn.acquire(blocking=False):
            return
        try:
            _read_one()
        finally:
            _turn.release()
    read_waiting.later()


def ask_again(file: File, actor) -> None:
    """Have a file read anew; what was read stays until then. The caller commits."""
    file.text_state, file.text_tries, file.text_tried_at = TextState.WAITING, 0, None
    log("asked to read", file, actor)
    read_waiting.later()


def troubles() -> Iterator[str]:
    """The files search knows too little of, for the operator."""
    wanted = {
        TextState.FAILED: "could not be read",
        TextState.ENCRYPTED: "ask for a password",
        TextState.PARTIAL: "were read in part",
    }
    for state, words in wanted.items():
        query = select(Item.id, Item.title).join(File.__table__, File.__table__.c.id == Item.id)
        query = query.where(File.__table__.c.text_state == state, Item.trashed_at.is_(None))
        count = db.session.scalar(select(func.count()).select_from(query.subquery()))
        if count:
            rows = db.session.execute(query.order_by(Item.id.desc()).limit(SHOWN))
            names = ", ".join(f"{row.id} ({row.title})" for row in rows)
            more = ", …" if count > SHOWN else ""
            yield f"{count} files {words}, so search does not know all their words: {names}{more}."
    if late := db.session.scalar(select(func.count()).select_from(File).where(_is_late())):
        yield f"{late} files wait to be read: is the server, or `essaim worker`, running?"


def _is_late():
    return (File.text_state == TextState.WAITING) & (File.updated_at < utcnow() - 4 * LEASE)


def _next():
    """A file that waits and that nobody is reading; ends the transaction it was asked in."""
    query = (
        select(File.id, File.sha256, File.text_tries, Blob.mime, Blob.size)
        .join(Blob, Blob.sha256 == File.sha256)
        .where(
            File.text_state == TextState.WAITING,
            or_(File.text_tried_at.is_(None), File.text_tried_at < utcnow() - LEASE),
        )
        .order_by(File.text_tries, File.id.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    db.session.rollback()
    return found


def _read_one() -> None:
    found = _next()
    if found is None or not _claim(found):
        return
    if not extract.is_readable(found.mime):
        reading = extract.Reading(TextState.NONE)
    elif found.text_tries >= TRIES:
        reading = extract.Reading(TextState.FAILED)
    else:
        reading = extract.read(found.sha256, found.mime)  # outside any transaction
    try:
        _keep(found, reading)
    except StaleDataError:
        db.session.rollback()  # somebody saved the file just then: the sweep takes it again


def _claim(found) -> bool:
    """Count the attempt before it is made, unless another process has just done so."""
    table = File.__table__
    claimed = db.session.execute(
        update(table)
        .where(
            table.c.id == found.id,
            table.c.sha256 == found.sha256,
            table.c.text_tries == found.text_tries,
            table.c.text_state == TextState.WAITING,
        )
        .values(text_tries=found.text_tries + 1, text_tried_at=utcnow())
    )
    db.session.commit()
    return claimed.rowcount == 1


def _keep(found, reading: extract.Reading) -> None:
    """Write what was read, unless the file has other bytes by now."""
    db.session.expire_all()
    file = db.session.get(File, found.id)
    waits = file is not None and file.text_state == TextState.WAITING
    if not waits or file.sha256 != found.sha256:
        db.session.rollback()
        return
    if file.sha256 in file.unreadable and reading.state != TextState.NONE:
        reading = extract.Reading(TextState.ERASED, file.text)
    file.text, file.text_state = reading.text, reading.state
    if reading.state != TextState.NONE:
        log("read", file, None)
    db.session.commit()


@event.listens_for(File, "before_insert")
def _begin(_mapper, connection, file: File) -> None:
    """However a file comes to be, its words are read at once, wait, or are known already."""
    if file.text_state is None:
        _start(connection, file)
    elif file.text_state == TextState.WAITING:
        read_waiting.later()


@event.listens_for(File, "before_update")
def _begin_again(_mapper, connection, file: File) -> None:
    """Other bytes, other words: the old ones leave search in the same transaction."""
    if inspect(file).attrs.sha256.history.has_changes():
        file.text_tries, file.text_tried_at = 0, None
        _start(connection, file)


def _start(connection, file: File) -> None:
    blob = connection.execute(select(Blob.__table__).where(Blob.sha256 == file.sha256)).one()
    try:
        reading = extract.at_once(blob)
    except FileNotFoundError:
        reading = extract.Reading(TextState.FAILED)
    if file.sha256 in file.unreadable and reading.state != TextState.NONE:
        reading = extract.Reading(TextState.ERASED)
    file.text, file.text_state = reading.text, reading.state
    if reading.state == TextState.WAITING:
        read_waiting.later()

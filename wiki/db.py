"""The database session, its column types, and how SQLite is opened."""

import errno
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from threading import RLock
from time import monotonic

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, SmallInteger, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """Parent of all models; constraints get predictable names so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# expire_on_commit would read everything again after each save; a request is one short unit.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def utcnow() -> datetime:
    """Now, with its time zone."""
    return datetime.now(UTC)


class UTCDateTime(TypeDecorator):
    """A moment: stored in UTC, always given back with its time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return None if value is None else value.replace(tzinfo=UTC)


class OrderedEnum(TypeDecorator):
    """An IntEnum stored as its number, so that SQL can compare ranks."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]):
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value, dialect):
        return None if value is None else int(value)

    def process_result_value(self, value, dialect):
        return None if value is None else self.kind(value)


class Remembered:
    """What pure readings gave, kept until anything is committed.

    A commit of this process is seen at once, one of another process within a second. Use it for
    what every request asks (who is this? which groups?), in requests that change nothing.
    """

    commits = 0

    def __init__(self, room: int = 5000):
        self.room = room
        self.known: dict[object, tuple[tuple[int, int], object]] = {}

    def get(self, key, read):
        """The value kept for a key, or what `read()` gives now; nothing found is not kept."""
        # Taken before reading: a commit that comes between the two makes the value stale.
        now = (Remembered.commits, int(monotonic()))
        stamp, value = self.known.get(key, (None, None))
        if stamp == now:
            return value
        value = read()
        if value is not None:
            if len(self.known) >= self.room:
                self.known.clear()
            self.known[key] = (now, value)
        return value

    @staticmethod
    def forget(*_) -> None:
        """Let every memory be read again."""
        Remembered.commits += 1


event.listen(Session, "after_commit", Remembered.forget)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection, _record):
    """What is acknowledged survives a power cut: WAL with a full sync at each commit."""
    if not isinstance(connection, sqlite3.Connection):
        return
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_turn = RLock()


@contextmanager
def write_turn():
    """Queue here for a short write that comes from many at once.

    SQLite lets one connection write at a time, and those that wait look again after longer and
    longer naps. Within one process the next begins as soon as the last is done. Whoever holds the
    database without this turn is waited for as ever: after a second it is tried without it.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    held = _turn.acquire(timeout=1)
    try:
        yield
    finally:
        if held:
            _turn.release()


def is_disk_full(error: BaseException) -> bool:
    """Whether a failed write, of the database or of a file, means that no room is left."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    text = str(getattr(error, "orig", error)).lower()
    return "database or disk is full" in text or "no space left" in text

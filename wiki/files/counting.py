"""How often files are downloaded: a number, and nothing about who.

Counts are added to the database once a minute at most, for a read must not wait for a write; a
crash loses that minute.
"""

import threading
import time
from collections import Counter

from flask import request
from sqlalchemy import ForeignKey
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import db
from wiki.files.models import File

EVERY = 60  # seconds


class DownloadCount(db.Model):
    """How many times a file left, all versions together."""

    __tablename__ = "download_count"
    file_id: Mapped[int] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    times: Mapped[int] = mapped_column(default=0)


class _Waiting:
    def __init__(self):
        self.lock, self.counts, self.since = threading.Lock(), Counter(), time.monotonic()

    def take(self) -> Counter:
        with self.lock:
            taken, self.counts, self.since = self.counts, Counter(), time.monotonic()
        return taken

    def give_back(self, taken: Counter) -> None:
        with self.lock:
            self.counts += taken


_waiting = _Waiting()


def count(file_id: int) -> None:
    """One more download: a whole file asked for, not a piece of one, nor a mere question.

    A map of packed tiles reads the head of its file, then a piece here and there: it takes nothing
    away.
    """
    is_whole = request.headers.get("Range", "bytes=0-").strip() == "bytes=0-"
    if request.method != "GET" or not is_whole or "If-None-Match" in request.headers:
        return
    with _waiting.lock:
        _waiting.counts[file_id] += 1
        is_due = time.monotonic() - _waiting.since > EVERY
    if is_due:
        write()


def times(file_id: int) -> int:
    """How many times a file left until now."""
    known = db.session.scalar(
        db.select(DownloadCount.times).where(DownloadCount.file_id == file_id)
    )
    return (known or 0) + _waiting.counts[file_id]


def write() -> None:
    """Add what was counted in this process to the database; later, when it cannot be written."""
    counted = _waiting.take()
    try:
        _add(counted)
        db.session.commit()
    except DBAPIError:  # a full disk, a long write: the file leaves all the same
        db.session.rollback()
        _waiting.give_back(counted)


def _add(counted: Counter) -> None:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    for file_id, more in sorted(counted.items()):
        added = dialect.insert(DownloadCount).from_select(
            ["file_id", "times"],
            # A file deleted meanwhile has no row to count on.
            db.select(db.literal(file_id), db.literal(more)).where(_exists(file_id)),
        )
        total = DownloadCount.times + added.excluded.times
        db.session.execute(
            added.on_conflict_do_update(index_elements=["file_id"], set_={"times": total})
        )


def _exists(file_id: int):
    return db.select(File.id).where(File.id == file_id).exists()

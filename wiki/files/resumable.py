"""Files that come in pieces: what arrived stays, whatever cut it, until the rest has come.

How much arrived is the size of one file on the disk, synced before anyone is told: no row is
written for a piece, so that sixty photos at once leave the database to those who read.
"""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import BigInteger, ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki import storage
from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, is_disk_full, utcnow
from wiki.files import uploads
from wiki.files.models import File, Folder
from wiki.files.names import clean_filename
from wiki.groups.models import Group, Role, role_in
from wiki.items.access import can, visible
from wiki.items.models import Item
from wiki.jobs import periodic

LIFE = timedelta(days=7)
MOST_OPEN = 500  # uploads that one person may have begun
PATIENCE = 2  # seconds during which a request waits for the one before it on the same upload
LARGE = 8_000_000  # bytes of a file whose pieces each look for room: photos need not
AT_REST = 600  # seconds without a byte after which a sweep may end an upload in its sender's place


class Busy(Exception):
    """Another request is writing the same upload."""


class Upload(db.Model):
    """A file on its way, of who began it alone; afterwards, which file it became."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("folder.id", ondelete="SET NULL"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("file.id", ondelete="SET NULL"), index=True
    )
    version_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str] = mapped_column(String(300), default="")
    filename: Mapped[str] = mapped_column(String(255))
    alt: Mapped[str] = mapped_column(Text, default="")
    credit: Mapped[str] = mapped_column(String(200), default="")
    length: Mapped[int | None] = mapped_column(BigInteger)  # bytes; unknown while it is recorded
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)

    user: Mapped[User] = relationship()
    group: Mapped[Group] = relationship()
    folder: Mapped[Folder | None] = relationship()
    parent: Mapped[Item | None] = relationship(foreign_keys=[parent_id])
    file: Mapped[File | None] = relationship(foreign_keys=[file_id])
    version_of: Mapped[File | None] = relationship(foreign_keys=[version_of_id])

    @property
    def path(self) -> Path:
        """Where its bytes wait."""
        return waiting_folder() / self.id

    @property
    def expires_at(self) -> datetime:
        """When what did not come to its end is forgotten."""
        return self.created_at + LIFE

    def offset(self) -> int | None:
        """How many bytes are safe on the disk; None when they are gone (deleted, or restored)."""
        if self.file_id is not None:
            return self.length
        try:
            with self.path.open("rb") as file:
                os.fsync(file.fileno())
                return os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None

    def forget(self) -> None:
        """Drop what came, and the row, in one commit."""
        path = self.path
        db.session.delete(self)
        db.session.commit()
        path.unlink(missing_ok=True)


def begin(user: User, group: Group, filename: str, length: int | None, **named) -> Upload:
    """Room for a file to come, in one commit; refused now when it could not be kept in the end.

    Raises uploads.Refused, and storage.StorageFull.
    """
    if length == 0:
        raise uploads.nothing_inside()
    _check(group, length or 1)
    open_ones = select(func.count()).where(Upload.user_id == user.id, Upload.file_id.is_(None))
    if db.session.scalar(open_ones) >= MOST_OPEN:
        raise uploads.Refused(
            _("You have begun to send many files. Wait until they have arrived."), 429, "too_many"
        )
    upload = Upload(
        id=secrets.token_urlsafe(24),
        user_id=user.id,
        group_id=group.id,
        filename=clean_filename(filename),
        length=length,
        **named,
    )
    db.session.add(upload)
    upload.path.touch()
    db.session.commit()
    return upload


def append(upload: Upload, stream: BinaryIO, size: int, digest=None, expected: bytes = b"") -> int:
    """Add bytes at the end and give the new offset, safe on the disk; all of them or none.

    The caller holds the upload (`held`). `digest` with what it must give refuses bytes that the
    road changed, by ValueError. Raises uploads.Refused, and storage.StorageFull.
    """
    with upload.path.open("r+b", buffering=0) as file:  # what is taken back was in no buffer
        before = file.seek(0, os.SEEK_END)
        if upload.length is not None and before + size > upload.length:
            raise uploads.Refused(_("More came than was announced."), 413, "too_large")
        if upload.length is None or upload.length > LARGE:
            # What was announced was room enough for each alone: several begun at once are not.
            _check(upload.group, before + size, size)
        try:
            storage.check_room(size)
            while chunk := stream.read(storage.CHUNK):
                _write(file, chunk)
                if digest is not None:
                    digest.update(chunk)
            if digest is not None and digest.digest() != expected:
                raise ValueError("the bytes changed on their way")
            os.fsync(file.fileno())
        except BaseException as error:
            file.truncate(before)
            if isinstance(error, OSError) and is_disk_full(error):
                raise storage.StorageFull from error
            raise
        return file.tell()


def finish(upload: Upload) -> File:
    """Make the file, or its new version, once all came; the same file when it was made before.

    The caller holds the upload. What came stays until the file is kept: when it is refused for
    want of room, nothing has to be sent again. Raises uploads.Refused, and storage.StorageFull.
    """
    if upload.file_id is not None:
        return upload.file
    file = _version(upload) if upload.version_of_id else _new(upload)
    upload.file_id = file.id
    db.session.commit()
    upload.path.unlink(missing_ok=True)
    return file


def _new(upload: Upload) -> File:
    return uploads.stage_file(
        upload.path,
        upload.filename,
        upload.group,
        upload.user,
        parent=_parent_still_open(upload),
        folder=upload.folder,
        alt=upload.alt,
        credit=upload.credit,
    )


def _version(upload: Upload) -> File:
    file = upload.version_of
    if file.is_trashed or not can(upload.user, "edit", file):
        raise uploads.Refused(_("You may read this, not change it."), 403, "forbidden")
    uploads.receive_version(file, upload.path, upload.filename, upload.user, upload.note)
    return file


def _parent_still_open(upload: Upload) -> Item | None:
    """What the file goes with; hidden or closed meanwhile, the file stays with the group."""
    parent = upload.parent
    if parent is None or not can(upload.user, "edit", parent):
        return None
    shown = select(Item.id).where(Item.id == parent.id, visible(upload.user))
    return parent if db.session.scalar(shown) is not None else None


def is_whole(upload: Upload) -> bool:
    """Whether every byte announced is here, and the file is still to be made."""
    return upload.file_id is None and upload.length is not None and upload.offset() == upload.length


@contextmanager
def held(upload: Upload, seconds: float | None = None) -> Iterator[None]:
    """Let one request at a time write an upload. Raises Busy, and FileNotFoundError when gone.

    A telephone that came back asks again while its first request is still being written.
    """
    with upload.path.open("rb") as file:
        limit = time.monotonic() + (PATIENCE if seconds is None else seconds)
        while not _locked(file):
            if time.monotonic() > limit:
                raise Busy
            time.sleep(0.05)
        name = upload.id
        db.session.rollback()  # what was read before the wait may have changed
        if db.session.scalar(select(Upload.id).where(Upload.id == name)) is None:
            raise FileNotFoundError(name)
        yield


@periodic(minute="*/10", sweep=True)
def finish_lost() -> int:
    """Make the files whose last piece came just before the server stopped; returns how many."""
    made = 0
    for upload in db.session.scalars(select(Upload).where(Upload.file_id.is_(None))).all():
        if is_whole(upload) and _is_at_rest(upload.path):
            made += _finish_lost(upload)
    return made


def expire() -> int:
    """Forget what never came to its end, and bytes without a row; returns how many."""
    old = db.session.scalars(select(Upload).where(Upload.created_at < utcnow() - LIFE)).all()
    for upload in old:
        upload.forget()
    known = set(db.session.scalars(select(Upload.id)))
    lost = [p for p in waiting_folder().iterdir() if p.name not in known and _is_at_rest(p)]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(old) + len(lost)


def waiting_bytes(group_id: int) -> int:
    """What already came of the files on their way to a group."""
    begun = db.session.scalars(
        select(Upload.id).where(Upload.group_id == group_id, Upload.file_id.is_(None))
    )
    folder, total = waiting_folder(), 0
    for name in begun:
        path = folder / name
        total += path.stat().st_size if path.exists() else 0
    return total


def waiting_folder() -> Path:
    """Where the bytes of unfinished uploads lie: the disk of the blobs, so that keeping is free."""
    folder = Path(current_app.config["DATA"]) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _check(group: Group, size: int, more: int | None = None) -> None:
    """Refuse what would not fit, counting what others are sending at this moment."""
    coming = waiting_bytes(group.id)
    uploads.check_room(group, size, coming - (size - more) if more is not None else coming)
    storage.check_room(more if more is not None else size)


def _write(file, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _finish_lost(upload: Upload) -> int:
    role = role_in(upload.user, upload.group_id)
    if role is None or role < Role.MEMBER or upload.group.trashed_at:
        return 0  # who left the group adds nothing to it any more
    try:
        with held(upload, 0):
            finish(upload)
    except (uploads.Refused, storage.StorageFull, Busy, FileNotFoundError):
        db.session.rollback()
        return 0
    return 1


def _is_at_rest(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime > AT_REST

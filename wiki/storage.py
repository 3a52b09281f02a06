"""The bytes of files, kept once each under their SHA-256: write, read, delete, list.

Local today; another store needs the same functions (`store`, `open_blob`, `delete`, `stored`).
"""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from flask import current_app

from wiki.db import is_disk_full

CHUNK = 1 << 20
RESERVE = 32 << 20  # bytes left to the database, so that a full disk of files still lets one write
STALE_SECONDS = 3600


class StorageFull(Exception):
    """No room is left on the disk; nothing was written."""


class TooLarge(Exception):
    """More bytes than allowed; nothing was written."""


class Stored(NamedTuple):
    """Where the bytes went: their SHA-256 in hexadecimal and their number."""

    sha256: str
    size: int


def store(stream: BinaryIO, limit: int | None = None) -> Stored:
    """Keep the bytes of a stream, durable when this returns; the same bytes are kept once.

    Raises TooLarge beyond `limit` bytes, StorageFull when the disk has no room.
    """
    temporary = None
    try:
        check_room(_remaining(stream))
        with tempfile.NamedTemporaryFile(dir=temporary_folder(), delete=False) as temporary:
            stored = _copy(stream, temporary, limit)
            temporary.flush()
            os.fsync(temporary.fileno())
        _keep(Path(temporary.name), path_of(stored.sha256))
    except OSError as error:
        if is_disk_full(error):
            raise StorageFull from error
        raise
    finally:
        if temporary is not None:
            Path(temporary.name).unlink(missing_ok=True)
    return stored


def adopt(path: Path) -> Stored:
    """Keep the bytes of a file that is already durable on the same disk; the file stays too.

    Raises StorageFull when they must be written a second time, and the disk has no room.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = os.fstat(file.fileno()).st_size
    second = temporary_folder() / f"{sha256}-{secrets.token_hex(4)}"
    try:
        os.link(path, second)
    except OSError:  # a disk without hard links
        with path.open("rb") as file:
            return store(file)
    try:
        _keep(second, path_of(sha256))
    finally:
        second.unlink(missing_ok=True)
    return Stored(sha256, size)


def open_blob(sha256: str) -> BinaryIO:
    """The bytes, to read. Raises FileNotFoundError."""
    return path_of(sha256).open("rb")


def path_of(sha256: str) -> Path:
    """Where the bytes lie, for answers sent straight from the disk."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256")
    return _blobs() / sha256[:2] / sha256[2:]


def delete(sha256: str) -> None:
    """Forget the bytes at once; no error if they were not there."""
    path_of(sha256).unlink(missing_ok=True)


def stored() -> Iterator[tuple[str, int, float]]:
    """Everything kept: SHA-256, size in bytes, age in seconds."""
    for folder in sorted(_blobs().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            state = path.stat()
            yield folder.name + path.name, state.st_size, time.time() - state.st_mtime


def age(sha256: str) -> float:
    """Seconds since the bytes were last stored; 0 when they are not here."""
    with suppress(FileNotFoundError):
        return time.time() - path_of(sha256).stat().st_mtime
    return 0


def damaged() -> Iterator[str]:
    """The kept files whose bytes no longer match their name."""
    for sha256, _, _ in stored():
        with open_blob(sha256) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                yield sha256


def sweep_temporary() -> int:
    """Delete what interrupted uploads left more than an hour ago."""
    limit = time.time() - STALE_SECONDS
    old = [path for path in temporary_folder().iterdir() if _touched(path) < limit]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def drop_strangers(folder: Path, known: set[str], pattern: str = "*") -> None:
    """Delete the files of a folder whose row is gone; `known`: names without what follows a dot."""
    for path in folder.glob(pattern):
        if path.name.strip(".").split(".")[0] not in known:
            with suppress(OSError):
                path.unlink()


def temporary_folder() -> Path:
    """Where unfinished files wait: the disk of the blobs, so that keeping them is a rename."""
    folder = Path(current_app.config["DATA"]) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def temporary_file() -> Iterator[Path]:
    """A place for bytes that are only looked at; gone afterwards."""
    place = temporary_folder() / secrets.token_hex(16)
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


def free_bytes() -> int:
    """Room left on the disk of the data folder."""
    return shutil.disk_usage(current_app.config["DATA"]).free


def check_room(size: int) -> None:
    """Raise StorageFull when `size` more bytes would leave the database without room."""
    if free_bytes() - size < RESERVE:
        raise StorageFull


def write_durably(target: Path, write) -> None:
    """Let `write(file)` fill a file that appears whole under its name, or not at all."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as temporary:
        try:
            write(temporary)
            temporary.flush()
            os.fsync(temporary.fileno())
            os.replace(temporary.name, target)
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
    _sync_folder(target.parent)


def move_durably(made: Path, target: Path) -> None:
    """Give a finished file of the same disk its place; it is there whole, or not at all."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(made, target)
    _sync_folder(target.parent)


def _touched(path: Path) -> float:
    """When a file, or anything in a folder, was last written; now when it has just gone."""
    try:
        return max(one.stat().st_mtime for one in (path, *path.glob("*")))
    except FileNotFoundError:
        return time.time()


def _copy(stream: BinaryIO, target: BinaryIO, limit: int | None) -> Stored:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge
        digest.update(chunk)
        target.write(chunk)
    return Stored(digest.hexdigest(), size)


def _keep(temporary: Path, target: Path) -> None:
    if target.exists():
        os.utime(target)  # young again: a sweep under way must not take it
        return
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync_folder(target.parent.parent)
    os.replace(temporary, target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is durable only once the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _blobs() -> Path:
    return Path(current_app.config["DATA"]) / "blobs"


def _remaining(stream: BinaryIO) -> int:
    try:
        here = stream.tell()
        size = stream.seek(0, os.SEEK_END) - here
        stream.seek(here)
    except (OSError, AttributeError, ValueError):
        return 0
    return size

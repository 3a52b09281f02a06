"""One file that holds everything: made while people work, checkable, the same for any database.

A zip: manifest.json, one JSON-lines file a table, the blobs; its last 64 bytes (the zip's comment)
are the SHA-256 of all that precedes. Left out: the search index (built again), the keys of devices
(everyone signs in again) and of feeds, and the secret key.
"""

import base64
import hashlib
import json
import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Connection, MetaData, Table, select, text

import wiki
from wiki import storage
from wiki.consents import book
from wiki.db import db, utcnow
from wiki.errors import N_
from wiki.jobs import job, periodic

log = logging.getLogger(__name__)

FORMAT = 1
SEAL = 64  # bytes of the seal: a SHA-256 in hexadecimal
LEFT_OUT = ("alembic_version", "user_session", "feed_key", "search_", "offline_")
BATCH = 500


class State(NamedTuple):
    """What an administrator should know of the automatic backups."""

    last: datetime | None
    size: int
    kept: int
    free: int
    warnings: list[str]


def write(target: Path) -> dict:
    """Write a backup, which appears whole or not at all; returns its manifest."""
    target = target.resolve()
    with _one_moment() as connection:
        manifest = {
            "format": FORMAT,
            "essaim": wiki.__version__,
            "made_at": utcnow().isoformat(timespec="seconds"),
            "revision": connection.scalar(text("SELECT version_num FROM alembic_version")),
            "counts": {},
            "parts": {},
            "blobs": [],
            "missing": [],
        }
        storage.write_durably(target, lambda file: _fill(file, connection, manifest))
    book.copy_beside(target)
    return manifest


def verify(path: Path) -> dict:
    """The manifest of a backup that is whole; raises ValueError for one changed or cut."""
    with path.open("rb") as file:
        size = path.stat().st_size
        digest, left = hashlib.sha256(), size - SEAL
        while left > 0 and (chunk := file.read(min(storage.CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        if size <= SEAL or file.read() != digest.hexdigest().encode():
            raise ValueError(
                f"{path} is not a whole backup: it was changed, cut or never finished."
            )
    return read_manifest(path)


def read_manifest(path: Path) -> dict:
    """What a backup says it holds."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    if manifest["format"] > FORMAT:
        raise ValueError(f"{path} was made by a newer Essaim ({manifest['essaim']}).")
    return manifest


def tables(metadata: MetaData) -> list[Table]:
    """The tables a backup holds, parents first."""
    return [t for t in metadata.sorted_tables if not t.name.startswith(LEFT_OUT)]


def folder() -> Path:
    """Where automatic backups go."""
    return Path(current_app.config["DATA"]) / "backups"


@periodic(minute="20")
@job(retries=0)
def back_up_in_time() -> None:
    """Make a backup when the last one is old enough, then drop those beyond the number kept."""
    every, keep = current_app.config["BACKUP_EVERY_HOURS"], current_app.config["BACKUP_KEEP"]
    made = automatic()
    if not every or (made and _age(made[-1]) < timedelta(hours=every) - timedelta(minutes=5)):
        return
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    expected = int(made[-1].stat().st_size * 1.1) if made else 0
    try:
        storage.check_room(expected)
        write(folder() / f"essaim-{utcnow():%Y%m%d-%H%M%S}.zip")
    except storage.StorageFull:
        log.error("no room for a backup of about %d MB", expected // 1_000_000)
        return
    for old in automatic()[:-keep] if keep > 0 else []:
        old.unlink(missing_ok=True)


def automatic() -> list[Path]:
    """The automatic backups, oldest first."""
    with suppress(FileNotFoundError):
        return sorted(folder().glob("essaim-*.zip"))
    return []


def state() -> State:
    """Last backup, room left and what deserves a warning (English message ids)."""
    made, free, warnings = automatic(), storage.free_bytes(), []
    size = made[-1].stat().st_size if made else 0
    every = current_app.config["BACKUP_EVERY_HOURS"]
    if free < current_app.config["DISK_WARNING_MB"] * 1_000_000:
        warnings.append(N_("The disk is nearly full."))
    if every and not made:
        warnings.append(N_("No backup has been made yet."))
    elif every and _age(made[-1]) > timedelta(hours=2 * every):
        warnings.append(N_("The last backup is old."))
    if every and free - storage.RESERVE < size * 1.1:
        warnings.append(N_("There is no room for the next backup."))
    last = datetime.fromtimestamp(made[-1].stat().st_mtime, UTC) if made else None
    return State(last, size, len(made), free, warnings)


def encode(value):
    """A database value as JSON can hold it, whatever database it came from."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


def _fill(file, connection: Connection, manifest: dict) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for table in tables(db.metadata):
            _add_table(archive, connection, table, manifest)
        for sha256 in _blobs_of(connection):
            try:
                archive.write(
                    storage.path_of(sha256), f"blobs/{sha256}", compress_type=zipfile.ZIP_STORED
                )
                manifest["blobs"].append(sha256)
            except FileNotFoundError:
                log.error("blob %s is missing", sha256)
                manifest["missing"].append(sha256)
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        archive.comment = b"0" * SEAL
    _seal(file)


def _add_table(archive, connection: Connection, table: Table, manifest: dict) -> None:
    name, digest, count = f"tables/{table.name}.jsonl", hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as part:
        for row in _rows(connection, table):
            values = {k: encode(v) for k, v in row.items()}
            line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            part.write(line)
            count += 1
    manifest["counts"][table.name] = count
    manifest["parts"][name] = digest.hexdigest()


def _rows(connection: Connection, table: Table) -> Iterator:
    query = select(table).order_by(*table.primary_key.columns)
    return connection.execute(query.execution_options(yield_per=BATCH)).mappings()


def _blobs_of(connection: Connection) -> Iterator[str]:
    table = db.metadata.tables.get("blob")
    if table is not None:
        yield from connection.scalars(select(table.c.sha256).order_by(table.c.sha256))


def _seal(file) -> None:
    file.flush()
    file.seek(0)
    digest, left = hashlib.sha256(), file.seek(0, 2) - SEAL
    file.seek(0)
    while left and (chunk := file.read(min(storage.CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    file.seek(-SEAL, 2)
    file.write(digest.hexdigest().encode())


@contextmanager
def _one_moment():
    """A connection that sees the database as it is now, however long the reading takes."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Without it each SELECT would see its own moment.
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        try:
            yield connection
        finally:
            connection.rollback()


def _age(path: Path) -> timedelta:
    return utcnow() - datetime.fromtimestamp(path.stat().st_mtime, UTC)

"""Put a backup into an empty place, whichever database it came from and goes to."""

import base64
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from flask import Flask
from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    inspect,
    select,
    text,
    update,
)

from wiki import backups, migrating, storage
from wiki.collections.models import Collection
from wiki.consents import book
from wiki.db import db, utcnow
from wiki.files.media import Media, MediaState
from wiki.files.muting import Muted
from wiki.groups.joining import JoinCode
from wiki.items import live
from wiki.mail import Mail
from wiki.notifications.models import Notice, Pending
from wiki.search import index
from wiki.search.saved import SavedSearch

OLD_LETTER = "restored"  # in the place of an error; the screen of administrators says it whole


def restore(app: Flask, path: Path, withdrawn: Path | None = None) -> dict:
    """Load a backup, bring it up to this version and index it; returns its manifest.

    What people withdrew since is withdrawn again before anything is served: as the book says that
    is given, the one beside the backup, and the one left in the data folder.

    Raises ValueError when the backup is damaged or too new, or when there is something here
    already.
    """
    manifest = backups.verify(path)
    if manifest["revision"] > migrating.newest():
        raise ValueError(f"{path} was made by a newer Essaim ({manifest['essaim']}).")
    with app.app_context():
        _refuse_if_inhabited()
        storage.check_room(path.stat().st_size)
        try:
            _load(app, path, manifest)
            _close_letters()
            _close_doors()
            _leave_old_epochs()
            _make_media_again()
            books = [withdrawn, path.parent / book.NAME, book.path()]
            manifest["withdrawn"] = book.replay(manifest["made_at"], [one for one in books if one])
        except BaseException:
            _empty_again(app)
            raise
        index.reindex()
    return manifest


def _load(app: Flask, path: Path, manifest: dict) -> None:
    migrating.upgrade(app, manifest["revision"])
    with zipfile.ZipFile(path) as archive:
        with db.engine.begin() as connection:
            metadata = MetaData()
            metadata.reflect(connection, only=lambda name, _: name in manifest["counts"])
            _load_tables(connection, metadata, archive, manifest)
        for sha256 in manifest["blobs"]:
            with archive.open(f"blobs/{sha256}") as blob:
                if storage.store(blob).sha256 != sha256:
                    raise ValueError(f"{path}: the bytes of {sha256} are not what they were.")
    migrating.upgrade(app)


def _close_letters() -> None:
    """What waited to leave when the backup was made left from the first site: never twice.

    Notices stay to be read on the site. The words of a letter go, for they may hold a key, and so
    does the address of who wrote it.
    """
    why = {"due_at": None, "error": OLD_LETTER, "text": "", "html": None, "arguments": None}
    why |= {"unsubscribe": None, "reply_to": None}
    db.session.execute(update(Mail).where(Mail.due_at.is_not(None)).values(why))
    db.session.execute(update(Notice).where(Notice.told_at.is_(None)).values(due_at=None))
    db.session.execute(delete(Pending))
    late = SavedSearch.due_at <= utcnow()
    for saved in db.session.scalars(select(SavedSearch).where(late)):
        saved.plan_next(utcnow())
    db.session.commit()


def _close_doors() -> None:
    """A secret address may have been withdrawn since the backup: none of them opens again."""
    db.session.execute(delete(db.metadata.tables["feed_key"]))
    db.session.execute(update(Collection).values(door=None, door_until=None))
    for code in db.session.scalars(select(JoinCode).where(JoinCode.closed_at.is_(None))):
        code.close()
    db.session.commit()


def _leave_old_epochs() -> None:
    """Whoever wrote on the site that is replaced holds texts that this one must not mix with."""
    live.retire_epochs(int(utcnow().timestamp()))
    db.session.commit()


def _make_media_again() -> None:
    """What plays and shows the files is in no backup: it is made again."""
    again = {"state": MediaState.WAITING, "progress": 0, "tries": 0, "tried_at": None}
    db.session.execute(update(Media).values(again))
    db.session.execute(update(Muted).values(again))
    db.session.commit()


def _load_tables(connection: Connection, metadata: MetaData, archive, manifest: dict) -> None:
    later = []
    order = backups.tables(metadata)
    for table in order:
        connection.execute(table.delete())  # what migrations put there is in the backup too
    for table in order:
        with archive.open(f"tables/{table.name}.jsonl") as lines:
            later += _load_table(connection, table, lines, _late_columns(table, order))
        found = connection.scalar(select(func.count()).select_from(table))
        if found != manifest["counts"][table.name]:
            raise ValueError(f"{table.name}: {found} rows instead of those of the backup.")
    for statement in later:
        connection.execute(statement)
    _follow_sequences(connection, order)


def _load_table(connection: Connection, table: Table, lines, late: list[str]) -> list:
    """Insert the rows, without what points to rows not there yet: the updates for these."""
    later = []
    for batch in _batches(lines):
        rows = [_decoded(table, json.loads(line)) for line in batch]
        for row in rows:
            values = {name: row[name] for name in late if row.get(name) is not None}
            if values:
                key = [column == row[column.name] for column in table.primary_key.columns]
                later.append(update(table).where(*key).values(values))
                row.update(dict.fromkeys(values))
        connection.execute(table.insert(), rows)
    return later


def _batches(lines) -> Iterator[list[bytes]]:
    while batch := list(islice(lines, backups.BATCH)):
        yield batch


def _late_columns(table: Table, order: list[Table]) -> list[str]:
    """Columns that may point to rows not loaded yet: of the same table, or of a later one."""
    loaded = {t.name for t in order[: order.index(table)]}
    return [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table.name not in loaded and key.parent.nullable
    ]


def _decoded(table: Table, row: dict) -> dict:
    for column in table.columns:
        value = row.get(column.name)
        if value is None:
            continue
        if isinstance(column.type, DateTime):
            row[column.name] = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        elif isinstance(column.type, Date):
            row[column.name] = datetime.fromisoformat(value).date()
        elif isinstance(column.type, LargeBinary):
            row[column.name] = base64.b64decode(value)
    return row


def _follow_sequences(connection: Connection, order: list[Table]) -> None:
    """PostgreSQL counts ids apart from the tables: the next one comes after those loaded."""
    if connection.dialect.name != "postgresql":
        return
    for table in order:
        key = list(table.primary_key.columns)
        if len(key) != 1 or not isinstance(key[0].type, Integer) or key[0].foreign_keys:
            continue
        highest = connection.scalar(select(func.max(key[0])))
        if highest:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :value)"),
                {"table": f'"{table.name}"', "column": key[0].name, "value": highest},
            )


def _refuse_if_inhabited() -> None:
    names = inspect(db.engine).get_table_names()
    inhabited = "user" in names and db.session.scalar(text('SELECT count(*) FROM "user"'))
    db.session.rollback()
    if inhabited or any(True for _ in storage.stored()):
        raise ValueError("Restore into an empty data folder (ESSAIM_DATA): this one is in use.")


def _empty_again(app: Flask) -> None:
    """A restore that failed leaves an empty place, so that it can be tried again."""
    db.session.remove()
    migrating.downgrade(app, "base")
    shutil.rmtree(app.config["DATA"] / "blobs", ignore_errors=True)

"""Look for damage: in the database, the histories, the files, the index, the disk."""

from collections.abc import Iterator

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from wiki import backups, jobs, mail, migrating, storage
from wiki.db import db
from wiki.files import media_making, muting, reading
from wiki.items.models import Item, Revision
from wiki.search import index

SHOWN = 5


def examine() -> tuple[list[str], list[str], list[str]]:
    """What is well, what is wrong and what deserves attention, in sentences."""
    well, wrong = [], []
    for check in (_structure, _database, _histories, _files, _index):
        try:
            found = list(check())
        except DatabaseError as error:
            found = [f"Database: {error.orig}"]
            db.session.rollback()
        wrong += found
        if not found:
            well.append(check.__doc__.rstrip("."))
    return (
        well,
        wrong,
        [
            *_letters(),
            *reading.troubles(),
            *media_making.troubles(),
            *muting.troubles(),
            *backups.state().warnings,
        ],
    )


def _structure() -> Iterator[str]:
    """The database has the structure of this version."""
    found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    if found != migrating.newest():
        yield f"The database is at version {found}; this Essaim expects {migrating.newest()}."


def _database() -> Iterator[str]:
    """The database file is sound and every reference leads somewhere."""
    if db.engine.dialect.name != "sqlite":
        return
    for (line,) in db.session.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield f"Database: {line}"
    for table, row, parent, _ in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"Database: row {row} of {table} points to a missing {parent}."


def _histories() -> Iterator[str]:
    """Every item has all its versions."""
    counted = (
        select(
            Revision.item_id,
            func.count().label("rows"),
            func.max(Revision.number).label("last"),
        )
        .group_by(Revision.item_id)
        .subquery()
    )
    broken = (
        select(Item.id, Item.title, Item.revision_count, counted.c.rows, counted.c.last)
        .outerjoin(counted, counted.c.item_id == Item.id)
        .where(
            (func.coalesce(counted.c.last, 0) != Item.revision_count)
            | (func.coalesce(counted.c.rows, 0) != Item.revision_count)
        )
        .order_by(Item.id)
    )
    for found in db.session.execute(broken):
        yield (
            f"Item {found.id} ({found.title}): {found.rows or 0} versions kept, the last one is "
            f"{found.last or 0}, the item says {found.revision_count}."
        )


def _files() -> Iterator[str]:
    """Every shared file is there, byte for byte."""
    table = db.metadata.tables.get("blob")
    expected = set(db.session.scalars(select(table.c.sha256))) if table is not None else set()
    present = {sha256 for sha256, _, _ in storage.stored()}
    yield from _some(sorted(expected - present), "The bytes of file {} are missing.")
    yield from _some(list(storage.damaged()), "The bytes of file {} are damaged.")


def _index() -> Iterator[str]:
    """The search index knows every item."""
    yield from index.doctor()


def _letters() -> Iterator[str]:
    """What could not be sent or done."""
    for letter in mail.undelivered()[:SHOWN]:
        yield f"A letter to {letter.to} could not be sent: {letter.error}"
    waiting = jobs.pending(current_app._get_current_object())
    if waiting > 1000:
        yield f"{waiting} jobs wait: is the server, or `essaim worker`, running?"


def _some(names: list[str], sentence: str) -> Iterator[str]:
    yield from (sentence.format(name) for name in names[:SHOWN])
    if len(names) > SHOWN:
        yield f"… and {len(names) - SHOWN} more."

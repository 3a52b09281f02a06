"""The rows of a group, as they leave: read in one moment, as far as this person may read."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Row, Select, select

from wiki import storage
from wiki.accounts.models import User
from wiki.archive import tables
from wiki.archive.tables import Sort
from wiki.consents.models import Tombstone
from wiki.consents.reckoning import refused
from wiki.db import db
from wiki.files import muting
from wiki.files.models import Blob, File, FileVersion
from wiki.groups.models import Group, Membership
from wiki.items import folding
from wiki.items.access import visible
from wiki.items.models import Item, Scope, Term

AT_ONCE = 400  # ids of one statement
PERSON = ("id", "name", "email", "pictogram", "colour", "lang", "professional")


class Silent(NamedTuple):
    """A recording with silence where words are masked: its bytes, where they lie, what they are."""

    sha256: str
    path: Path
    mime: str


@dataclass
class Gathered:
    """What of a group leaves: rows by table, the bytes they name, who and what they speak of."""

    group: Group
    rows: dict[str, list[dict]] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    stays: set[int] = field(default_factory=set)  # withheld: no text of what leaves tells of it
    people: list[dict] = field(default_factory=list)
    terms: list[dict] = field(default_factory=list)
    media: dict[str, dict] = field(default_factory=dict)
    silent: dict[str, "Silent"] = field(default_factory=dict)  # by what they are copies of
    left_out: list[dict] = field(default_factory=list)
    # What the items are here, by the numbers they leave under, when these are others.
    numbers: dict[int, int] = field(default_factory=dict)


def gather(group: Group, reader: User | None) -> Gathered:
    """All that a person may take away of a group; everything, without a person."""
    fold(group)
    found = Gathered(group)
    readable = select(Item.id).where(Item.group_id == group.id, Item.trashed_at.is_(None))
    if reader is not None:
        readable = readable.where(visible(reader))
    ids = set(db.session.scalars(readable))
    withdrawn = _withdrawn(ids)
    found.kept = ids - withdrawn
    waiting = _silence(found)
    found.kept -= waiting
    found.stays = withdrawn | waiting
    # Numbers only: with a title, what somebody withdrew would be told of again.
    for why, those in (("withdrawn", withdrawn), ("masked", waiting)):
        if those:
            found.left_out.append({"why": why, "count": len(those)})
    for sort in tables.sorts().values():
        found.rows[sort.name] = list(_rows(sort, found))
    _hush(found)
    _keep_to_members(found)
    found.people = _people(found)
    found.terms = _terms(found)
    found.media = _media(found)
    return found


def fold(group: Group) -> None:
    """What is being written at this moment becomes a version first."""
    from wiki.items.live import Room

    open_rooms = select(Room.item_id).where(Room.seq > Room.folded)
    written = select(Item).where(
        Item.group_id == group.id, Item.trashed_at.is_(None), Item.id.in_(open_rooms)
    )
    for item in db.session.scalars(written).all():
        folding.fold(item)


def _withdrawn(ids: set[int]) -> set[int]:
    """What somebody refused since: it waits here to be erased, and goes nowhere."""
    stands = Tombstone.lifted_at.is_(None)
    found = set(db.session.scalars(select(Tombstone.item_id).where(stands)))
    bytes_of = select(FileVersion.file_id).join(
        Tombstone,
        (Tombstone.sha256 == FileVersion.sha256)
        | (Tombstone.sha256 == FileVersion.original_sha256),
    )
    found |= set(db.session.scalars(bytes_of.where(stands)))
    # Also what was marked after they had said no to everything, over which no stone is raised.
    sealed = select(Item.id).where(Item.id.in_(ids), Item.ceiling == Scope.DRAFT)
    return ids & (found | refused(db.session.scalars(sealed)))


def _silence(found: Gathered) -> set[int]:
    """Recordings leave with silence where words are masked; those whose copy is not made, stay."""
    waiting = set()
    recorded = (
        select(File)
        .join(Blob)
        .where(
            File.group_id == found.group.id,
            Blob.mime.startswith("audio/") | Blob.mime.startswith("video/"),
        )
    )
    for file in db.session.scalars(recorded).all():
        if file.id not in found.kept or not muting.bind(file, muting.EVERYONE):
            continue
        path = muting.whole(file, muting.EVERYONE)
        if path is None or not path.exists():
            waiting.add(file.id)
        elif file.sha256 not in found.silent:
            with path.open("rb") as silent:
                digest = hashlib.file_digest(silent, "sha256").hexdigest()
            found.silent[file.sha256] = Silent(digest, path, file.blob.mime)
    return waiting


def _hush(found: Gathered) -> None:
    """The rows tell the silent copies, and no masked word."""
    for name in ("file", "file_version"):
        for row in found.rows[name]:
            if silent := found.silent.get(row["sha256"]):
                row["sha256"] = silent.sha256
    for row in found.rows["revision"]:
        said = row["data"].get("sha256") if isinstance(row["data"], dict) else None
        if silent := found.silent.get(said):
            row["data"] = row["data"] | {"sha256": silent.sha256}
    for row in found.rows["cue"]:
        if row["masked"]:
            row["text"] = ""


def _keep_to_members(found: Gathered) -> None:
    """Who follows what, for members only: what others read is not the group's to tell."""
    members = {row["user_id"] for row in found.rows["membership"]}
    found.rows["watch"] = [row for row in found.rows["watch"] if row["user_id"] in members]
    found.rows["co_owner"] = [row for row in found.rows["co_owner"] if row["user_id"]]


def _rows(sort: Sort, found: Gathered) -> Iterator[dict]:
    columns = list(sort.columns())
    for row in _read(sort, found, columns):
        values = dict(zip([one.name for one in columns], row, strict=True))
        told = _told(sort, tables.withheld(sort.name, values), found.kept)
        if told is not None:
            yield {name: plain(value) for name, value in told.items()}


def _told(sort: Sort, row: dict, kept: set[int]) -> dict | None:
    """A row without what it names and that stays; None when it cannot do without."""
    gone = [
        name for name, named in sort.names.items()
        if named == "item" and row.get(name) is not None and row[name] not in kept
    ]  # fmt: skip
    if gone and (change := tables.left_behind(sort.name)):
        return change(row, kept)
    for name in gone:
        falls = not sort.table.columns[name].nullable or name == sort.owner_column
        if falls or _falls_with(sort, name):
            return None
        row[name] = None
    return row


def _falls_with(sort: Sort, name: str) -> bool:
    return any(key.ondelete == "CASCADE" for key in sort.table.columns[name].foreign_keys)


def _read(sort: Sort, found: Gathered, columns: list) -> Iterator[Row]:
    owner = sort.table.columns[sort.owner_column]
    order = list(sort.table.primary_key.columns)
    if sort.owner == "group":
        query: Select = select(*columns).where(owner == found.group.id)
        if sort.name == "item":
            some = sorted(found.kept)
            for start in range(0, len(some), AT_ONCE):
                chosen = query.where(sort.table.c.id.in_(some[start : start + AT_ONCE]))
                yield from db.session.execute(chosen.order_by(*order))
            return
        yield from db.session.execute(query.order_by(*order))
        return
    key = tables.sorts()[sort.owner].key
    above = sorted(row[key] for row in found.rows[sort.owner])
    for start in range(0, len(above), AT_ONCE):
        chosen = select(*columns).where(owner.in_(above[start : start + AT_ONCE]))
        yield from db.session.execute(chosen.order_by(*order))


def _people(found: Gathered) -> list[dict]:
    """Everybody that the rows name; with an address for those who belong to the group only."""
    ids = {
        row[name]
        for sort in tables.sorts().values()
        for row in found.rows[sort.name]
        for name in sort.people
        if row.get(name) is not None
    }
    for row in found.rows.get("stretches", []):
        ids |= {one[1] for one in row["runs"] or [] if isinstance(one[1], int)}
    members = set(
        db.session.scalars(select(Membership.user_id).where(Membership.group_id == found.group.id))
    )
    people = []
    for person in _each(select(User), User.id, ids):
        told = {name: plain(getattr(person, name)) for name in PERSON}
        if person.id not in members:
            told["email"], told["professional"] = None, False
        people.append(told)
    return people


def _terms(found: Gathered) -> list[dict]:
    ids = {row["term_id"] for row in found.rows["item_term"]}
    return [
        {"id": one.id, "vocabulary": one.vocabulary, "slug": one.slug, "label": one.label,
         "label_en": one.label_en}
        for one in _each(select(Term), Term.id, ids)
    ]  # fmt: skip


def _media(found: Gathered) -> dict[str, dict]:
    """The bytes that rows name, by SHA-256: what they are, and where they lie."""
    wanted = {
        row["sha256"] for name, rows in found.rows.items() for row in rows
        if "sha256" in tables.sorts()[name].table.columns and row["sha256"]
    }  # fmt: skip
    media = {
        one.sha256: {"size": one.size, "mime": one.mime}
        for one in _each(select(Blob), Blob.sha256, wanted)
    }
    for silent in found.silent.values():
        size = silent.path.stat().st_size
        media[silent.sha256] = {"size": size, "mime": silent.mime}
    return media


def place_of(found: Gathered, sha256: str) -> Path:
    """Where the bytes lie that leave."""
    silent = {one.sha256: one.path for one in found.silent.values()}
    return silent.get(sha256) or storage.path_of(sha256)


def _each(query: Select, column, values: set) -> Iterator:
    some = sorted(values)
    for start in range(0, len(some), AT_ONCE):
        chosen = query.where(column.in_(some[start : start + AT_ONCE]))
        yield from db.session.scalars(chosen.order_by(column))


def plain(value):
    """A value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def line(row: dict) -> bytes:
    """One row of a table as one line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

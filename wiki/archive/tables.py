"""What of the database belongs to a group and travels with it; what never does, and why.

Everything that hangs from a group or from its items travels by itself, so a new kind needs a word
here only when something of it must stay.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Column, Table

from wiki.db import db

# Keys and doors of people and of programs; what is being written; what is made again; what other
# sites and people asked of this one; who read what.
STAYS = {
    "access_card", "api_token", "archive_bundle", "archive_conflict", "archive_import", "blob",
    "classroom", "consent_link", "download_count", "feed_key", "invitation", "join_code",
    "kit_work", "live_room", "live_update", "map_import", "media", "notice", "notice_preference",
    "notification_pending", "offline_bundle", "portrait_draft", "public_record",
    "publication_request", "rendering", "report_draft", "report_problem", "report_question",
    "saved_search", "search_count", "search_facet", "search_text", "trainee", "upload",
    "user_session",
}  # fmt: skip
# Columns that are a key, or are made again from others.
EMPTIED = {
    "co_owner": {"group_id": None},  # other groups do not travel
    "collection": {"door": None, "door_until": None},
    "comment": {"html": "", "author_email": ""},
    "file_version": {"original_sha256": None},
    "map_feature": {"html": ""},
    "map_step": {"html": ""},
    "membership": {"visited_at": None},
    "item": {"ceiling": None},
}
# Numbers kept without a foreign key, by the table they name.
ALSO_NUMBERS = {
    ("consent_event", "person_id"): "person",
    ("consent_event", "item_id"): "item",
    ("consent_release", "item_id"): "item",
}
HANGS_FROM = {"event": "group_id", "discussion_answer": "discussion_id"}


@dataclass
class Sort:
    """One table that travels: the column that leads to its owner, and those that name others."""

    table: Table
    owner: str
    owner_column: str
    names: dict[str, str] = field(default_factory=dict)  # column → table it names
    people: list[str] = field(default_factory=list)
    key: str | None = None  # the column by which others name its rows

    @property
    def name(self) -> str:
        """The name of the table, and of its rows in an archive."""
        return self.table.name

    def columns(self) -> Iterator[Column]:
        """What is written of each row."""
        kept = EMPTIED.get(self.name, {})
        return (column for column in self.table.columns if column.name not in kept)


_beside: dict[str, Callable] = {}
_numbered: dict[str, Callable] = {}
_leaving: dict[str, Callable] = {}
_withholding: dict[str, Callable] = {}


def beside(kind: str, write: Callable) -> None:
    """Let a kind write files of its own form: (suffix, bytes) of `write(item, reader, stays)`.

    `stays`: the numbers of what does not leave, of which nothing is to tell.
    """
    _beside[kind] = write


def written_beside(kind: str) -> Callable | None:
    """How a kind writes itself in a form of its own, if it does."""
    return _beside.get(kind)


def numbered(name: str, change: Callable) -> None:
    """Let a kind, or a table, say where its JSON names items: `change(values, number)`.

    `number(old)` gives the number an item has now, or None.
    """
    _numbered[name] = change


def renumbering(name: str) -> Callable | None:
    """How the numbers inside the values of a kind or a table are changed, if there are any."""
    return _numbered.get(name)


def leaving(table: str, change: Callable) -> None:
    """Let a kind say what becomes of a row that names items left behind: `change(row, kept)`."""
    _leaving[table] = change


def left_behind(table: str) -> Callable | None:
    """What becomes of a row that names what does not travel; without it, the row stays too."""
    return _leaving.get(table)


def withholding(table: str, change: Callable) -> None:
    """Let a kind take out of its rows what may leave by no way: `change(row)` gives the row."""
    _withholding[table] = change


def withheld(table: str, row: dict) -> dict:
    """A row without what its kind lets leave by no way."""
    change = _withholding.get(table)
    return change(row) if change else row


@cache
def sorts() -> dict[str, Sort]:
    """The tables that travel, owners first."""
    found: dict[str, Sort] = {}
    for table in db.metadata.sorted_tables:
        if table.name in STAYS or table.name in ("user", "group", "term", "tombstone"):
            continue
        owner_column = HANGS_FROM.get(table.name) or _owner(table, found)
        if owner_column is None:
            continue
        column = table.columns[owner_column]
        owner = next(iter(column.foreign_keys)).column.table.name
        found[table.name] = _sort(Sort(table, owner, owner_column))
    return found


def _sort(sort: Sort) -> Sort:
    for one in sort.table.columns:
        if not one.foreign_keys:
            continue
        named = next(iter(one.foreign_keys)).column.table.name
        if named == "user":
            sort.people.append(one.name)
        elif named != "blob":
            sort.names[one.name] = named
    also = {column: named for (where, column), named in ALSO_NUMBERS.items() if where == sort.name}
    sort.names |= also
    primary = list(sort.table.primary_key.columns)
    sort.key = primary[0].name if len(primary) == 1 else None
    return sort


def _owner(table: Table, found: dict[str, Sort]) -> str | None:
    """The column by which a row belongs to a group, or to a row that does."""
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name in (*found, "group") and key.ondelete == "CASCADE":
                return column.name
    return None

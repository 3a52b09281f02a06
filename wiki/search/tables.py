"""What the search keeps in the database beside the items: terms, texts for highlights, and words.

`search_fts` is the index itself: an FTS5 table in SQLite, a table with a tsvector in PostgreSQL.
It is no part of the metadata because the two have nothing in common; `create_fts` makes it.
"""

import json
import zlib

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, event, text

from wiki.db import db

MAIN = ("title", "lead", "headings", "body")  # what an item says itself
FIELDS = (*MAIN, "attachments", "comments")
WEIGHTS = (8.0, 4.0, 3.0, 1.0, 0.7, 0.4)  # of one occurrence in each field, for bm25
_BETWEEN = "\x1f"  # between two fields kept together

# The texts as written, compressed: they are read for twenty results at a time.
search_text = Table(
    "search_text",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    Column("main", LargeBinary, nullable=False),
    Column("attachments", LargeBinary, nullable=False),
    Column("comments", LargeBinary, nullable=False),
    Column("places", Text, nullable=False),  # JSON: where each part begins in `attachments`
    Column("analysis", String(16), nullable=False),  # with which the index read the texts
)
# What a facet counts: an item's terms, those above them, and what its own facts say.
search_facet = Table(
    "search_facet",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
# The same, all ids of an item in one text: to count thousands of items, one row of each is read.
search_count = Table(
    "search_count",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    Column("terms", Text, nullable=False),
)
search_word = Table(
    "search_word",
    db.metadata,
    Column("form", String(40), primary_key=True),
    Column("folded", String(80), nullable=False, index=True),
    Column("sound", String(80), nullable=False, index=True),
    Column("term", String(80), nullable=False, index=True),
)
search_state = Table(
    "search_state",
    db.metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

_GIVEN = ", ".join(
    f"essaim_terms('{field}', {{0}}.{'main' if field in MAIN else field})" for field in FIELDS
)
_ADD = (
    f"INSERT INTO search_fts (rowid, {', '.join(FIELDS)}) "
    f"VALUES (new.item_id, {_GIVEN.format('new')})"
)
# FTS5 forgets a row only by the very terms it was given; those of another analysis cannot be told.
_FORGET = (
    f"INSERT INTO search_fts (search_fts, rowid, {', '.join(FIELDS)}) "
    f"SELECT 'delete', old.item_id, {_GIVEN.format('old')} WHERE old.analysis = essaim_analysis()"
)
# The index holds no copy of the terms: it follows the texts by triggers, whoever changes them.
SQLITE = (
    f"CREATE VIRTUAL TABLE search_fts USING fts5"
    f"({', '.join(FIELDS)}, content = '', tokenize = 'ascii')",
    "CREATE VIRTUAL TABLE search_term USING fts5vocab(search_fts, 'row')",
    f"CREATE TRIGGER search_text_new AFTER INSERT ON search_text BEGIN {_ADD}; END",
    f"CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN {_FORGET}; END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE OF main, attachments, comments "
    f"ON search_text BEGIN {_FORGET}; {_ADD}; END",
)
POSTGRES = (
    "CREATE TABLE search_fts (item_id integer PRIMARY KEY "
    "REFERENCES search_text (item_id) ON DELETE CASCADE, vector tsvector NOT NULL) "
    # Ranking looks at each vector several times: out of its row, it is fetched each time.
    "WITH (toast_tuple_target = 8160)",
    "CREATE INDEX ix_search_fts_vector ON search_fts USING gin (vector)",
)
DROP = ("DROP TABLE IF EXISTS search_term", "DROP TABLE IF EXISTS search_fts")


def packed(texts: dict[str, str]) -> dict[str, bytes]:
    """Texts by field as they are kept, at about half their size."""
    return {
        "main": _packed(_BETWEEN.join(texts[field].replace(_BETWEEN, " ") for field in MAIN)),
        "attachments": _packed(texts["attachments"]),
        "comments": _packed(texts["comments"]),
    }


def unpacked(kept: bytes) -> str:
    """One kept text as it was."""
    return zlib.decompress(kept).decode("utf-8", "surrogatepass") if kept else ""


class Texts(dict):
    """The texts of a row by field, unpacked when they are looked at."""

    def __init__(self, row):
        super().__init__()
        self.row = row

    def __missing__(self, field: str) -> str:
        if field in MAIN:
            self.update(split(unpacked(self.row.main)))
        else:
            self[field] = unpacked(getattr(self.row, field))
        return self[field]

    def places(self) -> list[list]:
        """Where each part of `attachments` begins: [offset, kind, label, place, item_id]."""
        return json.loads(self.row.places) if self.row.places else []

    def end_of_terms(self) -> int:
        """How many of the first letters of `attachments` are the words of the item's terms."""
        kinds = [(place[0], place[1]) for place in self.places()]
        others = (offset for offset, kind in kinds if kind != "term")
        return next(others, len(self["attachments"]) if kinds else 0)


def split(main: str) -> dict[str, str]:
    """The fields that are kept together."""
    return dict(zip(MAIN, main.split(_BETWEEN), strict=True))


def texts_of(row) -> dict[str, str]:
    """All the texts of a row, by field."""
    texts = Texts(row)
    return {field: texts[field] for field in FIELDS}


def _packed(words: str) -> bytes:
    return zlib.compress(words.encode("utf-8", "surrogatepass"), 6) if words else b""


@event.listens_for(search_text, "after_create")
def create_fts(_target, connection, **_):
    """Make the index for this database, beside the ordinary tables."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.execute(text(statement))


@event.listens_for(search_text, "before_drop")
def drop_fts(_target, connection, **_):
    """Remove the index before the table that it follows."""
    for statement in DROP:
        connection.execute(text(statement))

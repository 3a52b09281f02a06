"""What the search keeps in the database beside the items: terms, texts for highlights, and words.

`search_fts` is the index itself: an FTS5 table in SQLite, a table with a tsvector in PostgreSQL.
It is no part of the metadata because the two have nothing in common; `create_fts` makes it.
"""

import json
import zlib

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, event, text

from wiki.db import db

ANALYSIS = "2"  # of text to terms; another value than the index was made with has it made again
FIELDS = ("title", "lead", "headings", "body", "attachments", "comments")
WEIGHTS = (8.0, 4.0, 3.0, 1.0, 0.7, 0.4)  # of one occurrence in each field, for bm25

# The texts as written, compressed: they are read for twenty results at a time.
search_text = Table(
    "search_text",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    *(Column(field, LargeBinary, nullable=False) for field in FIELDS),
    Column("places", Text, nullable=False),  # JSON: where each part begins in `attachments`
)
# What a facet counts: an item's terms, those above them, and what its own facts say.
search_facet = Table(
    "search_facet",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
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

_COLUMNS = f"({', '.join(FIELDS)}, tokenize = 'ascii')"
SQLITE = (
    f"CREATE VIRTUAL TABLE search_fts USING fts5{_COLUMNS}",
    "CREATE VIRTUAL TABLE search_term USING fts5vocab(search_fts, 'row')",
    # Deleting an item or a whole group cascades to its text; the index follows.
    "CREATE TRIGGER search_text_gone AFTER DELETE ON search_text "
    "BEGIN DELETE FROM search_fts WHERE rowid = old.item_id; END",
)
POSTGRES = (
    "CREATE TABLE search_fts (item_id integer PRIMARY KEY "
    "REFERENCES search_text (item_id) ON DELETE CASCADE, vector tsvector NOT NULL)",
    "CREATE INDEX ix_search_fts_vector ON search_fts USING gin (vector)",
)
DROP = ("DROP TABLE IF EXISTS search_term", "DROP TABLE IF EXISTS search_fts")


def packed(words: str) -> bytes:
    """A text as it is kept: about half its size for an ordinary page."""
    return zlib.compress(words.encode("utf-8", "surrogatepass"), 1) if words else b""


def unpacked(kept: bytes) -> str:
    """A kept text as it was."""
    return zlib.decompress(kept).decode("utf-8", "surrogatepass") if kept else ""


def places_of(row) -> list[list]:
    """Where each part of `attachments` begins: [offset, kind, label, place, item_id]."""
    return json.loads(row.places) if row.places else []


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

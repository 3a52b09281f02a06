"""What the search keeps in the database beside the items: terms, texts for highlights, and words.

`search_fts` is the index itself: an FTS5 table in SQLite, a table with a tsvector in PostgreSQL.
It is no part of the metadata because the two have nothing in common; `create_fts` makes it.
"""

from sqlalchemy import Column, ForeignKey, String, Table, Text, event, text

from wiki.db import db

FIELDS = ("title", "lead", "headings", "body", "attachments")
WEIGHTS = (8.0, 4.0, 3.0, 1.0, 0.7)  # of one occurrence in each field, for bm25

search_text = Table(
    "search_text",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    *(Column(field, Text, nullable=False) for field in FIELDS),
)
search_word = Table(
    "search_word",
    db.metadata,
    Column("form", String(40), primary_key=True),
    Column("folded", String(80), nullable=False, index=True),
    Column("sound", String(80), nullable=False, index=True),
    Column("term", String(80), nullable=False, index=True),
)

SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5"
    "(title, lead, headings, body, attachments, tokenize = 'ascii')",
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

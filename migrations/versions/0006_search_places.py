"""Search: remarks and places of what was found, texts kept packed, facets with their ancestors.

The index is made again by the first start after it: texts are read from the items.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OLD = ("title", "lead", "headings", "body", "attachments")
NEW = (*OLD, "comments")
GIVEN = ", ".join(
    f"essaim_terms('{field}', {{0}}.{'main' if field in OLD[:4] else field})" for field in NEW
)
ADD = (
    f"INSERT INTO search_fts (rowid, {', '.join(NEW)}) VALUES (new.item_id, {GIVEN.format('new')})"
)
FORGET = (
    f"INSERT INTO search_fts (search_fts, rowid, {', '.join(NEW)}) "
    f"SELECT 'delete', old.item_id, {GIVEN.format('old')} WHERE old.analysis = essaim_analysis()"
)
SQLITE = (
    f"CREATE VIRTUAL TABLE search_fts USING fts5({', '.join(NEW)}, content = '', "
    "tokenize = 'ascii')",
    "CREATE VIRTUAL TABLE search_term USING fts5vocab(search_fts, 'row')",
    f"CREATE TRIGGER search_text_new AFTER INSERT ON search_text BEGIN {ADD}; END",
    f"CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN {FORGET}; END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE OF main, attachments, comments "
    f"ON search_text BEGIN {FORGET}; {ADD}; END",
)
OLD_SQLITE = (
    f"CREATE VIRTUAL TABLE search_fts USING fts5({', '.join(OLD)}, tokenize = 'ascii')",
    "CREATE VIRTUAL TABLE search_term USING fts5vocab(search_fts, 'row')",
    "CREATE TRIGGER search_text_gone AFTER DELETE ON search_text "
    "BEGIN DELETE FROM search_fts WHERE rowid = old.item_id; END",
)
POSTGRES = (
    "CREATE TABLE search_fts (item_id integer PRIMARY KEY "
    "REFERENCES search_text (item_id) ON DELETE CASCADE, vector tsvector NOT NULL)",
    "CREATE INDEX ix_search_fts_vector ON search_fts USING gin (vector)",
)


def upgrade():
    drop()
    op.create_table(
        "search_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("main", sa.LargeBinary(), nullable=False),
        sa.Column("attachments", sa.LargeBinary(), nullable=False),
        sa.Column("comments", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("analysis", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_text")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
    op.create_table(
        "search_facet",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_facet_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_search_facet_term_id_term"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "term_id", name=op.f("pk_search_facet")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_facet_term_id"), "search_facet", ["term_id"])
    op.create_table(
        "search_count",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_count_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_count")),
    )
    op.create_table(
        "search_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )


def downgrade():
    op.drop_table("search_state")
    op.drop_table("search_count")
    op.drop_table("search_facet")
    drop()
    op.create_table(
        "search_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        *(sa.Column(field, sa.Text(), nullable=False) for field in OLD),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_text")),
    )
    for statement in OLD_SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def drop():
    op.execute("DROP TABLE IF EXISTS search_term")
    op.execute("DROP TABLE IF EXISTS search_fts")
    op.drop_table("search_text")
    op.execute("DELETE FROM search_word")

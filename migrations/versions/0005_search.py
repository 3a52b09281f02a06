"""The search: terms, texts for highlights, and words."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5"
    "(title, lead, headings, body, attachments, tokenize = 'ascii')",
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
    op.create_table(
        "search_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_text")),
    )
    op.create_table(
        "search_word",
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("sound", sa.String(length=80), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_search_word")),
    )
    for column in ("folded", "sound", "term"):
        op.create_index(op.f(f"ix_search_word_{column}"), "search_word", [column])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade():
    op.execute("DROP TABLE IF EXISTS search_term")
    op.execute("DROP TABLE IF EXISTS search_fts")
    op.drop_table("search_word")
    op.drop_table("search_text")

"""Search: remarks and places of what was found, texts kept packed, facets with their ancestors.

The index is made again by the first start after it: texts are read from the items.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OLD = ("title", "lead", "headings", "body", "attachments")
NEW = (*OLD, "comments")


def upgrade():
    drop()
    op.create_table(
        "search_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        *(sa.Column(field, sa.LargeBinary(), nullable=False) for field in NEW),
        sa.Column("places", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_search_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_text")),
    )
    create_index(NEW)
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
        "search_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )


def downgrade():
    op.drop_table("search_state")
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
    create_index(OLD)


def drop():
    op.execute("DROP TABLE IF EXISTS search_term")
    op.execute("DROP TABLE IF EXISTS search_fts")
    op.drop_table("search_text")
    op.execute("DELETE FROM search_word")


def create_index(fields):
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE VIRTUAL TABLE search_fts USING fts5({', '.join(fields)}, tokenize = 'ascii')"
        )
        op.execute("CREATE VIRTUAL TABLE search_term USING fts5vocab(search_fts, 'row')")
        op.execute(
            "CREATE TRIGGER search_text_gone AFTER DELETE ON search_text "
            "BEGIN DELETE FROM search_fts WHERE rowid = old.item_id; END"
        )
    else:
        op.execute(
            "CREATE TABLE search_fts (item_id integer PRIMARY KEY "
            "REFERENCES search_text (item_id) ON DELETE CASCADE, vector tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_fts_vector ON search_fts USING gin (vector)")

"""Collections, their owners from elsewhere, and where an adapted report comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("door", sa.String(length=64), nullable=True),
        sa.Column("door_until", sa.DateTime(), nullable=True),
        _to("collection", "id", "item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("door", name=op.f("uq_collection_door")),
    )
    op.create_table(
        "collection_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        _to("collection_entry", "collection_id", "collection"),
        _to("collection_entry", "target_id", "item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_entry")),
    )
    _index("collection_entry", "collection_id", "target_id")
    op.create_table(
        "co_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _to("co_owner", "item_id", "item"),
        _to("co_owner", "user_id", "user"),
        _to("co_owner", "group_id", "group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_owner")),
    )
    _index("co_owner", "item_id", "user_id", "group_id")
    op.create_table(
        "adaptation",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("licence", sa.String(length=60), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("guided", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _to("adaptation", "item_id", "item"),
        _to("adaptation", "source_id", "item", "SET NULL"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_adaptation")),
    )
    _index("adaptation", "source_id")


def downgrade():
    for table in ("adaptation", "co_owner", "collection_entry", "collection"):
        op.drop_table(table)


def _to(table, column, target, ondelete="CASCADE"):
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _index(table, *columns):
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])

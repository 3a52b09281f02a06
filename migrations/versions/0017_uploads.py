"""Files sent in pieces: who sends what where, until the last piece has come."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade():
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("credit", sa.String(length=200), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        *[
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_upload_{column}_{table}"),
                ondelete="CASCADE" if column in ("user_id", "group_id") else "SET NULL",
            )
            for column, table in (
                ("user_id", "user"),
                ("group_id", "group"),
                ("folder_id", "folder"),
                ("parent_id", "item"),
                ("file_id", "file"),
            )
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    for column in ("user_id", "group_id", "folder_id", "parent_id", "file_id", "created_at"):
        op.create_index(op.f(f"ix_upload_{column}"), "upload", [column])


def downgrade():
    op.drop_table("upload")

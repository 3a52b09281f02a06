"""Portraits, and what is typed in one before it is recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade():
    op.create_table(
        "portrait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(10), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["item.id"], name=op.f("fk_portrait_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portrait")),
    )
    op.create_table(
        "portrait_draft",
        sa.Column("portrait_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("stamp", sa.String(16), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portrait_id"], ["portrait.id"],
            name=op.f("fk_portrait_draft_portrait_id_portrait"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"],
            name=op.f("fk_portrait_draft_user_id_user"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portrait_id", "user_id", name=op.f("pk_portrait_draft")),
    )  # fmt: skip
    op.create_index(op.f("ix_portrait_draft_user_id"), "portrait_draft", ["user_id"])


def downgrade():
    op.drop_table("portrait_draft")
    op.drop_table("portrait")

"""Kits and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade():
    op.create_table(
        "kit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("programme", sa.JSON(), nullable=False),
        sa.Column("facilitator", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.Column("faq", sa.Text(), nullable=False),
        sa.Column("structure", sa.String(200), nullable=False),
        sa.Column("licence", sa.String(60), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("came_from", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name=op.f("fk_kit_id_item"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit")),
    )  # fmt: skip
    op.create_index(op.f("ix_kit_uid"), "kit", ["uid"])
    op.create_table(
        "kit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_kit_version_kit_id_kit"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"],
                                name=op.f("fk_kit_version_sha256_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_version")),
        sa.UniqueConstraint("kit_id", "number", name=op.f("uq_kit_version_kit_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_kit_version_sha256"), "kit_version", ["sha256"])


def downgrade():
    op.drop_table("kit_version")
    op.drop_table("kit")

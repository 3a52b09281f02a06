"""Folders of a group that open without network: asked for, then made by a job."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade():
    op.create_table(
        "offline_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reach", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=True),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("site", sa.String(300), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("booklet", sa.String(10), nullable=False),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("masks", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_offline_bundle_group_id_group"),
            ondelete="CASCADE",
        ),  # fmt: skip
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_offline_bundle_user_id_user"),
            ondelete="CASCADE",
        ),  # fmt: skip
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_bundle")),
    )
    for column in ("group_id", "user_id", "state"):
        op.create_index(op.f(f"ix_offline_bundle_{column}"), "offline_bundle", [column])


def downgrade():
    op.drop_table("offline_bundle")

"""Recordings made again with silence where words are masked."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade():
    op.create_table(
        "muted",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blob.sha256"], name=op.f("fk_muted_sha256_blob"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", "digest", name=op.f("pk_muted")),
    )
    op.create_index(op.f("ix_muted_state"), "muted", ["state"])


def downgrade():
    op.drop_index(op.f("ix_muted_state"), "muted")
    op.drop_table("muted")

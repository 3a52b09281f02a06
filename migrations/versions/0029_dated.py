"""Whatever has a day and an hour: sessions, and training days later on."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade():
    op.create_table(
        "dated",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("programme", sa.JSON(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name=op.f("fk_dated_id_item"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated")),
        sa.UniqueConstraint("uid", name=op.f("uq_dated_uid")),
    )  # fmt: skip
    op.create_index(op.f("ix_dated_starts_at"), "dated", ["starts_at"])
    op.create_index(op.f("ix_dated_ends_at"), "dated", ["ends_at"])


def downgrade():
    op.drop_index(op.f("ix_dated_ends_at"), table_name="dated")
    op.drop_index(op.f("ix_dated_starts_at"), table_name="dated")
    op.drop_table("dated")

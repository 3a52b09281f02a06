"""What those who took something up are asked three months later."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade():
    with op.batch_alter_table("adaptation") as table:
        table.add_column(sa.Column("redone", sa.String(10), nullable=False, server_default=""))
        table.add_column(sa.Column("place", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("people", sa.Integer(), nullable=True))
        table.add_column(sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("shared", sa.Boolean(), nullable=False, server_default="0"))
        table.add_column(sa.Column("asked_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("told_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("adaptation") as table:
        for name in ("redone", "place", "outcome", "shared"):
            table.alter_column(name, server_default=None)


def downgrade():
    with op.batch_alter_table("adaptation") as table:
        for name in ("redone", "place", "people", "outcome", "shared", "asked_at", "told_at"):
            table.drop_column(name)

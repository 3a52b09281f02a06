"""What was withdrawn is written in a book beside the database, by the lines of the register."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade():
    with op.batch_alter_table("tombstone") as table:
        table.drop_index("ix_tombstone_written")
        table.drop_column("written")


def downgrade():
    with op.batch_alter_table("tombstone") as table:
        table.add_column(sa.Column("written", sa.Boolean(), nullable=False, server_default="0"))
        table.create_index("ix_tombstone_written", ["written"])

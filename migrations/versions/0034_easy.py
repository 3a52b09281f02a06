"""Easy reading: a choice of each person, and pages that are the easy version of another."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade():
    for table, column in (("user", "easy"), ("page", "is_easy")):
        with op.batch_alter_table(table) as change:
            change.add_column(
                sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false())
            )


def downgrade():
    for table, column in (("user", "easy"), ("page", "is_easy")):
        with op.batch_alter_table(table) as change:
            change.drop_column(column)

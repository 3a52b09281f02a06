"""Notifications: what is waiting to be told, and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    pass


def downgrade():
    pass

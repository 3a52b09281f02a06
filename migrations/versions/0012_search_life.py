"""Saved searches, and searches that found nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    pass


def downgrade():
    pass

"""Collections, and where an adapted report comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    pass


def downgrade():
    pass

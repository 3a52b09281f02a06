"""What leaves: records of what is no longer public."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    pass


def downgrade():
    pass

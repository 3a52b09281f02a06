"""Files: what was read inside."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    pass


def downgrade():
    pass

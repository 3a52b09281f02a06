"""Search: comments and places of what was found, facets with their ancestors."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    pass


def downgrade():
    pass

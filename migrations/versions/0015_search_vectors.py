"""PostgreSQL keeps the words of most items in their row, where ranking reads them at once."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    # Rows written before are moved when the index is made again, as it is after this upgrade.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_fts SET (toast_tuple_target = 8160)")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_fts RESET (toast_tuple_target)")

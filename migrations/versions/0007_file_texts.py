"""Files: what was read inside."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    with op.batch_alter_table("file") as batch:
        # Every file waits: what was read until now had neither pages nor PDFs.
        batch.add_column(
            sa.Column("text_state", sa.String(10), nullable=False, server_default="waiting")
        )
        batch.add_column(sa.Column("text_tries", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("text_tried_at", sa.DateTime()))
    with op.batch_alter_table("file") as batch:
        batch.alter_column("text_state", server_default=None)
        batch.alter_column("text_tries", server_default=None)
        batch.create_index(op.f("ix_file_text_state"), ["text_state"])


def downgrade():
    with op.batch_alter_table("file") as batch:
        batch.drop_index(op.f("ix_file_text_state"))
        batch.drop_column("text_tried_at")
        batch.drop_column("text_tries")
        batch.drop_column("text_state")

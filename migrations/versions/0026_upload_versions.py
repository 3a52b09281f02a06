"""A newer state of a file may come in pieces too."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade():
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("version_of_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("note", sa.String(300), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_upload_version_of_id_file"), "file", ["version_of_id"], ["id"],
            ondelete="CASCADE",
        )  # fmt: skip
        table.create_index(op.f("ix_upload_version_of_id"), ["version_of_id"])
    with op.batch_alter_table("upload") as table:
        table.alter_column("note", server_default=None)


def downgrade():
    with op.batch_alter_table("upload") as table:
        table.drop_index(op.f("ix_upload_version_of_id"))
        table.drop_constraint(op.f("fk_upload_version_of_id_file"), type_="foreignkey")
        table.drop_column("note")
        table.drop_column("version_of_id")

"""Where things stood when a group and its copy last were the same; archives brought by commands."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade():
    op.create_table(
        "archive_standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("copy", sa.String(36), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], ondelete="CASCADE",
                                name=op.f("fk_archive_standing_group_id_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_standing")),
        sa.UniqueConstraint("group_id", "copy", "name",
                            name=op.f("uq_archive_standing_group_id")),
    )  # fmt: skip
    with op.batch_alter_table("archive_import") as table:
        table.alter_column("actor_id", existing_type=sa.Integer(), nullable=True)


def downgrade():
    op.execute("DELETE FROM archive_import WHERE actor_id IS NULL")
    with op.batch_alter_table("archive_import") as table:
        table.alter_column("actor_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("archive_standing")

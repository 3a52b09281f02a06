"""Versions of kits may lose their bytes; kits are made and adapted by a job."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade():
    with op.batch_alter_table("kit_version") as table:
        table.add_column(sa.Column("gone", sa.String(10), nullable=False, server_default=""))
        table.add_column(sa.Column("was", sa.String(64), nullable=False, server_default=""))
        table.alter_column("sha256", existing_type=sa.String(64), nullable=True)
    with op.batch_alter_table("kit_version") as table:
        for name in ("gone", "was"):
            table.alter_column(name, server_default=None)
    op.create_index(op.f("ix_kit_version_was"), "kit_version", ["was"])
    op.create_table(
        "kit_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_kit_work_kit_id_kit"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_kit_work_actor_id_user"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_id"], ["group.id"], name=op.f("fk_kit_work_made_id_group"),
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_work")),
    )  # fmt: skip
    for column in ("kit_id", "actor_id", "made_id", "state"):
        op.create_index(op.f(f"ix_kit_work_{column}"), "kit_work", [column])


def downgrade():
    op.drop_table("kit_work")
    op.drop_index(op.f("ix_kit_version_was"), table_name="kit_version")
    op.execute("DELETE FROM kit_version WHERE sha256 IS NULL")
    with op.batch_alter_table("kit_version") as table:
        table.alter_column("sha256", existing_type=sa.String(64), nullable=False)
        for name in ("was", "gone"):
            table.drop_column(name)

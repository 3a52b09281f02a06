"""Training days: rooms of sandbox accounts, and who sat in them."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade():
    op.create_table(
        "classroom",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=True),
        sa.Column("sandbox_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column("timer_ends_at", sa.DateTime(), nullable=True),
        sa.Column("shown_path", sa.String(300), nullable=False),
        sa.Column("shown_title", sa.String(200), nullable=False),
        sa.Column("shown_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("reset_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], ondelete="CASCADE",
                                name=op.f("fk_classroom_group_id_group")),
        sa.ForeignKeyConstraint(["training_id"], ["item.id"], ondelete="SET NULL",
                                name=op.f("fk_classroom_training_id_item")),
        sa.ForeignKeyConstraint(["sandbox_id"], ["group.id"], ondelete="SET NULL",
                                name=op.f("fk_classroom_sandbox_id_group")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], ondelete="SET NULL",
                                name=op.f("fk_classroom_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classroom")),
        sa.UniqueConstraint("sandbox_id", name=op.f("uq_classroom_sandbox_id")),
    )  # fmt: skip
    for column in ("group_id", "training_id", "made_by_id", "closed_at", "reset_at"):
        op.create_index(op.f(f"ix_classroom_{column}"), "classroom", [column])
    op.create_table(
        "trainee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("classroom_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("here_path", sa.String(300), nullable=False),
        sa.Column("here_title", sa.String(200), nullable=False),
        sa.Column("here_at", sa.DateTime(), nullable=True),
        sa.Column("hand_at", sa.DateTime(), nullable=True),
        sa.Column("team", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("sent_revision", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(48), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("later", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["classroom_id"], ["classroom.id"], ondelete="CASCADE",
                                name=op.f("fk_trainee_classroom_id_classroom")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="SET NULL",
                                name=op.f("fk_trainee_user_id_user")),
        sa.ForeignKeyConstraint(["draft_id"], ["item.id"], ondelete="SET NULL",
                                name=op.f("fk_trainee_draft_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee")),
        sa.UniqueConstraint("classroom_id", "user_id", name=op.f("uq_trainee_classroom_id")),
        sa.UniqueConstraint("token", name=op.f("uq_trainee_token")),
    )  # fmt: skip
    for column in ("user_id", "draft_id", "asked_at"):
        op.create_index(op.f(f"ix_trainee_{column}"), "trainee", [column])


def downgrade():
    op.drop_table("trainee")
    op.drop_table("classroom")

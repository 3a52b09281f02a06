"""Training days, who came to sessions, what was said at their end."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade():
    with op.batch_alter_table("dated") as table:
        # One group restored beside itself keeps the same: the item's number tells them apart.
        table.drop_constraint(op.f("uq_dated_uid"), type_="unique")
        table.add_column(sa.Column("headcount", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("reminded_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("dated") as table:
        table.alter_column("headcount", server_default=None)
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("halves", sa.JSON(), nullable=False),
        sa.Column("trainers", sa.String(300), nullable=False),
        sa.Column("trainees", sa.Integer(), nullable=True),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["dated.id"], name=op.f("fk_training_id_dated"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["kit_id"], ["item.id"], name=op.f("fk_training_kit_id_item"),
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )  # fmt: skip
    op.create_index(op.f("ix_training_kit_id"), "training", ["kit_id"])
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("coming", sa.Boolean(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["dated.id"], name=op.f("fk_attendance_item_id_dated"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_attendance_user_id_user"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )  # fmt: skip
    op.create_index("ix_attendance_item_id", "attendance", ["item_id", "half"])
    op.create_index(op.f("ix_attendance_user_id"), "attendance", ["user_id"])
    op.create_table(
        "session_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["dated.id"],
                                name=op.f("fk_session_answer_item_id_dated"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"],
                                name=op.f("fk_session_answer_author_id_user"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_answer")),
    )  # fmt: skip
    op.create_index(op.f("ix_session_answer_item_id"), "session_answer", ["item_id"])
    op.create_index(op.f("ix_session_answer_author_id"), "session_answer", ["author_id"])


def downgrade():
    op.drop_table("session_answer")
    op.drop_table("attendance")
    op.drop_table("training")
    _tell_apart()
    with op.batch_alter_table("dated") as table:
        table.drop_column("reminded_at")
        table.drop_column("headcount")
        table.create_unique_constraint(op.f("uq_dated_uid"), ["uid"])


def _tell_apart() -> None:
    """A session whose group was brought back beside itself gets a name of its own."""
    dated = sa.table("dated", sa.column("id", sa.Integer), sa.column("uid", sa.String))
    seen: set[str] = set()
    connection = op.get_bind()
    for number, uid in connection.execute(sa.select(dated).order_by(dated.c.id)).all():
        if uid in seen:
            other = dated.update().where(dated.c.id == number).values(uid=str(uuid.uuid4()))
            connection.execute(other)
        seen.add(uid)

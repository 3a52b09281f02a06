"""Reports: feedback, problems, testimonies, freshness."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LISTS = ("effects", "requirements", "arrangement", "skipped", "contributors", "reviewers")
TABLES = ("report_draft", "report_contact", "report_question", "report_feedback", "report_problem")


def upgrade():
    with op.batch_alter_table("report") as report:
        for name in LISTS:
            report.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        report.add_column(sa.Column("headings", sa.JSON(), nullable=False, server_default="{}"))
        report.add_column(
            sa.Column("freshness", sa.String(length=10), nullable=False, server_default="")
        )
        report.add_column(sa.Column("checked_at", sa.DateTime()))
        report.add_column(sa.Column("checked_by_id", sa.Integer()))
        report.add_column(sa.Column("check_asked_at", sa.DateTime()))
        report.create_index(op.f("ix_report_checked_by_id"), ["checked_by_id"])
        report.create_foreign_key(
            op.f("fk_report_checked_by_id_user"), "user", ["checked_by_id"], ["id"],
            ondelete="SET NULL",
        )  # fmt: skip
    with op.batch_alter_table("publication_request") as request:
        request.add_column(
            sa.Column("for_group", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("reply_to", sa.String(length=254)))
    _drafts_and_people()
    _answers()


def downgrade():
    for name in reversed(TABLES):
        op.drop_table(name)
    with op.batch_alter_table("mail") as mail:
        mail.drop_column("reply_to")
    with op.batch_alter_table("publication_request") as request:
        request.drop_column("for_group")
    with op.batch_alter_table("report") as report:
        report.drop_constraint(op.f("fk_report_checked_by_id_user"), type_="foreignkey")
        report.drop_index(op.f("ix_report_checked_by_id"))
        for name in ("freshness", "checked_at", "checked_by_id", "check_asked_at", "headings"):
            report.drop_column(name)
        for name in LISTS:
            report.drop_column(name)


def _drafts_and_people():
    op.create_table(
        "report_draft",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        _to_report("report_draft"),
        _to_user("report_draft", "user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "user_id", name=op.f("pk_report_draft")),
    )
    op.create_index(op.f("ix_report_draft_user_id"), "report_draft", ["user_id"])
    op.create_table(
        "report_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        _to_report("report_contact"),
        _to_user("report_contact", "user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_contact")),
    )
    _index("report_contact", "report_id", "user_id")
    op.create_table(
        "report_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["report_contact.id"],
            name=op.f("fk_report_question_contact_id_report_contact"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_question")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_report_question_token_hash")),
    )  # fmt: skip
    _index("report_question", "contact_id")


def _answers():
    op.create_table(
        "report_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("visitor", sa.String(length=64)),
        sa.Column("mark", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by_id", sa.Integer()),
        sa.Column("replied_at", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        _to_report("report_feedback"),
        _to_user("report_feedback", "user_id", "SET NULL"),
        _to_user("report_feedback", "replied_by_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_feedback")),
        sa.UniqueConstraint("report_id", "user_id", name=op.f("uq_report_feedback_report_id")),
        sa.UniqueConstraint("report_id", "visitor", name="uq_report_feedback_visitor"),
    )
    _index("report_feedback", "report_id", "user_id", "replied_by_id")
    op.create_table(
        "report_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_by_id", sa.Integer()),
        _to_report("report_problem"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["item.id"], name=op.f("fk_report_problem_other_id_item"),
            ondelete="SET NULL",
        ),
        _to_user("report_problem", "user_id", "SET NULL"),
        _to_user("report_problem", "closed_by_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_problem")),
    )  # fmt: skip
    _index("report_problem", "report_id", "other_id", "user_id", "closed_by_id", "closed_at")


def _to_report(table: str):
    name = op.f(f"fk_{table}_report_id_report")
    return sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=name, ondelete="CASCADE")


def _to_user(table: str, column: str, ondelete: str):
    name = op.f(f"fk_{table}_{column}_user")
    return sa.ForeignKeyConstraint([column], ["user.id"], name=name, ondelete=ondelete)


def _index(table: str, *columns: str):
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])

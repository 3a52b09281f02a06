"""Entering without e-mail: doors, links, access cards, computers that are shared."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade():
    op.create_table(
        "join_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("spoken", sa.String(length=12), nullable=True),
        sa.Column("token", sa.String(length=48), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_join_code_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"],
            ["user.id"],
            name=op.f("fk_join_code_opened_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_code")),
        sa.UniqueConstraint("spoken", name=op.f("uq_join_code_spoken")),
        sa.UniqueConstraint("token", name=op.f("uq_join_code_token")),
    )
    op.create_index(op.f("ix_join_code_group_id"), "join_code", ["group_id"])
    op.create_index(op.f("ix_join_code_opened_by_id"), "join_code", ["opened_by_id"])
    op.create_table(
        "access_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name_key", sa.String(length=80), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("digits_hash", sa.String(length=200), nullable=True),
        sa.Column("length", sa.SmallInteger(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_access_card_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_access_card_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_card")),
        sa.UniqueConstraint("code", name=op.f("uq_access_card_code")),
        sa.UniqueConstraint("user_id", name=op.f("uq_access_card_user_id")),
        sa.UniqueConstraint("group_id", "name_key", name=op.f("uq_access_card_group_id")),
    )
    op.create_index(op.f("ix_access_card_group_id"), "access_card", ["group_id"])
    no = sa.false()
    op.add_column(
        "user_session", sa.Column("shared", sa.Boolean(), nullable=False, server_default=no)
    )
    op.add_column(
        "group", sa.Column("lists_members", sa.Boolean(), nullable=False, server_default=no)
    )


def downgrade():
    op.drop_column("group", "lists_members")
    op.drop_column("user_session", "shared")
    op.drop_index(op.f("ix_access_card_group_id"), "access_card")
    op.drop_table("access_card")
    op.drop_index(op.f("ix_join_code_opened_by_id"), "join_code")
    op.drop_index(op.f("ix_join_code_group_id"), "join_code")
    op.drop_table("join_code")

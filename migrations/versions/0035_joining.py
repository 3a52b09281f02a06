"""Archives that come back: names that things and people keep, imports, what to read again."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

CASCADE, EMPTIED = "CASCADE", "SET NULL"


def upgrade():
    _table(
        "archive_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("met_at", sa.DateTime()),
        sa.Column("gone_at", sa.DateTime()),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("group_id", "uid", name=op.f("uq_archive_identity_group_id")),
        keys={"group_id": ("group", CASCADE, False), "item_id": ("item", EMPTIED, True)},
    )
    _table(
        "archive_person",
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        keys={"user_id": ("user", CASCADE, True)},
    )
    _table(
        "archive_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer()),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("joins", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        keys={"group_id": ("group", CASCADE, True), "actor_id": ("user", CASCADE, True)},
    )
    _table(
        "archive_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("sort", sa.String(20), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime()),
        sa.Column("settled_by_id", sa.Integer()),
        keys={
            "import_id": ("archive_import", EMPTIED, True), "group_id": ("group", CASCADE, True),
            "item_id": ("item", CASCADE, True), "settled_by_id": ("user", EMPTIED, True),
        },
    )  # fmt: skip


def downgrade():
    for name in ("archive_conflict", "archive_import", "archive_person", "archive_identity"):
        op.drop_table(name)


def _table(name: str, *parts, keys: dict[str, tuple[str, str, bool]]) -> None:
    foreign = [
        sa.ForeignKeyConstraint(
            [column], [f"{to}.id"], name=op.f(f"fk_{name}_{column}_{to}"), ondelete=then
        )
        for column, (to, then, _indexed) in keys.items()
    ]
    primary = sa.PrimaryKeyConstraint(parts[0].name, name=op.f(f"pk_{name}"))
    op.create_table(name, *parts, *foreign, primary)
    for column, (_to, _then, indexed) in keys.items():
        if indexed:
            op.create_index(op.f(f"ix_{name}_{column}"), name, [column])

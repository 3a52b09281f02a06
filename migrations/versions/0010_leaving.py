"""What leaves: when each public face last changed, what was withdrawn, and keys to feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

PUBLIC = 3
IN_SETS = ("themes", "publics", "territories")


def upgrade():
    record = op.create_table(
        "public_record",
        sa.Column("item_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("sets", sa.Text(), nullable=False),
    )
    op.create_index("ix_public_record_changed_at", "public_record", ["changed_at", "item_id"])
    op.create_table(
        "feed_key",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "user_id",
            sa.Integer(),
            sa.ForeignKey("user.id", ondelete="CASCADE", name="fk_feed_key_user_id_user"),
            nullable=False,
        ),
        sa.Column(
            "group_id",
            sa.Integer(),
            sa.ForeignKey("group.id", ondelete="CASCADE", name="fk_feed_key_group_id_group"),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_feed_key_token_hash"),
        sa.UniqueConstraint("user_id", "group_id", name="uq_feed_key_user_id"),
    )
    op.create_index("ix_feed_key_group_id", "feed_key", ["group_id"])
    _remember_what_is_public(record)


def downgrade():
    op.drop_table("feed_key")
    op.drop_table("public_record")


def _remember_what_is_public(record):
    item = sa.table(
        "item", *map(sa.column, ("id", "kind", "scope", "ceiling", "trashed_at")),
        sa.column("updated_at", sa.DateTime()), sa.column("published_at", sa.DateTime()),
    )  # fmt: skip
    borne = sa.table("item_term", sa.column("item_id"), sa.column("term_id"))
    term = sa.table("term", *map(sa.column, ("id", "vocabulary", "slug", "parent_id")))
    connection = op.get_bind()
    shown = sa.and_(
        item.c.scope == PUBLIC,
        sa.or_(item.c.ceiling.is_(None), item.c.ceiling >= PUBLIC),
        item.c.trashed_at.is_(None),
    )
    known = {row.id: row for row in connection.execute(sa.select(term))}
    sets = {}
    for item_id, term_id in connection.execute(
        sa.select(borne.c.item_id, borne.c.term_id)
        .join(item, item.c.id == borne.c.item_id)
        .where(shown)
    ):
        seen = set()
        while term_id in known and term_id not in seen:
            seen.add(term_id)
            if known[term_id].vocabulary in IN_SETS:
                name = f"{known[term_id].vocabulary}:{known[term_id].slug}"
                sets.setdefault(item_id, set()).add(name)
            term_id = known[term_id].parent_id
    rows = []
    for row in connection.execute(sa.select(item).where(shown)):
        moments = [moment for moment in (row.updated_at, row.published_at) if moment]
        names = [f"kinds:{row.kind}", *sorted(sets.get(row.id, ()))]
        rows.append(
            {
                "item_id": row.id,
                "kind": row.kind,
                "changed_at": max(moments).replace(microsecond=0),
                "withdrawn": False,
                "sets": f" {' '.join(names)} ",
            }
        )
    if rows:
        op.bulk_insert(record, rows)

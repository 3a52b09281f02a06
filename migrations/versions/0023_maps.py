"""Maps: bases, layers, features with their changes, steps, imports, known places."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def _key(column: str, target: str, table: str, ondelete: str = "CASCADE"):
    other = target.partition(".")[0]
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _own(table: str, column: str = "id"):
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def upgrade():
    op.create_table(
        "map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_kind", sa.String(10), nullable=False),
        sa.Column("question", sa.String(300), nullable=False),
        sa.Column("crs", sa.String(6), nullable=False),
        sa.Column("view", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("legend", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("read_seq", sa.BigInteger(), nullable=False),
        _key("id", "item.id", "map"),
        _own("map"),
    )
    op.create_table(
        "map_base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("outline", sa.String(60), nullable=False),
        sa.Column("pins", sa.JSON(), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        _key("map_id", "map.id", "map_base"),
        _key("file_id", "item.id", "map_base", "SET NULL"),
        _own("map_base"),
    )
    op.create_index(op.f("ix_map_base_map_id"), "map_base", ["map_id"])
    op.create_index(op.f("ix_map_base_file_id"), "map_base", ["file_id"])
    op.create_table(
        "map_layer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("viewpoint", sa.String(120), nullable=False),
        sa.Column("opacity", sa.Double(), nullable=False),
        sa.Column("render", sa.String(12), nullable=False),
        sa.Column("render_field", sa.String(60), nullable=False),
        sa.Column("style", sa.JSON(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        _key("map_id", "map.id", "map_layer"),
        _key("owner_id", "user.id", "map_layer", "SET NULL"),
        _own("map_layer"),
    )
    op.create_index(op.f("ix_map_layer_map_id"), "map_layer", ["map_id"])
    op.create_index(op.f("ix_map_layer_owner_id"), "map_layer", ["owner_id"])
    _create_features()
    _create_beside()


def _create_features():
    op.create_table(
        "map_feature",
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=True),
        sa.Column("minx", sa.Double(), nullable=True),
        sa.Column("miny", sa.Double(), nullable=True),
        sa.Column("maxx", sa.Double(), nullable=True),
        sa.Column("maxy", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(15), nullable=False),
        sa.Column("props", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("session", sa.String(80), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        _key("map_id", "map.id", "map_feature"),
        _key("layer_id", "map_layer.id", "map_feature"),
        _key("author_id", "user.id", "map_feature", "SET NULL"),
        _own("map_feature", "uuid"),
    )
    op.create_index("ix_map_feature_map_id_seq", "map_feature", ["map_id", "seq"])
    op.create_index(op.f("ix_map_feature_layer_id"), "map_feature", ["layer_id"])
    op.create_index(op.f("ix_map_feature_author_id"), "map_feature", ["author_id"])
    op.create_table(
        "map_feature_change",
        sa.Column("feature_uuid", sa.String(36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _key("feature_uuid", "map_feature.uuid", "map_feature_change"),
        _key("actor_id", "user.id", "map_feature_change", "SET NULL"),
        sa.PrimaryKeyConstraint("feature_uuid", "rev", name=op.f("pk_map_feature_change")),
    )
    op.create_index(op.f("ix_map_feature_change_actor_id"), "map_feature_change", ["actor_id"])


def _create_beside():
    op.create_table(
        "map_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("feature_uuid", sa.String(36), nullable=False),
        sa.Column("view", sa.JSON(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        _key("map_id", "map.id", "map_step"),
        _key("file_id", "item.id", "map_step", "SET NULL"),
        _own("map_step"),
    )
    op.create_index(op.f("ix_map_step_map_id"), "map_step", ["map_id"])
    op.create_index(op.f("ix_map_step_file_id"), "map_step", ["file_id"])
    op.create_table(
        "map_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        _key("map_id", "map.id", "map_import"),
        _key("actor_id", "user.id", "map_import", "SET NULL"),
        _own("map_import"),
    )
    op.create_index(op.f("ix_map_import_map_id"), "map_import", ["map_id"])
    op.create_index(op.f("ix_map_import_actor_id"), "map_import", ["actor_id"])
    op.create_table(
        "map_known_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("folded", sa.String(160), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lng", sa.Double(), nullable=False),
        _own("map_known_place"),
    )
    op.create_index(op.f("ix_map_known_place_folded"), "map_known_place", ["folded"])


def downgrade():
    for table in (
        "map_known_place", "map_import", "map_step", "map_feature_change", "map_feature",
        "map_layer", "map_base", "map",
    ):  # fmt: skip
        op.drop_table(table)

"""Migrations lead from nothing to the models, and back, with data in the tables."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from tests.conftest import SERVER, _Postgres, build_world
from wiki import create_app, migrating
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.events.models import new_meeting
from wiki.groups.models import Group


@pytest.fixture
def fresh(settings, tmp_path):
    """An app on a database of its own."""
    if SERVER:
        store = _Postgres(SERVER)
        settings = settings | {"DATABASE_URL": store.url}
    app = create_app(**settings | {"DATA": str(tmp_path)})
    yield app
    with app.app_context():
        db.engine.dispose()
    if SERVER:
        store.close()


def search_table(name: str) -> bool:
    return name.startswith("search_") or name == "alembic_version"


def test_the_migrations_give_what_the_models_say(fresh):
    migrating.upgrade(fresh)
    with fresh.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda thing, name, kind, *_: (
                    not (kind == "table" and search_table(name))
                )
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_upgrading_twice_changes_nothing(fresh):
    migrating.upgrade(fresh)
    migrating.upgrade(fresh)


def test_migrations_go_down_and_up_again_with_data(fresh):
    migrating.upgrade(fresh)
    with fresh.app_context():
        world = build_world()
        group, nadia = db.session.get(Group, world["ours"]), db.session.get(User, world["nadia"])
        for _twice in range(2):  # a group brought back beside itself
            new_meeting(group, nadia, "Séance", utcnow(), utcnow(), uid="the same")
        db.session.commit()
        db.session.remove()
    migrating.downgrade(fresh, "base")
    with fresh.app_context():
        left = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
        assert left == []
    migrating.upgrade(fresh)
    with fresh.app_context():
        assert db.session.execute(text("select count(*) from item")).scalar() == 0


def test_the_newest_number_is_the_one_the_database_ends_at(fresh):
    migrating.upgrade(fresh)
    with fresh.app_context():
        found = db.session.execute(text("select version_num from alembic_version")).scalar()
    assert found == migrating.newest()

"""An app on files, with its own data folder: what jobs, servers and backups need."""

import shutil

import pytest

from wiki import create_app, serving
from wiki.db import db

QUICK = {"CHEAP_PASSWORDS": True, "THROTTLE": False}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A migrated database file with nobody in it."""
    app = create_app(DATA=str(tmp_path_factory.mktemp("empty")), **QUICK)
    serving.migrate(app)
    with app.app_context():
        db.engine.dispose()
    return app.config["DATA"] / "essaim.sqlite"


@pytest.fixture
def on_disk(tmp_path, empty_database):
    """An empty app whose database is a file."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(empty_database, data)
    app = create_app(DATA=str(data), **QUICK)
    yield app
    with app.app_context():
        db.engine.dispose()

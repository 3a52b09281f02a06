"""An app on files, with its own data folder: what jobs, servers and backups need."""

import pytest

from wiki import create_app, serving
from wiki.db import db


@pytest.fixture
def on_disk(tmp_path):
    """A migrated, empty app whose database is a file."""
    app = create_app(DATA=str(tmp_path / "data"), CHEAP_PASSWORDS=True, THROTTLE=False)
    serving.migrate(app)
    yield app
    with app.app_context():
        db.engine.dispose()

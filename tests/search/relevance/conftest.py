"""The demo's pages and reports, loaded once, to be searched as a professional of the network."""

import uuid

import pytest
import yaml
from sqlalchemy import create_engine, select, text

from tests.conftest import SERVER
from wiki import create_app, migrating
from wiki.accounts.models import User
from wiki.db import Remembered, db
from wiki.demo.loader import CONTENT, Loader
from wiki.items import terms
from wiki.search import find

READER = "nadia@demo.example"
DEPTH = 30


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A database of our own: the suite's is put back before each test, the demo is loaded once."""
    if not SERVER:
        yield f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.sqlite"
        return
    server = SERVER.replace("postgresql://", "postgresql+psycopg://")
    name = f"essaim_demo_{uuid.uuid4().hex[:8]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield f"{server.rpartition('/')[0]}/{name}"
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="module")
def demo(settings, address, tmp_path_factory):
    """An app with the demo in it, and the path of each item as its number."""
    data = str(tmp_path_factory.mktemp("demo-data"))
    app = create_app(**settings | {"DATA": data, "DATABASE_URL": address})
    migrating.upgrade(app)
    with app.app_context():
        Remembered.forget()
        terms.load_defaults()
        loaded = Loader(yaml.safe_load(CONTENT.joinpath("world.yaml").read_text("utf-8")))
        loaded.load()
        db.session.commit()
        yield app, {item.id: path for path, item in loaded.items.items()}
        db.session.remove()
        db.engine.dispose()
    Remembered.forget()


@pytest.fixture(scope="module")
def ask(demo):
    """A function: the paths of the pages and reports that answer a question, best first."""
    _app, paths = demo
    reader = db.session.scalars(select(User).where(User.email == READER)).one()

    def search(question: str) -> list[str]:
        found = find(question, reader, limit=DEPTH, facets=False).ids
        return [paths[item_id] for item_id in found if item_id in paths]

    return search

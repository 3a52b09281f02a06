"""One app and one small world, built once; each test starts from a copy of its database."""

import email
import email.policy
import os
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from wiki import create_app, migrating
from wiki.accounts.models import SiteRole, User, UserSession
from wiki.accounts.signing import hash_password
from wiki.db import Remembered, db
from wiki.groups.models import Group, Role
from wiki.items import reading, terms
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.reports.models import Report
from wiki.search import vocabularies

SERVER = os.environ.get("ESSAIM_TEST_DATABASE_URL", "")
PASSWORD = "quatre mots bien ordinaires"


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """What every app of the suite is made with."""
    return {
        "DATA": str(tmp_path_factory.mktemp("data")),
        "TESTING": True,
        "CHEAP_PASSWORDS": True,
        "JOBS_IMMEDIATE": True,
        "THROTTLE": False,
        "BASE_URL": "http://localhost",
    }


@pytest.fixture(scope="session")
def database(settings):
    """The database of the suite: SQLite in memory, or PostgreSQL when its address is given."""
    store = _Postgres(SERVER) if SERVER else _Sqlite()
    yield store
    store.close()


@pytest.fixture(scope="session")
def built(settings, database):
    """The app with its world, before any test touched it."""
    app = create_app(**settings, DATABASE_URL=database.url)
    migrating.upgrade(app)
    with app.app_context():
        ids = build_world()
        db.session.remove()
        database.keep(db.engine)
    yield app, ids
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(built, database):
    """The app, its database as new."""
    app, _ids = built
    with app.app_context():
        database.put_back(db.engine)
        Remembered.forget()
        vocabularies.forget()
        reading.drawn.clear()
    return app


@pytest.fixture
def beside(built, database, settings, tmp_path):
    """The app on a database as served: others write at the same moment."""
    if SERVER:
        app, _ids = built
        with app.app_context():
            database.put_back(db.engine)
    else:
        (tmp_path / "essaim.db").write_bytes(database.image)
        app = create_app(**settings | {
            "DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'essaim.db'}",
        })  # fmt: skip
    Remembered.forget()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app, built):
    """Ids of the people, groups and items of the world, by name."""
    return SimpleNamespace(**built[1])


@pytest.fixture
def client(app):
    """A visitor nobody knows."""
    return app.test_client()


@pytest.fixture
def client_of(app, world):
    """A function: the name of a person gives a client in which they are signed in."""

    def sign_in(name: str):
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = world.devices[name]
        return client

    return sign_in


@pytest.fixture
def letters(app):
    """A function: the letters that left since it was last called."""
    folder = app.config["DATA"] / "mail"

    def read():
        found = []
        for path in sorted(folder.iterdir()) if folder.exists() else []:
            found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            path.unlink()
        return found

    read()
    return read


def build_world() -> dict:
    """Two groups, five people, one item of each kind and scope."""
    terms.load_defaults()
    people = {
        "nadia": User(name="Nadia Ferrec", email="nadia@example.org", professional=True),
        "karim": User(name="Karim", email="karim@example.org"),
        "rosa": User(name="Rosa", email="rosa@example.org"),
        "sophie": User(name="Sophie Le Bihan", email="sophie@example.org", professional=True),
        "admin": User(name="Ada", email="admin@example.org", role=SiteRole.ADMIN),
        "stranger": User(name="Paul", email="paul@example.org"),
    }
    secret = hash_password(PASSWORD)
    for person in people.values():
        person.password_hash = secret
    db.session.add_all(people.values())
    db.session.flush()
    ours = Group.found("Mon quartier, mes ressources", people["nadia"], colour="lagune")
    ours.admit(people["karim"], Role.MEMBER)
    ours.admit(people["rosa"], Role.READER)
    theirs = Group.found("Réseau des animateurs", people["sophie"], purpose="network")
    db.session.commit()
    items = {
        "page": Page(group_id=ours.id, title="Espace emploi", body="Ouvert le **lundi**."),
        "draft": Page(group_id=ours.id, title="Idées en vrac", body="Secret.", scope=Scope.DRAFT),
        "network_page": Page(
            group_id=theirs.id, title="Charte du réseau", body="Entre nous.", scope=Scope.NETWORK
        ),
        "public_page": Page(
            group_id=ours.id,
            title="Où trouver un ordinateur",
            body="À la médiathèque, voir [[Espace emploi]].",
            scope=Scope.PUBLIC,
        ),
        "report": Report(
            group_id=ours.id,
            title="Cartographier son quartier à pied",
            summary="Neuf personnes ont fait la carte de leur quartier en douze demi-journées.",
            sections={
                "audience": "Des demandeurs d’emploi de longue durée.",
                "key_moments": "Le jour où Fatou a pris la parole.",
                "what_failed": "Le wifi de la salle.",
            },
            people=9,
            scope=Scope.PUBLIC,
        ),
    }
    for name, item in items.items():
        author = people["sophie" if name == "network_page" else "nadia"]
        item.author_id = author.id
        save(item, author)
    devices = {name: UserSession.open(user, "tests", 30) for name, user in people.items()}
    db.session.commit()
    return {
        **{name: user.id for name, user in people.items()},
        **{name: item.id for name, item in items.items()},
        "ours": ours.id,
        "theirs": theirs.id,
        "devices": devices,
    }


class _Sqlite:
    """A database in memory, put back by copying its bytes."""

    url = "sqlite://"

    def keep(self, engine):
        connection = engine.raw_connection()
        self.image = connection.driver_connection.serialize()
        connection.close()

    def put_back(self, engine):
        db.session.remove()
        assert isinstance(engine.pool, StaticPool)
        # A new connection: the full-text tables of the old one would point into freed memory.
        engine.dispose()
        connection = engine.raw_connection()
        connection.driver_connection.deserialize(self.image)
        connection.close()

    def close(self):
        pass


class _Postgres:
    """A database made for the suite, put back by copying it from a template."""

    def __init__(self, server: str):
        self.name = f"essaim_test_{uuid.uuid4().hex[:8]}"
        server = server.replace("postgresql://", "postgresql+psycopg://")
        base, _, _ = server.rpartition("/")
        self.url = f"{base}/{self.name}"
        self.admin = create_engine(server, isolation_level="AUTOCOMMIT")
        self._run(f'CREATE DATABASE "{self.name}"')
        self.clean = ""

    def _written(self) -> str:
        with self.admin.connect() as connection:
            return connection.scalar(text("SELECT pg_current_wal_insert_lsn()::text"))

    def keep(self, engine):
        engine.dispose()
        self._run(f'CREATE DATABASE "{self.name}_world" TEMPLATE "{self.name}"')

    def put_back(self, engine):
        db.session.remove()
        # Nothing was logged since the last copy: nothing was written, and the copy is as new.
        if self._written() == self.clean:
            return
        engine.dispose()
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        copied = f'TEMPLATE "{self.name}_world" STRATEGY FILE_COPY'
        self._run(f'CREATE DATABASE "{self.name}" {copied}')
        self.clean = self._written()

    def close(self):
        for name in (self.name, f"{self.name}_world"):
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.admin.dispose()

    def _run(self, statement: str):
        with self.admin.connect() as connection:
            connection.execute(text(statement))

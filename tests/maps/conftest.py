"""A map of our group with a few features, made through the operations that screens use."""

import io
from uuid import uuid4

import pytest

from wiki.accounts.models import User
from wiki.db import db
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.maps import fields, operations
from wiki.maps.models import Base, Layer, Map

FIELDS = [
    {"key": "kind", "label": "Catégorie", "type": "choice", "required": False,
     "choices": [{"value": "emploi", "label": "Emploi", "colour": "sapin"},
                 {"value": "repas", "label": "Repas", "colour": "ocre"}]},
    {"key": "open", "label": "Horaires", "type": "text"},
    {"key": "places", "label": "Places", "type": "number"},
    {"key": "photo", "label": "Photo", "type": "photo"},
]  # fmt: skip


@pytest.fixture
def map_of(app, world):
    """A function: a map of our group with two layers; its number."""

    def make(scope: Scope = Scope.GROUP, **given) -> int:
        with app.app_context():
            given = {"title": "Ressources du quartier", "summary": "Où trouver de l’aide",
                     "fields": FIELDS} | given  # fmt: skip
            given["fields"] = fields.clean(given["fields"])
            made = Map(
                group_id=world.ours, author_id=world.nadia, scope=scope, **given,
            )  # fmt: skip
            made.bases = [Base(kind="blank")]
            made.layers = [Layer(title="Lieux", rank=0, style={"colour": "lagune"}),
                           Layer(title="Trajets", rank=1)]  # fmt: skip
            save(made, db.session.get(User, world.nadia))
            return made.id

    return make


@pytest.fixture
def a_map(map_of):
    """The number of a map for the group."""
    return map_of()


@pytest.fixture
def put(app, world):
    """A function: put a feature on a map as Nadia; its uuid."""

    def add(map_id: int, lng: float = 0.6829123, lat: float = 47.3946456, **body) -> str:
        with app.app_context():
            uuid = str(uuid4())
            body = {"geometry": {"type": "Point", "coordinates": [lng, lat]}, "base": 0} | body
            found = db.session.get(Map, map_id)
            operations.put(found, uuid, body, db.session.get(User, world.nadia))
            db.session.remove()
            return uuid

    return add


def point(lng: float = 0.6829, lat: float = 47.3946, **body) -> dict:
    """The body of an operation that puts a point."""
    return {"base": 0, "geometry": {"type": "Point", "coordinates": [lng, lat]}, **body}


@pytest.fixture
def add_file(app, world):
    """A function: bytes, a name and a scope give the number of a file of our group."""

    def add(data: bytes, name: str, scope: Scope = Scope.GROUP, alt: str = "") -> int:
        with app.app_context():
            file = receive(io.BytesIO(data), name, db.session.get(Group, world.ours), None)
            file.scope, file.alt = scope, alt
            db.session.commit()
            return file.id

    return add

"""A portrait with a face, a voice and blocks, made through the screens."""

import io
from functools import cache

import pytest

from tests.files.recordings import sound
from tests.files.samples import picture, saved
from wiki.db import db
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.portraits import parts
from wiki.portraits.models import Portrait


@cache
def tone() -> bytes:
    """A short sound."""
    return sound("ogg", "libopus", 0.5)


@pytest.fixture
def add_file(app, world):
    """A function: bytes, a name and a scope give the number of a file of our group."""

    def add(data: bytes, name: str, scope: Scope = Scope.GROUP, alt: str = "") -> int:
        with app.app_context():
            group = db.session.get(Group, world.ours)
            file = receive(io.BytesIO(data), name, group, None)
            file.scope, file.alt = scope, alt
            db.session.commit()
            return file.id

    return add


@pytest.fixture
def photo(add_file):
    """A picture that everyone may see."""
    return add_file(saved(picture(), "JPEG"), "visage.jpg", Scope.PUBLIC, "Annick devant le four")


@pytest.fixture
def voice(add_file):
    """A sound that everyone may hear."""
    return add_file(tone(), "voix.ogg", Scope.PUBLIC)


@pytest.fixture
def portrait(app, world, photo, voice):
    """The number of a public portrait of a baker."""
    with app.app_context():
        return make(world, photo, voice)


@pytest.fixture
def another(app, world, photo, voice):
    """A function: another portrait with the same face and voice; its number."""

    def begin(scope: Scope = Scope.PUBLIC, **fields) -> int:
        with app.app_context():
            return make(world, photo, voice, scope, **fields)

    return begin


def make(world, photo: int, voice: int, scope: Scope = Scope.PUBLIC, **fields) -> int:
    """Annick: a picture with two places, a voice, words to remember, a question."""
    words = {
        "b000001.title": "Trois choses à regarder",
        "b000001-000001.title": "Le four de 1962",
        "b000001-000001.body": "Il vient d’une **boulangerie** de marine.",
        "b000001-000002.title": "Le foulard",
        "b000003.body": "Le four, il tire à gauche, comme moi.",
        "b000003.who": "Annick Kervalo",
        "b000004.title": "Comment êtes-vous venue au pain ?",
        "b000004.body": "Par ma tante, voir [[Espace emploi]].",
    }
    settings = {
        "b000001.kind": "spots", "b000001.file": str(photo), "b000001-000001.x": "12",
        "b000001-000001.y": "60", "b000001-000001.t": "1:12", "b000001-000002.x": "48.5",
        "b000001-000002.y": "10", "b000002.kind": "sound", "b000002.file": str(voice),
        "b000003.kind": "quote", "b000004.kind": "answer",
    }  # fmt: skip
    order = ["b000001", "b000001-000001", "b000001-000002", "b000002", "b000003", "b000004"]
    given = {
        "title": "Annick Kervalo", "summary": "Boulangère aux Quatre-Moulins depuis 1989",
        "subject": "trade", "words": words, "settings": settings, "arrangement": order,
    }  # fmt: skip
    made = Portrait(group_id=world.ours, author_id=world.nadia, scope=scope, **given | fields)
    save(made, None)
    return made.id


def stored(app, item_id: int) -> Portrait:
    """The portrait as it is recorded."""
    found = db.session.get(Portrait, item_id, populate_existing=True)
    assert parts.read(found) is not None
    return found

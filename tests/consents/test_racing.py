"""Two decisions at the same moment, on a database in a file, as served."""

import threading

import pytest

from tests.conftest import SERVER
from tests.consents import scene
from wiki import create_app, migrating
from wiki.consents import deciding
from wiki.consents.deciding import Proof, Wish
from wiki.consents.models import Medium, Method, Person
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.pages.models import Page


@pytest.fixture
def served(settings, tmp_path):
    """An app with a person in a page; it, her number, the page's."""
    app = create_app(**{**settings, "DATA": str(tmp_path / "data")})
    migrating.upgrade(app)
    with app.app_context():
        group = Group(title="Atelier", slug="atelier")
        db.session.add(group)
        db.session.flush()
        person, page = Person(group_id=group.id, shown_name="Fatou"), Page(
            group_id=group.id, title="Chez Fatou", body="Fatou raconte.", scope=Scope.PUBLIC
        )  # fmt: skip
        db.session.add(person)
        save(page, None)
        scene.appear(person.id, page.id, Medium.WORDS)
        numbers = person.id, page.id
        db.session.remove()
    yield app, *numbers
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(bool(SERVER), reason="a server locks the row of the person")
def test_a_withdrawal_sees_the_yes_that_was_being_written(served):
    app, person_id, page_id = served

    def withdraw():
        with app.app_context():
            deciding.withdraw(db.session.get(Person, person_id), None)
            db.session.commit()
            db.session.remove()

    with app.app_context():
        wish = Wish(Medium.WORDS, Scope.PUBLIC, page_id)
        proof = Proof(Method.WITNESS, witness="Nadia")
        deciding.agree(db.session.get(Person, person_id), [wish], proof, None)
        other = threading.Thread(target=withdraw)
        other.start()
        other.join(1)  # long enough to read what stands, if it may
        db.session.commit()
        db.session.remove()
        other.join(20)
        assert db.session.get(Item, page_id).ceiling == Scope.DRAFT

"""The demo loads once, and its visitors meet a network that is alive."""

import pytest
from sqlalchemy import func, select

from wiki import create_app, migrating
from wiki.accounts.models import User
from wiki.collections.models import Collection
from wiki.db import db
from wiki.demo import loader
from wiki.discussions.models import Discussion, waiting
from wiki.items.models import Item
from wiki.search.saved import SavedSearch


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, loaded once and asked to load again."""
    app = create_app(
        DATA=str(tmp_path_factory.mktemp("demo")), CHEAP_PASSWORDS=True, THROTTLE=False
    )
    migrating.upgrade(app)
    with app.app_context():
        assert loader.load()
        count = db.session.scalar(select(func.count(Item.id)))
        assert not loader.load()
        assert db.session.scalar(select(func.count(Item.id))) == count
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visit(demo):
    """A function: a person of the demo, or nobody, and an address give a page."""

    def see(name: str | None, address: str):
        client = demo.test_client()
        if name:
            sent = {"email": f"{name}@demo.example", "password": loader.PASSWORD}
            assert client.post("/login", data=sent).status_code == 303
        return client.get(address, follow_redirects=True)

    return see


def address(app, title: str) -> str:
    with app.app_context():
        return db.session.scalar(select(Item).where(Item.title.startswith(title))).url


def test_a_collection_gathers_what_each_may_read(demo, visit):
    with demo.app_context():
        url = db.session.scalar(select(Collection)).url
    hidden = "Annuler l’atelier et aller s’asseoir au square"
    assert "Trouvez votre Maryse" in visit(None, url).text
    assert hidden not in visit(None, url).text
    assert hidden in visit("sophie", url).text


def test_a_question_is_answered_and_another_waits(demo, visit):
    with demo.app_context():
        answered = db.session.scalar(select(Discussion).where(Discussion.solved_at.is_not(None)))
        url = answered.url
        sophie = db.session.scalar(select(User).where(User.email == "sophie@demo.example"))
        [open_one] = waiting(sophie)
        title = open_one.title
    page = visit("sophie", url).text
    assert "Se servir de son téléphone quand on lit difficilement" in page
    assert "Les dix sont revenus" in page
    assert title in visit("sophie", "/admin/missing").text
    assert visit("karim", url).status_code == 404


def test_reports_show_who_redid_them_and_of_what_use_they_were(demo, visit):
    cafe = visit(None, address(demo, "Ouvrir un atelier téléphone")).text
    assert "la boîte de Kerdaniou" in cafe
    assert "à sa table de cuisine" in cafe
    assert "Une bibliothécaire" in cafe
    redone = visit(None, address(demo, "Tenir un atelier là où rien ne passe")).text
    assert "un boîtier qui fait son propre wifi" in redone
    assert "Le bus est tombé en panne" in redone


def test_a_search_is_followed_from_today_on(demo, visit):
    with demo.app_context():
        kept = db.session.scalar(select(SavedSearch))
        assert kept.user.email == "sophie@demo.example"
        assert kept.known
        assert kept.due_at > kept.checked_at
    assert "Se déplacer" in visit("sophie", "/searches").text

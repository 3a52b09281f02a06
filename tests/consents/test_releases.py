"""What left before a withdrawal is listed, so that somebody can ask for it."""

import pytest
from sqlalchemy import select

from tests.consents import scene
from wiki.consents import deciding
from wiki.consents.models import Medium, Person, Release
from wiki.db import db
from wiki.items.models import Item
from wiki.items.writing import save


@pytest.fixture
def shown(app, client_of, world):
    """A photo of Fatou, and the page that shows it: her number and theirs."""
    photo = scene.send(client_of("nadia"), world.ours, "atelier.jpg", scene.jpeg())
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        page = db.session.get(Item, world.page)
        page.body = f"Voici.\n\n{{{{fichier {photo}}}}}"
        save(page, page.author)
        scene.appear(person.id, photo, Medium.IMAGE)
        scene.agree(person.id, 1)
        return person.id, photo, page.id


def left(app) -> set[tuple[int, str]]:
    with app.app_context():
        return {tuple(row) for row in db.session.execute(select(Release.item_id, Release.what))}


def test_what_is_printed_downloaded_or_zipped_is_remembered(app, client_of, world, shown):
    _person, photo, page = shown
    karim = client_of("karim")
    karim.get(f"/print?items={page}&items={world.draft}")
    karim.get(f"/print?items={page}")  # again: the same gesture
    karim.get(f"/files/{photo}/download", buffered=True)
    karim.get(f"/files/archive?group={world.ours}", buffered=True)
    assert left(app) == {(page, "print"), (photo, "download"), (photo, "export")}


def test_what_shows_nobody_and_pieces_of_a_playing_are_not(app, client, client_of, world, shown):
    karim = client_of("karim")
    karim.get(f"/print?items={world.public_page}")
    karim.get(f"/files/{shown[1]}/preview/thumb", buffered=True)
    client.get(f"/print?items={world.public_page}")
    assert left(app) == set()


def test_the_list_is_shown_after_a_withdrawal_and_ticked_off(app, client_of, shown):
    person, photo, _page = shown
    client_of("karim").get(f"/files/{photo}/download", buffered=True)
    with app.app_context():
        deciding.withdraw(db.session.get(Person, person), None)
        db.session.commit()
    nadia = client_of("nadia")
    french = {"Accept-Language": "fr"}
    page = nadia.get(f"/people/{person}", headers=french).text
    assert "Ce qui est déjà parti" in page
    assert "Karim" in page.partition('id="releases"')[2]
    with app.app_context():
        number = db.session.scalar(select(Release.id))
    assert nadia.post(f"/people/{person}/releases/{number}").status_code == 303
    assert nadia.post(f"/people/{person}/releases/999").status_code == 404
    with app.app_context():
        assert db.session.scalar(select(Release.recalled_at)) is not None

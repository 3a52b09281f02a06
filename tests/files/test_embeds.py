"""Files inside texts and lists: shown to those who may have them, absent for the others."""

from sqlalchemy import select

from tests.files import samples
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Item, Scope
from wiki.items.writing import save


def test_a_file_is_shown_inside_a_page_to_those_who_may_have_it(karim, client, world, app):
    photo = karim.send("a.jpg", samples.photo())
    note = karim.send("Le compte rendu.txt", b"a")
    with app.app_context():
        page = db.session.get(Item, world.public_page)
        page.body = f"Voici.\n\n{{{{fichier {photo.id}}}}}\n\n{note.markdown}\n\n{photo.markdown}\n"
        save(page, page.author)
        address = page.url
    inside = karim.get(address).text.partition("<main")[2]
    assert inside.count(f"/files/{photo.id}/preview/medium") == 2
    assert note.url in inside
    assert karim.get(photo.url).text.partition("<main")[2].count(address) == 1
    outside = client.get(address).text.partition("<main")[2]
    assert "Voici." in outside
    assert note.title not in outside
    assert photo.url not in outside


def test_a_picture_not_shared_leaves_a_neutral_word_in_the_text(karim, client, world, app):
    photo = karim.send("a.jpg", samples.photo())
    with app.app_context():
        page = db.session.get(Item, world.public_page)
        page.body = f'Avant. ![Fatou > "ici"](/files/{photo.id}/preview/medium) Après.'
        save(page, page.author)
        address = page.url
    assert f"/files/{photo.id}/preview/medium" in karim.get(address).text
    outside = client.get(address, headers={"Accept-Language": "fr"}).text.partition("<main")[2]
    assert "Avant." in outside
    assert "Après." in outside
    assert "Fatou" not in outside
    assert f"/files/{photo.id}/" not in outside
    assert 'class="picture-away"' in outside


def test_a_picture_in_a_text_is_a_use_of_the_file(karim, world, app):
    photo = karim.send("a.jpg", samples.photo())
    with app.app_context():
        page = db.session.get(Item, world.page)
        page.body = photo.markdown
        save(page, page.author)
        title = page.title
    assert title in karim.get(photo.url).text.partition("<main")[2]


def test_files_stand_in_lists_among_other_items(karim, app, world):
    photo = karim.send("a.jpg", samples.photo(), parent=world.page)
    note = karim.send("note.txt", b"a", parent=world.page)
    with app.app_context():
        address = db.session.get(Item, world.page).url
    page = karim.get(address).text
    assert f"/files/{photo.id}/preview/thumb" in page
    assert note.url in page
    found = karim.get("/search?q=note").text
    assert note.url in found


def test_a_published_file_stays_as_it_is_when_its_page_is_shown(karim, app, world):
    note = karim.send("note.txt", b"a", parent=world.public_page)
    with app.app_context():
        assert db.session.scalar(select(File.scope).where(File.id == note.id)) == Scope.GROUP

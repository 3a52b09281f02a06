"""Who is marked on a portrait decides over the files it shows too."""

import re

import pytest
from sqlalchemy import delete, select

from tests.consents import scene
from tests.consents.test_screens import paper
from wiki.accounts.models import User
from wiki.consents import ending
from wiki.consents.models import Appearance, Person
from wiki.db import db
from wiki.items import writing
from wiki.items.models import Item, PublicationRequest, Scope
from wiki.portraits.models import Portrait


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def photo(nadia, world):
    return scene.send(nadia, world.ours, "fournil.jpg", scene.jpeg())


@pytest.fixture
def voice(nadia, world):
    return scene.send(nadia, world.ours, "voix.ogg", scene.tone())


@pytest.fixture
def portrait(app, world, photo, voice):
    """A portrait of the group with a face, a voice and a sentence."""
    with app.app_context():
        made = Portrait(
            group_id=world.ours, title="Boulanger", summary="Au fournil", scope=Scope.GROUP,
            words={"b000003.body": "Le pain d’abord."},
            settings={
                "b000001.kind": "photo", "b000001.file": str(photo), "b000002.kind": "sound",
                "b000002.file": str(voice), "b000003.kind": "quote",
            },
            arrangement=["b000001", "b000002", "b000003"],
        )  # fmt: skip
        made.author_id = world.nadia
        writing.save(made, db.session.get(User, world.nadia))
        return made.id


@pytest.fixture
def idriss(app, nadia, portrait):
    """Idriss, marked on the portrait by his face and his voice; his number."""
    sent = {"shown_name": "Idriss", "media": ["1", "2"]}
    assert nadia.post(f"/items/{portrait}/people", data=sent).status_code == 303
    with app.app_context():
        return db.session.scalar(select(Person.id))


def marks(app, person: int) -> dict[int, int]:
    """By item, what a person is marked for."""
    with app.app_context():
        rows = db.session.execute(
            select(Appearance.item_id, Appearance.media).where(Appearance.person_id == person)
        )
        return {number: int(media) for number, media in rows}


def codes(client, photo: int, voice: int) -> set[int]:
    """What the bytes of the two files answer."""
    ways = [f"/files/{photo}/{way}" for way in ("preview/medium", "raw", "download")]
    ways += [f"/files/{voice}/{way}" for way in ("media/audio.m4a", "raw", "download")]
    return {client.get(way, buffered=True).status_code for way in ways}


def test_the_files_follow_who_is_marked_on_what_shows_them(
    app, client_of, nadia, portrait, photo, voice, idriss
):
    assert marks(app, idriss) == {portrait: 3, photo: 1, voice: 2}
    karim = client_of("karim")
    assert codes(karim, photo, voice) == {404}
    link, alone = paper(nadia, idriss), app.test_client()
    alone.post(link, data={"audience": "3", "item": portrait})  # of the portrait only
    assert codes(karim, photo, voice) == {200}
    alone.post(link, data={"audience": "0"})
    for reader in (karim, client_of("rosa"), client_of("sophie"), alone):
        assert codes(reader, photo, voice) == {404}
    assert codes(nadia, photo, voice) == {200}
    assert alone.get(f"{link}/{photo}/picture", buffered=True).status_code == 404


def test_a_no_to_the_portrait_alone_is_a_no_to_what_it_shows(
    app, client_of, nadia, portrait, photo, voice, idriss
):
    link, alone = paper(nadia, idriss), app.test_client()
    alone.post(link, data={"audience": "3"})
    assert codes(client_of("karim"), photo, voice) == {200}
    alone.post(link, data={"audience": "0", "item": portrait})
    assert codes(client_of("karim"), photo, voice) == {404}


def test_a_no_to_a_photo_outlives_a_yes_to_its_portrait(
    app, client_of, nadia, portrait, photo, voice, idriss
):
    link, alone = paper(nadia, idriss), app.test_client()
    alone.post(link, data={"audience": "0", "item": photo})
    alone.post(link, data={"audience": "3", "item": portrait})
    karim = client_of("karim")
    assert karim.get(f"/files/{photo}").status_code == 404
    assert karim.get(f"/files/{voice}").status_code == 200


def test_a_file_added_later_shows_the_same_people(app, client_of, nadia, world, portrait, idriss):
    scene_agreed = paper(nadia, idriss)
    app.test_client().post(scene_agreed, data={"audience": "0"})
    other = scene.send(nadia, world.ours, "petrin.jpg", scene.jpeg(30))
    assert client_of("karim").get(f"/files/{other}").status_code == 200
    page = nadia.get(f"/portraits/{portrait}/edit").text
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)[1]
    sent = {"title": "Boulanger", "summary": "Au fournil", "subject": "person",
            "revision": revision, "b000001.file": str(other)}  # fmt: skip
    assert nadia.post(f"/portraits/{portrait}/edit", data=sent).status_code == 303
    assert marks(app, idriss)[other] == 1
    assert client_of("karim").get(f"/files/{other}").status_code == 404


def test_a_page_and_its_cover_show_the_same_people(app, nadia, world, photo):
    asked = {"shown_name": "Idriss", "media": ["1", "8"]}
    nadia.post(f"/items/{world.page}/people", data=asked)
    with app.app_context():
        idriss = db.session.scalar(select(Person.id))
        page = db.session.get(Item, world.page)
        page.cover_id = photo
        db.session.commit()
    assert marks(app, idriss) == {world.page: 9, photo: 1}


def test_a_mark_that_came_along_is_seen_and_taken_away(
    app, client_of, nadia, portrait, photo, voice, idriss
):
    page = nadia.get(f"/items/{portrait}/people").text
    assert f'href="/items/{photo}/people"' in page
    app.test_client().post(paper(nadia, idriss), data={"audience": "0"})
    with app.app_context():
        one = select(Appearance.id).where(Appearance.item_id == voice)
        number = db.session.scalar(one)
    assert "Boulanger" in nadia.get(f"/items/{voice}/people").text
    nadia.post(f"/items/{voice}/people/{number}/removal")
    assert marks(app, idriss) == {portrait: 3, photo: 1}
    assert client_of("karim").get(f"/files/{voice}").status_code == 200
    with app.app_context():  # said by hand, it is not brought again
        portrayed = db.session.get(Item, portrait)
        portrayed.summary = "Au fournil, tôt"
        writing.save(portrayed, None)
    assert voice not in marks(app, idriss)


def test_who_is_not_in_the_portrait_after_all_is_in_none_of_its_files(
    app, client_of, nadia, portrait, photo, voice, idriss
):
    with app.app_context():
        number = db.session.scalar(select(Appearance.id).where(Appearance.item_id == portrait))
    nadia.post(f"/items/{portrait}/people/{number}/removal")
    assert marks(app, idriss) == {}
    assert codes(client_of("karim"), photo, voice) == {200}


def test_files_of_another_group_are_left_to_it(app, client_of, nadia, world, photo):
    theirs = scene.send(client_of("sophie"), world.theirs, "autre.jpg", scene.jpeg(20))
    with app.app_context():
        page = db.session.get(Item, world.page)
        page.cover_id = theirs
        db.session.commit()
    nadia.post(f"/items/{world.page}/people", data={"shown_name": "Idriss", "media": "1"})
    with app.app_context():
        assert db.session.get(Item, theirs).ceiling is None


def test_what_was_marked_before_this_rule_is_caught_up_with(app, portrait, photo, voice, idriss):
    with app.app_context():
        db.session.execute(delete(Appearance).where(Appearance.item_id != portrait))
        ceilings = db.update(Item).where(Item.id.in_([photo, voice])).values(ceiling=None)
        db.session.execute(ceilings)
        db.session.commit()
    ending.end_late.call_local()
    assert marks(app, idriss) == {portrait: 3, photo: 1, voice: 2}
    with app.app_context():
        assert db.session.get(Item, photo).ceiling == Scope.DRAFT


def test_while_somebody_says_no_files_cannot_be_shown_more_widely(
    app, world, nadia, portrait, photo, voice, idriss
):
    link = paper(nadia, idriss)
    app.test_client().post(link, data={"audience": "3"})
    with app.app_context():
        db.session.get(Item, portrait).scope = Scope.PUBLIC
        db.session.commit()
    assert "media-scope" in nadia.get(f"/portraits/{portrait}").text
    nadia.post(f"/portraits/{portrait}/media-scope")
    said = nadia.get(f"/portraits/{portrait}").text
    assert "Des demandes sont envoyées pour 2 fichiers" in said
    assert "restent comme ils étaient" not in said
    app.test_client().post(link, data={"audience": "0"})
    page = nadia.get(f"/portraits/{portrait}").text
    assert "media-scope" not in page
    assert "Idriss" in page
    with app.app_context():
        db.session.execute(delete(PublicationRequest))
        db.session.commit()
    nadia.post(f"/portraits/{portrait}/media-scope")
    with app.app_context():
        assert db.session.scalar(select(PublicationRequest.id)) is None


def test_who_accepts_a_publication_sees_who_refused_and_goes_no_further(
    app, client_of, nadia, portrait, photo, idriss
):
    link = paper(nadia, idriss)
    app.test_client().post(link, data={"audience": "3"})
    nadia.post(f"/items/{portrait}/publication", data={"scope": "3"})
    said = nadia.get(f"/items/{portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in said
    claire = scene.client_for(app, client_of, editor_device(app), "editor")
    seen = claire.get(f"/items/{portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in seen
    assert "fournil.jpg" not in seen
    assert 'value="yes"' in seen
    app.test_client().post(link, data={"audience": "1"})
    seen = claire.get(f"/items/{portrait}/publication").text
    assert "Idriss" in seen
    assert 'value="yes"' not in seen
    claire.post(f"/items/{portrait}/publication/answer", data={"answer": "yes"})
    with app.app_context():
        assert db.session.get(Item, portrait).scope == Scope.GROUP


def editor_device(app):
    """The editor of the site, signed in; as the scene keeps it."""
    with app.app_context():
        device = scene._editor()
        db.session.commit()
    return type("Made", (), {"editor_device": device})


def test_the_choice_before_publishing_says_what_visitors_will_not_see(nadia, portrait):
    page = nadia.get(f"/items/{portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in page

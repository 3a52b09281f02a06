"""Who is marked on a portrait decides over the files it shows too."""

import io
import re
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from tests.consents import scene
from tests.consents.test_screens import paper
from tests.reports.forms import fields
from wiki.accounts.models import User
from wiki.consents import deciding, ending
from wiki.consents.models import Appearance, Grant, Person
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


@pytest.fixture
def made(request):
    """The portrait and who looks at it, together."""
    names = ("app", "world", "client_of", "nadia", "portrait", "photo", "voice", "idriss")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})


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


def test_the_files_follow_who_is_marked_on_what_shows_them(made):
    assert marks(made.app, made.idriss) == {made.portrait: 3, made.photo: 1, made.voice: 2}
    karim = made.client_of("karim")
    assert codes(karim, made.photo, made.voice) == {404}
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    alone.post(link, data={"audience": "3", "item": made.portrait})  # of the portrait only
    assert codes(karim, made.photo, made.voice) == {200}
    alone.post(link, data={"audience": "0"})
    for reader in (karim, made.client_of("rosa"), made.client_of("sophie"), alone):
        assert codes(reader, made.photo, made.voice) == {404}
    assert codes(made.nadia, made.photo, made.voice) == {200}
    assert alone.get(f"{link}/{made.photo}/picture", buffered=True).status_code == 404


def test_a_no_to_the_portrait_alone_is_a_no_to_what_it_shows(made):
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    alone.post(link, data={"audience": "3"})
    assert codes(made.client_of("karim"), made.photo, made.voice) == {200}
    alone.post(link, data={"audience": "0", "item": made.portrait})
    assert codes(made.client_of("karim"), made.photo, made.voice) == {404}


def test_a_no_to_a_photo_outlives_a_yes_to_its_portrait(made):
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    alone.post(link, data={"audience": "0", "item": made.photo})
    alone.post(link, data={"audience": "3", "item": made.portrait})
    karim = made.client_of("karim")
    assert karim.get(f"/files/{made.photo}").status_code == 404
    assert karim.get(f"/files/{made.voice}").status_code == 200


def test_a_file_added_later_shows_the_same_people(made):
    scene_agreed = paper(made.nadia, made.idriss)
    made.app.test_client().post(scene_agreed, data={"audience": "0"})
    other = scene.send(made.nadia, made.world.ours, "petrin.jpg", scene.jpeg(30))
    assert made.client_of("karim").get(f"/files/{other}").status_code == 200
    address = f"/portraits/{made.portrait}/edit"
    sent = fields(made.nadia.get(address).text, "portrait-form") | {"s_b000001_file": str(other)}
    assert made.nadia.post(address, data=sent).status_code == 303
    assert marks(made.app, made.idriss)[other] == 1
    assert made.client_of("karim").get(f"/files/{other}").status_code == 404


def test_a_page_and_its_cover_show_the_same_people(app, nadia, world, photo):
    asked = {"shown_name": "Idriss", "media": ["1", "8"]}
    nadia.post(f"/items/{world.page}/people", data=asked)
    with app.app_context():
        idriss = db.session.scalar(select(Person.id))
        page = db.session.get(Item, world.page)
        page.cover_id = photo
        db.session.commit()
    assert marks(app, idriss) == {world.page: 9, photo: 1}


def test_a_mark_that_came_along_is_seen_and_taken_away(made):
    page = made.nadia.get(f"/items/{made.portrait}/people").text
    assert f'href="/items/{made.photo}/people"' in page
    made.app.test_client().post(paper(made.nadia, made.idriss), data={"audience": "0"})
    with made.app.app_context():
        one = select(Appearance.id).where(Appearance.item_id == made.voice)
        number = db.session.scalar(one)
    assert "Boulanger" in made.nadia.get(f"/items/{made.voice}/people").text
    made.nadia.post(f"/items/{made.voice}/people/{number}/removal", data={"why": "C’est Ali"})
    assert marks(made.app, made.idriss) == {made.portrait: 3, made.photo: 1}
    assert made.client_of("karim").get(f"/files/{made.voice}").status_code == 404
    made.nadia.post(f"/items/{made.voice}/publication", data={"scope": "1"})
    assert made.client_of("karim").get(f"/files/{made.voice}").status_code == 200
    with made.app.app_context():  # said by hand, it is not brought again
        portrayed = db.session.get(Item, made.portrait)
        portrayed.summary = "Au fournil, tôt"
        writing.save(portrayed, None)
    assert made.voice not in marks(made.app, made.idriss)


def test_what_was_refused_comes_back_by_no_ones_word_alone(made):
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    alone.post(link, data={"audience": "3"})
    made.nadia.post(f"/items/{made.voice}/publication", data={"scope": "3"})  # asked of the editors
    alone.post(link, data={"audience": "0"})
    with made.app.app_context():
        waits = select(PublicationRequest.id).where(PublicationRequest.answered_at.is_(None))
        assert db.session.scalar(waits) is None
        number = db.session.scalar(select(Appearance.id).where(Appearance.item_id == made.portrait))
    address = f"/items/{made.portrait}/people"
    assert 'name="why"' in made.nadia.get(address).text
    made.nadia.post(f"{address}/{number}/removal", data={"why": "Sa voix n’y est plus"})
    karim = made.client_of("karim")
    assert karim.get(f"/portraits/{made.portrait}", follow_redirects=True).status_code == 404
    assert codes(karim, made.photo, made.voice) == {404}
    page = alone.get(link).text
    assert "Boulanger" in page
    assert "Sa voix n’y est plus" in page
    alone.post(link, data={"still": made.portrait})
    made.nadia.post(f"/items/{made.portrait}/publication", data={"scope": "1"})
    assert karim.get(f"/portraits/{made.portrait}", follow_redirects=True).status_code == 404
    assert "Sa voix n’y est plus" not in alone.get(link).text


def test_what_is_made_to_be_handed_on_holds_nothing_that_was_refused(made):
    scene.send(made.nadia, made.world.ours, "autre.jpg", scene.jpeg(20))
    folder, every = (
        f"/portraits/{made.portrait}/folder.zip",
        f"/files/archive?group={made.world.ours}",
    )
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    alone.post(link, data={"audience": "3"})
    assert len(names_in(made.nadia.get(every))) == 3
    alone.post(link, data={"audience": "0", "item": made.photo})
    assert not [one for one in names_in(made.nadia.get(folder)) if f"{made.photo}-" in one]
    alone.post(link, data={"audience": "0"})
    answer = made.nadia.get(folder)
    assert answer.status_code == 403
    assert f"/items/{made.portrait}/people" in answer.text
    left = names_in(made.nadia.get(every))
    assert {"autre.jpg"} < left
    assert not left & {"fournil.jpg", "voix.ogg"}
    assert len(left) == 2  # with a line that says what is missing
    assert made.nadia.get(f"/files/{made.photo}/download", buffered=True).status_code == 200


def names_in(answer) -> set[str]:
    """What a zip holds."""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        return set(found.namelist())


def test_a_choice_is_one_line_that_says_what_was_chosen(made):
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    french = {"Accept-Language": "fr"}

    def lines() -> list[str]:
        page = made.nadia.get(f"/people/{made.idriss}", headers=french).text
        found = re.findall(r"<li><time.*?</li>", page.partition('class="consent-lines"')[2], re.S)
        return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]

    before = len(lines())
    for choice, words in (("3", "Oui à : tout le monde"), ("1", "Oui à : le groupe")):
        alone.post(link, data={"audience": choice, "term": "365"})
        before += 1
        assert len(lines()) == before
        assert words in lines()[0].replace("\xa0", " ")
        assert "jusqu’au" in lines()[0]
        assert lines()[0].count("page privée") == 1
    made.nadia.post(f"/people/{made.idriss}/edit", data={"shown_name": "Idriss", "minor": "y"})
    assert alone.post(link, data={"audience": "3"}).status_code == 422
    assert len(lines()) == before + 1  # the change of age alone: refused, it said nothing


def things_waiting(who) -> int:
    text = who.get("/", headers={"Accept-Language": "en"}).text
    count = re.search(r"(One|[\d]+) things? (?:is|are) waiting", text)
    return 0 if count is None else 1 if count[1] == "One" else int(count[1])


def test_who_facilitates_is_told_of_a_no_and_until_when_it_is_kept(made):
    assert "Quelqu’un a dit non" not in made.nadia.get("/", headers={"Accept-Language": "fr"}).text
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    before = things_waiting(made.nadia)
    alone.post(link, data={"audience": "0"})
    assert things_waiting(made.nadia) == before + 1
    page = made.nadia.get("/", headers={"Accept-Language": "fr"}).text
    assert "Quelqu’un a dit non" in page
    assert f"/people/{made.idriss}" in page
    assert "Quelqu’un a dit non" not in made.client_of("karim").get("/").text
    assert "effacé le" in alone.get(link, headers={"Accept-Language": "fr"}).text
    assert "effacé le" in made.nadia.get(
        f"/people/{made.idriss}", headers={"Accept-Language": "fr"}
    ).text  # fmt: skip


def test_who_is_not_in_the_portrait_after_all_is_in_none_of_its_files(made):
    with made.app.app_context():
        number = db.session.scalar(select(Appearance.id).where(Appearance.item_id == made.portrait))
    made.nadia.post(f"/items/{made.portrait}/people/{number}/removal")
    assert marks(made.app, made.idriss) == {}
    assert codes(made.client_of("karim"), made.photo, made.voice) == {200}


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
    with app.app_context():
        ending.end_late()
    assert marks(app, idriss) == {portrait: 3, photo: 1, voice: 2}
    with app.app_context():
        assert db.session.get(Item, photo).ceiling == Scope.DRAFT


def test_while_somebody_says_no_files_cannot_be_shown_more_widely(made):
    link = paper(made.nadia, made.idriss)
    made.app.test_client().post(link, data={"audience": "3"})
    with made.app.app_context():
        db.session.get(Item, made.portrait).scope = Scope.PUBLIC
        db.session.commit()
    assert "media-scope" in made.nadia.get(f"/portraits/{made.portrait}").text
    made.nadia.post(f"/portraits/{made.portrait}/media-scope")
    said = made.nadia.get(f"/portraits/{made.portrait}").text
    assert "Des demandes sont envoyées pour 2 fichiers" in said
    assert "restent comme ils étaient" not in said
    made.app.test_client().post(link, data={"audience": "0"})
    page = made.nadia.get(f"/portraits/{made.portrait}").text
    assert "media-scope" not in page
    assert "Idriss" in page
    with made.app.app_context():
        db.session.execute(delete(PublicationRequest))
        db.session.commit()
    made.nadia.post(f"/portraits/{made.portrait}/media-scope")
    with made.app.app_context():
        assert db.session.scalar(select(PublicationRequest.id)) is None


def test_who_accepts_a_publication_sees_who_refused_and_goes_no_further(made):
    link = paper(made.nadia, made.idriss)
    made.app.test_client().post(link, data={"audience": "3"})
    made.nadia.post(f"/items/{made.portrait}/publication", data={"scope": "3"})
    said = made.nadia.get(f"/items/{made.portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in said
    claire = scene.client_for(made.app, made.client_of, editor_device(made.app), "editor")
    seen = claire.get(f"/items/{made.portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in seen
    assert "fournil.jpg" not in seen
    assert 'value="yes"' in seen
    made.app.test_client().post(link, data={"audience": "1"})
    answered = claire.post(
        f"/items/{made.portrait}/publication/answer", data={"answer": "yes"}
    )  # fmt: skip
    assert answered.status_code == 404
    assert claire.get(f"/items/{made.portrait}/publication").status_code == 404
    with made.app.app_context():
        assert db.session.get(Item, made.portrait).scope == Scope.GROUP


def editor_device(app):
    """The editor of the site, signed in; as the scene keeps it."""
    with app.app_context():
        device = scene._editor()
        db.session.commit()
    return type("Made", (), {"editor_device": device})


def test_the_choice_before_publishing_says_what_visitors_will_not_see(nadia, portrait):
    page = nadia.get(f"/items/{portrait}/publication").text
    assert "2 choses qui y sont montrées restent à moins de monde" in page


def test_the_private_page_shows_what_is_asked_about_and_for_how_long(made):
    link, alone = paper(made.nadia, made.idriss), made.app.test_client()
    made.nadia.post(f"/items/{made.portrait}/people", data={"person": made.idriss, "media": "8"})
    page = alone.get(link).text
    card = page.partition("<h3>Boulanger</h3>")[2].partition("</li>")[0]
    assert f"{link}/{made.photo}/picture" in card
    assert f"{link}/{made.voice}/sound" in card
    assert "Le pain d’abord" in card
    for one in (f"{made.photo}/picture", f"{made.voice}/sound"):
        assert page.count(f'src="{link}/{one}"') == 1  # once is enough, by where it is shown
    assert alone.get(f"{link}/{made.voice}/sound", buffered=True).status_code == 200
    offered = re.findall(r'name="audience" value="(\d)"', page)[:4]
    assert offered == ["0", "1", "2", "3"]
    alone.post(link, data={"audience": "3", "term": "182"})
    with made.app.app_context():
        ends = db.session.scalars(
            select(Grant.expires_on).where(Grant.ended_at.is_(None), Grant.audience == 3)
        )
        assert set(ends) == {deciding.today() + timedelta(days=182)}


def test_signs_and_words_say_who_really_sees_it(made):
    french = {"Accept-Language": "fr"}
    address = f"/items/{made.portrait}/publication"
    made.nadia.post(address, data={"scope": "0"})
    said = made.nadia.post(address, data={"scope": "1"}, headers=french, follow_redirects=True).text
    assert "Le groupe lit ceci" not in said
    assert "cela reste caché" in said
    assert said.index("Caché pour l’instant") < said.index("<h1")  # before the face
    assert "Pour le groupe" not in said
    assert "seulement pour les personnes qui animent" in said
    made.app.test_client().post(paper(made.nadia, made.idriss), data={"audience": "3"})
    said = made.nadia.get(f"/portraits/{made.portrait}", headers=french, follow_redirects=True).text
    assert "Pour le groupe" in said
    assert "Idriss a dit oui pour" in said.replace("\xa0", " ")


def test_a_portrait_is_published_with_what_it_shows_in_one_gesture_of_each(made):
    made.app.test_client().post(paper(made.nadia, made.idriss), data={"audience": "3"})
    address = f"/items/{made.portrait}/publication"
    assert 'name="along"' in made.nadia.get(address).text
    made.nadia.post(address, data={"scope": "3", "along": "y", "agreed": "1"})
    editor = made.client_of("admin")
    listed = editor.get("/admin/requests", headers={"Accept-Language": "fr"}).text
    assert "2 fichiers qui y sont montrés" in listed.replace("\xa0", " ")
    assert f"/files/{made.photo}/preview/thumb" in listed, "an editor sees the face"
    with made.app.app_context():
        wanted = select(PublicationRequest.id).where(
            PublicationRequest.item_id == made.portrait, PublicationRequest.answered_at.is_(None)
        )
        number = db.session.scalar(wanted)
        assert len(db.session.scalars(select(PublicationRequest.id)).all()) == 3
    editor.post(f"/admin/requests/{number}/answer", data={"accept": "1"})
    visitor = made.app.test_client()
    assert visitor.get(f"/portraits/{made.portrait}", follow_redirects=True).status_code == 200
    assert codes(visitor, made.photo, made.voice) == {200}

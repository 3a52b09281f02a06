"""Portraits that leave: on paper, on a wall, in a folder; never more than their reader may see."""

import io
import re
import zipfile
from base64 import b64decode

import pytest

from tests.files import recordings
from tests.files.samples import picture, saved
from tests.portraits.conftest import make, tone
from wiki import consents
from wiki.accounts.models import User
from wiki.consents import deciding
from wiki.consents.models import Medium, Method, Person, Release
from wiki.db import db
from wiki.export.folders import PAGE
from wiki.files import transcripts
from wiki.files.models import File
from wiki.files.transcripts import Cue, Track
from wiki.items.models import Item, Scope


@pytest.fixture
def folder(client):
    """A function: the zip of a portrait as somebody takes it."""

    def take(number: int, who=client) -> zipfile.ZipFile:
        answer = who.get(f"/portraits/{number}/folder.zip")
        assert answer.status_code == 200
        return zipfile.ZipFile(io.BytesIO(answer.data))

    return take


def test_a_poster_is_one_sheet_with_the_way_to_the_voice(client, portrait):
    page = client.get(f"/portraits/{portrait}/poster").text
    assert f"/i/{portrait}/qr.svg" in page
    assert "Le four de 1962" in page
    assert "il tire à gauche" in page
    for paper, size in (("a4", b"595.2"), ("a3", b"841.8")):
        made = client.get(f"/portraits/{portrait}/poster.pdf?paper={paper}")
        assert made.mimetype == "application/pdf"
        assert made.data.count(b"/Type /Page\n") + made.data.count(b"/Type/Page/") <= 1
        assert size in made.data or b"/MediaBox" in made.data or made.data.startswith(b"%PDF")
    assert client.get(f"/portraits/{portrait}/poster?paper=a0").status_code == 404


@pytest.mark.parametrize("what", ["poster", "poster.pdf", "folder.zip"])
def test_what_one_may_not_read_does_not_leave(client, client_of, another, what):
    number = another(Scope.GROUP)
    assert client.get(f"/portraits/{number}/{what}").status_code == 404
    assert client_of("stranger").get(f"/portraits/{number}/{what}").status_code == 404


def test_a_folder_opens_without_network(folder, portrait, photo):
    archive = folder(portrait)
    names = archive.namelist()
    page = archive.read(f"Annick Kervalo/{PAGE}").decode()
    assert f"Annick Kervalo/media/{photo}-medium.webp" in names
    assert "Annick Kervalo/style/folder.js" in names
    assert 'src="/' not in page
    assert 'href="/' not in page
    assert "srcset" not in page
    for name in names:
        if "/media/" in name:
            assert name.partition("/")[2] in page
    assert 'id="i-lire"' in page
    assert archive.testzip() is None


def test_a_folder_holds_no_file_that_its_taker_may_not_see(client_of, folder, add_file, another):
    hidden = add_file(saved(picture(), "PNG"), "secret.png", Scope.GROUP)
    number = another(settings={"b000001.kind": "spots", "b000001.file": str(hidden)})
    for archive in (folder(number), folder(number, client_of("stranger"))):
        assert not any(f"/{hidden}-" in name for name in archive.namelist())
        assert f"/files/{hidden}" not in archive.read(f"Annick Kervalo/{PAGE}").decode()
    assert any(f"/{hidden}-" in name for name in folder(number, client_of("karim")).namelist())


def test_what_left_is_remembered_when_somebody_appears(app, client, client_of, another, world):
    number = another(Scope.GROUP)
    with app.app_context():
        annick = Person(group_id=world.ours, shown_name="Annick")
        db.session.add(annick)
        db.session.flush()
        karim = db.session.get(User, world.karim)
        consents.appear(annick, db.session.get(Item, number), Medium.NAME, karim)
        agreed = deciding.Wish(Medium.NAME, Scope.GROUP)
        deciding.agree(annick, [agreed], deciding.Proof(Method.PAPER), karim)
        db.session.commit()
    client_of("karim").get(f"/portraits/{number}/folder.zip")
    with app.app_context():
        left = db.session.scalars(db.select(Release).filter_by(item_id=number)).all()
        assert [(one.what, one.actor_id) for one in left] == [("export", world.karim)]


def test_a_portrait_on_paper_shows_pictures_and_names_what_is_heard(client, portrait, photo):
    page = client.get(f"/print?items={portrait}").text
    assert f"/files/{photo}/preview/medium" in page
    assert "Trois choses à regarder" in page
    assert "À écouter à l’écran" in page
    assert page.index("Le four de 1962") < page.index("Le foulard")
    assert client.get(f"/items/{portrait}.pdf").mimetype == "application/pdf"


def test_a_voice_alone_makes_a_portrait_too(app, client, folder, world, add_file):
    with app.app_context():
        sound = add_file(tone(), "seule.ogg", Scope.PUBLIC)
        fields = {"words": {}, "settings": {"b000001.kind": "sound", "b000001.file": str(sound)}}
        number = make(world, sound, sound, title="Sans visage", arrangement=["b000001"], **fields)
    assert "<audio" in client.get(f"/portraits/{number}").text
    assert client.get(f"/portraits/{number}/poster").status_code == 200
    assert any("audio.m4a" in name for name in folder(number).namelist())


def test_the_lines_of_a_film_leave_inside_the_page_without_what_is_masked(
    app, client, folder, add_file, another
):
    film = add_file(recordings.film(seconds=0.5), "film.mp4", Scope.PUBLIC)
    with app.app_context():
        track = Track(file_id=film, lang="fr", state="checked")
        track.cues = [
            Cue(key="a", start_ms=0, end_ms=200, text="On pétrit."),
            Cue(key="b", start_ms=200, end_ms=400, text="Mon secret.", masked=True),
        ]
        db.session.add(track)
        transcripts.changed(db.session.get(File, film))
        db.session.commit()
        at, track_id = f"{track.address}.vtt", track.id
    number = another(settings={"b000002.kind": "video", "b000002.file": str(film)})
    page = client.get(f"/portraits/{number}").text
    assert f'<track src="{at}"' in page
    archive = folder(number)
    (name,) = [one for one in archive.namelist() if one.endswith(PAGE)]
    page = archive.read(name).decode()
    (lines,) = re.findall(r'<track src="data:text/vtt;base64,([^"]+)"', page)
    lines = b64decode(lines).decode()
    assert "On pétrit." in lines
    assert "secret" not in lines + page
    with app.app_context():
        db.session.get(Track, track_id).state = "draft"
        db.session.commit()
    assert "text/vtt" not in folder(number).read(name).decode()

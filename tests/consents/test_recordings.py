"""Withdrawn, a voice is silent by every way that leads to what is said in it; a zip is noted."""

import io
import zipfile

import pytest
from sqlalchemy import select

from tests.consents import scene
from tests.files import recordings
from wiki.consents import deciding
from wiki.consents.models import Medium, Person, Release
from wiki.db import db
from wiki.items.models import Item, Scope

WORD = "zorbavoix"


@pytest.fixture
def voice(app, client_of, world):
    """A public recording of somebody who agreed, written down and quoted."""
    nadia = client_of("nadia")
    number = scene.send(nadia, world.ours, "voix.webm", recordings.sound(seconds=0.3))
    line = {"key": "a", "start": 1000, "end": 3000, "speaker": "Fatou", "text": f"Je dis {WORD}."}
    track = nadia.post(f"/files/{number}/transcripts", data={"lang": "fr"}).location
    nadia.post(f"{track}/lines", json={"changed": [line], "removed": []})
    nadia.post(f"{track}/state", data={"checked": "yes"})
    chapter = {"start": "0:01", "title": f"Où l’on dit {WORD}", "summary": "", "keywords": ""}
    nadia.post(f"/files/{number}/chapters", data=chapter)
    quoted = {"group": world.ours, "title": "Citation", "body": f"{{{{moment {number} 1-3}}}}"}
    page = nadia.post("/pages/new", data=quoted).location
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        for one in (number, int(page.split("/")[-1].split("-")[0])):
            db.session.get(Item, one).scope = Scope.PUBLIC
        db.session.commit()
        scene.appear(person.id, number, Medium.VOICE)
        scene.agree(person.id, Scope.PUBLIC)
        return person.id, number, track, page


def said(client, address: str) -> str:
    return client.get(address, follow_redirects=True, buffered=True).text


def test_a_voice_that_is_withdrawn_is_silent_everywhere_at_the_next_request(
    app, client, client_of, voice, world
):
    person, number, track, page = voice
    ways = [f"/files/{number}", f"{track}.vtt", f"/files/{number}/chapters.vtt", page]
    search = f"/api/v1/search?q={WORD}"
    assert all(WORD in said(client, way) for way in ways)
    assert client.get(search).json["total"] >= 1
    archive = f"/files/archive?group={world.ours}&file={number}"
    assert client.get(archive, buffered=True).status_code == 200
    with app.app_context():
        deciding.withdraw(db.session.get(Person, person), None)
        db.session.commit()
    for reader in (client, client_of("stranger"), client_of("sophie"), client_of("karim")):
        for way in ways:
            assert WORD not in said(reader, way), way
        assert reader.get(search).json["total"] == 0
        assert reader.get(f"{track}.vtt", buffered=True).status_code in (401, 404)
        assert reader.get(archive, buffered=True).status_code == 404
        assert reader.get(track, buffered=True).status_code in (303, 401, 404)


def test_what_leaves_in_a_zip_is_noted_for_who_appears_in_it(app, client_of, voice, world):
    _person, number, _track, _page = voice
    other = scene.send(client_of("nadia"), world.ours, "note.txt", b"rien")
    taken = client_of("karim").get(f"/files/archive?group={world.ours}", buffered=True)
    with zipfile.ZipFile(io.BytesIO(taken.data)) as found:
        assert set(found.namelist()) == {"voix.webm", "note.txt"}
    with app.app_context():
        left = db.session.scalars(select(Release)).all()
        assert [(one.item_id, one.what, one.actor_id) for one in left] == [
            (number, "export", world.karim)
        ]
    assert other

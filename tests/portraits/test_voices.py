"""What is said in the voices of a portrait: read along, found, by those who may hear it."""

import pytest

from tests.portraits.conftest import make, tone
from wiki.db import db
from wiki.files.models import File
from wiki.files.transcripts import Cue, Track, TrackState, changed
from wiki.items.models import Scope

SAID = "Je pétris avant le premier merle"


@pytest.fixture
def write_down(app):
    """A function: a line said in a recording, checked or not."""

    def write(file_id: int, state=TrackState.CHECKED, masked: bool = False) -> None:
        with app.app_context():
            track = Track(file_id=file_id, lang="fr", state=state)
            db.session.add(track)
            db.session.flush()
            line = {"start_ms": 72_000, "end_ms": 79_000, "text": SAID, "masked": masked}
            db.session.add(Cue(track_id=track.id, key="a", **line))
            changed(db.session.get(File, file_id))
            db.session.commit()

    return write


def finds(client, number: int) -> bool:
    return f"/portraits/{number}" in client.get("/search?q=pétrir merle&kind=portraits").text


def test_the_lines_stand_under_the_voice(client, portrait, voice, write_down):
    write_down(voice)
    page = client.get(f"/portraits/{portrait}").text
    assert SAID in page
    assert f'href="#t=72-79" data-media="{voice}"' in page
    assert page.index("<audio") < page.index(SAID) < page.index("il tire à gauche")


def test_what_is_said_is_found_as_the_portrait(client, portrait, voice, write_down):
    assert not finds(client, portrait)
    write_down(voice)
    assert finds(client, portrait)


def test_a_wall_or_a_room_reads_the_quote_else_what_is_heard_else_the_text(
    app, client, another, voice, write_down
):
    order = ["b000002", "b000009"]
    settings = {"b000002.kind": "sound", "b000002.file": str(voice), "b000009.kind": "text"}
    words = {"b000009.body": "On est venus **à cinq heures**."}
    number = another(arrangement=order, settings=settings, words=words)

    def are_read(words: str) -> list[bool]:
        outlets = (f"/portraits/{number}/poster", "/portraits/slideshow?n=1")
        return [words in client.get(address).text for address in outlets]

    assert all(are_read("On est venus à cinq heures."))
    write_down(voice)
    assert all(are_read(SAID))
    with app.app_context():
        db.session.get(File, voice).scope = Scope.GROUP
        db.session.commit()
    assert not any(are_read(SAID)), "fewer may hear it"


@pytest.mark.parametrize("how", [{"state": TrackState.DRAFT}, {"masked": True}])
def test_what_is_unchecked_or_masked_is_not(client, portrait, voice, write_down, how):
    write_down(voice, **how)
    assert not finds(client, portrait)
    assert SAID not in client.get(f"/portraits/{portrait}").text


def test_a_voice_for_the_group_lends_nothing_to_a_public_portrait(
    app, client, world, add_file, write_down
):
    hidden = add_file(tone(), "groupe.ogg", Scope.GROUP)
    with app.app_context():
        number = make(world, hidden, hidden)
    write_down(hidden)
    assert not finds(client, number)
    assert SAID not in client.get(f"/portraits/{number}").text


def test_a_voice_that_is_narrowed_takes_its_words_back(app, client, portrait, voice, write_down):
    write_down(voice)
    with app.app_context():
        db.session.get(File, voice).scope = Scope.GROUP
        db.session.commit()
    assert not finds(client, portrait)

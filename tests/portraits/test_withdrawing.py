"""Somebody changes their mind: at the next request nobody outside sees or hears them anywhere."""

import io
import zipfile

import pytest

from tests.portraits.test_voices import SAID, write_down
from wiki import consents
from wiki.accounts.models import User
from wiki.consents import deciding
from wiki.consents.models import ALL_MEDIA, Medium, Method, Person
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Item, Scope

assert write_down  # known by its name to the tests below


@pytest.fixture
def annick(app, world, voice, portrait):
    """The person who speaks: she agreed that everyone hears her."""
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        person = Person(group_id=world.ours, shown_name="Annick")
        db.session.add(person)
        db.session.flush()
        consents.appear(person, db.session.get(File, voice), ALL_MEDIA, nadia)
        wishes = [deciding.Wish(medium, Scope.PUBLIC) for medium in Medium]
        deciding.agree(person, wishes, deciding.Proof(Method.PAPER), nadia)
        db.session.commit()
        return person.id


@pytest.fixture
def withdraw(app, world, annick):
    """A function: she takes it back."""

    def act():
        with app.app_context():
            nadia = db.session.get(User, world.nadia)
            deciding.withdraw(db.session.get(Person, annick), nadia)
            db.session.commit()

    return act


def outlets(number: int) -> list[str]:
    """Everywhere a visitor may meet a portrait."""
    return [
        f"/portraits/{number}", f"/portraits/{number}/poster", f"/portraits/{number}/folder.zip",
        f"/portraits/{number}/poster.pdf", f"/api/v1/items/{number}", f"/embed/{number}",
        f"/items/{number}/history", f"/items/{number}/revisions/1", f"/items/{number}.pdf",
        f"/print?items={number}", f"/i/{number}/qr.svg",
    ]  # fmt: skip


def test_a_portrait_leaves_every_outlet_at_the_next_request(
    client, portrait, voice, write_down, withdraw
):
    write_down(voice)
    page = client.get(f"/portraits/{portrait}")
    assert SAID in page.text
    for address in outlets(portrait):
        assert client.get(address).status_code == 200, address
    withdraw()
    known = {"If-None-Match": page.headers["ETag"]}
    assert client.get(f"/portraits/{portrait}", headers=known).status_code == 404
    for address in outlets(portrait):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert b"Annick" not in answer.data
    lists = (
        "/portraits",
        "/portraits/slideshow",
        "/search?q=merle",
        "/feed.atom",
        "/sitemaps/0.xml",
    )
    for address in lists:
        text = client.get(address).text
        assert SAID not in text, address
        assert f"/portraits/{portrait}" not in text, address


def test_the_group_keeps_the_portrait_with_a_neutral_place(client_of, portrait, voice, withdraw):
    karim = client_of("karim")
    assert "<audio" in karim.get(f"/portraits/{portrait}").text
    withdraw()
    page = karim.get(f"/portraits/{portrait}").text
    assert f"/files/{voice}/" not in page
    assert "<audio" not in page
    assert "Le four de 1962" in page
    assert karim.get(f"/files/{voice}/media/audio.m4a").status_code == 404


def test_a_line_that_is_masked_leaves_the_page_at_once(
    client, client_of, portrait, voice, write_down
):
    write_down(voice)
    page = client.get(f"/portraits/{portrait}")
    masked = {"key": "a", "start": 72_000, "end": 79_000, "text": SAID, "masked": True,
              "speaker": "", "reason": "elle le demande"}  # fmt: skip
    answer = client_of("nadia").post(
        f"/files/{voice}/transcripts/1/lines", json={"changed": [masked]}
    )
    assert answer.status_code == 200, answer.text
    again = client.get(f"/portraits/{portrait}", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 200
    assert SAID not in again.text


@pytest.fixture
def note_her(app, world, annick, portrait):
    """A function: she is said to be shown by the portrait itself."""

    def act():
        with app.app_context():
            person, whole = db.session.get(Person, annick), db.session.get(Item, portrait)
            consents.appear(person, whole, ALL_MEDIA, db.session.get(User, world.nadia))
            db.session.commit()

    return act


def test_a_showing_has_nothing_of_who_said_no(client_of, portrait, voice, withdraw, note_her):
    nadia = client_of("nadia")
    assert f"/files/{voice}/" in nadia.get("/portraits/slideshow").text
    withdraw()
    assert f"/files/{voice}/" in nadia.get(f"/portraits/{portrait}").text
    assert f"/files/{voice}/" not in nadia.get("/portraits/slideshow").text
    note_her()
    assert nadia.get(f"/portraits/{portrait}").status_code == 200
    assert f"/portraits/{portrait}" not in nadia.get("/portraits/slideshow").text


def test_a_folder_that_is_handed_on_holds_the_silent_copy(client_of, portrait, voice, write_down):
    write_down(voice)
    nadia = client_of("nadia")
    masked = {"key": "a", "start": 0, "end": 400, "text": SAID, "masked": True}
    lines = f"/files/{voice}/transcripts/1/lines"
    assert nadia.post(lines, json={"changed": [masked]}).status_code == 200
    with nadia.get(f"/files/{voice}/media/audio.m4a") as answer:
        whole = answer.data
    with zipfile.ZipFile(io.BytesIO(nadia.get(f"/portraits/{portrait}/folder.zip").data)) as taken:
        sounds = [name for name in taken.namelist() if name.endswith((".m4a", ".webm"))]
        page = next(taken.read(name).decode() for name in taken.namelist() if "ouvrir" in name)
        assert all(taken.read(name) != whole for name in sounds)
    assert "data-masked" in page
    assert "Vous entendez tout" not in page

"""Nothing is written that nobody said, and nothing is proposed that nobody is in."""

import re

import pytest
from sqlalchemy import select

from tests.consents import scene
from tests.consents.test_screens import sign
from wiki.consents.models import ConsentEvent, Grant, Person
from wiki.db import db
from wiki.items.models import Scope


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def photo(nadia, world):
    return scene.send(nadia, world.ours, "atelier.jpg", scene.jpeg())


@pytest.fixture
def fatou(app, nadia, photo):
    """Fatou, a minor marked in the photo, who has not been asked; her number."""
    sent = {"shown_name": "Fatou", "media": "1", "minor": "y"}
    nadia.post(f"/items/{photo}/people", data=sent)
    with app.app_context():
        return db.session.scalar(select(Person.id))


def test_who_agreed_to_nothing_has_nothing_to_renew_nor_to_narrow(app, nadia, fatou):
    page = nadia.get(f"/people/{fatou}").text
    assert f"/people/{fatou}/renewal" not in page
    assert "Seulement le groupe" not in page
    nadia.post(f"/people/{fatou}/renewal")
    assert "pas d’accord à renouveler" in nadia.get(f"/people/{fatou}").text
    nadia.post(f"/people/{fatou}/withdrawal", data={"audience": "1"})
    assert "Rien n’était accepté au-delà du groupe" in nadia.get(f"/people/{fatou}").text
    with app.app_context():
        assert set(db.session.scalars(select(ConsentEvent.verb))) == {"appears"}
        assert db.session.scalar(select(Grant.id)) is None


def test_who_just_refused_is_not_renewed(app, nadia, fatou):
    sign(nadia, fatou, guardian="Aminata")
    assert f"/people/{fatou}/renewal" in nadia.get(f"/people/{fatou}").text
    nadia.post(f"/people/{fatou}/withdrawal")
    nadia.post(f"/people/{fatou}/renewal")
    with app.app_context():
        assert "renewed" not in set(db.session.scalars(select(ConsentEvent.verb)))
        standing = select(Grant.audience).where(Grant.ended_at.is_(None))
        assert set(db.session.scalars(standing)) == {Scope.DRAFT}


def test_the_name_of_who_answers_for_a_minor_is_not_called_optional(nadia, fatou):
    page = nadia.get(f"/people/{fatou}/agreement").text
    label = re.search(r'<label for="guardian">(.*?)</label>', page, re.S)[1]
    assert "facultatif" not in label


def test_nobody_is_ticked_in_advance_and_what_is_shown_is_proposed(nadia, world, photo, fatou):
    voice = scene.send(nadia, world.ours, "voix.ogg", scene.tone())
    number = int(
        nadia.post(
            f"/portraits/new?group={world.ours}", data={"title": "Boulanger", "model": "free"}
        ).location.split("/")[2]
    )  # fmt: skip
    put(nadia, number, photo, voice)
    page = nadia.get(f"/items/{number}/people").text
    assert not re.search(r'<input[^>]*checked[^>]*name="person"|name="person"[^>]*checked', page)
    ticked = re.findall(r'name="media" value="(\d+)" checked', page)
    assert ticked == ["1", "2", "4"]
    answer = nadia.post(f"/items/{number}/people", data={"media": "1"})
    assert answer.status_code == 422
    assert "Dites de qui il s’agit" in answer.text


def put(client, portrait: int, photo: int, voice: int) -> None:
    """A photo and a sound in a portrait, by its screen."""
    from tests.reports.forms import fields

    address = f"/portraits/{portrait}/edit"
    for kind, file in (("photo", photo), ("sound", voice)):
        sent = fields(client.get(address).text, "portrait-form")
        client.post(address, data=sent | {"add": kind})
        sent = fields(client.get(address).text, "portrait-form")
        block = sent["arrangement"].split(",")[-1]
        assert sent[f"s_{block}_kind"] == kind
        client.post(address, data=sent | {f"s_{block}_file": str(file)})

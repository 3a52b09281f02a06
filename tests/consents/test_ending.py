"""Agreements end: on the very day, even where no worker runs; asked for again before."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import SERVER
from tests.consents import scene
from wiki import jobs, mail
from wiki.accounts.models import User
from wiki.coedit import door
from wiki.consents import deciding, ending
from wiki.consents.models import ConsentEvent, Grant, Medium, Person
from wiki.db import db
from wiki.items.models import Item, Scope
from wiki.notifications.models import Preference


@pytest.fixture
def shown(app, client_of, world):
    """A public photo of somebody who agreed; the numbers of both."""
    photo = scene.send(client_of("nadia"), world.ours, "atelier.jpg", scene.jpeg())
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        item = db.session.get(Item, photo)
        item.scope = Scope.PUBLIC
        db.session.commit()
        scene.appear(person.id, photo, Medium.IMAGE)
        scene.agree(person.id, Scope.PUBLIC)
        return person.id, photo


def ends(days: int) -> None:
    """Let all that was agreed end so many days from now, behind the back of the house."""
    db.session.execute(
        db.update(Grant).values(expires_on=deciding.today() + timedelta(days=days))
    )  # fmt: skip
    db.session.commit()


def test_the_first_request_of_a_day_shows_nothing_that_ended_the_day_before(
    app, client, client_of, shown
):
    _person, photo = shown
    at = f"/files/{photo}/preview/thumb"
    assert client.get(at, buffered=True).status_code == 200
    with app.app_context():
        ends(-1)
    app.extensions["agreements_of"] = deciding.today() - timedelta(days=1)
    assert client.get(at, buffered=True).status_code == 404
    assert client_of("karim").get(at, buffered=True).status_code == 200


def test_the_last_day_still_counts(app, client, shown):
    with app.app_context():
        ends(0)
    app.extensions["agreements_of"] = None
    assert client.get(f"/files/{shown[1]}", buffered=True).status_code == 200


@pytest.mark.skipif(bool(SERVER), reason="the database is told to be read only in SQLite's way")
def test_reading_goes_on_when_it_cannot_be_noted_whom_to_ask_again(app, client, shown):
    with app.app_context():
        ends(40)
        db.session.execute(db.text("PRAGMA query_only=ON"))
        db.session.commit()
    app.extensions["agreements_of"] = None
    try:
        assert client.get(f"/files/{shown[1]}/preview/thumb", buffered=True).status_code == 200
    finally:
        with app.app_context():
            db.session.execute(db.text("PRAGMA query_only=OFF"))
            db.session.commit()


def test_it_is_asked_again_three_times_and_written_down(app, shown):
    with app.app_context():
        for days, times in ((200, 0), (89, 1), (60, 1), (29, 2), (8, 2), (6, 3), (5, 3)):
            ends(days)
            ending.end_late()
            verbs = db.session.scalars(select(ConsentEvent.verb)).all()
            assert verbs.count("asked again") == times, days
        ends(-1)
        ending.end_late()
        ending.end_late()
        assert db.session.scalars(select(ConsentEvent.verb)).all().count("expired") == 1


def test_letters_leave_once_at_each_step_and_renew(app, client, client_of, letters, shown):
    person, photo = shown
    client_of("nadia").post(
        f"/people/{person}/edit", data={"shown_name": "Fatou", "contact": "06 00, fatou@ici.fr"}
    )
    found = {}
    for days, is_step in ((200, 0), (89, 1), (60, 0), (29, 1), (6, 1), (5, 0)):
        with app.app_context():
            ends(days)
            ending.end_late()
        left = {one["To"]: one.get_content() for one in letters()}
        assert set(left) == ({"nadia@example.org", "fatou@ici.fr"} if is_step else set()), days
        found |= left
    assert f"/people/{person}" in found["nadia@example.org"]
    assert "Fatou" in found["nadia@example.org"]
    key = re.search(r"/accord/([\w-]+)", found["fatou@ici.fr"])[1]
    assert client.get(f"/accord/{key}").status_code == 200
    client.post(f"/accord/{key}", data={"audience": int(Scope.PUBLIC)})
    with app.app_context():
        last = db.session.scalars(select(Grant).where(Grant.ended_at.is_(None))).all()
        assert {one.expires_on for one in last} == {deciding.end_of(deciding.today())}


def test_no_letter_to_who_wants_none_nor_of_what_was_renewed_meanwhile(app, letters, shown):
    with app.app_context(), jobs.immediate(app, False):
        ends(20)
        ending.end_late()
        deciding.renew(db.session.get(Person, shown[0]), None)
        db.session.commit()
        mail.deliver()
        assert letters() == []
        ends(5)
        nadia = db.session.scalar(select(User).where(User.name.startswith("Nadia")))
        db.session.add(Preference(user_id=nadia.id, topic="asked", cadence="never"))
        db.session.commit()
        ending.end_late()
        mail.deliver()
        assert letters() == []


def test_what_ended_comes_back_when_it_is_renewed(app, client, client_of, shown):
    person, photo = shown
    with app.app_context():
        ends(-1)
        ending.end_late()
    assert client.get(f"/files/{photo}").status_code == 404
    client_of("nadia").post(f"/people/{person}/renewal")
    assert client.get(f"/files/{photo}").status_code == 200


def test_a_day_without_anything_to_end_writes_nothing(app, shown):
    with app.app_context():
        before = db.session.scalar(select(db.func.count(ConsentEvent.id)))
        ending.end_late()
        assert db.session.scalar(select(db.func.count(ConsentEvent.id))) == before


def test_those_who_facilitate_see_on_their_day_whom_to_ask_again(app, client_of, shown):
    french = {"Accept-Language": "fr"}
    nadia = client_of("nadia")
    assert "Accords à redemander" not in nadia.get("/", headers=french).text
    with app.app_context():
        ends(40)
    page = nadia.get("/", headers=french).text
    assert "Accords à redemander" in page
    assert f"/people/{shown[0]}" in page
    assert "Accords à redemander" not in client_of("karim").get("/", headers=french).text


def test_a_room_where_it_was_being_written_closes(app, world):
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.commit()
        number = person.id
    guest = door.Pass(world.page, "body", world.karim, world.devices["karim"], True, {})
    assert door.look_again(app, {guest})[guest] is not None
    with app.app_context():
        scene.appear(number, world.page, Medium.WORDS)
    assert door.look_again(app, {guest})[guest] is None

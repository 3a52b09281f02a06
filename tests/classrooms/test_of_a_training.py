"""A room prepared from a training day: its plan on the sheet, its attendance noted at the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.classrooms.models import Classroom, Trainee
from wiki.db import db, utcnow
from wiki.groups.models import Group
from wiki.items import history
from wiki.items.writing import save
from wiki.kits import making
from wiki.kits.models import Kit
from wiki.pages.models import Page
from wiki.programme import presence
from wiki.trainings.models import Training, new_training


@pytest.fixture
def training(app, world):
    """The address and number of a day that is going on, its morning nearly over."""
    now = utcnow()
    halves = [(now - timedelta(hours=3), now - timedelta(hours=1)),
              (now - timedelta(minutes=30), now + timedelta(hours=2))]  # fmt: skip
    with app.app_context():
        made = new_training(
            db.session.get(Group, world.ours), db.session.get(User, world.nadia),
            "Journée portraits", halves,
            programme=[{"minutes": 20, "activity": "Se présenter", "no_network": "Avec du papier"}],
        )  # fmt: skip
        db.session.commit()
        return made.url, made.id


def test_the_page_of_the_day_leads_to_its_room(client_of, training, world):
    nadia, (url, number) = client_of("nadia"), training
    door = f"/groups/{world.ours}/classrooms?training={number}"
    assert door in nadia.get(url).text
    assert "classrooms" not in client_of("karim").get(url).text
    page = nadia.get(door).text
    assert 'value="Journée portraits"' in page
    answer = nadia.post(
        door, data={"title": "Journée portraits", "places": "2", "training": str(number)}
    )
    room = answer.headers["Location"]
    assert f'href="{room}"' in nadia.get(url).text
    sheet = nadia.get(f"{room}/sheet").text
    assert "Se présenter" in sheet
    assert "Avec du papier" in sheet


def test_who_was_in_the_room_is_noted_present_for_the_half_day_only(
    app, client_of, training, world
):
    nadia, (_url, number) = client_of("nadia"), training
    data = {"title": "Journée portraits", "places": "2", "training": str(number)}
    room = nadia.post(f"/groups/{world.ours}/classrooms", data=data).headers["Location"]
    with app.app_context():
        found = db.session.scalar(select(Classroom))
        db.session.add(Trainee(classroom_id=found.id, name="Jo", here_at=utcnow()))
        db.session.commit()
    nadia.post(f"{room}/closing")
    with app.app_context():
        item = db.session.get(Training, number)
        assert item.headcount == {"1": {"present": 1, "excused": 0, "absent": 0}}
        (line,) = [one for one in presence.sheet(item) if one.name == "Jo"]
        assert line.states == ["", "present"]
    nadia.post(f"{room}/closing")
    with app.app_context():
        names = [one.name for one in presence.sheet(db.session.get(Training, number))]
        assert names.count("Jo") == 1
    nadia.post(f"/items/{number}/attendance/removal")
    nadia.post(f"{room}/closing")
    with app.app_context():
        item = db.session.get(Training, number)
        assert "Jo" not in [one.name for one in presence.sheet(item)], "names that were let go"
        assert item.headcount == {"1": {"present": 1, "excused": 0, "absent": 0}}


def test_a_name_taken_off_the_sheet_comes_back_only_with_the_person(
    app, client_of, training, world
):
    nadia, (_url, number) = client_of("nadia"), training
    data = {"title": "Journée portraits", "places": "2", "training": str(number)}
    room = nadia.post(f"/groups/{world.ours}/classrooms", data=data).headers["Location"]
    with app.app_context():
        found = db.session.scalar(select(Classroom))
        for name in ("Jo", "Max"):
            db.session.add(Trainee(classroom_id=found.id, name=name, here_at=utcnow()))
        db.session.commit()
    nadia.post(f"{room}/closing")
    with app.app_context():
        history.erase(
            db.session.get(Training, number), "Jo", "…", db.session.get(User, world.nadia)
        )
        db.session.commit()
    nadia.post(f"{room}/closing")
    with app.app_context():
        names = [one.name for one in presence.sheet(db.session.get(Training, number))]
        assert names[2:] == ["Max", "…"]


def test_the_kit_of_the_day_gives_its_pages_and_nothing_typed_is_lost(
    app, client_of, training, world
):
    nadia, (_url, number) = client_of("nadia"), training
    with app.app_context():
        author = db.session.get(User, world.nadia)
        kit = Kit(group_id=world.ours, title="Kit portraits", summary="Faire des portraits.")
        save(kit, author)
        making.make_version(kit, author, {world.page}, "")
        db.session.get(Training, number).kit_id = kit.id
        db.session.commit()
    door = f"/groups/{world.ours}/classrooms?training={number}"
    assert "Prendre ce qu’il y a dans le kit" in nadia.get(door).text
    data = {"title": "Notre journée", "places": "7", "training": str(number), "kit": "1"}
    page = nadia.post(door, data=data, follow_redirects=True)
    assert page.status_code == 200
    assert 'value="Notre journée"' in page.text
    assert 'value="7"' in page.text
    assert "Espace emploi" in page.text
    with app.app_context():
        model = db.session.scalar(select(Group).where(Group.title == "Kit portraits"))
        taken = db.session.scalar(select(Page.id).where(Page.group_id == model.id))
    del data["kit"]
    answer = nadia.post(door, data=data | {"model": str(model.id), f"way-{taken}": "each"})
    assert answer.status_code == 303
    with app.app_context():
        assert len(db.session.scalar(select(Classroom)).models) == 1

"""Sessions leave with their group and come back; those of the group are told the day before."""

import zipfile
from datetime import timedelta

from sqlalchemy import select

from tests.archive.test_coming import bring
from wiki.accounts.models import User
from wiki.archive import nameless, packing
from wiki.db import db, utcnow
from wiki.events.models import Meeting, new_meeting
from wiki.groups.models import Group
from wiki.notifications.models import Notice
from wiki.programme import answers, presence, reminding
from wiki.programme.presence import Attendance
from wiki.trainings.models import Training, new_training


def made(world, hours: float, **more) -> Meeting:
    start = utcnow() + timedelta(hours=hours)
    group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
    return new_meeting(group, nadia, "Séance 1", start, start + timedelta(hours=2), **more)


def test_a_group_leaves_with_its_sessions_and_comes_back_with_them(app, world, tmp_path, client_of):
    with app.app_context():
        item = made(world, 3, programme=[{"minutes": 5, "activity": "Accueil"}])
        nadia = db.session.get(User, world.nadia)
        start = utcnow() + timedelta(days=2)
        halves = [(start, start + timedelta(hours=3))]
        day = new_training(item.group, nadia, "Journée", halves)
        day.kit_id = world.public_page
        presence.note(item, [presence.Line("Odette", None, ["present"])], nadia)
        answers.say(item, "done", "La **carte**", nadia)
        db.session.commit()
        path = tmp_path / "g.zip"
        packing.write(path, item.group, None)
        names = zipfile.ZipFile(path).namelist()
        assert any(name.startswith("events/") and name.endswith(".ics") for name in names)
        assert any(name.startswith("trainings/") and name.endswith(".md") for name in names)
        came = bring(path, trusted=True)
        again = db.session.scalar(select(Meeting).where(Meeting.id != item.id))
        assert (again.starts_at, again.programme) == (item.starts_at, item.programme)
        assert again.headcount["0"]["present"] == 1
        rows = db.session.scalars(select(Attendance.name).where(Attendance.item_id == again.id))
        assert list(rows) == ["Odette"]
        training = db.session.scalar(select(Training).where(Training.id != day.id))
        assert training.kit_id not in (None, world.public_page)
        number, title = again.id, again.title
    assert came
    assert title == "Séance 1"
    assert client_of("nadia").get(f"/events/{number}-seance-1").status_code in (200, 404)


def test_the_day_before_those_who_may_come_are_told_once(app, world, client_of, letters):
    with app.app_context():
        soon, later = made(world, 20), made(world, 90)
        off, draft = made(world, 20, cancelled=True), made(world, 20, scope=0)
        presence.say(soon, db.session.get(User, world.karim), False)
        db.session.commit()
        assert reminding.remind() == 1
        assert reminding.remind() == 0
        told = db.session.execute(select(Notice.user_id, Notice.item_id)).all()
        assert {row.item_id for row in told} == {soon.id}
        assert {row.user_id for row in told} == {world.nadia, world.rosa}
        assert later.reminded_at is off.reminded_at is draft.reminded_at is None
    page = client_of("rosa").get("/notices").text
    assert "Bientôt" in page
    assert "Séance 1" in page


def test_a_session_moved_or_cancelled_is_told_to_the_group_at_once(app, world, client_of):
    with app.app_context():
        item = made(world, 200)
        day, number = item.local_start.date().isoformat(), item.id
        db.session.commit()
    nadia = client_of("nadia")
    sent = {"title": "Séance 1", "day": day, "begins": "06:10", "finishes": "07:10",
            "zone": "Europe/Paris", "revision": "1"}  # fmt: skip
    nadia.post(f"/events/{number}/edit", data=sent)
    nadia.post(f"/events/{number}/edit", data=sent | {"goal": "Dire bonjour", "revision": "2"})
    nadia.post(f"/events/{number}/cancellation")
    with app.app_context():
        told = db.session.execute(select(Notice.user_id, Notice.reason)).all()
        assert sorted(row.reason for row in told if row.user_id == world.karim) == ["moved", "off"]
        assert world.nadia not in {row.user_id for row in told if row.reason != "change"}
    page = client_of("karim").get("/notices").text
    assert "est annulée" in page
    assert "6\u00a0h\u00a010" in page


def test_who_came_without_an_account_is_known_to_what_hides_names(app, world):
    with app.app_context():
        item, nadia = made(world, 3), db.session.get(User, world.nadia)
        presence.note(item, [presence.Line("Odette Quéré", None, ["present"])], nadia)
        start = utcnow()
        new_training(item.group, nadia, "Jour", [(start, start)], trainers="Yann Ollivier et Maël")
        db.session.commit()
        veil = nameless.Veil(nameless.names_of(item.group))
        hidden = veil.text("Odette lit, Yann Ollivier mène avec Maël.")
        assert hidden == "… lit, … mène avec …."

"""Who comes, who came, what is said at the end: for the group; names for its facilitators."""

import io
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.events.models import Meeting, new_meeting
from wiki.groups.models import Group
from wiki.items import firstnames, history
from wiki.items.models import Event, Scope
from wiki.programme import agenda, presence
from wiki.programme.answers import Answer
from wiki.programme.presence import Attendance
from wiki.reports.models import Report

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8"
    "cf500f0000030101003b3c0a9f0000000049454e44ae426082"
)


def made(app, world, days: float) -> int:
    with app.app_context():
        start = utcnow() + timedelta(days=days)
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        found = new_meeting(group, nadia, "Séance 1", start, start + timedelta(hours=2))
        db.session.commit()
        return found.id


@pytest.fixture
def coming(app, world):
    return made(app, world, 3)


@pytest.fixture
def past(app, world):
    return made(app, world, -3)


def test_people_say_whether_they_come(world, client, client_of, coming):
    karim, where = client_of("karim"), f"/items/{coming}/coming"
    page = f"/events/{coming}-seance-1"
    assert "Vous venez" in karim.get(page).text
    assert karim.post(where, data={"coming": "yes"}).status_code == 303
    shown = karim.get(page).text
    assert "Vous avez dit que vous venez" in shown
    assert "Une personne a dit" in shown
    karim.post(where, data={"coming": "no"})
    assert "ne pouvez pas venir" in karim.get(page).text
    assert client_of("stranger").post(where).status_code == 404
    assert client.post(where).status_code in (303, 401)


def test_what_is_over_is_no_more_announced(client_of, past):
    assert client_of("karim").post(f"/items/{past}/coming").status_code == 403


def test_names_are_for_facilitators_and_figures_for_the_group(app, world, client_of, past):
    nadia, karim, where = client_of("nadia"), client_of("karim"), f"/items/{past}/attendance"
    sent = {f"u{world.karim}-0": "present", f"u{world.nadia}-0": "excused",
            "guests": "Odette\nodette\n  \nMarcel"}  # fmt: skip
    assert nadia.post(where, data=sent).status_code == 303
    sheet = nadia.get(where).text
    assert "Odette" in sheet
    assert "Marcel" in sheet
    page = karim.get(f"/events/{past}-seance-1").text
    assert "3 personnes présentes" in page
    assert "Odette" not in page
    assert karim.get(where).status_code == karim.post(where, data=sent).status_code == 403
    for path in ("/figures", "/removal"):
        assert karim.post(where + path).status_code == 403
    with app.app_context():
        item = db.session.get(Meeting, past)
        assert item.headcount == {"0": {"present": 3, "excused": 1, "absent": 0}}
        assert "Odette" not in str([event.data for event in db.session.scalars(select(Event))])
        history.erase(item, "Odette", "…", db.session.get(User, world.nadia))
        assert "Odette" not in list(db.session.scalars(select(Attendance.name)))
    assert nadia.post(where + "/removal").status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0
    assert "3 personnes présentes" in karim.get(f"/events/{past}-seance-1").text


@pytest.mark.parametrize("guests", ["x" * 81, "\n".join(f"n{n}" for n in range(61))])
def test_too_many_or_too_long_names_are_refused(client_of, past, guests):
    answer = client_of("nadia").post(f"/items/{past}/attendance", data={"guests": guests})
    assert answer.status_code == 422
    assert guests[:60].split("\n")[0] in answer.text


@pytest.mark.parametrize("wrong", [{"present": "-1"}, {"present": "é"}, {"half": "7"}])
def test_figures_alone_are_kept_when_they_are_figures(app, world, client_of, past, wrong):
    nadia, where = client_of("nadia"), f"/items/{past}/attendance/figures"
    assert nadia.post(where, data={"present": "9"} | wrong).status_code == 422
    assert nadia.post(where, data={"present": "9", "excused": "2"}).status_code == 303
    with app.app_context():
        found = agenda.tally(db.session.get(User, world.nadia), world.ours)
        assert found == (1, 2, 9)
        assert presence.figures(db.session.get(Meeting, past))[0]["excused"] == 2


def test_what_is_said_at_the_end_is_for_the_group_and_beside_the_report(
    app, world, client, client_of, past
):
    karim, where = client_of("karim"), f"/items/{past}/answers"
    said = {"question": "stuck", "body": "Le **wifi** canarilium"}
    assert karim.post(where, data=said).status_code == 303
    assert karim.post(where, data=said).status_code == 303  # pressed twice
    page = f"/events/{past}-seance-1"
    assert client_of("rosa").get(page).text.count("<strong>wifi</strong>") == 1
    assert client_of("rosa").post(where, data=said).status_code == 403
    assert client_of("stranger").post(where, data=said).status_code == 404
    nadia = client_of("nadia")
    assert "canarilium" in nadia.get(f"/reports/{world.report}/edit").text
    with app.app_context():
        report = db.session.get(Report, world.report)
        assert "canarilium" not in str(report.snapshot())
        item = db.session.get(Meeting, past)
        item.scope = Scope.PUBLIC
        db.session.commit()
    for visitor in (client, client_of("stranger"), client_of("sophie")):
        assert visitor.get(page).status_code == 200
        assert "canarilium" not in visitor.get(page).text
        assert "canarilium" not in visitor.get("/search?q=canarilium").text.split("main")[-1]
        assert "end-question" not in visitor.get(page).text


def test_an_answer_is_taken_away_by_its_author_and_put_back(app, client_of, past):
    karim, rosa, where = client_of("karim"), client_of("rosa"), f"/items/{past}/answers"
    karim.post(where, data={"question": "done", "body": "La carte"})
    with app.app_context():
        number = db.session.scalar(select(Answer.id))
    assert rosa.post(f"{where}/{number}/removal").status_code == 403
    assert karim.post(f"{where}/{number}/removal").status_code == 303
    assert "<p>La carte</p>" not in karim.get(f"/events/{past}-seance-1").text
    assert karim.post(f"{where}/{number}/restoration").status_code == 303
    assert "<p>La carte</p>" in karim.get(f"/events/{past}-seance-1").text
    assert karim.post(f"{where}/999999/removal").status_code == 404


def test_a_photo_is_an_answer(app, client_of, past):
    karim = client_of("karim")
    sent = {"question": "done", "body": "", "file": (io.BytesIO(PIXEL), "carte.png")}
    assert karim.post(f"/items/{past}/answers", data=sent).status_code == 303
    with app.app_context():
        assert "{{fichier " in db.session.scalar(select(Answer.body))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"question": "done", "body": "  "}, 422),
        ({"question": "done", "body": "x" * 2_001}, 422),
        ({"question": "party", "body": "x"}, 404),
        ({}, 404),
    ],
)
def test_nothing_empty_nor_endless_is_kept(client_of, past, sent, status):
    assert client_of("karim").post(f"/items/{past}/answers", data=sent).status_code == status


def test_a_name_in_the_plan_is_asked_about_before_others_read_it(app, world):
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        start = utcnow()
        item = new_meeting(
            group, nadia, "Séance", start, start, goal="Écouter Rosa",
            programme=[{"minutes": 5, "activity": "Lire", "who": "Karim"}],
        )  # fmt: skip
        names = firstnames.people_of(item, nadia)
        assert [one.name for one in firstnames.passages(item, names)] == ["Rosa", "Karim"]
        firstnames.replace(item, names, {1})
        assert (item.programme[0]["who"], item.goal) == ("K.", "Écouter Rosa")


def test_two_who_note_at_once_lose_nothing_of_one_another(app, world, client_of, past):
    nadia, where = client_of("nadia"), f"/items/{past}/attendance"
    karim, rosa = f"u{world.karim}-0", f"u{world.nadia}-0"
    nadia.post(where, data={karim: "present", f"was-{karim}": "", rosa: "", f"was-{rosa}": ""})
    # The second sheet was opened before the first was sent.
    nadia.post(where, data={karim: "", f"was-{karim}": "", rosa: "excused", f"was-{rosa}": ""})
    with app.app_context():
        counts = db.session.get(Meeting, past).headcount["0"]
        assert counts == {"present": 1, "excused": 1, "absent": 0}


def test_two_who_note_at_the_same_instant_lose_nothing_of_one_another(beside, built):
    ids = built[1]
    past = made(beside, SimpleNamespace(**ids), -3)
    client, answers = beside.test_client(), []
    with client.session_transaction() as session:
        session["_user_id"] = ids["devices"]["nadia"]
    sent = {f"u{ids['nadia']}-0": "excused", f"was-u{ids['nadia']}-0": "", "guests": "Zoé",
            f"u{ids['karim']}-0": "", f"was-u{ids['karim']}-0": ""}  # fmt: skip
    other = threading.Thread(
        target=lambda: answers.append(client.post(f"/items/{past}/attendance", data=sent))
    )
    with beside.app_context():
        item, nadia = db.session.get(Meeting, past), db.session.get(User, ids["nadia"])
        presence.hold(item)
        lines = presence.sheet(item)
        next(one for one in lines if one.user.id == ids["karim"]).states[0] = "present"
        presence.note(item, lines, nadia)
        other.start()
        other.join(1)  # long enough to read the sheet as it was, if it may
        db.session.commit()
        db.session.remove()
        other.join(20)
        assert [one.status_code for one in answers] == [303]
        item = db.session.get(Meeting, past)
        states = [(one.name, one.states[0]) for one in presence.sheet(item)]
        assert states == [("Nadia Ferrec", "excused"), ("Karim", "present"), ("Zoé", "present")]
        assert item.headcount["0"] == {"present": 2, "excused": 1, "absent": 0}
        count = db.session.scalar(select(func.count()).select_from(Attendance))
        assert count == 3

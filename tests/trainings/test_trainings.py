"""A formation-action day: half-days, who leads, material, sheet to sign; bad hours refused."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Group
from wiki.items import history
from wiki.items.models import Item
from wiki.trainings.models import Training, new_training

GOOD = {
    "title": "Refaire la carte", "day": "2099-12-03", "ends_on": "2099-12-04",
    "am_from": "9h30", "am_to": "12:30", "pm_from": "13:30", "pm_to": "16:30", "kit": "0",
    "zone": "Europe/Paris", "trainers": "Yann canarilium", "trainees": "12",
    "materials": "- Six ordinateurs\n- Deux rallonges\n\n", "plan_minutes": ["30"],
    "plan_activity": ["Arrivées"],
}  # fmt: skip


def write(client, world, **more):
    return client.post(f"/trainings/new?group={world.ours}", data=GOOD | more)


@pytest.fixture
def training(app, world):
    with app.app_context():
        start = (utcnow() + timedelta(days=5)).replace(hour=8, minute=0, second=0, microsecond=0)
        halves = [(start, start + timedelta(hours=3)), (start + timedelta(hours=4),
                  start + timedelta(hours=7))]  # fmt: skip
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        made = new_training(group, nadia, "Journée", halves, trainers="Yann", trainees=12)
        db.session.commit()
        return made.id


def test_a_training_is_written_read_and_found(app, world, client_of):
    nadia = client_of("nadia")
    assert 'value="09:30"' in nadia.get(f"/trainings/new?group={world.ours}").text
    answer = write(nadia, world)
    assert answer.status_code == 303
    page = nadia.get(answer.location).text
    for words in ("Yann canarilium", "Deux rallonges", "jeudi 3 décembre", "vendredi 4 décembre"):
        assert words in page
    assert page.count("9\u00a0h\u00a030 – 12\u00a0h\u00a030") == 2
    assert "Refaire la carte" in nadia.get("/search?q=canarilium").text
    assert "Refaire la carte" in client_of("karim").get(f"/trainings?group={world.ours}").text
    assert "Refaire la carte" in client_of("karim").get("/events").text
    with app.app_context():
        made = db.session.scalar(select(Training))
        assert len(made.half_days) == 4
        assert made.starts_at == datetime(2099, 12, 3, 8, 30, tzinfo=UTC)
        assert made.ends_at == datetime(2099, 12, 4, 15, 30, tzinfo=UTC)


def test_strangers_see_nothing_of_it(client, client_of, training):
    for visitor in (client, client_of("stranger"), client_of("sophie")):
        assert visitor.get(f"/trainings/{training}").status_code == 404
        assert "Journée</a>" not in visitor.get("/trainings").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"am_from": "", "am_to": "", "pm_from": "", "pm_to": ""}, "am_from"),
        ({"am_to": ""}, "am_from"),
        ({"pm_from": "12:00"}, "am_from"),
        ({"ends_on": "2099-12-20"}, "ends_on"),
        ({"day": "2099-02-31"}, "day"),
        ({"day": "9999-12-31", "ends_on": ""}, "day"),
        ({"trainees": "-3"}, "trainees"),
        ({"trainees": "é"}, "trainees"),
        ({"kit": "1"}, "kit"),
        ({"day": "2027-03-28", "ends_on": "", "am_from": "2:30"}, "am_from"),
    ],
)
def test_wrong_hours_are_refused(app, world, client_of, wrong, field):
    answer = write(client_of("nadia"), world, **wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(Training)) is None


def test_the_afternoon_alone_is_enough(app, world, client_of):
    assert write(client_of("nadia"), world, am_from="", am_to="", ends_on="").status_code == 303
    with app.app_context():
        assert len(db.session.scalar(select(Training)).half_days) == 1


def test_it_is_changed_brought_back_and_copied(app, world, client_of, training):
    nadia = client_of("nadia")
    assert nadia.get(f"/trainings/{training}/edit").status_code == 200
    sent = GOOD | {"revision": "1"}
    assert nadia.post(f"/trainings/{training}/edit", data=sent).status_code == 303
    assert "jeudi 3 décembre à 9" in nadia.get(f"/items/{training}/diff").text
    assert nadia.post(f"/items/{training}/revisions/1/restoration").status_code == 303
    assert nadia.post(f"/items/{training}/copy", data={"group": world.ours}).status_code == 303
    with app.app_context():
        made = db.session.get(Training, training)
        assert (len(made.half_days), made.trainers) == (2, "Yann")
        copy = db.session.scalar(select(Training).where(Training.id != training))
        assert (copy.halves, copy.uid != made.uid) == (made.halves, True)
        made.trainers = "Yann"
        history.erase(made, "Yann", "…", db.session.get(User, world.nadia))
        assert made.trainers == "…"


def test_the_next_one_is_like_the_last(world, client_of, training):
    page = client_of("nadia").get(f"/trainings/new?group={world.ours}&like={training}").text
    assert 'value="Yann"' in page
    assert client_of("nadia").post(f"/trainings/{training}/cancellation").status_code == 303


def test_its_plan_and_the_next_one_are_offered_to_those_who_lead(client_of, training):
    page = f"/trainings/{training}-journee"
    led, joined = client_of("nadia").get(page).text, client_of("karim").get(page).text
    assert "Faire la suivante" in led
    assert "Faire la suivante" not in joined
    assert "Écrire le déroulé" not in joined


def test_made_by_code_its_half_days_follow_one_another(app, world):
    with app.app_context():
        group, start = db.session.get(Group, world.ours), utcnow()
        for halves in ([], [(start, start - timedelta(hours=1))], [(start, start)] * 21):
            with pytest.raises(ValueError):
                new_training(group, None, "x", halves)


def test_its_kit_is_shown_to_those_who_may_read_it(app, world, client_of, training):
    with app.app_context():
        made = db.session.get(Training, training)
        made.kit_id = world.draft
        db.session.commit()
        assert made.references() == [world.draft]
        assert db.session.get(Item, world.draft).title == "Idées en vrac"
    assert "Idées en vrac" not in client_of("karim").get(f"/trainings/{training}-journee").text


def test_the_sheet_to_sign_has_a_column_a_half_day(client_of, training):
    nadia = client_of("nadia")
    page = nadia.get(f"/items/{training}/signatures").text
    assert page.count('<th scope="col">') == 2
    assert "Karim" in page
    assert "Nadia" not in page.partition("<tbody>")[2].partition("</tbody>")[0], "she leads"
    assert page.count("sign-blank") >= 4
    assert "Karim" not in nadia.get(f"/items/{training}/signatures?blank=1").text
    assert client_of("karim").get(f"/items/{training}/signatures").status_code == 403
    assert client_of("stranger").get(f"/items/{training}/signatures").status_code == 404


def test_figures_without_names_outlive_the_names_of_another_half_day(
    app, world, client_of, training
):
    nadia, where = client_of("nadia"), f"/items/{training}/attendance"
    counted = {"half": "0", "present": "12", "excused": "1"}
    assert nadia.post(f"{where}/figures", data=counted).status_code == 303
    there = {f"u{world.karim}-1": "present"}
    assert nadia.post(where, data=there).status_code == 303
    with app.app_context():
        kept = db.session.get(Training, training).headcount
    assert kept["0"] == {"present": 12, "excused": 1, "absent": 0}
    assert kept["1"]["present"] == 1
    gone = {f"u{world.karim}-1": "", f"was-u{world.karim}-1": "present"}
    assert nadia.post(where, data=gone).status_code == 303
    with app.app_context():
        assert list(db.session.get(Training, training).headcount) == ["0"], "nobody is left in it"

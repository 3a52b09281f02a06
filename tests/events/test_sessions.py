"""Sessions: written, read by those who may, found, copied, cancelled; bad hours refused."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from wiki.accounts.models import ApiToken, User
from wiki.db import db, utcnow
from wiki.events.models import Meeting, new_meeting
from wiki.groups.models import Group, Role
from wiki.items import history
from wiki.items.models import Event, Revision, Scope

GOOD = {
    "title": "Séance 3 : le marché", "day": "2099-12-03", "begins": "09:30", "finishes": "12:00",
    "zone": "Europe/Paris", "phase": "outing", "place": "Salle bleue", "goal": "canarilium",
    "address": "3 rue du Four, Brest", "body": "Prenez un téléphone **chargé**.",
    "plan_minutes": ["15", "60", ""], "plan_activity": ["Arrivées", "Sortie", ""],
    "plan_who": ["Nadia", "", ""], "plan_material": ["café", "", ""],
    "plan_no_network": ["", "Plan papier", ""], "plan_no_computer": ["", "", ""],
}  # fmt: skip


def write(client, world, **more):
    return client.post(f"/events/new?group={world.ours}", data=GOOD | more)


@pytest.fixture
def session(app, world):
    """A session of the group, in ten days."""
    with app.app_context():
        start = (utcnow() + timedelta(days=10)).replace(hour=8, minute=0, second=0, microsecond=0)
        made = new_meeting(
            db.session.get(Group, world.ours), db.session.get(User, world.nadia), "Séance 1",
            start, start + timedelta(hours=2), place="Salle bleue", lat=48.39, lng=-4.48,
        )  # fmt: skip
        db.session.commit()
        return made.id


def test_a_session_is_written_read_and_found(app, world, client_of):
    nadia = client_of("nadia")
    answer = write(nadia, world)
    assert answer.status_code == 303
    page = nadia.get(answer.location).text
    assert "jeudi 3 décembre 2099, de 9\u00a0h\u00a030 à 12\u00a0h" in page
    for words in ("canarilium", "<strong>chargé</strong>", "Arrivées", "9\u00a0h\u00a045", "café"):
        assert words in page
    assert "openstreetmap.org/search?query=3%20rue%20du%20Four" in page
    assert "Séance 3" in nadia.get("/search?q=canarilium").text
    assert "Séance 3" in client_of("karim").get(f"/events?group={world.ours}").text
    with app.app_context():
        made = db.session.scalar(select(Meeting))
        assert made.starts_at == datetime(2099, 12, 3, 8, 30, tzinfo=UTC)
        assert [row["minutes"] for row in made.programme] == [15, 60]


def test_strangers_see_nothing_of_it(app, world, client, client_of, session):
    for visitor in (client, client_of("stranger"), client_of("sophie"), client_of("admin")):
        assert visitor.get(f"/events/{session}").status_code == 404
        for url in ("/events", "/events?view=month", "/events?when=past", "/"):
            assert "Séance 1" not in visitor.get(url).text
    assert client.get("/events/new").status_code in (303, 401)
    assert client_of("rosa").get(f"/events/{session}-seance-1").status_code == 200
    assert client_of("rosa").get(f"/events/{session}/edit").status_code == 403
    assert client_of("stranger").get(f"/events/new?group={world.ours}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "2099-02-30"}, "day"),
        ({"day": ""}, "day"),
        ({"day": "é" * 300}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"begins": "25:00"}, "begins"),
        ({"finishes": "09:30"}, "finishes"),
        ({"finishes": "08:00"}, "finishes"),
        ({"ends_on": "2099-12-02"}, "ends_on"),
        ({"ends_on": "2100-03-02"}, "ends_on"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"point": "91, 0"}, "point"),
        ({"point": "nowhere"}, "point"),
        ({"phase": "party"}, "phase"),
        ({"title": ""}, "title"),
        ({"day": "2027-03-28", "begins": "02:30", "finishes": "04:00"}, "begins"),
        ({"day": "2027-03-28", "begins": "01:00", "finishes": "02:15"}, "finishes"),
    ],
)
def test_wrong_hours_are_refused_beside_their_field(app, world, client_of, wrong, field):
    answer = write(client_of("nadia"), world, **wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Sortie" in answer.text  # what was typed stays
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Meeting)) == 0


def test_an_hour_shown_twice_is_the_first(app, world, client_of):
    sent = {"day": "2027-10-31", "begins": "2h30", "finishes": "9 h"}
    assert write(client_of("nadia"), world, **sent).status_code == 303
    with app.app_context():
        made = db.session.scalar(select(Meeting))
        assert made.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
        assert made.ends_at == datetime(2027, 10, 31, 8, 0, tzinfo=UTC)


def test_a_plan_of_five_hundred_lines_is_refused_whole(app, world, client_of):
    many = {f"plan_{name}": ["x"] * 500 for name in ("activity", "who", "material")}
    answer = write(client_of("nadia"), world, plan_minutes=["5"] * 500, **many)
    assert answer.status_code == 422
    assert "500" in answer.text
    assert answer.text.count('name="plan_minutes" value="5"') == 500


def test_lines_are_moved_and_taken_away_before_anything_is_recorded(app, world, client_of):
    nadia = client_of("nadia")
    page = write(nadia, world, arrange="up:1").text
    assert page.index("Sortie") < page.index("Arrivées")
    assert "Arrivées" not in write(nadia, world, arrange="out:0").text
    for odd in ("out:99", "up:x", "x", "down:"):
        assert write(nadia, world, arrange=odd).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Meeting)) == 0


def test_it_is_changed_compared_and_brought_back(app, world, client_of, session):
    nadia = client_of("nadia")
    sent = GOOD | {"revision": "1", "note": "On décale"}
    assert nadia.post(f"/events/{session}/edit", data=sent).status_code == 303
    diff = nadia.get(f"/items/{session}/diff").text
    assert "jeudi 3 décembre 2099 à 9\u00a0h\u00a030" in diff
    assert "Plan papier" in diff
    assert nadia.post(f"/items/{session}/revisions/1/restoration").status_code == 303
    with app.app_context():
        made = db.session.get(Meeting, session)
        assert (made.title, made.programme, made.lat) == ("Séance 1", [], 48.39)
        assert made.starts_at < utcnow() + timedelta(days=11)


def test_two_people_who_move_it_are_put_together(app, world, client_of, session):
    nadia, karim = client_of("nadia"), client_of("karim")
    with app.app_context():
        made = db.session.get(Meeting, session)
        day, hour = made.local_start.date().isoformat(), f"{made.local_start:%H:%M}"
        end = f"{made.local_end:%H:%M}"
    same = {"title": "Séance 1", "day": day, "begins": hour, "finishes": end, "revision": "1",
            "zone": "Europe/Paris"}  # fmt: skip
    assert nadia.post(f"/events/{session}/edit", data=same | {"place": "A"}).status_code == 303
    answer = karim.post(
        f"/events/{session}/edit", data=same | {"goal": "B", "place": "Salle bleue"}
    )
    assert answer.status_code == 303
    with app.app_context():
        made = db.session.get(Meeting, session)
        assert (made.place, made.goal) == ("A", "B")


def test_a_name_is_erased_without_the_hours_being_lost(app, world, client_of, session):
    with app.app_context():
        made = db.session.get(Meeting, session)
        made.programme = [{"minutes": 5, "activity": "Accueil", "who": "Fatou"}]
        was = made.starts_at
        actor = db.session.get(User, world.nadia)
        history.erase(made, "Fatou", "…", actor)
        history.erase(made, str(was.year), "…", actor)
        assert made.starts_at == was
        texts = db.session.scalars(select(Revision.data).where(Revision.item_id == session))
        assert "Fatou" not in str(list(texts))


def test_the_next_one_is_like_the_last_a_week_later(app, world, client_of, session):
    nadia = client_of("nadia")
    page = nadia.get(f"/events/new?group={world.ours}").text
    assert "like=last" in page
    page = nadia.get(f"/events/new?group={world.ours}&like=last").text
    with app.app_context():
        following = db.session.get(Meeting, session).local_start.date() + timedelta(days=7)
    assert f'value="{following.isoformat()}"' in page
    assert "Séance 2" in page
    assert "Salle bleue" in page
    other = nadia.get(f"/events/new?group={world.ours}&like=999999").text
    assert "Salle bleue" not in other


def test_the_next_one_is_at_the_same_hour_whatever_the_clocks_did(app, world, client_of):
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        paris = ZoneInfo("Europe/Paris")
        made = {}
        for day, after in (("2099-03-26", "2099-04-02"), ("2099-10-22", "2099-10-29")):
            start = datetime.fromisoformat(f"{day}T14:00").replace(tzinfo=paris)
            made[after] = new_meeting(group, nadia, "Séance", start, start + timedelta(hours=3)).id
        db.session.commit()
    for day, number in made.items():
        page = client_of("nadia").get(f"/events/new?group={world.ours}&like={number}").text
        for value in (day, "14:00", "17:00"):
            assert f'value="{value}"' in page


def test_an_agenda_one_may_not_read_does_not_look_empty(client_of, world, session):
    page = client_of("sophie").get(f"/events?group={world.ours}").text
    assert "Cet agenda est celui du groupe" in page
    assert "Rien dans l’agenda" not in page


def test_sessions_do_not_hide_what_changed_lately(client_of, world, session):
    home = client_of("nadia").get(f"/groups/{world.ours}").text
    assert "Séance 1" not in home.partition('id="latest"')[2]
    assert "Espace emploi" in home.partition('id="latest"')[2]


def test_two_who_cancel_the_same_session_cancel_it_once(app, world, client_of, session):
    nadia, karim = client_of("nadia"), client_of("karim")
    with app.app_context():
        db.session.get(Group, world.ours).admit(db.session.get(User, world.karim), Role.FACILITATOR)
        db.session.commit()
    page = nadia.get(f"/events/{session}", follow_redirects=True).text
    form = re.search(r'action="(/events/\d+/cancellation[^"]*)"', page)[1]
    assert nadia.post(form).status_code == 303
    assert karim.post(form).status_code == 303
    with app.app_context():
        found = db.session.get(Meeting, session)
        assert found.cancelled, "people were told that it is on again"
        said = select(Event.verb).where(Event.item_id == session)
        assert list(db.session.scalars(said)).count("cancelled") == 1
        assert "confirmed" not in db.session.scalars(said).all()


def test_only_who_leads_the_group_cancels_a_session_and_all_are_told(
    app, world, client_of, session
):
    nadia, karim = client_of("nadia"), client_of("karim")
    assert "/cancellation" not in karim.get(f"/events/{session}-seance-1").text
    assert karim.post(f"/events/{session}/cancellation?to=off").status_code == 403
    page = nadia.get(f"/events/{session}-seance-1").text
    question = re.search(r'<confirm-dialog data-question="([^"]*)"[^>]*data-no="([^"]*)"', page)
    assert "Séance 1" in question[1]
    assert "pour tout le monde" in question[1]
    assert question[2] == "Garder la séance"
    done = nadia.post(f"/events/{session}/cancellation?to=off", follow_redirects=True).text
    assert "Revenir en arrière" in done
    for url in (f"/groups/{world.ours}", "/", f"/events?group={world.ours}"):
        page = karim.get(url).text
        assert "Séance 1" in page, url
        assert "Annulée" in page, url
    # An old text that comes back cancels nothing, and puts nothing back.
    assert karim.post(f"/items/{session}/revisions/1/restoration").status_code == 303
    with app.app_context():
        assert db.session.get(Meeting, session).cancelled
        token = ApiToken.issue(db.session.get(User, world.karim), "tests")
        db.session.commit()
    sent = {"revision": 2, "cancelled": False}
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().patch(f"/api/v1/items/{session}", json=sent, headers=headers)
    assert answer.status_code == 403


def test_it_is_cancelled_and_on_again(app, world, client_of, session):
    nadia = client_of("nadia")
    assert nadia.post(f"/events/{session}/cancellation").status_code == 303
    assert "Cette séance est annulée" in nadia.get(f"/events/{session}-seance-1").text
    assert "next-date" not in nadia.get(f"/groups/{world.ours}").text
    nadia.post(f"/events/{session}/cancellation")
    assert "next-date" in nadia.get(f"/groups/{world.ours}").text


def test_the_group_and_my_day_say_when_to_come(app, world, client_of, session):
    for url in (f"/groups/{world.ours}", "/"):
        page = client_of("karim").get(url).text
        assert "next-date" in page
        assert "Salle bleue" in page
        assert "openstreetmap.org/?mlat=48.39000" in page


def test_months_are_walked_through_without_scripts(app, world, client_of, session):
    karim = client_of("karim")
    with app.app_context():
        month = f"{db.session.get(Meeting, session).local_start:%Y-%m}"
    assert "Séance 1" in karim.get(f"/events?view=month&month={month}").text
    for odd in ("2026-13", "x", "0001-01", "9999-12", "é"):
        assert karim.get(f"/events?view=month&month={odd}").status_code == 200
    assert 'rel="next"' in karim.get("/events?view=month&month=2026-12").text


def test_a_button_pressed_twice_makes_one_session(app, world, client_of):
    nadia = client_of("nadia")
    first, second = write(nadia, world, once="abc"), write(nadia, world, once="abc")
    assert first.location == second.location


def test_it_goes_to_the_trash_and_is_copied(app, world, client_of, session):
    nadia = client_of("nadia")
    assert nadia.post(f"/items/{session}/copy", data={"group": world.ours}).status_code == 303
    with app.app_context():
        copy = db.session.scalar(select(Meeting).where(Meeting.id != session))
        assert copy.scope == Scope.DRAFT
        assert copy.place == "Salle bleue"
    answer = nadia.post(f"/items/{session}/trash")
    assert answer.location.endswith(f"/events?group={world.ours}")
    assert "Séance 1" in nadia.get(f"/groups/{world.ours}/trash").text
    assert nadia.get(f"/events/{session}").status_code == 404


def test_a_session_is_made_by_code(app, world):
    with app.app_context():
        group, start = db.session.get(Group, world.ours), utcnow()
        for wrong in ({"ends_at": start - timedelta(hours=1)}, {"phase": "party"}):
            given = {"starts_at": start, "ends_at": start + timedelta(hours=1)} | wrong
            with pytest.raises(ValueError):
                new_meeting(group, None, "x", **given)


def test_it_is_shown_inside_a_page(app, world, client_of, session):
    nadia = client_of("nadia")
    sent = {"title": "Où", "body": f"{{{{séance {session}}}}}", "revision": "1"}
    nadia.post(f"/pages/{world.page}/edit", data=sent)
    assert "Séance 1" in nadia.get(f"/pages/{world.page}-ou").text

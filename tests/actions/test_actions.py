"""A collective action begins with all it needs, or with nothing."""

import re
import sys
from datetime import date, time

import pytest
from sqlalchemy import func, select

from wiki.accounts.cards import AccessCard
from wiki.actions import dates
from wiki.db import db
from wiki.events.models import Meeting
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.maps.models import Map
from wiki.pages.models import Page
from wiki.reports.models import Report

ANSWERS = {
    "title": "Le jardin du mardi", "structure": "Maison des Tilleuls",
    "publics": ["seniors"], "places": "10", "place": "Salle Kerlann", "count": "12",
    "first": "2027-01-12", "weekdays": ["1", "4"], "starts": "09:00", "ends": "12:00",
    "pictogram": "pain", "colour": "ocre",
}  # fmt: skip


def answers(**changed):
    return {name: value for name, value in (ANSWERS | changed).items() if value is not None}


def dated(shown, skipped=(), **changed):
    kept = [day for day in shown if day not in skipped]
    return answers(shown=list(shown), kept=kept, **changed)


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def made(app):
    """A function: the latest group, as the database has it."""

    def read() -> Group:
        with app.app_context():
            return db.session.scalar(select(Group).order_by(Group.id.desc()).limit(1))

    return read


@pytest.fixture
def page_called(app):
    """A function: the address of the page with that title."""

    def read(title: str) -> str:
        with app.app_context():
            return db.session.scalar(select(Page).where(Page.title == title)).url

    return read


def begun(client, **changed):
    answer = client.post("/actions/new", data=dated(["2027-01-12"], step="make", **changed))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_series_goes_on_by_its_weekdays_and_leaves_out_what_is_skipped():
    found = dates.offered(date(2027, 1, 12), {1, 4}, 3, {date(2027, 1, 15)}.__contains__)
    assert [(one.day.day, one.kept) for one in found] == [
        (12, True), (15, False), (19, True), (22, True)
    ]  # fmt: skip
    alone = dates.kept(dates.offered(date(2027, 1, 13), set(), 2, set().__contains__))
    assert alone == [date(2027, 1, 13), date(2027, 1, 20)]
    assert dates.hours(12, time(9), time(12, 30)) == 42


def test_nine_in_the_morning_stays_nine_when_summer_comes():
    winter = dates.moments(date(2027, 3, 26), time(9), time(12), "Europe/Paris")[0]
    summer = dates.moments(date(2027, 3, 30), time(9), time(12), "Europe/Paris")[0]
    assert (winter.utcoffset().seconds, summer.utcoffset().seconds) == (3600, 7200)


def test_the_dates_are_shown_before_anything_is_made(nadia, made):
    page = nadia.post("/actions/new", data=answers(step="dates"))
    assert page.status_code == 200
    assert page.text.count('name="kept"') == 12
    assert "mardi 12 janvier 2027" in page.text
    assert "vendredi 19 février 2027" in page.text
    assert made().title == "Réseau des animateurs"
    shown = ["2027-01-12", "2027-01-15", "2027-01-19"]
    again = nadia.post("/actions/new", data=dated(shown, ["2027-01-15"], step="again"))
    assert again.text.count('name="shown"') == 13
    assert again.text.count(" checked") == 12
    back = nadia.post("/actions/new", data=dated(shown, ["2027-01-15"], step="edit"))
    assert 'value="Maison des Tilleuls"' in back.text
    assert back.text.count('name="kept" value') == 2, "what was unticked stays unticked"


def test_holidays_and_christmas_week_are_skipped_until_somebody_ticks_them(nadia):
    """Half-days do not land on them in silence; whoever meets on New Year’s Eve says so."""
    when = {"first": "2026-12-17", "weekdays": [], "count": "4"}
    page = nadia.post("/actions/new", data=answers(step="dates", **when)).text
    days = re.findall(r'name="kept" value="(2\d{3}-\d\d-\d\d)"( checked)?>', page)
    assert days == [
        ("2026-12-17", " checked"), ("2026-12-24", ""), ("2026-12-31", ""),
        ("2027-01-07", " checked"), ("2027-01-14", " checked"), ("2027-01-21", " checked"),
    ]  # fmt: skip
    assert page.count("sautée\u00a0: semaine de Noël") == 2
    shown = [day for day, _on in days]
    ticked = nadia.post(
        "/actions/new", data=dated(shown, ["2026-12-24"], step="again", **when)
    ).text
    assert 'value="2026-12-31" checked' in ticked
    assert 'value="2027-01-21"' not in ticked
    easter = {"first": "2027-03-22", "weekdays": [], "count": "2"}
    assert (
        "lundi de Pâques" in nadia.post("/actions/new", data=answers(step="dates", **easter)).text
    )


def test_hours_and_publics_are_said_as_people_say_them(nadia, made):
    page = nadia.post("/actions/new", data=answers(step="dates")).text
    assert "de 9\u00a0h à 12\u00a0h" in page
    assert "09:00 à" not in page
    begun(nadia)
    assert "10 places, pour\u00a0: personnes" in made().summary


def test_one_press_makes_the_group_and_all_it_needs(app, nadia, made):
    where = begun(nadia)
    group = made()
    assert where == f"/groups/{group.id}/ready"
    assert (group.title, group.purpose, group.colour) == (ANSWERS["title"], "action", "ocre")
    with app.app_context():
        _look_at_what_was_made(group)
    page = nadia.get(where)
    assert f"/groups/{group.id}/cards.pdf" in page.text
    assert f"/groups/{group.id}/agreement" in page.text
    paper = nadia.get(f"/groups/{group.id}/agreement")
    assert "Mon image, ma voix" in paper.text
    assert "/people/" not in paper.text


def _look_at_what_was_made(group):
    items = db.session.scalars(select(Item).where(Item.group_id == group.id)).all()
    pages = {item.title: item for item in items if isinstance(item, Page)}
    assert set(pages) == {"Bienvenue", "Charte du groupe", "Journal de bord"}
    assert pages["Journal de bord"].body.count("## Séance") == 12
    (found,) = [item for item in items if isinstance(item, Map)]
    assert (found.count(), found.map_kind) == (0, "resources")
    (report,) = [item for item in items if isinstance(item, Report)]
    assert report.scope == Scope.DRAFT
    assert (report.structure, report.place) == ("Maison des Tilleuls", "Salle Kerlann")
    assert (report.sessions, report.hours, report.year) == (12, 36, 2027)
    assert [term.slug for term in report.terms] == ["seniors"]
    assert "mardi 12 janvier 2027" in report.sections["schedule"]
    sessions = sorted((one for one in items if isinstance(one, Meeting)), key=lambda s: s.starts_at)
    assert len(sessions) == 12
    assert sessions[0].local_start.isoformat() == "2027-01-12T09:00:00+01:00"
    assert (sessions[-1].title, sessions[-1].place) == ("Séance 12", "Salle Kerlann")
    cards = select(func.count()).where(AccessCard.group_id == group.id)
    assert db.session.scalar(cards) == 10


def test_what_is_linked_in_the_first_page_is_found(nadia, page_called):
    begun(nadia)
    page = nadia.get(page_called("Bienvenue")).text
    for title in ("Charte du groupe", "Journal de bord", "Notre carte"):
        assert title in page
    assert "Créer la page" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "  "}, ""),
        ({"first": "2027-02-31"}, "Cette date n’existe pas"),
        ({"first": "1027-01-12"}, "trop loin"),
        ({"ends": "08:00"}, "avant"),
        ({"starts": "midi"}, "heure"),
        ({"count": "0"}, "Entre 1 et 60"),
        ({"places": "mille"}, "Écrivez un nombre"),
        ({"weekdays": ["9"]}, "jours"),
        ({"publics": ["nowhere"]}, "Pour qui"),
        ({"colour": "none"}, "Couleur"),
    ],
)
def test_nothing_is_lost_when_an_answer_is_wrong(nadia, made, wrong, said):
    for step in ("dates", "make"):
        page = nadia.post("/actions/new", data=answers(step=step, **wrong))
        assert page.status_code == 422
        assert said in page.text
        assert 'value="Maison des Tilleuls"' in page.text
        assert 'value="Salle Kerlann"' in page.text
    assert made().title == "Réseau des animateurs"


def test_a_button_pressed_twice_makes_one_action(nadia):
    assert begun(nadia) == begun(nadia)


def test_all_of_it_goes_to_the_trash_with_one_press_and_comes_back(app, nadia, made):
    where = begun(nadia)
    group_id = made().id
    assert "Annuler" in nadia.get(where).text
    assert nadia.post(f"/groups/{group_id}/trash").status_code == 303
    assert nadia.get(where).status_code == 404
    nadia.post(f"/groups/{group_id}/restoration")
    living = select(func.count()).where(Item.group_id == group_id, Item.trashed_at.is_(None))
    with app.app_context():
        assert db.session.scalar(living) == 5 + 12


def test_only_professionals_begin_an_action(client_of, client):
    assert client_of("karim").get("/actions/new").status_code == 403
    assert client_of("karim").post("/actions/new", data=answers(step="make")).status_code == 403
    assert client.get("/actions/new").status_code == 303


def test_what_is_ready_is_for_those_who_facilitate(client_of, world):
    assert client_of("nadia").get(f"/groups/{world.ours}/ready").status_code == 200
    assert client_of("karim").get(f"/groups/{world.ours}/ready").status_code == 403
    assert client_of("karim").get(f"/groups/{world.ours}/agreement").status_code == 200
    assert client_of("stranger").get(f"/groups/{world.ours}/agreement").status_code == 404


def test_a_title_or_a_place_is_never_taken_for_writing(nadia, page_called):
    begun(nadia, title="<b>{{ 7*7 }}</b> %(n)s", place="50 % [[Secret]] {{carte 1}}")
    page = nadia.get(page_called("Bienvenue"))
    assert page.status_code == 200
    assert "<b>{{" not in page.text


MAIN = '<a class="btn btn--main" href="/groups/{}/cards{}">'


@pytest.mark.parametrize("tool", ["ready", "cards"])
def test_where_no_pdf_can_be_made_one_prints(nadia, world, monkeypatch, tool):
    nadia.post(f"/groups/{world.ours}/cards", data={"blank": "2", "firstnames": ""})
    page = nadia.get(f"/groups/{world.ours}/{tool}").text
    assert MAIN.format(world.ours, ".pdf") in page
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    page = nadia.get(f"/groups/{world.ours}/{tool}").text
    assert f"/groups/{world.ours}/cards.pdf" not in page
    assert MAIN.format(world.ours, "/print") in page

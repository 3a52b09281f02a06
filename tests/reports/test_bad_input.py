"""Reports given nonsense: a clear answer, never a failure of ours, nothing lost."""

import pytest

from wiki.db import db
from wiki.reports.models import Report

HUGE = "9" * 30


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reports?group=abc", 404),
        (f"/reports?group={HUGE}", 404),
        ("/reports?group=-1", 404),
        ("/reports?page=abc", 200),
        (f"/reports?page={HUGE}", 200),
        ("/reports?page=-3", 200),
        (f"/reports/new?group={HUGE}", 404),
        ("/reports/999999999", 404),
        ("/reports/999999999/edit", 404),
        (f"/reports/{HUGE}", 404),
        ("/reports/new?outline=nothing", 200),
    ],
)
def test_addresses_that_lead_nowhere(client_of, address, status):
    assert client_of("karim").get(address).status_code == status


@pytest.mark.parametrize(
    "fields",
    [
        {"year": "9" * 40}, {"cost": "1e400"}, {"people": "nan"}, {"people": "-5"}, {"year": "12"},
        {"title": "x" * 300}, {"title": "\u200b\u202e"}, {"outline": "épopée"}, {"outline": ""},
        {"licence": "à moi"}, {"section_goals": "x" * 500_001}, {"structure": "x" * 201},
        {"tags": "x" * 501},
    ],
)  # fmt: skip
def test_wrong_values_come_back_with_everything_typed(client_of, world, fields):
    kept = {"title": "Un titre", "outline": "story", "section_voices": "Gardez ces mots."}
    answer = client_of("karim").post(f"/reports/{world.report}/edit", data=kept | fields)
    assert answer.status_code == 422
    assert "Gardez ces mots." in answer.text


def test_invisible_and_strange_characters_do_no_harm(app, client_of, world):
    sent = {
        "title": "Caf\u0065\u0301\x00 \u202etourné\u200b",
        "outline": "story",
        "summary": "Un\r\ndeux\x00",
        "section_goals": "a\x00b\r\nc",
        "tags": ", ,;\u200b, été, ÉTÉ, " + "é" * 120,
    }
    answer = client_of("karim").post(f"/reports/{world.report}/edit", data=sent)
    assert answer.status_code == 303
    with app.app_context():
        saved = db.session.get(Report, world.report)
        assert saved.title == "Café tourné"
        assert saved.summary == "Un\ndeux"
        assert saved.sections["goals"] == "ab\nc"
        assert len(saved.terms) == 2


def test_a_form_from_nowhere_is_refused_without_failing(client_of, world):
    client = client_of("karim")
    assert client.post(f"/reports/{world.report}/edit", data={}).status_code == 422
    assert client.post(f"/reports/{world.report}/edit", data=b"\xff\xfe").status_code in (400, 422)
    sent = {"title": "T", "outline": "story", "revision": "9" * 30}
    assert client.post(f"/reports/{world.report}/edit", data=sent).status_code in (303, 409)
    assert client.post(f"/reports/new?group={world.ours}", data={"scope": "3"}).status_code == 422


def test_an_expired_session_gives_the_text_back(client, world):
    sent = {
        "title": "T",
        "section_goals": "Une phrase que personne ne veut retaper ce soir, promis.",
    }
    answer = client.post(f"/reports/{world.report}/edit", data=sent)
    assert answer.status_code in (401, 403, 404)
    assert "personne ne veut retaper" in answer.text


def test_what_a_form_does_not_hold_is_left_alone(app, client_of, world):
    sent = {"title": "Un autre titre", "outline": "story"}
    assert client_of("karim").post(f"/reports/{world.report}/edit", data=sent).status_code == 303
    with app.app_context():
        saved = db.session.get(Report, world.report)
        assert (saved.title, saved.people) == ("Un autre titre", 9)
        assert set(saved.sections) == {"audience", "key_moments", "what_failed"}

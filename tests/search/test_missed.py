"""A search that finds nothing is remembered once several people made it, and nothing of them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from wiki.db import db, utcnow
from wiki.search import missed
from wiki.search.missed import MissedSearch, folded, forget_old_searches


@pytest.fixture(autouse=True)
def _new_day(monkeypatch):
    monkeypatch.setattr(missed._Today, "day", None)


def search(client, words, address="10.0.0.1"):
    answer = client.get("/search", query_string={"q": words},
                        environ_base={"REMOTE_ADDR": address})  # fmt: skip
    assert answer.status_code == 200
    answer.close()


def rows(app):
    with app.app_context():
        return {one.words: one.times for one in db.session.scalars(select(MissedSearch))}


def test_words_are_kept_by_the_third_who_asks(app, client):
    for number, shape in enumerate(["Quolibarde !", "quolibarde", "QUOLIBARDE"]):
        assert "quolibarde" not in rows(app)
        search(client, shape, f"10.0.0.{number}")
    assert rows(app) == {"quolibarde": 3}


def test_one_person_who_insists_counts_once_a_day(app, client):
    for _ in range(5):
        search(client, "quolibarde")
    assert rows(app) == {None: 1}


def test_nothing_of_who_asks_nor_of_rare_words_is_in_the_database(app, client_of):
    search(client_of("nadia"), "zorglonde rarissime", "192.0.2.77")
    with app.app_context():
        kept = str(db.session.execute(text("SELECT * FROM missed_search")).all())
    for word in ("zorglonde", "192.0.2", "nadia", str(utcnow().hour) + ":"):
        assert word not in kept


def test_what_finds_something_is_not_kept(app, client):
    search(client, "ordinateur")
    search(client, "")
    assert rows(app) == {}


@pytest.mark.parametrize(
    "typed",
    [
        "jeanne.martin@example.org", "06 12 34 56 78", "12-34-56-78", "x" * 200, "?!", "a b",
        "un deux trois quatre cinq six sept huit neuf dix",
    ],
)  # fmt: skip
def test_what_may_name_a_person_is_never_counted(typed):
    assert folded(typed) == ""


def test_a_robot_fills_neither_the_day_nor_the_table(app, client, monkeypatch):
    monkeypatch.setattr(missed, "A_DAY", 4)
    for number in range(8):
        search(client, f"quolibarde{'abcdefgh'[number]}")
    assert len(rows(app)) <= 4
    monkeypatch.setattr(missed, "AT_ALL", 4)
    with app.app_context():
        for number in range(8):
            missed.write(f"autre{number}")
        assert db.session.scalar(select(func.count()).select_from(MissedSearch)) <= 4


def test_it_is_counted_by_week_and_forgotten_in_time(app):
    with app.app_context():
        today = utcnow().date()
        for days in (0, 0, 7):
            missed.write("quolibarde", today - timedelta(days=days))
        missed.write("une fois", today - timedelta(days=40))
        [kept] = missed.known()
        assert sorted(kept.weeks.values()) == [1, 2]
        forget_old_searches()
        assert [one.words for one in db.session.scalars(select(MissedSearch))] == ["quolibarde"]
        kept.last_day = today - timedelta(days=366)
        db.session.commit()
        forget_old_searches()
        assert missed.known() == []


def test_a_note_that_cannot_be_written_never_breaks_the_answer(app, client, monkeypatch):
    def broken(_words):
        raise RuntimeError("no room")

    monkeypatch.setattr(missed, "write", broken)
    search(client, "quolibarde")

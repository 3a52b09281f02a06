"""Search is slowed down for who hammers it, never for a room of people who share an address."""

import pytest
from limits import parse

from wiki.search import views


@pytest.fixture
def throttled(app, monkeypatch):
    monkeypatch.setitem(app.config, "THROTTLE", True)
    app.extensions["throttle"].storage.reset()
    yield app
    app.extensions["throttle"].storage.reset()


def test_sixty_people_behind_one_address_are_not_stopped():
    assert parse(views.A_PLACE).amount >= 60 * 10
    assert parse(views.A_PLACE).get_expiry() == 60


def test_who_hammers_is_told_in_plain_words(throttled, client_of, monkeypatch):
    monkeypatch.setattr(views, "A_PERSON", "3 per minute")
    karim = client_of("karim")
    codes = [karim.get("/search.json?q=jardin").status_code for _time in range(3)]
    assert codes == [200, 200, 200]
    answer = karim.get("/search?q=jardin")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Trop de recherches" in answer.get_data(as_text=True)
    assert client_of("rosa").get("/search?q=jardin").status_code == 200


def test_visitors_of_one_address_count_together(throttled, client, monkeypatch):
    monkeypatch.setattr(views, "A_PLACE", "2 per minute")
    codes = [client.get("/search.json?q=jardin").status_code for _time in range(3)]
    assert codes == [200, 200, 429]

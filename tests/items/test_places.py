"""Places of France are offered while one is typed, and become the territory of what is written."""

import time

import pytest

from wiki.db import db
from wiki.items import gazetteer
from wiki.items.models import Item


def offered(client, typed: str) -> list[tuple[str, str]]:
    answer = client.get("/places", query_string={"q": typed})
    assert answer.status_code == 200
    return [(one["title"], one["note"]) for one in answer.get_json()]


def test_the_shortest_commune_that_begins_so_comes_first(client_of):
    found = offered(client_of("karim"), "morlai")
    assert found[0] == ("Morlaix", "Commune, Finistère")
    assert len(found) <= 8


@pytest.mark.parametrize("typed", ["saint-denis (93)", "Saint Denis (93)", "SAINT DENIS (93)"])
def test_the_department_says_which_of_those_of_one_name(client_of, typed):
    assert offered(client_of("karim"), typed)[0][0] == "Saint-Denis (93)"


def test_what_is_offered_is_found_when_it_is_written(client_of):
    for typed in ("plou", "saint", "la ch", "bretagne", "quimper", "l'île"):
        for title, _note in offered(client_of("karim"), typed):
            assert gazetteer.find(title), title


@pytest.mark.parametrize("typed", ["", "x" * 5000, "(93)", "%", "\x00", "💧", "'\"<>", "q%(1)s"])
def test_anything_may_be_typed(client_of, typed):
    begun = time.perf_counter()
    offered(client_of("karim"), typed)
    assert time.perf_counter() - begun < 1


def test_strangers_are_not_served(client):
    assert client.get("/places?q=mor", headers={"Accept": "application/json"}).status_code == 401


def test_places_written_in_a_report_become_its_territories(app, client_of, world):
    nadia = client_of("nadia")
    page = nadia.get(f"/reports/{world.report}/edit").text
    assert 'data-source="/places"' in page
    places = "Morlaix, Saint-Denis (93), Ailleurs-sur-Rien"
    sent = {"title": "Carto", "tags": "", "territories": places}
    assert nadia.post(f"/reports/{world.report}/edit", data=sent).status_code == 303
    with app.app_context():
        report = db.session.get(Item, world.report)
        places = {term.label: term.uri for term in report.terms_of("territories")}
        assert places["Morlaix"] == "insee:29151"
        assert places["Saint-Denis (93)"] == "insee:93066"
        assert places["Ailleurs-sur-Rien"] == ""
        assert report.terms_of("territories")[0].parent_id

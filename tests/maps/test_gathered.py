"""The map of a group and the public one: all that has a place, never more than one may read."""

from datetime import UTC, datetime

import pytest

from wiki.accounts.models import User
from wiki.db import db
from wiki.events.models import new_meeting
from wiki.groups.models import Group
from wiki.items import terms
from wiki.items.models import Item, Scope
from wiki.maps import territories
from wiki.maps.models import KnownPlace


@pytest.fixture
def scattered(app, world, map_of, put):
    """A public map, a map of the group, a half-day with a place, a report with a territory."""
    shown, kept = map_of(Scope.PUBLIC, title="Carte montrée"), map_of(title="Carte du groupe")
    ids = {
        "home": put(shown, title="Chez Rosa", lng=0.68291, lat=47.39464, precision="street"),
        "kept": put(kept, title="Le local"),
    }
    with app.app_context():
        nadia, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        new_meeting(
            group, nadia, "Sortie au marché", datetime(2026, 12, 3, 13, tzinfo=UTC),
            datetime(2026, 12, 3, 16, tzinfo=UTC), place="Le marché", lat=48.12, lng=-1.68,
        )  # fmt: skip
        report = db.session.get(Item, world.report)
        report.scope = Scope.PUBLIC
        named = terms.named("territories", ["Rennes", "Bretagne", "rural"], create=True)
        terms.assign(report, "territories", named)
        db.session.commit()
        ids["report"] = report.title
    return ids


def told(client, address: str) -> dict:
    return {
        (one["props"]["kind"], one["title"]): one
        for one in client.get(f"{address}/features.json?since=0").get_json()["features"]
    }


def test_the_map_of_a_group_gathers_all_that_has_a_place(client_of, world, scattered):
    karim, at = client_of("karim"), f"/groups/{world.ours}/map"
    found = told(karim, at)
    assert found["maps", "Chez Rosa"]["geometry"]["coordinates"] == [0.68291, 47.39464]
    assert f"#feature-{scattered['kept']}" in found["maps", "Le local"]["html"]
    assert found["events", "Sortie au marché"]["geometry"]["coordinates"] == [-1.68, 48.12]
    assert scattered["report"] in found["reports", "Bretagne"]["html"]
    assert "milieu de son département" in found["reports", "Rennes"]["html"]
    assert not any("rural" in title for _kind, title in found)
    # The list without scripts and the drawing hold the same, and follow the choices.
    page = karim.get(at).text
    for _kind, title in found:
        assert f"<h3>{title}</h3>" in page
    narrowed = karim.get(f"{at}?kind=events").text
    assert "<h3>Sortie au marché</h3>" in narrowed
    assert "<h3>Le local</h3>" not in narrowed
    drawn = karim.get(f"{at}.svg?words=local").text
    assert "Le local</title>" in drawn
    assert "Sortie" not in drawn
    assert client_of("stranger").get(at).status_code == 404 or "Le local" not in client_of(
        "stranger").get(at).text  # fmt: skip


def test_the_public_map_says_no_more_than_what_is_for_everyone(client, client_of, scattered):
    for who in (client, client_of("nadia")):
        found = told(who, "/map")
        assert ("maps", "Le local") not in found
        assert ("events", "Sortie au marché") not in found
        assert found["reports", "Bretagne"]
        # A home shown by its street is there by its street, whoever looks.
        assert found["maps", "Chez Rosa"]["geometry"]["coordinates"] != [0.68291, 47.39464]
        page = who.get("/map").text
        assert "<h3>Chez Rosa</h3>" in page
        assert "Le local" not in page
        assert "0.68291" not in page + who.get("/map.svg").text
    assert client.get("/map/features.json?since=1").get_json()["features"] == []


def test_an_empty_map_says_what_it_is_for(client):
    page = client.get("/map").text
    assert "Rien n’a encore de lieu" in page
    assert client.get("/map.svg").status_code == 200


def test_a_commune_is_where_the_list_of_the_operator_says(app):
    with app.app_context():
        [term] = terms.named("territories", ["Rennes"], create=True)
        db.session.flush()
        assert territories.spots([term])[term.id][2] is True
        db.session.add(KnownPlace(name="Rennes", folded="rennes", code="35238", lat=48.1, lng=-1.7))
        db.session.flush()
        assert territories.spots([term])[term.id] == (-1.7, 48.1, False)
        db.session.rollback()


def test_sessions_of_one_place_are_one_point_that_names_them_all(app, client_of, world, scattered):
    with app.app_context():
        nadia, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        new_meeting(
            group, nadia, "Retour au marché", datetime(2026, 12, 10, 13, tzinfo=UTC),
            datetime(2026, 12, 10, 16, tzinfo=UTC), place="Le marché", lat=48.12, lng=-1.68,
        )  # fmt: skip
        db.session.commit()
    found = told(client_of("karim"), f"/groups/{world.ours}/map")
    dates = [title for kind, title in found if kind == "events"]
    assert dates == ["Le marché"]
    said = found["events", "Le marché"]["html"]
    assert "Sortie au marché, 03/12/2026" in said
    assert "Retour au marché, 10/12/2026" in said

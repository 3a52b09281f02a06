"""Maps through the API: made, listed, changed, filled, and read in each format."""

from uuid import uuid4

import pytest

from wiki.accounts.models import ApiToken, User
from wiki.db import db


@pytest.fixture
def api(app, client, world):
    """A function that calls the API as Nadia."""
    with app.app_context():
        token = ApiToken.issue(db.session.get(User, world.nadia), "essais")
        db.session.commit()

    def call(method: str, address: str, **given):
        return client.open(
            address, method=method, headers={"Authorization": f"Bearer {token}"}, **given
        )

    return call


def test_a_map_is_made_listed_and_changed(api, client_of, world):
    sent = {"kind": "maps", "group": world.ours, "title": "Les fontaines", "question": "Où boire ?"}
    made = api("POST", "/api/v1/items", json=sent)
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["kind"], told["question"], told["map_kind"]) == ("maps", "Où boire ?", "thematic")
    listed = api("GET", "/api/v1/items?kind=maps").get_json()["results"]
    assert [one["id"] for one in listed] == [told["id"]]
    change = {"revision": told["revision"], "legend": "Potable : **oui**."}
    assert api("PATCH", f"/api/v1/items/{told['id']}", json=change).status_code == 200
    wrong = api("POST", "/api/v1/items", json=sent | {"seq": 12})
    assert wrong.status_code == 422
    body = {"base": 0, "title": "Fontaine", "geometry": {"type": "Point", "coordinates": [1, 2]}}
    nadia = client_of("nadia")
    assert nadia.put(f"/maps/{told['id']}/features/{uuid4()}", json=body).status_code == 201
    assert "Potable" in nadia.get(f"/maps/{told['id']}").text
    for ending in ("geojson", "csv", "kml", "gpx", "umap", "svg"):
        answer = nadia.get(f"/maps/{told['id']}.{ending}")
        assert "Fontaine" in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]

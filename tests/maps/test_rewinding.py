"""Going back on a map, and the steps of its story, by form."""

import io

from tests.files.samples import picture, saved
from wiki.db import db
from wiki.items.models import Scope
from wiki.maps.models import Map, Step


def told(client, map_id) -> dict:
    features = client.get(f"/maps/{map_id}/features.json").get_json()["features"]
    return {one["id"]: one for one in features}


def test_one_gesture_is_undone_and_what_others_did_stays(client_of, a_map, put):
    uuid = put(a_map, title="Banc", props={"open": "matin"})
    karim, nadia = client_of("karim"), client_of("nadia")
    address = f"/maps/{a_map}/features/{uuid}"
    karim.put(address, json={"base": 1, "title": "Banc rouge", "props": {"open": "soir"}})
    nadia.put(address, json={"base": 2, "title": "Banc vert"})
    page = karim.get(f"/maps/{a_map}/changes").text
    assert page.count("/undoing") == 3
    assert karim.post(f"/maps/{a_map}/changes/2/undoing").status_code == 303
    one = told(karim, a_map)[uuid]
    assert (one["title"], one["props"]) == ("Banc vert", {"open": "matin"})
    karim.post(f"/maps/{a_map}/changes/2/undoing")
    assert told(karim, a_map)[uuid]["rev"] == one["rev"]


def test_undoing_a_put_takes_the_point_off_and_undoing_a_trash_brings_it_back(
    client_of, a_map, put
):
    uuid, karim = put(a_map, title="Banc"), client_of("karim")
    karim.post(f"/maps/{a_map}/changes/1/undoing")
    assert told(karim, a_map) == {}
    karim.post(f"/maps/{a_map}/changes/2/undoing")
    assert told(karim, a_map)[uuid]["title"] == "Banc"
    assert karim.post(f"/maps/{a_map}/changes/99/undoing").status_code == 404


def test_a_whole_map_goes_back_by_its_facilitators_only(client_of, a_map, put):
    kept = put(a_map, title="Banc")
    gone = put(a_map, title="Gare")
    karim, nadia = client_of("karim"), client_of("nadia")
    karim.put(f"/maps/{a_map}/features/{kept}", json={"base": 1, "title": "Abîmé"})
    late = put(a_map, title="Trop")
    karim.delete(f"/maps/{a_map}/features/{gone}")
    assert karim.post(f"/maps/{a_map}/changes/3/restoration").status_code == 403
    assert nadia.post(f"/maps/{a_map}/changes/3/restoration").status_code == 303
    now = told(nadia, a_map)
    assert {one["title"] for one in now.values()} == {"Banc", "Gare"}
    assert late not in now
    seq = nadia.get(f"/maps/{a_map}/features.json").get_json()["seq"]
    nadia.post(f"/maps/{a_map}/changes/{seq}/restoration")
    assert {one["title"] for one in told(nadia, a_map).values()} == {"Abîmé", "Trop"}


def test_what_happened_is_for_the_group(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Banc")
    assert client_of("rosa").get(f"/maps/{number}/changes").status_code == 200
    assert client_of("sophie").get(f"/maps/{number}/changes").status_code == 403
    assert client.get(f"/maps/{number}/changes").status_code == 303
    assert client_of("rosa").post(f"/maps/{number}/changes/1/undoing").status_code == 403


def test_steps_are_written_ordered_and_taken_away(app, client_of, a_map, put):
    uuid, karim = put(a_map, title="Lavoir"), client_of("karim")
    address = f"/maps/{a_map}/settings"
    sound = (io.BytesIO(saved(picture(), "PNG")), "lavoir.png")
    first = {
        "act": "step",
        "title": "On part",
        "text": "Du **lavoir**.",
        "feature": uuid,
        "file": sound,
    }
    assert karim.post(address, data=first).status_code == 303
    second = {"act": "step", "title": "On arrive", "feature": "ailleurs"}
    assert karim.post(address, data=second).status_code == 303
    assert karim.post(address, data={"act": "step"}).status_code == 422
    with app.app_context():
        one, two = db.session.get(Map, a_map).steps
        assert (one.feature_uuid, two.feature_uuid) == (uuid, "")
        assert "<strong>lavoir</strong>" in one.html
        assert one.file_id
        ids = one.id, two.id
    assert "On part" in karim.get(f"/maps/{a_map}").text
    karim.post(address, data={"act": "step-move", "way": "down", "step": ids[0]})
    with app.app_context():
        assert [one.id for one in db.session.get(Map, a_map).steps] == [ids[1], ids[0]]
    karim.post(address, data={"act": "step-gone", "step": ids[1]})
    again = {"act": "step", "step": ids[0], "title": "On part", "no_file": "1"}
    karim.post(address, data=again)
    with app.app_context():
        step = db.session.scalars(db.select(Step)).one()
        assert (step.id, step.file_id, step.text) == (ids[0], None, "")
    other = {"act": "step-gone", "step": 9999}
    assert karim.post(address, data=other).status_code == 404

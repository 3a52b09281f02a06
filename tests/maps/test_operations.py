"""Features put down by several people: nothing lost, nothing twice, each field its last writer."""

import re
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from tests.conftest import SERVER
from tests.maps.conftest import point
from wiki import create_app, jobs, migrating
from wiki.db import db
from wiki.items.models import Event, Scope
from wiki.maps import reading_words
from wiki.maps.models import Change, Feature, Layer, Map


def put_in(client, map_id, uuid, body):
    return client.put(f"/maps/{map_id}/features/{uuid}", json=body)


def since(client, map_id, number=0):
    return client.get(f"/maps/{map_id}/features.json?since={number}").get_json()


def test_a_point_is_put_and_seen_by_the_others(client_of, a_map):
    karim, nadia = client_of("karim"), client_of("nadia")
    uuid = str(uuid4())
    answer = put_in(karim, a_map, uuid, point(title="Espace emploi", props={"kind": "emploi"}))
    assert answer.status_code == 201
    said = answer.get_json()
    assert (said["rev"], said["merged"], said["feature"]["title"]) == (1, False, "Espace emploi")
    told = since(nadia, a_map)
    assert told["seq"] == said["seq"] == 1
    one = told["features"][0]
    assert (one["id"], one["author"], one["mine"]) == (uuid, "Karim", False)
    assert one["geometry"]["coordinates"] == [0.6829, 47.3946]
    assert [layer["title"] for layer in told["layers"]] == ["Lieux", "Trajets"]
    assert since(nadia, a_map, 1)["features"] == []


def test_the_same_body_twice_is_one_operation(client_of, a_map, app):
    karim, uuid, body = client_of("karim"), str(uuid4()), point(title="Une fois")
    first = put_in(karim, a_map, uuid, body)
    again = put_in(karim, a_map, uuid, body)
    assert (first.status_code, again.status_code) == (201, 200)
    ignored = {"updated"}
    one, two = first.get_json(), again.get_json()
    assert {k: v for k, v in one.items() if k not in ignored} == two
    with app.app_context():
        assert db.session.query(Change).count() == 1


def test_two_people_who_change_different_fields_both_win(client_of, a_map, put, app):
    uuid = put(a_map, title="Banc", props={"open": "matin", "places": 2})
    karim, nadia = client_of("karim"), client_of("nadia")
    put_in(karim, a_map, uuid, {"base": 1, "title": "Le banc du marché"})
    answer = put_in(nadia, a_map, uuid, {
        "base": 1, "title": "Banc", "props": {"open": "toute la journée", "places": 2},
    })  # fmt: skip
    said = answer.get_json()
    assert said["merged"] is True
    assert said["feature"]["title"] == "Le banc du marché"
    assert said["feature"]["props"] == {"open": "toute la journée", "places": 2}
    put_in(karim, a_map, uuid, {"base": 1, "props": {"open": "matin", "places": 3}})
    one = since(nadia, a_map)["features"][0]
    assert one["props"] == {"open": "toute la journée", "places": 3}
    with app.app_context():
        states = [c.data["state"]["title"] for c in db.session.query(Change).order_by(Change.rev)]
        assert states == ["Banc", "Le banc du marché", "Le banc du marché", "Le banc du marché"]


def test_the_same_field_goes_to_the_last_and_the_history_keeps_both(client_of, a_map, put):
    uuid = put(a_map, title="Banc")
    karim, nadia = client_of("karim"), client_of("nadia")
    put_in(karim, a_map, uuid, {"base": 1, "title": "Banc rouge"})
    said = put_in(nadia, a_map, uuid, {"base": 1, "title": "Banc vert"}).get_json()
    assert (said["merged"], said["feature"]["title"]) == (True, "Banc vert")
    page = nadia.get(f"/maps/{a_map}/features/{uuid}").text
    assert "Banc rouge" in page
    assert "Banc vert" in page
    nadia.post(f"/maps/{a_map}/features/{uuid}/restoration?rev=2")
    assert since(nadia, a_map)["features"][0]["title"] == "Banc rouge"


def test_a_feature_put_away_is_gone_for_all_and_comes_back(client_of, a_map, put):
    uuid = put(a_map, title="Banc")
    karim = client_of("karim")
    seq = since(karim, a_map)["seq"]
    gone = karim.delete(f"/maps/{a_map}/features/{uuid}", json={"base": 1})
    assert gone.get_json() == {"rev": 2, "seq": seq + 1}
    assert karim.delete(f"/maps/{a_map}/features/{uuid}").get_json() == gone.get_json()
    told = since(karim, a_map, seq)
    assert (told["gone"], told["features"]) == ([uuid], [])
    assert since(karim, a_map)["features"] == []
    assert "Banc" in karim.get(f"/maps/{a_map}/trash").text
    karim.post(f"/maps/{a_map}/features/{uuid}/restoration", headers={"Accept": "application/json"})
    assert since(karim, a_map, seq + 1)["features"][0]["title"] == "Banc"


def test_a_replay_does_not_bring_back_what_was_put_away(client_of, a_map):
    karim, nadia = client_of("karim"), client_of("nadia")
    uuid, body = str(uuid4()), point(title="Vu trop tard")
    put_in(karim, a_map, uuid, body)
    nadia.delete(f"/maps/{a_map}/features/{uuid}")
    said = put_in(karim, a_map, uuid, body).get_json()
    assert (said["gone"], said["feature"]) == (True, None)
    said = put_in(karim, a_map, uuid, {"base": 1, "title": "J’y tiens"}).get_json()
    assert (said["merged"], said["feature"]["title"]) == (True, "J’y tiens")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"geometry": {"type": "Point", "coordinates": [47.39, 120.6]}}, (422, "invers")),
        ({"geometry": {"type": "Point", "coordinates": [500, 47]}}, (422, "globe")),
        ({"geometry": {"type": "Point", "coordinates": []}}, (422, "vide")),
        ({"geometry": {"type": "LineString", "coordinates": [[0, 0]]}}, (422, "deux points")),
        (
            {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}},
            (422, "trois"),
        ),
        ({"geometry": {"type": "Point", "coordinates": ["a", 1]}}, (422, "nombres")),
        ({"geometry": "x"}, (422, "")),
        ({"geometry": {"type": "Circle"}}, (422, "")),
        ({"props": {"places": "beaucoup"}}, (422, "Places")),
        ({"props": []}, (200, "")),
        ({"precision": "loin"}, (422, "")),
        ({"layer": 999}, (422, "")),
        ({"base": -1}, (422, "")),
        ({"title": "x" * 301}, (422, "")),
        ([], (422, "")),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(client_of, a_map, put, body, expected):
    status, word = expected
    uuid, karim = put(a_map, title="Banc"), client_of("karim")
    karim.post("/language", data={"lang": "fr"})
    answer = put_in(karim, a_map, uuid, body)
    assert answer.status_code == status
    if status != 200:
        assert word in answer.get_json()["error"]["message"]
        assert since(karim, a_map)["features"][0]["title"] == "Banc"


def test_infinite_numbers_and_noise_are_refused(client_of, a_map):
    karim, uuid = client_of("karim"), str(uuid4())
    address = f"/maps/{a_map}/features/{uuid}"
    noise = ('{"geometry":{"type":"Point","coordinates":[NaN,1]}}', "[" * 100_000, "{", "\xff")
    for text in noise:
        answer = karim.put(address, data=text, content_type="application/json")
        assert answer.status_code == 400
    huge = '{"geometry":{"type":"Point","coordinates":[1e999,1]}}'
    assert karim.put(address, data=huge, content_type="application/json").status_code == 422
    assert karim.put(f"/maps/{a_map}/features/zzz", json=point()).status_code == 422


def test_rights_of_a_map(client, client_of, a_map, map_of, put):
    uuid = put(a_map, title="Banc")
    address = f"/maps/{a_map}/features/{uuid}"
    for name, status in (("rosa", 403), ("sophie", 404), ("stranger", 404)):
        other = client_of(name)
        assert other.put(address, json={"base": 1, "title": "x"}).status_code == status
        assert other.delete(address).status_code == status
    assert client.put(address, json={}).status_code == 401
    assert client.get(f"/maps/{a_map}/features.json").status_code == 404
    assert client.get(f"/maps/{a_map}.geojson").status_code == 404
    theirs = map_of(Scope.PUBLIC, title="Une autre")
    assert put_in(client_of("karim"), theirs, uuid, point()).status_code == 409


def test_a_locked_layer_is_changed_by_its_owner_and_facilitators(client_of, a_map, put, app):
    uuid = put(a_map, title="Banc")
    with app.app_context():
        db.session.query(Layer).filter_by(map_id=a_map, rank=0).one().locked = True
        db.session.commit()
    assert put_in(client_of("karim"), a_map, uuid, {"base": 1, "title": "x"}).status_code == 403
    assert client_of("karim").delete(f"/maps/{a_map}/features/{uuid}").status_code == 403
    assert put_in(client_of("nadia"), a_map, uuid, {"base": 1, "title": "x"}).status_code == 200


def test_those_outside_get_rounded_places_and_no_names(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    for precision in ("exact", "street", "neighbourhood", "town"):
        put(number, title=precision, precision=precision)
    told = {one["title"]: one for one in since(client, number)["features"]}
    places = {title: one["geometry"]["coordinates"] for title, one in told.items()}
    assert places["exact"] == [0.6829123, 47.3946456]
    assert places["street"][1] == 47.395
    assert places["neighbourhood"][1] == 47.395
    assert places["town"][1] == 47.4
    assert abs(places["town"][0] - 0.6829123) > 1e-4
    assert all(one["author"] is None for one in told.values())
    geo = client.get(f"/maps/{number}.geojson").get_json()
    shown = {f["properties"]["name"]: f["geometry"]["coordinates"] for f in geo["features"]}
    assert shown == places
    mine = since(client_of("nadia"), number)["features"]
    assert {tuple(one["geometry"]["coordinates"]) for one in mine} == {(0.6829123, 47.3946456)}


def test_a_view_tells_those_outside_no_more_than_the_rounded_place(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Chez elle", precision="town")
    near = "bbox=0.6828,47.3945,0.6830,47.3947&zoom=18"
    assert client.get(f"/maps/{number}/features.json?{near}").get_json()["features"] == []
    wide = "bbox=0.5,47.3,0.8,47.5&zoom=12"
    assert len(client.get(f"/maps/{number}/features.json?{wide}").get_json()["features"]) == 1
    mine = client_of("nadia").get(f"/maps/{number}/features.json?{near}").get_json()
    assert len(mine["features"]) == 1
    assert client.get(f"/maps/{number}/features.json?bbox=a,b").status_code == 422


def test_files_that_a_reader_may_not_see_are_left_out(client, client_of, map_of, put, add_file):
    from tests.files.samples import picture, saved

    number = map_of(Scope.PUBLIC)
    hidden = add_file(saved(picture(), "PNG"), "secret.png", Scope.GROUP, "Rue du secret")
    put(number, title="Banc", props={"photo": [hidden]})
    told = since(client, number)
    assert told["features"][0]["props"]["photo"] == []
    assert "secret" not in client.get(f"/maps/{number}").text
    mine = since(client_of("nadia"), number)
    assert mine["media"][str(hidden)]["picture"] == f"/files/{hidden}/preview/medium"
    page = add_file(b"<html><script>x", "photo.jpg", Scope.GROUP, "")
    forged = put_in(client_of("karim"), number, str(uuid4()), point(props={"photo": [page]}))
    assert forged.status_code == 422  # a web page, whatever its name
    refused = put_in(client_of("karim"), number, str(uuid4()), point(props={"photo": [99999]}))
    assert refused.status_code == 422


def test_many_features_in_view_come_as_clusters(app, client_of, a_map, world):
    with app.app_context():
        layer = db.session.query(Layer).filter_by(map_id=a_map).first()
        rows = [
            {"uuid": str(uuid4()), "map_id": a_map, "layer_id": layer.id, "rev": 1, "seq": n,
             "geometry": {"type": "Point", "coordinates": [n % 100 / 100, n // 100 / 100]},
             "minx": n % 100 / 100, "maxx": n % 100 / 100, "miny": n // 100 / 100,
             "maxy": n // 100 / 100, "props": {}, "title": f"n{n}"}
            for n in range(1, 5502)
        ]  # fmt: skip
        db.session.execute(Feature.__table__.insert(), rows)
        db.session.execute(Map.__table__.update().values(seq=5501))
        db.session.commit()
    nadia = client_of("nadia")
    told = nadia.get(f"/maps/{a_map}/features.json?bbox=-1,-1,2,2&zoom=8").get_json()
    assert told["truncated"] is True
    assert sum(one["count"] for one in told["clusters"]) + len(told["features"]) == 5501
    assert len(told["clusters"]) < 200
    near = nadia.get(f"/maps/{a_map}/features.json?bbox=0,0,0.1,0.1&zoom=14").get_json()
    assert (near["clusters"], len(near["features"])) == ([], 120)
    first = since(nadia, a_map)
    assert (len(first["features"]), first["truncated"]) == (5000, True)
    # A screen is told what it draws; the rest of one, when that one is opened.
    brief = nadia.get(f"/maps/{a_map}/features.json?since=0&brief=1").get_json()
    assert (len(brief["features"]), brief["seq"]) == (5000, first["seq"])
    one = brief["features"][0]
    assert (one["brief"], one["title"], "updated" in one, "session" in one) == (1, "n1", False,
                                                                               False)  # fmt: skip
    whole = nadia.get(f"/maps/{a_map}/features.json?id={one['id']}").get_json()["features"]
    assert whole == [first["features"][0]]
    address = f"/maps/{a_map}/features.json?id="
    assert client_of("stranger").get(address + one["id"]).status_code == 404
    assert nadia.get(address + str(uuid4())).status_code == 404


def test_a_series_of_points_is_one_line_of_activity(client_of, a_map, app):
    karim = client_of("karim")
    for n in range(5):
        put_in(karim, a_map, str(uuid4()), point(title=f"Point {n}"))
    with app.app_context():
        query = db.select(Event).where(Event.item_id == a_map, Event.verb == "updated")
        assert len(db.session.scalars(query).all()) == 1


def test_features_are_found_by_their_words(client_of, a_map, put):
    nadia = client_of("nadia")
    uuid = put(a_map, title="Laverie", story="On y attend la **vapeur** ensemble.")
    found = nadia.get("/api/v1/search?q=vapeur").get_json()["results"]
    assert [one["id"] for one in found] == [a_map]
    page = nadia.get("/search?q=vapeur").text
    assert f"#feature-{uuid}" in page
    nadia.delete(f"/maps/{a_map}/features/{uuid}")
    assert nadia.get("/api/v1/search?q=vapeur").get_json()["total"] == 0


def test_twenty_people_who_add_at_once_have_the_words_read_once(app, client_of, a_map, put):
    nadia = client_of("nadia")
    for n in range(reading_words.FEW):
        put(a_map, title=f"Banc {n}")

    def total(word: str) -> int:
        return nadia.get(f"/api/v1/search?q={word}").get_json()["total"]

    with jobs.immediate(app, False):
        uuids = [str(uuid4()) for _ in range(4)]
        for uuid in uuids:
            put_in(nadia, a_map, uuid, point(title="Vapeur"))
        with app.app_context():
            assert readings(app) == 1
            jobs.drain(app)
        assert total("vapeur") == 1
        for uuid in uuids:
            nadia.delete(f"/maps/{a_map}/features/{uuid}")
        assert total("vapeur") == 0  # what is gone is gone at once
        put_in(nadia, a_map, str(uuid4()), point(title="Lavoir"))
        with app.app_context():
            assert readings(app) == 1
            jobs.drain(app)
        assert total("lavoir") == 1


def readings(app) -> int:
    """How many readings of a map wait, whatever else does."""
    waiting = app.extensions["jobs"].huey.pending()
    return sum(reading_words.read.name in str(task.args) for task in waiting)


def test_a_name_is_erased_from_features_and_their_past(client_of, a_map, put, app):
    uuid = put(a_map, title="Chez Bérénice", story="Bérénice ouvre tôt.")
    nadia = client_of("nadia")
    put_in(nadia, a_map, uuid, {"base": 1, "title": "Chez B."})
    nadia.post(f"/items/{a_map}/erasure", data={"words": "Bérénice", "instead": "…"})
    with app.app_context():
        assert "Bérénice" not in str([c.data for c in db.session.query(Change)])
        assert "Bérénice" not in db.session.get(Feature, uuid).html


def test_a_copy_brings_the_features_without_their_authors(client_of, a_map, put, app, world):
    put(a_map, title="Banc")
    nadia = client_of("nadia")
    nadia.post(f"/items/{a_map}/copy", data={"group": world.ours})
    with app.app_context():
        copy = db.session.scalars(db.select(Map).where(Map.id != a_map)).one()
        one = db.session.scalars(db.select(Feature).where(Feature.map_id == copy.id)).one()
        assert (one.title, one.author_id, one.layer.title, copy.seq) == ("Banc", None, "Lieux", 1)


def test_twelve_people_put_twenty_points_each_at_once(settings, tmp_path):
    from tests.conftest import _Postgres, build_world

    store = _Postgres(SERVER) if SERVER else None
    own = {"DATABASE_URL": store.url} if store else {}
    app = create_app(**settings | {"DATA": str(tmp_path), "JOBS_IMMEDIATE": False} | own)
    migrating.upgrade(app)
    with app.app_context():
        ids = build_world()
        made = Map(group_id=ids["ours"], title="Ensemble", scope=Scope.GROUP)
        made.layers = [Layer(title="Lieux")]
        db.session.add(made)
        db.session.commit()
        number = made.id
        db.session.remove()
    refused, barrier = [], Barrier(12)

    def work(who: str):
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = ids["devices"][who]
        barrier.wait()
        for n in range(20):
            answer = put_in(client, number, str(uuid4()), point(title=f"{who} {n}"))
            if answer.status_code != 201:
                refused.append(answer.status_code)

    threads = [Thread(target=work, args=(("nadia", "karim")[n % 2],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = ids["devices"]["nadia"]
    told = since(client, number)
    assert (len(told["features"]), told["seq"]) == (240, 240)
    with app.app_context():
        numbers = list(db.session.scalars(db.select(Feature.seq)))
        assert sorted(numbers) == list(range(1, 241))
        db.session.remove()
        db.engine.dispose()
    if store:
        store.close()


def test_an_address_is_told_no_closer_than_its_point(client, client_of, map_of, put):
    asked = [{"key": "adresse", "label": "Adresse", "type": "text"},
             {"key": "complement_adresse", "label": "Complément", "type": "text"},
             {"key": "commune", "label": "Commune", "type": "text"}]  # fmt: skip
    number = map_of(Scope.PUBLIC, fields=asked)
    props = {"adresse": "12 bis rue de Leclercq", "complement_adresse": "Le patio",
             "commune": "Tours"}  # fmt: skip
    uuid = put(number, title="Anonymal", precision="town", props=props)
    put(number, title="En bas", precision="street", props=props | {"adresse": "7, rue du Four"})
    ways = ["", "/features.json", ".geojson", ".csv", ".kml", ".gpx", ".umap", ".svg", "/print",
            "/week", f"/features/{uuid}", "/embed", "?view=table"]  # fmt: skip
    for way in ways:
        told = client.get(f"/maps/{number}{way}").text
        assert not re.search("(?i)leclercq|patio|7, rue", told), way
    assert "Anonymal" not in client.get(f"/maps/{number}?words=Leclercq").text
    assert "rue du Four" in client.get(f"/maps/{number}.csv").text
    assert "Tours" in client.get(f"/maps/{number}.csv").text
    assert client.get("/api/v1/search?q=leclercq").get_json()["total"] == 0
    assert "12 bis rue de Leclercq" in client_of("nadia").get(f"/maps/{number}").text

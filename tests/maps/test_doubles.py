"""Places that look alike: proposed two by two, put together by a person only, undone at will."""

import random
import re
import time
from uuid import uuid4

import pytest

from wiki.db import db
from wiki.maps import doubles
from wiki.maps.models import Feature, Layer, Map


@pytest.fixture
def alike(a_map, put):
    """Two that may be one, and two that are not."""
    first = put(a_map, title="Médiathèque du Port", lng=0.68, lat=47.39, story="Wifi.",
                props={"kind": "emploi", "open": "le lundi"})  # fmt: skip
    second = put(a_map, title="mediatheque du port", lng=0.6805, lat=47.3902, story="Trois postes.",
                 props={"kind": "repas", "places": 3})  # fmt: skip
    put(a_map, title="Médiathèque du Port", lng=1.2)
    put(a_map, title="Épicerie", lng=0.6801, lat=47.39)
    return first, second


def titles(app, map_id: int) -> list[str]:
    with app.app_context():
        live = db.session.query(Feature).filter_by(map_id=map_id, deleted_at=None)
        return sorted(one.title for one in live)


def test_pairs_are_proposed_and_a_choice_is_made_line_by_line(app, client_of, a_map, alike):
    karim = client_of("karim")
    page = karim.get(f"/maps/{a_map}/doubles").text
    pairs = re.findall(r'href="(/maps/\d+/doubles/[^"]+)"', page)
    assert len(pairs) == 1
    assert "44 mètres" in page
    screen = karim.get(pairs[0]).text
    assert "le lundi" in screen
    assert "Rien" in screen  # the side that has no hours
    form = dict(re.findall(r'name="(rev_\w+)" value="(\d+)"', screen))
    first, second = pairs[0].split("/")[-2:]
    form |= {
        "act": "unite",
        "side.title": "one" if first == alike[0] else "other",
        "side.story": "both",
        "side.p.kind": "one" if first == alike[1] else "other",
    }
    done = karim.post(pairs[0], data=form, follow_redirects=True)
    assert "En refaire deux" in done.text
    with app.app_context():
        kept, gone = (db.session.get(Feature, uuid) for uuid in (first, second))
        assert (kept.deleted_at, gone.deleted_at is None) == (None, False)
        assert kept.title == "Médiathèque du Port"
        assert set(kept.story.split("\n\n")) == {"Wifi.", "Trois postes."}
        assert kept.props == {"kind": "repas", "open": "le lundi", "places": 3}
        seq = kept.seq
    assert "a réuni" in karim.get(f"/maps/{a_map}/changes").text
    # One gesture makes two of them again, as they were.
    karim.post(f"/maps/{a_map}/changes/{seq}/undoing")
    with app.app_context():
        kept, gone = (db.session.get(Feature, uuid) for uuid in alike)
        assert (kept.story, kept.props) == ("Wifi.", {"kind": "emploi", "open": "le lundi"})
        assert (gone.deleted_at, gone.props) == (None, {"kind": "repas", "places": 3})


def test_two_places_stay_two_and_are_not_proposed_again(app, client_of, a_map, alike):
    karim, at = client_of("karim"), f"/maps/{a_map}/doubles/{alike[1]}/{alike[0]}"
    assert "ne seront plus proposés" in karim.post(at, data={"act": "apart"},
                                                   follow_redirects=True).text  # fmt: skip
    assert "Aucun lieu ne ressemble" in karim.get(f"/maps/{a_map}/doubles").text
    assert len(titles(app, a_map)) == 4


def test_what_changed_meanwhile_is_looked_at_again(app, client_of, a_map, alike):
    at = f"/maps/{a_map}/doubles/{alike[0]}/{alike[1]}"
    body = {"base": 1, "title": "Médiathèque fermée"}
    client_of("nadia").put(f"/maps/{a_map}/features/{alike[1]}", json=body)
    answer = client_of("karim").post(at, data={"act": "unite", "rev_one": 1, "rev_other": 1})
    assert answer.status_code == 409
    assert "Médiathèque fermée" in answer.text
    assert len(titles(app, a_map)) == 4
    assert client_of("rosa").post(at, data={"act": "unite"}).status_code == 403
    assert client_of("stranger").get(at).status_code == 404
    assert client_of("karim").get(f"/maps/{a_map}/doubles/{alike[0]}/{alike[0]}").status_code == 404


def test_a_locked_layer_keeps_its_places(app, client_of, a_map, alike):
    with app.app_context():
        layer = db.session.query(Layer).filter_by(map_id=a_map).first()
        layer.locked = True
        db.session.commit()
    at = f"/maps/{a_map}/doubles/{alike[0]}/{alike[1]}"
    answer = client_of("karim").post(at, data={"act": "unite", "rev_one": 1, "rev_other": 1})
    assert answer.status_code == 403
    assert len(titles(app, a_map)) == 4


def test_thousands_of_places_are_compared_with_their_neighbours_only(app, a_map, put):
    for n in range(3):
        put(a_map, title=f"Lieu {n}", lng=2 + n, lat=48)
    with app.app_context():
        found = db.session.get(Map, a_map)
        layer = found.layers[0].id
        rows = [
            {"uuid": f"00000000-0000-4000-8000-{n:012d}", "map_id": a_map, "layer_id": layer,
             "geometry": {"type": "Point", "coordinates": [n % 100 / 10, n // 100 / 10]},
             "minx": n % 100 / 10, "maxx": n % 100 / 10, "miny": n // 100 / 10,
             "maxy": n // 100 / 10, "props": {}, "title": f"Place {n}", "rev": 1, "seq": n}
            for n in range(5000)
        ]  # fmt: skip
        db.session.execute(Feature.__table__.insert(), rows)
        assert doubles.pairs(found) == []


def test_long_names_on_one_spot_keep_nobody_waiting(app, client_of, a_map, monkeypatch):
    dice = random.Random(5)
    words = [f"{name}{n}" for name in ("maison", "jardin", "marche") for n in range(99)]
    with app.app_context():
        found = db.session.get(Map, a_map)
        rows = [
            {"uuid": str(uuid4()), "map_id": a_map, "layer_id": found.layers[0].id,
             "geometry": {"type": "Point", "coordinates": [0.68, 47.39]}, "minx": 0.68,
             "maxx": 0.68, "miny": 47.39, "maxy": 47.39, "precision": "exact", "props": {},
             "title": " ".join(dice.choices(words, k=35))[:300], "rev": 1, "seq": n}
            for n in range(500)
        ]  # fmt: skip
        db.session.execute(Feature.__table__.insert(), rows)
        db.session.commit()
    monkeypatch.setattr(doubles, "PATIENCE", 0.3)
    began = time.thread_time()
    assert client_of("karim").get(f"/maps/{a_map}/doubles").status_code == 200
    assert time.thread_time() - began < 2

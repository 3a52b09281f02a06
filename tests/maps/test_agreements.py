"""Who appears in a photo or a voice on a map: nobody gets more of it than was agreed, anywhere."""

import io
import zipfile

import pytest

from tests.consents import scene
from wiki.consents import deciding
from wiki.consents.models import Medium, Person
from wiki.db import db
from wiki.items.models import Item, Scope
from wiki.maps.models import Feature, Map, Step

WORD = "zorbavisage"  # what the photo alone is called and described by
WAYS = (
    "/maps/{0}", "/maps/{0}?as=table", "/maps/{0}/features.json",
    "/maps/{0}/features.json?since=0&brief=1",
    "/maps/{0}/features.json?bbox=-180,-85,180,85&zoom=9", "/maps/{0}/features.json?id={1}",
    "/maps/{0}.geojson", "/maps/{0}.csv", "/maps/{0}.kml", "/maps/{0}.gpx", "/maps/{0}.umap",
    "/maps/{0}.svg", "/maps/{0}/embed", "/maps/{0}/print", "/maps/{0}/print?as=story",
    "/maps/{0}/features/{1}", "/maps/{0}/features/{1}/poster", "/maps/{0}/folder.zip",
    "/maps/{0}/week", "/maps/{0}/doubles/{1}/{3}", "/maps/{0}/changes", "/map", "/groups/1/map",
    "/api/v1/items/{0}", "/api/v1/search?q=zorbavisage", "/search?q=zorbavisage", "/pages/{4}",
    "/print?items={0}", "/maps/{0}/settings",
)  # fmt: skip


@pytest.fixture
def pictured(map_of, put, add_file):
    """A public map, a point on it, the photo of that point and another point with it."""
    number = map_of(Scope.PUBLIC)
    photo = add_file(scene.jpeg(), f"{WORD}.jpg", Scope.PUBLIC, alt=WORD)
    uuid = put(number, title="Le jardin", props={"photo": [photo]}, story="On y plante.")
    return number, uuid, photo, put(number, title="Le jardin", props={"photo": [photo]})


@pytest.fixture
def shown(app, world, client_of, pictured):
    """That map, whose photo shows Fatou: the numbers that addresses need, and who she is."""
    number, uuid, photo, other = pictured
    with app.app_context():
        db.session.get(Map, number).steps = [Step(title="Première", file_id=photo, text="")]
        fatou = Person(group_id=world.ours, shown_name="Fatou", real_name="Fatou D.")
        db.session.add(fatou)
        db.session.commit()
        scene.appear(fatou.id, photo, Medium.IMAGE)
        page = client_of("nadia").post(
            "/api/v1/items", json={"kind": "pages", "group": world.ours, "title": "Le quartier",
                                   "body": f"{{{{carte {number}}}}}"},
        ).get_json()["id"]  # fmt: skip
        db.session.get(Item, page).scope = Scope.PUBLIC
        db.session.commit()
        return (number, uuid, photo, other, page), fatou.id


def told(answer) -> str:
    """All that an answer says; of a folder, every file in it by name."""
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
            names = folder.namelist()
            texts = [folder.read(n).decode() for n in names if n.endswith((".html", "json", "csv"))]
        return "".join(names + texts)
    return answer.get_data().decode("utf-8", "replace")


def says(client, way: str, numbers: tuple) -> bool:
    answer = client.get(way.format(*numbers), buffered=True)
    heard = told(answer)
    asked = heard.replace(f"q={WORD}", "").replace(f'"{WORD}"', "") if "search" in way else heard
    named = f"/files/{numbers[2]}" in asked or f"(#{numbers[2]})" in asked
    return named or (WORD in asked and "search" not in way)


def test_a_photo_is_on_a_map_as_far_as_who_is_on_it_agreed(app, client, client_of, shown):
    numbers, fatou = shown
    readers = {"anonymous": client, "karim": client_of("karim"), "nadia": client_of("nadia")}

    def showing(name: str) -> set[str]:
        return {way for way in WAYS if says(readers[name], way, numbers)}

    assert showing("anonymous") == set()
    with app.app_context():
        scene.agree(fatou, Scope.PUBLIC)
    seen = showing("anonymous")
    assert {*WAYS[:4], *WAYS[5:8], "/maps/{0}/folder.zip"} <= seen
    with app.app_context():
        scene.agree(fatou, Scope.GROUP)
    assert showing("anonymous") == set()
    assert {WAYS[2], "/maps/{0}/doubles/{1}/{3}"} <= showing("karim")
    with app.app_context():
        deciding.withdraw(db.session.get(Person, fatou), None)
        db.session.commit()
    assert showing("anonymous") == showing("karim") == set()


def test_who_may_not_see_a_photo_leaves_it_in_its_place(app, client_of, shown):
    numbers, fatou = shown
    with app.app_context():
        scene.agree(fatou, Scope.PUBLIC)
        deciding.withdraw(db.session.get(Person, fatou), None)
        db.session.commit()
    karim, address = client_of("karim"), f"/maps/{numbers[0]}/features/{numbers[1]}"
    told = karim.put(address, json={"base": 1, "title": "Jardin", "props": {"photo": []}})
    assert told.get_json()["feature"]["props"].get("photo", []) == []
    karim.post(f"{address}/edit", data={"title": "Notre jardin", "layer": 1, "precision": "exact",
                                        "where": "keep", "revision": 2})  # fmt: skip
    with app.app_context():
        assert db.session.get(Feature, numbers[1]).props["photo"] == [numbers[2]]
    nadia = client_of("nadia")
    nadia.put(address, json={"base": 3, "props": {}})
    with app.app_context():
        assert not db.session.get(Feature, numbers[1]).props.get("photo")

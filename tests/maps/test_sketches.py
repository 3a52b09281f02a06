"""A map inside a page and as a drawing: as it is now, and as far as its reader may know it."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.files.samples import picture, saved
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.maps import sketch_png, sketching
from wiki.maps.frames import Frame
from wiki.maps.models import Base, Map
from wiki.pages.models import Page
from wiki.portraits.models import Portrait
from wiki.reports.models import Report


@pytest.fixture
def page_with(app, world):
    """A function: a public page that shows a map; its address."""

    def make(map_id: int) -> str:
        with app.app_context():
            body = f"Voici\n\n{{{{carte {map_id}}}}}\n"
            page = Page(group_id=world.ours, title="Où aller", body=body, scope=Scope.PUBLIC)
            save(page, None)
            return page.url

    return make


def test_a_map_in_a_page_is_drawn_as_it_is_now(client, client_of, map_of, put, page_with):
    number = map_of(Scope.PUBLIC)
    first = put(number, title="Espace <emploi>", precision="town")
    address = page_with(number)
    page = client.get(address).text
    assert "<svg" in page
    assert "1. Espace &lt;emploi&gt;" in page
    assert f"#feature-{first}" in page
    shape = {"type": "Polygon", "coordinates": [[[0, 47], [1, 47], [1, 48], [0, 47]]]}
    put(number, title="Le parc", geometry=shape)
    later = client.get(address).text
    assert "2. Le parc" in later
    assert "fill-rule" in later
    mine = client_of("nadia").get(address).text
    assert mine.count("<svg") >= 1


def test_a_map_for_the_group_is_drawn_for_the_group_only(client, client_of, a_map, put, page_with):
    put(a_map, title="Chez Fatou")
    address = page_with(a_map)
    assert "Chez Fatou" in client_of("karim").get(address).text
    assert "Chez Fatou" not in client.get(address).text
    assert client.get(f"/maps/{a_map}.svg").status_code == 404


def test_the_drawing_holds_its_picture_and_is_whole(app, client, map_of, add_file, world):
    number = map_of(Scope.PUBLIC, crs="simple")
    file = add_file(saved(picture(), "PNG"), "plan.png", Scope.PUBLIC)
    with app.app_context():
        found = db.session.get(Map, number)
        found.bases = [Base(kind="image", file_id=file)]
        db.session.commit()
        assert db.session.get(Group, world.ours)
    answer = client.get(f"/maps/{number}.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.get_data())
    images = [one for one in root.iter() if one.tag.endswith("image")]
    assert images[0].get("href").startswith("data:image/webp;base64,")
    with app.app_context():
        hidden = db.session.get(Map, number)
        from wiki.files.models import File

        db.session.get(File, file).scope = Scope.GROUP
        db.session.commit()
        assert hidden
    root = ElementTree.fromstring(client.get(f"/maps/{number}.svg").get_data())
    assert not [one for one in root.iter() if one.tag.endswith("image")]


def test_a_map_on_an_outline_shows_its_departments(client, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Tours")
    put(number, title="Blois", lng=1.33, lat=47.59)
    drawn = client.get(f"/maps/{number}.svg").text
    assert drawn.count("z") > 3
    assert len(drawn) < 60_000


def test_a_public_map_is_shown_in_a_frame_of_other_sites(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC, legend="Pour **tous**.")
    put(number, title="Espace <emploi>", precision="town", props={"kind": "emploi"})
    put(number, title="Sans place", geometry=None)
    for reader in (client, client_of("nadia")):  # whoever looks gets what everyone may know
        answer = reader.get(f"/maps/{number}/embed")
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        for wanted in ("<svg", "Espace &lt;emploi&gt;", "Emploi", "Sans place", "Pour <strong>"):
            assert wanted in answer.text
        assert "<script" not in answer.text
    assert f"/maps/{number}/embed" in client.get(f"/maps/{number}").text
    told = client.get(f"/oembed?url=http://localhost/maps/{number}").get_json()
    assert f"/maps/{number}/embed" in told["html"]


def test_a_map_that_is_not_public_is_in_no_frame(client, client_of, a_map, put, world):
    put(a_map, title="Chez Fatou")
    for reader in (client, client_of("nadia")):
        answer = reader.get(f"/maps/{a_map}/embed")
        assert answer.status_code == 404
        assert "Chez Fatou" not in answer.text
        assert "Ressources du quartier" not in answer.text
    assert client.get(f"/maps/{world.public_page}/embed").status_code == 404


def test_a_map_is_drawn_in_a_report_and_in_a_portrait(app, client, map_of, put, world):
    number = map_of(Scope.PUBLIC)
    put(number, title="Le lavoir")
    body = f"Voici\n\n{{{{carte {number}}}}}\n"
    with app.app_context():
        report = Report(group_id=world.ours, title="Une carte", body=body, scope=Scope.PUBLIC)
        portrait = Portrait(
            group_id=world.ours, title="Fatou", subject="person", scope=Scope.PUBLIC,
            words={"b000001.body": body}, settings={"b000001.kind": "text"},
            arrangement=["b000001"],
        )  # fmt: skip
        for one in (report, portrait):
            save(one, None)
        addresses = [report.url, portrait.url]
    for address in addresses:
        page = client.get(address).text
        assert "1. Le lavoir" in page, address
        assert "embed-map" in page, address


def test_the_holes_of_an_outline_are_left_out_of_its_picture_and_what_lies_in_them_is_not():
    def square(least, most, way):
        around = [(least, least), (most, least), (most, most), (least, most)]
        return around[::way]

    for way in (1, -1):
        land = [square(40, 60, way), square(30, 70, -way), square(10, 90, way)]
        sheet = sketching.Drawing("", Frame(100, 100, 0, 0, 1), land=land)
        picture = Image.open(io.BytesIO(sketch_png.write(sheet, 400)))
        seen = [picture.getpixel((at * 4, at * 4)) for at in (5, 20, 66, 50)]
        assert seen[0] == seen[2], "the sea, also in the hole"
        assert seen[1] == seen[3] != seen[0], "the land, also in the hole of the land"

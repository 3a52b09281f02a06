"""A map as a picture of points: what the SVG shows, nothing more, whatever its shapes."""

import io
import math
import re

import pytest
from PIL import Image

from tests.files.samples import picture, saved
from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Scope
from wiki.maps import fields, frames, signs, sketch_png, sketching
from wiki.maps.formats.styles import OURS
from wiki.maps.models import Base, Map


def opened(answer) -> Image.Image:
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    image = Image.open(io.BytesIO(answer.get_data()))
    image.load()
    assert not image.info.get("exif")
    return image.convert("RGB")


def count(image, colour: str) -> int:
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return sum(
        n for n, got in image.getcolors(1 << 24)
        if max(abs(a - b) for a, b in zip(got, wanted, strict=True)) < 12
    )  # fmt: skip


def test_each_point_of_a_mark_of_many_points_is_drawn(client, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Un seul")
    alone = count(opened(client.get(f"/maps/{number}.png")), OURS["lagune"])
    shape = {"type": "MultiPoint", "coordinates": [[0.6, 47.3], [0.7, 47.4], [0.8, 47.5]]}
    put(number, title="Trois arrêts", geometry=shape)
    image = opened(client.get(f"/maps/{number}.png"))
    assert count(image, OURS["lagune"]) > 3 * alone
    drawn = client.get(f"/maps/{number}.svg").text
    assert drawn.count("2. Trois arrêts") == 3


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "MultiLineString", "coordinates": [[[0, 47], [1, 47]], [[0, 48], [1, 48]]]},
        {"type": "MultiPolygon", "coordinates": [
            [[[0, 47], [1, 47], [1, 48], [0, 47]]], [[[2, 47], [3, 47], [3, 48], [2, 47]]]]},
        {"type": "GeometryCollection", "geometries": [
            {"type": "Point", "coordinates": [0, 47]},
            {"type": "LineString", "coordinates": [[0, 47], [1, 48]]}]},
    ],
)  # fmt: skip
def test_every_part_of_a_shape_is_drawn_and_bears_its_number(client, map_of, put, shape):
    number = map_of(Scope.PUBLIC)
    put(number, title="En parties", geometry=shape)
    drawn = client.get(f"/maps/{number}.svg").text
    assert drawn.count("<title>1. En parties") == 2
    assert count(opened(client.get(f"/maps/{number}.png")), OURS["lagune"]) > 500


def test_an_empty_map_is_a_picture_too_and_a_hidden_one_is_none(client, map_of):
    assert opened(client.get(f"/maps/{map_of(Scope.PUBLIC)}.png?width=400")).width == 400
    assert client.get(f"/maps/{map_of()}.png").status_code == 404


def test_others_get_places_as_rough_as_they_were_said(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Ici", lng=0.6829123, lat=47.3946456, precision="town")
    put(number, title="Là", lng=0.70, lat=47.40)
    here = opened(client.get(f"/maps/{number}.png"))
    exact = opened(client_of("nadia").get(f"/maps/{number}.png"))
    assert here.tobytes() != exact.tobytes()


def test_a_pinned_picture_lies_where_its_pins_say(app, client, map_of, add_file):
    number = map_of(Scope.PUBLIC)
    file = add_file(saved(picture(), "PNG"), "plan.png", Scope.PUBLIC)
    with app.app_context():
        found = db.session.get(Map, number)
        wide, high = picture().size
        pins = [{"x": x, "y": y, "lat": 47 - y / high, "lng": x / wide}
                for x, y in ((0, 0), (wide, 0), (0, high))]  # fmt: skip
        found.bases = [Base(kind="image", file_id=file, pins=pins)]
        db.session.commit()
        frame = frames.of_map(found, [{"type": "LineString", "coordinates": [[0, 46], [1, 47]]}])
        laid = frames.matrix(pins, frame)
        x, y = frame.place((1, 47))
        assert (laid[0] * wide + laid[4], laid[1] * wide + laid[5]) == pytest.approx((x, y))
        assert frame.position(x, y) == pytest.approx((1, 47))
    drawn = client.get(f"/maps/{number}.svg").text
    assert 'transform="matrix(' in drawn
    assert opened(client.get(f"/maps/{number}.png"))


def test_marks_on_one_spot_step_aside_and_say_where_they_stand(client, map_of, put):
    number = map_of(Scope.PUBLIC)
    for title in ("Un", "Deux", "Trois"):
        put(number, title=title, lng=0.7, lat=47.4)
    put(number, title="Plus loin", lng=1.7, lat=47.9)
    drawn = client.get(f"/maps/{number}.svg").text
    spots = re.findall(r'<g transform="translate\(([\d.]+) ([\d.]+)\)"', drawn)
    spots = [(float(x), float(y)) for x, y in spots]
    assert len(spots) == 4
    assert min(math.dist(a, b) for a in spots for b in spots if a != b) > 25
    assert drawn.count('r="3"') >= 2
    assert opened(client.get(f"/maps/{number}.png"))


def test_a_crowd_is_one_sign_with_its_numbers_where_it_is(app, client, map_of, put):
    number = map_of(Scope.PUBLIC)
    for at in range(12):
        put(number, title=f"Tours {at}", lng=0.68 + at / 1000, lat=47.39)
    put(number, title="Brest", lng=-4.48, lat=48.39)
    put(number, title="Nice", lng=7.26, lat=43.7)
    drawn = client.get(f"/maps/{number}.svg").text
    spots = [(float(x), float(y)) for x, y in
             re.findall(r'<g transform="translate\(([\d.]+) ([\d.]+)\)"', drawn)]  # fmt: skip
    assert len(spots) == 3
    assert ">1–12</text>" in drawn  # noqa: RUF001
    assert "1. Tours 0\n2. Tours 1\n" in drawn
    with app.app_context():
        found = db.session.get(Map, number)
        shapes = [{"type": "Point", "coordinates": at} for at in ([-4.48, 48.39], [7.26, 43.7])]
        wanted = frames.of_map(found, shapes).place((0.685, 47.39))
        assert min(math.dist(wanted, one) for one in spots) < 5
    assert opened(client.get(f"/maps/{number}.png"))


def test_a_sign_means_the_same_on_the_screen_the_drawing_and_paper(client, map_of, put):
    asked = fields.begun("sensitive")
    number = map_of(Scope.PUBLIC, fields=asked)
    plain = client.get(f"/maps/{number}/features.json").get_json()["layers"][1]["id"]
    for code in ("p2", "m2"):
        put(number, title=code, lng=ord(code[0]) / 40, layer=plain,
            props={"feeling": code})  # fmt: skip
    page, drawn = client.get(f"/maps/{number}").text, client.get(f"/maps/{number}.svg").text
    for code in signs.FACES:  # the page's symbols are made of the same outlines and faces
        assert f'<symbol id="e-{code}"' in page
        assert signs.FACES[code] in page
    assert drawn.count('stroke-linecap="round" stroke-linejoin="round"/><rect') == 2  # two faces
    assert OURS["brique"] in drawn
    assert OURS["sapin"] in drawn
    with_layers = map_of(Scope.PUBLIC)
    put(with_layers, title="Une")
    assert '<circle r="12.88"/>' in client.get(f"/maps/{with_layers}.svg").text


def test_a_picture_of_many_areas_touches_only_what_they_take(app, a_map, put, world, monkeypatch):
    def square(x, side):
        return [[x, 47], [x + side, 47], [x + side, 47 + side], [x, 47 + side], [x, 47]]

    hole = [[1.3, 47.3], [1.6, 47.3], [1.6, 47.6], [1.3, 47.6], [1.3, 47.3]]
    put(a_map, geometry={"type": "Polygon", "coordinates": [square(0, 0.9)]})
    put(a_map, geometry={"type": "Polygon", "coordinates": [square(1, 0.9), hole]})
    with app.test_request_context("/"):
        found, reader = db.session.get(Map, a_map), db.session.get(User, world.nadia)
        drawn = sketching.drawing(found, reader)
        image = Image.open(io.BytesIO(sketch_png.write(drawn, 760)))

        def seen(lng, lat):
            return image.getpixel(tuple(map(round, drawn.frame.place((lng, lat)))))[:3]

        outside = seen(0.95, 47.8)
        assert seen(0.2, 47.2) != outside
        assert seen(1.15, 47.15) == seen(0.2, 47.2)
        assert seen(1.35, 47.35) == outside  # a hole is one
        monkeypatch.setattr(sketch_png, "LARGEST", 10_000)
        small = Image.open(io.BytesIO(sketch_png.write(drawn, 3000)))
    assert small.width * small.height < 10_000

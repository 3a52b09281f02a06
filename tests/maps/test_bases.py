"""What lies under a map: a picture pinned by three points, online tiles when there are some."""

import io
import json
import re

import pytest
from PIL import Image

from tests.maps import packed
from wiki.accounts.models import User
from wiki.db import db
from wiki.files import counting
from wiki.files.models import File
from wiki.items import writing
from wiki.items.models import Scope
from wiki.maps import frames, own_outlines, pinning
from wiki.maps.models import Base, Map

# A plan of one kilometre around Rennes, north at the top: pixel, latitude, longitude.
PINS = {"x1": "100", "y1": "100", "lat1": "48,12", "lng1": "-1.70",
        "x2": "900", "y2": "100", "lat2": "48.12", "lng2": "-1.60",
        "x3": "100", "y3": "600", "lat3": "48.078", "lng3": "-1.70"}  # fmt: skip


@pytest.fixture
def picture(app, a_map, add_file):
    """The number of a base that is a picture."""
    out = io.BytesIO()
    Image.new("RGB", (1000, 700), "#e8dfc8").save(out, "PNG")
    number = add_file(out.getvalue(), "plan.png")
    with app.app_context():
        base = Base(map_id=a_map, kind="image", file_id=number, rank=0)
        db.session.add(base)
        db.session.commit()
        return base.id


def kept(app, n: int):
    with app.app_context():
        return db.session.get(Base, n).pins


def test_a_picture_is_pinned_by_touch_then_by_numbers(app, client_of, a_map, picture):
    karim, at = client_of("karim"), f"/maps/{a_map}/bases/{picture}/pins"
    # A finger without JavaScript: the picture is shown at 640 of its 1000 pixels.
    page = karim.post(at, data={"which": "1", "at.x": "64", "at.y": "128", "lat1": "48.1"}).text
    assert re.search(r'name="x1"[^>]*value="100"', page)
    assert re.search(r'name="y1"[^>]*value="200"', page)
    assert re.search(r'name="lat1"[^>]*value="48.1"', page)
    assert re.search(r'name="which" value="2" checked', page)
    drawn = karim.get(re.search(r'src="([^"]*pins\.svg[^"]*)"', page)[1].replace("&amp;", "&"))
    assert drawn.mimetype == "image/svg+xml"
    assert "translate(64.0 128.0)" in drawn.text
    assert kept(app, picture) is None
    # A keyboard that presses the picture moves nothing.
    page = karim.post(at, data={"which": "1", "at.x": "0", "at.y": "0", "x1": "7"}).text
    assert re.search(r'name="x1"[^>]*value="7"', page)
    done = karim.post(at, data=PINS | {"x4": "900", "y4": "600", "lat4": "48.078",
                                       "lng4": "-1.6005"}, follow_redirects=True)  # fmt: skip
    assert "Le quatrième point tombe à 37 mètres" in done.text
    assert [pin["x"] for pin in kept(app, picture)] == [100, 900, 100]
    assert kept(app, picture)[0]["lat"] == 48.12
    assert "L’épingler à nouveau" in done.text
    screen = karim.get(f"/maps/{a_map}").text
    assert '"bounds": [' in screen


@pytest.mark.parametrize(
    "wrong",
    [
        ({"x3": "500", "y3": "101"}, "alignés"),
        ({"lat3": "48.12", "lng3": "-1.65"}, "alignés"),
        ({"lat3": "48.16"}, "miroir"),
        ({"x2": "là"}, "Point 2"),
        ({"lat2": "", "lng2": ""}, "Point 2"),
        ({"lat2": "", "lng2": "", "place2": "Nulle-part"}, "pas connu"),
        ({"lat2": "1e9"}, "Point 2"),
        ({"x4": "3"}, "Point 4"),
    ],
)
def test_points_that_lay_no_picture_are_said_and_kept_in_the_form(
    app, client_of, a_map, picture, wrong
):  # fmt: skip
    changed, said = wrong
    answer = client_of("karim").post(f"/maps/{a_map}/bases/{picture}/pins", data=PINS | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="48,12"' in answer.text
    assert kept(app, picture) is None


def test_only_pictures_of_the_globe_are_pinned_and_by_members(app, client_of, a_map, picture):
    at = f"/maps/{a_map}/bases/{picture}/pins"
    assert client_of("rosa").get(at).status_code == 403
    assert client_of("stranger").get(f"{at}.svg").status_code == 404
    with app.app_context():
        blank = db.session.query(Base).filter_by(map_id=a_map, kind="blank").one().id
        db.session.get(Map, a_map).crs = "simple"
        db.session.commit()
    assert client_of("karim").get(at).status_code == 404
    assert client_of("karim").get(f"/maps/{a_map}/bases/{blank}/pins").status_code == 404


def test_a_fit_says_its_scale_its_turn_and_its_stretch():
    pins = [pinning.Pin(0, 0, 48.0, 2.0), pinning.Pin(1000, 0, 48.0, 2.01343),
            pinning.Pin(0, 1000, 47.991, 2.0)]  # fmt: skip
    made = pinning.fit(pins)
    assert made.scale == pytest.approx(1.0, abs=0.01)
    assert (made.turn, round(made.stretch, 1)) == (0, 1.0)
    assert all(pinning.away(made, one) < 0.01 for one in pins)
    leaned = pinning.fit([*pins[:2], pinning.Pin(0, 500, 47.991, 2.0)])
    assert leaned.stretch == pytest.approx(2.0, abs=0.02)


TILES = "https://tile.example.org/{z}/{x}/{y}.png"


def test_online_tiles_are_off_until_the_operator_says_where_they_are(
    app, client, client_of, a_map, monkeypatch
):  # fmt: skip
    karim, settings = client_of("karim"), f"/maps/{a_map}/settings"
    assert "Tuiles en ligne" not in karim.get(settings).text
    assert karim.post(settings, data={"act": "base", "kind": "tiles"}).status_code == 422
    assert "tile.example" not in karim.get(f"/maps/{a_map}").headers["Content-Security-Policy"]
    monkeypatch.setitem(app.config, "TILES_URL", TILES)
    monkeypatch.setitem(app.config, "TILES_ATTRIBUTION", "© les cartographes")
    assert "Tuiles en ligne (© les cartographes)" in karim.get(settings).text
    assert karim.post(settings, data={"act": "base", "kind": "tiles"}).status_code == 303
    page = karim.get(f"/maps/{a_map}")
    policy = page.headers["Content-Security-Policy"]
    assert "img-src 'self' https://tile.example.org data:" in policy
    assert policy.count("https://") == 1
    assert "\\u00a9 les cartographes" in page.text or "© les cartographes" in page.text
    assert "tile.example" not in client.get("/maps").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    ["http://tile.example.org/{z}/{x}/{y}.png", "https://*.example.org/{z}/{x}/{y}", "ftp://x",
     "https://a.example.org; script-src *//{z}/{x}/{y}", "https://tile.example.org/tiles.png",
     "https://[::1/{z}/{x}/{y}", "https://{s}.example.org/{z}/{x}/{y}.png"],
)  # fmt: skip
def test_an_address_that_names_no_single_host_opens_nothing(
    app, client_of, a_map, monkeypatch, address
):  # fmt: skip
    before = client_of("karim").get(f"/maps/{a_map}").headers["Content-Security-Policy"]
    monkeypatch.setitem(app.config, "TILES_URL", address)
    now = client_of("karim").get(f"/maps/{a_map}?x=1").headers["Content-Security-Policy"]
    assert now == before


def test_a_map_packed_in_tiles_lies_under_and_is_read_in_pieces(app, client_of, a_map, add_file):
    karim, settings = client_of("karim"), f"/maps/{a_map}/settings"
    made = packed.archive()
    for wrong in (b"PMTiles\x02" + made[8:], b"not a map", b"PMTil"):
        sent = {"act": "base", "kind": "pmtiles", "file": (io.BytesIO(wrong), "x.pmtiles")}
        answer = karim.post(settings, data=sent)
        assert answer.status_code == 422
        assert "PMTiles" in answer.text
    sent = {"act": "base", "kind": "pmtiles", "file": (io.BytesIO(made), "quartier.pmtiles")}
    assert karim.post(settings, data=sent).status_code == 303
    with app.app_context():
        base = db.session.query(Base).filter_by(map_id=a_map, kind="pmtiles").one()
        address = f"/files/{base.file_id}/download"
    assert f'"url": "{address}"' in karim.get(f"/maps/{a_map}").text
    number = int(address.split("/")[2])

    def taken() -> int:
        with app.app_context():
            return counting.times(number)

    before = taken()
    with karim.get(address, headers={"Range": "bytes=0-6"}) as part:
        assert (part.status_code, part.data) == (206, b"PMTiles")
    assert client_of("stranger").get(address, headers={"Range": "bytes=0-6"}).status_code == 404
    assert taken() == before  # looked at, not taken away
    karim.get(address).close()
    assert taken() == before + 1


def areas(*squares: tuple, **more) -> bytes:
    """GeoJSON with a square of so many degrees at each place."""
    features = [
        {"type": "Feature", "properties": {"nom": "<b>Quartier</b>"} | more, "geometry": {
            "type": "Polygon", "coordinates": [[[x, y], [x + d, y], [x + d, y + d], [x, y + d],
                                                [x, y]]]}}
        for x, y, d in squares
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def lay(client, number: int, data: bytes, name: str = "quartiers.geojson"):
    sent = {"act": "base", "kind": "outline", "file": (io.BytesIO(data), name)}
    return client.post(f"/maps/{number}/settings", data=sent)


def test_an_outline_of_ones_own_lies_under_a_map(app, client, client_of, map_of):
    number, karim = map_of(Scope.PUBLIC), client_of("karim")
    assert lay(karim, number, areas((0.6, 47.3, 0.1), (0.7, 47.3, 0.1))).status_code == 303
    with app.app_context():
        base = db.session.get(Map, number).bases[-1]
        assert (base.kind, base.title, base.outline) == ("outline", "Quartiers", "")
        base_id, file_id = base.id, base.file_id
        db.session.get(File, file_id).scope = Scope.PUBLIC
        db.session.commit()
    karim.post(f"/maps/{number}/settings", data={"act": "base-first", "base": base_id})
    address = f"/files/{file_id}/raw"
    for reader in (karim, client):
        assert f'"url": "{address}"' in reader.get(f"/maps/{number}").text
        land = re.search(r'<path d="([^"]*)z"', reader.get(f"/maps/{number}.svg").text)[1]
        assert land.count("M") == 2
    with client.get(address) as kept:
        told = json.loads(kept.data)
    assert told["properties"] == {}  # numbers alone, whatever the file held
    assert len(told["geometry"]["coordinates"]) == 2
    with app.app_context():
        rings = own_outlines.under(db.session.get(Map, number), db.session.get(User, 1))
        frame = frames.of_map(db.session.get(Map, number), own_outlines.bounds(rings))
        assert frame.position(frame.wide / 2, frame.high / 2)[0] == pytest.approx(0.7, abs=0.01)
        writing.set_scope(db.session.get(File, file_id), Scope.GROUP, db.session.get(User, 1))
        db.session.commit()
    assert address not in client.get(f"/maps/{number}").text
    assert client.get(address).status_code == 404


def test_holes_of_an_outline_turn_the_other_way():
    around, hole = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], [[2, 2], [4, 2], [4, 4], [2, 2]]
    for ring in (around, around[::-1]):
        for inner in (hole, hole[::-1]):
            outside, inside = own_outlines.light([[ring, inner]])[0]
            assert outside[1] == (9, 0)
            assert inside[1] == (4, 4)


def test_neighbours_keep_their_border_when_an_outline_is_made_light():
    wave = [[x / 1000, 45 + (x % 7) / 3000] for x in range(4000)]
    over = [[*wave, [4, 46], [0, 46], wave[0]]]
    under = [[*wave[::-1], [0, 44], [4, 44], wave[-1]]]
    many = [over, under] * 5
    made = own_outlines.light(many)
    assert sum(len(ring) for area in made for ring in area) <= own_outlines.MOST
    border = [p for p in made[0][0] if 44.9 < p[1] < 45.1]
    assert len(border) > 200
    assert set(border) == {p for p in made[1][0] if 44.9 < p[1] < 45.1}


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "fichier"), (b"[" * 90_000, ""), (b"not json", ""),
     (b'{"type":"Point","coordinates":[1,2]}', "zones"),
     (b'{"type":"FeatureCollection","features":[]}', ""),
     (areas((600_000, 6_700_000, 10)), "globe"), (areas((47.3, 179.0, 10)), ""),
     (b'{"type":"Polygon","coordinates":[[[1,2],[NaN,3],[1e999,4],[1,2]]]}', "")],
)  # fmt: skip
def test_what_is_no_outline_is_refused_in_words(app, client_of, a_map, data, word):
    answer = lay(client_of("karim"), a_map, data)
    assert answer.status_code == 422
    assert "banner--no" in answer.text
    assert word in answer.text
    with app.app_context():
        assert len(db.session.get(Map, a_map).bases) == 1


def test_an_outline_has_limits(monkeypatch, app, client_of, a_map, map_of):
    karim = client_of("karim")
    monkeypatch.setattr(own_outlines, "MOST_READ", 12)
    assert lay(karim, a_map, areas(*[(n, 40, 0.5) for n in range(4)])).status_code == 422
    monkeypatch.setattr(own_outlines, "LARGEST", 100)
    assert lay(karim, a_map, areas((1, 40, 0.5))).status_code == 422
    assert lay(karim, map_of(crs="simple"), areas((1, 40, 0.5))).status_code == 422

"""Files that mean harm or are broken: said clearly, nothing runs, the good rows are kept."""

import io
import json
import zipfile

import pytest

from wiki.maps import importing
from wiki.maps.formats import found as founds
from wiki.maps.models import Map


def judged(data: bytes, name: str) -> tuple[list[dict], importing.Report]:
    found = importing.read(data, name)
    report = importing.Report(refused=list(found.refused))
    kept = [importing.judged(Map(fields=[]), row, report) for row in found.rows]
    return [one for one in kept if one], report


def collection(*shapes) -> bytes:
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"name": f"n{n}"}}
        for n, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_bad_shapes_leave_their_words_and_the_good_rows(app):
    good = {"type": "Point", "coordinates": [1, 2]}
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    bad = [
        {"type": "Point", "coordinates": [47.3, 120]}, {"type": "Point", "coordinates": [1e9, 1]},
        {"type": "Point", "coordinates": []}, {"type": "Point"}, {"type": "Nothing"}, None, 12, [],
        {"type": "Polygon", "coordinates": [[]]}, {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "Point", "coordinates": [float("nan"), 1]},
        {"type": "Point", "coordinates": [float("inf"), 1]},
        {"type": "Point", "coordinates": ["1", 2]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "GeometryCollection", "geometries": []},
    ]  # fmt: skip
    with app.test_request_context():
        kept, report = judged(collection(good, bow, *bad, good), "a.geojson")
    assert len(kept) == len(bad) + 3
    placed = [one for one in kept if one["geometry"]]
    assert [one["title"] for one in placed] == ["n0", "n1", f"n{len(bad) + 2}"]
    assert len(report.told) == len(bad) + 1


def test_heights_are_kept_and_collections_flattened(app):
    inner = {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [1, 2, 3, 4]}],
    }
    for _n in range(5):
        inner = {"type": "GeometryCollection", "geometries": [inner]}
    with app.test_request_context():
        kept, _report = judged(collection(inner), "a.geojson")
        assert kept[0]["geometry"] == {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}
        for _n in range(20):
            inner = {"type": "GeometryCollection", "geometries": [inner]}
        kept, report = judged(collection(inner), "a.geojson")
        assert kept[0]["geometry"] is None
        nested = {"type": "FeatureCollection", "features": [
            {"type": "FeatureCollection", "features": [json.loads(collection(inner))]},
            {"type": "Feature", "geometry": None, "properties": {"name": "seule"}}, 12, None,
        ]}  # fmt: skip
        kept, report = judged(json.dumps(nested).encode(), "a.json")
        assert [one["title"] for one in kept] == ["n0", "seule"]
        assert len(report.refused) == 2


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"{" * 100_000, "a.geojson"),
        (b"[" * 100_000 + b"]" * 100_000, "a.geojson"),
        (b'{"type":"Feature"' + b',"a":{"b":' * 50_000, "a.geojson"),
        (b"", "a.csv"),
        (b"\0\0\0\0", "a.csv"),
        (b"\xff\xfe\0", "a.geojson"),
        (b"PK\x03\x04rien", "a.kmz"),
        (b"<kml>", "a.kml"),
        (b"<html></html>", "a.kml"),
        (b"<gpx></gpx>", "a.gpx"),
        (b"<a>" * 5_000, "a.kml"),
        (b'{"type":"umap","layers":3}', "a.umap"),
        (b'{"type":"Topology"}', "a.json"),
        ((";".join(f"c{n}" for n in range(3000)) + "\n1;2\n").encode(), "a.csv"),
        (b"a;b\n1;2\n", "a.csv"),
    ],
)
def test_what_holds_no_map_is_refused_in_words(app, data, name):
    with app.test_request_context(), pytest.raises(importing.Unreadable) as refusal:
        importing.read(data, name)
    assert len(str(refusal.value)) > 10


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><kml><Document><name>&b;&c;</name></Document></kml>"""


@pytest.mark.parametrize("name", ["a.kml", "a.gpx"])
def test_entities_and_document_types_are_never_read(app, name):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        with pytest.raises(importing.Unreadable, match="entit"):
            importing.read(LAUGHS, name)
        plain = b'<!DOCTYPE kml SYSTEM "http://127.0.0.1/x.dtd"><kml/>'
        with pytest.raises(importing.Unreadable):
            importing.read(plain, name)


def packed(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def test_a_kmz_is_unpacked_no_further_than_its_limit(app, monkeypatch):
    point = b"<Point><coordinates>1,2</coordinates></Point>"
    kml = b"<kml><Placemark><name>A</name>" + point + b"</Placemark></kml>"
    with app.test_request_context():
        kept, _report = judged(packed("doc.kml", kml), "a.kmz")
        assert kept[0]["geometry"] == {"type": "Point", "coordinates": [1.0, 2.0]}
        bomb = packed("doc.kml", b"<kml>" + b" " * (founds.LARGEST + 10))
        assert len(bomb) < 100_000
        with pytest.raises(importing.Unreadable, match="MB|Mo"):
            importing.read(bomb, "a.kmz")
        with pytest.raises(importing.Unreadable):
            importing.read(packed("../../etc/passwd", b"x"), "a.kmz")


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(app, monkeypatch):
    monkeypatch.setattr(founds, "LARGEST", 1000)
    with app.test_request_context():
        for name in ("a.geojson", "a.csv", "a.kml", "a.umap"):
            with pytest.raises(importing.Unreadable):
                importing.read(b'{"type":"FeatureCollection","features":[]}' + b" " * 1000, name)


def test_quotes_that_never_close_cost_one_line_each(app):
    lines = ["nom;latitude;longitude", *(f"n{n};47,{n};0,5" for n in range(50))]
    lines[10] = '"n9;47;0'
    lines[20] = 'n19;"47;0'
    with app.test_request_context():
        kept, report = judged("\r\n".join(lines).encode(), "a.csv")
    assert len(kept) == 48
    assert len(report.refused) == 2


def test_a_cell_without_end_does_not_take_long(app):
    text = "nom;latitude;longitude\n" + '"' * 5_000_000
    with app.test_request_context():
        judged((text + "\n" + '"x;y\n' * 100).encode(), "a.csv")


def test_html_and_scripts_stay_words(app, client_of, world, tmp_path):
    from wiki.db import db
    from wiki.groups.models import Group

    data = collection({"type": "Point", "coordinates": [1, 2]})
    given = json.loads(data)
    given["features"][0]["properties"] = {
        "name": "<img src=x onerror=alert(1)>", "description": "<script>alert(2)</script>**gras**",
        "<b>clé</b>": "<svg onload=alert(3)>", "lien": "javascript:alert(4)",
        "__proto__": {"x": 1}, "=cmd": "=1+1",
    }  # fmt: skip
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(given), "utf-8")
    with app.app_context():
        number, _report = importing.import_file(path, db.session.get(Group, world.ours))
    nadia = client_of("nadia")
    for address in ("", "?view=table", "/settings"):
        page = nadia.get(f"/maps/{number}{address}").text
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<svg onload" not in page
        assert 'href="javascript' not in page
    assert "<strong>gras</strong>" in nadia.get(f"/maps/{number}").text
    back = nadia.get(f"/maps/{number}.kml").text
    assert "<img" not in back

"""Formats go in and out without loss: our own files, and a thousand made by chance."""

import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.maps import fields, guessing, importing
from wiki.maps.formats import geojson, gpx, gpx_times, kml, national, tables, umap
from wiki.maps.models import Map

# Few at each run of the suite; a thousand in all with ESSAIM_TEST_ROUNDS=200.
ROUNDS = int(os.environ.get("ESSAIM_TEST_ROUNDS", "30"))
FILES = Path(__file__).parent / "files"
FORMATS = {"geojson": geojson, "csv": tables, "kml": kml, "gpx": gpx, "umap": umap}

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda n: round(n, 6) + 0.0)
lng, lat = (
    st.floats(-180, 180).map(lambda n: round(n, 6) + 0.0),
    st.floats(-89, 89).map(lambda n: round(n, 6) + 0.0),
)
spot = st.tuples(lng, lat).map(list)
line = st.lists(spot, min_size=2, max_size=6)
ring = st.lists(spot, min_size=3, max_size=6, unique_by=tuple).map(lambda r: [*r, r[0]])
shapes = st.one_of(
    spot.map(lambda c: {"type": "Point", "coordinates": c}),
    line.map(lambda c: {"type": "LineString", "coordinates": c}),
    ring.map(lambda c: {"type": "Polygon", "coordinates": [c]}),
    st.lists(line, min_size=2, max_size=3).map(
        lambda c: {"type": "MultiLineString", "coordinates": c}
    ),
    st.lists(spot, min_size=2, max_size=4).map(lambda c: {"type": "MultiPoint", "coordinates": c}),
    st.lists(ring, min_size=2, max_size=3).map(
        lambda c: {"type": "MultiPolygon", "coordinates": [[one] for one in c]}
    ),
)
letters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Zs", "Zl", "Zp")
)
word = st.text(letters, min_size=1, max_size=12).filter(
    lambda t: t[0] not in "'=+-@＝＋－＠" and not t.startswith("{") and fields.clean_text(t) == t  # noqa: RUF001
)
words = st.lists(word, min_size=1, max_size=4).map(" ".join)
KEYS = ("Catégorie", "Horaires d’ouverture", "places", 'Accès < & > "')


@st.composite
def told(draw) -> dict:
    """A map as it leaves, with features of every shape."""
    features = []
    for n in range(draw(st.integers(1, 4))):
        props = {key: draw(words) for key in KEYS if draw(st.booleans())}
        features.append({
            "id": f"{n:08d}-0000-4000-8000-000000000000", "layer": "Lieux", "layer_id": 1,
            "geometry": draw(shapes), "precision": draw(st.sampled_from(["exact", "street"])),
            "props": props, "title": draw(words), "story": draw(words), "session": "",
        })  # fmt: skip
    return {
        "title": draw(words), "summary": "", "crs": "geo", "view": {}, "url": "/maps/1",
        "layers": [{"id": 1, "title": "Lieux", "style": {"colour": "lagune"}, "rank": 0,
                    "render": "simple"}],
        "features": features, "umap": {}, "inside": True,
        "fields": [{"key": key, "label": key, "type": "text"} for key in KEYS],
    }  # fmt: skip


def brought(data: bytes, name: str) -> list[dict]:
    """The features of a file as they would be kept."""
    found = importing.read(data, name)
    target = Map(fields=fields.clean(guessing.merged([], found)))
    report = importing.Report()
    kept = [importing.judged(target, row, report) for row in found.rows]
    assert found.refused == []
    assert None not in kept
    return kept


def essence(one: dict) -> tuple:
    shape = one["geometry"]
    return (
        one["title"], one["story"], shape["type"], json.dumps(shape["coordinates"]),
        one["precision"], tuple(sorted((k, str(v)) for k, v in one["props"].items())),
    )  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=told())
def test_what_leaves_comes_back_the_same(app, name, given):
    with app.test_request_context():
        back = brought(FORMATS[name].write(given), f"carte.{name}")
        assert sorted(map(essence, back)) == sorted(map(essence, given["features"]))


@settings(max_examples=2 * ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.kml", "a.json", "a.kmz",
                                                           "a.gpx", "a.umap", ""]))  # fmt: skip
def test_noise_is_refused_or_read_and_never_breaks(app, data, name):
    with app.test_request_context():
        try:
            found = importing.read(data, name)
        except importing.Unreadable:
            return
        report = importing.Report()
        for row in found.rows:
            importing.judged(Map(fields=[]), row, report)


def test_values_of_all_types_survive_geojson_and_umap(app):
    props = {"n": 12, "x": -0.5, "oui": True, "liste": ["a", "b"], "texte": "007",
             "objet": {"a": [1, {"b": None}]}, "long": "é" * 500}  # fmt: skip
    shape = {"type": "Point", "coordinates": [1.5, 2.5, 48.25]}
    feature = {"type": "Feature", "geometry": shape, "properties": {"name": "A", **props}}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    with app.test_request_context():
        (one,) = brought(data, "a.geojson")
    assert one["props"] == {k: v for k, v in props.items() if k != "texte"}
    assert (one["story"], one["geometry"]) == ("007", shape)
    with app.test_request_context():
        found = importing.read(data, "a.geojson")
        assert found.extra["names"] == ["name", "texte"]


def test_umap_keeps_what_only_umap_understands(app, client_of, world):
    given = json.loads((FILES / "quartier.umap").read_text("utf-8"))
    with app.app_context():
        number = bring(FILES / "quartier.umap", world)
    back = client_of("nadia").get(f"/maps/{number}.umap").get_json()
    assert back["uri"] == given["uri"]
    assert back["geometry"] == given["geometry"]
    assert back["properties"] == given["properties"]
    for old, new in zip(given["layers"], back["layers"], strict=True):
        assert new["_umap_options"] == old["_umap_options"]
        assert new["remoteData"] == old["remoteData"] if "remoteData" in old else True
        assert [f["properties"] for f in new["features"]] == [
            f["properties"] for f in old["features"]
        ]
        assert [f["geometry"] for f in new["features"]] == [f["geometry"] for f in old["features"]]
    page = client_of("nadia").get(f"/maps/{number}").text
    assert 'href="https://exemple.org"' in page
    assert "alert(1)" not in page.replace("&#39;", "'") or "<script>alert" not in page


def bring(path: Path, world) -> int:
    from wiki.db import db
    from wiki.groups.models import Group

    number, report = importing.import_file(path, db.session.get(Group, world.ours))
    assert report.refused == []
    return number


def test_a_french_excel_table_is_read_as_it_is(app):
    text = (
        "Nom;Adresse;Latitude;Longitude;Catégorie;Code postal\r\n"
        'Mission locale;"12, rue de l\'Été";47,3946;0,6829;Emploi;07100\r\n'
        "Épicerie solidaire;;;;Repas;37000\r\n"
        "Au pôle;;120;0,68;Repas;37000\r\n"
        "Nulle part;;abc;0,68;Repas;37000\r\n"
        'Œuvre;"jamais fermé;1;2;x;1\r\n'
        "Gare;;47,39;0,69;Bus;37000\r\n"
    )
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        found = importing.read(text.encode("cp1252"), "lieux.csv")
        target = Map(fields=fields.clean(guessing.merged([], found)))
        report = importing.Report(refused=list(found.refused))
        kept = {
            one["title"]: one for r in found.rows if (one := importing.judged(target, r, report))
        }
    assert kept["Mission locale"]["geometry"]["coordinates"] == [0.6829, 47.3946]
    assert kept["Mission locale"]["props"]["Adresse"] == "12, rue de l'Été"
    assert kept["Mission locale"]["props"]["Code postal"] == "07100"
    assert kept["Gare"]["geometry"]["coordinates"] == [0.69, 47.39]
    assert kept["Épicerie solidaire"]["geometry"] is None
    assert report.told[0] == "ligne 3\u00a0: pas de coordonnées, à placer à la main."
    assert "inversées" in report.told[1]
    assert "pas des nombres" in report.told[2]
    assert report.refused == ["ligne 6\u00a0: un guillemet ne se ferme jamais."]
    kinds = {one["key"]: one["type"] for one in target.fields}
    assert kinds["Catégorie"] == "choice"


@pytest.mark.parametrize(
    ("header", "cell", "wanted"),
    [
        ("nom,geo_point_2d", 'A,"47.39, 0.68"', {"type": "Point", "coordinates": [0.68, 47.39]}),
        ("nom;coordonnées", "A;47,39 0,68", {"type": "Point", "coordinates": [0.68, 47.39]}),
        ("nom;lat/lon", "A;47.39/0.68", {"type": "Point", "coordinates": [0.68, 47.39]}),
        ("nom|wkt", "A|LINESTRING (0 1, 2 3)",
         {"type": "LineString", "coordinates": [[0.0, 1.0], [2.0, 3.0]]}),
        ("nom\twkt", "A\tSRID=4326;POINT Z(1 2 3)",
         {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}),
        ("nom;geom", 'A;"{""type"":""Point"",""coordinates"":[1,2]}"',
         {"type": "Point", "coordinates": [1.0, 2.0]}),
    ],
)  # fmt: skip
def test_places_of_a_table_are_written_in_many_ways(app, header, cell, wanted):
    with app.test_request_context():
        (one,) = brought(f"{header}\n{cell}\n".encode(), "a.csv")
        assert one["geometry"] == wanted


def test_the_national_schema_goes_in_and_out_in_its_exact_form(app, client_of, world):
    given = (FILES / "lieux-nationaux.csv").read_text("utf-8")
    with app.app_context():
        number = bring(FILES / "lieux-nationaux.csv", world)
    nadia = client_of("nadia")
    back = nadia.get(f"/maps/{number}.csv?schema=national").text
    import csv

    old, new = (list(csv.DictReader(text.splitlines())) for text in (given, back))
    assert tuple(new[0]) == national.COLUMNS
    assert new == old
    told = nadia.get(f"/maps/{number}/features.json").get_json()["features"][0]
    assert told["props"]["services"] == [
        "Maîtrise des outils numériques du quotidien",
        "Insertion professionnelle via le numérique",
    ]


@pytest.mark.parametrize("name", ["kml", "gpx", "umap", "geojson", "csv"])
def test_the_national_schema_loses_nothing_on_the_way(app, client_of, world, tmp_path, name):
    with app.app_context():
        number = bring(FILES / "lieux-nationaux.csv", world)
    nadia = client_of("nadia")
    given = nadia.get(f"/maps/{number}.csv?schema=national").data
    path = tmp_path / f"lieux.{name}"
    path.write_bytes(nadia.get(f"/maps/{number}.{name}").data)
    with app.app_context():
        again = bring(path, world)
    assert nadia.get(f"/maps/{again}.csv?schema=national").data == given


def test_formulas_leave_as_text(app, client_of, a_map, put):
    put(a_map, title="=HYPERLINK(1)", story="+SOMME(1)", props={"open": "@x", "places": -3})
    text = client_of("nadia").get(f"/maps/{a_map}.csv").get_data().decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=HYPERLINK(1);47,3946456;0,6829123;'+SOMME(1);")
    assert text.splitlines()[1].endswith(";'@x;-3;")


def test_kml_of_others_is_read_without_its_dangers(app):
    data = (FILES / "lieux.kml").read_bytes()
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        found = importing.read(data, "lieux.kml")
        assert [row.layer for row in found.rows] == ["Lieux", "Lieux", "Trajets"]
        assert found.rows[0].story == "Mardi matin : aide au CV"
        assert found.rows[0].props["_umap_options"]["color"] == "#ff0000"
        assert found.rows[2].geometry["type"] == "MultiLineString"
        assert "réseau" in found.notes[0]


def test_a_walk_keeps_its_heights(app):
    data = (FILES / "balade.gpx").read_bytes()
    with app.test_request_context():
        kept = brought(data, "balade.gpx")
    assert kept[1]["geometry"]["coordinates"][0] == [0.6829, 47.3946, 48.0]


WALK = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk>
<name>Balade</name><trkseg>%s</trkseg><trkseg><trkpt lat="47.5" lon="0.5"/><trkpt lat="47.6"
lon="0.6"><time>2026-05-02T11:00:00.250+02:00</time></trkpt></trkseg></trk></gpx>"""
STEP = (
    '<trkpt lat="47.{0:04d}" lon="0.1"><ele>{0}</ele><time>2026-05-02T09:{1:02d}:{2:02d}Z</time>'
    "</trkpt>"
)


def test_a_walk_keeps_when_each_point_was_passed(app, client, client_of, a_map):
    steps = "".join(STEP.format(n, n * 7 // 60, n * 7 % 60) for n in range(60))
    sent = {"file": (io.BytesIO((WALK % steps).encode()), "balade.gpx")}
    nadia = client_of("nadia")
    asked = nadia.post(f"/maps/{a_map}/import", data=sent)
    nadia.post(asked.location, data={})
    back = nadia.get(f"/maps/{a_map}.gpx").text
    times = re.findall(r"<time>([^<]+)", back)
    assert len(times) == 61
    assert times[:2] == ["2026-05-02T09:00:00Z", "2026-05-02T09:00:07Z"]
    assert times[59:] == ["2026-05-02T09:06:53Z", "2026-05-02T09:00:00.250Z"]
    for where in ("features.json", "kml", "umap", "csv", "geojson"):
        address = f"/maps/{a_map}/{where}" if "." in where else f"/maps/{a_map}.{where}"
        assert "09:00:00" not in nadia.get(address).text, where


@pytest.mark.parametrize("said", ["", None, 4, "x", "2026-05-02T09:00:00Z 5x0", "5 5", "1x99999999",
                                  "2026-05-02T09:00:00Z 999999999x3000"])  # fmt: skip
def test_times_that_make_no_sense_are_left_out(said):
    assert gpx_times.unpack(said, [2, 1]) == [["", ""], [""]]


def test_signs_of_a_story_are_no_markup_when_it_is_ours(app):
    feature = {
        "id": "00000000-0000-4000-8000-000000000000", "layer": "Lieux", "layer_id": 1,
        "geometry": {"type": "Point", "coordinates": [0.0, 0.0]}, "precision": "exact",
        "props": {}, "title": "Banc", "story": "a <b>c <?> d", "session": "",
    }  # fmt: skip
    given = {
        "title": "Carte", "summary": "", "crs": "geo", "view": {}, "url": "/maps/1",
        "layers": [{"id": 1, "title": "Lieux", "style": {}, "rank": 0, "render": "simple"}],
        "features": [feature], "umap": {}, "inside": True, "fields": [],
    }  # fmt: skip
    with app.test_request_context():
        back = brought(FORMATS["kml"].write(given), "carte.kml")
    assert [one["story"] for one in back] == ["a <b>c <?> d"]
    assert back[0]["props"] == {}


def test_a_point_without_place_leaves_in_every_format_that_has_room_for_it(  # noqa: PLR0917
    app, client_of, world, tmp_path, a_map, put
):
    put(a_map, title="Ici")
    put(a_map, title="Épicerie à placer", geometry=None)
    nadia = client_of("nadia")
    for name in ("geojson", "kml", "csv"):
        path = tmp_path / f"carte.{name}"
        answer = nadia.get(f"/maps/{a_map}.{name}")
        path.write_bytes(answer.data)
        with app.app_context():
            again = bring(path, world)
        told = nadia.get(f"/maps/{again}/features.json").get_json()["features"]
        assert {one["title"]: bool(one["geometry"]) for one in told} == {
            "Ici": True, "Épicerie à placer": False}, name  # fmt: skip
    for name in ("gpx", "umap"):  # these cannot, and say so
        assert "Épicerie" not in nadia.get(f"/maps/{a_map}.{name}").text
        assert nadia.get(f"/maps/{a_map}.{name}").headers["X-Left-Out"] == "1"
    nadia.post("/language", data={"lang": "fr"})
    assert "1 point sans place n’est pas dans GPX et uMap" in nadia.get(f"/maps/{a_map}").text

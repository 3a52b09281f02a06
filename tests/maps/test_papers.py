"""A map on paper: its drawing, its numbered list, its story; what its reader may see of it."""

import io
import json
import re
import zipfile
from pathlib import Path

import pypdf
import pytest

from tests.files import samples
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.maps import importing
from wiki.maps.hours import week
from wiki.maps.models import Feature, Map, Step


def opened(answer) -> pypdf.PdfReader:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.data))


def words(reader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def millimetres(reader) -> tuple[int, int]:
    box = reader.pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def test_a_map_leaves_as_a3_with_its_numbered_points_and_its_signs(client, map_of, put):
    number = map_of(Scope.PUBLIC, legend="Les **lieux** où l’on parle.")
    put(number, title="Espace emploi", props={"kind": "emploi", "open": "Mo-Fr 09:00-12:00"})
    put(number, title="À placer", geometry=None)
    reader = opened(client.get(f"/maps/{number}.pdf?paper=a3", headers={"Accept-Language": "fr"}))
    assert millimetres(reader) == (420, 297)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    said = " ".join(words(reader).split())
    for wanted in ("Ressources du quartier", "Espace emploi", "Horaires", "Trajets",
                   "À placer", "À placer à la main", "où l’on parle", "localhost/i/"):  # fmt: skip
        assert wanted in said
    assert client.get(f"/maps/{number}.pdf?paper=a9").status_code == 404


def test_an_empty_map_and_a_crowded_one_have_their_sheet(app, client, map_of):
    number = map_of(Scope.PUBLIC)
    assert "Rien sur cette carte" in client.get(f"/maps/{number}/print").text
    features = [
        {"type": "Feature", "properties": {"name": f"Lieu {n}", "kind": "repas"},
         "geometry": {"type": "Point", "coordinates": [n % 20 / 20, 47 + n // 20 / 20]}}
        for n in range(400)
    ]  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    with app.app_context():
        importing.take(db.session.get(Map, number), importing.read(data, "x.geojson"), None)
    page = client.get(f"/maps/{number}/print").text
    assert page.count('class="map-square"') == 400
    assert "Repas" in page
    drawn = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    assert ">L</text>" in drawn  # the last column of its grid
    assert "paint-order" not in drawn  # which hides the letter in a PDF
    assert ">399</text>" not in drawn


def test_a_story_is_a_page_a_step(app, client, map_of, put):
    number = map_of(Scope.PUBLIC, map_kind="story")
    first = put(number, title="Le môle")
    put(number, title="Le phare", lng=0.9)
    with app.app_context():
        found = db.session.get(Map, number)
        found.steps = [
            Step(title="On part", text="D’ici.", html="<p>D’ici.</p>", feature_uuid=first, rank=0),
            Step(title="On arrive", text="Là.", html="<p>Là.</p>", rank=1),
        ]
        db.session.commit()
    reader = opened(client.get(f"/maps/{number}.pdf?as=story"))
    assert millimetres(reader) == (210, 297)
    assert "On part" in reader.pages[0].extract_text()
    assert "On arrive" in reader.pages[1].extract_text()
    assert "On arrive" not in reader.pages[0].extract_text()
    assert len(reader.pages) == 2  # who made it stands at the end of the last step
    page = client.get(f"/maps/{number}/print?as=story").text
    assert page.count('class="tale-map"') == 1


def test_what_a_step_and_its_place_both_show_is_printed_once(app, client_of, map_of, put):
    sent = {"file": (io.BytesIO(samples.png()), "quai.png"), "group": 1}
    photo = int(
        client_of("nadia").post("/files/new", data=sent).location.split("/")[2].split("-")[0]
    )
    asked = [{"key": "photo", "label": "Photo", "type": "photo", "choices": []}]
    number = map_of(Scope.GROUP, map_kind="story", fields=asked)
    place = put(number, title="Le quai", props={"photo": [photo]})
    with app.app_context():
        found = db.session.get(Map, number)
        found.steps = [Step(title="Le quai", text="", html="", feature_uuid=place, file_id=photo)]
        db.session.commit()
    page = client_of("karim").get(f"/maps/{number}/print?as=story").text
    assert page.count(f"/files/{photo}/preview") == 1


def test_nobody_else_gets_the_papers_of_a_map(client, client_of, a_map, put):
    one = put(a_map, title="Chez Fatou")
    for address in ("print", "folder.zip", f"features/{one}/poster", f"features/{one}/poster.pdf",
                    f"features/{one}/qr.svg"):  # fmt: skip
        for reader in (client, client_of("stranger")):
            assert reader.get(f"/maps/{a_map}/{address}").status_code == 404
    assert client.get(f"/maps/{a_map}.pdf").status_code == 404
    assert client_of("karim").get(f"/maps/{a_map}/features/{one}/poster").status_code == 200
    elsewhere = f"/maps/{a_map}/features/00000000-0000-4000-8000-000000000000/poster"
    assert client_of("karim").get(elsewhere).status_code == 404


def test_a_place_has_a_poster_with_its_hours_day_by_day_and_its_code(client, map_of, put):
    number = map_of(Scope.PUBLIC)
    one = put(number, title="Espace emploi", story="Sonner *deux fois*.",
              props={"open": "Mo-We,Fr 09:00-12:00,14:00-17:30; Sa off", "places": 14})  # fmt: skip
    page = client.get(f"/maps/{number}/features/{one}/poster", headers={"Accept-Language": "fr"})
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert re.search(r"lundi de 9.h à 12.h et de 14.h à 17.h.30", text)
    assert "jeudi fermé" in text
    reader = opened(client.get(f"/maps/{number}/features/{one}/poster.pdf"))
    assert len(reader.pages) == 1
    assert millimetres(reader) == (210, 297)
    assert "Sonner deux fois" in words(reader)
    assert client.get(f"/maps/{number}/features/{one}/qr.svg").mimetype == "image/svg+xml"


def test_a_place_of_the_national_schema_stands_on_one_sheet(app, client_of, world):
    path = Path(__file__).parent / "files" / "lieux-nationaux.csv"
    with app.app_context():
        number, _report = importing.import_file(path, db.session.get(Group, world.ours))
        for one in list(db.session.scalars(db.select(Feature).filter_by(map_id=number)))[:2]:
            address = f"/maps/{number}/features/{one.uuid}/poster.pdf"
            reader = opened(client_of("nadia").get(address))
            assert len(reader.pages) == 1
            assert one.title.split()[0] in words(reader)


@pytest.mark.parametrize("written", ["", "le matin", "Mo", "Mo 9h-12h", "24/7", "Xx 09:00-10:00"])
def test_hours_that_are_no_table_are_none(app, written):
    with app.test_request_context():
        assert week(written) is None


def test_days_go_around_the_week(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        told = dict(week("Sa-Mo 10:00-11:00; PH off"))
    assert [day for day, hours in told.items() if "10" in hours] == ["Monday", "Saturday", "Sunday"]
    assert told["public holidays"] == "closed"


def test_a_map_leaves_in_a_folder_that_asks_for_nothing(client, client_of, map_of, put, add_file):
    photo = add_file(samples.saved(samples.picture(), "PNG"), "cour.png", alt="La cour")
    number = map_of(Scope.PUBLIC)
    put(number, title="La cour", props={"photo": [photo]})
    put(number, title="Sans place", geometry=None)
    answer = client_of("karim").get(f"/maps/{number}/folder.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
        names = {name.partition("/")[2] for name in folder.namelist()}
        page = folder.read(next(n for n in folder.namelist() if n.endswith("ouvrir.html"))).decode()
        table = folder.read(next(n for n in folder.namelist() if n.endswith(".csv"))).decode()
    assert f"media/{photo}-medium.webp" in names
    assert {"carte.geojson", "carte.csv", "style/app.css", "style/folder.js"} <= names
    asked = re.findall(r'(?:src|href|poster)="([^"#][^"]*)"', page)
    ours = [one for one in asked if not one.startswith("http://localhost/")]
    assert {one.partition("#")[0] for one in ours} <= names
    assert "<script src" not in page
    assert "Sans place" in page
    assert "Sans place" in table
    with zipfile.ZipFile(io.BytesIO(client.get(f"/maps/{number}/folder.zip").data)) as folder:
        assert not [name for name in folder.namelist() if "/media/" in name]


def test_a_map_among_other_items_is_printed_with_its_drawing(client, world, map_of, put):
    number = map_of(Scope.PUBLIC)
    put(number, title="Espace emploi")
    page = client.get(f"/print?items={number},{world.public_page}").text
    assert 'class="map-drawn"' in page
    assert "Espace emploi" in page

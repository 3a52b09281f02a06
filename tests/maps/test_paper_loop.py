"""The way of paper: a sheet leaves, comes back as a photo taken askew, and lies in its place."""

import io
import math
import random
import signal
import subprocess

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.files import samples
from wiki import jobs
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Scope
from wiki.maps import frames, papering
from wiki.maps.models import Base, Import, Map
from wiki.maps.tracing import asking, finding, planes, sheets, straightening
from wiki.maps.tracing.sheets import Sheet

TIMES = 5  # pixels for each millimetre of the sheets drawn here
SKEW = [(105, 84), (1456, 42), (1561, 1050), (49, 1127)]
SPOT = (0.25, 0.75)  # of the drawing, where a red dot is put


def sheet(tall: bool = False, map_id: int = 7) -> Sheet:
    return Sheet(map_id, "simple", (700, 1000, 0) if tall else (1000, 700, 0), tall)


def drawn(one: Sheet, hide=()) -> Image.Image:
    """A sheet as a printer makes it, with a red dot on it; `hide` covers some of its marks."""
    size = tuple(round(n * TIMES) for n in one.size)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)

    def box(x, y, w, h, colour):
        pen.rectangle([n * TIMES for n in (x, y)] + [(x + w) * TIMES - 1, (y + h) * TIMES - 1],
                      fill=colour)  # fmt: skip

    cell = sheets.MARK / 7
    for at, (x, y) in enumerate(sheets.marks(one.tall)):
        for a, b, w, h, black in [*sheets.RING, *([(3, 3, 1, 1, 0)] if at else [])]:
            box(x + (a - 3.5) * cell, y + (b - 3.5) * cell, w * cell, h * cell,
                "black" if black else "white")  # fmt: skip
        if at in hide:
            box(x - 7, y - 8, 8, 16, "#8a5a3a")  # a thumb
    left, top = sheets.strip(one.tall)
    for row, bits in enumerate(sheets.cells(one.pack())):
        for column, bit in enumerate(bits):
            if bit:
                box(left + column * sheets.CELL, top + row * sheets.CELL, sheets.CELL, sheets.CELL,
                    "black")  # fmt: skip
    west, north, east, south = one.room
    pen.rectangle([n * TIMES for n in one.room], outline="black", width=3)
    x, y = west + (east - west) * SPOT[0], north + (south - north) * SPOT[1]
    box(x - 2, y - 2, 4, 4, "red")
    return image


def photographed(page: Image.Image, turn: int = 0, quad=SKEW) -> Image.Image:
    """The page on a table, seen askew, under a light that comes from one side."""
    wide, high = page.size
    if high > wide:
        quad = [(x * 0.72, y * 1.38) for x, y in quad]
    size = (round(max(x for x, _y in quad) + 90), round(max(y for _x, y in quad) + 90))
    plane = planes.between(quad, [(0, 0), (wide, 0), (wide, high), (0, high)])
    seen = page.transform(size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(size, Image.Transform.PERSPECTIVE, plane)
    table = Image.new("RGB", size, (110, 84, 60))
    table.paste(seen, (0, 0), mask)
    light = Image.linear_gradient("L").rotate(90).resize(size).point(lambda n: 110 + n // 2)
    shaded = Image.composite(table, Image.new("RGB", size, (30, 26, 22)), light)
    return shaded.filter(ImageFilter.GaussianBlur(1.2)).rotate(turn, expand=True)


def jpeg(image: Image.Image, **options) -> bytes:
    return samples.saved(image, "JPEG", quality=85, **options)


def dot(image: Image.Image) -> tuple[float, float]:
    """Where the red dot is, in parts of the picture."""
    red, green, _blue = image.convert("RGB").split()
    mask = Image.composite(red, Image.new("L", red.size), green.point(lambda n: 255 * (n < 120)))
    left, top, right, bottom = mask.point(lambda n: 255 * (n > 150)).getbbox()
    return (left + right) / 2 / image.width, (top + bottom) / 2 / image.height


@pytest.mark.parametrize(
    ("tall", "turn"), [(False, 0), (False, 90), (False, 180), (True, 270), (True, 8)]
)
def test_a_sheet_is_found_whichever_way_it_lies(tall, turn):
    one = sheet(tall)
    image = photographed(drawn(one), turn)
    found = finding.look(image)
    assert (found.marks, found.sheet) == (4, one)
    made, _wide, _high = straightening.straighten(image, found.corners, found.sheet, True)
    x, y = dot(Image.open(io.BytesIO(made)))
    assert math.dist((x, y), SPOT) < 0.006


@pytest.mark.parametrize("kind", ["grain", "moved"])
def test_a_photo_of_a_dim_room_or_a_hand_that_moved_is_read(kind):
    image = photographed(drawn(sheet()))
    if kind == "moved":
        image = image.filter(ImageFilter.GaussianBlur(2.6))
    else:
        noise = random.Random(5).randbytes(image.width * image.height)
        grain = Image.frombytes("L", image.size, noise).convert("RGB")
        image = Image.blend(image.point(lambda n: n * 0.45), grain, 0.25)
    assert finding.look(image).sheet == sheet()


def test_a_strip_is_read_where_the_paper_bends():
    image = drawn(sheet())
    left, top = sheets.strip(False)
    box = [round(n * TIMES) for n in (left - 3, top - 3, left + 120, top + 15)]
    strip = image.crop(box)
    image.paste("white", box)
    image.paste(strip, (box[0] + 9, box[1] - 11))
    assert finding.look(photographed(image)).sheet == sheet()


def test_a_mark_half_covered_leaves_a_corner_to_be_guessed():
    found = finding.look(photographed(drawn(sheet(), hide=(2,))))
    assert found.marks == 3
    whole = finding.look(photographed(drawn(sheet())))
    for corner in whole.corners:
        assert min(math.dist(corner, guess) for guess in found.corners) < 0.1


@pytest.mark.parametrize("kind", ["plain", "noise", "lines"])
def test_a_photo_without_marks_gives_corners_to_move(kind):
    image = Image.new("RGB", (900, 700), "white")
    if kind == "noise":
        image = Image.effect_noise((900, 700), 90).convert("RGB")
    if kind == "lines":
        pen = ImageDraw.Draw(image)
        for at in range(0, 900, 7):
            pen.line((at, 0, 900 - at, 700), fill="black", width=2)
    found = finding.look(image)
    assert found.sheet is None
    assert planes.is_convex(found.corners)


@pytest.mark.parametrize(
    "one",
    [sheet(), Sheet(2**31, "geo", (-0.49999, 0.12345678, 0.00001)), sheet(True),
     Sheet(1, "geo", (0.5, -0.49, 1.0), False, True)],
)  # fmt: skip
def test_a_strip_says_the_sheet_and_proves_it(one):
    told = sheets.of_cells([bit for row in sheets.cells(one.pack()) for bit in row])
    again = Sheet.unpack(told)
    assert (again.map_id, again.crs, again.tall, again.bare) == (
        one.map_id, one.crs, one.tall, one.bare)  # fmt: skip
    assert again.numbers == pytest.approx(one.numbers, abs=1e-6)
    for at in range(160):
        wrong = bytearray(told)
        wrong[at // 8] ^= 1 << at % 8
        assert Sheet.unpack(bytes(wrong)) is None
    assert Sheet.unpack(b"") is None


@pytest.mark.parametrize(
    "quad", [[(0, 0)] * 4, [(0, 0), (1, 1), (1, 0), (0, 1)], [(0, 0), (1, 0), (2, 0), (0, 1)]]
)
def test_corners_that_hold_nothing_are_refused(quad):
    with pytest.raises(ValueError, match="corners"):
        straightening.straighten(Image.new("RGB", (300, 200)), quad, None, False)


def send(client, number: int, data: bytes, name: str = "feuille.jpg"):
    return client.post(f"/maps/{number}/paper", data={"photo": (io.BytesIO(data), name)})


def form_of(app, photo: int, **more) -> dict:
    with app.app_context():
        corners = db.session.get(File, photo).extra["sheet"]["corners"]
    numbers = {f"{axis}{at}": spot[i] * 100 for at, spot in enumerate(corners)
               for i, axis in enumerate("xy")}  # fmt: skip
    return {**numbers, "corners_of": "marks", "clean": "1", "title": "La feuille"} | more


@pytest.fixture
def a_sheet_map(map_of):
    """A map on a blank sheet, for the group."""
    return map_of(crs="simple")


def test_a_photo_comes_back_as_a_base_in_its_place(app, client, client_of, a_sheet_map):
    nadia = client_of("nadia")
    printed = nadia.get(f"/maps/{a_sheet_map}/paper/sheet.pdf?paper=a3")
    page = pypdfium2.PdfDocument(printed.data)[0]
    assert [round(n / 72 * 25.4) for n in page.get_size()] == [420, 297]
    image = page.render(scale=1.3).to_pil().convert("RGB")
    data = jpeg(photographed(image, 180), exif=samples.exif())
    answer = send(nadia, a_sheet_map, data)
    assert answer.status_code == 303
    photo = int(answer.location.rpartition("/")[2])
    assert "reconnue" in nadia.get(answer.location).text
    assert nadia.post(answer.location, data=form_of(app, photo)).status_code == 303
    with app.app_context():
        found = db.session.get(Map, a_sheet_map)
        base = found.bases[-1]
        assert (base.kind, base.title, len(found.bases)) == ("image", "La feuille", 2)
        wide, high = db.session.get(File, base.file_id).blob.width, 0
        high = db.session.get(File, base.file_id).blob.height
        assert wide / high == pytest.approx(1000 / 700, rel=0.01)
        assert [(p["x"], p["y"], p["lng"], p["lat"]) for p in base.pins] == [
            (0, 0, 0, 700), (wide, 0, 1000, 700), (0, high, 0, 0)]  # fmt: skip
        download = db.session.get(File, photo).download_url
    with nadia.get(download) as kept:
        assert b"SECRET" not in kept.data
    assert "La feuille" in nadia.get(f"/maps/{a_sheet_map}/paper").text
    # The same photo again, corrected, takes the place of the first.
    again = form_of(app, photo, turn="over", title="À l’endroit")
    assert nadia.post(answer.location, data=again).status_code == 303
    with app.app_context():
        bases = db.session.get(Map, a_sheet_map).bases
        assert [one.title for one in bases[1:]] == ["À l’endroit"]
    assert client.get(answer.location).status_code in (303, 404)
    assert client_of("stranger").get(answer.location).status_code == 404


def test_a_geographic_sheet_is_pinned_where_it_was_printed(app, client_of, a_map, put):
    put(a_map, lng=0.68, lat=47.39)
    put(a_map, lng=0.75, lat=47.45)
    nadia = client_of("nadia")
    with app.app_context():
        printed = papering.sheet_of(db.session.get(Map, a_map), db.session.get(User, 1), False)
    image = drawn(printed)
    put(a_map, lng=5.0, lat=43.0)  # the map grew meanwhile: the sheet still knows its place
    answer = send(nadia, a_map, jpeg(photographed(image)))
    photo = int(answer.location.rpartition("/")[2])
    assert nadia.post(answer.location, data=form_of(app, photo)).status_code == 303
    with app.app_context():
        base = db.session.get(Map, a_map).bases[-1]
        blob = db.session.get(File, base.file_id).blob
        frame = frames.Frame(blob.width, blob.height, 0, 0, 1, "simple")
        a, b, c, d, e, f = frames.matrix(
            [p | {"lng": p["x"], "lat": -p["y"]} for p in base.pins], frame
        )
        assert (a, b, c, d, e, f) == pytest.approx((1, 0, 0, 1, 0, 0))
        west, east = base.pins[0]["lng"], base.pins[1]["lng"]
        assert west < 0.68
        assert 0.75 < east < 1.5


def test_what_is_no_photo_is_refused_and_nothing_is_kept(app, client_of, a_sheet_map, monkeypatch):
    nadia = client_of("nadia")
    monkeypatch.setattr(asking, "LARGEST", 50_000)
    assert send(nadia, a_sheet_map, bytes(50_001)).status_code == 422
    huge = samples.saved(Image.new("1", (50_000, 40)), "PNG")
    for data in (b"", b"not a picture", samples.png()[:200], huge):
        answer = send(nadia, a_sheet_map, data)
        assert answer.status_code == 422, data[:20]
        assert "banner--no" in answer.text
    assert nadia.post(f"/maps/{a_sheet_map}/paper").status_code == 422
    with app.app_context():
        assert not db.session.query(File).filter_by(parent_id=a_sheet_map).count()


def test_without_marks_the_corners_are_those_of_the_drawing(app, client_of, a_sheet_map):
    nadia = client_of("nadia")
    answer = send(nadia, a_sheet_map, jpeg(samples.picture(900, 600)))
    photo = int(answer.location.rpartition("/")[2])
    page = nadia.get(answer.location).text
    assert 'name="x0"' in page
    assert "n’ont pas été trouvés" in page
    for wrong in ({"x0": "là"}, {"x0": 96, "y0": 96}, {f"{a}{n}": 5 for a in "xy" for n in "0123"}):
        assert nadia.post(answer.location, data=form_of(app, photo, **wrong)).status_code == 422
    sent = form_of(app, photo, corners_of="drawing", x0=0, y0=0, x1="100,0", y1=0, x2=100, y2=100,
                   x3=0, y3=100)  # fmt: skip
    assert nadia.post(answer.location, data=sent).status_code == 303
    with app.app_context():
        blob = db.session.get(File, db.session.get(Map, a_sheet_map).bases[-1].file_id).blob
        assert (blob.width, blob.height) == (900, 600)


def test_a_photo_is_worked_on_by_a_job_that_one_may_leave_and_stop(app, client_of, a_sheet_map):
    nadia, paper = client_of("nadia"), f"/maps/{a_sheet_map}/paper"
    data = jpeg(photographed(drawn(sheet(map_id=a_sheet_map))))

    def drain() -> None:
        with app.app_context():
            jobs.drain(app)

    def bases() -> int:
        with app.app_context():
            return db.session.query(Base).filter_by(map_id=a_sheet_map).count()

    with jobs.immediate(app, False):
        here = send(nadia, a_sheet_map, data).location
        photo = int(here.rpartition("/")[2])
        waiting = nadia.get(here).text
        assert "<progress" in waiting
        assert 'http-equiv="refresh"' in waiting
        assert here in nadia.get(paper).text  # coming back, one finds it again
        drain()
        assert "reconnue" in nadia.get(here).text
        sent = form_of(app, photo, x0=3.21)
        assert nadia.post(here, data=sent).status_code == 303
        assert "<progress" in nadia.get(here).text
        assert bases() == 1
        nadia.post(here, data={"act": "stop"})
        drain()
        page = nadia.get(here).text
        assert bases() == 1
        assert 'value="3.21"' in page  # what was set is kept
        nadia.post(here, data=sent)
        drain()
        assert bases() == 2
        assert "est sous la carte" in nadia.get(here).text
        with app.app_context():
            number = db.session.query(Import).filter_by(map_id=a_sheet_map).one().id
        assert nadia.get(f"/maps/{a_sheet_map}/import/{number}").status_code == 404


def started(began: list, popen):
    """What starts a process as ever, and keeps hold of it."""

    def start(*args, **kwargs):
        began.append(popen(*args, **kwargs))
        return began[-1]

    return start


def test_the_process_says_how_far_it_is_and_dies_when_nobody_wants_it(monkeypatch):
    monkeypatch.setattr(asking, "OFTEN", 0.005)
    data, heard = jpeg(samples.picture(3000, 2000)), []
    corners = [[0, 0], [1, 0], [1, 1], [0, 1]]

    def tell(far: int) -> bool:
        heard.append(far)
        return True

    made, _size = asking.straighten(io.BytesIO(data), corners, "", True, tell)
    assert made.startswith(b"\xff\xd8")
    assert heard == sorted(heard)
    assert {10, 60} <= set(heard)
    began = []
    monkeypatch.setattr(asking.subprocess, "Popen", started(began, subprocess.Popen))
    with pytest.raises(asking.Stopped):
        asking.straighten(io.BytesIO(data), corners, "", True, lambda far: far < 40)
    assert began[0].returncode == -signal.SIGKILL


def test_only_those_who_write_on_a_map_bring_a_sheet(app, client, client_of, map_of):
    number = map_of(Scope.PUBLIC, crs="simple")
    for reader in (client, client_of("stranger")):
        assert reader.get(f"/maps/{number}/paper").status_code in (303, 401, 403, 404)
        assert reader.get(f"/maps/{number}/paper/sheet").status_code in (303, 401, 403, 404)
    with app.app_context():
        assert db.session.query(Base).filter_by(map_id=number).count() == 1

"""The drawing of a map as points of colour, for messages and slides that take no SVG."""

import io
import math
from functools import lru_cache
from itertools import pairwise

from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.maps import signs
from wiki.maps.formats.styles import OURS
from wiki.maps.sketch_svg import INK, LAND, PAPER, SEA, SIZE, SMALL
from wiki.templating import DIST

FINER = 2  # drawn so many times larger, then made smaller: edges without steps
LARGEST = 24_000_000  # points of what is drawn
FAINT, MOST_RINGS = 56, 60  # how thick areas are, of 255; rings of one that are looked at


def write(drawing, width: int = 1520) -> bytes:
    """The drawing as PNG, so many points wide; nothing in it but the picture."""
    from PIL import Image, ImageDraw

    room = math.sqrt(LARGEST / (drawing.frame.wide * drawing.frame.high))
    times = min(width * FINER / drawing.frame.wide, room)
    size = (round(drawing.frame.wide * times), round(drawing.frame.high * times))
    sheet = Image.new("RGB", size, PAPER if drawing.land is None else SEA)
    pen = ImageDraw.Draw(sheet)
    _draw_land(pen, drawing.land or (), times)
    if drawing.picture:
        _lay(sheet, drawing.picture, times)
    for line in drawing.lines:
        _draw_line(sheet, line, times)
    for mark in drawing.marks:
        if mark.stepped_aside:
            _draw_thread(pen, mark, times)
    for mark in drawing.marks:
        _draw_mark(pen, mark, times, drawing.is_dense)
    made = io.BytesIO()
    sheet = sheet.resize((size[0] // FINER, size[1] // FINER), Image.Resampling.BOX)
    sheet.save(made, "PNG", optimize=True)
    return made.getvalue()


def _draw_land(pen, rings, times: float) -> None:
    """The ground, widest rings first: one that turns against those around it is a hole."""
    thin, around = max(1, round(0.8 * times)), []
    for ring in sorted(rings, key=lambda one: -abs(_turn(one))):
        spots, turn = _spots(ring, times), 1 if _turn(ring) > 0 else -1
        spot = _within(spots)
        wound = turn + sum(way for way, other, box in around if _holds(other, box, spot))
        pen.polygon(spots, fill=LAND if wound else SEA)
        pen.line([*spots, spots[0]], fill=OURS["ardoise"], width=thin)
        xs, ys = zip(*spots, strict=True)
        around.append((turn, spots, (min(xs), min(ys), max(xs), max(ys))))


def _turn(ring: list) -> float:
    """Twice the area of a ring, below zero when it goes the other way."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))


def _within(ring: list) -> tuple[float, float]:
    """A place inside a ring, on no border."""
    high = sorted({y for _x, y in ring})
    y = (high[len(high) // 2 - 1] + high[len(high) // 2]) / 2 if len(high) > 1 else high[0]
    left, right = (sorted(_crossings(ring, y)) + [ring[0][0]] * 2)[:2]
    return (left + right) / 2, y


def _crossings(ring: list, y: float) -> list[float]:
    return [
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in pairwise([*ring, ring[0]])
        if (a[1] > y) != (b[1] > y)
    ]


def _holds(ring: list, box: tuple, spot: tuple[float, float]) -> bool:
    """Whether a place is inside a ring."""
    (x, y), (left, top, right, bottom) = spot, box
    is_near = left < x < right and top < y < bottom
    return is_near and sum(one < x for one in _crossings(ring, y)) % 2 == 1


def _spots(line: list, times: float) -> list[tuple[float, float]]:
    return [(x * times, y * times) for x, y in line]


def _lay(sheet, picture, times: float) -> None:
    from PIL import Image

    file = db.session.get(File, picture.file_id)
    path = previews.path(file.sha256, "large") if file and previews.is_possible(file.blob) else None
    if path is None:
        return
    with Image.open(path) as opened:
        under = opened.convert("RGBA")
    if picture.matrix is None:
        under = under.resize(sheet.size, Image.Resampling.LANCZOS)
    else:
        under = under.transform(
            sheet.size, Image.Transform.AFFINE,
            _back(picture, under.width / picture.width, under.height / picture.height, times),
            Image.Resampling.BICUBIC,
        )  # fmt: skip
    sheet.paste(under, (0, 0), under)


def _back(picture, across: float, down: float, times: float) -> tuple[float, ...]:
    """From points of the sheet to those of the picture, as Pillow wants it."""
    a, b, c, d, e, f = (n * times for n in picture.matrix)
    a, b, c, d = a / across, b / across, c / down, d / down
    det = a * d - b * c
    return (d / det, -c / det, (c * f - d * e) / det, -b / det, a / det, (b * e - a * f) / det)


def _draw_line(sheet, line, times: float) -> None:
    from PIL import ImageDraw

    if line.is_area:
        _fill(sheet, line, times)
    pen, thick = ImageDraw.Draw(sheet), max(2, round(4 * times))
    for part in line.parts:
        spots = _spots(part, times)
        pen.line(spots, fill=line.colour, width=thick, joint="curve")
        for x, y in (spots[0], spots[-1]):
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), line.colour)


def _fill(sheet, line, times: float) -> None:
    """The inside of an area, seen through; only as much of the sheet is touched as it takes."""
    from PIL import Image, ImageChops, ImageColor, ImageDraw

    rings = [_spots(part, times) for part in line.parts]
    if len(rings) == 1:
        pen = ImageDraw.Draw(sheet, "RGBA")
        pen.polygon(rings[0], fill=(*ImageColor.getrgb(line.colour), FAINT))
        return
    xs, ys = ([spot[axis] for ring in rings for spot in ring] for axis in (0, 1))
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    wide, high = (min(most, math.ceil(max(found))) - least for most, found, least in
                  zip(sheet.size, (xs, ys), (left, top), strict=True))  # fmt: skip
    if wide <= 0 or high <= 0:
        return
    inside = Image.new("1", (wide, high))
    for ring in rings[:MOST_RINGS]:  # what is inside an even number of rings is a hole
        one = Image.new("1", (wide, high))
        ImageDraw.Draw(one).polygon([(x - left, y - top) for x, y in ring], fill=1)
        inside = ImageChops.logical_xor(inside, one)
    sheet.paste(line.colour, (left, top), inside.convert("L").point(lambda n: FAINT if n else 0))


def _draw_thread(pen, mark, times: float) -> None:
    (x, y), r, thin = (n * times for n in mark.at), 3 * times, max(1, round(1.2 * times))
    pen.line((mark.x * times, mark.y * times, x, y), fill=INK, width=thin)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=mark.colour, outline=INK, width=thin)


def _draw_mark(pen, mark, times: float, small: bool) -> None:
    x, y = mark.x * times, mark.y * times
    if mark.others:
        _draw_label(pen, (x, y), mark.label, times * 1.25)
        return
    size = times * SIZE * (SMALL if small else 1)
    edge = max(1, round((0.8 if small else 2) * times))
    spots = [(x + dx * size, y + dy * size) for dx, dy in signs.outline(mark.shape)]
    pen.polygon(spots, fill=mark.colour)
    pen.line([*spots, *spots[:2]], fill="#fff", width=edge, joint="curve")
    if small:
        return
    for line in signs.face(mark.shape):
        traced = [(x + dx * size, y + dy * size) for dx, dy in line]
        pen.line(traced, fill="#fff", width=edge, joint="curve")
    if mark.shape in signs.FACES:
        _draw_label(pen, (x + 10 * times, y + 9 * times), mark.label, times)
    else:
        tall = (12 if mark.number < 100 else 9.5) * times
        low = 3 * times if mark.shape == "triangle" else 0.4 * times
        pen.text((x, y + low), mark.label, "#fff", _font(round(tall)), anchor="mm")


def _draw_label(pen, at: tuple, said: str, times: float) -> None:
    """Words in a white pill with an edge."""
    (x, y), wide, high = at, (7 + 5.4 * len(said)) * times / 2, 6 * times
    pen.rounded_rectangle((x - wide, y - high, x + wide, y + high), radius=high, fill="#fff",
                          outline=INK, width=max(1, round(times)))  # fmt: skip
    pen.text((x, y), said, INK, _font(round(9.5 * times)), anchor="mm")


@lru_cache(maxsize=16)
def _font(tall: int):
    """The letters of the site; those that come with Pillow where they cannot be read."""
    from PIL import ImageFont

    for path in sorted(DIST.glob("atkinson-*-latin-800-normal-*.woff2")):
        try:
            return ImageFont.truetype(str(path), tall)
        except OSError:
            pass
    return ImageFont.load_default(tall)

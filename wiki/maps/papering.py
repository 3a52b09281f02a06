"""The sheet of a map that people draw on, and where their drawing falls when it comes back."""

from markupsafe import Markup, escape

from wiki.maps import frames, own_outlines, places, reading, sketch_svg, sketching
from wiki.maps.models import Map
from wiki.maps.tracing import sheets
from wiki.maps.tracing.sheets import Sheet

UNITS = 2.8  # of the drawing for each millimetre of A4
INK = "#11162b"


def sheet_of(found: Map, user, bare: bool) -> Sheet:
    """The sheet that shows all of a map; upright when its drawing is."""
    if found.crs == "simple":
        wide, high = places.size(found)
        return Sheet(found.id, "simple", (wide, high, 0.0), high > wide * 1.05, bare)
    inside = reading.is_inside(found, user)
    rows = [row for row in reading.rows(found, most=sketching.ALL) if row.geometry]
    shapes = [reading.place_of(found, row, inside) for row in rows]
    shapes = shapes or own_outlines.bounds(own_outlines.under(found, user))
    left, top, right, bottom = Sheet(found.id, "geo", (0, 0, 1)).room
    frame = frames.of_map(found, shapes, (right - left) * UNITS, (bottom - top) * UNITS)
    span = frame.wide / frame.scale
    x, y = frame.left + span / 2, frame.top + frame.high / frame.scale / 2
    return Sheet(found.id, "geo", (x, y, span), False, bare)


def frame_of(sheet: Sheet, wide: float, high: float) -> frames.Frame:
    """The part of the map in the room of a sheet, laid out on so many units."""
    if sheet.crs == "simple":
        return frames.Frame(wide, high, 0, -sheet.numbers[1], wide / sheet.numbers[0], "simple")
    return frames.centred(*sheet.numbers, wide, high)


def pins(sheet: Sheet, wide: int, high: int) -> list[dict]:
    """Three points of the straightened picture with their places on the map."""
    left, top, right, bottom = sheet.room
    frame = frame_of(sheet, right - left, bottom - top)
    spots = ((0, 0, 0, 0), (wide, 0, frame.wide, 0), (0, high, 0, frame.high))
    return [
        {"x": x, "y": y, "lat": round(lat, 7) + 0.0, "lng": round(lng, 7) + 0.0}
        for x, y, (lng, lat) in ((x, y, frame.position(a, b)) for x, y, a, b in spots)
    ]


def svg(found: Map, user, sheet: Sheet, words: dict[str, str]) -> Markup:
    """The whole sheet, in millimetres of A4: marks, strip, the map under a frame, and words."""
    wide, high = sheet.size
    left, top, right, bottom = sheet.room
    inner = ""
    if not sheet.bare:
        frame = frame_of(sheet, (right - left) * UNITS, (bottom - top) * UNITS)
        drawing = sketching.drawing(found, user, frame=frame, most=sketching.ALL)
        inner = (
            f'<svg x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" '
            f'height="{bottom - top:.2f}" viewBox="0 0 {frame.wide:.2f} {frame.high:.2f}">'
            f"{sketch_svg.write(drawing, inner=True)}</svg>"
        )
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img" '
        f'aria-label="{escape(words["label"])}" font-family="Atkinson Hyperlegible Next, '
        f'sans-serif" fill="{INK}"><rect width="{wide:g}" height="{high:g}" fill="#fff"/>'
        f'{inner}<rect x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" '
        f'height="{bottom - top:.2f}" fill="none" stroke="{INK}" stroke-width=".5"/>'
        f"{_marks(sheet.tall)}{_strip(sheet)}{_words(sheet, words)}</svg>"
    )


def _marks(tall: bool) -> str:
    cell = sheets.MARK / 7
    made = ""
    for at, (x, y) in enumerate(sheets.marks(tall)):
        parts = [*sheets.RING, *([(3, 3, 1, 1, 0)] if at else [])]
        made += "".join(
            f'<rect x="{x + (a - 3.5) * cell:.3f}" y="{y + (b - 3.5) * cell:.3f}" '
            f'width="{w * cell:.3f}" height="{h * cell:.3f}" fill="{"#000" if black else "#fff"}"/>'
            for a, b, w, h, black in parts
        )
    return made


def _strip(sheet: Sheet) -> str:
    left, top = sheets.strip(sheet.tall)
    path = "".join(
        f"M{left + column * sheets.CELL:.2f} {top + row * sheets.CELL:.2f}"
        f"h{sheets.CELL:g}v{sheets.CELL:g}h-{sheets.CELL:g}z"
        for row, bits in enumerate(sheets.cells(sheet.pack()))
        for column, bit in enumerate(bits) if bit
    )  # fmt: skip
    return f'<path d="{path}" fill="#000"/>'


def _words(sheet: Sheet, words: dict[str, str]) -> str:
    wide, high = sheet.size
    left, line = sheets.EDGE + sheets.MARK + 4, sheets.EDGE + 5.5
    foot = high - sheets.EDGE - 15
    side = 20
    code = (
        f'<image href="{escape(words["square"])}" x="{left:g}" y="{high - sheets.EDGE - side:g}" '
        f'width="{side}" height="{side}"/>'
    )
    title = words["title"] if len(words["title"]) < 60 else words["title"][:58] + "…"
    return (
        f'<text x="{left:g}" y="{line:g}" font-size="6" font-weight="bold">{escape(title)}</text>'
        f'<text x="{left:g}" y="{line + 6:g}" font-size="4">{escape(words["who"])}</text>'
        f'<text x="{sheets.strip(sheet.tall)[0]:g}" y="{foot:g}" font-size="3.900" '
        f'font-weight="bold">{escape(words["how"])}</text>{code}'
    )

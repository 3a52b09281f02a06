"""A map drawn by the server: in pages that show it, in the picture one takes away.

Marks are numbered as in the list beside, and their shape says their category as their colour does.
"""

import math
from base64 import b64encode
from dataclasses import dataclass, field

from flask_login import current_user
from markupsafe import Markup, escape

from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.maps import geometry, outlines, places, pointing, reading
from wiki.maps.formats.styles import OURS
from wiki.maps.models import Map

WIDTH, HEIGHT, MOST = 760, 480, 300
SHAPES = ("circle", "square", "diamond", "triangle", "cell")
PAPER, SEA, LAND = "#fbf6eb", "#d6ecec", "#fffdf8"


@dataclass
class Sketch:
    """The drawing of a map, its list, and how many features there are in all."""

    svg: Markup
    features: list[dict] = field(default_factory=list)
    count: int = 0


def sketch(map_id: int, reader=None, whole: bool = False) -> Sketch | None:
    """A map as this reader may see it; with `whole`, its picture is inside the drawing."""
    reader = reader or current_user
    found = db.session.get(Map, map_id)
    if found is None:
        return None
    inside = reading.is_inside(found, reader)
    rows = [row for row in reading.rows(found, most=MOST) if row.geometry]
    shapes = [reading.place_of(found, row, inside) for row in rows]
    place, size = _frame(found, shapes)
    looks = _looks(found)
    parts = [_ground(found, reader, place, size, whole)]
    marks, listed = [], []
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True), 1):
        look = looks(row)
        title = row.title or ""
        parts.append(_shape(shape, place, look, title))
        if (spot := geometry.middle(shape)) is not None:
            marks.append(_mark(place(spot), look, number, title))
        listed.append({"id": row.uuid, "title": title, "number": number})
    wide, high = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-label="{escape(found.title)}" font-family="sans-serif">'
    )
    svg = Markup(head + "".join([*parts, *marks]) + "</svg>")
    return Sketch(svg, listed, found.count())


def _frame(found: Map, shapes: list):
    """How positions become pixels, and the size of the sheet."""
    if found.crs == "simple":
        wide, high = places.size(found)
        scale = WIDTH / wide
        size = (WIDTH, max(80, min(round(high * scale), 1600)))
        return (lambda spot: (spot[0] * scale, (high - spot[1]) * scale)), size
    spots = [_mercator(p) for shape in shapes for p in geometry.positions(shape)]
    if not spots:
        spots = [_mercator(places.centre(found))]
    west, east = min(p[0] for p in spots), max(p[0] for p in spots)
    north, south = min(p[1] for p in spots), max(p[1] for p in spots)
    span = max(east - west, (south - north) * WIDTH / HEIGHT, 0.0004) * 1.25
    scale = WIDTH / span
    left, top = (west + east) / 2 - span / 2, (north + south) / 2 - span * HEIGHT / WIDTH / 2

    def place(spot):
        x, y = _mercator(spot)
        return (x - left) * scale, (y - top) * scale

    return place, (WIDTH, HEIGHT)


def _mercator(spot) -> tuple[float, float]:
    """A place on a sheet one wide and one high, north at the top."""
    lat = max(-85.0, min(85.0, spot[1]))
    return spot[0] / 360, -math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def _ground(found: Map, reader, place, size, whole: bool) -> str:
    wide, high = size
    base = found.bases[0] if found.bases else None
    if found.crs == "simple":
        sheet = f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>'
        if base is None or base.kind != "image" or not base.file_id:
            return sheet
        seen = pointing.seen({base.file_id}, reader).get(base.file_id)
        address = seen and (_inside(base.file_id) if whole else seen.get("picture"))
        if not address:
            return sheet
        return sheet + f'<image href="{escape(address)}" width="{wide}" height="{high}"/>'
    name = (
        base.outline if base is not None and base.kind == "outline" and base.outline else "france"
    )
    return f'<rect width="{wide}" height="{high}" fill="{SEA}"/>' + _land(name, place, size)


def _inside(file_id: int) -> str:
    """A picture as an address that holds it."""
    file = db.session.get(File, file_id)
    path = (
        previews.path(file.sha256, "medium") if file and previews.is_possible(file.blob) else None
    )
    return f"data:image/webp;base64,{b64encode(path.read_bytes()).decode()}" if path else ""


def _land(name: str, place, size) -> str:
    wide, high = size
    drawn = []
    for (west, south, east, north), ring in outlines.rings(name):
        left, top = place((west, min(north, 85)))
        right, bottom = place((east, max(south, -85)))
        if right < 0 or left > wide or bottom < 0 or top > high:
            continue
        line = _thinned([place(p) for p in ring])
        if len(line) > 2:
            drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + "z")
    return (
        f'<path d="{"".join(drawn)}" fill="{LAND}" stroke="{OURS["ardoise"]}" '
        'stroke-width=".8" stroke-linejoin="round"/>'
    )


def _thinned(line: list) -> list:
    """A line without the steps that no eye sees."""
    kept = line[:1]
    for x, y in line[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1.5:
            kept.append((x, y))
    return kept


def _looks(found: Map):
    """A function: a row gives the colour and the shape of its mark."""
    layers = {one.id: one for one in found.layers}
    order = {one.id: at for at, one in enumerate(found.layers)}
    choices = {}
    for asked in found.fields:
        choices[asked["key"]] = {
            one["value"]: (one.get("colour", "lagune"), SHAPES[at % len(SHAPES)])
            for at, one in enumerate(asked.get("choices", []))
        }

    def look(row) -> tuple[str, str]:
        layer = layers.get(row.layer_id)
        value = (row.props or {}).get(layer.render_field) if layer else None
        if layer and layer.render == "categories" and isinstance(value, str):
            known = choices.get(layer.render_field, {}).get(value)
            if known:
                return OURS.get(known[0], OURS["lagune"]), known[1]
        colour = ((layer.style or {}).get("colour") if layer else None) or "lagune"
        return OURS.get(colour, OURS["lagune"]), SHAPES[order.get(row.layer_id, 0) % len(SHAPES)]

    return look


def _shape(shape: dict, place, look, title: str) -> str:
    """The line or area of a feature; nothing for a point, which its mark draws."""
    kind, found = shape["type"], shape.get("coordinates")
    if kind == "GeometryCollection":
        return "".join(_shape(one, place, look, title) for one in shape["geometries"])
    areas = {"Polygon": [found], "MultiPolygon": found}.get(kind, [])
    lines = {"LineString": [found], "MultiLineString": found}.get(kind, [])
    rings = [ring for area in areas for ring in area]
    path = "".join(_path(ring, place) + "z" for ring in rings) + "".join(
        _path(line, place) for line in lines
    )
    if not path:
        return ""
    fill = f'fill="{look[0]}" fill-opacity=".22" fill-rule="evenodd"' if rings else 'fill="none"'
    return (
        f'<path d="{path}" {fill} stroke="{look[0]}" stroke-width="4" stroke-linejoin="round" '
        f'stroke-linecap="round"><title>{escape(title)}</title></path>'
    )


def _path(line: list, place) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(place, line))


def _mark(spot, look, number: int, title: str) -> str:
    x, y = spot
    colour, shape = look
    drawn = {
        "circle": '<circle r="13"/>',
        "square": '<path d="M-12-12h24v24h-24z"/>',
        "diamond": '<path d="M0-16L16 0 0 16-16 0z"/>',
        "triangle": '<path d="M0-17L17 12h-34z"/>',
        "cell": '<path d="M0-15l13 7.500v15L0 15l-13-7.500v-15z"/>',
    }[shape]
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{number}. {escape(title)}</title>'
        f'<g fill="{colour}" stroke="#fff" stroke-width="2">{drawn}</g><text y="4.500" fill="#fff" '
        f'font-size="12" font-weight="bold" text-anchor="middle">{number}</text></g>'
    )

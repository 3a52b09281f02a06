"""A map drawn by the server: in pages that show it, in the picture one takes away, on paper.

Marks are numbered as in the list beside, and their shape says their category as their colour does.
"""

from dataclasses import dataclass, field

from flask_login import current_user
from markupsafe import Markup

from wiki.db import db
from wiki.maps import (
    frames,
    geometry,
    outlines,
    own_outlines,
    pointing,
    reading,
    sketch_svg,
    spreading,
)
from wiki.maps.formats.styles import OURS
from wiki.maps.frames import Frame
from wiki.maps.models import Map

MOST = spreading.MOST  # features on a small drawing
ALL = 5_000  # on a sheet
SHAPES = ("circle", "square", "diamond", "triangle", "cell")


@dataclass
class Sketch:
    """The drawing of a map, its list, and how many features there are in all."""

    svg: Markup
    features: list[dict] = field(default_factory=list)
    count: int = 0


@dataclass
class Line:
    """Lines or rings of one feature, in units of the sheet."""

    parts: list[list[tuple[float, float]]]
    is_area: bool
    colour: str
    title: str


@dataclass
class Mark:
    """The mark of a feature, or of one of the points it is made of."""

    x: float
    y: float
    colour: str
    shape: str
    number: int
    title: str
    uuid: str = ""
    at: tuple[float, float] = (0.0, 0.0)  # its true spot, when it had to step aside

    @property
    def stepped_aside(self) -> bool:
        return abs(self.x - self.at[0]) + abs(self.y - self.at[1]) > 5


@dataclass
class Picture:
    """A picture under the map; `matrix` lays one that is pinned, else it fills the sheet."""

    file_id: int
    address: str
    width: int
    height: int
    matrix: tuple[float, ...] | None = None


@dataclass
class Drawing:
    """All that is drawn of a map for one reader, whatever it is drawn with."""

    title: str
    frame: Frame
    land: list[list[tuple[float, float]]] | None = None
    picture: Picture | None = None
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    features: list[dict] = field(default_factory=list)
    grid: tuple[int, int] | None = None  # columns and lines drawn over it, with their names

    @property
    def is_dense(self) -> bool:
        """Whether marks are too many to bear their numbers."""
        return len(self.marks) > MOST


def sketch(map_id: int, reader=None, whole: bool = False, keeps=None) -> Sketch | None:
    """A map as this reader may see it; with `whole`, its picture is inside the drawing.

    `keeps(row)` tells which features are wanted.
    """
    found = db.session.get(Map, map_id)
    if found is None:
        return None
    made = drawing(found, reader or current_user, most=ALL if whole else MOST, keeps=keeps)
    return Sketch(sketch_svg.write(made, whole=whole), made.features, found.count())


def drawing(
    found: Map, reader, *, frame: Frame | None = None, most: int = MOST,
    size: tuple | None = None, bare: bool = False, keeps=None,
) -> Drawing:  # fmt: skip
    """What is drawn of a map for this reader; `bare` leaves its features out."""
    inside = reading.is_inside(found, reader)
    got = reading.rows(found) if keeps else reading.rows(found, most=most)
    listed = [row for row in got if keeps(row)][:most] if keeps else got
    # Those that wait for a place are in the list beside, and count in its numbers.
    placed = [(number, row) for number, row in enumerate(listed, 1) if row.geometry]
    shapes = [reading.place_of(found, row, inside) for _number, row in placed]
    own = own_outlines.under(found, reader)
    frame = frame or frames.of_map(found, shapes or own_outlines.bounds(own), *(size or ()))
    made = Drawing(found.title, frame)
    _lay_ground(made, found, reader, own)
    if bare:
        return made
    looks = _looks(found)
    for (number, row), shape in zip(placed, shapes, strict=True):
        colour, sign = looks(row)
        title = row.title or ""
        made.lines += _lines(shape, frame, colour, title)
        for at in map(frame.place, _spots(shape)):
            made.marks.append(Mark(*at, colour, sign, number, title, row.uuid, at))
        made.features.append({"id": row.uuid, "title": title, "number": number})
    spreading.spread(made.marks, *frame.size)
    return made


def spots(title: str, told: list[tuple]) -> Markup:
    """Places that are on no map of their own: (uuid, title, shape, colour, what it is) each."""
    shapes = [shape for _uuid, _title, shape, _colour, _kind in told]
    frame = frames.of_shapes(shapes)
    made = Drawing(title, frame, land=_land(outlines.rings("france"), frame))
    signs = {}
    for number, (uuid, name, shape, colour, kind) in enumerate(told, 1):
        sign = signs.setdefault(kind, SHAPES[len(signs) % len(SHAPES)])
        made.lines += _lines(shape, frame, OURS[colour], name)
        for at in map(frame.place, _spots(shape)):
            made.marks.append(Mark(*at, OURS[colour], sign, number, name, uuid, at))
    spreading.spread(made.marks, *frame.size)
    return sketch_svg.write(made)


def _lay_ground(made: Drawing, found: Map, reader, own: tuple) -> None:
    base = found.bases[0] if found.bases else None
    kind = base.kind if base is not None else "blank"
    if kind == "image" and base.file_id and (found.crs == "simple" or base.pins):
        made.picture = _picture(base, made.frame, reader)
    if found.crs != "simple":
        name = base.outline if kind == "outline" and base.outline else "france"
        made.land = _land(own or outlines.rings(name), made.frame)


def _picture(base, frame: Frame, reader) -> Picture | None:
    seen = pointing.seen({base.file_id}, reader).get(base.file_id)
    if not seen or not seen.get("picture"):
        return None
    laid = frames.matrix(base.pins, frame) if base.pins else None
    if base.pins and laid is None:
        return None
    return Picture(base.file_id, seen["picture"], seen["width"] or 1, seen["height"] or 1, laid)


def _land(rings: tuple, frame: Frame) -> list[list[tuple[float, float]]]:
    drawn = []
    for (west, south, east, north), ring in rings:
        left, top = frame.place((west, min(north, 85)))
        right, bottom = frame.place((east, max(south, -85)))
        if right < 0 or left > frame.wide or bottom < 0 or top > frame.high:
            continue
        line = _thinned([frame.place(p) for p in ring])
        if len(line) > 2:
            drawn.append(line)
    return drawn


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
    choices = {one["key"]: _choices(one) for one in found.fields}

    def look(row) -> tuple[str, str]:
        layer = layers.get(row.layer_id)
        value = (row.props or {}).get(layer.render_field) if layer else None
        if layer and layer.render == "categories" and isinstance(value, str):
            known = choices.get(layer.render_field, {}).get(value)
            if known:
                return known
        return _plain(layer, order.get(row.layer_id, 0))

    return look


def _choices(asked: dict) -> dict[str, tuple[str, str]]:
    return {
        one["value"]: (OURS.get(one.get("colour"), OURS["lagune"]), SHAPES[at % len(SHAPES)])
        for at, one in enumerate(asked.get("choices", []))
    }


def _plain(layer, rank: int) -> tuple[str, str]:
    colour = ((layer.style or {}).get("colour") if layer else None) or "lagune"
    return OURS.get(colour, OURS["lagune"]), SHAPES[rank % len(SHAPES)]


def legend(found: Map) -> list[tuple[str, str, str]]:
    """What marks mean: (colour, shape, words), layer after layer, choice after choice."""
    asked = {one["key"]: one for one in found.fields}
    told = []
    for rank, layer in enumerate(found.layers):
        field_ = asked.get(layer.render_field) if layer.render == "categories" else None
        if field_ and field_.get("choices"):
            looks = _choices(field_)
            told += [(*looks[one["value"]], one["label"]) for one in field_["choices"]]
        else:
            told.append((*_plain(layer, rank), layer.title))
    return list(dict.fromkeys(told))


def _lines(shape: dict, frame: Frame, colour: str, title: str) -> list[Line]:
    """The lines and areas of a feature; nothing for points, which marks draw."""
    kind, found = shape["type"], shape.get("coordinates")
    if kind == "GeometryCollection":
        return [line for one in shape["geometries"] for line in _lines(one, frame, colour, title)]
    areas = {"Polygon": [found], "MultiPolygon": found}.get(kind, [])
    lines = {"LineString": [found], "MultiLineString": found}.get(kind, [])
    made = []
    for is_area, parts in ((True, [ring for area in areas for ring in area]), (False, lines)):
        if parts:
            laid = [[frame.place(p) for p in part] for part in parts]
            made.append(Line(laid, is_area, colour, title))
    return made


def _spots(shape: dict) -> list:
    """Where the marks of a feature stand: on each of its points, in the middle of each part."""
    kind, found = shape["type"], shape.get("coordinates")
    if kind == "GeometryCollection":
        return [spot for one in shape["geometries"] for spot in _spots(one)]
    if kind == "Point":
        return [found]
    if kind == "MultiPoint":
        return list(found)
    if kind == "LineString":
        return [found[len(found) // 2]]  # a spot of the way itself
    if kind == "MultiLineString":
        return [line[len(line) // 2] for line in found]
    areas = [found] if kind == "Polygon" else found
    return [geometry.middle({"type": "Polygon", "coordinates": area}) for area in areas]

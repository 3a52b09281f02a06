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
    signs,
    sketch_svg,
    spreading,
)
from wiki.maps.formats.styles import OURS
from wiki.maps.frames import Frame
from wiki.maps.models import Map

MOST = spreading.MOST  # features on a small drawing
ALL = 5_000  # on a sheet
MOST_LABEL = 10  # letters in the sign of several
LISTED = ("choice", "multi", "emotion", "bool")  # questions whose answers have looks


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
    others: list["Mark"] = field(default_factory=list)  # those that it stands for as well

    @property
    def stepped_aside(self) -> bool:
        return abs(self.x - self.at[0]) + abs(self.y - self.at[1]) > 5

    @property
    def label(self) -> str:
        """Its number; of several, their numbers while they are few words, else how many."""
        numbers = sorted({self.number, *(one.number for one in self.others)})
        runs: list[list[int]] = []
        for one in numbers:
            if runs and one == runs[-1][1] + 1:
                runs[-1][1] = one
            else:
                runs.append([one, one])
        said = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)  # noqa: RUF001
        return said if len(said) <= MOST_LABEL else f"×{len(numbers)}"  # noqa: RUF001

    @property
    def names(self) -> list[str]:
        """What it stands for, each with its number."""
        return [f"{one.number}. {one.title}" for one in (self, *self.others)]


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
    made.marks = spreading.spread(made.marks, *frame.size)
    return made


def spots(title: str, told: list[tuple]) -> Markup:
    """Places that are on no map of their own: (uuid, title, shape, colour, sign) each."""
    shapes = [shape for _uuid, _title, shape, _colour, _sign in told]
    frame = frames.of_shapes(shapes)
    made = Drawing(title, frame, land=_land(outlines.rings("france"), frame))
    for number, (uuid, name, shape, colour, sign) in enumerate(told, 1):
        made.lines += _lines(shape, frame, OURS[colour], name)
        for at in map(frame.place, _spots(shape)):
            made.marks.append(Mark(*at, OURS[colour], sign, number, name, uuid, at))
    made.marks = spreading.spread(made.marks, *frame.size)
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
    """A line without the steps that no eye sees; it ends where it ended."""
    kept = line[:1]
    for x, y in line[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1.5:
            kept.append((x, y))
    return kept + line[1:][-1:]


def _looks(found: Map):
    """A function: a row gives the colour and the shape of its mark, as the screen draws it."""
    layers = {one.id: (one, at, _field(found, one)) for at, one in enumerate(found.layers)}
    choices = {one["key"]: _choices(one) for one in found.fields if one["type"] in LISTED}

    def look(row) -> tuple[str, str]:
        layer, rank, asked = layers.get(row.layer_id, (None, 0, None))
        if asked is None or asked["key"] not in choices:
            return _plain(layer, rank)
        value = (row.props or {}).get(asked["key"])
        value = value[0] if isinstance(value, list) and value else value
        said = str(value).lower() if isinstance(value, bool) else str(value)
        return choices[asked["key"]].get(said, (OURS["ardoise"], "round"))

    return look


def _field(found: Map, layer) -> dict | None:
    """The question that gives its looks to a layer; else the feeling that the map asks for."""
    named = next((one for one in found.fields if one["key"] == layer.render_field), None)
    style = layer.style or {}
    if named or style.get("colour") or style.get("picto"):
        return named
    if layer.render not in ("simple", "categories"):
        return None
    return next((one for one in found.fields if one["type"] == "emotion"), None)


def _choices(asked: dict) -> dict[str, tuple[str, str]]:
    if asked["type"] == "bool":
        offered = [{"value": "true"}, {"value": "false"}]
    else:
        offered = asked.get("choices", [])
    order = [OURS[name] for name in signs.COLOURS]
    return {
        str(one["value"]): (OURS.get(one.get("colour"), order[at % len(order)]),
                            signs.shape_of(one, at))
        for at, one in enumerate(offered)
    }  # fmt: skip


def _plain(layer, rank: int) -> tuple[str, str]:
    colour = ((layer.style or {}).get("colour") if layer else None) or "lagune"
    return OURS.get(colour, OURS["lagune"]), signs.IN_ORDER[rank % len(signs.IN_ORDER)]


def legend(found: Map) -> list[tuple[str, str, str]]:
    """What marks mean: (colour, shape, words), layer after layer, choice after choice."""
    told = []
    for rank, layer in enumerate(found.layers):
        asked = _field(found, layer)
        if asked and asked["type"] in LISTED and asked.get("choices"):
            looks = _choices(asked)
            told += [(*looks[str(one["value"])], one["label"]) for one in asked["choices"]]
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
            laid = [_thinned([frame.place(p) for p in part]) for part in parts]
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

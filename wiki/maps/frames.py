"""Where positions of a map fall on a sheet: what part of the world it shows, and how large."""

import math
from dataclasses import dataclass

from wiki.maps import geometry, places
from wiki.maps.models import Map

WIDTH, HEIGHT, TALLEST = 760, 480, 1600
ROOM = 1.25  # of the sheet for each part that features take
LEAST = 0.0004  # of the turn of the globe a sheet shows at least: some hundred kilometres
NEAREST = 0.000004  # and when it is asked to be near: a kilometre and a half


@dataclass(frozen=True)
class Frame:
    """A sheet of so many units, and the part of the map on it: left, top and units per step.

    Steps are turns of the globe as Mercator flattens it, or pixels of a drawing, y downwards.
    """

    wide: float
    high: float
    left: float
    top: float
    scale: float
    crs: str = "geo"

    def place(self, spot) -> tuple[float, float]:
        """The point of the sheet where a position falls."""
        x, y = (spot[0], -spot[1]) if self.crs == "simple" else mercator(spot)
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def position(self, x: float, y: float) -> tuple[float, float]:
        """The position that lies at a point of the sheet."""
        x, y = x / self.scale + self.left, y / self.scale + self.top
        return (x, -y) if self.crs == "simple" else globe(x, y)

    @property
    def size(self) -> tuple[float, float]:
        return self.wide, self.high


def of_map(found: Map, shapes: list, wide: float = WIDTH, high: float | None = None) -> Frame:
    """The frame that shows all of a map: its whole drawing, or all its shapes with some room."""
    if found.crs == "simple":
        width, height = places.size(found)
        most = TALLEST if high is None else high
        scale = min(wide / width, most / height)
        return Frame(round(width * scale, 2), max(40, round(height * scale, 2)), 0, -height,
                     scale, "simple")  # fmt: skip
    high = high or wide * HEIGHT / WIDTH
    spots = [mercator(p) for shape in shapes for p in geometry.positions(shape)]
    if not spots:
        spots = [mercator(places.centre(found))]
    return _around(spots, wide, high, LEAST)


def of_shapes(shapes: list, wide: float = WIDTH) -> Frame:
    """The frame that shows all these shapes of the globe; the country when there are none."""
    spots = [mercator(p) for shape in shapes for p in geometry.positions(shape)]
    spots = spots or [mercator(one) for one in ((-5, 42), (9, 51))]
    return _around(spots, wide, wide * HEIGHT / WIDTH, LEAST * 20)


def around(shape: dict, wide: float, high: float, crs: str = "geo", near: float = 4) -> Frame:
    """A frame close to one shape, for the page of a step."""
    if crs == "simple":
        raise ValueError("a drawing is shown whole")
    return _around([mercator(p) for p in geometry.positions(shape)], wide, high, NEAREST * near)


def _around(spots: list, wide: float, high: float, least: float) -> Frame:
    west, east = min(p[0] for p in spots), max(p[0] for p in spots)
    north, south = min(p[1] for p in spots), max(p[1] for p in spots)
    span = max(east - west, (south - north) * wide / high, least) * ROOM
    middle = (west + east) / 2, (north + south) / 2
    return centred(*middle, span, wide, high)


def centred(x: float, y: float, span: float, wide: float, high: float) -> Frame:
    """The frame around a flattened position that shows so much of the turn of the globe."""
    scale = wide / span
    return Frame(wide, high, x - span / 2, y - high / scale / 2, scale)


def mercator(spot) -> tuple[float, float]:
    """A place on a sheet one wide and one high, north at the top."""
    lat = max(-85.0, min(85.0, spot[1]))
    return spot[0] / 360, -math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def globe(x: float, y: float) -> tuple[float, float]:
    """The longitude and latitude of a place on that sheet."""
    return x * 360, math.degrees(2 * math.atan(math.exp(-y * 2 * math.pi)) - math.pi / 2)


def matrix(pins: list[dict], frame: Frame) -> tuple[float, ...] | None:
    """How a picture with three pins is laid: the six numbers of an SVG matrix; None for none."""
    try:
        (x1, y1), (x2, y2), (x3, y3) = ((float(p["x"]), float(p["y"])) for p in pins[:3])
        spots = [frame.place((float(p["lng"]), float(p["lat"]))) for p in pins[:3]]
    except (KeyError, TypeError, ValueError):
        return None
    det = (x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)
    if not det:
        return None

    def solve(u: float, v: float, w: float) -> tuple[float, float, float]:
        along = ((v - u) * (y3 - y1) - (w - u) * (y2 - y1)) / det
        down = ((w - u) * (x2 - x1) - (v - u) * (x3 - x1)) / det
        return along, down, u - along * x1 - down * y1

    (a, c, e), (b, d, f) = (solve(*(spot[axis] for spot in spots)) for axis in (0, 1))
    return a, b, c, d, e, f

"""A picture laid on the globe by three points: where each is on the picture, and where on earth.

The three make an affine map: the picture is moved, turned, scaled, leaned. A fourth point, when
given, only tells how far from the truth that lays the picture.
"""

import math
from typing import NamedTuple

from flask_babel import gettext as _

from wiki.maps import frames

EARTH = 40_075_017  # metres around the equator
LEANING = 1.6  # beyond, one direction is stretched more than the other: two points may be wrong


class Refused(ValueError):
    """Points that lay no picture, with why, in words."""


class Pin(NamedTuple):
    """A point: pixels from the upper left corner of the picture, and its place on the globe."""

    x: float
    y: float
    lat: float
    lng: float

    def kept(self) -> dict:
        """As the map keeps it."""
        return self._asdict()


class Fit(NamedTuple):
    """The map from pixels to the flattened globe, and the middle latitude of its points."""

    along: tuple[float, float, float]
    down: tuple[float, float, float]
    lat: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        (a, b, c), (d, e, f) = self.along, self.down
        return frames.globe(a * x + b * y + c, d * x + e * y + f)

    @property
    def metre(self) -> float:
        """Metres in a turn of the globe, there."""
        return EARTH * math.cos(math.radians(self.lat))

    @property
    def scale(self) -> float:
        """Metres of a pixel."""
        (a, b, _c), (d, e, _f) = self.along, self.down
        return math.sqrt(abs(a * e - b * d)) * self.metre

    @property
    def turn(self) -> int:
        """Degrees by which north is away from the top of the picture, clockwise."""
        return round(math.degrees(math.atan2(self.down[0], self.along[0])))

    @property
    def stretch(self) -> float:
        """How much more one direction is stretched than another; 1 for a faithful plan."""
        (a, b, _c), (d, e, _f) = self.along, self.down
        half, diff = (a * a + b * b + d * d + e * e) / 2, abs(a * e - b * d)
        root = math.sqrt(max(0.0, half * half - diff * diff))
        return math.sqrt((half + root) / max(half - root, 1e-30))


def fit(pins: list[Pin]) -> Fit:
    """What three points make of a picture; raises Refused when they make nothing sensible."""
    (x1, y1), (x2, y2), (x3, y3) = ((one.x, one.y) for one in pins)
    det = (x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)
    longest = max(math.dist((a.x, a.y), (b.x, b.y)) for a in pins for b in pins)
    if abs(det) < longest * longest * 0.02:
        raise Refused(_("The three points of the picture are in a line, or too close: move one."))
    spots = [frames.mercator((one.lng, one.lat)) for one in pins]

    def solve(axis: int) -> tuple[float, float, float]:
        u, v, w = (spot[axis] for spot in spots)
        along = ((v - u) * (y3 - y1) - (w - u) * (y2 - y1)) / det
        down = ((w - u) * (x2 - x1) - (v - u) * (x3 - x1)) / det
        return along, down, u - along * x1 - down * y1

    made = Fit(solve(0), solve(1), sum(one.lat for one in pins) / 3)
    turned = made.along[0] * made.down[1] - made.along[1] * made.down[0]
    if abs(turned) < 1e-24:
        raise Refused(_("The three places are in a line, or the same: say them again."))
    if turned < 0:
        raise Refused(_("The picture would be seen as in a mirror: two of the places are swapped."))
    return made


def away(made: Fit, pin: Pin) -> float:
    """Metres between where a point should be and where the picture has it."""
    lng, lat = made.place(pin.x, pin.y)
    (x1, y1), (x2, y2) = frames.mercator((lng, lat)), frames.mercator((pin.lng, pin.lat))
    return math.dist((x1, y1), (x2, y2)) * made.metre


def corners(pins: list[dict] | None, width: int | None, height: int | None) -> list | None:
    """West, south, east, north of a picture that is pinned; None when it is not."""
    if not pins or not width or not height:
        return None
    try:
        made = fit([Pin(*(float(one[key]) for key in Pin._fields)) for one in pins[:3]])
    except (Refused, KeyError, TypeError, ValueError):
        return None
    ends = [made.place(x, y) for x in (0, width) for y in (0, height)]
    lngs, lats = [one[0] for one in ends], [one[1] for one in ends]
    return [min(lngs), min(lats), max(lngs), max(lats)]


def said(made: Fit, control: Pin | None) -> str:
    """What was made of the picture, in a sentence."""
    told = _("The picture is pinned: one pixel is %(metres)s metres, north is turned by %(turn)s "
             "degrees.", metres=f"{made.scale:.2g}".replace(".", ","), turn=made.turn)  # fmt: skip
    if control:
        told += " " + _("The fourth point falls %(metres)s metres away from its place.",
                        metres=round(away(made, control)))  # fmt: skip
    else:
        told += " " + _("The three points fall exactly; a fourth one would tell the error.")
    if made.stretch > LEANING:
        told += " " + _("The picture is stretched much more one way: check the points.")
    return told

"""Shapes on a map: GeoJSON made safe and small, its box, and rounded for those outside."""

import math
from collections.abc import Iterator

from flask_babel import gettext as _

MOST_POSITIONS = 50_000
DEEPEST = 8
# Degrees of latitude: about 10 cm, 110 m, 550 m, 2.2 km.
STEPS = {"exact": 1e-6, "street": 0.001, "neighbourhood": 0.005, "town": 0.02}
_DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip


class Refused(ValueError):
    """A shape that cannot be put on a map, with why in words."""


def clean(given: object, crs: str = "geo") -> dict | None:
    """A GeoJSON geometry with finite numbers in range, closed rings and no empty part.

    None for no geometry at all. Raises Refused, never anything else.
    """
    if given is None:
        return None
    budget = [MOST_POSITIONS]
    try:
        return _geometry(given, crs, budget, DEEPEST)
    except RecursionError:
        raise Refused(_("This shape is nested too deep.")) from None


def _geometry(given, crs: str, budget: list[int], depth: int) -> dict:
    if not isinstance(given, dict) or depth < 0:
        raise Refused(_("This shape cannot be read."))
    kind = given.get("type")
    if kind == "GeometryCollection":
        inside = given.get("geometries")
        if not isinstance(inside, list) or not inside:
            raise Refused(_("This shape is empty."))
        parts = [_geometry(one, crs, budget, depth - 1) for one in inside[:1000]]
        flat = [p for one in parts for p in (one.get("geometries") or [one])]
        return flat[0] if len(flat) == 1 else {"type": kind, "geometries": flat}
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise Refused(_("This kind of shape is not known."))
    coordinates = _nested(given.get("coordinates"), _DEPTHS[kind], crs, budget)
    return {"type": kind, "coordinates": _whole(kind, coordinates)}


def _nested(given, depth: int, crs: str, budget: list[int]):
    if not isinstance(given, list | tuple) or not given:
        raise Refused(_("This shape is empty."))
    if depth:
        return [_nested(one, depth - 1, crs, budget) for one in given]
    budget[0] -= 1
    if budget[0] < 0:
        raise Refused(_("This shape has too many points."))
    return _position(given, crs)


def _position(given, crs: str) -> list[float]:
    numbers = given[:3]
    if len(numbers) < 2 or not all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers[:2]
    ):
        raise Refused(_("A position is not made of numbers."))
    try:
        x, y = float(numbers[0]), float(numbers[1])
    except OverflowError:
        raise Refused(_("A position is not made of numbers.")) from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Refused(_("A position is not made of numbers."))
    _check_range(x, y, crs)
    found = [round(x, 7) + 0.0, round(y, 7) + 0.0]
    height = numbers[2] if len(numbers) > 2 else None
    if isinstance(height, int | float) and not isinstance(height, bool) and abs(height) < 1e6:
        found.append(round(float(height), 3))
    return found


def _check_range(x: float, y: float, crs: str) -> None:
    if crs == "simple":
        if max(abs(x), abs(y)) > 1_000_000:
            raise Refused(_("This position is outside the drawing."))
        return
    if abs(y) > 90 and abs(x) <= 90 and abs(y) <= 180:
        raise Refused(_("Latitude and longitude seem to be swapped."))
    if abs(y) > 90 or abs(x) > 180:
        raise Refused(_("This position is not on the globe: latitude goes from -90 to 90, "
                        "longitude from -180 to 180."))  # fmt: skip


def _whole(kind: str, found):
    """Lines have two points, rings are closed and have four."""
    if kind == "Polygon":
        return [_ring(ring) for ring in found]
    if kind == "MultiPolygon":
        return [[_ring(ring) for ring in part] for part in found]
    for line in [found] if kind == "LineString" else found if kind == "MultiLineString" else []:
        if len(line) < 2:
            raise Refused(_("A line needs two points."))
    return found


def _ring(ring: list) -> list:
    if ring[0][:2] != ring[-1][:2]:
        ring = [*ring, ring[0]]
    if len({tuple(p[:2]) for p in ring}) < 3:
        raise Refused(_("An area needs three points."))
    return ring


def positions(geometry: dict | None) -> Iterator[list[float]]:
    """Every position of a geometry."""
    if not geometry:
        return
    if geometry["type"] == "GeometryCollection":
        for one in geometry["geometries"]:
            yield from positions(one)
        return
    yield from _flat(geometry["coordinates"], _DEPTHS[geometry["type"]])


def _flat(found, depth: int):
    if depth == 0:
        yield found
        return
    for one in found:
        yield from _flat(one, depth - 1)


def box(geometry: dict | None) -> tuple[float, float, float, float] | tuple[None, ...]:
    """West, south, east, north of a shape; four times None for none."""
    found = list(positions(geometry))
    if not found:
        return None, None, None, None
    xs, ys = [p[0] for p in found], [p[1] for p in found]
    return min(xs), min(ys), max(xs), max(ys)


def middle(geometry: dict | None) -> tuple[float, float] | None:
    """A point that stands for a shape: itself, or the middle of its box."""
    west, south, east, north = box(geometry)
    return None if west is None else ((west + east) / 2, (south + north) / 2)


def rounded(geometry: dict | None, precision: str, crs: str = "geo") -> dict | None:
    """The shape as those outside the group get it: on the grid of its precision."""
    if geometry is None or crs == "simple" or precision not in STEPS or precision == "exact":
        return geometry
    if geometry["type"] == "GeometryCollection":
        parts = [rounded(one, precision, crs) for one in geometry["geometries"]]
        return {"type": "GeometryCollection", "geometries": parts}
    return _rough(geometry, STEPS[precision])


def _rough(geometry: dict, step: float) -> dict:
    kind, found = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return {"type": kind, "coordinates": snap(found, step)}
    snapped = {tuple(snap(one, step)) for one in _flat(found, _DEPTHS[kind])}
    if len(snapped) == 1 or (kind in ("Polygon", "MultiPolygon") and len(snapped) < 3):
        return {"type": "Point", "coordinates": list(min(snapped))}
    return {"type": kind, "coordinates": _snapped(found, _DEPTHS[kind], step)}


def _snapped(found, depth: int, step: float):
    if depth == 0:
        return snap(found, step)
    made = [_snapped(one, depth - 1, step) for one in found]
    if depth == 1 and len(made) > 2:  # steps that the grid made one
        kept = [one for at, one in enumerate(made) if at == 0 or one != made[at - 1]]
        return kept if len(kept) >= 2 else [made[0], made[0]]
    return made


def snap(position: list[float], step: float) -> list[float]:
    """A position on a grid whose cells are as wide as they are high; its height is left out."""
    y = max(-90.0, min(90.0, round(position[1] / step) * step))
    wide = min(step / max(math.cos(math.radians(y)), 0.01), 90.0)
    x = max(-180.0, min(180.0, round(position[0] / wide) * wide))
    return [round(x, 6), round(y, 6)]


def crosses_itself(geometry: dict | None) -> bool:
    """Whether the outline of an area crosses itself; not looked for beyond 400 points."""
    if not geometry or geometry["type"] != "Polygon":
        return False
    ring = [tuple(p[:2]) for p in geometry["coordinates"][0]]
    if len(ring) > 400:
        return False
    sides = list(zip(ring, ring[1:], strict=False))
    return any(
        _cross(*sides[i], *sides[j])
        for i in range(len(sides)) for j in range(i + 2, len(sides))
        if (i, j) != (0, len(sides) - 1)
    )  # fmt: skip


def _cross(a, b, c, d) -> bool:
    def turn(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0

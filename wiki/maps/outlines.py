"""The outlines of the world and of French departments, read on the server from the built files."""

import json
import re
from functools import lru_cache
from itertools import pairwise

from wiki.templating import DIST


@lru_cache(maxsize=4)
def rings(name: str) -> tuple[tuple[tuple[float, float, float, float], list], ...]:
    """The closed outlines of a ground by name, each with its box; none when it is not built."""
    found = []
    for _code, line in _shapes(name):
        xs, ys = [p[0] for p in line], [p[1] for p in line]
        found.append(((min(xs), min(ys), max(xs), max(ys)), line))
    return tuple(found)


@lru_cache(maxsize=1)
def middles() -> dict[str, tuple[float, float]]:
    """Where the middle of each department is, by its code: longitude and latitude."""
    largest: dict[str, tuple[float, float, float]] = {}
    for code, line in _shapes("france"):
        area, x, y = _weighed(line)
        if code and area > largest.get(code, (0.0, 0.0, 0.0))[0]:
            largest[code] = (area, x, y)
    return {code: (round(x, 4), round(y, 4)) for code, (_area, x, y) in largest.items()}


def _weighed(line: list) -> tuple[float, float, float]:
    """The surface of a ring and the middle of it."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(line):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return (abs(area) / 2, x / (3 * area), y / (3 * area)) if area else (0.0, 0.0, 0.0)


def _shapes(name: str):
    """The rings of a ground, each with what names its shape; none when it is not built."""
    if not re.fullmatch(r"[a-z]{1,20}", name):
        return
    built = sorted(DIST.glob(f"outline-{name}-*.json")) or sorted(DIST.glob(f"outline-{name}.json"))
    if not built:
        return
    told = json.loads(built[-1].read_text("utf-8"))
    arcs = [_arc(arc, told["transform"]) for arc in told["arcs"]]
    for thing in told["objects"].values():
        for shape in thing.get("geometries", [thing]):
            parts = shape.get("arcs", [])
            for polygon in [parts] if shape.get("type") == "Polygon" else parts:
                for ring in polygon if shape.get("type") in ("Polygon", "MultiPolygon") else []:
                    yield str(shape.get("id") or ""), _joined(ring, arcs)


def _arc(arc: list, transform: dict) -> list[tuple[float, float]]:
    """A TopoJSON arc: each position is told by what it moves from the last one."""
    (across, up), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    line = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        line.append((x * across + left, y * up + low))
    return line


def _joined(ring: list[int], arcs: list) -> list[tuple[float, float]]:
    line: list[tuple[float, float]] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line

"""Well-known text: how tables write shapes."""

import re

from wiki.maps.geometry import Refused

_TOKEN = re.compile(r"\s*([A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),])")
_NAMES = {
    "POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon", "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}  # fmt: skip
_DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
LONGEST = 2_000_000


def is_wkt(text: str) -> bool:
    """Whether a cell looks like a shape in well-known text."""
    return bool(
        re.match(r"\s*(SRID=\d+;)?\s*(MULTI|POINT|LINESTR|POLYGON|GEOMETRYC)", text.upper())
    )


def read(text: str, complaint: str) -> dict:
    """A GeoJSON geometry, not yet judged; raises Refused with the complaint."""
    if len(text) > LONGEST:
        raise Refused(complaint)
    text = re.sub(r"^\s*SRID=\d+;", "", text, flags=re.IGNORECASE)
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found:
            raise Refused(complaint)
        tokens.append(found[1])
        at = found.end()
    reader = _Reader(tokens, complaint)
    shape = reader.shape(0)
    if reader.at != len(tokens):
        raise Refused(complaint)
    return shape


class _Reader:
    def __init__(self, tokens: list[str], complaint: str):
        self.tokens, self.at, self.complaint = tokens, 0, complaint

    def take(self, wanted: str = "") -> str:
        if self.at >= len(self.tokens) or (wanted and self.tokens[self.at] != wanted):
            raise Refused(self.complaint)
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def shape(self, depth: int) -> dict:
        kind = _NAMES.get(self.take().upper())
        if kind is None or depth > 5:
            raise Refused(self.complaint)
        if self.peek().upper() in ("Z", "M", "ZM"):
            self.take()
        if self.peek().upper() == "EMPTY":
            self.take()
            return {"type": kind, "coordinates": [], "geometries": []}
        if kind == "GeometryCollection":
            return {"type": kind, "geometries": self.many(lambda: self.shape(depth + 1))}
        if kind == "Point":
            self.take("(")
            position = self.position()
            self.take(")")
            return {"type": kind, "coordinates": position}
        return {"type": kind, "coordinates": self.nested(_DEPTHS[kind])}

    def many(self, one) -> list:
        self.take("(")
        found = [one()]
        while self.peek() == ",":
            self.take()
            found.append(one())
        self.take(")")
        return found

    def nested(self, depth: int):
        if depth == 0:
            if self.peek() == "(":  # MULTIPOINT((1 2), (3 4))
                self.take()
                found = self.position()
                self.take(")")
                return found
            return self.position()
        return self.many(lambda: self.nested(depth - 1))

    def position(self) -> list[float]:
        found = []
        while self.peek() and self.peek() not in "(),":
            try:
                found.append(float(self.take()))
            except ValueError:
                raise Refused(self.complaint) from None
        return found


def write(geometry: dict) -> str:
    """A shape as well-known text."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return f"GEOMETRYCOLLECTION({', '.join(write(one) for one in geometry['geometries'])})"
    coordinates = geometry["coordinates"]
    said = _write(coordinates, _DEPTHS[kind])
    return f"{kind.upper()} {said if _DEPTHS[kind] else f'({said})'}"


def _write(found, depth: int) -> str:
    if depth == 0:
        return " ".join(f"{number:.7f}".rstrip("0").rstrip(".") for number in found)
    return f"({', '.join(_write(one, depth - 1) for one in found)})"

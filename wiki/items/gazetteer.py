"""The territories of France: which commune is in which community, department and region.

`gazetteer.tsv.gz` holds one place a line: level (r, d, e, c), code, name, code of the place around.
The facts are Insee's and the tax administration's, in @etalab/decoupage-administratif 6.0.0 (MIT).
"""

import gzip
import re
import unicodedata
from bisect import bisect_left
from functools import cache
from heapq import nsmallest
from importlib.resources import files
from typing import NamedTuple

LEVELS = ("c", "e", "d", "r")  # of places of one name, the nearest to people comes first
_DEPARTMENT = re.compile(r"\s*\((\d{2,3}|2[AB])\)$", re.IGNORECASE)


class Place(NamedTuple):
    """A commune, a community of communes (EPCI), a department or a region."""

    level: str
    code: str
    name: str
    around: str

    @property
    def uri(self) -> str:
        """What identifies the place whatever it is called."""
        return f"insee:{self.code}"


def find(written: str) -> Place | None:
    """The place of this name (« Saint-Denis (93) » says which); None when several may be meant."""
    told = _DEPARTMENT.search(written)
    known = _names().get(_folded(_DEPARTMENT.sub("", written)), [])
    if told:
        known = [place for place in known if department(place) == told[1].upper()]
    for level in LEVELS:
        found = [place for place in known if place.level == level]
        if len(found) == 1:
            return found[0]  # « Bretagne » is the region, not one of two communes
    return None


def beginning(written: str, most: int) -> list[Place]:
    """The places that one may be about to write, communes and short names first."""
    told = _DEPARTMENT.search(written)
    start = _folded(_DEPARTMENT.sub("", written))
    names = _sorted_names()
    found: list[Place] = []
    if start:
        first, last = bisect_left(names, start), bisect_left(names, start + "\uffff")
        found = [place for name in names[first:last] for place in _names()[name]]
    if start and len(found) < most:
        inside = f" {start}"
        found += [p for name in names if inside in name for p in _names()[name] if p not in found]
    if told:
        found = [place for place in found if department(place) == told[1].upper()]
    return nsmallest(most, found, key=lambda place: _likely(place, start))


def _likely(place: Place, start: str) -> tuple:
    name = _folded(place.name)
    return not name.startswith(start), LEVELS.index(place.level), len(name), name, place.code


def label(place: Place) -> str:
    """Its name, with the department when another commune bears the same."""
    twins = [p for p in _names()[_folded(place.name)] if p.level == place.level]
    return f"{place.name} ({department(place)})" if len(twins) > 1 else place.name


def around(place: Place) -> Place | None:
    """The next larger place that holds it."""
    return _places().get(place.around)


def coded(code: str) -> Place | None:
    """The place that bears a code."""
    return _places().get(code)


def departments_in(region: Place) -> list[str]:
    """The codes of the departments of a region."""
    return [p.code[1:] for p in _places().values() if p.level == "d" and p.around == region.code]


def department(place: Place) -> str:
    """The code of its department; '' for a region."""
    at: Place | None = place
    while at is not None and at.level != "d":
        if at.level == "c" and not at.around:
            return at.code[:2]
        at = around(at)
    # A community may lie on two departments: a commune's own code says which is its own.
    if place.level == "c":
        return place.code[:3] if place.code.startswith(("97", "98")) else place.code[:2]
    return at.code[1:] if at else ""


@cache
def _places() -> dict[str, Place]:
    packed = files("wiki.items").joinpath("gazetteer.tsv.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return {row[1]: Place(*row) for row in rows}


@cache
def _names() -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in _places().values():
        found.setdefault(_folded(place.name), []).append(place)
    return found


@cache
def _sorted_names() -> list[str]:
    return sorted(_names())


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("’", "'"))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())

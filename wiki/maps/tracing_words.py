"""Ways and areas as one writes them without a pointer: a place a line, or WKT."""

import re

from flask_babel import gettext as _

from wiki.maps import fields, geometry
from wiki.maps.formats import wkt


def read(written: str, crs: str) -> dict:
    """The shape that is written, latitude first on the globe; raises geometry.Refused."""
    said = written.strip()
    if wkt.is_wkt(said):
        return wkt.read(said, _("This shape cannot be read."))
    spots = [_spot(line, crs) for line in said.splitlines() if line.strip()]
    if len(spots) < 2:
        raise geometry.Refused(_("Write at least two places, one a line."))
    if len(spots) > 3 and spots[0] == spots[-1]:
        return {"type": "Polygon", "coordinates": [spots]}
    return {"type": "LineString", "coordinates": spots}


def written(shape: dict | None) -> str:
    """A way or an area without holes as places, one a line; others as WKT; '' for a point."""
    if not shape or shape["type"] in ("Point", "MultiPoint"):
        return ""
    spots = shape.get("coordinates", [])
    if shape["type"] == "Polygon" and len(spots) == 1:
        spots = spots[0]
    elif shape["type"] != "LineString":
        return wkt.write(shape)
    return "\n".join(f"{spot[1]:.10g} {spot[0]:.10g}" for spot in spots)


def _spot(line: str, crs: str) -> list[float]:
    """Two numbers as people write them; « 48,1 ; -4,2 » as well as « 48.1, -4.2 »."""
    parts = re.split(r"\s*;\s*|\s+", line.strip())
    if len(parts) == 1:
        parts = line.strip().split(",")
    try:
        first, second = (float(fields.number(one.strip().rstrip(","))) for one in parts)
    except ValueError:
        raise geometry.Refused(
            _("“%(line)s” is not two numbers.", line=line.strip()[:60])
        ) from None
    return [second, first]

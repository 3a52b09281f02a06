"""A group's own outline under its map: the areas of a GeoJSON file, made light enough to draw.

What is kept is written by us from numbers that were read, whatever else the file held.
"""

import io
import json
from functools import lru_cache
from itertools import pairwise

from flask_babel import gettext as _

from wiki import storage
from wiki.db import db
from wiki.files import uploads
from wiki.files.models import File
from wiki.maps import geometry, pointing
from wiki.maps.formats import geojson
from wiki.maps.formats.found import LARGEST, Unreadable
from wiki.maps.models import Map

MOST = 20_000  # positions of what is drawn: a department with its communes
MOST_READ = 400_000
FINEST, COARSEST = 1e-5, 0.5  # degrees between positions that are told apart
HEAVIEST = 2_000_000  # bytes of an outline of ours


def receive(found: Map, sent, actor) -> File:
    """Keep the outline that came with a form, among the files of the map. Stages, no commit.

    Raises Unreadable, or uploads.Refused, with why in words.
    """
    data = sent.stream.read(LARGEST + 1)
    shape = {"type": "MultiPolygon", "coordinates": light(read(data))}
    told = {"type": "Feature", "properties": {}, "geometry": shape}
    made = json.dumps(told, separators=(",", ":"))
    name = (sent.filename or "").rpartition(".")[0] or _("Our outline")
    return uploads.stage_file(
        io.BytesIO(made.encode()), f"{name}.geojson", found.group, actor, parent=found
    )


def read(data: bytes) -> list:
    """The areas of a GeoJSON file, each a list of rings; raises Unreadable."""
    areas, room = [], MOST_READ
    for row in geojson.read(data).rows:
        try:
            shape = geometry.clean(row.geometry, "geo")
        except geometry.Refused as error:
            raise Unreadable(f"{row.place}\u00a0: {error}") from None
        areas += _areas(shape)
        room -= sum(1 for _position in geometry.positions(shape))
        if room < 0:
            raise Unreadable(_("This outline has too many points: simplify it first."))
    if not areas:
        raise Unreadable(_("No area was found in this file: an outline needs areas (polygons)."))
    return areas


def _areas(shape: dict | None) -> list:
    if shape is None:
        return []
    if shape["type"] == "GeometryCollection":
        return [area for part in shape["geometries"] for area in _areas(part)]
    known = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}
    return known.get(shape["type"], [])


def light(areas: list) -> list:
    """The same areas with few enough positions; neighbours keep the border that they share."""
    step = FINEST
    while True:
        made = [kept for area in areas if (kept := _on_grid(area, step))]
        if sum(len(ring) for area in made for ring in area) <= MOST or step > COARSEST:
            return made or areas[:1]
        step *= 2


def _on_grid(area: list, step: float) -> list:
    """An area whose positions stand on a grid, without those that fall on their neighbour."""
    made = []
    for ring in area:
        spots = [(round(round(p[0] / step) * step, 6), round(round(p[1] / step) * step, 6))
                 for p in ring]  # fmt: skip
        kept = [spots[0], *(b for a, b in pairwise(spots) if a != b)]
        if len(set(kept)) > 2:
            made.append(_turned(kept, bool(made)))
        elif not made:  # the area itself became a point, whatever its holes
            return []
    return made


def _turned(ring: list, is_hole: bool) -> list:
    """A ring against the clock, a hole with it: so drawings leave it out."""
    around = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if (around > 0) != is_hole else ring[::-1]


def under(found: Map, reader) -> tuple:
    """The rings of the group's own outline under a map, when it shows first and may be seen."""
    base = found.bases[0] if found.bases else None
    if base is None or base.kind != "outline" or not base.file_id:
        return ()
    file = db.session.get(File, base.file_id)
    if file is None or not pointing.seen({base.file_id}, reader):
        return ()
    return _rings(file.sha256)


def bounds(rings: tuple) -> list[dict]:
    """What all the rings lie in, as a shape to frame; none without a ring."""
    if not rings:
        return []
    boxes = [box for box, _ring in rings]
    west, south = (min(box[at] for box in boxes) for at in (0, 1))
    east, north = (max(box[at] for box in boxes) for at in (2, 3))
    return [{"type": "MultiPoint", "coordinates": [[west, south], [east, north]]}]


@lru_cache(maxsize=16)
def _rings(sha256: str) -> tuple:
    """The rings of an outline that was kept, each with its box; none of what is no outline."""
    with storage.open_blob(sha256) as held:
        data = held.read(HEAVIEST + 1)
    try:
        shape = geometry.clean(json.loads(data)["geometry"]) if len(data) <= HEAVIEST else None
    except (ValueError, RecursionError, TypeError, KeyError):  # another file took its place
        return ()
    found = []
    for area in _areas(shape):
        for ring in area:
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            found.append(((min(xs), min(ys), max(xs), max(ys)), [(p[0], p[1]) for p in ring]))
    return tuple(found)

"""What a reader gets of a map: what changed since a number, what lies in a view, how precisely."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flask import abort
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Role, role_in
from wiki.items import links
from wiki.maps import fields, geometry, pointing, withholding
from wiki.maps.models import Feature, Map

MOST = 5000  # features given at once; beyond, a view is asked for and drawn in clusters
ALONE = 500  # features of a clustered view that are given one by one
WHOLE = 300  # features that are told whole at once, stories and all
BRIEF = 400  # characters of a story by which a screen finds it

_COLUMNS = (
    Feature.uuid, Feature.layer_id, Feature.geometry, Feature.minx, Feature.miny, Feature.maxx,
    Feature.maxy, Feature.precision, Feature.props, Feature.title, Feature.story, Feature.html,
    Feature.session, Feature.author_id, Feature.rev, Feature.seq, Feature.created_at,
    Feature.updated_at, Feature.deleted_at,
)  # fmt: skip

# What a screen of thousands needs: dates and pages of text are asked for one by one.
_LIGHT = (
    Feature.uuid, Feature.layer_id, Feature.geometry, Feature.precision, Feature.props,
    Feature.title, Feature.story, Feature.session, Feature.author_id, Feature.rev, Feature.seq,
)  # fmt: skip

# What tells whether two features are one.
NAMED = (
    Feature.uuid, Feature.title, Feature.layer_id, Feature.minx, Feature.miny, Feature.maxx,
    Feature.maxy, Feature.session, Feature.rev,
)  # fmt: skip


@dataclass
class View:
    """The part of a map that a screen shows: west, south, east, north, and how near."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @classmethod
    def of_words(cls, bbox: str, zoom: str) -> "View | None":
        """The view that two parameters name; None when they name none."""
        try:
            numbers = [float(one) for one in bbox.split(",")]
            near = float(zoom or 10)
        except ValueError:
            return None
        if len(numbers) != 4 or not all(map(math.isfinite, [*numbers, near])):
            return None
        return cls(*numbers, max(-8.0, min(near, 24.0)))

    def cell(self, crs: str) -> float:
        """The width of a cluster, about 60 pixels on the screen, in the units of the map."""
        return 60 / 2**self.zoom if crs == "simple" else 360 / 2**self.zoom * 60 / 256


def is_inside(found: Map, reader) -> bool:
    """Whether a reader is of the group, and so sees exact places and who put them."""
    return is_in(found.group_id, reader)


def is_in(group_id: int, reader) -> bool:
    """Whether a reader is of a group."""
    return not reader.is_anonymous and role_in(reader, group_id) is not None


def values_for(found: Map, reader):
    """A function: a row gives the values of its feature as this reader may know them."""
    if is_inside(found, reader):
        return lambda row: row.props or {}
    return lambda row: withholding.known(found.fields, row.props, row.precision, found.crs)


def part_of(found: Map, model, number: int | None):
    """A layer, base or step of a map by its number; 404 when it is not of this map."""
    thing = db.session.get(model, number) if number else None
    if thing is None or thing.map_id != found.id:
        abort(404)
    return thing


def rows(
    found: Map, *conditions, most: int | None = None, since: int = 0, skip: int = 0,
    columns: tuple = _COLUMNS,
):  # fmt: skip
    """The features of a map in the order of their operations; those in the trash only `since`."""
    query = select(*columns).where(Feature.map_id == found.id, *conditions)
    query = query.where(Feature.seq > since) if since else query.where(Feature.deleted_at.is_(None))
    order = (Feature.seq, Feature.uuid) if since else (Feature.created_at, Feature.seq)
    return db.session.execute(query.order_by(*order).limit(most).offset(skip or None)).all()


def changes(found: Map, reader, since: int = 0, brief: bool = False) -> dict:
    """All features, or what changed since an operation, as a screen that is open wants them.

    `brief`: of a map with many features the first answer tells less of each.
    """
    seq = db.session.scalar(select(Map.__table__.c.seq).where(Map.__table__.c.id == found.id))
    brief = brief and not since and found.count() > WHOLE
    columns = _LIGHT if brief else _COLUMNS
    got = rows(found, most=MOST + 1, since=since, columns=columns) if since != seq else []
    truncated = len(got) > MOST
    got = got[:MOST]
    if truncated and since:
        seq = got[-1].seq
    live = got if brief else [row for row in got if row.deleted_at is None]
    gone = [row.uuid for row in got if row.deleted_at is not None] if since else []
    told = {"seq": seq, "layers": layers(found), "truncated": truncated, "gone": gone}
    return told | described(found, live, reader, brief)


def sessions(found: Map) -> list[str]:
    """The half-days and outings that features name, in order: « 2 » comes before « 10 »."""
    query = select(Feature.session).distinct().where(
        Feature.map_id == found.id, Feature.deleted_at.is_(None), Feature.session != ""
    )  # fmt: skip
    return sorted(db.session.scalars(query.limit(200)), key=_in_order)


def _in_order(said: str) -> list:
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", said) if p]


def one(found: Map, reader, uuid: str) -> dict:
    """One feature with all that there is to read of it; 404 when it is not on this map."""
    got = rows(found, Feature.uuid == uuid[:36])
    if not got:
        abort(404)
    return described(found, got, reader)


def in_view(found: Map, reader, view: View) -> dict:
    """What lies in a view: features, or clusters of them when there are too many to draw."""
    inside = is_inside(found, reader)
    table = Map.__table__
    seq = db.session.scalar(select(table.c.seq).where(table.c.id == found.id))
    near = [(uuid, *place) for uuid, place in _places(found, inside) if _meets(view, place)]
    wanted, clusters = {one[0] for one in near}, []
    truncated = len(near) > MOST
    if truncated:
        clusters, wanted = clustered(near, view.cell(found.crs))
    got = []
    wanted = sorted(wanted)
    for at in range(0, len(wanted), 500):
        got += rows(found, Feature.uuid.in_(wanted[at : at + 500]))
    return {
        "seq": seq, "layers": layers(found), "gone": [], "truncated": truncated,
        "clusters": clusters,
    } | described(found, got, reader)  # fmt: skip


def clustered(near: list[tuple], cell: float) -> tuple[list[dict], set[str]]:
    """Boxes gathered on a grid: the clusters, and the few that stand alone."""
    cells: dict[tuple, list] = {}
    for one in near:
        x, y = (one[1] + one[3]) / 2, (one[2] + one[4]) / 2
        cells.setdefault((math.floor(x / cell), math.floor(y / cell)), []).append((x, y, one[0]))
    alone = {many[0][2] for many in cells.values() if len(many) == 1}
    keep = set(sorted(alone)[:ALONE])
    found = []
    for many in cells.values():
        if many[0][2] in keep and len(many) == 1:
            continue
        xs, ys = [one[0] for one in many], [one[1] for one in many]
        found.append({
            "lat": round(sum(ys) / len(ys), 6), "lng": round(sum(xs) / len(xs), 6),
            "count": len(many), "bbox": [min(xs), min(ys), max(xs), max(ys)],
        })  # fmt: skip
    return found, keep


def _places(found: Map, inside: bool):
    """The box of each feature as this reader may know it: a search in a view tells no more."""
    query = select(Feature.uuid, Feature.minx, Feature.miny, Feature.maxx, Feature.maxy,
                   Feature.precision)  # fmt: skip
    live = (Feature.map_id == found.id, Feature.deleted_at.is_(None), Feature.minx.is_not(None))
    for row in db.session.execute(query.where(*live).order_by(Feature.uuid)):
        uuid, *place, precision = row
        if not inside and precision != "exact" and found.crs != "simple":
            step = geometry.STEPS[precision]
            place = [*geometry.snap(place[:2], step), *geometry.snap(place[2:], step)]
        yield uuid, place


def _meets(view: View, place) -> bool:
    west, south, east, north = place
    return east >= view.west and west <= view.east and north >= view.south and south <= view.north


def layers(found: Map) -> list[dict]:
    """The layers of a map as its screen draws them."""
    return [
        {
            "id": one.id, "rank": one.rank, "title": one.title, "owner": one.owner_id,
            "viewpoint": one.viewpoint, "opacity": one.opacity, "render": one.render,
            "render_field": one.render_field, "locked": one.locked,
            "style": {k: v for k, v in (one.style or {}).items() if k != "umap"},
        }
        for one in found.layers
    ]  # fmt: skip


def described(found: Map, got, reader, brief: bool = False) -> dict:
    """Features with what they name, each value and place as far as this reader may know it.

    `brief`: what a screen needs to draw and to list thousands; it asks for the rest of one when
    it is opened.
    """
    inside = is_inside(found, reader)
    role = None if reader.is_anonymous else role_in(reader, found.group_id)
    eye = _Eye(
        found, found.group_id, found.crs, reader, None if reader.is_anonymous else reader.id,
        inside, inside and (role or 0) >= Role.MEMBER, values_for(found, reader),
    )  # fmt: skip
    keys = [one["key"] for one in found.fields if one["type"] in fields.POINTING]
    ids = {number for row in got for number in fields.pointed(row.props, keys)} if keys else set()
    media = pointing.seen(ids, reader)
    names = _names({row.author_id for row in got}) if inside else {}
    made, timed = [], fields.is_timed(found.fields)
    for row in got:
        one = _brief(row, eye) if brief else _feature(row, eye)
        for key in keys:
            if key in one.get("props", ()):
                one["props"][key] = [n for n in fields.pointed(row.props, [key]) if n in media]
        if not brief or row.author_id in names:
            one["author"] = names.get(row.author_id)
        if timed:
            one["days"] = fields.days(found.fields, row.props)
        made.append(one)
    return {"features": made, "media": {str(number): one for number, one in media.items()}}


class _Eye(NamedTuple):
    """Who looks at a map, and how closely: asked once, not for each of thousands."""

    found: Map
    group_id: int
    crs: str
    reader: User
    reader_id: int | None
    inside: bool
    may_edit: bool
    known: Callable


def _feature(row, eye: _Eye) -> dict:
    props = {k: v for k, v in eye.known(row).items() if not k.startswith("_umap")}
    made = {
        "id": row.uuid, "layer": row.layer_id, "geometry": _at(row, eye),
        "precision": row.precision, "props": props, "title": row.title, "rev": row.rev,
        "session": row.session,
        "mine": eye.reader_id is not None and row.author_id == eye.reader_id,
        "updated": row.updated_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    if row.story:
        made["story"] = row.story
        made["html"] = links.show_fresh(row.html, eye.group_id, eye.reader, eye.may_edit)
    return made


def _brief(row, eye: _Eye) -> dict:
    """A feature without what is only read when it is opened, nor what goes without saying."""
    made = {
        "id": row.uuid, "layer": row.layer_id, "geometry": _at(row, eye), "title": row.title,
        "rev": row.rev, "brief": 1,
    }  # fmt: skip
    if props := {k: v for k, v in eye.known(row).items() if not k.startswith("_umap")}:
        made["props"] = props
    if row.precision != "exact":
        made["precision"] = row.precision
    if row.session:
        made["session"] = row.session
    if row.story:
        made["story"] = row.story[:BRIEF]
    if eye.reader_id is not None and row.author_id == eye.reader_id:
        made["mine"] = True
    return made


def _at(row, eye: _Eye) -> dict | None:
    return placed(row.geometry, row.precision, eye.crs, eye.inside)


def place_of(found: Map, row, inside: bool) -> dict | None:
    """The shape of a feature: exact for the group, on the grid of its precision for others."""
    return placed(row.geometry, row.precision, found.crs, inside)


def placed(shape: dict | None, precision: str, crs: str, inside: bool) -> dict | None:
    """A shape as those inside a group, or those outside, may know it."""
    return shape if inside else geometry.rounded(shape, precision, crs)


def _names(ids: set) -> dict[int, str]:
    ids.discard(None)
    if not ids:
        return {}
    return dict(
        tuple(row) for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    )

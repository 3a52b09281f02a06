"""What of a map leaves with its group, in forms that other software reads, and what follows it."""

from flask_login import AnonymousUserMixin
from sqlalchemy import select, update

from wiki.archive import nameless, settling
from wiki.archive import tables as archived
from wiki.db import db
from wiki.maps import exporting, fields
from wiki.maps.formats import geojson, tables
from wiki.maps.models import Feature, Map, Step
from wiki.markup import render_all


def beside(found: Map, reader, stays: set[int]) -> list[tuple[str, bytes]]:
    """The map as GeoJSON and as a table, beside its text."""
    told = exporting.told(found, reader or AnonymousUserMixin(), without=stays)
    return [
        (suffix, made if isinstance(made, bytes) else made.encode())
        for suffix, made in ((".geojson", geojson.write(told)), (".csv", tables.write(told)))
    ]


def renumber(row: dict, number, row_of) -> None:
    """The photos and items that the answers of a feature name."""
    layers_map = row_of("map", row["map_id"]) or {}
    keys = [one["key"] for one in layers_map.get("fields") or [] if _points(one)]
    for key in keys:
        value = (row["props"] or {}).get(key)
        if isinstance(value, list):
            row["props"][key] = [n for n in map(number, value) if n]
        elif isinstance(value, int) and not isinstance(value, bool):
            row["props"][key] = number(value)


def _points(field) -> bool:
    return isinstance(field, dict) and "key" in field and field.get("type") in fields.POINTING


def render_again(ids: list[int]) -> None:
    """The HTML of what features tell and of the steps of a story. The caller commits."""
    for table, key, words in (
        (Feature.__table__, "uuid", "story"), (Step.__table__, "id", "text"),
    ):  # fmt: skip
        rows = db.session.execute(
            select(table.c[key], table.c[words]).where(
                table.c.map_id.in_(ids), table.c[words] != ""
            )
        ).all()
        made = render_all([text for _number, text in rows]) if rows else []
        for (number, _text), one in zip(rows, made, strict=True):
            change = update(table).where(table.c[key] == number).values(html=one.html)
            db.session.execute(change)


archived.beside("maps", beside)
archived.numbered("map_feature", renumber)
settling.remade.append(render_again)
# A kit takes the questions and the legend of a map: its points tell of people and of places.
nameless.may_go("map", lambda row: row | {"view": {}, "seq": 0, "read_seq": 0})
nameless.may_go("map_layer", lambda row: row | {"viewpoint": "", "locked": False})
nameless.may_go("map_base", lambda row: row | {"pins": None})

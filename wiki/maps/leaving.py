"""What of a map leaves with its group, in forms that other software reads, and what follows it."""

from flask_login import AnonymousUserMixin

from wiki.archive import tables as archived
from wiki.maps import exporting, fields
from wiki.maps.formats import geojson, tables
from wiki.maps.models import Map


def beside(found: Map, reader) -> list[tuple[str, bytes]]:
    """The map as GeoJSON and as a table, beside its text."""
    told = exporting.told(found, reader or AnonymousUserMixin(), unplaced=True)
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


archived.beside("maps", beside)
archived.numbered("map_feature", renumber)

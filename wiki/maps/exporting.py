"""A map on its way out: what this reader may know of it, in the words that formats write."""

from collections.abc import Iterable

from wiki.maps import fields, pointing, reading
from wiki.maps.models import Map
from wiki.templating import site_address


def told(found: Map, reader, unplaced: bool = True, without: Iterable[int] = ()) -> dict:
    """The map with its layers and features; `unplaced`: also those that wait for a place.

    `without`: the files to which nothing is to lead.
    """
    inside = reading.is_inside(found, reader)
    keys = [one["key"] for one in found.fields if one["type"] in fields.POINTING]
    got = [row for row in reading.rows(found) if unplaced or row.geometry]
    wanted = {number for row in got for number in fields.pointed(row.props, keys)}
    wanted -= set(without)
    media, names = pointing.seen(wanted, reader), {one.id: one.title for one in found.layers}
    features, known = [], reading.values_for(found, reader)
    for row in got:
        props = {
            key: _addresses(row.props, key, media) if key in keys else value
            for key, value in known(row).items() if inside or not key.startswith("_umap")
        }  # fmt: skip
        features.append({
            "id": row.uuid, "layer": names.get(row.layer_id, ""), "layer_id": row.layer_id,
            "geometry": reading.place_of(found, row, inside), "precision": row.precision,
            "props": {key: value for key, value in props.items() if value not in (None, "", [])},
            "title": row.title, "story": row.story, "session": row.session,
        })  # fmt: skip
    return {
        "title": found.title, "summary": found.summary or found.question, "crs": found.crs,
        "view": found.view, "fields": found.fields, "features": features, "url": found.url,
        "layers": [
            {"id": one.id, "title": one.title, "style": one.style or {}, "rank": one.rank,
             "render": one.render}
            for one in found.layers
        ],
        "umap": (found.extra or {}).get("umap", {}), "inside": inside,
        "names": (found.extra or {}).get("names"),
    }  # fmt: skip


def _addresses(props: dict, key: str, media: dict) -> list[str]:
    known = [media[number] for number in fields.pointed(props, [key]) if number in media]
    return [site_address() + one["url"] for one in known]

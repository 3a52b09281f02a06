"""GeoJSON in and out: every answer a property, what only we know under `_essaim`."""

import json

from flask_babel import gettext as _

from wiki.maps.formats.found import (
    STORIES,
    TITLES,
    Found,
    Row,
    Unreadable,
    check_size,
    read_json,
    text_of,
)
from wiki.markup.text import fold

DEEPEST = 5  # collections inside collections
_SHAPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip


def read(data: bytes) -> Found:
    """The features of a file; collections inside collections are taken one after the other."""
    check_size(data)
    given = read_json(data)
    found = Found()
    if isinstance(given, dict):
        found.title = text_of(given.get("name"))[:200]
    names = _names(given)
    found.extra = {"names": [names[0] or "name", names[1] or "description"]}
    _take(given, found, DEEPEST, ((names[0],) if names[0] else TITLES,
                                  (names[1],) if names[1] else STORIES))  # fmt: skip
    if not found.rows and not found.refused:
        raise Unreadable(_("No feature was found in this file."))
    return found


def _names(given: object) -> list[str]:
    """The properties that bear titles and stories in a file, '' for none that we know."""
    features = given.get("features") if isinstance(given, dict) else None
    seen: dict[str, str] = {}
    for one in (features if isinstance(features, list) else [])[:1000]:
        properties = one.get("properties") if isinstance(one, dict) else None
        for key in properties if isinstance(properties, dict) else ():
            seen.setdefault(fold(str(key)).strip(), str(key))
    return [
        next((seen[name] for name in wanted if name in seen), "") for wanted in (TITLES, STORIES)
    ]


def _take(given: object, found: Found, depth: int, names: tuple) -> None:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind == "FeatureCollection" and depth and isinstance(given.get("features"), list):
        for one in given["features"]:
            _take(one, found, depth - 1, names)
    elif kind == "Feature":
        found.add(row_of(given, place(found), names))
    elif kind in _SHAPES:
        found.add(Row(place(found), geometry=given))
    elif depth == DEEPEST:
        raise Unreadable(_("This is not GeoJSON."))
    else:
        found.refuse(place(found), _("not a feature."))


def place(found: Found) -> str:
    """How the next feature of a file is called when something must be said of it."""
    return _("feature %(n)s", n=len(found.rows) + len(found.refused) + 1)


def row_of(given: dict, where: str, names: tuple = (TITLES, STORIES)) -> Row:
    """A GeoJSON feature as a row; `names` are the properties that may give its title and story."""
    properties = given.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    ours = properties.pop("_essaim", None)
    ours = ours if isinstance(ours, dict) else {}
    title, story = _pop(properties, names[0]), _pop(properties, names[1])
    return Row(
        where, title=title, story=story, geometry=given.get("geometry"), props=properties,
        layer=text_of(ours.get("layer")), precision=text_of(ours.get("precision")),
        session=text_of(ours.get("session")),
    )  # fmt: skip


def _pop(properties: dict, names: tuple[str, ...]) -> str:
    """The first property of one of these names that is made of words."""
    known = {fold(str(key)).strip(): key for key in properties}
    for name in names:
        key = name if name in properties else known.get(fold(name).strip())
        if key is not None and isinstance(properties[key], str | int | float):
            return text_of(properties.pop(key))
    return ""


def write(told: dict) -> bytes:
    """A map as `exporting.told` gives it, as a FeatureCollection."""
    made = {
        "type": "FeatureCollection", "name": told["title"],
        "features": [feature(one, told.get("names")) for one in told["features"]],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False, allow_nan=False).encode()


def feature(one: dict, names: list[str] | None = None) -> dict:
    """One feature as GeoJSON; `names` are those that its title and story had where it came from."""
    title, story = names or ("name", "description")
    ours = {"layer": one["layer"], "precision": one["precision"], "session": one["session"]}
    properties = {k: v for k, v in one["props"].items() if not k.startswith("_umap")}
    properties |= {title: one["title"], story: one["story"]}
    properties = {k: v for k, v in properties.items() if v is not None and v not in ("", [])}
    return {
        "type": "Feature", "id": one["id"], "geometry": one["geometry"],
        "properties": properties | {"_essaim": {k: v for k, v in ours.items() if v}},
    }  # fmt: skip

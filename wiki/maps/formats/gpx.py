"""GPX in and out: waypoints, routes and tracks; answers go in its extensions."""

from flask_babel import gettext as _

from wiki.maps.formats import gpx_times
from wiki.maps.formats.found import Found, Row, Unreadable, words_of
from wiki.maps.formats.xml import (
    Element,
    SubElement,
    children,
    clean,
    local,
    parse,
    put,
    said,
    written,
)

SPACE = "urn:essaim:map"
# When each point of a way was passed: kept, never shown, and not for those outside the group.
TIMES = "_umap_times"
_KEPT = ("time", "cmt", "src", "sym")


def read(data: bytes) -> Found:
    """The waypoints, routes and tracks of a GPX."""
    root = parse(data)
    if local(root) != "gpx":
        raise Unreadable(_("This is not GPX."))
    found = Found(is_words=True)
    about = children(root, "metadata")
    found.title = (said(about[0], "name") if about else said(root, "name"))[:200]
    found.summary = said(about[0], "desc") if about else ""
    for element in root:
        kind = local(element)
        if kind == "wpt":
            _add(found, element, {"type": "Point", "coordinates": _position(element)})
        elif kind == "rte":
            _add_way(found, element, [children(element, "rtept")])
        elif kind == "trk":
            parts = [children(part, "trkpt") for part in children(element, "trkseg")]
            _add_way(found, element, parts)
    found.rows = _gathered(found.rows)
    if not found.rows and not found.refused:
        raise Unreadable(_("No feature was found in this file."))
    return found


def _add_way(found: Found, element: Element, parts: list[list[Element]]) -> None:
    _add(found, element, _line(parts))
    kept = gpx_times.pack([[said(spot, "time") for spot in part] for part in parts if part])
    if kept:
        found.rows[-1].props[TIMES] = kept


def _gathered(rows: list[Row]) -> list[Row]:
    """The parts of one shape, which GPX writes apart, together again."""
    made, known = [], {}
    for row in rows:
        of, form = row.props.pop("_essaim_of", ""), row.props.pop("_essaim_form", "")
        first = known.get(of) if of else None
        if first is not None:
            first.geometry["coordinates"].append(row.geometry["coordinates"])
            continue
        made.append(row)
        if of and form == f"Multi{row.geometry['type']}":
            row.geometry = {"type": form, "coordinates": [row.geometry["coordinates"]]}
            known[of] = row
    return made


def _add(found: Found, element: Element, shape: dict) -> None:
    row = Row(_("element %(n)s", n=len(found.rows) + 1), title=said(element, "name"),
              story=said(element, "desc"), geometry=shape)  # fmt: skip
    row.props = {name: value for name in _KEPT if (value := said(element, name))}
    links = [link.get("href") for link in children(element, "link") if link.get("href")]
    if links:
        row.props["link"] = links[0]
    kind = said(element, "type")
    for extensions in children(element, "extensions"):
        for one in extensions:
            if one.tag == f"{SPACE}}}data" and one.get("name"):
                row.props[one.get("name")] = "".join(one.itertext())
    row.layer = row.props.pop("_essaim_layer", "")
    row.precision = row.props.pop("_essaim_precision", "")
    row.session = row.props.pop("_essaim_session", "")
    form = row.props.pop("_essaim_shape", "")
    if kind and kind != "area":
        row.props["type"] = kind
    row.geometry = _formed(shape, form)
    found.add(row)


def _formed(shape: dict, form: str) -> dict:
    """What was an area before it was written as a track, an area again."""
    coordinates = shape["coordinates"]
    if form == "Polygon":
        rings = [coordinates] if shape["type"] == "LineString" else coordinates
        return {"type": "Polygon", "coordinates": rings}
    return shape


def _line(parts: list[list[Element]]) -> dict:
    lines = [[_position(spot) for spot in part] for part in parts if part]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _position(element: Element) -> list:
    try:
        found = [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError:
        return [None, None]
    try:
        return [*found, float(said(element, "ele"))]
    except ValueError:
        return found


def write(told: dict) -> bytes:
    """A map as GPX: points are waypoints, lines and the edges of areas are tracks."""
    root = Element("gpx", {
        "xmlns": "http://www.topografix.com/GPX/1/1", "xmlns:e": SPACE, "version": "1.1",
        "creator": "Essaim",
    })  # fmt: skip
    about = SubElement(root, "metadata")
    put(about, "name", told["title"])
    put(about, "desc", told["summary"])
    marks, tracks = [], []
    for one in told["features"]:
        for shape in _parts(one["geometry"]):
            (marks if shape["type"] == "Point" else tracks).append((one, shape))
    for one, shape in marks:
        spot = _spot(root, "wpt", shape["coordinates"])
        _about(spot, one, _whole(one))
    for one, shape in tracks:
        track = SubElement(root, "trk")
        area = shape["type"] == "Polygon"
        _about(track, one, _whole(one) | ({"_essaim_shape": "Polygon"} if area else {}))
        lines = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        times = gpx_times.unpack(one["props"].get(TIMES), [len(line) for line in lines])
        for line, moments in zip(lines, times, strict=True):
            part = SubElement(track, "trkseg")
            for position, moment in zip(line, moments, strict=True):
                spot = _spot(part, "trkpt", position)
                if moment:
                    SubElement(spot, "time").text = moment
    return written(root)


def _whole(one: dict) -> dict:
    """Of what a part is a part, when a shape is written as several elements."""
    kind = (one["geometry"] or {}).get("type")
    if kind not in ("MultiPoint", "MultiPolygon"):
        return {}
    return {"_essaim_of": one["id"], "_essaim_form": kind}


def _parts(shape: dict | None) -> list[dict]:
    """The shapes that GPX can hold: several points or areas are several elements."""
    if not shape:
        return []
    kind = shape["type"]
    if kind == "GeometryCollection":
        return [part for one in shape["geometries"] for part in _parts(one)]
    if kind in ("MultiPoint", "MultiPolygon"):
        single = kind.removeprefix("Multi")
        return [{"type": single, "coordinates": one} for one in shape["coordinates"]]
    return [shape]


def _spot(parent: Element, name: str, position: list) -> Element:
    spot = SubElement(parent, name, {"lat": f"{position[1]:.7f}", "lon": f"{position[0]:.7f}"})
    if len(position) > 2:
        SubElement(spot, "ele").text = f"{position[2]:g}"
    return spot


def _about(element: Element, one: dict, more: dict) -> None:
    """Name, words and answers, in the order that the schema of GPX wants."""
    given = {k: v for k, v in one["props"].items() if not k.startswith("_umap")} | more
    if one["layer"]:
        given["_essaim_layer"] = one["layer"]
    if one["precision"] != "exact":
        given["_essaim_precision"] = one["precision"]
    if one["session"]:
        given["_essaim_session"] = one["session"]
    point = local(element) == "wpt"
    if point and isinstance(given.get("time"), str):
        put(element, "time", given.pop("time"))
    put(element, "name", one["title"])
    for name in ("cmt", "desc", "src"):
        if name == "desc":
            put(element, "desc", one["story"])
        elif isinstance(given.get(name), str):
            put(element, name, given.pop(name))
    if isinstance(given.get("link"), str):
        SubElement(element, "link", {"href": clean(given.pop("link"))})
    if point and isinstance(given.get("sym"), str):
        put(element, "sym", given.pop("sym"))
    if isinstance(given.get("type"), str):
        put(element, "type", given.pop("type"))
    if given:
        extensions = SubElement(element, "extensions")
        for key, value in given.items():
            data = SubElement(extensions, "e:data", {"name": clean(key)})
            data.text = clean(words_of(value))

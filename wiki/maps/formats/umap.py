"""uMap's own format in and out; what only uMap understands is kept and given back."""

import json
import re

from flask_babel import gettext as _

from wiki.maps.formats import geojson, styles
from wiki.maps.formats.found import Found, FoundLayer, Unreadable, check_size, read_json, text_of

MOST_LAYERS, MOST_EXTRA = 200, 200_000
_RENDERS = {"Cluster": "clusters", "Heat": "heat", "Choropleth": "choropleth",
            "Categorized": "categories", "Circles": "circles"}  # fmt: skip
_TYPES = {ours: theirs for theirs, ours in _RENDERS.items()}
_LINK = re.compile(r"\[\[\s*(https?://[^\]\s|]+)\s*(?:\|([^\]]*))?\]\]")
_PICTURE = re.compile(r"(?<!\{)\{\{\s*(https?://[^}\s|]+)\s*(?:\|[^}]*)?\}\}(?!\})")
_FRAME = re.compile(r"\{\{\{\s*(https?://[^}\s|]+)\s*(?:\|[^}]*)?\}\}\}")


def read(data: bytes) -> Found:
    """The layers and features of a uMap backup."""
    check_size(data)
    given = read_json(data)
    if not isinstance(given, dict) or not isinstance(given.get("layers"), list):
        raise Unreadable(_("This is not a uMap file."))
    about = given.get("properties") if isinstance(given.get("properties"), dict) else {}
    found = Found(title=text_of(about.get("name"))[:200])
    found.summary = text_of(about.get("description"))
    found.view = _view(given.get("geometry"), about.get("zoom"))
    kept = {key: value for key, value in given.items() if key not in ("layers", "type")}
    found.extra = {"umap": _small(kept)}
    for number, layer in enumerate(given["layers"][:MOST_LAYERS], 1):
        _layer(layer, number, found)
    if len(given["layers"]) > MOST_LAYERS:
        found.note(_("At most %(n)s layers are read.", n=MOST_LAYERS))
    return found


def _view(shape: object, zoom: object) -> dict:
    """Where the map opens, when the file says so in numbers that are on the globe."""
    spot = shape.get("coordinates") if isinstance(shape, dict) else None
    if not (isinstance(spot, list) and len(spot) == 2):
        return {}
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in spot):
        return {}
    if not (abs(spot[0]) <= 180 and abs(spot[1]) <= 90):
        return {}
    view = {"lng": spot[0], "lat": spot[1]}
    if isinstance(zoom, int | float) and not isinstance(zoom, bool) and 0 <= zoom <= 24:
        view["zoom"] = zoom
    return view


def _layer(layer: object, number: int, found: Found) -> None:
    if not isinstance(layer, dict):
        found.refuse(_("layer %(n)s", n=number), _("not a layer."))
        return
    options = layer.get("_umap_options") or layer.get("_storage") or {}
    options = options if isinstance(options, dict) else {}
    title = text_of(options.get("name"))[:120] or _("Layer %(n)s", n=number)
    titles = {one.title for one in found.layers}
    title = title if title not in titles else f"{title} ({number})"
    style = {"colour": styles.ours(options.get("color"))}
    kept = {key: value for key, value in layer.items() if key != "features"}
    style["umap"] = _small({**kept, "_umap_options": options})
    found.layers.append(FoundLayer(title, style, _RENDERS.get(options.get("type"), "simple")))
    features = layer.get("features")
    for one in features if isinstance(features, list) else []:
        place = geojson.place(found)
        if not isinstance(one, dict) or one.get("type") != "Feature":
            found.refuse(place, _("not a feature."))
            continue
        row = _row(one, place)
        row.layer = title
        found.add(row)


def _row(given: dict, place: str):
    """A feature of uMap: name and description are ours too, the rest is kept as it is."""
    properties = given.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    description = properties.pop("description", None)
    row = geojson.row_of({**given, "properties": properties}, place, (("name",), ()))
    if isinstance(description, str):
        row.story = markdown_of(description)
        if row.story != description:
            row.props["_umap_source"] = {"description": description, "story": row.story}
    extra = {k: v for k, v in given.items() if k not in ("type", "geometry", "properties")}
    if extra:
        row.props["_umap_extra"] = _small(extra)
    return row


HIDDEN = ("_umap_source", "_umap_extra", "_umap_times")  # kept for our own use, or for GPX


def markdown_of(text: str) -> str:
    """uMap's own marks for links, pictures and frames, as Markdown."""
    text = _FRAME.sub(r"\1", text)
    text = _PICTURE.sub(r"![](\1)", text)
    return _LINK.sub(lambda m: f"[{(m[2] or m[1]).strip() or m[1]}]({m[1]})", text)


def _small(value: dict) -> dict:
    """What is only kept to be given back, if it is not too much."""
    try:
        return value if len(json.dumps(value, allow_nan=False)) <= MOST_EXTRA else {}
    except (ValueError, RecursionError):
        return {}


def write(told: dict) -> bytes:
    """A map as uMap reads it back, with what it had kept there."""
    kept = told["umap"] if isinstance(told["umap"], dict) and told["inside"] else {}
    known = kept.get("properties") if isinstance(kept.get("properties"), dict) else {}
    about = {**known, "name": told["title"]}
    if told["summary"]:
        about["description"] = told["summary"]
    made = {**kept, "type": "umap", "properties": about, "layers": []}
    view = told["view"] or {}
    if {"lat", "lng"} <= view.keys():
        made["geometry"] = {"type": "Point", "coordinates": [view["lng"], view["lat"]]}
        if "zoom" in view:
            about["zoom"] = view["zoom"]
    for layer in told["layers"]:
        mine = [one for one in told["features"] if one["layer_id"] == layer["id"]]
        made["layers"].append(_write_layer(layer, mine, told["inside"]))
    return json.dumps(made, ensure_ascii=False, allow_nan=False).encode()


def _write_layer(layer: dict, features: list[dict], inside: bool) -> dict:
    kept = layer["style"].get("umap") if inside else None
    kept = kept if isinstance(kept, dict) else {}
    options = kept.get("_umap_options")
    options = {**options} if isinstance(options, dict) else {
        "color": styles.hexadecimal(layer["style"].get("colour")) or "#1f7a8c",
        "displayOnLoad": True, "rank": layer["rank"],
    }  # fmt: skip
    options["name"] = layer["title"]
    if layer.get("render") in _TYPES:
        options["type"] = _TYPES[layer["render"]]
    return {
        **kept, "type": "FeatureCollection", "_umap_options": options,
        "features": [_write(one) for one in features],
    }  # fmt: skip


def _write(one: dict) -> dict:
    props = {k: v for k, v in one["props"].items() if k not in HIDDEN}
    source, extra = one["props"].get("_umap_source"), one["props"].get("_umap_extra")
    story = one["story"]
    if isinstance(source, dict) and source.get("story") == story:
        story = source.get("description", story)
    ours = {"precision": one["precision"] if one["precision"] != "exact" else "",
            "session": one["session"]}  # fmt: skip
    ours = {key: value for key, value in ours.items() if value}
    props |= {"name": one["title"]} if one["title"] else {}
    props |= {"description": story} if story else {}
    props |= {"_essaim": ours} if ours else {}
    more = extra if isinstance(extra, dict) else {}
    return {**more, "type": "Feature", "geometry": one["geometry"], "properties": props}

"""KML and KMZ in and out: folders are layers, network links are never followed."""

import contextlib
import io
import zipfile

from flask_babel import gettext as _

from wiki.maps import geometry
from wiki.maps.formats import styles
from wiki.maps.formats.found import (
    LARGEST,
    Found,
    FoundLayer,
    Row,
    Unreadable,
    check_size,
    words_of,
)
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
from wiki.markup.sanitize import tidy
from wiki.markup.text import html_to_text

MOST_ENTRIES = 2_000
_FOLDERS = ("Document", "Folder")


def read(data: bytes) -> Found:
    """The placemarks of a KML, or of the first one in a KMZ."""
    root = parse(unpacked(data))
    found = Found(is_words=True)
    if local(root) not in ("kml", *_FOLDERS, "Placemark"):
        raise Unreadable(_("This is not KML."))
    tops = children(root, "Document", "Folder")
    found.title = said(tops[0], "name")[:200] if tops else ""
    found.summary = _story(tops[0]) if tops else ""
    known = _styles(root)
    _walk(root, "", found, known)
    if not found.rows and not found.refused:
        raise Unreadable(_("No feature was found in this file."))
    return found


def unpacked(data: bytes) -> bytes:
    """The KML inside a KMZ, read no further than what may be taken; a KML as it is."""
    check_size(data)
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_ENTRIES:
                raise Unreadable(_("This archive holds too many files."))
            names = sorted(one.filename for one in entries if one.filename.lower().endswith(".kml"))
            if not names:
                raise Unreadable(_("There is no KML in this archive."))
            first = "doc.kml" if "doc.kml" in names else names[0]
            with packed.open(first) as inside:
                # What the archive says of sizes is not believed: bytes are counted as they come.
                kml = inside.read(LARGEST + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise Unreadable(_("This archive is broken or locked.")) from None
    check_size(kml)
    return kml


def _walk(element: Element, layer: str, found: Found, known: dict) -> None:
    for child in element:
        name = local(child)
        if name == "Folder":
            title = said(child, "name")[:120] or layer
            if title and title not in [one.title for one in found.layers]:
                found.layers.append(FoundLayer(title))
            _walk(child, title, found, known)
        elif name == "Document":
            _walk(child, layer, found, known)
        elif name == "Placemark":
            found.add(_placemark(child, layer, found, known))
        elif name in ("NetworkLink", "GroundOverlay", "PhotoOverlay", "ScreenOverlay"):
            found.note(_("This file points to something on the network: it was not fetched."))


def _placemark(element: Element, layer: str, found: Found, known: dict) -> Row:
    row = Row(
        _("placemark %(n)s", n=len(found.rows) + 1), title=said(element, "name"),
        story=_story(element), layer=layer, props=_data(element),
    )  # fmt: skip
    if row.props.pop("_essaim_story", ""):
        row.story = said(element, "description")
    row.precision = row.props.pop("_essaim_precision", "")
    row.session = row.props.pop("_essaim_session", "")
    look = dict(known.get(said(element, "styleUrl").lstrip("#"), {}))
    for style in children(element, "Style"):
        look |= _look(style)
    if look:
        row.props["_umap_options"] = look
    for name in ("address", "phoneNumber"):
        if value := said(element, name):
            row.props.setdefault(name, value)
    shapes = [shape for child in element if (shape := _shape(child, 0))]
    row.geometry = shapes[0] if shapes else None
    if not shapes:
        row.wrong = _("no coordinates, to be placed by hand.")
    return row


def _story(element: Element) -> str:
    """The description without the markup that would run or be shown as it is."""
    text = said(element, "description")
    return html_to_text(tidy(text)) if "<" in text and ">" in text else text


def _data(element: Element) -> dict:
    found = {}
    for extended in children(element, "ExtendedData"):
        for one in extended:
            if local(one) == "Data" and one.get("name"):
                found[one.get("name")] = said(one, "value")
            for simple in children(one, "SimpleData"):
                if simple.get("name"):
                    found[simple.get("name")] = "".join(simple.itertext()).strip()
    return {key: value for key, value in found.items() if value}


def _shape(element: Element, depth: int) -> dict | None:
    name = local(element)
    if name == "Point":
        spots = _positions(said(element, "coordinates"))
        return {"type": "Point", "coordinates": spots[0] if spots else []}
    if name in ("LineString", "LinearRing"):
        return {"type": "LineString", "coordinates": _positions(said(element, "coordinates"))}
    if name == "Polygon":
        rings = [
            _positions(said(ring, "coordinates"))
            for name in ("outerBoundaryIs", "innerBoundaryIs") for edge in children(element, name)
            for ring in children(edge, "LinearRing")
        ]  # fmt: skip
        return {"type": "Polygon", "coordinates": rings}
    if name == "MultiGeometry" and depth < geometry.DEEPEST:
        parts = [shape for child in element if (shape := _shape(child, depth + 1))]
        return _gathered(parts) if parts else None
    if name == "Track":
        spots = [" ".join("".join(c.itertext()).split()).replace(" ", ",")
                 for c in children(element, "coord")]  # fmt: skip
        return {"type": "LineString", "coordinates": _positions(" ".join(spots))}
    return None


def _gathered(parts: list[dict]) -> dict:
    """Several shapes of one kind as one shape of many; others as a collection."""
    kinds = {one["type"] for one in parts}
    if len(kinds) == 1 and (kind := kinds.pop()) in ("Point", "LineString", "Polygon"):
        return {"type": f"Multi{kind}", "coordinates": [one["coordinates"] for one in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _positions(text: str) -> list[list]:
    found = []
    for one in text.split():
        try:
            found.append([float(number) for number in one.split(",")[:3] if number])
        except ValueError:
            found.append([None, None])
    return found


def _styles(root: Element) -> dict[str, dict]:
    """The shared styles of a document, by name; a map of styles is its normal one."""
    known, maps = {}, {}
    for element in root.iter():
        if local(element) == "Style" and element.get("id"):
            known[element.get("id")] = _look(element)
        elif local(element) == "StyleMap" and element.get("id"):
            for pair in children(element, "Pair"):
                if said(pair, "key") == "normal":
                    maps[element.get("id")] = said(pair, "styleUrl").lstrip("#")
    return known | {name: known[to] for name, to in maps.items() if to in known}


def _look(style: Element) -> dict:
    """A KML style in the words of uMap, in which all styles are kept."""
    look: dict = {}
    for part in style:
        colour = styles.from_kml(said(part, "color"))
        if local(part) == "PolyStyle" and colour:
            look |= {"fillColor": colour[0], "fillOpacity": colour[1]}
        elif local(part) == "LineStyle":
            if colour:
                look |= {"color": colour[0], "opacity": colour[1]}
            with contextlib.suppress(ValueError):
                look["weight"] = float(said(part, "width"))
        elif local(part) == "IconStyle" and colour:
            look.setdefault("color", colour[0])
    return look


def write(told: dict) -> bytes:
    """A map as KML, a folder a layer."""
    root = Element("kml", {"xmlns": "http://www.opengis.net/kml/2.2"})
    document = SubElement(root, "Document")
    put(document, "name", told["title"])
    put(document, "description", told["summary"])
    for layer in told["layers"]:
        folder = SubElement(document, "Folder")
        put(folder, "name", layer["title"])
        for one in told["features"]:
            if one["layer_id"] == layer["id"]:
                _write(folder, one)
    return written(root)


def _write(folder: Element, one: dict) -> None:
    mark = SubElement(folder, "Placemark", {"id": f"f-{one['id']}"})
    put(mark, "name", one["title"])
    put(mark, "description", one["story"])
    _write_look(mark, one["props"].get("_umap_options"))
    given = {k: v for k, v in one["props"].items() if not k.startswith("_umap")}
    if one["precision"] != "exact":
        given["_essaim_precision"] = one["precision"]
    if "<" in one["story"] and ">" in one["story"]:
        given["_essaim_story"] = "as it is"  # others write HTML there, which is read as words
    if one["session"]:
        given["_essaim_session"] = one["session"]
    if given:
        extended = SubElement(mark, "ExtendedData")
        for key, value in given.items():
            data = SubElement(extended, "Data", {"name": clean(key)})
            put(data, "value", words_of(value))
    if one["geometry"]:
        _write_shape(mark, one["geometry"])


def _write_look(mark: Element, look: object) -> None:
    if not isinstance(look, dict):
        return
    style = Element("Style")
    if line := styles.to_kml(look.get("color"), look.get("opacity", 1)):
        part = SubElement(style, "LineStyle")
        put(part, "color", line)
        if isinstance(look.get("weight"), int | float):
            put(part, "width", str(look["weight"]))
    if fill := styles.to_kml(look.get("fillColor"), look.get("fillOpacity", 1)):
        put(SubElement(style, "PolyStyle"), "color", fill)
    if len(style):
        mark.append(style)


def _write_shape(parent: Element, shape: dict) -> None:
    kind, found = shape["type"], shape.get("coordinates")
    if kind == "Point":
        put(SubElement(parent, "Point"), "coordinates", _spots([found]))
    elif kind == "LineString":
        put(SubElement(parent, "LineString"), "coordinates", _spots(found))
    elif kind == "Polygon":
        polygon = SubElement(parent, "Polygon")
        for at, ring in enumerate(found):
            edge = SubElement(polygon, "innerBoundaryIs" if at else "outerBoundaryIs")
            put(SubElement(edge, "LinearRing"), "coordinates", _spots(ring))
    else:
        many = SubElement(parent, "MultiGeometry")
        parts = shape["geometries"] if kind == "GeometryCollection" else [
            {"type": kind.removeprefix("Multi"), "coordinates": one} for one in found]  # fmt: skip
        for one in parts:
            _write_shape(many, one)


def _spots(positions: list) -> str:
    return " ".join(",".join(_number(n) for n in position) for position in positions)


def _number(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".") or "0"

"""Tables in and out: any delimiter, any of the encodings met in France, coordinates or shapes."""

import csv
import io
import re
from collections import Counter

from flask_babel import gettext as _

from wiki.maps import fields, geometry
from wiki.maps.formats import national, wkt
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

MOST_COLUMNS, MOST_CELL = 300, 100_000
LATITUDES = ("latitude", "lat", "y", "coord_y", "ycoord")
LONGITUDES = ("longitude", "lon", "lng", "long", "x", "coord_x", "xcoord")
PAIRS = ("lat/lon", "lat,lon", "latlon", "latlng", "lat/lng", "coordonnees", "coordonnees gps",
         "gps", "geo_point_2d", "geo_point", "geopoint", "position", "coordinates")  # fmt: skip
SHAPES = ("wkt", "geom", "geometry", "geometrie", "the_geom", "geo_shape", "geojson", "shape")
LAYERS = ("calque", "layer", "couche")
ROLES = ("title", "story", "lat", "lng", "pair", "shape", "layer", "precision", "session",
         "value", "skip")  # fmt: skip
_OURS = {"precision": "precision", "seance": "session", "session": "session"}
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def decode(data: bytes) -> str:
    """The text of a table: UTF-8, UTF-16 with its mark, else what Windows writes in France."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def delimiter_of(text: str) -> str:
    """What stands between the columns: what is most frequent in the first line, out of quotes."""
    first = re.sub(r'"[^"]*"', "", text[:20_000].lstrip("\r\n").partition("\n")[0])
    return max(";,\t|", key=lambda sign: (first.count(sign), sign == ";"))


def records(text: str, delimiter: str, found: Found):
    """Yields (line number, cells); a line whose quotes never close is refused, the rest is read."""
    lines, start = io.StringIO(text.replace("\0", ""), newline="").readlines(), 0
    csv.field_size_limit(MOST_CELL)
    while start < len(lines):
        reader = csv.reader(iter(lines[start:]), delimiter=delimiter, strict=True)
        begun = start
        try:
            for cells in reader:
                yield begun + 1, cells
                begun = start + reader.line_num
            return
        except csv.Error as error:
            alone = begun - start + 1 == reader.line_num
            spoilt = alone and "expected after" in str(error)
            cells = _lenient(lines[begun], delimiter) if spoilt else None
            if cells is None:
                found.refuse(_line(begun + 1), _("a quotation mark never closes."))
                if len(found.refused) > 200:
                    raise Unreadable(
                        _("The quotation marks of this table cannot be read.")
                    ) from None
            else:
                yield begun + 1, cells
            start = begun + 1


def _lenient(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter), None)
    except csv.Error:
        return None


def columns_of(data: bytes) -> tuple[list[str], list[str], list[list[str]]]:
    """The headers of a table, the role guessed for each, and its first lines, to choose by."""
    check_size(data)
    text, found = decode(data), Found()
    lines = records(text, delimiter_of(text), found)
    headers = _headers(lines)
    some = [cells for _n, (_line, cells) in zip(range(8), lines, strict=False)]
    return headers, guess(headers), some


def guess(headers: list[str]) -> list[str]:
    """What each column is, by its name."""
    known = [" ".join(fold(one).split()) for one in headers]
    roles = ["value"] * len(headers)

    def give(role: str, names: tuple[str, ...]) -> bool:
        for name in names:
            if name in known and roles[known.index(name)] == "value":
                roles[known.index(name)] = role
                return True
        return False

    give("title", TITLES)
    give("story", STORIES)
    give("shape", SHAPES)
    if not (give("lat", LATITUDES) and give("lng", LONGITUDES)):
        roles = ["value" if role == "lat" else role for role in roles]
        give("pair", PAIRS)
    give("layer", LAYERS)
    for name, role in _OURS.items():
        give(role, (name,))
    return roles


def read(data: bytes, roles: list[str] | None = None) -> Found:
    """The lines of a table as features; those without coordinates wait to be placed by hand."""
    check_size(data)
    text, found = decode(data), Found(is_words=True)
    lines = records(text, delimiter_of(text), found)
    headers = _headers(lines)
    if national.is_national(headers):
        found.fields = national.fields()
    if not roles or len(roles) != len(headers):
        roles = guess(headers)
    if "title" not in roles and not {"lat", "pair", "shape"} & set(roles):
        raise Unreadable(_("No column gives a name or coordinates: say what the columns are."))
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            found.add(_row(number, headers, roles, cells))
    _look_swapped(found)
    return found


def _headers(lines) -> list[str]:
    try:
        _number, headers = next((n, cells) for n, cells in lines if any(c.strip() for c in cells))
    except StopIteration:
        raise Unreadable(_("This table is empty.")) from None
    if len(headers) > MOST_COLUMNS:
        raise Unreadable(_("This table has too many columns: at most %(n)s.", n=MOST_COLUMNS))
    seen: Counter = Counter()
    made = []
    for at, header in enumerate(headers, 1):
        name = " ".join(header.split())[:110] or _("column %(n)s", n=at)
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def _row(number: int, headers: list[str], roles: list[str], cells: list[str]) -> Row:
    row, given = Row(_line(number)), {}
    for header, role, raw in zip(headers, roles, cells, strict=False):
        value = unguarded(raw.strip())
        if role == "value" and value:
            row.props[header] = value
        elif role != "skip" and value:
            given.setdefault(role, value)
    row.title, row.story = given.get("title", ""), given.get("story", "")
    row.layer, row.session = given.get("layer", ""), given.get("session", "")
    row.precision = given.get("precision", "")
    try:
        row.geometry = _place(given)
        if row.geometry is None:
            row.wrong = _("no coordinates, to be placed by hand.")
    except geometry.Refused as error:
        row.wrong = str(error)
    return row


def _place(given: dict) -> dict | None:
    """The shape that a line gives; None when it gives none."""
    if shape := given.get("shape"):
        if shape.lstrip().startswith("{"):
            try:
                return read_json(shape.encode())
            except Unreadable:
                raise geometry.Refused(_("This shape cannot be read.")) from None
        return wkt.read(shape, _("This shape cannot be read."))
    pair = given.get("pair")
    if pair and "lat" not in given:
        numbers = _pair(pair)
    elif "lat" in given or "lng" in given:
        if not ("lat" in given and "lng" in given):
            raise geometry.Refused(_("one of the two coordinates is missing."))
        numbers = [given["lat"], given["lng"]]
    else:
        return None
    try:
        lat, lng = (float(fields.number(one)) for one in numbers)
    except ValueError:
        raise geometry.Refused(_("the coordinates are not numbers.")) from None
    return {"type": "Point", "coordinates": [lng, lat]}


def _pair(text: str) -> list[str]:
    """Latitude and longitude in one cell: « 47.39, 0.68 », « 47,39 ; 0,68 », « [47.39 0.68] »."""
    bare = text.strip().strip("[]()")
    if wkt.is_wkt(text):
        x, y = wkt.read(text, _("the coordinates are not numbers."))["coordinates"][:2]
        return [str(y), str(x)]
    for sign in (";", "/", "|", ", "):
        if bare.count(sign) == 1:
            return bare.split(sign)
    found = re.findall(r"[-+]?\d+(?:[.]\d+)?" if "." in bare else r"[-+]?\d+(?:,\d+)?", bare)
    if len(found) != 2:
        raise geometry.Refused(_("the coordinates are not numbers."))
    return found


def _look_swapped(found: Found) -> None:
    """Say so when a table seems to have France in Somalia."""
    shapes = [row.geometry for row in found.rows if isinstance(row.geometry, dict)]
    points = [one["coordinates"] for one in shapes if one.get("type") == "Point"]
    pairs = [p[:2] for p in points if [type(n) for n in p[:2]] == [float, float]]
    swapped = [41 <= lng <= 52 and -6 <= lat <= 10 for lng, lat in pairs]
    if pairs and all(swapped):
        found.note(_("Latitude and longitude seem to be swapped: look at the map."))
    elif any(swapped) and any(41 <= lat <= 52 and -6 <= lng <= 10 for lng, lat in pairs):
        for row in found.rows:
            _doubt(row)


def _doubt(row: Row) -> None:
    """One line in Somalia among places of France waits in the list: it would move the whole map."""
    shape = row.geometry
    if not isinstance(shape, dict) or shape.get("type") != "Point":
        return
    lng, lat = shape["coordinates"][:2]
    if type(lng) is type(lat) is float and 41 <= lng <= 52 and -6 <= lat <= 10:
        row.geometry = None
        row.wrong = _("latitude and longitude swapped? (%(lat)s; %(lng)s) To be placed by hand.",
                      lat=cell(lat), lng=cell(lng))  # fmt: skip


def _line(number: int) -> str:
    return _("line %(n)s", n=number)


def unguarded(cell: str) -> str:
    """A cell without the mark that kept it from being read as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _GUARDED else cell


def write(told: dict) -> bytes:
    """A map as a table that a French spreadsheet opens: mark, semicolons, decimal commas."""
    features = told["features"]
    shaped = any(_is_shaped(one["geometry"]) for one in features)
    keys = _keys(told)
    taken = {"nom", "description", "latitude", "longitude", "wkt", "calque", "precision",
             "seance"}  # fmt: skip
    heads = [key if fold(key) not in taken else f"{key} (2)" for key in keys]
    ours = ["nom", "latitude", "longitude", *(["wkt"] if shaped else []), "description", "calque",
            "precision", "seance"]  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(one) for one in [*ours, *heads]])
    for one in features:
        shape = one["geometry"]
        is_point = bool(shape) and shape["type"] == "Point"
        lat, lng = (shape["coordinates"][1], shape["coordinates"][0]) if is_point else ("", "")
        row = [one["title"], lat, lng]
        row += [wkt.write(shape) if shape else ""] if shaped else []
        row += [one["story"], one["layer"], one["precision"], one["session"]]
        row += [one["props"].get(key) for key in keys]
        writer.writerow([guarded(cell(value)) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def _is_shaped(shape: dict | None) -> bool:
    """Whether a shape is more than two coordinates."""
    return bool(shape) and (shape["type"] != "Point" or len(shape["coordinates"]) > 2)


def _keys(told: dict) -> list[str]:
    """The columns of answers: the questions of the map, then what only some features bear."""
    keys = dict.fromkeys(field["key"] for field in told["fields"])
    for one in told["features"]:
        keys |= dict.fromkeys(key for key in one["props"] if not key.startswith("_umap"))
    return list(keys)


def cell(value) -> str:
    """A value as a French spreadsheet reads it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return repr(value).replace(".", ",") if "e" not in repr(value) else f"{value:f}"
    if isinstance(value, list):
        return "|".join(map(text_of, value))
    return text_of(value)


def guarded(text: str) -> str:
    """A cell that no spreadsheet reads as a formula; a number stays one."""
    if text.startswith(_GUARDED) and not re.fullmatch(r"[-+]\d+(,\d+)?", text):
        return "'" + text
    return text

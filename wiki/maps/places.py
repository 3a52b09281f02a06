"""Where a point goes without a mouse: the middle of the map, or a place the operator loaded."""

import csv
import math
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import delete, select

from wiki.db import db
from wiki.files.models import Blob, File
from wiki.maps import geometry
from wiki.maps.models import Feature, KnownPlace, Map
from wiki.markup.sanitize import clean_text
from wiki.markup.text import fold

FRANCE = [2.4, 46.6]
SHEET = (1000, 700)
NAMES = ("name", "nom", "nom_commune", "libelle", "label")
CODES = ("code", "code_insee", "insee", "id")
LATITUDES, LONGITUDES = ("latitude", "lat", "y"), ("longitude", "lon", "lng", "long", "x")


def centre(found: Map) -> list[float]:
    """The middle of what a map shows: its view, else its features, else its ground."""
    view = found.view or {}
    if found.crs == "geo" and {"lat", "lng"} <= view.keys():
        return [float(view["lng"]), float(view["lat"])]
    if found.crs == "simple":
        wide, high = size(found)
        return [wide / 2, high / 2]
    query = select(Feature.minx, Feature.miny, Feature.maxx, Feature.maxy).where(
        Feature.map_id == found.id, Feature.deleted_at.is_(None), Feature.minx.is_not(None)
    )
    rows = db.session.execute(query.limit(2000)).all()
    if not rows:
        return list(FRANCE)
    x = (min(r.minx for r in rows) + max(r.maxx for r in rows)) / 2
    return [x, (min(r.miny for r in rows) + max(r.maxy for r in rows)) / 2]


def size(found: Map) -> tuple[int, int]:
    """The width and height of a drawing, in pixels."""
    ids = [
        one.file_id for one in found.bases
        if one.kind == "image" and one.file_id and not one.pins
    ]  # fmt: skip
    query = select(Blob.width, Blob.height).join(File, File.sha256 == Blob.sha256)
    row = db.session.execute(query.where(File.id == ids[0])).first() if ids else None
    return (row.width, row.height) if row and row.width and row.height else SHEET


def named(written: str) -> list[float]:
    """Where a place that someone named is; raises geometry.Refused when it is not known."""
    found = beginning(written, 2)
    exact = [one for one in found if one.folded == _key(written)]
    if not (exact or len(found) == 1):
        raise geometry.Refused(
            _("This place is not known here, or several bear this name: write its coordinates.")
        )
    one = (exact or found)[0]
    return [one.lng, one.lat]


def beginning(written: str, most: int) -> list[KnownPlace]:
    """The known places whose name or code begins like this."""
    key = _key(written)
    if not key:
        return []
    upper = key + "\uffff"
    near = select(KnownPlace).where(
        ((KnownPlace.folded >= key) & (KnownPlace.folded < upper)) | (KnownPlace.code == key)
    )
    return list(db.session.scalars(near.order_by(KnownPlace.folded).limit(most)))


def load_rows(rows: Iterable[dict]) -> tuple[int, list[str]]:
    """Replace the known places by rows of name, code, latitude, longitude. Commits.

    Gives how many were kept, and a line for each row refused.
    """
    db.session.execute(delete(KnownPlace))
    kept, refused, batch = 0, [], []
    for number, row in enumerate(rows, 2):
        try:
            batch.append(_known(row))
        except (ValueError, KeyError, TypeError) as error:
            refused.append(_("line %(n)s: %(why)s", n=number, why=error))
            continue
        kept += 1
        if len(batch) >= 1000:
            db.session.execute(KnownPlace.__table__.insert(), batch)
            batch.clear()
    if batch:
        db.session.execute(KnownPlace.__table__.insert(), batch)
    db.session.commit()
    return kept, refused


def read_file(path) -> csv.DictReader:
    """A CSV of places, comma or semicolon, UTF-8 or cp1252."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    return csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=first.count))


def _known(row: dict) -> dict:
    named = {fold(str(key)).strip(): value for key, value in row.items() if key}

    def one_of(names: tuple[str, ...]) -> str:
        return next((str(named[n] or "").strip() for n in names if named.get(n)), "")

    name = clean_text(one_of(NAMES))[:160]
    if not name:
        raise ValueError(_("no name"))
    try:
        lat, lng = (float(one_of(n).replace(",", ".")) for n in (LATITUDES, LONGITUDES))
    except ValueError:
        raise ValueError(_("no coordinates")) from None
    if not (math.isfinite(lat) and abs(lat) <= 90 and math.isfinite(lng) and abs(lng) <= 180):
        raise ValueError(_("coordinates out of range"))
    return {"name": name, "folded": _key(name), "code": one_of(CODES)[:20], "lat": lat, "lng": lng}


def _key(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").replace("’", "'").split())[:160]

"""Photos put where they were taken: the place is read from the file, then stripped from it."""

import io
import math
import warnings
from uuid import uuid4

from flask_babel import gettext as _

from wiki.files import safety, uploads
from wiki.items import writing
from wiki.maps import operations
from wiki.maps.models import Map

MOST, LARGEST = 40, 40_000_000


def put(found: Map, sent: list, actor, precision: str) -> tuple[int, list[str]]:
    """Each photo as a point with its picture; how many were put, and what to say of the others.

    A photo that does not say where it was taken waits in the list. Commits one by one.
    """
    key, done, told = _field(found, actor), 0, []
    no_photo = _("this is no photo, it was left out.")
    for one in sent[:MOST]:
        data = one.stream.read(LARGEST + 1)
        name = (one.filename or "")[:80]
        if safety.family(safety.detect(io.BytesIO(data), one.filename or "")) != "picture":
            told.append(f"{name}\u00a0: {no_photo}")
            continue
        spot = place_of(data) if found.crs == "geo" else None
        try:
            file = uploads.receive(io.BytesIO(data), one.filename, found.group, actor, parent=found)
        except uploads.Refused as refusal:
            told.append(f"{name}\u00a0: {refusal.reason}")
            continue
        shape = {"type": "Point", "coordinates": spot} if spot else None
        body = {"base": 0, "title": file.title, "geometry": shape, "props": {key: [file.id]},
                "precision": precision}  # fmt: skip
        operations.put(found, str(uuid4()), body, actor)
        done += 1
        if not spot:
            told.append(f"{name}\u00a0: {_('no coordinates, to be placed by hand.')}")
    return done, told


def place_of(data: bytes) -> list[float] | None:
    """Longitude and latitude of a photo, when it says them and they are on the globe."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                gps = picture.getexif().get_ifd(0x8825)
        lat = _degrees(gps[2]) * (-1 if str(gps.get(1, "N")).upper().startswith("S") else 1)
        lng = _degrees(gps[4]) * (-1 if str(gps.get(3, "E")).upper().startswith("W") else 1)
    except Exception:  # whatever a hostile header raises, the photo has no place
        return None
    good = math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180
    return [round(lng, 6), round(lat, 6)] if good and (lat or lng) else None


def _degrees(parts) -> float:
    degrees, minutes, seconds = (float(one) for one in (*parts, 0, 0)[:3])
    return degrees + minutes / 60 + seconds / 3600


def _field(found: Map, actor) -> str:
    """The question that photos answer; a map without one gets it."""
    for one in found.fields:
        if one["type"] == "photo":
            return one["key"]
    keys = {one["key"] for one in found.fields}
    key = next(k for k in ("photo", *(f"photo_{n}" for n in range(2, 99))) if k not in keys)
    new = {"key": key, "label": _("Photo"), "type": "photo", "choices": [], "required": False}
    found.fields = [*found.fields, new]
    writing.save(found, actor)
    return key

"""The form that pins a picture: points touched on it or written, places named or written."""

from base64 import b64encode

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.items.access import load
from wiki.maps import fields, geometry, operations, pinning, places, pointing, reading
from wiki.maps.models import Base, Map
from wiki.maps.routes import blueprint

SHOWN = 640  # pixels of the picture in the form
POINTS = (1, 2, 3, 4)


@blueprint.route("/maps/<id:item_id>/bases/<int:n>/pins", methods=["GET", "POST"])
def pins(item_id: int, n: int):
    """Pin a picture on geography by three points, and a fourth that tells the error."""
    found = load(Map, item_id, "edit")
    base, file = _picture(found, n)
    written = _kept(base) if request.method == "GET" else _sent(file)
    why = ""
    if request.method == "POST" and "at.x" not in request.form:
        try:
            made, control = _read(written)
            laid = pinning.fit(made)
        except (pinning.Refused, geometry.Refused) as refusal:
            why = str(refusal)
        else:
            return _save(found, base, made, pinning.said(laid, control))
    page = render_template(
        "maps/pins.html", item=found, group=found.group, room="maps", base=base, file=file,
        points=POINTS, written=written, why=why, wide=_wide(file), high=_high(file),
        which=_next(written), drawn=_drawn(item_id, n, written),
    )  # fmt: skip
    return page, 422 if why else 200


@blueprint.get("/maps/<id:item_id>/bases/<int:n>/pins.svg")
def pins_drawn(item_id: int, n: int):
    """The picture with the points that were touched on it, by their numbers."""
    found = load(Map, item_id, "edit")
    _base, file = _picture(found, n)
    path = previews.path(file.sha256, "medium")
    if path is None:
        abort(404)
    wide, high, scale = _wide(file), _high(file), _wide(file) / file.blob.width
    marks = []
    for number in POINTS:
        try:
            x, y = (float(request.args[f"{axis}{number}"]) * scale for axis in "xy")
        except (KeyError, ValueError):
            continue
        marks.append(
            f'<g transform="translate({x:.1f} {y:.1f})"><circle r="13" fill="#11162b" '
            'stroke="#fff" stroke-width="3"/><text y="5" fill="#fff" font-size="15" '
            f'font-weight="bold" text-anchor="middle">{number}</text></g>'
        )
    held = b64encode(path.read_bytes()).decode()
    answer = Response(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" font-family="sans-serif"><image width="{wide}" height="{high}" '
        f'href="data:image/webp;base64,{held}"/>{"".join(marks)}</svg>', mimetype="image/svg+xml",
    )  # fmt: skip
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    return answer


def _picture(found: Map, n: int) -> tuple[Base, File]:
    base = reading.part_of(found, Base, n)
    file = db.session.get(File, base.file_id) if base.file_id else None
    if (
        base.kind != "image" or found.crs == "simple" or file is None
        or pointing.unknown({base.file_id}, current_user) or not file.blob.width
        or not previews.is_possible(file.blob)
    ):  # fmt: skip
        abort(404)
    return base, file


def _wide(file: File) -> int:
    return min(SHOWN, file.blob.width)


def _high(file: File) -> int:
    return max(1, round(file.blob.height * _wide(file) / file.blob.width))


def _kept(base: Base) -> dict[str, str]:
    """The points as the form shows them."""
    return {f"{key}{number}": f"{pin[key]:g}" if key in "xy" else f"{pin[key]:.6f}"
            for number, pin in zip(POINTS, base.pins or [], strict=False)
            for key in ("x", "y", "lat", "lng")}  # fmt: skip


def _sent(file: File) -> dict[str, str]:
    """What was written; a touch on the picture says where the chosen point is."""
    written = {f"{key}{number}": request.form.get(f"{key}{number}", "").strip()[:160]
               for number in POINTS for key in ("x", "y", "lat", "lng", "place")}  # fmt: skip
    spot = [request.form.get(f"at.{axis}", type=int) for axis in "xy"]
    which = request.form.get("which", type=int)
    # A keyboard that presses the picture says (0, 0): that is no point.
    if all(one is not None for one in spot) and any(spot) and which in POINTS:
        scale = file.blob.width / _wide(file)
        written[f"x{which}"], written[f"y{which}"] = (f"{one * scale:.0f}" for one in spot)
    return written


def _next(written: dict[str, str]) -> int:
    """The point that the next touch is for."""
    return next((n for n in POINTS if not written.get(f"x{n}")), POINTS[-1])


def _read(written: dict[str, str]) -> tuple[list[pinning.Pin], pinning.Pin | None]:
    read = []
    for number in POINTS:
        said = {key: written[f"{key}{number}"] for key in ("x", "y", "lat", "lng", "place")}
        if number == POINTS[-1] and not any(said.values()):
            return read, None
        read.append(_pin(number, said))
    return read[:3], read[3]


def _pin(number: int, said: dict[str, str]) -> pinning.Pin:
    try:
        x, y = float(fields.number(said["x"])), float(fields.number(said["y"]))
    except ValueError:
        raise pinning.Refused(
            _("Point %(n)s: touch it on the picture, or write its two numbers.", n=number)
        ) from None
    if said["place"] and not (said["lat"] or said["lng"]):
        lng, lat = places.named(said["place"])
        return pinning.Pin(x, y, lat, lng)
    try:
        lat, lng = float(fields.number(said["lat"])), float(fields.number(said["lng"]))
    except ValueError:
        lat = lng = 999.0
    if abs(lat) > 85 or abs(lng) > 180:
        raise pinning.Refused(
            _("Point %(n)s: say where it is, by a place or by latitude and longitude.", n=number)
        )
    return pinning.Pin(x, y, lat, lng)


def _save(found: Map, base: Base, made: list[pinning.Pin], said: str):
    base.pins = [one.kept() for one in made]
    db.session.flush()
    operations.next_seq(found)
    operations.close(found, current_user)
    flash(said, "success")
    return redirect(url_for("maps.settings", item_id=found.id) + "#bases", 303)


def _drawn(item_id: int, n: int, written: dict[str, str]) -> str:
    spots = {key: value for key, value in written.items() if key[0] in "xy" and value}
    return url_for("maps.pins_drawn", item_id=item_id, n=n, **spots)

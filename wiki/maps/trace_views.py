"""Drawings on paper that come back: the photo is sent, its corners told, and it lies on the map."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.files import uploads
from wiki.files.cleaning import Broken, is_decodable, open_picture
from wiki.files.models import File
from wiki.items.access import load
from wiki.maps import fields, laying
from wiki.maps.models import Base, Map
from wiki.maps.routes import blueprint
from wiki.maps.tracing import asking, planes
from wiki.maps.tracing.sheets import Sheet
from wiki.markup.sanitize import clean_text
from wiki.throttle import throttle


@blueprint.route("/maps/<id:item_id>/paper", methods=["GET", "POST"])
def paper(item_id: int):
    """The way of paper in three steps; the photo is sent here."""
    found = load(Map, item_id, "edit")
    if request.method == "GET":
        return _steps(found)
    throttle("60 per 10 minutes", "sheet", str(current_user.id))
    try:
        photo = _received(found, request.files.get("photo"))
    except (asking.Failed, uploads.Refused) as refusal:
        db.session.rollback()
        return _steps(found, str(getattr(refusal, "reason", refusal))), 422
    return redirect(url_for(".paper_corners", item_id=found.id, number=photo.id), 303)


@blueprint.route("/maps/<id:item_id>/paper/<id:number>", methods=["GET", "POST"])
def paper_corners(item_id: int, number: int):
    """The photo of a sheet with its four corners, to be corrected; sent, it is laid flat."""
    found = load(Map, item_id, "edit")
    asked = laying.last(found, number)
    if asked and asked.state == "failed" and not asked.options["told"]:
        return _steps(found, asked.report["why"])
    photo = load(File, number)
    if photo.parent_id != found.id:
        abort(404)
    if request.method == "POST":
        return _sent(found, photo)
    if asked and asked.state in laying.RUNNING:
        return render_template("maps/paper_wait.html", item=found, group=found.group, room="maps",
                               photo=photo, asked=asked)  # fmt: skip
    base = _known(photo).get("base")
    if asked and asked.state == "done" and base and "then" in request.args:
        return redirect(f"{found.url}#base-{base}", 303)  # the map, on the drawing that came back
    return _corners_page(found, photo, _known(photo), asked)


def _steps(found: Map, why: str = "") -> str:
    return render_template(
        "maps/paper.html", item=found, group=found.group, room="maps", why=why,
        sheets=_laid(found), running=laying.running(found),
    )  # fmt: skip


def _corners_page(found: Map, photo: File, told: dict, asked=None, why: str = "") -> str:
    sheet = Sheet.unpack(bytes.fromhex(told.get("sheet") or ""))
    base = db.session.get(Base, told.get("base") or 0)
    return render_template(
        "maps/paper_corners.html", item=found, group=found.group, room="maps", photo=photo,
        told=told, sheet=sheet, base=base if base and base.map_id == found.id else None,
        elsewhere=bool(sheet) and sheet.map_id != found.id, size=photo.blob,
        why=why or (asked.report.get("why") if asked else ""),
        is_laid=bool(asked) and asked.state == "done" and bool(asked.options["told"]),
    )  # fmt: skip


def _received(found: Map, sent) -> File:
    """The photo, kept among the files of the map; its corners are looked for by a job."""
    if not sent or not sent.filename:
        raise asking.Failed(_("Choose the drawing or the photo."))
    uploads.check_room(found.group, 0)
    asking.check_weight(sent.stream)
    try:
        with open_picture(sent.stream) as image:
            if not is_decodable(*image.size):
                raise asking.Failed(asking.words("too_large"))
    except Broken:
        raise asking.Failed(asking.words("")) from None
    sent.stream.seek(0)
    photo = uploads.stage_file(sent.stream, sent.filename, found.group, current_user, parent=found)
    laying.ask(found, photo, current_user._get_current_object())
    return photo


def _sent(found: Map, photo: File):
    """The form of the corners: lay the photo by them, or stop."""
    here = url_for(".paper_corners", item_id=found.id, number=photo.id)
    if request.form.get("act") == "stop":
        laying.stop(found, photo.id)
        return redirect(here, 303)
    throttle("60 per 10 minutes", "sheet", str(current_user.id))
    told = _known(photo)
    try:
        told = _wanted(told)
        _check(photo, told["corners"])
    except asking.Failed as refusal:
        return _corners_page(found, photo, told, why=str(refusal)), 422
    laying.ask(found, photo, current_user._get_current_object(), told)
    return redirect(f"{here}?then=map", 303)


def _known(photo: File) -> dict:
    """Where the corners of a photo are, as far as anybody or anything told."""
    told = (photo.extra or {}).get("sheet")
    return told or {"corners": _corners([]), "marks": 0, "sheet": ""}


def _wanted(told: dict) -> dict:
    """The corners as the form tells them, each in parts of a hundred, turned as asked."""
    numbers = [request.form.get(f"{axis}{at}", "") for at in range(4) for axis in "xy"]
    corners = _corners(numbers)
    turn = {"left": 1, "right": 3, "over": 2}.get(request.form.get("turn", ""), 0)
    told = {**told, "corners": corners[turn:] + corners[:turn]}
    told["printed"] = request.form.get("corners_of") != "drawing"
    told["clean"] = bool(request.form.get("clean"))
    told["title"] = clean_text(request.form.get("title", ""))[:120]
    return told


def _corners(numbers: list[str]) -> list[list[float]]:
    try:
        parts = [max(-20.0, min(120.0, float(fields.number(one)))) / 100 for one in numbers]
    except ValueError:
        raise asking.Failed(_("Write each corner as two numbers from 0 to 100.")) from None
    if len(parts) != 8:
        return [[0.04, 0.04], [0.96, 0.04], [0.96, 0.96], [0.04, 0.96]]
    return [[parts[at], parts[at + 1]] for at in range(0, 8, 2)]


def _check(photo: File, corners: list) -> None:
    """Refuse at once the corners that hold nothing."""
    wide, high = photo.blob.width or 1000, photo.blob.height or 1000
    quad = [(x * wide, y * high) for x, y in corners]
    if not planes.is_convex(quad) or planes.area(quad) < 400:
        raise asking.Failed(asking.words("corners"))


def _laid(found: Map) -> list[tuple[Base, int]]:
    """The drawings that lie under the map already, with the photo each came from."""
    bases = {one.id: one for one in found.bases}
    query = db.select(File).where(File.parent_id == found.id, File.trashed_at.is_(None))
    made = []
    for photo in db.session.scalars(query.order_by(File.id.desc()).limit(300)):
        base = bases.get(((photo.extra or {}).get("sheet") or {}).get("base"))
        if base:
            made.append((base, photo.id))
    return made

"""Drawings on paper that come back: the photo is sent, its corners told, and it lies on the map."""

import io

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.files import uploads
from wiki.files.models import File
from wiki.items.access import load
from wiki.items.writing import stage
from wiki.maps import fields, operations, papering
from wiki.maps.models import Base, Map
from wiki.maps.routes import blueprint
from wiki.maps.tracing import asking
from wiki.maps.tracing.sheets import Sheet
from wiki.markup.sanitize import clean_text
from wiki.storage import open_blob
from wiki.throttle import throttle

MOST_BASES = 40


@blueprint.route("/maps/<id:item_id>/paper", methods=["GET", "POST"])
def paper(item_id: int):
    """The way of paper in three steps; the photo is sent here."""
    found = load(Map, item_id, "edit")
    why = ""
    if request.method == "POST":
        throttle("60 per 10 minutes", "sheet", str(current_user.id))
        try:
            photo = _received(found, request.files.get("photo"))
            return redirect(url_for(".paper_corners", item_id=found.id, number=photo.id), 303)
        except (asking.Failed, uploads.Refused) as refusal:
            db.session.rollback()
            why = str(getattr(refusal, "reason", refusal))
    page = render_template("maps/paper.html", item=found, group=found.group, room="maps", why=why,
                           sheets=_laid(found))  # fmt: skip
    return page, 422 if why else 200


@blueprint.route("/maps/<id:item_id>/paper/<id:number>", methods=["GET", "POST"])
def paper_corners(item_id: int, number: int):
    """The photo of a sheet with its four corners, to be corrected; sent, it is laid flat."""
    found = load(Map, item_id, "edit")
    photo = load(File, number)
    if photo.parent_id != found.id:
        abort(404)
    told = (photo.extra or {}).get("sheet") or {"corners": _corners([]), "marks": 0, "sheet": ""}
    why = ""
    if request.method == "POST":
        throttle("60 per 10 minutes", "sheet", str(current_user.id))
        try:
            told = _sent(told)
            _lay(found, photo, told)
            flash(_("The drawing lies under the map."), "success")
            return redirect(url_for(".paper_corners", item_id=found.id, number=photo.id), 303)
        except (asking.Failed, uploads.Refused, operations.Refused) as refusal:
            db.session.rollback()
            why = str(getattr(refusal, "reason", refusal))
    sheet = Sheet.unpack(bytes.fromhex(told.get("sheet") or ""))
    base = db.session.get(Base, told.get("base") or 0)
    page = render_template(
        "maps/paper_corners.html", item=found, group=found.group, room="maps", photo=photo, why=why,
        told=told, sheet=sheet, base=base if base and base.map_id == found.id else None,
        elsewhere=bool(sheet) and sheet.map_id != found.id, size=photo.blob,
    )  # fmt: skip
    return page, 422 if why else 200


def _received(found: Map, sent) -> File:
    """The photo, kept among the files of the map once its corners were looked for."""
    if not sent or not sent.filename:
        raise asking.Failed(_("Choose the drawing or the photo."))
    uploads.check_room(found.group, 0)
    told = asking.look(sent.stream)
    sent.stream.seek(0)
    photo = uploads.stage_file(sent.stream, sent.filename, found.group, current_user, parent=found)
    photo.extra = {**(photo.extra or {}), "sheet": told}
    db.session.commit()
    return photo


def _sent(told: dict) -> dict:
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


def _lay(found: Map, photo: File, told: dict) -> None:
    """Straighten the photo and put it under the map, where its sheet says; again, instead."""
    sheet = _sheet_of(found, told)
    with open_blob(photo.sha256) as file:
        made, size = asking.straighten(
            file, told["corners"], sheet.pack().hex() if sheet else "", told["clean"]
        )
    base = db.session.get(Base, told.get("base") or 0)
    if base is None or base.map_id != found.id or not base.file_id:
        base = _new_base(found, made, told)
    else:
        file = load(File, base.file_id, "edit")
        uploads.receive_version(file, io.BytesIO(made), "dessin.jpg", current_user)
    base.title = told["title"] or base.title
    # A drawing without marks lies over the whole map, until somebody pins it better.
    whole = sheet or papering.sheet_of(found, current_user, bare=True)
    base.pins = papering.pins(whole, size["width"], size["height"])
    photo.extra = {**(photo.extra or {}), "sheet": {**told, "base": base.id}}
    stage(photo, current_user)
    db.session.flush()
    operations.next_seq(found)
    operations.close(found, current_user)


def _sheet_of(found: Map, told: dict) -> Sheet | None:
    """The sheet that was printed: what its strip proved, else the one printed today."""
    if not told["printed"]:
        return None
    sheet = Sheet.unpack(bytes.fromhex(told.get("sheet") or ""))
    if sheet is None or sheet.map_id != found.id or sheet.crs != found.crs:
        sheet = papering.sheet_of(found, current_user, bare=False)
    return sheet


def _new_base(found: Map, made: bytes, told: dict) -> Base:
    if len(found.bases) >= MOST_BASES:
        raise operations.Refused(422, "many", _("At most %(n)s layers.", n=MOST_BASES))
    title = told["title"] or _("Drawing on paper")
    file = uploads.stage_file(
        io.BytesIO(made), "dessin.jpg", found.group, current_user, parent=found, title=title
    )
    db.session.flush()
    base = Base(map_id=found.id, kind="image", rank=len(found.bases), file_id=file.id, title=title)
    db.session.add(base)
    db.session.flush()
    return base


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

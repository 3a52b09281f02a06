"""The screens of an import: bring a file, say what its columns are, see what became of it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from wiki.db import db, utcnow
from wiki.items.access import load
from wiki.items.forms import number_or_none
from wiki.maps import bringing, geometry, importing, laying, operations, photos
from wiki.maps.formats import tables
from wiki.maps.formats.found import LARGEST, Unreadable
from wiki.maps.forms import PRECISIONS
from wiki.maps.models import Import, Layer, Map
from wiki.maps.routes import blueprint
from wiki.markup.sanitize import clean_text
from wiki.templating import language
from wiki.throttle import throttle

SHOWN = 8


@blueprint.route("/maps/<id:item_id>/import", methods=["GET", "POST"])
def bring(item_id: int):
    """Choose a file to put on a map."""
    found = load(Map, item_id, "edit")
    if request.method == "GET":
        return _choose(found)
    throttle("30 per hour", "map-import", str(current_user.id))
    if photos_ := [one for one in request.files.getlist("photos") if one.filename]:
        return _bring_photos(found, photos_)
    sent = request.files.get("file")
    if not sent or not sent.filename:
        return _choose(found, _("Choose a file.")), 422
    data = sent.stream.read(LARGEST + 1)
    name = clean_text(sent.filename)[:200]
    options: dict = {"lang": language()}
    try:
        if importing.is_table(data, name):
            _headers, options["roles"], _some = tables.columns_of(data)
        else:
            importing.read(data, name)
    except Unreadable as error:
        return _choose(found, str(error)), 422
    made = Import(
        map_id=found.id, actor_id=current_user.id, name=name, payload=data, options=options,
        report={},
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return redirect(url_for(".import_", item_id=found.id, n=made.id), 303)


@blueprint.route("/maps/<id:item_id>/import/<int:n>", methods=["GET", "POST"])
def import_(item_id: int, n: int):
    """Before: what the file holds, and what its columns are. After: what became of it."""
    found = load(Map, item_id, "edit")
    made = db.session.get(Import, n)
    if made is None or made.map_id != found.id or laying.is_sheet(made):
        abort(404)
    if made.state != "asking":
        return render_template("maps/import_done.html", item=found, group=found.group,
                               room="maps", made=made, report=made.report or {})  # fmt: skip
    if made.actor_id != current_user.id:
        abort(404)
    if request.method == "GET" or "again" in request.form:
        _take_roles(made)
        return _preview(found, made)
    return _start(found, made)


def _bring_photos(found: Map, sent: list):
    precision = request.form.get("precision")
    precision = precision if precision in geometry.STEPS else "exact"
    try:
        done, told = photos.put(found, sent, current_user, precision)
    except operations.Refused as refusal:
        db.session.rollback()
        return _choose(found, str(refusal)), 422
    if done:
        flash(ngettext("One photo is on the map.", "%(num)s photos are on the map.", done),
              "success")  # fmt: skip
    for line in told[:10]:
        flash(line, "warning")
    return redirect(found.url, 303)


def _choose(found: Map, why: str = "") -> str:
    return render_template(
        "maps/import.html", item=found, group=found.group, room="maps", why=why,
        largest=LARGEST // 1_000_000, precisions=PRECISIONS,
    )  # fmt: skip


def _take_roles(made: Import) -> None:
    """What the person says the columns are."""
    if roles := request.form.getlist("role"):
        kept = [one if one in tables.ROLES else "value" for one in roles[: tables.MOST_COLUMNS]]
        made.options = {**made.options, "roles": kept}
        made.updated_at = utcnow()
        db.session.commit()


def _preview(found: Map, made: Import, why: str = ""):
    columns = None
    if importing.is_table(made.payload, made.name):
        headers, guessed, some = tables.columns_of(made.payload)
        roles = made.options.get("roles") or guessed
        columns = list(zip(headers, roles, zip(*_squared(some, len(headers)), strict=True)
                           if some else [()] * len(headers), strict=True))  # fmt: skip
    report, rows = importing.Report(), []
    try:
        told = importing.read(made.payload, made.name, made.options.get("roles"))
        report.refused, report.notes = list(told.refused), list(told.notes)
        importing.fit(found, told)
        rows = told.rows
        known = importing.known_places(found)
        for row in rows[:2000]:
            if one := importing.judged(found, row, report):
                importing.is_double(one, known, report)
    except Unreadable as error:
        why = str(error)
    page = render_template(
        "maps/import_preview.html", item=found, group=found.group, room="maps", made=made,
        columns=columns, rows=rows[:SHOWN], count=len(rows), report=report, why=why,
        layers=found.layers, roles=_roles(), precisions=PRECISIONS,
    )  # fmt: skip
    return page, 422 if why and request.method == "POST" else 200


def _start(found: Map, made: Import):
    _take_roles(made)
    try:
        told = importing.read(made.payload, made.name, made.options.get("roles"))
    except Unreadable as error:
        return _preview(found, made, str(error))
    number = number_or_none(request.form.get("layer"))
    layer = db.session.get(Layer, number) if number else None
    if number and (
        layer is None or layer.map_id != found.id
        or not operations.may_write_on(layer, current_user, found)
    ):  # fmt: skip
        abort(403)
    made.options = {**made.options, "layer": number,
                    "skip_doubles": "skip_doubles" in request.form,
                    "precision": request.form.get("precision", "")}  # fmt: skip
    made.state, made.total, made.updated_at = "waiting", len(told.rows), utcnow()
    if len(told.rows) <= bringing.AT_ONCE:
        db.session.commit()
        bringing.run(made.id)
    else:
        bringing.run.later(made.id)
        db.session.commit()
        flash(_("The file is being read. You may leave this page."))
    return redirect(url_for(".import_", item_id=found.id, n=made.id), 303)


def _squared(rows: list[list[str]], width: int) -> list[list[str]]:
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]


def _roles() -> dict[str, str]:
    """What a column may be."""
    return {
        "value": _("An answer"), "title": _("Name"), "story": _("What there is to tell"),
        "lat": _("Latitude"), "lng": _("Longitude"), "pair": _("Latitude and longitude together"),
        "shape": _("Shape (WKT or GeoJSON)"), "layer": _("Layer"),
        "precision": _("Precision"), "session": _("Half-day or outing"),
        "skip": _("Leave it out"),
    }  # fmt: skip

"""Before and after: two sessions of a map side by side, drawn on the same ground, then counted."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from wiki.items.access import load
from wiki.maps import fields, frames, reading, sketch_svg, sketching
from wiki.maps.filtering import Filters
from wiki.maps.models import Map
from wiki.maps.routes import blueprint

MOST = sketching.ALL
AVERAGED = ("number", "scale")


@blueprint.get("/maps/<id:item_id>/before-after")
def before_after(item_id: int):
    """Two sessions, the first and the last unless an address says which."""
    found = load(Map, item_id)
    known = reading.sessions(found)
    left, right = request.args.get("left", ""), request.args.get("right", "")
    left = left if left in known else next(iter(known), "")
    right = right if right in known else next(reversed(known), "")
    rows = reading.rows(found, most=MOST)
    return render_template(
        "maps/before_after.html", item=found, group=found.group, room="maps", sessions=known,
        left=left, right=right, sides=sides(found, rows, (left, right)) if known else [],
        counts=counts(found, rows, (left, right)),
    )  # fmt: skip


def sides(found: Map, rows, chosen: tuple[str, str]) -> list[dict]:
    """Each session as a drawing with its list; both show the same part of the world."""
    inside = reading.is_inside(found, current_user)
    both = [reading.place_of(found, row, inside) for row in rows
            if row.session in chosen and row.geometry]  # fmt: skip
    frame = frames.of_map(found, both)
    made = []
    for session in chosen:
        drawn = sketching.drawing(
            found, current_user, frame=frame, most=MOST,
            keeps=lambda row, session=session: row.session == session,
        )  # fmt: skip
        drawn.title = f"{found.title}, {session}"
        numbers = {one["id"]: one["number"] for one in drawn.features}
        made.append({
            "session": session, "svg": sketch_svg.write(drawn),
            "points": [(numbers.get(row.uuid), row) for row in rows if row.session == session],
        })  # fmt: skip
    return made


def counts(found: Map, rows, chosen: tuple[str, str]) -> list[dict]:
    """Question by question, what was answered in each session: {label, lines of (words, two)}."""
    asked = [Filters(found, MultiDict({"session": one})) for one in chosen]
    pairs = zip(*(one.groups([row for row in rows if one.keeps(row)]) for one in asked),
                strict=True)  # fmt: skip
    made = []
    for first, second in pairs:
        lines = [(a[1], a[2] or 0, b[2] or 0) for a, b in zip(first.values, second.values,
                                                                strict=True)]  # fmt: skip
        lines = [line for line in lines if line[1] or line[2]]
        if lines:
            made.append({"label": first.label, "lines": lines})
    return made + _averages(found, rows, chosen)


def _averages(found: Map, rows, chosen: tuple[str, str]) -> list[dict]:
    known, made = reading.values_for(found, current_user), []
    for one in found.fields:
        if one["type"] not in AVERAGED:
            continue
        told = []
        for session in chosen:
            values = [known(row).get(one["key"]) for row in rows if row.session == session]
            numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
            told.append(fields.shown(one, round(sum(numbers) / len(numbers), 1)) if numbers else "")
        if any(told):
            made.append({"label": one["label"], "lines": [(_("On average"), *told)]})
    return made

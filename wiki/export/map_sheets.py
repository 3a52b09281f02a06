"""A map on paper: its drawing, what its marks mean, and its points in words, by number."""

from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.items import links
from wiki.maps import fields, places, reading, sketch_svg, sketching
from wiki.maps.models import Map

MOST_PICTURES = 60  # features beyond which the list has no photo
COLUMNS, LINES = 12, 8  # squares of the grid of a sheet that bears too many marks for numbers
PAPERS = {"a4": (297, 210), "a3": (420, 297)}  # millimetres
UNITS = 2.8  # of a drawing for each millimetre of paper: marks as large as a finger's tip


@dataclass
class MapSheet:
    """All that is printed of a map for one reader."""

    item: Map
    drawing: sketching.Drawing
    svg: Markup
    legend: list[tuple[Markup, str]]
    words: Markup | str
    entries: list[dict] = field(default_factory=list)
    count: int = 0
    is_tall: bool = False


def of(found: Map, user, paper: str = "a4", room: tuple[int, int] | None = None) -> MapSheet:
    """The sheet of a map; `room` is what its drawing may take, in millimetres."""
    tall = is_tall(found)
    wide, high = PAPERS[paper]
    if tall:
        wide, high = high, wide
    across, down = room or (wide - 26, high - (76 if paper == "a4" else 86))
    size = (across * UNITS, down * UNITS)
    made = sketching.drawing(found, user, most=sketching.ALL, size=size)
    squares = _grid(made) if made.is_dense else {}
    told = reading.described(found, reading.rows(found, most=sketching.ALL), user)
    rendering = found.renderings.get("legend")
    return MapSheet(
        found, made, sketch_svg.write(made, mm=UNITS), legend(found),
        links.show(rendering.html, found, user, False) if rendering else "",
        entries(found, made, told, squares), found.count(), tall,
    )  # fmt: skip


def part(found: Map, user) -> Markup:
    """The map among other things on paper: its drawing, its signs, its points."""
    sheet = of(found, user, room=(174, 120))
    return Markup(render_template("export/_map_part.html", sheet=sheet))


def is_tall(found: Map) -> bool:
    """Whether the sheet stands upright: that of a drawing that does."""
    if found.crs != "simple":
        return False
    wide, high = places.size(found)
    return high > wide * 1.05


def legend(found: Map) -> list[tuple[Markup, str]]:
    """The signs of a map with what they mean."""
    return [(sketch_svg.sign(colour, shape), words)
            for colour, shape, words in sketching.legend(found)]  # fmt: skip


def entries(found: Map, drawing, told: dict, squares: dict) -> list[dict]:
    """The features as a numbered list; those without a place come last and bear no number."""
    numbers = {one["id"]: one["number"] for one in drawing.features}
    layers = {one.id: one.title for one in found.layers}
    pictured = len(told["features"]) <= MOST_PICTURES
    made = [
        {
            "number": numbers.get(one["id"]), "square": squares.get(one["id"], ""),
            "title": one["title"] or _("Without name"), "id": one["id"],
            "answers": _answers(found, one), "html": one.get("html", ""),
            "media": _media(found, one, told["media"]), "session": one["session"],
            "layer": layers.get(one["layer"], "") if len(layers) > 1 else "",
            "pictured": pictured,
        }
        for one in told["features"]
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one["number"] is None, one["number"] or 0))


def _answers(found: Map, one: dict) -> list[tuple[str, str]]:
    said = [
        (asked["label"], fields.shown(asked, one["props"].get(asked["key"])))
        for asked in found.fields if asked["type"] not in fields.POINTING
    ]  # fmt: skip
    return [(label, words) for label, words in said if words]


def _media(found: Map, one: dict, known: dict) -> list[dict]:
    keys = [asked["key"] for asked in found.fields if asked["type"] in fields.POINTING]
    numbers = [str(n) for key in keys for n in one["props"].get(key) or []]
    return [known[n] for n in dict.fromkeys(numbers) if n in known]


def _grid(drawing) -> dict[str, str]:
    """Lines over the drawing, and the square of each feature: « C4 », as in an atlas."""
    drawing.grid = (COLUMNS, LINES)
    wide, high = drawing.frame.size
    found = {}
    for mark in drawing.marks:
        column = min(max(int(mark.x / wide * COLUMNS), 0), COLUMNS - 1)
        line = min(max(int(mark.y / high * LINES), 0), LINES - 1)
        for one in (mark, *mark.others):
            found.setdefault(one.uuid, f"{chr(65 + column)}{line + 1}")
    return found


def steps(found: Map, user) -> list[dict]:
    """The story, page by page: the steps written, else the points in their order."""
    told = reading.described(found, reading.rows(found, most=sketching.MOST), user)
    known = {one["id"]: one for one in told["features"]}
    drawing = sketching.drawing(found, user, size=(184 * UNITS, 115 * UNITS))
    written = [
        {"title": step.title, "feature": step.feature_uuid, "files": [step.file_id],
         "html": links.show_fresh(step.html, found.group_id, user, False) if step.html else ""}
        for step in found.steps
    ] or [
        {"title": one["title"], "feature": one["id"], "html": one.get("html", ""), "files": []}
        for one in told["features"]
    ]  # fmt: skip
    media = reading.pointing.seen({n for one in written for n in one["files"] if n}, user)
    for one in written:
        feature = known.get(one["feature"])
        one["svg"] = sketch_svg.write(drawing, lit=one["feature"], mm=UNITS) if feature else ""
        one["media"] = [media[n] for n in one["files"] if n in media]
        if feature:
            one["answers"] = _answers(found, feature)
            also = _media(found, feature, told["media"])  # a step often shows what its place does
            one["media"] += [file for file in also if file not in one["media"]]
            one["html"] = one["html"] or feature.get("html", "")
            one["place"] = feature["title"]
    return written

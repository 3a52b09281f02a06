"""The sheet of a map to draw on, A4 or A3: with the map under the pencil, or blank."""

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from wiki.consents import printing
from wiki.export import handing, map_sheets, posters, squares
from wiki.items.access import load
from wiki.maps import papering
from wiki.maps.models import Map
from wiki.markup.text import slugify

blueprint = Blueprint("drawn_sheets", __name__)


@blueprint.get("/maps/<id:item_id>/paper/sheet")
def printed(item_id: int):
    """The sheet on the screen, ready to print."""
    found = load(Map, item_id, "edit")
    return posters.refused([found]) or _page(found, pdf=False)


@blueprint.get("/maps/<id:item_id>/paper/sheet.pdf")
def as_pdf(item_id: int):
    """The sheet as a PDF file."""
    found = load(Map, item_id, "edit")
    if answer := posters.refused([found]):
        return answer
    html = _page(found, pdf=True)
    here = f"/maps/{found.id}/paper"
    name = f"{slugify(found.title) or 'carte'}-{_paper()}"
    again = f"{here}/sheet?paper={_paper()}&ground={_ground()}"
    drawn = {f"{here}/qr.svg": squares.svg(here)}
    return handing.pdf(html, name, here, again, drawn, leaving=[found])


@blueprint.get("/maps/<id:item_id>/paper/qr.svg")
def square(item_id: int) -> Response:
    """The code that leads to where the photo of a sheet is sent."""
    found = load(Map, item_id, "edit")
    return Response(squares.svg(f"/maps/{found.id}/paper"), mimetype="image/svg+xml")


def _page(found: Map, pdf: bool) -> str:
    bare = _ground() == "blank"
    sheet = papering.sheet_of(found, current_user, bare)
    words = {
        "title": found.title, "square": f"/maps/{found.id}/paper/qr.svg",
        "label": _("Sheet to draw on: %(title)s", title=found.title),
        "who": _("Who draws, and when: …………………………………………………"),
        "how": _("Draw in the frame. Then photograph the whole sheet, its four black squares too."),
    }  # fmt: skip
    html = render_template(
        "export/drawn_sheet.html", item=found, paper=_paper(), ground=_ground(), tall=sheet.tall,
        papers=tuple(map_sheets.PAPERS), pdf=pdf, story=False, address="drawn_sheets.as_pdf",
        svg=papering.svg(found, current_user, sheet, words),
    )  # fmt: skip
    return printing.without_pictures(html)


def _paper() -> str:
    paper = request.args.get("paper", "a4")
    return paper if paper in map_sheets.PAPERS else abort(404)


def _ground() -> str:
    return "blank" if request.args.get("ground") == "blank" else "map"

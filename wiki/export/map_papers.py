"""A map to print or as a PDF, A4 or A3: its drawing with numbers, its list, its story."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from wiki.consents import printing
from wiki.consents.releases import note_leaving
from wiki.export import handing, map_sheets, posters
from wiki.items.access import load
from wiki.maps.models import Map
from wiki.markup.text import slugify

blueprint = Blueprint("map_papers", __name__)


@blueprint.get("/maps/<id:item_id>/print")
def printed(item_id: int):
    """The sheets on the screen, ready to print; `?as=story` a page for each step."""
    found = load(Map, item_id)
    if answer := posters.refused([found]):
        return answer
    note_leaving([found], "print")
    return _document(found, pdf=False)


@blueprint.get("/maps/<id:item_id>.pdf")
def as_pdf(item_id: int):
    """The same sheets as a PDF file."""
    found = load(Map, item_id)
    if answer := posters.refused([found]):
        return answer
    html = _document(found, pdf=True)
    again = f"/maps/{found.id}/print?paper={_paper()}" + ("&as=story" if _is_story() else "")
    name = f"{slugify(found.title) or 'carte'}-{_paper()}"
    return handing.pdf(html, name, found.url, again, leaving=[found])


def _document(found: Map, pdf: bool) -> str:
    paper = _paper()
    told = {"item": found, "paper": paper, "papers": tuple(map_sheets.PAPERS), "pdf": pdf}
    if _is_story():
        steps = map_sheets.steps(found, current_user)
        html = render_template("export/map_story.html", steps=steps, story=True, **told)
    else:
        sheet = map_sheets.of(found, current_user, paper)
        html = render_template("export/map.html", sheet=sheet, story=False, **told)
    return printing.without_pictures(html)


def _is_story() -> bool:
    return request.args.get("as") == "story"


def _paper() -> str:
    paper = request.args.get("paper", "a4")
    return paper if paper in map_sheets.PAPERS else abort(404)

"""The sheet that people sign when they come: one column a half-day, empty lines for others."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user, login_required

from wiki.export import handing
from wiki.groups.models import Role, role_in
from wiki.items.access import load
from wiki.markup.text import slugify
from wiki.programme import presence
from wiki.programme.models import Dated

blueprint = Blueprint("signatures", __name__)
ON_A_PAGE = 16
COLUMNS = 4  # half-days side by side on a sheet
BLANK = 4


@blueprint.get("/items/<id:item_id>/signatures")
@login_required
def printed(item_id: int):
    """The sheet, ready to print."""
    return _document(_led(item_id), pdf=False), 200, handing.PRIVATE


@blueprint.get("/items/<id:item_id>/signatures.pdf")
@login_required
def as_pdf(item_id: int):
    """The same sheet as a PDF file."""
    item = _led(item_id)
    name, html = slugify(item.title)[:60] or "seance", _document(item, pdf=True)
    printable = f"/items/{item.id}/signatures"
    return handing.pdf(html, f"emargement-{name}", item.url, printable, private=True)


def _led(item_id: int) -> Dated:
    """The session, for those who may see names."""
    item = load(Dated, item_id)
    if role_in(current_user, item.group_id) is None:
        abort(404)
    if role_in(current_user, item.group_id) < Role.FACILITATOR:
        abort(403)
    return item


def _document(item: Dated, pdf: bool) -> str:
    blank = request.args.get("blank") == "1"
    known = [] if blank else presence.sheet(item)
    # Those who lead sign below, once; noted as present, they came to take part.
    leaders = {one.id for one in item.group.people() if one.role == Role.FACILITATOR}
    people = [one for one in known if not (one.user and one.user.id in leaders) or any(one.states)]
    wanted = getattr(item, "trainees", None) or 0
    lines = [*people, *[None] * max(BLANK, wanted - len(people))]
    if blank:
        lines = [None] * max(ON_A_PAGE, wanted)
    halves = list(enumerate(item.half_days))
    sheets = [
        (halves[column : column + COLUMNS], lines[row : row + ON_A_PAGE], row)
        for column in range(0, len(halves), COLUMNS)
        for row in range(0, len(lines), ON_A_PAGE)
    ]
    return render_template("export/signatures.html", item=item, sheets=sheets, pdf=pdf, blank=blank)

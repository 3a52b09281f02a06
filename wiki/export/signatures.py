"""The sheet that people sign when they come: one column a half-day, empty lines for others."""

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user, login_required

from wiki.export import press
from wiki.groups.models import Role, role_in
from wiki.items.access import load
from wiki.markup.text import slugify
from wiki.programme import presence
from wiki.programme.models import Dated
from wiki.throttle import throttle

blueprint = Blueprint("signatures", __name__)
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
ON_A_PAGE = 16
COLUMNS = 4  # half-days side by side on a sheet
BLANK = 4


@blueprint.get("/items/<id:item_id>/signatures")
@login_required
def printed(item_id: int):
    """The sheet, ready to print."""
    return _document(_led(item_id), pdf=False), 200, PRIVATE


@blueprint.get("/items/<id:item_id>/signatures.pdf")
@login_required
def as_pdf(item_id: int):
    """The same sheet as a PDF file."""
    item = _led(item_id)
    throttle("30 per 5 minutes", "pdf", str(current_user.id))
    name = slugify(item.title)[:60] or "seance"
    html, back = _document(item, pdf=True), item.url
    printable = f"/items/{item.id}/signatures"
    try:
        made = press.make(html, current_user)
    except press.NoPdf as error:
        page = render_template("export/no_pdf.html", why=str(error), back=back, printable=printable)
        return page, press.STATUS[str(error)]
    answer = Response(made, mimetype="application/pdf", headers=PRIVATE)
    answer.headers["Content-Disposition"] = f'inline; filename="emargement-{name}.pdf"'
    return answer


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

"""The room sheet: on the wall or on the desk, how to come in, what the day is made of."""

from flask import Response, render_template
from flask_login import current_user, login_required

from wiki.classrooms import seating
from wiki.classrooms.doorway import as_trainer
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.export import press
from wiki.groups import joining
from wiki.markup.text import slugify
from wiki.throttle import throttle


@blueprint.get("/classrooms/<id:room_id>/sheet")
@login_required
def sheet(room_id: int):
    """The room sheet, ready to print."""
    return _document(as_trainer(room_id), pdf=False), 200, PRIVATE


@blueprint.get("/classrooms/<id:room_id>/sheet.pdf")
@login_required
def sheet_pdf(room_id: int):
    """The same as a PDF file."""
    room = as_trainer(room_id)
    throttle("30 per 5 minutes", "pdf", str(current_user.id))
    name, html = slugify(room.title)[:60] or "salle", _document(room, pdf=True)
    url = room.url
    try:
        made = press.make(html, current_user)
    except press.NoPdf as error:
        page = render_template(
            "export/no_pdf.html", why=str(error), back=url, printable=f"{url}/sheet"
        )
        return page, press.STATUS[str(error)]
    answer = Response(made, mimetype="application/pdf", headers=PRIVATE)
    answer.headers["Content-Disposition"] = f'inline; filename="salle-{name}.pdf"'
    return answer


def _document(room, pdf: bool) -> str:
    cards = joining.cards_of(room.sandbox) if not room.is_reset else []
    return render_template(
        "classrooms/sheet.html", seats=room, group=room.group, cards=cards, pdf=pdf,
        shared=seating.items(room.shared), models=seating.items(room.models),
    )  # fmt: skip

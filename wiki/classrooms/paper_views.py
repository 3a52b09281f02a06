"""The room sheet: on the wall or on the desk, how to come in, what the day is made of."""

from flask import render_template
from flask_login import login_required

from wiki.classrooms import seating
from wiki.classrooms.doorway import as_trainer
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.export import handing
from wiki.groups import joining
from wiki.markup.text import slugify


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
    name, html = slugify(room.title)[:60] or "salle", _document(room, pdf=True)
    return handing.pdf(html, f"salle-{name}", room.url, f"{room.url}/sheet", private=True)


def _document(room, pdf: bool) -> str:
    cards = joining.cards_of(room.sandbox) if not room.is_reset else []
    return render_template(
        "classrooms/sheet.html", seats=room, group=room.group, cards=cards, pdf=pdf,
        shared=seating.items(room.shared), models=seating.items(room.models),
    )  # fmt: skip

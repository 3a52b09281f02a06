"""What was read inside a file: shown page by page, and read again when somebody asks."""

from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.db import db
from wiki.files import reading, safety
from wiki.files.models import File, TextState
from wiki.items.access import load, role_in

blueprint = Blueprint("texts", __name__)
SHOWN = 60_000  # characters of a document shown on its screen; each page has its own besides
LEAST = 200


class Place(NamedTuple):
    """A page, a slide or a sheet, and the beginning of its text."""

    number: int
    anchor: str
    heading: str
    text: str
    is_cut: bool


@blueprint.get("/<id:item_id>/text/<int:number>")
def page(item_id: int, number: int):
    """One page of a document as words, whole."""
    file = load(File, item_id)
    found = file.pages()
    if not 1 <= number <= len(found):
        abort(404)
    place, text = found[number - 1]
    return render_template(
        "files/text.html", file=file, item=file, number=number, count=len(found),
        heading=_heading(place, number), text=text, anchor=place,
        group=file.group if role_in(current_user, file.group_id) is not None else None,
    )  # fmt: skip


@blueprint.post("/<id:item_id>/reading")
@login_required
def read_again(item_id: int):
    """Read the words of a file anew."""
    file = load(File, item_id, "edit")
    if file.text_state == TextState.ERASED:
        abort(403)
    if file.text_state in (TextState.NONE, TextState.WAITING):
        flash(_("There is nothing to read again for now."))
    else:
        reading.ask_again(file, current_user)
        db.session.commit()
        flash(_("The text is being read again. It takes a moment."))
    return redirect(file.url, 303)


def places(file: File) -> list[Place]:
    """What its screen shows of the words of a document; each page in part when it is long."""
    if safety.is_text(file.blob.mime) and file.blob.mime not in safety.ACTIVE:
        return []  # shown as it is
    found = file.pages()
    room = max(LEAST, SHOWN // max(1, len(found)))
    return [
        Place(number, place, _heading(place, number), text[:room], len(text) > room)
        for number, (place, text) in enumerate(found, 1)
    ]


def _heading(place: str, number: int) -> str:
    kind, _sign, name = place.partition("=")
    if kind == "sheet":
        return _("Sheet “%(name)s”", name=name)
    if kind == "slide":
        return _("Slide %(number)s", number=number)
    return _("Page %(number)s", number=number) if place else ""

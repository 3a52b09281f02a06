"""A portrait on a wall: one sheet, A4 or A3, with the face, a sentence, the way to the voice."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from wiki.consents import printing
from wiki.export import handing
from wiki.items.access import can, load
from wiki.markup.text import slugify
from wiki.portraits import drawing, opening
from wiki.portraits.models import Portrait

blueprint = Blueprint("posters", __name__)
PAPERS = ("a4", "a3")
MOST_PLACES = 4  # what is read standing up


@blueprint.get("/portraits/<id:item_id>/poster")
def printed(item_id: int):
    """The poster on the screen, ready to print."""
    portrait = load(Portrait, item_id)
    return refused([portrait]) or _poster(portrait, _paper(), pdf=False)


@blueprint.get("/portraits/<id:item_id>/poster.pdf")
def as_pdf(item_id: int):
    """The poster as a PDF file."""
    portrait, paper = load(Portrait, item_id), _paper()
    if answer := refused([portrait]):
        return answer
    back, again = portrait.url, f"/portraits/{portrait.id}/poster?paper={paper}"
    name = f"{slugify(portrait.title) or 'portrait'}-{paper}"
    html = _poster(portrait, paper, pdf=True)
    return handing.pdf(html, name, back, again, leaving=[portrait])


def refused(items: list) -> tuple[str, int] | None:
    """The answer when none of these items may go on paper; None when one may."""
    off = printing.kept_off(item.id for item in items)
    if not items or len(off) < len(items):
        return None
    names = list(dict.fromkeys(name for item in items for name in off[item.id]))
    may = can(current_user, "edit", items[0])
    page = render_template(
        "export/not_on_paper.html", names=names, back=items[0].url,
        people=f"/items/{items[0].id}/people" if may else "",
    )  # fmt: skip
    return page, 403


def _paper() -> str:
    paper = request.args.get("paper", "a4")
    return paper if paper in PAPERS else abort(404)


def _poster(portrait: Portrait, paper: str, pdf: bool) -> str:
    shown = drawing.draw(portrait, current_user)
    face, voice = shown.face, shown.voice
    may_print = bool(voice) and not printing.kept_off([voice.file.id])
    words = opening.words(shown, voice if may_print else None)
    places = face.lines[:MOST_PLACES] if face and face.code == "spots" else []
    html = render_template(
        "export/poster.html", item=portrait, shown=shown, face=face and face.file, places=places,
        words=words, paper=paper, papers=PAPERS, pdf=pdf,
        is_long=len(portrait.title) > 24 or bool(words and len(words.html) > 160),
    )  # fmt: skip
    return printing.without_pictures(html)

"""Access cards on paper: five on a page, to cut out and fold."""

import re
from functools import cache

from flask import Blueprint, abort, current_app, render_template, request
from flask_login import login_required
from markupsafe import Markup

from wiki.accounts.cards import AccessCard
from wiki.export import handing
from wiki.groups import joining
from wiki.groups.models import Group, Role
from wiki.items.access import load_group
from wiki.markup.text import slugify
from wiki.templating import DIST

blueprint = Blueprint("cards", __name__)
_SYMBOL = re.compile(r'<symbol id="p-([a-z]+)" viewBox="0 0 48 48">(.*?)</symbol>', re.S)
ON_A_PAGE = 5
# The eight colours as they are printed: what makes the PDF does not draw from the sprite, whose
# colours come from the page.
INKS = {
    "brique": "#a23821", "ocre": "#825113", "mousse": "#506020", "sapin": "#206040",
    "lagune": "#05616b", "bleuet": "#21579c", "mure": "#912d58", "ardoise": "#465463",
}  # fmt: skip


@blueprint.get("/groups/<id:group_id>/cards/print")
@login_required
def printed(group_id: int):
    """The cards of a group, or one of them, ready to print."""
    group = load_group(group_id, Role.FACILITATOR)
    return _document(group, _chosen(group), pdf=False), 200, handing.PRIVATE


@blueprint.get("/groups/<id:group_id>/cards.pdf")
@login_required
def as_pdf(group_id: int):
    """The same cards as a PDF file."""
    group = load_group(group_id, Role.FACILITATOR)
    html = _document(group, _chosen(group), pdf=True)
    name, back = slugify(group.title)[:60] or "groupe", f"{group.url}/cards"
    printable = f"/groups/{group.id}/cards/print"
    return handing.pdf(html, f"cartes-{name}", back, printable, private=True)


def _chosen(group: Group) -> list[AccessCard]:
    """The card asked for, else all of the group."""
    one = request.args.get("card", type=int)
    cards = [card for card in joining.cards_of(group) if one in (None, card.id)]
    return cards or abort(404)


def _document(group: Group, cards: list[AccessCard], pdf: bool) -> str:
    pages = [cards[start : start + ON_A_PAGE] for start in range(0, len(cards), ON_A_PAGE)]
    return render_template("export/cards.html", group=group, pages=pages, pdf=pdf, drawing=_drawing)


def _drawing(name: str, colour: str) -> Markup:
    """A pictogram as a drawing that stands alone, in the colour of a group."""
    inside = _drawings().get(name, "").replace("currentColor", INKS.get(colour, "#000"))
    inside = inside.replace("var(--cut, #fff)", "#fff")
    return Markup(f'<svg viewBox="0 0 48 48" aria-hidden="true">{inside}</svg>')  # noqa: S704 ours


@cache
def _drawings() -> dict[str, str]:
    built = current_app.extensions["assets"].url("icons.svg").rpartition("/")[2]
    return dict(_SYMBOL.findall((DIST / built).read_text("utf-8")))

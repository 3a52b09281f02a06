"""On paper: one item, a selection or the results of a search, to print or as a PDF file."""

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from wiki.consents import printing
from wiki.consents.releases import note_leaving
from wiki.export import choosing, handing, posters
from wiki.export.choosing import Choice
from wiki.export.sheets import sheets
from wiki.markup.text import shorten, slugify
from wiki.throttle import throttle

blueprint = Blueprint("paper", __name__)


@blueprint.get("/print")
def printed():
    """A document ready to print: the items chosen, or what a search finds."""
    throttle("60 per 5 minutes", "print", handing.who())
    choice = choosing.chosen()
    if answer := _keep_off(choice):
        return answer
    note_leaving(choice.items, "print")
    return _document(choice, pdf=False), 200 if choice.items or choice.searched else 404


@blueprint.get("/export.pdf")
def as_pdf():
    """The same document as a PDF file."""
    choice = choosing.chosen()
    if not choice.items:
        abort(404)
    return _keep_off(choice) or _pdf(choice)


@blueprint.get("/items/<id:item_id>.pdf")
def item_as_pdf(item_id: int):
    """One item as a PDF file."""
    choice = choosing.named([item_id])
    if not choice.items:
        abort(404)
    return _keep_off(choice) or _pdf(choice)


def _keep_off(choice: Choice):
    """Take out what may not be printed; the answer that says so when nothing else is left."""
    if answer := posters.refused(choice.items):
        return answer
    off = printing.kept_off(item.id for item in choice.items)
    choice.kept_off = [item.title for item in choice.items if item.id in off]
    choice.items = [item for item in choice.items if item.id not in off]
    return None


def _document(choice: Choice, pdf: bool) -> str:
    made = sheets(choice.items, current_user, level=1 if choice.alone else 2)
    html = render_template(
        "export/document.html",
        choice=choice,
        sheets=made,
        pdf=pdf,
        title=_title(choice),
        author=_authors(choice),
        description=_description(choice),
        back=_back(choice),
        pdf_address=_pdf_address(choice),
    )
    return printing.without_pictures(html)


def _pdf(choice: Choice) -> Response:
    html = _document(choice, pdf=True)
    name, again = slugify(_title(choice)) or "document", _print_address(choice)
    return handing.pdf(html, name, _back(choice), again, leaving=choice.items)


def _title(choice: Choice) -> str:
    if one := choice.collection or choice.alone:
        return one.title or _("Without title")
    if choice.typed:
        return _("Search: %(words)s", words=shorten(choice.typed, 80))
    return _("Results of a search") if choice.searched else _("A selection")


def _description(choice: Choice) -> str:
    if one := choice.collection or choice.alone:
        return shorten(" ".join((one.summary or "").split()), 300)
    return ngettext("%(num)s text, whole.", "%(num)s texts, whole.", len(choice.items))


def _authors(choice: Choice) -> str:
    names = [item.author.name for item in choice.items if item.author]
    return ", ".join(list(dict.fromkeys(names))[:10])


def _back(choice: Choice) -> str:
    if choice.searched:
        return f"/search?{_query()}"
    one = choice.collection or choice.alone
    return one.url if one else "/search"


def _print_address(choice: Choice) -> str:
    one = choice.collection or choice.alone
    return f"/print?items={one.id}" if one else f"/print?{_query()}"


def _pdf_address(choice: Choice) -> str:
    one = choice.collection or choice.alone
    return f"/items/{one.id}.pdf" if one else f"/export.pdf?{_query()}"


def _query() -> str:
    return request.query_string.decode("latin-1")

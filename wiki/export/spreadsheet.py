"""The results of a search as a table that a French spreadsheet opens by a double press.

Byte order mark, semicolons and decimal commas are what Excel expects in France; a cell that looks
like a formula is made text, so that a title never runs on the machine of who opens the file.
"""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, current_app, request, stream_with_context
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from wiki.db import db
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.items.terms import VOCABULARIES, label_of, vocabulary_label
from wiki.markup.text import slugify
from wiki.search import find
from wiki.search.describing import facts_of_kinds
from wiki.search.filters import Filters
from wiki.search.question import read
from wiki.search.views import kind_names
from wiki.templating import site_address
from wiki.throttle import address, throttle

blueprint = Blueprint("spreadsheet", __name__)
AT_MOST = 5_000  # lines
AT_A_TIME = 200  # items in memory
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


@blueprint.get("/search.csv")
def results():
    """Every result of a search, one a line, with its facts and its words."""
    who = "" if current_user.is_anonymous else str(current_user.id)
    throttle("30 per 5 minutes", "table", who or address())
    asked, filters = read(request.args.get("q")), Filters.from_args(request.args)
    exact = request.args.get("exact") == "1"
    found = find(asked, current_user, filters, AT_MOST, 0, facets=False, exact=exact)
    reader = current_user._get_current_object()
    answer = Response(stream_with_context(_lines(found.ids, reader)), mimetype="text/csv")
    name = slugify(asked.typed)[:60] or "recherche"
    site = slugify(current_app.config["SITE_NAME"]) or "essaim"
    answer.headers["Content-Disposition"] = f'attachment; filename="{site}-{name}.csv"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _lines(ids: list[int], reader) -> Iterator[str]:
    """The file, piece by piece; rights are asked again for each piece."""
    columns = _columns()
    yield "\ufeff" + _line(columns)
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        items = {item.id: item for item in db.session.scalars(_of(some, reader))}
        yield "".join(
            _line(read_cell(items[item_id]) for read_cell in columns.values())
            for item_id in some
            if item_id in items
        )


def _of(ids: list[int], reader):
    return (
        select(Item)
        .where(Item.id.in_(ids), visible(reader))
        .options(
            joinedload(Item.group), joinedload(Item.author), selectinload(Item.terms),
            *facts_of_kinds(),
        )
    )  # fmt: skip


def _columns() -> dict:
    """What each column is called, and how it is read from an item."""
    kinds = kind_names()
    scopes = {
        Scope.DRAFT: _("Draft"), Scope.GROUP: _("For the group"),
        Scope.NETWORK: _("For the network"), Scope.PUBLIC: _("For everyone"),
    }  # fmt: skip
    columns = {
        _("Number"): lambda item: item.id,
        _("Title"): lambda item: item.title,
        _("Kind"): lambda item: kinds.get(item.kind, item.kind),
        _("In short"): lambda item: item.summary,
        _("Address"): lambda item: site_address() + item.url,
        _("Group"): lambda item: item.group.title,
        _("Author"): lambda item: item.author.name if item.author else "",
        _("Who reads it"): lambda item: scopes[item.scope],
        _("Organisation"): _fact("structure"),
        _("Place"): _fact("place"),
        _("Year"): _fact("year"),
        _("People"): _fact("people"),
        _("Sessions"): _fact("sessions"),
        _("Hours"): _fact("hours"),
        _("How long"): _fact("duration"),
        _("Hours of preparation"): _fact("preparation_hours"),
        _("Cost in euros"): _fact("cost"),
        _("Licence"): _fact("licence"),
    }
    for name in VOCABULARIES:
        columns[vocabulary_label(name)] = _words(name)
    return columns | {
        _("Created"): lambda item: item.created_at,
        _("Published"): lambda item: item.published_at,
        _("Changed"): lambda item: item.updated_at,
    }


def _fact(name: str):
    def read_cell(item):
        value = getattr(item, name, None)
        return None if callable(value) else value

    return read_cell


def _words(vocabulary: str):
    return lambda item: ", ".join(label_of(term) for term in item.terms_of(vocabulary))


def _line(values) -> str:
    return ";".join(cell(value) for value in values) + "\r\n"


def cell(value) -> str:
    """A value as a spreadsheet set to French reads it, on one line, never a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(get_timezone()).strftime("%Y-%m-%d")
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    text = str(value)
    guarded = text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA)
    text = ("'" if guarded else "") + " ".join(text.replace("\0", "").split())
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ';"\n,\t') else text

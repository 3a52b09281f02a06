"""Which items a person wants on paper or in one file: a selection, or what a search finds."""

from dataclasses import dataclass

from flask import request
from flask_login import current_user

from wiki.export.sheets import readable
from wiki.items.models import Item
from wiki.search import find
from wiki.search.filters import Filters
from wiki.search.question import read

AT_MOST = 50  # items in one document
ASKED_AT_MOST = 1000  # numbers looked at in an address


@dataclass
class Choice:
    """The items chosen; `total` counts those that were found, `typed` is the question asked."""

    items: list[Item]
    total: int
    typed: str = ""
    searched: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether more was found than one document takes."""
        return self.total > len(self.items)


def chosen() -> Choice:
    """The items that the address names, of those the reader may read, in its order."""
    if "items" in request.args or "item" in request.args:
        ids = numbers(request.args.getlist("items") + request.args.getlist("item"))
        found = readable(ids, current_user)
        return Choice(found[:AT_MOST], len(found))
    asked, filters = read(request.args.get("q")), Filters.from_args(request.args)
    if not (asked.typed or filters):
        return Choice([], 0)
    exact = request.args.get("exact") == "1"
    results = find(asked, current_user, filters, AT_MOST, 0, facets=False, exact=exact)
    found = readable(results.ids, current_user)
    return Choice(found, results.total, asked.typed, searched=True)


def numbers(given: list[str]) -> list[int]:
    """The numbers in an address, repeated or separated by commas; nonsense is left out."""
    values = [value.strip() for text in given for value in text.split(",")][:ASKED_AT_MOST]
    wanted = (int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 10)
    return list(dict.fromkeys(wanted))

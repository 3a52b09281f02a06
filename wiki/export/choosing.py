"""Which items a person wants on paper or in one file: a selection, or what a search finds."""

from dataclasses import dataclass, field

from flask import request
from flask_login import current_user

from wiki.collections.models import Collection
from wiki.collections.models import readable as entries_for
from wiki.export.sheets import readable
from wiki.items.models import Item
from wiki.items.terms import is_open, label_of
from wiki.search import find, vocabularies
from wiki.search.filters import Filters
from wiki.search.question import read
from wiki.search.views import kind_labels

AT_MOST = 50  # items in one document
ASKED_AT_MOST = 1000  # numbers looked at in an address


@dataclass
class Choice:
    """The items chosen; `total` counts those that were found, `typed` is the question asked."""

    items: list[Item]
    total: int
    typed: str = ""
    searched: bool = False
    collection: Collection | None = None
    words: tuple[str, ...] = ()
    kept_off: list[str] = field(default_factory=list)  # titles of what may not be printed

    @property
    def alone(self) -> Item | None:
        """The item, when the document is about one only."""
        return self.items[0] if len(self.items) == 1 and not self.searched else None

    @property
    def is_cut(self) -> bool:
        """Whether more was found than one document takes."""
        return self.total > len(self.items)


def chosen() -> Choice:
    """The items that the address names, of those the reader may read, in its order."""
    if "items" in request.args or "item" in request.args:
        return named(numbers(request.args.getlist("items") + request.args.getlist("item")))
    asked, filters = read(request.args.get("q")), Filters.from_args(request.args)
    if not (asked.typed or filters):
        return Choice([], 0)
    exact = request.args.get("exact") == "1"
    results = find(asked, current_user, filters, AT_MOST, 0, facets=False, exact=exact)
    found = readable(results.ids, current_user)
    words = _words(filters, found)
    return Choice(found, results.total, asked.typed, searched=True, words=words)


def named(ids: list[int]) -> Choice:
    """The items of these numbers that the reader may read; a collection brings what it gathers."""
    found = readable(ids, current_user)
    every: list[int] = []
    for item in found:
        every.append(item.id)
        if isinstance(item, Collection):
            every += [target.id for _entry, target in entries_for(item, current_user) if target]
    if len(every) > len(found):
        whole = found[0] if len(found) == 1 else None
        gathered = readable(every, current_user)
        return Choice(gathered[:AT_MOST], len(gathered), collection=whole)
    return Choice(found[:AT_MOST], len(found))


def _words(filters: Filters, items: list[Item]) -> tuple[str, ...]:
    """What the search was narrowed by, in words that the reader may know of."""
    known, numbered = vocabularies.terms(), vocabularies.by_slug()
    borne = {(term.vocabulary, term.slug) for item in items for term in item.terms}
    asked = [(name, slug) for name, slugs in filters.terms.items() for slug in slugs]
    # A word that someone made is as private as what bears it, also beside one that is not.
    told = [one for one in asked if one in borne or is_open(*one)]
    found = [known.get(numbered.get(one, -1)) for one in told]
    kinds = kind_labels()
    return tuple(label_of(term) for term in found if term) + tuple(
        kinds[kind] for kind in filters.kinds if kind in kinds
    )


def numbers(given: list[str]) -> list[int]:
    """The numbers in an address, repeated or separated by commas; nonsense is left out."""
    values = [value.strip() for text in given for value in text.split(",")][:ASKED_AT_MOST]
    wanted = (int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 10)
    return list(dict.fromkeys(wanted))

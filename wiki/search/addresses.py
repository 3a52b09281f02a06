"""Addresses of searches: the one at hand with something added or taken away."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from wiki.search.filters import Filters
from wiki.search.question import LONGEST


def address(**changes) -> str:
    """This search with some of its parameters changed; None takes one away."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    kept += [(name, str(value)) for name, value in changes.items() if value is not None]
    return _search([(name, value[:LONGEST]) for name, value in kept if value != ""])


def toggled(filters: Filters, vocabulary: str, slug: str) -> str:
    """This search with one value of a vocabulary added, or removed when it is chosen."""
    chosen = filters.terms.get(vocabulary, ())
    values = [v for v in chosen if v != slug] if slug in chosen else [*chosen, slug]
    return address(**{vocabulary: ",".join(values) or None, "page": None})


def arguments(where: str) -> MultiDict:
    """The parameters in an address made here."""
    return MultiDict(parse_qsl(urlsplit(where).query, keep_blank_values=True))


def _search(pairs: list[tuple[str, str]]) -> str:
    return "/search?" + urlencode(pairs) if pairs else "/search"

"""What « public:jeunes » in a question means: the words of the vocabularies, as written."""

from functools import partial

from sqlalchemy import text

from wiki.db import db
from wiki.items.terms import is_open
from wiki.search import french, vocabularies
from wiki.search.question import Lookup

_known: dict[tuple, dict[tuple[str, tuple[str, ...]], int]] = {}  # at most one: today's


def lookup_for(allowed: str) -> Lookup:
    """What finds the slug of a value; words that people added count only where they can be read.

    `allowed` is the condition under which the reader may read an item, as `readable` gives it.
    """
    return partial(_lookup, allowed)


def _lookup(allowed: str, vocabulary: str, terms: tuple[str, ...]) -> str | None:
    version = vocabularies.version()
    if version not in _known:
        made = _read()
        _known.clear()
        _known[version] = made
    term = vocabularies.terms().get(_known.get(version, {}).get((vocabulary, terms), -1))
    if term and (is_open(vocabulary, term.slug) or _is_seen(term.id, allowed)):
        return term.slug
    return None


def _is_seen(term_id: int, allowed: str) -> bool:
    """Whether something that the reader may read bears the word."""
    wanted = (
        "SELECT 1 FROM search_facet CROSS JOIN item WHERE search_facet.term_id = :term "
        f"AND item.id = search_facet.item_id AND {allowed} LIMIT 1"
    )
    return db.session.connection().execute(text(wanted), {"term": term_id}).first() is not None


def _read() -> dict[tuple[str, tuple[str, ...]], int]:
    """Labels first, so that a word's own name wins over what another is also called."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    living = [term for term in vocabularies.terms().values() if not term.retired]
    for term in living:
        for written in (term.label, term.label_en, term.slug.replace("-", " ")):
            found.setdefault((term.vocabulary, french.terms(written or "")), term.id)
    for term in living:
        for written in term.synonyms or []:
            found.setdefault((term.vocabulary, french.terms(str(written))), term.id)
    return found

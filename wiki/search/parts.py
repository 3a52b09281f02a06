"""All that is searched of an item: its own texts, what others add to them, remarks, facets."""

from collections.abc import Callable
from functools import cache

from sqlalchemy import Connection, select

from wiki.items import history
from wiki.items.models import Comment, Item, Scope
from wiki.items.searchable import Part, SearchText
from wiki.items.terms import VOCABULARIES, defaults
from wiki.search import vocabularies
from wiki.search.tables import search_facet

_providers: list[Callable[[Item], list[Part]]] = []


def provide(parts_of: Callable[[Item], list[Part]]) -> None:
    """Let a feature add parts to items, as files do for what they are attached to.

    It must give nothing that one of the item's readers could not read: rights are the item's.
    """
    if parts_of not in _providers:
        _providers.append(parts_of)


def texts(item: Item, connection: Connection) -> SearchText:
    """The texts to index of an item: its own, then those of what stands beside it."""
    found = item.search_text()
    if item.id is not None:
        for parts_of in _providers:
            found.parts = [*found.parts, *parts_of(item)]
        found.parts = [*found.parts, *_remarks(item, connection)]
    found.parts = [*_labels(item), *found.parts]
    return found


def facets(item: Item, connection: Connection) -> set[int]:
    """The ids of an item's terms, of those above them, and of what its own facts say."""
    known = vocabularies.terms()
    found: set[int] = set()
    for term in item.terms:
        if term.vocabulary == "territories" and term.slug in _kinds_of_place():
            found.add(vocabularies.ensure(connection, "settings", term.slug))
        term_id: int | None = term.id
        while term_id is not None and term_id not in found:
            found.add(term_id)
            term_id = known[term_id].parent_id if term_id in known else None
    for vocabulary, slugs in item.facets().items():
        found |= {vocabularies.ensure(connection, vocabulary, slug) for slug in slugs}
    return found


def _labels(item: Item) -> list[Part]:
    """The words of an item's terms, by vocabulary; a place is also in those around it."""
    known = vocabularies.terms()
    labels: dict[str, list[str]] = {}
    for term in item.terms:
        if term.vocabulary in VOCABULARIES:
            labels.setdefault(term.vocabulary, []).append(term.label)
            around = term.parent_id
            while around in known:
                labels[term.vocabulary].append(known[around].label)
                around = known[around].parent_id
    return [Part("term", ". ".join(dict.fromkeys(said)), name) for name, said in labels.items()]


def bearing(connection: Connection, term_id: int) -> list[int]:
    """The items that count in a term: those to write again when it moves under another."""
    wanted = select(search_facet.c.item_id).where(search_facet.c.term_id == term_id)
    return list(connection.scalars(wanted))


@cache
def _kinds_of_place() -> set[str]:
    return {term["slug"] for term in defaults()["settings"]["terms"]}


def _remarks(item: Item, connection: Connection) -> list[Part]:
    """The remarks that every reader of the item sees; those held or of before it was open, none."""
    wanted = select(Comment.body, Comment.created_at).where(
        Comment.item_id == item.id, Comment.removed_at.is_(None), Comment.held.is_(False)
    )
    rows = connection.execute(wanted.order_by(Comment.id)).all()
    if rows and item.scope >= Scope.NETWORK:
        opened = history.opened_to(item, item.scope)
        rows = [row for row in rows if opened is None or row.created_at >= opened]
    return [Part("comment", row.body) for row in rows]

"""Vocabularies: the default words shipped with the product, and how items get theirs."""

import json
import re
from functools import cache
from importlib.resources import files

from flask_babel import get_locale
from sqlalchemy import and_, exists, func, or_, select

from wiki.db import db
from wiki.items import gazetteer
from wiki.items.access import visible
from wiki.items.models import Item, Term, item_term
from wiki.markup.sanitize import clean_text
from wiki.markup.text import slugify

VOCABULARIES = (
    "needs", "publics", "territories", "themes", "formats", "tools", "obstacles", "outcomes",
    "connectivity", "structures", "skills", "tags",
)  # fmt: skip
# What an item's own facts say: counted and chosen like the others, filled in by nobody.
DERIVED = ("settings", "durations", "sizes", "costs", "years", "licences")
FACETS = VOCABULARIES + DERIVED
FREE = {"tags", "tools", "territories"}
_MADE = FREE | set(DERIVED)  # in which what somebody wrote makes words


@cache
def defaults() -> dict:
    """The vocabularies as shipped: label, terms with slug, labels and synonyms."""
    return json.loads(files("wiki.items").joinpath("vocabularies.json").read_text("utf-8"))


def load_defaults() -> int:
    """Add the shipped terms that are missing; what an admin changed stays. The caller commits."""
    known = {(t.vocabulary, t.slug) for t in db.session.scalars(select(Term))}
    added = 0
    for vocabulary, content in defaults().items():
        for position, term in enumerate(content["terms"]):
            if (vocabulary, term["slug"]) not in known:
                db.session.add(
                    Term(
                        vocabulary=vocabulary,
                        slug=term["slug"],
                        label=term["label"],
                        label_en=term.get("label_en", ""),
                        synonyms=term.get("synonyms", []),
                        uri=term.get("uri", ""),
                        position=position,
                    )
                )
                added += 1
    db.session.flush()
    place_territories()
    return added


def vocabulary_label(vocabulary: str) -> str:
    """What a vocabulary is called on the screen, in the reader's language."""
    label = defaults().get(vocabulary, {}).get("label", {})
    return label.get(str(get_locale() or "fr")[:2]) or label.get("fr") or vocabulary


def label_of(term: Term) -> str:
    """A term in the reader's language."""
    english = str(get_locale() or "fr").startswith("en")
    return term.label_en if english and term.label_en else term.label


def labels_of(names: list[str]) -> list[str]:
    """The words behind names such as `themes:mobilite`, as a revision keeps them."""
    pairs = [tuple(name.split(":", 1)) for name in names if ":" in name]
    known = {
        (term.vocabulary, term.slug): label_of(term)
        for term in db.session.scalars(select(Term).where(Term.slug.in_([s for _, s in pairs])))
    }
    return [known.get(pair, pair[1]) for pair in pairs]


def living(vocabulary: str) -> list[Term]:
    """The terms on offer in a vocabulary, in their order."""
    return list(
        db.session.scalars(
            select(Term)
            .where(Term.vocabulary == vocabulary, Term.retired_at.is_(None))
            .order_by(Term.position, Term.label)
        )
    )


def offered(vocabulary: str, user) -> list[Term]:
    """The terms on offer to a person in a vocabulary, in their order."""
    return list(
        db.session.scalars(
            select(Term)
            .where(Term.vocabulary == vocabulary, Term.retired_at.is_(None), known_to(user))
            .order_by(Term.position, Term.label)
        )
    )


def known_to(user):
    """SQL: the terms a person may know of. A word that someone made is as private as its items."""
    shipped = [
        and_(Term.vocabulary == name, Term.slug.in_([term["slug"] for term in content["terms"]]))
        for name, content in defaults().items()
        if name in _MADE
    ]
    read = exists().where(
        item_term.c.term_id == Term.id, Item.id == item_term.c.item_id, visible(user)
    )
    return or_(Term.vocabulary.not_in(_MADE), *shipped, read)


def is_open(vocabulary: str, slug: str) -> bool:
    """Whether everyone may know of a term: it was shipped, or added by an administrator."""
    return vocabulary not in _MADE or (vocabulary, slug) in _shipped()


@cache
def _shipped() -> set[tuple[str, str]]:
    return {(name, term["slug"]) for name, kept in defaults().items() for term in kept["terms"]}


def by_slugs(vocabulary: str, slugs: list[str]) -> list[Term]:
    """The terms of a vocabulary that bear these slugs; unknown ones are left out."""
    return list(
        db.session.scalars(
            select(Term)
            .where(Term.vocabulary == vocabulary, Term.slug.in_(slugs))
            .order_by(Term.position)
        )
    )


def named(vocabulary: str, labels: list[str], create: bool = True) -> list[Term]:
    """Terms by label, slug or synonym, as people and front matter write them.

    A free vocabulary grows by what it lacks when `create`; other unknown words are left out.
    """
    found: dict[str, Term] = {}
    for written in labels:
        label = clean_text(str(written))[:160]
        slug = slugify(label)
        if not slug or slug in found:
            continue
        term = _known(vocabulary, slug)
        if term is None and vocabulary == "territories" and (place := gazetteer.find(label)):
            term = of_place(place) if create else None
        if term is None and create:
            last = db.session.scalar(
                select(func.max(Term.position)).where(Term.vocabulary == vocabulary)
            )
            term = Term(
                vocabulary=vocabulary, slug=slug, label=label, position=(last or 0) + 1, synonyms=[]
            )
            db.session.add(term)
            db.session.flush()
        if term is not None:
            found[slug] = term
    return list(dict.fromkeys(found.values()))


def of_place(place: gazetteer.Place) -> Term:
    """The term of a place of the gazetteer, made with those around it when it is new."""
    known = db.session.scalar(
        select(Term).where(Term.vocabulary == "territories", Term.uri == place.uri)
    )
    if known is None:
        label = gazetteer.label(place)
        known = _known("territories", slugify(label))
        if known is None or known.uri:
            slug = slugify(label) if known is None else slugify(f"{label} {place.code}")
            known = Term(vocabulary="territories", slug=slug, label=label, synonyms=[])
            db.session.add(known)
        known.uri = place.uri
        larger = gazetteer.around(place)
        known.parent_id = of_place(larger).id if larger else None
        db.session.flush()
    return known


def place_territories() -> int:
    """Put the territories that people named into those around them; how many were placed."""
    wanted = select(Term).where(
        Term.vocabulary == "territories", Term.uri == "", Term.parent_id.is_(None)
    )
    placed = 0
    for term in db.session.scalars(wanted).all():
        if not is_open("territories", term.slug) and (place := gazetteer.find(term.label)):
            placed += of_place(place) is term
    return placed


def assign(item: Item, vocabulary: str, terms: list[Term]) -> None:
    """Replace an item's terms in one vocabulary; the caller saves."""
    item.terms = [t for t in item.terms if t.vocabulary != vocabulary] + terms


def _known(vocabulary: str, slug: str) -> Term | None:
    terms = db.session.scalars(select(Term).where(Term.vocabulary == vocabulary)).all()
    for term in terms:
        if slug == term.slug or slug == slugify(term.label):
            return term
    return next((t for t in terms if slug in map(slugify, t.synonyms or [])), None)


def erase(item: Item, pattern: re.Pattern) -> int:
    """Take off the words that people made in which a name stands; gone when nothing bears them."""
    named = [
        term
        for term in item.terms
        if not is_open(term.vocabulary, term.slug) and pattern.search(term.label)
    ]
    for term in named:
        item.terms.remove(term)
        db.session.flush()
        borne = select(item_term.c.item_id).where(item_term.c.term_id == term.id).limit(1)
        if db.session.scalar(borne) is None:
            db.session.delete(term)
    return len(named)

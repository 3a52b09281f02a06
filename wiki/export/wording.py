"""The words and figures of front matter, as our terms and facts."""

from sqlalchemy import select

from wiki.db import db
from wiki.export.sources import as_date, listed
from wiki.items.models import Item, Term
from wiki.items.terms import VOCABULARIES
from wiki.markup.sanitize import clean_text
from wiki.markup.text import slugify
from wiki.reports import lines

LONGEST_LABEL = 160
TEXT_FACTS = ("structure", "place", "duration")
FIGURES = ("year", "people", "sessions", "hours", "preparation_hours", "cost")


class Words:
    """Every term by vocabulary and by all it may be called; grows by what it lacks."""

    def __init__(self, added: list[str] | None = None):
        self.added = added or []
        self.known: dict[tuple[str, str], Term] = {}
        self.last: dict[str, int] = {}
        for term in db.session.scalars(select(Term).order_by(Term.position)):
            self._learn(term)

    def given(self, item: Item, meta: dict, notices: list[str]) -> list[Term]:
        """The item's terms, replaced in the vocabularies that the front matter names."""
        named = [v for v in VOCABULARIES if meta.get(v) not in (None, "", [])]
        if not named:
            return list(item.terms)
        kept = [term for term in item.terms if term.vocabulary not in named]
        for vocabulary in named:
            kept += [t for t in self._terms(vocabulary, meta[vocabulary]) if t not in kept]
        return kept

    def _terms(self, vocabulary: str, value) -> list[Term]:
        # A label of ours may hold a comma: the whole first, then its pieces.
        whole = self._find(vocabulary, value) if isinstance(value, str) else None
        if whole:
            return [whole]
        found = []
        for word in listed(value):
            if slugify(word):
                found.append(self._find(vocabulary, word) or self._make(vocabulary, word))
        return found

    def _find(self, vocabulary: str, word: str) -> Term | None:
        return self.known.get((vocabulary, slugify(clean_text(word), 100)))

    def _make(self, vocabulary: str, word: str) -> Term:
        label = clean_text(word)[:LONGEST_LABEL]
        term = Term(
            vocabulary=vocabulary,
            slug=slugify(label, 100),
            label=label,
            position=self.last.get(vocabulary, 0) + 1,
            synonyms=[],
        )
        db.session.add(term)
        db.session.flush()
        self._learn(term)
        if vocabulary != "tags":
            self.added.append(f"{label} ({vocabulary})")
        return term

    def _learn(self, term: Term) -> None:
        self.last[term.vocabulary] = max(self.last.get(term.vocabulary, 0), term.position or 0)
        for name in (term.slug, term.label, term.label_en, *(term.synonyms or [])):
            if slug := slugify(name or "", 100):
                # What a term is called comes before what it may also be called.
                self.known.setdefault((term.vocabulary, slug), term)
        self.known[term.vocabulary, term.slug] = term


def facts(meta: dict) -> dict:
    """The facts of a report that front matter gives under our names, when their type fits."""
    found: dict = {}
    if (licence := meta.get("licence") or meta.get("license")) and isinstance(licence, str):
        found["licence"] = clean_text(licence)[:60]
    for name in TEXT_FACTS:
        if isinstance(meta.get(name), str):
            found[name] = clean_text(meta[name])[:200]
    for name in FIGURES:
        value = meta.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
            found[name] = value
    for name in ("contributors", "reviewers"):
        if meta.get(name):
            found[name] = [clean_text(str(one))[:120] for one in listed(meta[name])][:60]
    for name in lines.COLUMNS:
        rows = meta.get(name) if isinstance(meta.get(name), list) else []
        told = [lines.tidy(name, row) for row in rows[: lines.MOST_LINES] if isinstance(row, dict)]
        if told := [row for row in told if row["text"]]:
            found[name] = told
    if "year" not in found and (date := as_date(meta.get("date"))):
        found["year"] = date.year
    return found

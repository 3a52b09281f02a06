"""Full-text search in French over everything a reader may read."""

import math
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import text

from wiki.db import db
from wiki.items.terms import is_open
from wiki.search import spelling, synonyms, vocabularies
from wiki.search.filters import Filters
from wiki.search.index import store
from wiki.search.plan import Plan, Wanted, prepare
from wiki.search.question import Question, read
from wiki.search.question_values import lookup_for
from wiki.search.rights import readable

SYNONYM_WEIGHT = 0.6  # of another word, beside the word asked for; less when there are many
PAIR_WEIGHT = 0.7  # of two words standing side by side as in the question
COMMON = 0.25  # a word in more than this share of the items ranks only through its pairs
LEAST_COMMON = 20  # items under which no word is common
ENOUGH = 10  # results covering half of the question, under which partial ones are shown too
MOST_VALUES = 30  # shown for one facet

_HIT, _TOTAL, _KIND, _TERM = range(4)
_BEST = f"""SELECT {_HIT} AS what, id, '' AS name, sum(score) AS n FROM scored
    GROUP BY id ORDER BY n DESC, id DESC LIMIT :limit OFFSET :offset"""
_NEWEST = f"""SELECT {_HIT} AS what, id, '' AS name, 0.0 AS n FROM hit
    ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset"""
# Hits in which only the most common words stand, after those that are scored.
_UNRANKED = f"""SELECT {_HIT} AS what, id, '' AS name, 0.0 AS n FROM hit
    WHERE id NOT IN (SELECT id FROM scored) ORDER BY at DESC, id DESC LIMIT :limit
    OFFSET (SELECT CASE WHEN :offset > count(DISTINCT id)
        THEN :offset - count(DISTINCT id) ELSE 0 END FROM scored)"""


@dataclass(frozen=True)
class Results:
    """What a search found: the best ids of the page asked for, and counts over all of it."""

    total: int = 0
    hits: list[tuple[int, float]] = field(default_factory=list)
    facets: dict[str, list["Value"]] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    suggestion: str | None = None
    question: Question = Question("")
    plan: Plan = Plan()
    corrected: tuple[tuple[str, str], ...] = ()  # (what was typed, what was searched instead)

    @property
    def ids(self) -> list[int]:
        """The items of this page, best first."""
        return [item_id for item_id, _ in self.hits]


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many results bear it, and whether it is asked for."""

    id: int
    slug: str
    label: str
    label_en: str
    count: int
    chosen: bool


def find(
    question: str | Question | None,
    reader,
    filters: Filters | None = None,
    limit: int = 20,
    offset: int = 0,
    *,
    facets: bool = True,
    exact: bool = False,
) -> Results:
    """What `reader` may read that answers a question, best first; without question, the newest.

    `exact` searches word for word: neither other words nor corrections. Results, total, facets and
    suggestion depend on nothing but what the reader may read; only the order may.
    """
    asked = question if isinstance(question, Question) else read(question)
    filters = filters or Filters()
    book = synonyms.Book() if exact else synonyms.book()
    allowed = readable(reader)
    asked = asked.resolved(lookup_for(allowed))
    filters = filters.also(asked.named)
    plan = prepare(asked, book, spelling.beginnings)
    changes: tuple[tuple[str, str], ...] = ()
    suggestion = None
    if plan.groups:
        better, changes, suggestion = spelling.correct(asked, plan, book, allowed)
        if changes and not exact:
            asked, plan = better, prepare(better, book, spelling.beginnings)
    rows = _Statement(plan, allowed, filters).rows(limit, offset, facets)
    return Results(
        total=next(int(row.n) for row in rows if row.what == _TOTAL),
        hits=[(row.id, float(row.n)) for row in rows if row.what == _HIT],
        facets=_values(rows, filters) if facets else {},
        kinds={row.name: int(row.n) for row in rows if row.what == _KIND},
        suggestion=suggestion,
        question=asked,
        plan=plan,
        corrected=() if exact else changes,
    )


def count(question: str | Question, reader, filters: Filters, exact: bool = False) -> int:
    """How many results a search would give."""
    return find(question, reader, filters, limit=0, facets=False, exact=exact).total


class _Statement:
    """The one statement: what matches and may be read, its ranking, and its counts.

    Written as text because it is the same at each search but for a few pieces, and quick to read.
    """

    def __init__(self, plan: Plan, allowed: str, filters: Filters):
        self.plan, self.filters = plan, filters
        self.connection = db.session.connection()
        self.store = store(self.connection)
        self.readable = allowed
        self.values: dict[str, object] = {}
        self.fixed = filters.fixed()
        self.conditions = filters.conditions(self.values)

    def rows(self, limit: int, offset: int, facets: bool) -> list:
        """Rows of (what, id, name, n): the page in order, the total, and the counts."""
        parts = self._sources()
        ranked = self._ranked() if limit else ""
        if ranked:
            parts.append(f"scored AS MATERIALIZED ({ranked})")
        self.values |= {"limit": limit, "offset": offset}
        arms = [f"SELECT {_TOTAL} AS what, 0 AS id, '' AS name, count(*) AS n FROM hit"]
        arms += self._counts() if facets else []
        if ranked:
            arms.append(f"SELECT * FROM ({_BEST}) AS page")
        elif limit:
            arms.append(f"SELECT * FROM ({_NEWEST}) AS page")
        rows = self._run(parts, " UNION ALL ".join(arms))
        found = sum(row.what == _HIT for row in rows)
        total = next(row.n for row in rows if row.what == _TOTAL)
        if ranked and found < limit and total > offset + found:
            rows += self._run(parts, _UNRANKED, limit=limit - found)
        return rows

    def _sources(self) -> list[str]:
        """SQL: what matches, and `hit`: what of it may be read and meets the filters."""
        parts = []
        if self.plan.groups:
            parts.append(f"matched AS MATERIALIZED ({self._matched(self._least())})")
        base = self._base(self.fixed)
        if not self.conditions:
            return [*parts, f"hit AS MATERIALIZED ({base})"]
        hit = self._filtered()
        return [*parts, f"base AS MATERIALIZED ({base})", f"hit AS MATERIALIZED ({hit})"]

    def _run(self, parts: list[str], statement: str, **values) -> list:
        whole = text(f"WITH {', '.join(parts)} {statement}")
        return self.connection.execute(whole, self.values | values).all()

    def _matched(self, least: int) -> str:
        return self.store.ids(list(self.plan.groups), least, "m", self.values)

    def _base(self, fixed: list[str]) -> str:
        """SQL: what matches and may be read."""
        sources = "matched CROSS JOIN item" if self.plan.groups else "item"
        wanted = [self.readable, *fixed]
        if self.plan.groups:
            wanted.append("item.id = matched.id")
        for i, group in enumerate(self.plan.required):
            wanted.append(f"item.id IN ({self.store.ids([group], 1, f'q{i}_', self.values)})")
        if self.plan.excluded:
            refused = self.store.ids([self.plan.excluded], 1, "x", self.values)
            wanted.append(f"item.id NOT IN ({refused})")
        columns = "item.id AS id, item.kind AS kind, item.updated_at AS at"
        return f"SELECT {columns} FROM {sources} WHERE {' AND '.join(wanted)}"

    def _least(self) -> int:
        """At least half of the words, unless so few results cover that that others must help.

        Decided before any filter, so that the count of a facet is what choosing it will show.
        """
        if len(self.plan.groups) <= 2:
            return 1
        covering = self._matched(self.plan.least)
        found = f"WITH matched AS MATERIALIZED ({covering}) {self._base([])} LIMIT {ENOUGH}"
        enough = self.connection.execute(text(found), self.values).all()
        return self.plan.least if len(enough) >= ENOUGH else 1

    def _filtered(self, but: str | None = None) -> str:
        """SQL: the found items that meet every filter, perhaps but one."""
        kept = [condition for name, condition in self.conditions.items() if name != but]
        source = "base" if self.conditions else "hit"
        return f"SELECT id, kind, at FROM {source}{' WHERE ' + ' AND '.join(kept) if kept else ''}"

    def _counts(self) -> list[str]:
        """SQL: how many found items are of each kind and, all ids in one text, bear each term."""
        by_kind = self._filtered(but="kind")
        arms = [f"SELECT {_KIND}, 0, kind, count(*) FROM ({by_kind}) AS kinds GROUP BY kind"]
        joined = self.store.JOINED.format("search_facet.term_id")
        around = [("hit", -1)]
        around += [
            (f"({self._filtered(but=vocabulary)})", i)
            for i, vocabulary in enumerate(self.filters.terms)
        ]
        for found, place in around:
            arms.append(
                f"SELECT {_TERM}, {place}, {joined}, 0 FROM {found} AS found "
                "CROSS JOIN search_facet WHERE search_facet.item_id = found.id"
            )
        return arms

    def _ranked(self) -> str:
        """SQL: the score of the hits, one pass for each weight class; empty without words."""
        words, others = self.plan.words, self.plan.synonyms
        rarity, common = self._rarity(words + others)
        rare = tuple(w for w in words if not common.issuperset(w.terms)) or words
        passes = (
            (rare, 1.0, "w"),
            (others, SYNONYM_WEIGHT * self._restraint(rarity), "s"),
            (self.plan.pairs, PAIR_WEIGHT, "p"),
        )
        arms = [
            (self.store.scores(wanted, weight, rarity, name, self.values), name)
            for wanted, weight, name in passes
            if wanted
        ]
        return " UNION ALL ".join(f"SELECT id, score FROM ({arm}) AS {name}" for arm, name in arms)

    def _rarity(self, wanted: tuple[Wanted, ...]) -> tuple[dict[str, float], set[str]]:
        """How rare each term is, as bm25 has it, and which are too common to rank by."""
        terms = {term for each in wanted if not each.prefix for term in each.terms}
        if not terms:
            return {}, set()
        known = self.store.frequencies(self.connection, terms)
        size = max(self.store.size(self.connection), *known.values(), 1)
        rarity = {t: max(math.log((size - n + 0.5) / (n + 0.5)), 0.1) for t, n in known.items()}
        limit = max(COMMON * size, LEAST_COMMON)
        return rarity, {term for term, n in known.items() if n == 0 or n > limit}

    def _restraint(self, rarity: dict[str, float]) -> float:
        """Other words for one, be they many or rarer, must not outweigh the word itself."""
        own = [rarity.get(term, 0.1) for w in self.plan.words for term in w.terms if not w.prefix]
        others = [rarity.get(term, 0.1) for w in self.plan.synonyms for term in w.terms]
        each = len(self.plan.synonyms) / max(len(self.plan.groups), 1)
        crowd = max(each / 2, 1.0) ** 0.5
        return min(1.0, max(own, default=1.0) / max(others, default=1.0)) / crowd


def _values(rows, filters: Filters) -> dict[str, list[Value]]:
    """The facets: values by vocabulary, the most frequent first, chosen ones never hidden."""
    known = vocabularies.terms()
    counts: dict[int, int] = {}
    chosen = list(filters.terms)
    for row in rows:
        if row.what == _TERM and row.name:
            for term_id, n in Counter(row.name.split(",")).items():
                term = known.get(int(term_id))
                around = chosen[row.id] if row.id >= 0 else None
                if term and (
                    term.vocabulary == around if around else term.vocabulary not in chosen
                ):
                    counts[term.id] = n
    # A word asked for that no result bears is shown only if it tells nothing of hidden items.
    asked = {
        term.id
        for term in known.values()
        if term.slug in filters.terms.get(term.vocabulary, ())
        and (term.id in counts or is_open(term.vocabulary, term.slug))
    }
    shown = [known[term_id] for term_id in counts.keys() | asked]
    facets: dict[str, list[Value]] = {}
    for term in sorted(shown, key=lambda t: (-counts.get(t.id, 0), t.position, t.label)):
        values = facets.setdefault(term.vocabulary, [])
        if len(values) < MOST_VALUES or term.id in asked:
            n = counts.get(term.id, 0)
            values.append(Value(term.id, term.slug, term.label, term.label_en, n, term.id in asked))
    return facets

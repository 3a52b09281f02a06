"""Full-text search in French over everything a reader may read."""

import re
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import text

from wiki.db import db
from wiki.items.terms import is_open
from wiki.search import ranking, snippets, spelling, synonyms, vocabularies
from wiki.search.filters import Filters
from wiki.search.index import store
from wiki.search.plan import Plan, prepare
from wiki.search.question import Question, read
from wiki.search.question_values import lookup_for
from wiki.search.ranking import Reading
from wiki.search.rights import readable

ENOUGH = 10  # results covering half of the question, under which partial ones are shown too
MOST_VALUES = 30  # shown for one facet

_HIT, _TOTAL, _KIND, _TERM = range(4)
_BEST = f"""SELECT {_HIT} AS what, id, CAST(tier AS text) AS name, score AS n FROM scored
    ORDER BY tier, n DESC, id DESC LIMIT :limit OFFSET :offset"""
_NEWEST = f"""SELECT {_HIT} AS what, id, '' AS name, 0.0 AS n FROM hit
    ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset"""
# Hits in which only the most common words stand, after those that are scored.
_UNRANKED = f"""SELECT {_HIT} AS what, id, '99' AS name, 0.0 AS n FROM hit
    WHERE id NOT IN (SELECT id FROM scored) ORDER BY at DESC, id DESC LIMIT :limit
    OFFSET (SELECT CASE WHEN :offset > count(*)
        THEN :offset - count(*) ELSE 0 END FROM scored)"""


@dataclass(frozen=True)
class Results:
    """What a search found: the best ids of the page asked for, and counts over all of it."""

    total: int = 0
    ids: list[int] = field(default_factory=list)
    facets: dict[str, list["Value"]] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    suggestion: str | None = None
    question: Question = Question("")
    plan: Plan = Plan()
    corrected: tuple[tuple[str, str], ...] = ()  # (what was typed, what was searched instead)
    marks: re.Pattern | None = None  # finds the words of the question in a text
    weights: list[float] = field(default_factory=list, repr=False)
    readings: dict[int, Reading] = field(default_factory=dict, repr=False)  # of those read already

    def passages(self) -> dict[int, snippets.Snippet]:
        """For each item of the page, the passage that answers best."""
        if self.marks is None:
            return snippets.beginnings(snippets.texts(self.ids))
        missing = [item_id for item_id in self.ids if item_id not in self.readings]
        self.readings.update(_readings(missing, self.marks, self.weights))
        shown = {i: self.readings[i] for i in self.ids if i in self.readings}
        return snippets.snippets(shown, self.marks)

    def reasons(self, item_id: int) -> dict[str, list[str]]:
        """Which words of the question stand in which field of a result, as they were typed."""
        reading = self.readings.get(item_id)
        held = reading.standing() if reading else {}
        return {
            field: [self.plan.labels[i] for i in sorted(words)]
            for field, words in held.items()
            if words
        }

    def missing(self, item_id: int) -> list[str]:
        """The words of the question that a result does not hold."""
        reading = self.readings.get(item_id)
        found = {i for words in reading.held.values() for i in words} if reading else set()
        labels = self.plan.labels if reading else ()
        return [label for i, label in enumerate(labels) if i not in found]


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
        spelt = spelling.correct(asked, plan, book, allowed)
        changes, suggestion = spelt.changes, spelt.suggestion
        if (changes or spelt.also) and not exact:
            asked = spelt.question
            plan = prepare(asked, book, spelling.beginnings, dict(spelt.also))
    statement = _Statement(plan, allowed, filters)
    # The first pages are read again before they are shown, always the same ones together.
    first = bool(plan.groups) and offset < ranking.READ and limit > 0
    wanted = (max(ranking.READ, offset + limit), 0) if first else (limit, offset)
    rows = statement.rows(*wanted, facets)
    hits = [(row.id, int(row.name or 0), float(row.n)) for row in rows if row.what == _HIT]
    marks = snippets.expression(plan, statement.rarity) if limit else None
    weights = [statement.rarity.weight(group) for group in plan.groups] if marks else []
    readings: dict[int, Reading] = {}
    if first and marks:
        best, rest = hits[: ranking.READ], hits[ranking.READ :]
        ids = [hit[0] for hit in best]
        readings = _readings(ids, marks, weights)
        merits = ranking.merits(statement.connection, ids)
        hits = (ranking.read(best, readings, merits) + rest)[offset : offset + limit]
    return Results(
        total=next(int(row.n) for row in rows if row.what == _TOTAL),
        ids=[hit[0] for hit in hits],
        facets=_values(rows, filters) if facets else {},
        kinds={row.name: int(row.n) for row in rows if row.what == _KIND},
        suggestion=suggestion,
        question=asked,
        plan=plan,
        corrected=() if exact else changes,
        marks=marks,
        weights=weights,
        readings=readings,
    )


def _readings(ids: list[int], marks: re.Pattern, weights: list[float]) -> dict[int, Reading]:
    texts = snippets.texts(ids)
    return {item_id: Reading(kept, marks, weights) for item_id, kept in texts.items()}


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
        self.rarity: ranking.Rarity | None = None
        self.fixed = filters.fixed()
        self.conditions = filters.conditions(self.values)

    def rows(self, limit: int, offset: int, facets: bool) -> list:
        """Rows of (what, id, name, n): the page in order, the total, and the counts."""
        parts = self._sources()
        ranked = bool(limit and self.plan.groups)
        if ranked:
            self.rarity = ranking.Rarity(self.connection, self.store, self.plan)
            upto = limit + offset
            parts += ranking.statement(self.plan, self.rarity, self.store, upto, self.values)
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
        matched = self._matched(self._least()) if self.plan.groups else ""
        base = self._base(matched, self.fixed)
        if not self.conditions:
            return [f"hit AS MATERIALIZED ({base})"]
        hit = self._filtered()
        return [f"base AS MATERIALIZED ({base})", f"hit AS MATERIALIZED ({hit})"]

    def _run(self, parts: list[str], statement: str, **values) -> list:
        whole = text(f"WITH {', '.join(parts)} {statement}")
        return self.connection.execute(whole, self.values | values).all()

    def _matched(self, least: int) -> str:
        return self.store.ids(list(self.plan.groups), least, "m", self.values)

    def _base(self, matched: str, fixed: list[str]) -> str:
        """SQL: what matches and may be read."""
        sources = f"({matched}) AS matched CROSS JOIN item" if matched else "item"
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
        found = f"{self._base(covering, [])} LIMIT {ENOUGH}"
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
        joined = self.store.JOINED.format("search_count.terms")
        around = [("hit", -1)]
        around += [
            (f"({self._filtered(but=vocabulary)})", i)
            for i, vocabulary in enumerate(self.filters.terms)
        ]
        for found, place in around:
            arms.append(
                f"SELECT {_TERM}, {place}, {joined}, 0 FROM {found} AS found "
                "CROSS JOIN search_count WHERE search_count.item_id = found.id"
            )
        return arms


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

"""The order of results: the one place where what counts, and how much, is written.

1. Items that answer more of the question come first. Tiers go from « every word in the title » to
   « any word »; a tier stands alone once `ENOUGH` items are in it, so that frequent words never
   have a whole collection ranked.
2. Inside a tier the index ranks by bm25 over the fields, weighted as in `tables.WEIGHTS`, two words
   standing side by side as in the question counting once more.
3. The best `READ` are then read as a person would: how much of the question one passage of
   `PASSAGE` letters holds, how much of it the title and the summary hold; a word that means the
   same is worth `ALIKE` of the one that was typed.

Rarity (how few items hold a word) weighs each word of the question; it is taken over the whole
collection and changes nothing but the order.
"""

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from wiki.search.plan import Plan, Wanted

ENOUGH = 60  # items in a tier from which it is ranked alone
READ = 60  # of the first, read again; three pages
READ_WHOLE = 40  # of these, read to the end
PASSAGE = 320  # letters, about fifty words
MANY = 400  # items with the rarest word, from which titles are looked at first
COMMON = 0.25  # a word in more than this share of the items ranks only with the others
LEAST_COMMON = 20  # items under which no word is common
MOST_COMBINED = 6  # words, the rarest of the question, of which the tiers are made

BY_INDEX = 1.0  # what the index says, from 0 to 1
BY_PASSAGE = 0.6  # all the question in one passage
BY_TITLE = 0.5  # all the question in the title
BY_SUMMARY = 0.25  # all the question in the title and the summary
ALIKE = 0.7  # of a word that means the same as the one typed


@dataclass(frozen=True)
class Tier:
    """Items that answer at least so many of the groups, perhaps in the first fields alone."""

    groups: tuple[tuple[Wanted, ...], ...]
    least: int
    within: tuple[str, ...] = ()

    @property
    def is_strict(self) -> bool:
        """Whether every group must be answered."""
        return self.least == len(self.groups)


class Rarity:
    """How rare the terms of a question are, as bm25 has it; looked up once a minute at most."""

    _kept: dict[str, tuple[float, int]] = {}  # noqa: RUF012
    _seconds, _most = 60, 20_000

    def __init__(self, connection: Connection, store, plan: Plan):
        every = (*plan.words, *plan.synonyms, *(w for group in plan.groups for w in group))
        terms = {term for wanted in every if not wanted.prefix for term in wanted.terms}
        self.counts = self._counts(connection, store, terms)
        self.size = max(self._counts(connection, store, {""})[""], *self.counts.values(), 1)

    def _counts(self, connection: Connection, store, terms: set[str]) -> dict[str, int]:
        now, key = time.monotonic(), str(connection.engine.url.database)
        known = {t: found for t in terms if (found := self._kept.get(f"{key} {t}"))}
        counts = {t: n for t, (at, n) in known.items() if now - at < self._seconds}
        missing = terms - counts.keys()
        if not missing:
            return counts
        if len(self._kept) > self._most:
            self._kept.clear()
        found = store.frequencies(connection, missing - {""})
        if "" in missing:
            found[""] = store.size(connection)
        self._kept.update({f"{key} {term}": (now, n) for term, n in found.items()})
        return counts | found

    def of(self, term: str) -> float:
        """The weight of one term; unknown ones are as rare as can be."""
        n = self.counts.get(term, 0)
        return max(math.log((self.size - n + 0.5) / (n + 0.5)), 0.1)

    def frequency(self, group: tuple[Wanted, ...]) -> int:
        """In about how many items something of a group stands."""
        return sum(
            min(self.counts.get(term, 0) for term in wanted.terms)
            for wanted in group
            if not wanted.prefix
        )

    def weight(self, group: tuple[Wanted, ...]) -> float:
        """What finding a group is worth: that of the word typed, which comes first in it."""
        return max((self.of(term) for term in group[0].terms), default=0.1) if group else 0.1

    def is_common(self, wanted: Wanted) -> bool:
        """Whether all of its terms stand in too many items, or in none."""
        limit = max(COMMON * self.size, LEAST_COMMON)
        return not wanted.prefix and all(
            not 0 < self.counts.get(term, 0) <= limit for term in wanted.terms
        )


def tiers(plan: Plan, rarity: Rarity) -> list[Tier]:
    """From the strictest to the widest, which takes whatever holds any word that is not common."""
    groups = tuple(sorted(plan.groups, key=rarity.frequency)[:MOST_COMBINED])
    found = []
    plain = not any(wanted.field for group in groups for wanted in group)
    if plain and rarity.frequency(groups[0]) > MANY:
        typed = tuple(tuple(w for w in g if w in plan.words) for g in groups)
        found.append(Tier(typed, len(groups), ("title",)))
        found.append(Tier(typed, len(groups), ("title", "lead", "headings")))
    steps = dict.fromkeys(max(math.ceil(len(groups) * part), 1) for part in (1, 0.75, 0.5))
    found += [Tier(groups, least) for least in steps if least > 1 or len(groups) == 1]
    telling = tuple(g for g in plan.groups if not all(map(rarity.is_common, g)))
    return [*found, Tier(telling or plan.groups, 1)] if len(groups) > 1 else found


def statement(plan: Plan, rarity: Rarity, store, upto: int, values: dict) -> list[str]:
    """SQL: the parts of a WITH that end in `scored` (id, tier, score), from those in `hit`."""
    needed = max(ENOUGH, upto)
    parts, arms = [], []
    chosen = tiers(plan, rarity)
    for i, tier in enumerate(chosen):
        before = "".join(f" AND (SELECT n FROM n{j}) < {needed:d}" for j in range(i))
        sql = store.scores(tier, plan, rarity, f"s{i}", values)
        parts.append(f"s{i} AS MATERIALIZED ({sql}{before})")
        parts.append(f"n{i} AS MATERIALIZED (SELECT count(*) AS n FROM s{i})")
        alone = f" WHERE (SELECT n FROM n{i}) >= {ENOUGH:d}" if i + 1 < len(chosen) else ""
        arms.append(f"SELECT id, score, {i} AS tier FROM s{i}{alone}")
    together = " UNION ALL ".join(arms)
    parts.append(
        "scored AS MATERIALIZED (SELECT id, min(tier) AS tier, max(score) AS score "
        f"FROM ({together}) AS arms GROUP BY id)"
    )
    return parts


def read(
    found: list[tuple[int, int, float]],
    texts: dict[int, Mapping[str, str]],
    pattern: re.Pattern | None,
    weights: list[float],
) -> list[tuple[int, float]]:
    """The best found, (id, tier, score), in the order in which a reader would want them.

    `texts` are the fields of each; `pattern` finds the words of the question, the one typed in a
    group named g0, g1…, those that mean the same in s0, s1…; `weights` says what each is worth.
    """
    whole = sum(weights) or 1.0
    share = {f"g{i}": (i, weight / whole) for i, weight in enumerate(weights)}
    share |= {f"s{i}": (i, ALIKE * weight / whole) for i, weight in enumerate(weights)}
    best = max((score for _, _, score in found), default=0.0) or 1.0
    ranked = []
    for place, (item_id, tier, score) in enumerate(found):
        value, fields = BY_INDEX * score / best, texts.get(item_id)
        if fields and pattern:
            title = _held(fields["title"], pattern, share)
            value += BY_TITLE * sum(title.values())
            lead = _held(fields["lead"], pattern, share)
            value += BY_SUMMARY * sum({**lead, **title}.values())
            if place < READ_WHOLE:
                value += BY_PASSAGE * _passage(fields["body"], pattern, share)
        ranked.append((tier, -value, item_id))
    return [(item_id, -value) for _, value, item_id in sorted(ranked)]


def _held(text: str, pattern: re.Pattern, share: dict) -> dict[int, float]:
    """The words of the question that stand in a text, with what each is worth."""
    held: dict[int, float] = {}
    for m in pattern.finditer(text):
        if m.lastgroup:
            group, worth = share[m.lastgroup]
            held[group] = max(worth, held.get(group, 0.0))
    return held


def _passage(text: str, pattern: re.Pattern, share: dict) -> float:
    """How much of the question, from 0 to 1, the richest passage of a text holds."""
    if len(share) == 2:
        return max(_held(text, pattern, share).values(), default=0.0)
    best, found = 0.0, []
    for m in pattern.finditer(text):
        if not m.lastgroup:
            continue
        found.append((m.start(), *share[m.lastgroup]))
        while m.start() - found[0][0] > PASSAGE:
            found.pop(0)
        held: dict[int, float] = {}
        for _, group, worth in found:
            if worth > held.get(group, 0.0):
                held[group] = worth
        best = max(best, sum(held.values()))
        if best > 0.999:
            break
    return best

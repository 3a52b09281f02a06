"""The order of results: the one place where what counts, and how much, is written.

1. Items that answer more of the question come first. Tiers go from « every word in the title, the
   summary or the headings » to « any word »; a tier stands alone once `ENOUGH` items are in it, so
   that frequent words never have a whole collection ranked.
2. Inside a tier the index ranks by bm25 over the fields, weighted as in `tables.WEIGHTS`, two words
   standing side by side as in the question counting once more.
3. The best `READ` are then read as a person would. A word and those that mean the same count as one
   (bm25 over the weighted fields); a wider word, one of the same family or a part of a known
   expression counts less, and none tells more than it is rare (`senses`); words side by side as in
   the question add `BY_PAIR`; then how much of the question one passage of `PASSAGE` letters holds,
   how much the title, how much the title and the summary, and whether the title says just that.
   What is recent or was done again comes before its equals.

Rarity (how few items hold a word) weighs each word of the question; it is taken over the whole
collection and changes nothing but the order.
"""

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Select, bindparam, func, select

from wiki.db import utcnow
from wiki.items.lineage import Adaptation
from wiki.items.models import Item
from wiki.search.plan import HEAD, SMALL, Plan, Wanted
from wiki.search.tables import FIELDS, WEIGHTS

ENOUGH = 80  # items in a tier from which it is ranked alone
READ = 24  # of the first, read again
PASSAGE = 320  # letters, about fifty words
MOST_READ = 30_000  # letters of one field
READ_FAR = 200_000  # letters of one field while no word is found
MANY = 1500  # items with a word, from which the first fields are looked at first
FIRST = ("title", "lead", "headings")
COMMON = 0.25  # a word in more than this share of the items ranks only with the others
LEAST_COMMON = 20  # items under which no word is common
MOST_COMBINED = 6  # words, the rarest of the question, of which the tiers are made

BY_PASSAGE = 0.6  # all the question in one passage, beside 1 for the best bm25
BY_TITLE = 0.3  # all the question in the title
BY_SUMMARY = 0.2  # all the question in the title and the summary
BY_FRESHNESS = 0.03  # for what was touched today, half of it two years later
BY_REUSE = 0.03  # for what was done again five times or more
BY_INDEX = 0.3  # what the index says, which also saw attachments and remarks to their end
BY_PAIR = 0.7  # of the weight of two words, when they stand side by side
BY_NAME = 0.2  # all the question in the title, and nothing else there
ALIKE = 0.85  # of a word that means the same, where the one typed is not
NEARLY = 0.85  # of one that says more or less
LOOSE = 0.6  # of a word of an expression that stands apart from the others
FLOOR, WIDE_FLOOR = 0.6, 0.2  # of these, for words that are far more frequent than those typed
KIN = 0.5  # of a word of the same family: « chômage » for « chômeur »
BESIDE = 0.3  # of a word that means the same, where the one typed is too
STEP = 5  # hundredths, in which such shares are told
SATURATION, LENGTH = 1.4, 0.6  # bm25's k1 and b
_WORD = re.compile(r"\w{4,}")
SIDE_BY_SIDE = 16  # letters between two words that stand side by side


@dataclass(frozen=True)
class Tier:
    """Items that answer at least so many of the groups, perhaps in the first fields alone."""

    groups: tuple[tuple[Wanted, ...], ...]
    least: int
    within: tuple[str, ...] = ()
    headed: tuple[Wanted, ...] = ()  # one of these in the first fields besides

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
        self.owned = dict(zip(plan.groups, plan.owned, strict=True))
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
        return math.log(1 + max(self.size - n + 0.5, 0.1) / (n + 0.5))

    def frequency(self, group: tuple[Wanted, ...]) -> int:
        """In about how many items something of a group stands."""
        return sum(
            min(self.counts.get(term, 0) for term in wanted.terms)
            for wanted in group
            if not wanted.prefix
        )

    def weight(self, group: tuple[Wanted, ...]) -> float:
        """What finding a group is worth: that of what was typed, in its most usual writing."""
        typed = [w for w in group[: self.owned.get(group, 1)] if w.terms and not w.prefix]
        return min((max(map(self.of, w.terms)) for w in typed or group[:1]), default=0.1)

    def share(self, wanted: Wanted, groups: list[tuple[Wanted, ...]], floor: float) -> float:
        """How much of those typed another word tells: no more than it is rare itself.

        « jardin » says less than the « potager collectif » for which it may stand.
        """
        if wanted.prefix:
            return 1.0
        told = sum(self.of(term) for term in wanted.terms if term not in SMALL)
        return max(min(1.0, told / (sum(map(self.weight, groups)) or 1.0)), floor)

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
    plain = not any(w.field not in (None, HEAD) for group in plan.groups for w in group)
    if plain and rarity.frequency(groups[0]) > MANY:
        typed = _typed(groups, plan)
        found.append(Tier(typed, len(groups), FIRST))
        if len(groups) > 1:
            every = tuple(dict.fromkeys(wanted for group in typed for wanted in group))
            found.append(Tier(groups, len(groups), headed=every))
    steps = dict.fromkeys(max(math.ceil(len(groups) * part), 1) for part in (1, 0.75, 0.5))
    found += [Tier(groups, least) for least in steps if least > 1 or len(groups) == 1]
    if len(groups) == 1:
        return found
    telling = tuple(g for g in plan.groups if not all(map(rarity.is_common, g))) or plan.groups
    if plain and max(map(rarity.frequency, telling)) > MANY:
        found.append(Tier(_typed(telling, plan), 1, FIRST))
    return [*found, Tier(telling, 1)]


def _typed(groups, plan: Plan) -> tuple[tuple[Wanted, ...], ...]:
    return tuple(tuple(w for w in group if w in plan.words) for group in groups)


def statement(plan: Plan, rarity: Rarity, store, upto: int, values: dict) -> list[str]:
    """SQL: the parts of a WITH that end in `scored` (id, tier, score), from those in `hit`.

    A tier is looked at only while those before it hold too few; what is in a tier too small to
    stand alone is ranked with the next. `scored` holds at least the first `upto`.
    """
    needed = max(ENOUGH, upto)
    parts, arms = [], []
    chosen = tiers(plan, rarity)
    for i, tier in enumerate(chosen):
        # As a source of no row, what need not be looked at costs nothing.
        before = " AND ".join(f"(SELECT n FROM n{j}) < {needed:d}" for j in range(i))
        sql = store.scores(tier, plan, rarity, f"s{i}", values, needed=before or "1 = 1")
        parts.append(f"s{i} AS MATERIALIZED ({sql})")
        parts.append(f"n{i} AS MATERIALIZED (SELECT count(*) AS n FROM s{i})")
    place = str(len(chosen) - 1)
    for i in reversed(range(len(chosen))):
        if i + 1 < len(chosen):
            place = f"CASE WHEN (SELECT n FROM n{i}) >= {ENOUGH:d} THEN {i} ELSE {place} END"
        # The best of all are among the best of each: the others need not be put in order.
        best = f"SELECT id, score FROM s{i} ORDER BY score DESC, id DESC LIMIT {upto:d}"
        arms.append(f"SELECT id, score, {i} AS looked, {place} AS tier FROM ({best}) AS b{i}")
    together = " UNION ALL ".join(arms)
    # The score counts as the tier itself gave it: one that only a later page looks at must not
    # change the order of the pages before.
    placed = f"SELECT *, min(tier) OVER (PARTITION BY id) AS own FROM ({together}) AS arms"
    parts.append(
        "scored AS MATERIALIZED (SELECT id, own AS tier, max(score) AS score "
        f"FROM ({placed}) AS placed WHERE looked <= own GROUP BY id, own)"
    )
    return parts


def read(
    found: list[tuple[int, int, float]],
    readings: Mapping[int, "Reading"],
    merits: Mapping[int, float],
) -> list[tuple[int, float]]:
    """The best found, (id, tier, score), in the order in which a reader would want them."""
    mean = sum(r.length for r in readings.values()) / max(len(readings), 1) or 1
    worth = {i: reading.worth(mean) for i, reading in readings.items()}
    most = max(worth.values(), default=0.0) or 1.0
    best = max((score for _, _, score in found), default=0.0) or 1.0
    ranked = []
    for item_id, tier, score in found:
        value = BY_INDEX * score / best
        if item_id in readings:
            value += worth[item_id] / most + readings[item_id].closeness()
        value += merits.get(item_id, 0.0)
        ranked.append((tier, -value, item_id))
    return [(item_id, -value) for _, value, item_id in sorted(ranked)]


def merits(connection: Connection, ids: list[int]) -> dict[int, float]:
    """What each item has for itself, whatever the question: it is recent, it was done again."""
    rows = connection.execute(_merits(), {"ids": ids})
    now, found = utcnow(), {}
    for item_id, touched, times in rows:
        years = max((now - touched).days, 0) / 365
        found[item_id] = BY_FRESHNESS * 0.5 ** (years / 2) + BY_REUSE * min(times, 5) / 5
    return found


@cache
def _merits() -> Select:
    """Made once: composing it would take as long as running it."""
    again = select(func.count()).where(Adaptation.source_id == Item.id).scalar_subquery()
    chosen = Item.id.in_(bindparam("ids", expanding=True))
    return select(Item.id, Item.updated_at, again).where(chosen)


class Reading:
    """Where the words of a question stand in one item.

    `fields` are its texts; `pattern` finds the words of the question, as `snippets.expression`
    names them; `weights` says what each is worth.
    """

    def __init__(self, fields: Mapping[str, str], pattern: re.Pattern, weights: list[float]):
        self.fields = fields
        self.weights = weights
        self.places: dict[str, list[tuple[int, tuple[int, ...]]]] = {}  # (where, which words)
        self.typed = [0.0] * len(weights)  # of each word as typed, weighted by field
        self.alike = [0.0] * len(weights)  # of those that mean the same
        self.share = [0.0] * len(weights)  # what the best of them is worth
        self.pairs = [0.0] * len(weights)  # of each word with the next
        self.length = 0
        self.held: dict[str, dict[int, float]] = {}
        self.passage = 0.0
        for field, weight in zip(FIELDS, WEIGHTS, strict=True):
            text = fields[field]
            if text:
                self.length += len(text)
                most = MOST_READ if self.passage else READ_FAR
                self._read(field, weight, pattern.finditer(text, 0, most))

    def _read(self, field: str, weight: float, words) -> None:
        before, end, near, held = -1, -SIDE_BY_SIDE, [], {}
        places = self.places[field] = []
        for m in words:
            start = m.start()
            if not m.lastgroup:
                places.append((start, ()))
                continue
            groups, shares = _sense(m.lastgroup)
            places.append((start, groups))
            near = [seen for seen in near if start - seen[0] < PASSAGE]
            for group, share in zip(groups, shares, strict=True):
                worth = self.weights[group] * share
                if share == 1.0:
                    self.typed[group] += weight
                else:
                    self.alike[group] += weight * share
                    self.share[group] = max(share, self.share[group])
                held[group] = max(worth, held.get(group, 0.0))
                near.append((start, group, worth))
            if before == groups[0] - 1 and start - end < SIDE_BY_SIDE:
                self.pairs[before] += weight * shares[0]
            if shares[0] == 1.0:
                for group in groups[:-1]:
                    self.pairs[group] += weight
            before, end = groups[-1], m.end()
            best = {group: worth for _, group, worth in near}
            self.passage = max(self.passage, sum(best.values()))
        self.held[field] = held

    def standing(self) -> dict[str, set[int]]:
        """Which words of the question stand in which field; the words of terms apart."""
        found = {field: set(words) for field, words in self.held.items()}
        if attached := self.places.get("attachments"):
            end = self.fields.end_of_terms()
            found["terms"] = {word for at, words in attached if at < end for word in words}
            found["attachments"] = {word for at, words in attached if at >= end for word in words}
        return found

    def worth(self, mean: float) -> float:
        """bm25 of the words of the question, each with those that mean the same."""
        flat = SATURATION * (1 - LENGTH + LENGTH * self.length / mean)
        total = 0.0
        for i, weight in enumerate(self.weights):
            typed, alike, share = self.typed[i], self.alike[i], self.share[i]
            if typed or alike:
                count = typed + BESIDE * alike
                same = count * (SATURATION + 1) / (count + flat) if typed else 0.0
                other = share * alike * (SATURATION + 1) / (alike + share * flat) if alike else 0.0
                total += weight * max(same, other)
            if pairs := self.pairs[i]:
                both = weight + self.weights[i + 1]
                total += BY_PAIR * both * pairs * (SATURATION + 1) / (pairs + flat)
        return total

    def closeness(self) -> float:
        """How much of the question stands in one passage, in the title, in the summary."""
        whole = sum(self.weights) or 1.0
        title = self.held.get("title", {})
        words = len(_WORD.findall(self.fields["title"]))
        name = min(1.0, len(self.places.get("title", ())) / words) if words else 0.0
        summary = {**self.held.get("lead", {}), **title}
        return (
            BY_PASSAGE * self.passage
            + (BY_TITLE + BY_NAME * name) * sum(title.values())
            + BY_SUMMARY * sum(summary.values())
        ) / whole


def senses(plan: Plan, rarity: Rarity | None) -> dict[Wanted, dict[int, float]]:
    """For which words of the question each thing sought stands, at what share of their worth."""
    found: dict[Wanted, dict[int, float]] = {}
    for number, group in enumerate(plan.groups):
        for i, wanted in enumerate(group):
            found.setdefault(wanted, {})[number] = _most(plan, number, i)
        for wanted in plan.whole[number]:
            found.setdefault(wanted, {})[number] = 1.0
    if rarity:
        for wanted, shares in found.items():
            typed = [(*plan.groups[i][: plan.owned[i]], *plan.whole[i]) for i in shares]
            other = [i for i, own in zip(shares, typed, strict=True) if wanted not in own]
            floor = WIDE_FLOOR if wanted in plan.wide or wanted in plan.kin else FLOOR
            told = rarity.share(wanted, [plan.groups[i] for i in other], floor) if other else 1.0
            shares |= {i: shares[i] * told for i in other}
    return found


def _most(plan: Plan, number: int, place: int) -> float:
    """The largest share of what a group is worth that one of its members can have."""
    wanted = plan.groups[number][place]
    if place < plan.owned[number]:
        return LOOSE if plan.whole[number] and place == 0 else 1.0
    return KIN if wanted in plan.kin else NEARLY if wanted in plan.wide else ALIKE


def name(senses: dict[int, float]) -> str:
    """How an expression names what stands for these words of the question, at these shares."""
    parts = (f"{i}_{STEP * round(100 * share / STEP)}" for i, share in sorted(senses.items()))
    return "w" + "_".join(parts)


@cache
def _sense(name: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """What such a name says: for which words, at which shares."""
    numbers = list(map(int, name[1:].split("_")))
    return tuple(numbers[::2]), tuple(share / 100 for share in numbers[1::2])

"""Words mistyped: the nearest words that the reader can see in something he may read.

A word that stands only in what the reader may not read is answered as one never written.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select, text

from wiki.db import db
from wiki.search import french
from wiki.search.index import store
from wiki.search.plan import Plan, Wanted
from wiki.search.question import Clause, Question
from wiki.search.spelling_distance import FAR_FROM, SLIP, TOO_FAR, distance, halves, variants
from wiki.search.stopwords import FADING
from wiki.search.synonyms import Book
from wiki.search.tables import search_word, texts_of

SHORTEST = 4  # letters under which any other word is near
MOST_CORRECTED = 4  # words of one question: more are another language, or noise
_AT_ONCE = 24  # candidates counted in one statement
_MOST_COUNTED = 100  # candidates, and items beyond which a word is simply frequent
_FREQUENT = 0.22  # how much a frequent word is nearer, by the logarithm of its items
_RARE = 2  # items up to which a known word may be a mistake of its writer, or of who asks
_FAR_MORE = 20  # times as frequent is the word that was probably meant
_FEW = 20  # items up to which a form that nobody wrote may be a slip: « résidance » is no résidant
_MORE = 3  # times as frequent, then, is the word that was meant
_EXAMINED = 30  # texts read to make sure that a form really stands in one
_ENOUGH = 3  # times that it is seen, after which no more are read


_LETTERS = {
    "a": "aàâäáãåæ", "c": "cç", "e": "eéèêë", "i": "iîïíì", "n": "nñ", "o": "oôöóòõøœ",
    "u": "uùûüú", "y": "yÿý",
}  # fmt: skip


class Spelt(NamedTuple):
    """A question with its unknown words replaced, what was replaced, and what may be proposed.

    `also`: known words that look like slips, each with the one to look for besides.
    """

    question: Question
    changes: tuple[tuple[str, str], ...]
    suggestion: str | None
    also: tuple[tuple[str, str], ...] = ()


class Candidate(NamedTuple):
    """A word of the vocabulary that may have been meant, and how far it is from what was typed."""

    cost: float
    folded: str
    term: str


def correct(question: Question, plan: Plan, book: Book, allowed: str) -> Spelt:
    """What the question says once its unknown words are corrected.

    A known word is left alone; when it is a slip from a far more frequent one, that one is looked
    for besides, and proposed when hardly anybody wrote the other. `allowed` is the condition under
    which the reader may read an item.
    """
    content = [clause for clause in question.content if clause.kind != "phrase"]
    sought = [tuple(w for w in group if w not in plan.kin) for group in plan.groups]
    answered = _tally(sought, allowed, most=_FEW + 1)
    changes, doubts, also = [], [], []
    for clause, n in zip(content, answered, strict=False):
        if len(changes) + len(doubts) >= MOST_CORRECTED:
            break
        for word in _correctable(clause, n, allowed):
            if book.knows(french.fold(word)):
                continue
            if n == 0 and (nearest := _nearest(word, allowed) or _in_book(word, book, allowed)):
                changes.append((word, nearest))
            elif 0 < n <= _FEW:
                for found, meant in _meant(word, n, allowed):
                    (also if found else changes).append((word, meant))
                    if found and n <= _RARE:
                        doubts.append((word, meant))
    better = _with(question, changes)
    proposed = _with(better, doubts)
    suggestion = proposed.typed if changes or doubts else None
    return Spelt(better, tuple(changes), suggestion, tuple(also))


def _with(question: Question, changes: list[tuple[str, str]]) -> Question:
    for old, new in changes:
        question = question.with_word(old, new)
    return question


def beginnings(start: str) -> list[str]:
    """Terms shorter than the beginning typed, of words that begin so: « numériq* » is numer."""
    wanted = select(search_word.c.term).distinct().where(
        search_word.c.folded >= start,
        search_word.c.folded < start + "\U0010ffff",
        search_word.c.term.not_like(f"{start}%"),
    )  # fmt: skip
    return list(db.session.scalars(wanted.order_by(search_word.c.term).limit(20)))


def _correctable(clause: Clause, n: int, allowed: str) -> list[str]:
    """The words of a clause that may be mistyped, without what is elided before them."""
    forms = french.read_chunk(clause.text).forms if clause.kind in ("word", "compound") else ()
    likely = [form for form in forms if len(form.folded) >= SHORTEST and form.folded.isalpha()]
    if clause.kind == "compound":
        known = _counts((form.term for form in likely), allowed) if n == 0 else [1] * len(likely)
        likely = [form for form, seen in zip(likely, known, strict=True) if not seen]
    return [form.text for form in likely if form.folded not in FADING]


def _nearest(word: str, allowed: str) -> str | None:
    """The best visible words near one that is unknown: near, frequent, or two written as one."""
    folded = french.fold(word)
    return (
        _best(folded, _one_away(folded), allowed)
        or _two_words(folded, allowed)
        or _best(folded, _two_away(folded), allowed)
    )


def _meant(word: str, n: int, allowed: str) -> list[tuple[bool, str]]:
    """Whether a rare word stands somewhere, and the frequent one from which it is a slip."""
    folded = french.fold(word)
    own = french.stem(folded)
    if len(folded) <= SHORTEST:
        return []
    slips = [c for c in _one_away(folded) if c.cost <= SLIP and c.term != own]
    if not (slips and (meant := _best(folded, slips, allowed, least=_MORE * n))):
        return []
    if not _stands(folded, own, allowed):
        return [(False, meant)]
    sure = _best(folded, slips, allowed, least=min(_FAR_MORE * n, _MOST_COUNTED))
    return [(True, sure)] if sure else []


def _stands(folded: str, term: str, allowed: str) -> bool:
    """Whether the reader can see the very word somewhere."""
    shown = _written(folded, Candidate(0, folded, term), allowed)
    return shown is not None and french.fold(shown) == folded


def _best(typed: str, candidates: list[Candidate], allowed: str, least: int = 1) -> str | None:
    """The nearest and most frequent of the candidates that the reader can see, as it is written."""
    ranked = []
    for start in range(0, min(len(candidates), _MOST_COUNTED), _AT_ONCE):
        some = candidates[start : start + _AT_ONCE]
        counts = _counts((candidate.term for candidate in some), allowed)
        ranked += [
            (candidate.cost - _FREQUENT * math.log(1 + n), candidate)
            for candidate, n in zip(some, counts, strict=True)
            if n >= least
        ]
        if ranked and some[-1].cost > 1:
            break
    for _score, candidate in sorted(ranked):
        if written := _written(typed, candidate, allowed):
            return written
    return None


def _in_book(word: str, book: Book, allowed: str) -> str | None:
    """A word that nobody wrote but that has other words for it, which somebody did."""
    folded = french.fold(word)
    near = book.near(folded, variants(folded))
    match = book.longest(french.terms(near)) if near else None
    others = tuple(Wanted(other.terms) for other in match.others) if match else ()
    return near if others and _tally([others], allowed, most=1)[0] else None


def _one_away(folded: str) -> list[Candidate]:
    """Words one mistake away, and words that sound the same: « smartfone »."""
    if not folded.isascii():
        return []
    # Letters alone: hundreds of them are written out at once, which no binding does as fast.
    near = "', '".join(sorted(variants(folded)))
    sound = french.sound(folded)
    alike = f" OR sound = '{sound}'" if len(sound) > 2 else ""
    return _candidates(folded, text(f"(folded IN ('{near}'){alike})"))


def _two_away(folded: str) -> list[Candidate]:
    """Two mistakes, the first letter, the length, and one end of the word being about right."""
    if len(folded) < FAR_FROM:
        return []
    return _candidates(
        folded,
        search_word.c.folded >= folded[0],
        search_word.c.folded < folded[0] + "\U0010ffff",
        func.length(search_word.c.folded).between(len(folded) - 2, len(folded) + 2),
        search_word.c.folded.like(f"%{folded[-3:]}") | search_word.c.folded.like(f"{folded[:3]}%"),
    )


def _candidates(typed: str, *conditions) -> list[Candidate]:
    """The words of the vocabulary that meet conditions and are near enough, nearest first."""
    wanted = select(search_word.c.folded, search_word.c.term).distinct().where(*conditions)
    found = (
        Candidate(distance(typed, row.folded), row.folded, row.term)
        for row in db.session.execute(wanted)
        if row.folded != typed
    )
    return sorted(candidate for candidate in found if candidate.cost < TOO_FAR)


def _two_words(folded: str, allowed: str) -> str | None:
    """« inclusionnumerique »: two known words, side by side in something the reader may read."""
    pairs = halves(folded)
    parts = sorted({part for pair in pairs for part in pair})
    wanted = select(search_word.c.folded, search_word.c.term).distinct()
    rows = db.session.execute(wanted.where(search_word.c.folded.in_(parts)))
    terms = {row.folded: row.term for row in rows}
    known = [pair for pair in pairs if terms.keys() >= set(pair)]
    sides = [(Wanted((terms[a], terms[b])),) for a, b in known]
    for (a, b), n in zip(known, _tally(sides, allowed, most=1), strict=True):
        if n:
            found = [_written(x, Candidate(0, x, terms[x]), allowed) for x in (a, b)]
            return " ".join(found) if all(found) else None
    return None


def _counts(terms: Iterable[str], allowed: str) -> list[int]:
    """In how many readable items each stands, up to a hundred."""
    return _tally([(Wanted((term,)),) for term in terms], allowed, most=_MOST_COUNTED)


def _tally(groups: list[tuple[Wanted, ...]], allowed: str, most: int) -> list[int]:
    """For each group, how many readable items answer it, up to so many."""
    if not groups:
        return []
    connection, values, arms = db.session.connection(), {}, []
    for i, group in enumerate(groups):
        matched = store(connection).ids([group], 1, f"g{i}_", values)
        arms.append(
            f"SELECT {i} AS i, (SELECT count(*) FROM (SELECT 1 FROM ({matched}) AS m "
            f"CROSS JOIN item WHERE item.id = m.id AND {allowed} LIMIT {most:d}) AS found) AS n"
        )
    rows = connection.execute(text(" UNION ALL ".join(arms)), values)
    found = {row.i: row.n for row in rows}
    return [found[i] for i in range(len(groups))]


@lru_cache(maxsize=500)
def _beginning(folded: str) -> re.Pattern:
    """Words that begin like one, whatever their accents; much quicker than reading them all."""
    letters = re.split("oe|ae", folded[:4])[0] or folded[0]
    free = "".join(rf"[{''.join(_LETTERS.get(letter, letter))}]" for letter in letters)
    return re.compile(rf"(?<!\w){free}\w*", re.IGNORECASE)


def _written(typed: str, candidate: Candidate, allowed: str) -> str | None:
    """A word as readable texts write it, accents and all; the vocabulary also knows hidden ones.

    When they hold another form of it only, that one, if it is as near to what was typed.
    """
    connection, values = db.session.connection(), {}
    matched = store(connection).ids([(Wanted((candidate.term,)),)], 1, "f", values)
    texts = text(
        f"SELECT search_text.* FROM ({matched}) AS m CROSS JOIN item CROSS JOIN search_text "
        f"WHERE item.id = m.id AND search_text.item_id = m.id AND {allowed} "
        f"LIMIT {_EXAMINED}"
    )
    likely = _beginning(candidate.folded)
    seen: Counter[french.Form] = Counter()
    for row in connection.execute(texts, values):
        for words in texts_of(row).values():
            forms = (form for w in likely.findall(words) for form in french.read_chunk(w).forms)
            seen.update(form for form in forms if form.term == candidate.term)
        if sum(n for form, n in seen.items() if form.folded == candidate.folded) >= _ENOUGH:
            break
    exact = [form for form in seen if form.folded == candidate.folded]
    far = {form: distance(typed, form.folded) if form.folded != typed else 0 for form in seen}
    near = exact or [form for form in seen if far[form] < TOO_FAR]
    # Accents are forgotten more often than they are invented.
    weight = {form: seen[form] * (3 if form.text != form.folded else 1) for form in near}
    best = min(near, key=lambda form: (far[form], -weight[form], form.text), default=None)
    return best.text if best else None

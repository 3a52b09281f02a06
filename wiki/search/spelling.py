"""Words mistyped: the nearest words that the reader can see in something he may read.

A word that stands only in what the reader may not read is answered as one never written.
"""

import re
from collections.abc import Iterable

from sqlalchemy import func, select, text
from whoosh.support.levenshtein import damerau_levenshtein

from wiki.db import db
from wiki.search import french
from wiki.search.index import store
from wiki.search.plan import Plan, Wanted
from wiki.search.question import Clause, Question
from wiki.search.synonyms import Book
from wiki.search.tables import search_word, texts_of

SHORTEST = 4  # letters under which any other word is near
_FAR_FROM = 6  # letters from which two mistakes are believable
_MOST_CANDIDATES = 24
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_EXAMINED = 10  # texts read to make sure that a form really stands in one


def correct(
    question: Question, plan: Plan, book: Book, allowed: str
) -> tuple[Question, tuple[tuple[str, str], ...]]:
    """The question with its unknown words replaced, and what was replaced by what.

    `allowed` is the condition under which the reader may read an item, as `readable` gives it.
    """
    content = [clause for clause in question.content if clause.kind != "phrase"]
    answered = _seen(list(plan.groups), allowed)
    changes = []
    for clause, known in zip(content, answered, strict=False):
        if known or not _correctable(clause):
            continue
        nearest = _nearest(clause, allowed) or _in_book(clause, book, allowed)
        if nearest:
            changes.append((_typed_word(clause), nearest))
    for old, new in changes:
        question = question.with_word(old, new)
    return question, tuple(changes)


def beginnings(start: str) -> list[str]:
    """Terms shorter than the beginning typed, of words that begin so: « numériq* » is numer."""
    wanted = select(search_word.c.term).distinct().where(
        search_word.c.folded >= start,
        search_word.c.folded < start + "\U0010ffff",
        func.length(search_word.c.term) < len(start) + 1,
    )  # fmt: skip
    found = db.session.scalars(wanted.limit(200)).all()
    return [term for term in found if not term.startswith(start)][:20]


def _correctable(clause: Clause) -> bool:
    word = french.fold(_typed_word(clause))
    return clause.kind == "word" and len(word) >= SHORTEST and word.isalpha()


def _typed_word(clause: Clause) -> str:
    """The word without what is elided before it."""
    forms = french.read_chunk(clause.text).forms
    return forms[-1].text if forms else clause.text


def _nearest(clause: Clause, allowed: str) -> str | None:
    """The best visible word near one that is unknown; nearer first, then more frequent."""
    folded = french.fold(_typed_word(clause))
    candidates = [*_one_away(folded), *_alike(folded), *_two_away(folded)]
    seen: dict[str, tuple[int, str, str]] = {}
    for cost, form, other, term in candidates:
        if other != folded and (other not in seen or seen[other][:1] > (cost,)):
            seen[other] = (cost, form, term)
    chosen = sorted(seen.values())[:_MOST_CANDIDATES]
    if not chosen:
        return None
    counts = _counts([Wanted((term,)) for _, _, term in chosen], allowed)
    ranked = sorted(zip(chosen, counts, strict=True), key=lambda pair: (pair[0][0], -pair[1]))
    for (_cost, form, term), n in ranked:
        if n and (written := _written(form, term, allowed)):
            return written
    return None


def _in_book(clause: Clause, book: Book, allowed: str) -> str | None:
    """A word that nobody wrote but that has other words for it, which somebody did."""
    folded = french.fold(_typed_word(clause))
    near = book.near(folded, variants(folded))
    match = book.longest(french.terms(near)) if near else None
    others = tuple(Wanted(other.terms) for other in match.others) if match else ()
    return near if others and _seen([others], allowed)[0] else None


def _one_away(folded: str) -> list[tuple[int, str, str, str]]:
    rows = _rows(search_word.c.folded.in_(variants(folded)))
    return [(_weight(folded, row.folded), row.form, row.folded, row.term) for row in rows]


def _alike(folded: str) -> list[tuple[int, str, str, str]]:
    """Words that sound the same: « smartfone »."""
    sound = french.sound(folded)
    if len(sound) < 3:
        return []
    return [(3, row.form, row.folded, row.term) for row in _rows(search_word.c.sound == sound)]


def _two_away(folded: str) -> list[tuple[int, str, str, str]]:
    """Two mistakes, the first letter and about the length being right."""
    if len(folded) < _FAR_FROM:
        return []
    rows = _rows(
        search_word.c.folded >= folded[0],
        search_word.c.folded < folded[0] + "\U0010ffff",
        func.length(search_word.c.folded).between(len(folded) - 2, len(folded) + 2),
        search_word.c.folded.like(f"%{folded[-3:]}%") | search_word.c.folded.like(f"{folded[:3]}%"),
    )
    return [
        (4, row.form, row.folded, row.term)
        for row in rows
        if damerau_levenshtein(folded, row.folded, limit=2) <= 2
    ]


def _rows(*conditions):
    wanted = select(search_word.c.form, search_word.c.folded, search_word.c.term)
    return db.session.execute(wanted.where(*conditions).order_by(search_word.c.form)).all()


def variants(word: str) -> set[str]:
    """All words one mistake away: a letter too many, missing, wrong, or two swapped."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in _ALPHABET}
    missing = {a + letter + b for a, b in cuts for letter in _ALPHABET}
    return (dropped | swapped | wrong | missing) - {word}


def _weight(typed: str, other: str) -> int:
    """A doubled or swapped letter is a slip; another first letter is another word."""
    if typed[0] != other[0]:
        return 3
    return 1 if len(typed) != len(other) or sorted(typed) == sorted(other) else 2


def _seen(groups: list[tuple[Wanted, ...]], allowed: str) -> list[bool]:
    """For each group, whether something that the reader may read answers it."""
    return [bool(n) for n in _tally(groups, allowed, most=1)]


def _counts(wanted: Iterable[Wanted], allowed: str) -> list[int]:
    """In how many readable items each stands, up to a hundred."""
    return _tally([(each,) for each in wanted], allowed, most=100)


def _tally(groups: list[tuple[Wanted, ...]], allowed: str, most: int) -> list[int]:
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


def _written(form: str, term: str, allowed: str) -> str | None:
    """The form as it stands in a readable text; the vocabulary also holds forms of hidden ones."""
    connection, values = db.session.connection(), {}
    matched = store(connection).ids([(Wanted((term,)),)], 1, "f", values)
    texts = text(
        f"SELECT search_text.* FROM ({matched}) AS m CROSS JOIN item CROSS JOIN search_text "
        f"WHERE item.id = m.id AND search_text.item_id = m.id AND {allowed} "
        f"LIMIT {_EXAMINED}"
    )
    whole = re.compile(rf"(?<!\w){re.escape(french.fold(form))}(?!\w)")
    other = None
    for row in connection.execute(texts, values):
        for words in map(french.clean, texts_of(row).values()):
            if whole.search(french.fold(words)):
                return form
            other = other or _first_form(words, term)
    return other


def _first_form(words: str, term: str) -> str | None:
    """Any form of a term in a text, when the one looked for is not there."""
    _terms, forms = french.index_text(words)
    return next((form.text for form in sorted(forms) if form.term == term), None)

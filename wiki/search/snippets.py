"""Why a result matched: its best passage, with the words marked as they were written."""

import re
from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy import bindparam, select

from wiki.db import db
from wiki.search import ranking
from wiki.search.plan import Plan, Wanted
from wiki.search.ranking import Rarity, Reading
from wiki.search.tables import Texts, search_text, search_word

LENGTH = 200  # characters of a passage, about
_BEFORE = 60  # of them before the first word found
_MOST_FORMS = 120
_MOST_HITS = 80  # words found in one field among which the best passage is chosen
_FOUND_IN = {
    "lead": "summary", "body": "body", "headings": "body", "attachments": "attachment",
    "comments": "comment",
}  # fmt: skip
_BONUS = {"lead": 2, "body": 0, "headings": -1, "attachments": -2, "comments": -3}
_ACCENTED = {
    "a": "[aàâäáãå]", "c": "[cç]", "e": "[eéèêë]", "i": "[iîïíì]", "n": "[nñ]", "o": "[oôöóòõø]",
    "u": "[uùûüú]", "y": "[yÿý]",
}  # fmt: skip
_MOST_WRITTEN = 20  # forms of one term
_COMPOUND = 7  # letters from which a word may be a compound
_DOTTED = 5  # letters up to which a word may be an acronym with points


# Made once: composing them would take as long as running them.
_TEXTS = select(search_text).where(search_text.c.item_id.in_(bindparam("ids", expanding=True)))
_FORMS = select(search_word.c.term, search_word.c.folded).distinct()
_FORMS = _FORMS.where(search_word.c.term.in_(bindparam("terms", expanding=True)))


@dataclass(frozen=True)
class Snippet:
    """A passage as safe HTML, and where: title, summary, body, attachment, terms or comment.

    Of an attachment, `label` names the file `item_id`, and `place` says where inside: « page=3 ».
    """

    html: Markup
    found_in: str
    kind: str = ""
    label: str = ""
    place: str = ""
    item_id: int | None = None


def texts(ids: list[int]) -> dict[int, Texts]:
    """What was written in items, by id."""
    if not ids:
        return {}
    rows = db.session.connection().execute(_TEXTS, {"ids": ids})
    return {row.item_id: Texts(row) for row in rows}


def snippets(readings: dict[int, Reading], pattern: re.Pattern | None) -> dict[int, Snippet]:
    """The passage to show with each result of a page."""
    return {item_id: _best(reading, pattern) for item_id, reading in readings.items()}


def beginnings(found: dict[int, Texts]) -> dict[int, Snippet]:
    """How each begins: what to show when no word was asked for."""
    return {
        item_id: Snippet(Markup(escape(_cut(kept["lead"] or kept["body"], 0, LENGTH))), "summary")
        for item_id, kept in found.items()
    }


def expression(plan: Plan, rarity: Rarity | None = None) -> re.Pattern | None:
    """What to mark, built from the forms under which people wrote the terms; None for no term.

    The name of a group says for which words of the question it stands, as `ranking.name` writes it.
    """
    answers = ranking.senses(plan, rarity)
    named: dict[str, list[Wanted]] = {}
    # What stands for most of the question is looked for first, then what is worth most.
    order = {wanted: (-len(s), -max(s.values())) for wanted, s in answers.items()}
    for wanted in sorted(order, key=order.get):
        named.setdefault(ranking.name(answers[wanted]), []).append(wanted)
    groups = [(f"?P<{name}>", some) for name, some in named.items()]
    groups.append(("?:", [w for w in plan.highlights if w not in answers]))
    every = {term for _, group in groups for w in group if not w.prefix for term in w.terms}
    forms, written, left = _forms(every), [], _MOST_FORMS
    for name, group in groups:
        ways = sorted({way for w in group if (way := _way(w, forms))}, key=len, reverse=True)[:left]
        if ways:
            written.append(f"({name}{'|'.join(ways)})")
            left -= len(ways)
    if not written:
        return None
    # The letters a word may begin with, asked first, spare trying every form at every letter.
    first = {w.terms[0][0] for _, group in groups for w in group}
    first |= {form[0] for term in every for form in forms.get(term, ())}
    letters = "".join(_ACCENTED.get(letter, letter).strip("[]") for letter in sorted(first))
    begins = f"(?=[{letters}œæ])" if letters.isalnum() else ""
    return re.compile(rf"{begins}(?<![^\W_])(?:{'|'.join(written)})(?![^\W_])", re.IGNORECASE)


def _way(wanted, forms: dict[str, list[str]]) -> str:
    """How something sought may be written; '' when nobody wrote it."""
    if wanted.prefix:
        return "".join(map(_letter, wanted.terms[0])) + r"\w*"
    return _side_by_side(wanted.terms, forms)


def _forms(terms: set[str]) -> dict[str, list[str]]:
    """How each term was written, the longest first."""
    rows = db.session.connection().execute(_FORMS, {"terms": sorted(terms)})
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (-len(row.folded), row.folded)):
        found.setdefault(row.term, []).append(row.folded)
    return found


def _side_by_side(terms: tuple[str, ...], forms: dict[str, list[str]]) -> str:
    """One word in all its forms, or several with nothing but blanks and signs between them."""
    parts = []
    for term in terms:
        written = [_written(form) for form in forms.get(term, [])[:_MOST_WRITTEN]]
        if len(terms) == 1 and len(term) >= _COMPOUND:
            # The term itself finds the compound: « covoiturage » for « co-voiturage ».
            written.append("-?".join(map(_letter, term)) + r"\w{0,3}")
        if not written:
            return ""
        parts.append(f"(?:{'|'.join(written)})")
    return r"[\W_]+(?:\w{1,2}['’])?".join(parts)


def _written(form: str) -> str:
    """A form, its accents free; a short one perhaps with the points of an acronym."""
    between = r"\.?" if len(form) <= _DOTTED and form.isalpha() else ""
    return between.join(map(_letter, form)).replace("[oôöóòõø][eéèêë]", "(?:[oôöóòõø][eéèêë]|œ)")


def _letter(letter: str) -> str:
    return _ACCENTED.get(letter) or re.escape(letter)


def _best(reading: Reading, pattern: re.Pattern | None) -> Snippet:
    """The passage where most of the words stand together."""
    chosen: tuple[float, str, int] | None = None
    for field, bonus in _BONUS.items():
        if field == "headings" and " " not in reading.fields[field]:
            continue  # the name of a file shows nothing that its title does not
        found = _densest(reading.places.get(field, ())[:_MOST_HITS])
        if found and (chosen is None or found[0] + bonus > chosen[0]):
            chosen = (found[0] + bonus, field, found[1])
    kept = reading.fields
    if chosen is None:
        return Snippet(mark(kept["title"], pattern), "title")
    _, field, start = chosen
    if field != "attachments":
        return Snippet(mark(_around(kept[field], start), pattern), _FOUND_IN[field])
    return _beside(kept, start, pattern)


def _beside(kept: Texts, start: int, pattern: re.Pattern | None) -> Snippet:
    """A passage of what stands beside an item's own text: the words of its terms, or a file."""
    end, place = kept.end_of_terms(), _place(kept.places(), start)
    text = kept["attachments"]
    if start < end:
        line = text[text.rfind("\n", 0, start) + 1 : end].partition("\n")[0]
        return Snippet(mark(line, pattern), "terms", *place)
    return Snippet(mark(_around(text[end:], start - end), pattern), "attachment", *place)


def _around(text: str, start: int) -> str:
    return _cut(text, start - _BEFORE, start - _BEFORE + LENGTH)


def _place(places: list[list], offset: int) -> tuple:
    """The part in which an offset lies: its kind, the name of its file, the place, the file."""
    before = [place for place in places if place[0] <= offset]
    return tuple(before[-1][1:]) if before else ()


def _densest(found: list[tuple[int, tuple[int, ...]]]) -> tuple[float, int] | None:
    """How rich the best stretch is, different words before repetitions, and where it begins."""
    best = None
    for i, (start, _) in enumerate(found):
        inside: set[int] = set()
        for at, words in found[i : i + 8]:
            if at - start > LENGTH - _BEFORE:
                break
            inside.update(words)
        if best is None or len(inside) > best[0]:
            best = (len(inside), start)
    return best and (10.0 * best[0], best[1])


def _cut(text: str, start: int, end: int) -> str:
    """A stretch of text that begins and ends with whole words."""
    start, end = max(start, 0), min(max(end, 0), len(text))
    if start > 0:
        sentence = max(text.rfind(mark, start, start + _BEFORE) for mark in ".!?\n")
        space = text.find(" ", start, start + 30)
        start = sentence + 1 if sentence >= 0 else space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > start + 20 else end
    words = " ".join(text[start:end].split())
    return f"{'… ' if start > 0 and words else ''}{words}{' …' if end < len(text) else ''}"


def mark(text: str, pattern: re.Pattern | None) -> Markup:
    """The text escaped, what matches between <mark> and </mark>."""
    if pattern is None:
        return Markup(escape(text))
    parts, after = [], 0
    for found in pattern.finditer(text):
        parts.append(f"{escape(text[after : found.start()])}<mark>{escape(found.group())}</mark>")
        after = found.end()
    return Markup("".join([*parts, escape(text[after:])]))

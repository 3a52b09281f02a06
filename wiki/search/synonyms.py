"""Other words for the same thing: a shipped list and the synonyms of the vocabularies.

They widen the question and never touch the index, so a change acts on the next search.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from wiki.search import french, synonym_groups, vocabularies
from wiki.search.stopwords import small
from wiki.search.synonym_groups import VOCABULARY as OWN

MOST_OTHERS = 8
_BROAD = {"needs", "skills"}  # their « synonyms » are related words, not other words
_SHORT_LABEL = 1  # word: only such a label stands for each of its synonyms
_LONGEST_LABEL = 4  # words: a longer label is a sentence, nobody writes it


class Other(NamedTuple):
    """Another way to say something; `wide`: it says more, or less, than what it stands for."""

    text: str
    terms: tuple[str, ...]
    wide: bool = False


class Match(NamedTuple):
    """How many terms of the question were recognised, and what else to look for."""

    length: int
    others: tuple[Other, ...]


class Book:
    """Expressions and what else they are called, found by their first term."""

    def __init__(self):
        self._others: dict[tuple[str, ...], dict[tuple[str, ...], Other]] = {}
        self._lengths: dict[str, list[int]] = {}
        self._words: dict[str, str] = {}  # single words, folded, as written
        self._known: set[str] = set()  # every word of every expression, folded

    def add(self, text: str, others: list[str], wide: bool = False) -> None:
        """Let a question that holds `text` also look for the others."""
        source = french.terms(text)
        if not source or _only_small_words(text):
            return
        if len(source) == 1 and text.isalpha() and len(text) > 4:
            self._words[french.fold(text)] = text.lower()
        for said in (text, *others):
            self._known.update(form.folded for chunk in french.chunks(said) for form in chunk.forms)
        known = self._others.setdefault(source, {})
        for other in others:
            terms = french.terms(other)
            if terms and terms != source and not _only_small_words(other):
                before = known.get(terms)
                if before is None or before.wide and not wide:
                    known[terms] = Other(other, terms, wide)
        lengths = self._lengths.setdefault(source[0], [])
        if len(source) not in lengths:
            lengths.append(len(source))
            lengths.sort(reverse=True)

    def longest(self, terms: tuple[str, ...]) -> Match | None:
        """The longest expression at the beginning of `terms`, if one is known."""
        for length in self._lengths.get(terms[0], ()):
            others = self._others.get(terms[:length])
            if others:
                return Match(length, tuple(others.values())[:MOST_OTHERS])
        return None

    def every(self, terms: tuple[str, ...]) -> list[Match]:
        """All expressions at the beginning of `terms`, the longest first."""
        found = []
        for length in self._lengths.get(terms[0], ()):
            if others := self._others.get(terms[:length]):
                found.append(Match(length, tuple(others.values())[:MOST_OTHERS]))
        return found

    def knows(self, folded: str) -> bool:
        """Whether a word stands in any expression: then it is no slip, even if nobody wrote it."""
        return folded in self._known

    def near(self, folded: str, variants: set[str]) -> str | None:
        """The word that a mistyped one stands for, if it is one letter or one sound away."""
        for word in sorted(variants & self._words.keys()):
            return self._words[word]
        sound = french.sound(folded)
        return next(
            (text for word, text in self._words.items() if french.sound(word) == sound), None
        )

    def __len__(self) -> int:
        return len(self._others)

    def copy(self) -> "Book":
        """A book that may be added to without changing this one."""
        new = Book()
        new._others = {source: dict(others) for source, others in self._others.items()}
        new._words = dict(self._words)
        new._known = set(self._known)
        new._lengths = {first: list(lengths) for first, lengths in self._lengths.items()}
        return new


def _only_small_words(text: str) -> bool:
    """Whether an expression would match nearly every text."""
    return small([form.folded for chunk in french.chunks(text) for form in chunk.forms])


_current: dict[tuple, Book] = {}  # at most one: the version of the terms, and its book


def book() -> Book:
    """The synonyms of today: the shipped list and the vocabularies, kept until one changes."""
    version = vocabularies.version()
    if version not in _current:
        changed = any(t.vocabulary == OWN for t in vocabularies.terms().values())
        made = _with_terms(_of_groups(synonym_groups.groups()) if changed else shipped())
        _current.clear()
        _current[version] = made
        return made
    return _current[version]


def forget() -> None:
    """Read the vocabularies again at the next question."""
    _current.clear()
    vocabularies.forget()


@cache
def shipped() -> Book:
    """The list in `synonyms.txt`, before the site changed anything."""
    return _of_groups(synonym_groups.shipped().values())


def _of_groups(groups: Iterable[synonym_groups.Group]) -> Book:
    found = Book()
    for group in groups:
        if group.state == "removed":
            continue
        for source in group.words[:1] if group.one_way else group.words:
            found.add(source, [word for word in group.words if word != source], group.one_way)
    return found


def _with_terms(start: Book) -> Book:
    found = start.copy()
    for term in vocabularies.terms().values():
        if term.retired or term.vocabulary in _BROAD or term.vocabulary == OWN:
            continue
        for hub, spokes in _around(term.label, term.synonyms or []):
            found.add(hub, spokes)
            if len(french.terms(hub)) <= _SHORT_LABEL:
                for spoke in spokes:
                    found.add(spoke, [hub])
    return found


def _around(label: str, others: list[str]):
    """Synonyms stand around the label, or around the first of them when the label is a sentence."""
    others = [str(other) for other in others if str(other).strip()]
    if others and len(french.terms(label)) <= _LONGEST_LABEL:
        yield label, others
    elif len(others) > 1:
        yield others[0], others[1:]

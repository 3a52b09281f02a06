"""A question turned into what to look for: words, other words for them, words side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from wiki.search import french, kin, synonyms
from wiki.search.question import Clause, Question
from wiki.search.stopwords import FADING

SMALL = frozenset(map(french.stem, FADING))  # terms that stand everywhere
MOST_OTHERS = 6  # other words for one word
MOST_KIN = 5  # words of its family
HEAD = "head"  # as the field of something wanted: in the title, the summary or the headings
MOST_WORDS = 12  # of a long question, the coverage of the first words decides


class Wanted(NamedTuple):
    """Terms to be found side by side, perhaps in some fields, or as the beginning of a word."""

    terms: tuple[str, ...]
    field: str | None = None
    prefix: bool = False
    exact: bool = False  # in quotes: the small words between count too


@dataclass(frozen=True)
class Plan:
    """What to look for, by weight class; `groups` holds all that answers each word sought."""

    groups: tuple[tuple[Wanted, ...], ...] = ()
    owned: tuple[int, ...] = ()  # how many of each group, from the first on, are what was typed
    words: tuple[Wanted, ...] = ()
    synonyms: tuple[Wanted, ...] = ()
    wide: frozenset[Wanted] = frozenset()  # of the others, those that say more or less
    kin: frozenset[Wanted] = frozenset()  # of the others, those of the same family
    whole: tuple[tuple[Wanted, ...], ...] = ()  # of each group, the expressions it is a part of
    pairs: tuple[Wanted, ...] = ()
    required: tuple[tuple[Wanted, ...], ...] = ()
    excluded: tuple[Wanted, ...] = ()
    labels: tuple[str, ...] = ()  # of each group, the word as it was typed
    used: tuple[tuple[str, str], ...] = ()  # (what was typed, the other word also sought)

    @property
    def least(self) -> int:
        """How many of the words sought make a result: at least half."""
        return (len(self.groups) + 1) // 2

    @property
    def highlights(self) -> tuple[Wanted, ...]:
        """What to mark in the text of a result."""
        return tuple(dict.fromkeys((*(w for group in self.groups for w in group), *self.words)))


def prepare(
    question: Question,
    book: "synonyms.Book",
    beginnings=None,
    also: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """The plan of a question; `beginnings` gives the terms that a beginning of word stands for.

    `also` gives, for a word that may be a slip, the one that was perhaps meant.
    """
    content = question.content
    own = [_own(clause, beginnings) for clause in content]
    others = _synonyms(question, content, book)
    for i, clause in enumerate(content):
        if meant := also.get(clause.text):
            others.wanted[i].insert(0, Wanted(french.terms(meant), clause.field))
            others.used.insert(0, (clause.text, meant))
    joined = _joined(content)
    sought = [i for i, clause in enumerate(content) if clause.kind != "phrase"][:MOST_WORDS]
    family = [_kin(clause) for clause in content] if book else [[] for _ in content]
    phrases = [i for i, clause in enumerate(content) if clause.kind == "phrase"]
    typed = [_unique(own[i] + joined[i]) for i in sought]
    typed = typed or [_unique(own[i]) for i in phrases]
    rest = [others.wanted[i] + _but(family[i], own[i] + others.wanted[i]) for i in sought]
    rest = rest or [[] for _ in phrases]
    return Plan(
        groups=tuple(_unique((*a, *b)) for a, b in zip(typed, rest, strict=True)),
        owned=tuple(map(len, typed)),
        labels=tuple(content[i].text for i in (sought or phrases)),
        words=_unique(wanted for i in range(len(content)) for wanted in own[i] + joined[i]),
        synonyms=_unique([*(w for found in others.wanted for w in found), *_parts(content)]),
        wide=frozenset(others.wide),
        kin=frozenset(w for found in family for w in found),
        whole=tuple(tuple(others.whole[i]) for i in sought) or tuple(() for _ in phrases),
        pairs=_unique(_pairs(question)),
        required=tuple(
            _unique(own[i] + joined[i] + (others.wanted[i] if clause.kind == "word" else []))
            for i, clause in enumerate(content)
            if clause.required or clause.field
        ),
        excluded=_unique(
            wanted for clause in question.excluded for wanted in _own(clause, beginnings)
        ),
        used=tuple(dict.fromkeys(others.used)),
    )


def _own(clause: Clause, beginnings=None) -> list[Wanted]:
    """What was typed, in the ways a text may write it."""
    if clause.kind == "prefix":
        beginning = clause.terms[0]
        terms = beginnings(beginning) if beginnings else []
        return [
            Wanted((beginning,), clause.field, True),
            *(Wanted((t,), clause.field) for t in terms),
        ]
    wanted = [Wanted(clause.terms, clause.field, exact=clause.kind == "phrase")]
    if clause.joined:
        wanted.append(Wanted((clause.joined,), clause.field))
    return wanted


def _kin(clause: Clause) -> list[Wanted]:
    """Words of the same family as one that was typed: « chômage » for « chômeur ».

    Looked for only in what heads a text: in bodies they stand beside every other subject.
    """
    if clause.field or not (clause.single or clause.joined):
        return []
    written = clause.text if clause.single else "".join(form.folded for form in _forms(clause))
    return [Wanted((term,), HEAD) for term in kin.of(written)[:MOST_KIN]]


def _forms(clause: Clause) -> tuple[french.Form, ...]:
    return french.read_chunk(clause.text).forms


def _but(family: list[Wanted], known: list[Wanted]) -> list[Wanted]:
    """The words of a family that are not looked for everywhere already."""
    return [wanted for wanted in family if wanted._replace(field=None) not in known]


def _joined(content) -> list[list[Wanted]]:
    """« co voiturage » typed apart is also covoiturage, for both of its words."""
    joined = [[] for _ in content]
    for i, (first, second) in enumerate(zip(content, content[1:], strict=False)):
        if first.single and second.single and len(first.text) + len(second.text) >= 6:
            term = french.stem(french.fold(first.text + second.text))
            if term.isalnum():
                joined[i].append(Wanted((term,), first.field))
                joined[i + 1].append(Wanted((term,), second.field))
    return joined


def _parts(content) -> list[Wanted]:
    """The words of a compound count a little when they are apart."""
    return [
        Wanted((term,), clause.field)
        for clause in content
        if clause.kind == "compound"
        for term in clause.terms
        if len(term) > 3
    ]


def _pairs(question: Question):
    """Neighbouring words as typed, with the small words between them."""
    before, between = None, ()
    for clause in question.clauses:
        if clause.kind in ("phrase", "prefix") or clause.field:
            before, between = None, ()
        elif clause.fades:
            between += clause.terms
        else:
            if before and len(between) <= 3:
                yield Wanted(before + between + clause.terms)
            before, between = clause.terms, ()


class _Others(NamedTuple):
    """For each word sought: the other words, and the whole expressions in which it was typed."""

    wanted: list[list[Wanted]]
    whole: list[list[Wanted]]
    wide: set[Wanted]
    used: list[tuple[str, str]]


def _synonyms(question: Question, content, book) -> _Others:
    """For each word sought, the other words for it or for the expression it stands in."""
    found, whole, wide, used = [[] for _ in content], [[] for _ in content], set(), []
    plain = [c for c in question.clauses if c.kind in ("word", "compound")]
    terms = [(term, clause) for clause in plain for term in clause.terms]
    matches = [
        ([clause for _, clause in terms[start : start + match.length]], match)
        for start in range(len(terms))
        for match in book.every(tuple(term for term, _ in terms[start:]))
    ]
    matches += [([c], match) for c in plain if c.joined for match in book.every((c.joined,))]
    for clauses, match in sorted(matches, key=lambda m: -m[1].length):
        mine = [i for i, c in enumerate(content) if any(c is clause for clause in clauses)]
        wide |= {Wanted(other.terms) for other in match.others if other.wide}
        for i in mine:
            if not content[i].field:
                new = [Wanted(other.terms) for other in match.others]
                found[i] += new[: max(MOST_OTHERS - len(found[i]), 0)]
                if len(mine) > 1:
                    whole[i].append(Wanted(tuple(t for c in clauses for t in c.terms)))
        if mine:
            typed = " ".join(dict.fromkeys(clause.text for clause in clauses))
            used += [(typed, other.text) for other in match.others]
    return _Others(found, whole, wide, used)


def _unique(wanted) -> tuple[Wanted, ...]:
    return tuple(dict.fromkeys(wanted))

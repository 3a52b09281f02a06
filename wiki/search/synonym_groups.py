"""The groups of words that mean the same: those shipped, and what the site made of them.

What the site changes is kept as terms of a vocabulary of their own, so that every process learns of
it as it learns of any other term: one term for each group added, changed or taken out.
"""

import hashlib
import re
import secrets
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import delete, func, select

from wiki.db import db, utcnow
from wiki.items.models import Term
from wiki.search import french
from wiki.search.stopwords import small

VOCABULARY = "alike"
MOST_WORDS = 12  # of a group
LONGEST_WORD = 80  # characters
MOST_OWN = 1000  # groups of the site's own
_OWN = "own-"
_STEP = 10_000  # between two changes: more than a group's length, so that no two look the same
_ONE_WAY = " => "


class Group(NamedTuple):
    """Words that mean the same; `one_way`: only the first also looks for the others."""

    key: str
    words: tuple[str, ...]
    one_way: bool = False
    state: str = ""  # of a shipped group: "", changed, removed; "own": added by the site

    @property
    def line(self) -> str:
        """The group as the list writes it."""
        if self.one_way:
            return self.words[0] + _ONE_WAY + ", ".join(self.words[1:])
        return ", ".join(self.words)


class Refused(ValueError):
    """Words that cannot be a group; the argument says which rule they break."""


def parsed(line: str, key: str = "", state: str = "") -> Group | None:
    """« a, b, c » are alike; « a => b, c » widens a alone; None for a comment or a blank."""
    line = line.partition("#")[0].strip()
    narrow, arrow, wide = line.partition(_ONE_WAY.strip())
    words = [word.strip() for word in (wide if arrow else line).split(",")]
    words = list(filter(None, ([narrow.strip()] if arrow else []) + words))
    if not words:
        return None
    key = key or hashlib.sha256(line.encode()).hexdigest()[:12]
    return Group(key, tuple(words), bool(arrow), state)


@cache
def shipped() -> dict[str, Group]:
    """The groups of `synonyms.txt` by key."""
    text = files("wiki.search").joinpath("synonyms.txt").read_text("utf-8")
    found = filter(None, map(parsed, text.splitlines()))
    return {group.key: group for group in found}


def groups() -> list[Group]:
    """Every group of today, those taken out included: the site's own first, the newest first."""
    terms = _terms()
    own = [_of_term(term) for key, term in terms.items() if key.startswith(_OWN)]
    rest = [_of_term(terms[key], group) if key in terms else group
            for key, group in shipped().items()]  # fmt: skip
    return own[::-1] + rest


def group(key: str) -> Group | None:
    """One group of today by its key."""
    found = _terms().get(key)
    default = shipped().get(key)
    return _of_term(found, default) if found else default


def keep(words: list[str], one_way: bool, key: str | None = None) -> Group:
    """Add a group, or change the one with this key; raises Refused. The caller commits."""
    made = Group(key or _OWN + secrets.token_hex(4), checked(words), one_way)
    if key is None and len(_terms()) >= MOST_OWN:
        raise Refused("many")
    default = shipped().get(made.key)
    if default and (default.words, default.one_way) == (made.words, made.one_way):
        restore(made.key)
        return default
    _write(made, removed=False)
    return made


def remove(key: str) -> None:
    """Take a group out: a shipped one can be restored, one of the site's own is gone."""
    default = shipped().get(key)
    restore(key)
    if default:
        _write(default, removed=True)


def restore(key: str | None = None) -> None:
    """Have a shipped group again as it was, or all of them; one of the site's own is gone."""
    gone = delete(Term).where(Term.vocabulary == VOCABULARY)
    which = Term.slug == key if key else Term.slug.not_like(f"{_OWN}%")
    db.session.execute(gone.where(which))


def checked(words: list[str]) -> tuple[str, ...]:
    """The words of a group, each once; raises Refused with the reason."""
    kept: dict[tuple[str, ...], str] = {}
    for word in map(_plain, words):
        if len(word) > LONGEST_WORD:
            raise Refused("long")
        forms = [form for chunk in french.chunks(word) for form in chunk.forms]
        if forms and small([form.folded for form in forms]):
            raise Refused("small")
        if forms:
            kept.setdefault(french.terms(word), word)
    if len(kept) < 2:
        raise Refused("few")
    if len(kept) > MOST_WORDS:
        raise Refused("many words")
    return tuple(kept.values())


def _plain(word: str) -> str:
    """A word without the signs that the list itself uses."""
    return " ".join(re.sub(r"[,#\x00-\x1f]|=>", " ", french.clean(word)).split())


def _terms() -> dict[str, Term]:
    found = select(Term).where(Term.vocabulary == VOCABULARY).order_by(Term.position)
    return {term.slug: term for term in db.session.scalars(found)}


def _of_term(term: Term, default: Group | None = None) -> Group:
    if term.retired_at and default:
        return default._replace(state="removed")
    state = "changed" if default else "own"
    return parsed(term.synonyms[0], term.slug, state)


def _write(made: Group, removed: bool) -> None:
    """Put a group in its term, at a position that no change had before."""
    own = select(func.max(Term.position)).where(Term.vocabulary == VOCABULARY)
    last = db.session.scalar(own) or 0
    wanted = select(Term).where(Term.vocabulary == VOCABULARY, Term.slug == made.key)
    term = db.session.scalar(wanted) or Term(vocabulary=VOCABULARY, slug=made.key)
    term.label, term.synonyms = made.words[0][:160], [made.line]
    term.retired_at = utcnow() if removed else None
    term.position = last + _STEP
    db.session.add(term)
    db.session.flush()

"""Before many may read a text: the first names of the group that stand in it, passage by passage.

Names are compared as people write them: with or without accents and capitals, « Jean-Pierre » as
« Jean Pierre », whole words only. What is found is shown to who publishes, and they choose.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Membership
from wiki.items.models import Item

AROUND = 60  # characters shown on each side of a name
MOST = 300  # places shown one by one; of those after them, how many there are of each name
_HYPHENS = "\u2010\u2011\u2012\u2013\u00ad-"
_ALIKE = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "ʼ": "'"})
_GAP = rf"[\s\u00a0\u202f{_HYPHENS}]+"
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
_WORD = re.compile(rf"{_LETTER}+(?:[{_HYPHENS}]{_LETTER}+)*")
# Letters that are part of an address of the Web or of a person name nobody.
_ADDRESS = re.compile(r"\S+@\S+|[a-z]+://\S+|(?<![^\s(<\"'])/[\w/][^\s)]*")


@dataclass
class Passage:
    """One place where a name stands: `number` counts them in the order of the texts."""

    number: int
    name: str
    found: str
    before: str
    after: str

    @property
    def is_capital(self) -> bool:
        """Whether it is written as a name; « une pierre » and « claire » rarely are."""
        return self.found[:1].isupper()


def initial(name: str) -> str:
    """What may stand instead of a name: the first letter, with those of a compound one."""
    parts = re.split(_GAP, name.split(" ", maxsplit=1)[0])
    return "-".join(f"{part[:1].upper()}." for part in parts if part)


def people_of(item: Item, but: User) -> list[str]:
    """The names of the group's members, without who publishes and without the credited author."""
    query = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == item.group_id, User.id != but.id)
    )
    if item.author_id:
        query = query.where(User.id != item.author_id)
    return list(db.session.scalars(query.order_by(User.name)))


def passages(item: Item, names: list[str]) -> list[Passage]:
    """Every place of an item where one of these people is named."""
    found: list[Passage] = []
    search = finder(names)

    def look(text: str) -> str:
        for start, end, name in search(text):
            if len(found) < MOST:
                found.append(
                    Passage(
                        len(found), name, text[start:end],
                        ("…" if start > AROUND else "") + text[max(0, start - AROUND) : start],
                        text[end : end + AROUND] + ("…" if end + AROUND < len(text) else ""),
                    )
                )  # fmt: skip
        return text

    each_text(item, look)
    return found


def others(item: Item, names: list[str]) -> dict[str, int]:
    """How many places there are of each name after those that `passages` gives."""
    search, count, found = finder(names), 0, Counter()

    def look(text: str) -> str:
        nonlocal count
        for start, _end, name in search(text):
            if count >= MOST and text[start : start + 1].isupper():
                found[name] += 1
            count += 1
        return text

    each_text(item, look)
    return dict(found)


def replace(
    item: Item, names: list[str], numbers: set[int], everywhere: Container[str] = ()
) -> int:
    """Put an initial in the places of these numbers, and of these names in those after them.

    How many; the caller saves.
    """
    search, count, done = finder(names), 0, 0

    def change(text: str) -> str:
        nonlocal count, done
        pieces, at = [], 0
        for start, end, name in search(text):
            capital = text[start : start + 1].isupper()
            if count in numbers if count < MOST else name in everywhere and capital:
                pieces += [text[at:start], initial(name)]
                # « Karim. » gives « K. », not « K.. ».
                at = end + (text[end : end + 1] == "." and text[end : end + 2] != "..")
                done += 1
            count += 1
        return "".join([*pieces, text[at:]])

    each_text(item, change)
    return done


def finder(names: list[str]) -> Callable[[str], list[tuple[int, int, str]]]:
    """A function that gives the places of a text, (start, end, name), where these names stand."""
    known: dict[str, str] = {}
    for name in names:
        for form in _forms(name):
            known.setdefault(key(form), name)
    longest = max((len(_WORD.findall(key)) for key in known), default=0)

    def search(text: str) -> list[tuple[int, int, str]]:
        away = [m.span() for m in _ADDRESS.finditer(text)] if known else []
        words = [
            found.span()
            for found in (_WORD.finditer(text) if known else ())
            if not any(start <= found.start() < end for start, end in away)
        ]
        found, at = [], 0
        while at < len(words):
            for size in range(min(longest, len(words) - at), 0, -1):
                start, end = words[at][0], words[at + size - 1][1]
                inside = text[start:end]
                if len(inside) < 100 and (name := known.get(key(inside))):
                    found.append((start, end, name))
                    at += size - 1
                    break
            at += 1
        return found

    return search


def each_text(item: Item, change: Callable[[str], str]) -> None:
    """Pass everything people wrote in an item through `change`, always in the same order."""
    own = getattr(item, "each_text", None)
    if own:
        own(change)
        return
    for name in dict.fromkeys(("title", "summary", *item.texts())):
        before = getattr(item, name, None)
        if isinstance(before, str) and (after := change(before)) != before:
            setattr(item, name, after)


def _forms(name: str) -> list[str]:
    """How a person may be called: the whole name, its first two words, its first one."""
    words = name.split()
    forms = [" ".join(words), " ".join(words[:2]), words[0] if words else ""]
    return [form for form in dict.fromkeys(forms) if len(form) > 1]


def key(text: str) -> str:
    """A name as it is compared: no accents, no capitals, one space instead of any gap."""
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    bare = "".join(c for c in plain if not unicodedata.combining(c) and c != "\u00ad")
    return re.sub(_GAP, " ", bare).casefold().strip()

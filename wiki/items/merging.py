"""Three-way merge of texts: what two people wrote from one base, put together or shown apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Word by word costs the square of the length; longer passages are compared line by line only.
WORDS_AT_MOST = 4000


@dataclass(frozen=True)
class Conflict:
    """A passage both sides changed differently."""

    base: str
    mine: str
    theirs: str

    def settled(self, choice: str) -> str:
        """The passage once a person has chosen: `mine`, `theirs`, or `both` one after another."""
        if choice == "both":
            gap = "" if self.theirs.endswith("\n") or not self.theirs else "\n\n"
            return self.theirs + gap + self.mine
        return self.theirs if choice == "theirs" else self.mine


def merge(base: str, mine: str, theirs: str) -> list[str | Conflict]:
    """Both sides' changes to a text, as passages: agreed ones as text, others as conflicts."""
    if theirs in (mine, base):
        return [mine]
    if mine == base:
        return [theirs]
    parts: list[str | Conflict] = []
    for part in _merge_tokens(*(text.splitlines(keepends=True) for text in (base, mine, theirs))):
        if isinstance(part, Conflict):
            parts.extend(_by_words(part))
        else:
            parts.append(part)
    return _joined(parts)


def is_clean(parts: list[str | Conflict]) -> bool:
    """Whether nothing is left for a person to settle."""
    return not any(isinstance(part, Conflict) for part in parts)


def settle(parts: list[str | Conflict], choices: list[str]) -> str:
    """The whole text, the n-th conflict settled by the n-th choice; `both` where none is given."""
    rest = iter(choices)
    return "".join(
        part if isinstance(part, str) else part.settled(next(rest, "both")) for part in parts
    )


def _by_words(conflict: Conflict) -> list[str | Conflict]:
    sides = [
        re.findall(r"\s+|\w+|[^\w\s]", text)
        for text in (conflict.base, conflict.mine, conflict.theirs)
    ]
    if not sides[0] or max(map(len, sides)) > WORDS_AT_MOST:
        return [conflict]
    parts = list(_merge_tokens(*sides))
    # Half a sentence from each side reads as nonsense: one clash leaves the passage whole.
    return parts if is_clean(parts) else [conflict]


def _merge_tokens(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[str | Conflict]:
    """Walk the stretches of the base that both sides kept; between two, somebody changed."""
    at = at_mine = at_theirs = 0
    for start, start_mine, start_theirs, size in _kept_by_both(base, mine, theirs):
        b = "".join(base[at:start])
        m = "".join(mine[at_mine:start_mine])
        t = "".join(theirs[at_theirs:start_theirs])
        if t in (m, b):
            yield m
        elif m == b:
            yield t
        else:
            yield Conflict(b, m, t)
        yield "".join(base[start : start + size])
        at, at_mine, at_theirs = start + size, start_mine + size, start_theirs + size


def _kept_by_both(base, mine, theirs) -> Iterator[tuple[int, int, int, int]]:
    left = SequenceMatcher(None, base, mine, autojunk=len(base) > 5000).get_matching_blocks()
    right = SequenceMatcher(None, base, theirs, autojunk=len(base) > 5000).get_matching_blocks()
    i = j = 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        start = max(a.a, b.a)
        end = min(a.a + a.size, b.a + b.size)
        if end > start:
            yield start, a.b + start - a.a, b.b + start - b.a, end - start
        if a.a + a.size < b.a + b.size:
            i += 1
        else:
            j += 1
    yield len(base), len(mine), len(theirs), 0


def _joined(parts: list[str | Conflict]) -> list[str | Conflict]:
    """Neighbouring texts as one; empty ones gone."""
    joined: list[str | Conflict] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined or [""]

"""Three-way merge of texts: what two people wrote from one base, put together or shown apart."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Words of a passage that are compared one by one; a longer one is taken as a whole.
WORDS_AT_MOST = 4000
# Pairs of lines compared in one piece of a text, and in all its pieces.
PIECE_AT_MOST = 10_000
CELLS_AT_MOST = 400_000


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
    sides = [tokens(text) for text in (conflict.base, conflict.mine, conflict.theirs)]
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
    left, right = matches(base, mine), matches(base, theirs)
    i = j = 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        start = max(a[0], b[0])
        end = min(a[0] + a[2], b[0] + b[2])
        if end > start:
            yield start, a[1] + start - a[0], b[1] + start - b[0], end - start
        if a[0] + a[2] < b[0] + b[2]:
            i += 1
        else:
            j += 1
    yield len(base), len(mine), len(theirs), 0


def opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """How one list of lines or words becomes another, as difflib says it, in bounded time."""
    steps, at, at_new = [], 0, 0
    for start, start_new, size in [*matches(old, new), (len(old), len(new), 0)]:
        if start > at or start_new > at_new:
            removes, adds = start > at, start_new > at_new
            kind = "replace" if removes and adds else "delete" if removes else "insert"
            steps.append((kind, at, start, at_new, start_new))
        if size:
            steps.append(("equal", start, start + size, start_new, start_new + size))
        at, at_new = start + size, start_new + size
    return steps


def matches(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """The stretches that two lists share, in order: (place in old, place in new, length).

    What begins and ends alike, then the lines met once on each side and in the same order, which
    cut the rest into small pieces; only those are compared thoroughly. difflib alone would take
    minutes on long texts with many blank lines.
    """
    found: list[tuple[int, int, int]] = []
    todo, budget = [(0, len(old), 0, len(new))], CELLS_AT_MOST
    while todo:
        a, b, c, d = todo.pop()
        head = _alike(old, new, range(a, b), range(c, d))
        found.append((a, c, head))
        a, c = a + head, c + head
        tail = _alike(old, new, range(b - 1, a - 1, -1), range(d - 1, c - 1, -1))
        b, d = b - tail, d - tail
        found.append((b, d, tail))
        if a == b or c == d:
            continue
        if anchors := _anchors(old[a:b], new[c:d]):
            edges = [(0, 0), *((i + 1, j + 1) for i, j in anchors)]
            ends = [*anchors, (b - a, d - c)]
            found.extend((a + i, c + j, 1) for i, j in anchors)
            todo.extend(
                (a + i, a + i_end, c + j, c + j_end)
                for (i, j), (i_end, j_end) in zip(edges, ends, strict=True)
            )
            continue
        cells = (b - a) * (d - c)
        if cells <= PIECE_AT_MOST and cells <= budget:
            budget -= cells
            blocks = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            found.extend((a + i, c + j, n) for i, j, n in blocks.get_matching_blocks())
    return _together(sorted(match for match in found if match[2]))


def tokens(text: str) -> list[str]:
    """The words and signs of a text, each with the space after it; joined they give it again."""
    return re.findall(r"\w+\s*|[^\w\s]\s*|\s+", text)


def _alike(old: list[str], new: list[str], places: range, places_new: range) -> int:
    count = 0
    for i, j in zip(places, places_new, strict=False):
        if old[i] != new[j]:
            break
        count += 1
    return count


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The lines that stand once on each side, as many as come in the same order on both."""
    once, once_new = _once(old), _once(new)
    pairs = [(i, once_new[line]) for line, i in once.items() if line in once_new]
    ends: list[int] = []
    last: list[tuple] = []
    for i, j in pairs:
        at = bisect_left(ends, j)
        link = (i, j, last[at - 1] if at else None)
        ends[at : at + 1] = [j]
        last[at : at + 1] = [link]
    chain, link = [], last[-1] if last else None
    while link:
        chain.append(link[:2])
        link = link[2]
    return chain[::-1]


def _once(lines: list[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines) if counts[line] == 1}


def _together(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Stretches that touch on both sides as one."""
    joined: list[tuple[int, int, int]] = []
    for i, j, size in found:
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((i, j, size))
    return joined


def _joined(parts: list[str | Conflict]) -> list[str | Conflict]:
    """Neighbouring texts as one; empty ones gone."""
    joined: list[str | Conflict] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined or [""]


def merge_lists(before: list, mine: list, theirs: list) -> list:
    """Two people's changes to one list of lines: what either added stays, what either took goes.

    A line that both changed stays in both forms, one after the other: nothing is lost, and the
    next reader sees which to keep. The order is that of whoever moved lines, else mine.
    """
    kept = [one for one in before if one in theirs]
    moved = kept != [one for one in theirs if one in before]
    first, second = (theirs, mine) if moved else (mine, theirs)
    gone = [one for one in before if one not in mine or one not in theirs]
    merged = [one for one in first if one not in gone]
    for at, one in enumerate(second):
        if one in gone or one in merged:
            continue
        above = next((other for other in reversed(second[:at]) if other in merged), None)
        merged.insert(merged.index(above) + 1 if above is not None else 0, one)
    return merged

"""Who wrote which words of a text: its versions walked backwards until every word has its hand.

Every character of the text is in exactly one stretch. The walk is bounded: what it did not
reach, or what a reader may not look behind, is said to be older.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.items.authorship import NOBODY, Run
from wiki.items.merging import matches

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
LONGEST_PIECE = 60_000  # characters of a changed piece that are compared word by word


@dataclass(frozen=True)
class Version:
    """One state of a text: its number (0: being written), who signs it, who wrote which part."""

    number: int
    text: str
    signers: tuple[int, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """Words of one hand: the version they came with (None: older) and the writer's id, or None."""

    words: str
    number: int | None
    writer: int | None


@dataclass
class _Piece:
    """Part of the present text whose hand is not known yet, and where it stands in a version."""

    start: int
    size: int
    at: int


def traced(versions: Iterable[Version]) -> list[Stretch]:
    """The newest of `versions` (newest first) as stretches.

    The words left when the versions end came with the last one if that is the first there was;
    else they are older.
    """
    walk = iter(versions)
    newer = next(walk, None)
    if newer is None or not newer.text:
        return []
    text, found = newer.text, []
    pieces = [_Piece(0, len(text), 0)]
    for older in walk:
        if older.text != newer.text:
            pieces = _passed(pieces, newer, older, found)
        newer = older
        if not pieces:
            break
    for piece in pieces:
        if newer.number == 1:
            found.extend(_by_hand(newer, piece.at, piece.start, piece.size))
        else:
            found.append((piece.start, piece.size, None, None))
    return _joined(text, sorted(found))


def kept(old: str, new: str) -> list[tuple[int, int, int]]:
    """The stretches of a text that stay in another: (place in old, place in new, characters)."""
    # What begins and ends alike, in whole lines: most versions change one place.
    head = old.rfind("\n", 0, _common(old, new)) + 1
    tail = _common(old[: head - 1 if head else None : -1], new[: head - 1 if head else None : -1])
    end = old.find("\n", len(old) - tail) + 1 if tail else 0
    tail = len(old) - end if end else 0
    inside = _lines_kept(old[head : len(old) - tail], new[head : len(new) - tail])
    found = [(head + a, head + b, size) for a, b, size in inside]
    first = [(0, 0, head)] if head else []
    last = [(len(old) - tail, len(new) - tail, tail)] if tail else []
    return [*first, *found, *last]


def _lines_kept(old: str, new: str) -> list[tuple[int, int, int]]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[tuple[int, int, int]] = []
    starts, starts_new = _starts(before), _starts(after)
    at = at_new = 0
    for i, j, count in [*matches(before, after), (len(before), len(after), 0)]:
        a, b, c, d = starts[at], starts[i], starts_new[at_new], starts_new[j]
        if b > a and d > c and b - a < LONGEST_PIECE and d - c < LONGEST_PIECE:
            found.extend((a + x, c + y, size) for x, y, size in _words_kept(old[a:b], new[c:d]))
        if count:
            found.append((b, d, starts[i + count] - b))
        at, at_new = i + count, j + count
    return found


def _words_kept(old: str, new: str) -> list[tuple[int, int, int]]:
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    places, places_new = _starts(left), _starts(right)
    found = []
    for i, j, count in matches(left, right):
        size = places[i + count] - places[i]
        # A space that stands alone between new words is part of what was rewritten.
        inside = j > 0 and j + count < len(right)
        if not (inside and count == 1 and right[j].isspace()):
            found.append((places[i], places_new[j], size))
    return found


def _common(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _starts(parts: list[str]) -> list[int]:
    places = [0]
    for part in parts:
        places.append(places[-1] + len(part))
    return places


def _passed(pieces: list[_Piece], newer: Version, older: Version, found: list) -> list[_Piece]:
    """The pieces as they stand in the older version; what came with the newer goes to `found`."""
    stays, left, at_block = kept(older.text, newer.text), [], 0
    for piece in pieces:
        at, end = piece.at, piece.at + piece.size
        while at_block < len(stays) and stays[at_block][1] + stays[at_block][2] <= at:
            at_block += 1
        block = at_block
        while at < end:
            was, start, size = stays[block] if block < len(stays) else (0, end, 0)
            here = piece.start + at - piece.at
            if start > at:
                size = min(start, end) - at
                found.extend(_by_hand(newer, at, here, size))
            else:
                size = min(start + size, end) - at
                left.append(_Piece(here, size, was + at - start))
                block += 1
            at += size
    return _touching(left)


def _touching(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces that follow one another on both sides as one."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last.start + last.size == piece.start and last.at + last.size == piece.at:
            last.size += piece.size
        else:
            joined.append(piece)
    return joined


def _by_hand(version: Version, at: int, start: int, size: int) -> list[tuple]:
    """(place in the present text, size, version, writer) for a part that came with a version."""
    usual = version.signers[0] if version.signers else None
    if not version.runs:
        return [(start, size, version.number, usual)]
    parts, place = [], 0
    for length, writer in version.runs:
        low, high = max(place, at), min(place + length, at + size)
        if high > low:
            parts.append([high - low, writer])
        place += length
    covered = sum(length for length, _writer in parts)
    if covered < size:
        parts.append([size - covered, NOBODY])
    found = []
    for length, writer in _settled(parts):
        known = writer if writer in version.signers else None
        found.append((start, length, version.number, known if writer else usual))
        start += length
    return found


def _settled(parts: list[Run]) -> list[tuple[int, int]]:
    """A word that two hands made is given to the one that wrote beside what stood before."""
    settled, last = [], next((who for _size, who in parts if who), NOBODY)
    for size, who in parts:
        last = who or last
        settled.append((size, last))
    return settled


def _joined(text: str, found: list[tuple]) -> list[Stretch]:
    stretches: list[Stretch] = []
    for start, size, number, writer in found:
        words = text[start : start + size]
        last = stretches[-1] if stretches else None
        if last and (last.number, last.writer) == (number, writer):
            stretches[-1] = Stretch(last.words + words, number, writer)
        else:
            stretches.append(Stretch(words, number, writer))
    return stretches

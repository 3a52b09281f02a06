"""WebM and Matroska: elements in elements, of which those that only describe become void."""

from collections.abc import Iterator
from typing import BinaryIO

from wiki.files.untagging import Blank, number, peek

SEGMENT, INFO, TRACKS, ENTRY, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675
TAGS, ATTACHMENTS, CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
HEAD, CUES, SEEK, VOID = 0x1A45DFA3, 0x1C53BB6B, 0x114D9B74, 0xEC
TOP = {INFO, TRACKS, CLUSTER, TAGS, ATTACHMENTS, CHAPTERS, CUES, SEEK, HEAD, SEGMENT}
# Inside INFO: date, title, names of files and programs; inside a track: its name.
WORDS = {0x7BA9, 0x4D80, 0x5741, 0x7384, 0x3C83AB, 0x3E83BB, 0x536E}
DATE, SUM = 0x4461, 0xBF
DEPTH = 6
Element = tuple[int, int, int, int]  # what it is, where it begins, its body, its end


def find(file: BinaryIO, size: int) -> Iterator[Blank]:
    """What to blank in the elements of a file."""
    yield from _inside(file, 0, size, DEPTH)


def _inside(file: BinaryIO, at: int, stop: int, depth: int) -> Iterator[Blank]:
    for kind, start, body, end in _elements(file, at, stop):
        if kind in (TAGS, ATTACHMENTS, CHAPTERS, DATE, SUM):
            yield _void(start, end)
        elif kind == VOID or kind in WORDS:
            yield Blank(body, end - body)
        elif kind in (SEGMENT, INFO, TRACKS, ENTRY) and depth:
            yield from _inside(file, body, end, depth - 1)


def _elements(file: BinaryIO, at: int, stop: int) -> Iterator[Element]:
    while at < stop:
        kind, width = _number(peek(file, at, 4), keep_mark=True)
        size, more = _number(peek(file, at + width, 8), keep_mark=False)
        if not width or not more:
            return
        body = at + width + more
        if size == (1 << 7 * more) - 1:  # written as it went: nobody knew how long it would be
            end = stop if kind in (SEGMENT, HEAD) else _end_of(file, body, stop)
        else:
            end = min(stop, body + size)
        yield kind, at, body, end
        at = end


def _end_of(file: BinaryIO, at: int, stop: int) -> int:
    """Where a cluster of unknown length ends: at the next thing that is not inside it."""
    while at < stop:
        kind, width = _number(peek(file, at, 4), keep_mark=True)
        size, more = _number(peek(file, at + width, 8), keep_mark=False)
        if not width or not more or kind in TOP:
            return at if kind in TOP else stop
        at += width + more + size
    return stop


def _number(data: bytes, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length, and that length; (0, 0) when it is none."""
    if not data or not data[0]:
        return 0, 0
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return 0, 0
    value = number(data[:width])
    return (value if keep_mark else value & ((1 << 7 * width) - 1)), width


def _void(start: int, end: int) -> Blank:
    """An element of nothing, as long as the one whose place it takes."""
    length = end - start
    if length >= 9:
        head = b"\xec" + (1 << 56 | length - 9).to_bytes(8, "big")
    else:
        head = b"\xec" + (0x80 | length - 2).to_bytes(1, "big")
    return Blank(start, length, head)

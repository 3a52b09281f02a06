"""MP4, M4A and QuickTime: a tree of boxes, of which those that only describe become free room."""

from collections.abc import Iterator
from typing import BinaryIO

from wiki.files.untagging import Blank, number, peek

KEPT = {
    b"": {b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"wide", b"free"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"mdia", b"edts", b"tref", b"tapt"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"subs", b"saiz", b"saio", b"sbgp", b"sgpd", b"senc"},
}
DATED = {b"mvhd", b"tkhd", b"mdhd"}
# What is heard, seen and read; tracks of places, faces and clocks go, with what they hold.
HANDLERS = {b"vide", b"soun", b"sbtl", b"subt", b"text", b"clcp"}
MOST = 2_000_000  # entries of a table
Box = tuple[bytes, int, int, int]  # name, where it begins, where its body begins, where it ends


def find(file: BinaryIO, size: int) -> Iterator[Blank]:
    """What to blank in the boxes of a file."""
    yield from _inside(file, b"", 0, size)


def _inside(file: BinaryIO, parent: bytes, at: int, stop: int) -> Iterator[Blank]:
    for name, start, body, end in _boxes(file, at, stop):
        if name not in KEPT[parent]:
            yield Blank(start + 4, 4, b"free")
            yield Blank(body, end - body)
        elif name == b"free":
            yield Blank(body, end - body)
        elif name == b"trak" and _handler(file, body, end) not in HANDLERS:
            yield from _samples(file, body, end)
            yield Blank(start + 4, 4, b"free")
            yield Blank(body, end - body)
        elif name in DATED:
            yield Blank(body + 4, 16 if peek(file, body, 1) == b"\x01" else 8)
        elif name == b"hdlr":
            yield Blank(body + 24, end - body - 24)
        elif name in KEPT:
            yield from _inside(file, name, body, end)


def _boxes(file: BinaryIO, at: int, stop: int) -> Iterator[Box]:
    """The boxes one after the other; the last one is cut when the file is."""
    while at + 8 <= stop:
        head = peek(file, at, 16)
        size, name, body = number(head[:4]), head[4:8], at + 8
        if size == 1:
            size, body = number(head[8:16]), at + 16
        end = stop if size == 0 else min(stop, at + size)
        if end < body:
            return
        yield name, at, body, end
        at = end


def _child(file: BinaryIO, path: list[bytes], body: int, end: int) -> tuple[int, int] | None:
    for name in path:
        for found, _start, inner, stop in _boxes(file, body, end):
            if found == name:
                body, end = inner, stop
                break
        else:
            return None
    return body, end


def _handler(file: BinaryIO, body: int, end: int) -> bytes:
    found = _child(file, [b"mdia", b"hdlr"], body, end)
    return peek(file, found[0] + 8, 4) if found else b""


def _samples(file: BinaryIO, body: int, end: int) -> Iterator[Blank]:
    """Where the pieces of a track lie in the file."""
    table = _child(file, [b"mdia", b"minf", b"stbl"], body, end)
    if table is None:
        return
    same, total, sizes = _sizes(file, table)
    runs, run, first = _runs(file, table), 0, 0
    for index, at in enumerate(_chunks(file, table), 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= index:
            run += 1
        count = max(0, min(runs[run][1] if runs else 1, total - first))
        yield Blank(at, same * count if same else sum(sizes[first : first + count]))
        first += count


def _sizes(file: BinaryIO, table: tuple[int, int]) -> tuple[int, int, list[int]]:
    """The size of all samples when it is the same, how many there are, else the size of each.

    Never a list longer than the bytes that it was read from: small files may tell of millions.
    """
    found = _child(file, [b"stsz"], *table)
    if found is None:
        return 0, 0, []
    head = peek(file, found[0] + 4, 8)
    same, count = number(head[:4]), min(MOST, number(head[4:8]))
    if same:
        return same, count, []
    data = peek(file, found[0] + 12, min(4 * count, found[1] - found[0] - 12))
    each = [number(data[i : i + 4]) for i in range(0, len(data) - 3, 4)]
    return 0, len(each), each


def _chunks(file: BinaryIO, table: tuple[int, int]) -> list[int]:
    for name, width in ((b"stco", 4), (b"co64", 8)):
        found = _child(file, [name], *table)
        if found:
            count = min(MOST, number(peek(file, found[0] + 4, 4)))
            data = peek(file, found[0] + 8, min(width * count, found[1] - found[0] - 8))
            return [number(data[i : i + width]) for i in range(0, len(data) - width + 1, width)]
    return []


def _runs(file: BinaryIO, table: tuple[int, int]) -> list[list[int]]:
    """[first chunk, samples in each chunk from there on]."""
    found = _child(file, [b"stsc"], *table)
    if found is None:
        return []
    count = min(MOST, number(peek(file, found[0] + 4, 4)))
    data = peek(file, found[0] + 8, min(12 * count, found[1] - found[0] - 8))
    return [[number(data[i : i + 4]), number(data[i + 4 : i + 8])]
            for i in range(0, len(data) - 11, 12)]  # fmt: skip

"""WAV, AVI, FLAC, MP3 and AAC: pieces in a row, or titles before and after the sound."""

from collections.abc import Iterator
from typing import BinaryIO

from wiki.files.untagging import Blank, number, peek

RIFF_KEPT = {b"fmt ", b"data", b"fact", b"idx1", b"JUNK", b"LIST", b"avih", b"strh", b"strf",
             b"indx", b"ds64", b"PEAK", b"cue ", b"vprp", b"dmlh", b"smpl"}  # fmt: skip
LISTS_KEPT = {b"hdrl", b"strl", b"odml", b"movi"}
FLAC_KEPT = {0, 3}  # what decoding needs, and the table for seeking
PADDING = 1


def riff(file: BinaryIO, size: int) -> Iterator[Blank]:
    """What to blank in a WAV or an AVI."""
    yield from _riff_inside(file, 12, size, 4)


def _riff_inside(file: BinaryIO, at: int, stop: int, depth: int) -> Iterator[Blank]:
    while at + 8 <= stop:
        head = peek(file, at, 12)
        name, length = head[:4], int.from_bytes(head[4:8], "little")
        body, end = at + 8, min(stop, at + 8 + length)
        if length == 0xFFFFFFFF:  # longer than its number can say: the sound, up to the end
            return
        if name == b"RIFF":
            yield from _riff_inside(file, at + 12, end, depth)
        elif name == b"LIST" and head[8:12] in LISTS_KEPT:
            if head[8:12] != b"movi" and depth:
                yield from _riff_inside(file, at + 12, end, depth - 1)
        elif name not in RIFF_KEPT or name == b"LIST":
            yield Blank(at, 4, b"JUNK")
            yield Blank(body, end - body)
        elif name == b"JUNK":
            yield Blank(body, end - body)
        at = end + (end - body) % 2


def flac(file: BinaryIO, size: int, at: int = 0) -> Iterator[Blank]:
    """What to blank in a FLAC: comments, pictures, data of programs become room."""
    at += 4
    while at + 4 <= size:
        head = peek(file, at, 4)
        kind, length = head[0] & 127, number(head[1:4])
        if kind not in FLAC_KEPT:
            yield Blank(at, 1, bytes([head[0] & 128 | PADDING]))
            yield Blank(at + 4, min(length, size - at - 4))
        at += 4 + length
        if head[0] & 128:
            return


def mpeg(file: BinaryIO, size: int) -> Iterator[Blank]:
    """What to blank before and after the sound of an MP3 or of AAC."""
    at = 0
    while (head := peek(file, at, 10))[:3] == b"ID3" and len(head) == 10:
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        length = min(length + (10 if head[5] & 16 else 0), size - at - 10)
        yield Blank(at + 3, 3, b"\x04\x00\x00")  # the same room, with nothing in it
        yield Blank(at + 10, length)
        at += 10 + length
    if peek(file, at, 4) == b"fLaC":
        yield from flac(file, size, at)
    yield from _tail(file, size, at)


def _tail(file: BinaryIO, size: int, first: int) -> Iterator[Blank]:
    """Titles at the end: ID3v1, Lyrics3, APE, one before the other."""
    end = size
    while end > first:
        if peek(file, max(first, end - 128), 3) == b"TAG" and end - 128 >= first:
            start = end - 128
        elif peek(file, end - 9, 9) == b"LYRICS200" and peek(file, end - 15, 6).isdigit():
            start = end - 15 - int(peek(file, end - 15, 6))
        elif peek(file, end - 32, 8) == b"APETAGEX":
            foot = peek(file, end - 32, 32)
            length = int.from_bytes(foot[12:16], "little")
            start = end - length - (32 if foot[23] & 128 else 0)
        else:
            return
        start = max(first, start)
        yield Blank(start, end - start)
        end = start

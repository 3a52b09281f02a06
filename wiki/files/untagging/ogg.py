"""Ogg: pages with a sum of control; the second packet of each stream holds titles and names."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from wiki.files.untagging import Blank, Odd, peek

STARTS = {b"OpusTags": 8, b"\x03vorbis": 7, b"\x81theora": 7, b"Speex   ": 0}
MOST = 32_000_000  # bytes of words, a picture included
_CRC = []
for _byte in range(256):
    _value = _byte << 24
    for _ in range(8):
        _value = (_value << 1) ^ (0x04C11DB7 if _value & 0x80000000 else 0)
    _CRC.append(_value & 0xFFFFFFFF)


def find(file: BinaryIO, size: int) -> Iterator[Blank]:
    """What to blank: the words of each stream, and the sums of the pages that held them."""
    waiting: dict[int, str] = {}  # streams whose words are still to come, by number
    words = 0
    for at, head, segments in _pages(file, size):
        stream, kind = head[14:18], head[5]
        body = at + 27 + len(segments)
        if kind & 2:
            waiting[stream] = "begun"
            continue
        if stream not in waiting:
            continue
        words += sum(segments)
        if words > MOST:
            raise Odd
        page = bytearray(peek(file, at, 27 + len(segments) + sum(segments)))
        last = _blank(page, 27 + len(segments), segments, waiting, stream)
        page[22:26] = bytes(4)
        page[22:26] = struct.pack("<I", checksum(page))
        yield Blank(at + 22, 4, bytes(page[22:26]))
        yield Blank(body, last, bytes(page[27 + len(segments) :][:last]))


def checksum(page: bytes) -> int:
    """The sum of control of a page whose own place for it is zero."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


def _blank(page: bytearray, body: int, segments: bytes, waiting: dict, stream) -> int:
    """Empty what this page holds of the packet of words; how many bytes that is."""
    length, ends = 0, False
    for part in segments:
        length += part
        if part < 255:
            ends = True
            break
    empty = b""
    if waiting[stream] == "begun":
        start = bytes(page[body : body + 8])
        mark = next((m for m in STARTS if start.startswith(m)), None)
        empty = mark + bytes(8) + (b"\x01" if mark == b"\x03vorbis" else b"") if mark else None
        if empty is None:  # of another kind: nothing is known of where words stand
            waiting.pop(stream)
            return 0
    page[body : body + length] = empty[:length].ljust(length, b"\0")
    if ends:
        waiting.pop(stream)
    else:
        waiting[stream] = "inside"
    return length


def _pages(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bytes]]:
    at = 0
    while at + 27 <= size:
        head = peek(file, at, 27)
        if head[:4] != b"OggS":
            return
        segments = peek(file, at + 27, head[26])
        yield at, head, segments
        at += 27 + len(segments) + sum(segments)

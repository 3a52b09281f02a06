"""Sound and film without what they tell of their author: titles, place, date, device, pictures.

The words are blanked where they stand, so that not one byte of sound or picture moves or changes.
"""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import BinaryIO, NamedTuple

LOOKS = 3_000_000  # places read in one file: an hour of film has a tenth of them


class Odd(Exception):
    """The file has so many pieces that nobody could have made it to be heard."""


class Blank(NamedTuple):
    """Bytes to be written over others, then zeros up to `size`."""

    at: int
    size: int
    data: bytes = b""


class Blanked(io.RawIOBase):
    """A file read with its blanks: what is stored in its place."""

    def __init__(self, file: BinaryIO, blanks: list[Blank]):
        super().__init__()
        self.file, self.blanks = file, sorted(blanks)
        self.starts = [one.at for one in self.blanks]
        self.ends = list(accumulate((one.at + one.size for one in self.blanks), max))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def read(self, size: int = -1) -> bytes:
        start = self.file.tell()
        data = bytearray(self.file.read(size))
        first = bisect_right(self.ends, start)
        for blank in self.blanks[first : bisect_left(self.starts, start + len(data))]:
            low, high = max(start, blank.at), min(start + len(data), blank.at + blank.size)
            if low < high:
                shown = blank.data[low - blank.at : high - blank.at]
                data[low - start : high - start] = shown.ljust(high - low, b"\0")
        return bytes(data)


def blanks(file: BinaryIO, mime: str) -> list[Blank]:
    """What must be blanked in a sound or a film; nothing when it tells nothing, or is unknown.

    Raises Odd for a file whose pieces would take minutes to look at.
    """
    from wiki.files.untagging import boxes, chunks, ebml, ogg

    finders = {
        "audio/mp4": boxes.find,
        "video/mp4": boxes.find,
        "video/quicktime": boxes.find,
        "audio/webm": ebml.find,
        "video/webm": ebml.find,
        "video/x-matroska": ebml.find,
        "audio/ogg": ogg.find,
        "video/ogg": ogg.find,
        "audio/wav": chunks.riff,
        "video/x-msvideo": chunks.riff,
        "audio/flac": chunks.flac,
        "audio/mpeg": chunks.mpeg,
        "audio/aac": chunks.mpeg,
    }
    if mime not in finders:
        return []
    size = file.seek(0, io.SEEK_END)
    looked, left = _Looked(file), size
    found = []
    for one in finders[mime](looked, size):
        blank = one._replace(size=min(one.size, size - one.at))
        left -= max(0, blank.size)
        if left < -size:
            raise Odd
        if blank.size > 0 and not _is_blank(looked, blank):
            found.append(blank)
    return found


class _Looked:
    """A file that counts how often it is looked at."""

    def __init__(self, file: BinaryIO):
        self.file, self.count, self.read = file, 0, file.read

    def seek(self, offset: int) -> int:
        self.count += 1
        if self.count > LOOKS:
            raise Odd
        return self.file.seek(offset)


def peek(file: BinaryIO, at: int, size: int) -> bytes:
    """Bytes of a place, fewer at the end; none before the beginning."""
    if at < 0:
        return b""
    file.seek(at)
    return file.read(size)


def number(data: bytes) -> int:
    """Bytes as a number, the largest part first."""
    return int.from_bytes(data, "big")


def _is_blank(file: BinaryIO, blank: Blank) -> bool:
    """Whether these bytes say nothing already: a file is stored twice only when it must be."""
    return all(part == want for part, want in _compared(file, blank))


def _compared(file: BinaryIO, blank: Blank) -> Iterator[tuple[bytes, bytes]]:
    step = 1 << 16
    for start in range(0, blank.size, step):
        size = min(step, blank.size - start)
        held = peek(file, blank.at + start, size)
        yield held, blank.data[start : start + size].ljust(size, b"\0")[: len(held)]

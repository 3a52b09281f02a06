"""Where things stand on a sheet to draw on, in millimetres of A4; A3 is the same, larger.

The four marks say where the sheet is in a photo. A strip of black and white cells says which map
it is and what part of it, so that the drawing falls back in its place; it bears its own proof.
"""

import binascii
import struct
from dataclasses import dataclass

LONG, SHORT = 297.0, 210.0
EDGE, MARK = 10.0, 12.0  # from the edge of the paper to a mark, and the side of a mark
HEAD, FOOT = 17.0, 26.0  # what is kept for words above and below the drawing
CELL, COLUMNS, ROWS = 2.6, 40, 4
MAGIC = 0xE5
_FORM = ">BBIiif"  # magic, flags, map, and three numbers of the frame
_VEIL = bytes((73 * at + 41) & 255 for at in range(20))  # as much black as white on any strip
_SIMPLE, _TALL, _BARE = 1, 2, 4
# The marks, on seven cells: three with a hollow heart, one (where reading begins) with a full one.
RING = [(0, 0, 7, 7, 1), (1, 1, 5, 5, 0), (2, 2, 3, 3, 1)]


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows: a map, the middle and breadth of its frame, or the size of a drawing."""

    map_id: int
    crs: str
    numbers: tuple[float, float, float]
    tall: bool = False
    bare: bool = False

    @property
    def size(self) -> tuple[float, float]:
        return (SHORT, LONG) if self.tall else (LONG, SHORT)

    @property
    def room(self) -> tuple[float, float, float, float]:
        """The rectangle of the drawing: left, top, right, bottom."""
        wide, high = self.size
        left, top, right, bottom = EDGE, EDGE + HEAD, wide - EDGE, high - EDGE - FOOT
        if self.crs != "simple":
            return left, top, right, bottom
        across, down = self.numbers[:2]
        scale = min((right - left) / across, (bottom - top) / down)
        x, y = (left + right) / 2, (top + bottom) / 2
        across, down = across * scale / 2, down * scale / 2
        return x - across, y - down, x + across, y + down

    def pack(self) -> bytes:
        """The sheet in twenty bytes, the last two of them the proof of the others."""
        flags = (self.crs == "simple") * _SIMPLE | self.tall * _TALL | self.bare * _BARE
        first, second, third = self.numbers
        if self.crs != "simple":
            first, second = first * 2**31, second * 2**31
        told = struct.pack(_FORM, MAGIC, flags, self.map_id, round(first), round(second), third)
        return told + struct.pack(">H", binascii.crc_hqx(told, 0xFFFF))

    @classmethod
    def unpack(cls, told: bytes) -> "Sheet | None":
        """The sheet that twenty bytes tell; None when they prove wrong."""
        if len(told) != 20 or struct.unpack(">H", told[18:])[0] != binascii.crc_hqx(
            told[:18], 0xFFFF
        ):
            return None
        magic, flags, number, first, second, third = struct.unpack(_FORM, told[:18])
        if magic != MAGIC:
            return None
        simple = bool(flags & _SIMPLE)
        if simple and not (0 < first <= 1_000_000 and 0 < second <= 1_000_000):
            return None
        if not simple:
            first, second = first / 2**31, second / 2**31
            if not 0 < third <= 8:
                return None
        return cls(number, "simple" if simple else "geo", (first, second, third),
                   bool(flags & _TALL), bool(flags & _BARE))  # fmt: skip


def marks(tall: bool) -> list[tuple[float, float]]:
    """The middles of the four marks, from the one where reading begins, clockwise."""
    wide, high = (SHORT, LONG) if tall else (LONG, SHORT)
    near = EDGE + MARK / 2
    return [(near, near), (wide - near, near), (wide - near, high - near), (near, high - near)]


def strip(tall: bool) -> tuple[float, float]:
    """The upper left corner of the strip of cells."""
    high = LONG if tall else SHORT
    return EDGE + MARK + 28, high - EDGE - ROWS * CELL - 0.8


def cells(told: bytes) -> list[list[int]]:
    """The strip as rows of 1 (black) and 0."""
    veiled = [byte ^ veil for byte, veil in zip(told, _VEIL, strict=True)]
    bits = [byte >> (7 - at) & 1 for byte in veiled for at in range(8)]
    return [bits[row * COLUMNS : (row + 1) * COLUMNS] for row in range(ROWS)]


def of_cells(bits: list[int]) -> bytes:
    """The bytes that cells tell, row after row."""
    told = [
        sum(bit << (7 - at) for at, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits), 8)
    ]
    return bytes(byte ^ veil for byte, veil in zip(told, _VEIL, strict=False))

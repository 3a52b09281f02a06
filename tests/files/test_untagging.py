"""Films made to be read for ever."""

import io
import struct
import time

from wiki.files import untagging


def box(name: bytes, body: bytes) -> bytes:
    """One box of an MP4."""
    return struct.pack(">I", 8 + len(body)) + name + body


def track(table: bytes) -> bytes:
    """A track of a kind that is not kept, with its table of pieces."""
    handler = box(b"hdlr", bytes(8) + b"meta" + bytes(12))
    return box(b"trak", box(b"mdia", handler + box(b"minf", box(b"stbl", table))))


def seconds_for(film: bytes) -> float:
    """How long it takes to find what to blank."""
    began = time.monotonic()
    untagging.blanks(io.BytesIO(film), "video/mp4")
    return time.monotonic() - began


def test_a_small_film_that_tells_of_millions_of_pieces_is_soon_read():
    same = box(b"stsz", struct.pack(">III", 0, 1, 2_000_000))
    many = box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 2_000_000, 1))
    nowhere = box(b"stco", struct.pack(">III", 0, 1, 0xFFFFFFF0))
    film = box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", track(same + many + nowhere) * 1000)
    assert seconds_for(film) < 5


def test_runs_that_all_begin_at_once_are_soon_read():
    one = box(b"stsz", struct.pack(">III", 0, 1, 1))
    runs = box(b"stsc", struct.pack(">II", 0, 300_000) + struct.pack(">III", 0, 1, 1) * 300_000)
    where = box(b"stco", struct.pack(">III", 0, 1, 0))
    film = box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", track(one + runs + where))
    assert seconds_for(film) < 8

"""What describes a sound is blanked where it stands, whatever was done to the bytes before."""

import io
import random
from contextlib import suppress

import pytest

from tests.files import recordings
from wiki.files import untagging

SAMPLES = {
    "audio/webm": recordings.sound,
    "audio/mpeg": lambda: recordings.sound("mp3", "libmp3lame", 0.5, 44_100),
    "audio/wav": lambda: recordings.sound("wav", "pcm_s16le", 0.1, 44_100),
    "audio/flac": lambda: recordings.sound("flac", "flac", 0.5, 44_100),
    "audio/ogg": lambda: recordings.sound("ogg", "libopus"),
    "video/mp4": lambda: recordings.film(seconds=0.5),
    "video/quicktime": lambda: recordings.tracked(b"+48.3904"),
    "video/x-msvideo": lambda: recordings.film("avi", "mpeg4", seconds=0.5),
    "video/x-matroska": lambda: recordings.film("matroska", seconds=0.5),
}


def harmed(data: bytes, chance: random.Random) -> bytes:
    """The bytes, changed here and there, mostly where the structure is, or cut."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 60))):
        at = chance.randrange(min(len(made), chance.choice((60, 2000, len(made)))))
        way = chance.random()
        if way < 0.85:
            fill = chance.choice((b"\xff\xff\xff\xff", bytes(4), chance.randbytes(1)))
            made[at : at + len(fill)] = fill
        else:
            del made[at + 1 :]
    return bytes(made)


def blanked(data: bytes, mime: str) -> bytes:
    """The bytes as they are kept."""
    file = io.BytesIO(data)
    reader = untagging.Blanked(file, untagging.blanks(file, mime))
    reader.seek(0)
    return reader.read()


@pytest.mark.parametrize("mime", SAMPLES)
def test_harmed_bytes_are_blanked_or_refused_never_more(mime):
    data, chance = SAMPLES[mime](), random.Random(mime)
    for _ in range(150):
        one = harmed(data, chance)
        with suppress(untagging.Odd):
            assert len(blanked(one, mime)) == len(one)


@pytest.mark.parametrize("mime", SAMPLES)
def test_what_was_blanked_has_nothing_more_to_blank(mime):
    once = blanked(SAMPLES[mime](), mime)
    assert untagging.blanks(io.BytesIO(once), mime) == []


@pytest.mark.parametrize("mime", SAMPLES)
@pytest.mark.parametrize("length", [0, 1, 9, 13, 31, 127])
def test_the_shortest_files_are_read_to_their_end(mime, length):
    data = SAMPLES[mime]()[:length]
    assert len(blanked(data, mime)) == length


def test_titles_at_the_end_of_a_sound_go_too():
    sound = recordings.sound("mp3", "libmp3lame", 0.3, 44_100, metadata={})
    ape = b"SECRETNAME" + b"APETAGEX" + bytes(4) + (42).to_bytes(4, "little") + bytes(16)
    for tail in (b"TAG" + b"SECRETNAME".ljust(125, b"\0"), ape,
                 ape + b"TAG" + b"SECRETNAME".ljust(125)):  # fmt: skip
        kept = blanked(sound + tail, "audio/mpeg")
        assert b"SECRETNAME" not in kept
        assert kept[200 : len(sound)] == sound[200:]

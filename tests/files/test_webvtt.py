"""Lines with their times, in and out."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.files import webvtt
from wiki.files.webvtt import Line, read, write

VTT = """\ufeffWEBVTT - Entretien
Kind: captions

NOTE rien de tout cela

STYLE
::cue { color: red }

1
00:01.000 --> 00:04.500 align:start
<v.fort Samira Diallo>Je suis arrivée <b>en mars</b> &amp; seule.

01:02:03.250 --> 01:02:04.000
Deuxième
ligne
"""
SRT = (
    "1\r\n00:00:01,500 --> 00:00:02,000\r\nBonjour\r\n\r\n"
    "2\r\n00:00:00,100 --> 00:00:01,000\r\nAvant\r\n"
)


def test_webvtt_gives_lines_without_its_marks():
    assert read(VTT) == [
        Line(1000, 4500, "Je suis arrivée en mars & seule.", "Samira Diallo"),
        Line(3_723_250, 3_724_000, "Deuxième ligne"),
    ]


def test_subrip_gives_lines_in_their_order():
    assert read(SRT) == [Line(100, 1000, "Avant"), Line(1500, 2000, "Bonjour")]


def test_a_plain_text_is_shared_out_over_the_sound():
    lines = read("Nadia : Et après ?\n\nSamira : Après, le jardin.", 10_000)
    assert [(one.speaker, one.text) for one in lines] == [
        ("Nadia", "Et après ?"), ("Samira", "Après, le jardin."),
    ]  # fmt: skip
    assert lines[0].end_ms == lines[1].start_ms
    assert lines[1].end_ms <= 10_000


@pytest.mark.parametrize("nothing", ["", "WEBVTT", "WEBVTT\n\nNOTE rien", " \n\n "])
def test_nothing_is_said_to_be_nothing(nothing):
    with pytest.raises(webvtt.Unreadable):
        read(nothing)


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip()
)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(0, 10**5), words, words),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_read_again(rows):
    lines = [
        Line(a, a + b, " ".join(t.split()), " ".join(w.replace(">", "").split())[:80].strip())
        for a, b, t, w in rows
    ]
    lines.sort(key=lambda line: line.start_ms)
    assert [(one.start_ms, one.end_ms, one.text) for one in read(write(lines, "a --> b"))] == [
        (one.start_ms, one.end_ms, one.text) for one in lines
    ]


@given(st.text(max_size=400))
def test_anything_is_read_or_refused(text):
    try:
        assert all(0 <= line.start_ms <= line.end_ms for line in read(text))
    except webvtt.Unreadable:
        return


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("83", 83_000),
        ("1:23", 83_000),
        (" 1:02:03 ", 3_723_000),
        ("0:05,5", 5500),
        ("midi", None),
        ("", None),
    ],
)
def test_moments_are_typed_as_one_says_them(typed, found):
    assert webvtt.moment_of(typed) == found


def test_voices_without_an_end_take_no_time():
    began = time.monotonic()
    for hostile in ("<v " * 300_000, "<v" + " " * 900_000, "<v.a" * 300_000):
        with suppress(webvtt.Unreadable):
            webvtt.read("WEBVTT\n\n00:01.000 --> 00:02.000\n" + hostile)
    assert time.monotonic() - began < 10

"""Lines with their times: read from WebVTT, SubRip or plain text, and written as WebVTT."""

import html
import re
from typing import NamedTuple

MOST = 20_000  # lines of one file
LONGEST = 5_000  # characters of a line
LAST = 100 * 3_600_000  # milliseconds: a hundred hours
SPAN = 4_000  # milliseconds given to a line that comes without a time

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_RANGE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,80})?\s([^<>]{1,200})>")  # with an end: text may be hostile
_TAG = re.compile(r"<[^<>\n]{0,200}>")
_NAMED = re.compile(r"^([^\W\d_][^:.!?\n]{0,40}?)\s*:\s+(?=\S)")


class Line(NamedTuple):
    """What somebody says from one moment to another, in milliseconds."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""


class Unreadable(ValueError):
    """The text holds no line."""


def read(text: str, duration_ms: int | None = None) -> list[Line]:
    """The lines of a text in one of the three forms. Raises Unreadable when there is none.

    Plain text is shared out over the duration, each paragraph in proportion to its length.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.strip()) if block.strip()]
    lines = [line for block in blocks if (line := _timed(block))]
    if not lines and not text.startswith("WEBVTT"):
        lines = _shared_out(blocks, duration_ms)
    if not lines:
        raise Unreadable
    return sorted(lines[:MOST], key=lambda line: line.start_ms)


def write(lines: list[Line], title: str = "") -> str:
    """The lines as a WebVTT file."""
    head = "WEBVTT" + (f" {_one_line(title).replace('-->', '→')}" if title else "")
    return "\n\n".join([head, *map(_written, lines)]) + "\n"


def stamp(moment: int) -> str:
    """Milliseconds as WebVTT writes them: 00:01:23.000."""
    seconds, rest = divmod(moment, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def clock(moment: int) -> str:
    """Milliseconds as one says them: 1:23, or 1:02:03."""
    seconds = moment // 1000
    hours, minutes = divmod(seconds // 60, 60)
    short = f"{minutes}:{seconds % 60:02d}"
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else short


def moment_of(text: str) -> int | None:
    """What a person typed for a moment, in milliseconds: « 83 », « 1:23 », « 1 h 02:03 »."""
    text = re.sub(r"\s*[hm:]\s*", ":", text or "")
    found = re.fullmatch(
        r"\s*(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{1,3}))?\s*s?\s*", text
    )
    if not found:
        return None
    hours, minutes, seconds, rest = (found[n] or "0" for n in range(1, 5))
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return min(whole * 1000 + int(rest.ljust(3, "0")), LAST)


def _timed(block: str) -> Line | None:
    rows = block.split("\n")
    for at, row in enumerate(rows[:2]):  # a cue may begin with its name, or its number
        if found := _RANGE.fullmatch(row):
            start, end = _moment(found.groups()[:4]), _moment(found.groups()[4:])
            said = " ".join(rows[at + 1 :])
            voice = _VOICE.search(said)
            text = _one_line(html.unescape(_TAG.sub("", said)))[:LONGEST]
            speaker = _one_line(html.unescape(voice[1]))[:80] if voice else ""
            return Line(start, max(start, end), text, speaker) if text else None
    return None


def _moment(parts: tuple) -> int:
    hours, minutes, seconds, rest = parts
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return min(whole * 1000 + int(rest.ljust(3, "0")), LAST)


def _shared_out(blocks: list[str], duration_ms: int | None) -> list[Line]:
    paragraphs = [_one_line(block)[:LONGEST] for block in blocks[:MOST]]
    if len(paragraphs) == 1:
        paragraphs = [_one_line(row)[:LONGEST] for row in blocks[0].split("\n") if row.strip()]
    total = sum(map(len, paragraphs)) or 1
    whole, at, lines = duration_ms or SPAN * len(paragraphs), 0, []
    for text in paragraphs:
        named = _NAMED.match(text)
        end = min(at + whole * len(text) // total, LAST)
        said = text[named.end() :] if named else text
        lines.append(Line(at, end, said, named[1].strip() if named else ""))
        at = end
    return lines


def _written(line: Line) -> str:
    said = html.escape(_one_line(line.text), quote=False)
    if line.speaker:
        name = html.escape(_one_line(line.speaker), quote=False).replace(">", "")
        said = f"<v {name}>{said}"
    return f"{stamp(line.start_ms)} --> {stamp(line.end_ms)}\n{said}"


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""When each point of a walk was passed, in few letters: a start, then seconds from one to the next.

« 2026-05-02T09:00:00Z 5x12 7 » is fourteen points; « - » is a point without a time; « | » parts
the segments of a track.
"""

import re
from datetime import UTC, datetime, timedelta
from itertools import groupby

LONGEST = 60_000  # letters kept of one walk


def pack(segments: list[list[str]]) -> str:
    """The times of the points of each segment; '' when there are none or too many to keep."""
    told = [[_read(one) for one in part] for part in segments]
    if not any(moment for part in told for moment in part):
        return ""
    said = " | ".join(_pack(part) for part in told)
    return said if len(said) <= LONGEST else ""


def unpack(said: object, lengths: list[int]) -> list[list[str]]:
    """The times of each point, '' for none; none at all when the way has changed since."""
    none = [[""] * length for length in lengths]
    if not isinstance(said, str) or not said:
        return none
    try:
        found = [_unpack(part) for part in said.split(" | ")]
    except (ValueError, OverflowError):
        return none
    return found if [len(part) for part in found] == lengths else none


def _read(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _pack(part: list[datetime | None]) -> str:
    words: list[str] = []
    last = None
    for moment in part:
        if moment is None:
            words.append("-")
        elif last is None:
            words.append(_said(moment))
        else:
            words.append(f"{(moment - last).total_seconds():.3f}".rstrip("0").rstrip("."))
        last = moment or last
    runs = [(word, len(list(many))) for word, many in groupby(words)]
    return " ".join(word if count == 1 else f"{word}x{count}" for word, count in runs)


def _unpack(said: str) -> list[str]:
    made: list[str] = []
    last = None
    for word in said.split():
        one, _x, count = word.partition("x")
        many = int(count) if count else 1
        if many < 1 or len(made) + many > 50_000:
            raise ValueError(word)
        for _time in range(many):
            if one == "-":
                made.append("")
                continue
            if last is None:
                last = datetime.fromisoformat(one)
            elif re.fullmatch(r"-?\d{1,9}(?:\.\d{1,3})?", one):
                last += timedelta(seconds=float(one))
            else:
                raise ValueError(word)
            made.append(_said(last))
    return made


def _said(moment: datetime) -> str:
    fine = moment.microsecond and "milliseconds" or "seconds"
    return moment.astimezone(UTC).isoformat(timespec=fine).replace("+00:00", "Z")

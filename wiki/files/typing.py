"""Keeping the lines that somebody types: each by its key, so that two people never lose one."""

import re
from typing import NamedTuple

from wiki.db import db, utcnow
from wiki.files import transcripts
from wiki.files.transcripts import Cue, Track
from wiki.files.webvtt import LAST, LONGEST, MOST
from wiki.markup.sanitize import clean_text

AT_ONCE = 2_000  # lines of one request
_KEY = re.compile(r"[0-9A-Za-z_-]{1,40}")


class Wrong(ValueError):
    """What came is no list of lines; nothing was kept."""


class Kept(NamedTuple):
    """A line as it came, its values within bounds."""

    key: str
    start_ms: int
    end_ms: int
    speaker: str
    text: str
    masked: bool
    mask_reason: str
    lifted: bool  # somebody took its mask away, on the screen it comes from


def keep(track: Track, changed: object, removed: object, user) -> list[str]:
    """Write the lines that changed, forget those removed, in one commit; the keys now safe.

    The same lines may come twice, when an answer was lost. A masked line stays as it is, whatever
    comes for it from who is no keeper of secrets: they never saw it. And it stays masked when a
    keeper's screen did not know that it was: only who lifts a mask by hand lifts it. Raises Wrong.
    """
    knows_secrets = transcripts.keeps_secrets(user, track.file)
    lines, gone = [_kept(one) for one in _list(changed)], [_key(one) for one in _list(removed)]
    known = {cue.key: cue for cue in track.lines()}
    if len(known) + len(lines) > MOST:
        raise Wrong
    for line in lines:
        cue = known.get(line.key)
        if cue is None:
            cue = known[line.key] = Cue(track_id=track.id, key=line.key)
            db.session.add(cue)
        elif cue.masked and not knows_secrets:
            continue
        cue.masked = line.masked or (cue.masked is True and not line.lifted)
        for name in ("start_ms", "end_ms", "speaker", "text", "mask_reason"):
            setattr(cue, name, getattr(line, name))
    for key in gone:
        cue = known.get(key)
        if cue is not None and (knows_secrets or not cue.masked):
            db.session.delete(cue)
    track.updated_at = utcnow()
    transcripts.changed(track.file, user)
    db.session.commit()
    return [*(line.key for line in lines), *gone]


def for_screen(track: Track, knows_secrets: bool) -> list[dict]:
    """The lines for who types them; of a masked one, only keepers get the words."""
    return [
        {
            "key": cue.key, "start": cue.start_ms, "end": cue.end_ms, "masked": cue.masked,
            "speaker": cue.speaker if knows_secrets or not cue.masked else "",
            "text": cue.text if knows_secrets or not cue.masked else "",
            "reason": cue.mask_reason, "locked": cue.masked and not knows_secrets,
        }
        for cue in track.lines()
    ]  # fmt: skip


def _kept(line: object) -> Kept:
    if not isinstance(line, dict):
        raise Wrong
    start, end = _moment(line.get("start")), _moment(line.get("end"))
    return Kept(
        _key(line.get("key")),
        start,
        max(start, end),
        _words(line.get("speaker"))[:80],
        _words(line.get("text"))[:LONGEST],
        line.get("masked") is True,
        _words(line.get("reason"))[:200],
        line.get("lifted") is True,
    )


def _list(value: object) -> list:
    if not isinstance(value, list) or len(value) > AT_ONCE:
        raise Wrong
    return value


def _key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise Wrong
    return value


def _moment(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST:
        raise Wrong
    return int(value)


def _words(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong
    return " ".join(clean_text(value).split())

"""Keeping the lines that somebody types: each by its key, so that two people never lose one."""

import re
from typing import NamedTuple

from wiki.db import db, utcnow
from wiki.files import transcripts
from wiki.files.transcripts import Cue, Track
from wiki.files.webvtt import LAST, LONGEST, MOST
from wiki.markup.sanitize import clean_text

AT_ONCE = 2_000  # lines of one request
MOST_KNOWN = 40  # states of a line that a screen remembers
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
    was: list | None  # the words the screen knew, as (speaker, text); None: it does not say


def keep(track: Track, changed: object, removed: object, user) -> tuple[list[str], list[Cue]]:
    """Write the lines that changed, forget those removed, in one commit.

    The keys now safe, and the lines that were left alone because somebody wrote in them since the
    screen knew them.

    The same lines may come twice, when an answer was lost. A masked line stays as it is, whatever
    comes for it from who is no keeper of secrets: they never saw it. And it stays masked when a
    keeper's screen did not know that it was: only who lifts a mask by hand lifts it. Raises Wrong.
    """
    knows_secrets = transcripts.keeps_secrets(user, track.file)
    lines, gone = [_kept(one) for one in _list(changed)], [_gone(one) for one in _list(removed)]
    apart: list[Cue] = []
    known = {cue.key: cue for cue in track.lines()}
    read = _as_searched(known.values())
    if len(known) + len(lines) > MOST:
        raise Wrong
    for line in lines:
        cue = known.get(line.key)
        if cue is None:
            cue = known[line.key] = Cue(track_id=track.id, key=line.key)
            db.session.add(cue)
        elif cue.masked and not knows_secrets:
            continue
        elif _clashes(cue, line):
            cue.masked = cue.masked or line.masked  # whichever words it has, they are not to leave
            apart.append(cue)
            continue
        _write(cue, line)
    for key, was in gone:
        cue = known.get(key)
        if cue is not None and _is_newer(cue, was):
            apart.append(cue)
        elif cue is not None and (knows_secrets or not cue.masked):
            db.session.delete(cue)
    track.updated_at = utcnow()
    db.session.flush()
    is_new = track.is_checked and _as_searched(track.lines()) != read
    transcripts.changed(track.file, user, is_searched=is_new)
    db.session.commit()
    left = {cue.key for cue in apart}
    keys = [*(line.key for line in lines), *(key for key, _was in gone)]
    return [key for key in keys if key not in left], apart


def _as_searched(cues) -> list[tuple]:
    """What search reads of lines: their words and their moments, but for what is masked."""
    return sorted((one.start_ms, one.masked, one.text) for one in cues)


def _write(cue: Cue, line: Kept) -> None:
    names = ("start_ms", "end_ms", "speaker", "text", "mask_reason")
    if _is_newer(cue, line.was):
        names = ("start_ms", "end_ms", "mask_reason")  # the screen did not touch its words
    cue.masked = line.masked or (cue.masked is True and not line.lifted)
    for name in names:
        setattr(cue, name, getattr(line, name))


def _clashes(cue: Cue, line: Kept) -> bool:
    """Whether both changed the words: those of the line, and those the screen knew."""
    mine = (line.speaker, line.text)
    untouched = line.was is not None and line.was[:1] == [mine]  # the first is what was kept last
    return _is_newer(cue, line.was) and not untouched and mine != (cue.speaker, cue.text)


def _is_newer(cue: Cue, was: list | None) -> bool:
    """Whether a line has words that the screen it comes back from never knew."""
    is_kept = cue.id is not None
    return is_kept and was is not None and (cue.speaker, cue.text) not in was


def for_screen(track: Track, knows_secrets: bool) -> list[dict]:
    """The lines for who types them; of a masked one, only keepers get the words."""
    return [as_line(cue, knows_secrets) for cue in track.lines()]


def as_line(cue: Cue, knows_secrets: bool) -> dict:
    """A line as the typing screen has it."""
    is_open = knows_secrets or not cue.masked
    return {
        "key": cue.key, "start": cue.start_ms, "end": cue.end_ms, "masked": cue.masked,
        "speaker": cue.speaker if is_open else "", "text": cue.text if is_open else "",
        "reason": cue.mask_reason, "locked": not is_open,
    }  # fmt: skip


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
        _known(line.get("was")),
    )


def _gone(line: object) -> tuple[str, list | None]:
    """A line that was removed: its key, and the words it had."""
    if isinstance(line, dict):
        return _key(line.get("key")), _known(line.get("was"))
    return _key(line), None


def _known(was: object) -> list[tuple[str, str]] | None:
    if was is None:
        return None
    if not isinstance(was, list) or len(was) > MOST_KNOWN:
        raise Wrong
    pairs = [one for one in was if isinstance(one, list) and len(one) == 2]
    return [(_words(speaker)[:80], _words(text)[:LONGEST]) for speaker, text in pairs]


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

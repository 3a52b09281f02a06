"""Having sounds, films and pictures made, in a process that is watched, and killed when it hangs.

Films have a lane of their own: nobody's photo or voice waits behind an hour of film. An attempt
that never ended (a server that died) counts; after three, the file is said to hang.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event, func, inspect, or_, select, update

from wiki import storage
from wiki.db import db, utcnow
from wiki.files import apart, previews
from wiki.files.making.opening import FORMATS
from wiki.files.media import NAMES, Media, MediaState, begin, family_of
from wiki.files.models import Blob, File
from wiki.items.writing import log as note
from wiki.jobs import job, periodic

log = logging.getLogger(__name__)

TRIES = 3
LEASE = timedelta(minutes=3)  # longer than any silence: another process is at it
AT_A_TIME = 20
LANES = {"light": ("image", "audio"), "heavy": ("video",)}
SAID = 1.0  # seconds between two words on progress that are written down
# Told of the files whose bytes can now be played.
followers: list[Callable[[list[File]], None]] = []
_turns = {lane: threading.Lock() for lane in LANES}


@job(retries=0)
def make(sha256: str) -> None:
    """Make what plays and shows these bytes again, whatever became of it before."""
    db.session.execute(update(Media).where(Media.sha256 == sha256).values(
        state=MediaState.WAITING, tries=0, tried_at=None, progress=0, reason=""))  # fmt: skip
    family = db.session.scalar(select(Media.family).where(Media.sha256 == sha256))
    if family:
        wake(family)
    db.session.commit()


@periodic(sweep=True, minute="*/10")
@job(retries=0)
def make_light() -> None:
    """Make the pictures and sounds that wait."""
    _find_forgotten()
    _make_waiting("light", make_light)


@periodic(sweep=True, minute="*/10")
@job(retries=0)
def make_heavy() -> None:
    """Make the films that wait."""
    _make_waiting("heavy", make_heavy)


def troubles() -> Iterator[str]:
    """What cannot be played, and what has waited too long, for the operator."""
    failed = select(func.count()).where(Media.state == MediaState.FAILED, Media.family != "image")
    if count := db.session.scalar(failed):
        yield f"{count} sounds or films cannot be played; the page of each says why."
    late = select(func.count()).where(
        Media.state.in_([MediaState.WAITING, MediaState.WORKING]),
        Media.sha256.in_(select(Blob.sha256).where(Blob.created_at < utcnow() - 20 * LEASE)),
        or_(Media.tried_at.is_(None), Media.tried_at < utcnow() - 4 * LEASE),
    )
    if count := db.session.scalar(late):
        yield f"{count} files wait to be made playable: is the server, or `essaim worker`, running?"


def remake(known: Media) -> None:
    """Have made again what was made once and is gone: after a restore, it is nowhere."""
    if known.state == MediaState.READY:
        make.later(known.sha256)
        db.session.commit()


def wake(family: str) -> None:
    """Have a waiting row seen to, once the transaction is committed."""
    (make_heavy if family in LANES["heavy"] else make_light).later()


def _make_waiting(lane: str, again) -> None:
    """The newest first; whoever comes meanwhile leaves at once, for the row waits for us."""
    for _ in range(AT_A_TIME):
        if _next(lane) is None or not _turns[lane].acquire(blocking=False):
            return
        try:
            found = _next(lane)
            if found is not None and _claim(found):
                _keep(found, _made(found))
        finally:
            _turns[lane].release()
    again.later()


def _next(lane: str):
    """A row that waits and that nobody works at; ends the transaction it was asked in."""
    free = or_(Media.tried_at.is_(None), Media.tried_at < utcnow() - LEASE)
    query = (
        select(Media.sha256, Media.family, Media.tries, Blob.mime, Blob.width, Blob.height)
        .join(Blob, Blob.sha256 == Media.sha256)
        .where(
            Media.state.in_([MediaState.WAITING, MediaState.WORKING]),
            Media.family.in_(LANES[lane]),
            free,
        )
        .order_by(Media.tries, Blob.created_at.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    db.session.rollback()
    return found


def _claim(found) -> bool:
    """Count the attempt before it is made, unless another process has just done so."""
    claimed = db.session.execute(
        update(Media)
        .where(Media.sha256 == found.sha256, Media.tries == found.tries)
        .values(state=MediaState.WORKING, tries=found.tries + 1, tried_at=utcnow())
    )
    db.session.commit()
    return claimed.rowcount == 1


def _made(found) -> dict:
    """What came of it: `end` is ready, failed or later."""
    if found.tries >= TRIES:
        return {"end": "failed", "reason": "stuck"}
    try:
        if found.family == "image" and previews.is_quick(found):
            done = previews.make_here(found.sha256, NAMES["image"])
            return {"end": "ready", **done} if done else {"end": "failed", "reason": "damaged"}
        return _made_apart(found)
    except FileNotFoundError:
        return {"end": "failed", "reason": "damaged"}
    except storage.StorageFull:
        return {"end": "later"}


def _made_apart(found) -> dict:
    source = storage.path_of(found.sha256)
    storage.check_room(source.stat().st_size)
    with tempfile.TemporaryDirectory(
        dir=storage.temporary_folder(), ignore_cleanup_errors=True
    ) as folder:
        done = apart.run(source, found.family, found.mime, Path(folder), _progress(found.sha256))
        if done.get("reason") == "no_room":
            return {"end": "later"}
        if done["end"] == "ready":
            previews.keep(found.sha256, Path(folder), done["made"])
    return done


class Progress:
    """Has it written down how far the work is, now and then, which also renews its lease."""

    def __init__(self, write: Callable[[dict], None]):
        self.write, self.at = write, 0.0

    def __call__(self, progress: int) -> None:
        now = time.monotonic()
        if now - self.at < SAID:
            return
        self.at = now
        self.write({"progress": progress, "tried_at": utcnow()})


def _progress(sha256: str) -> Progress:
    def write(values: dict) -> None:
        db.session.execute(update(Media).where(Media.sha256 == sha256).values(values))
        db.session.commit()

    return Progress(write)


def _keep(found, done: dict) -> None:
    """Write how it ended."""
    values = {"state": done["end"], "progress": 100, "reason": done.get("reason", "")}
    for name in ("family", "duration_ms", "width", "height", "peaks"):
        if done.get(name) is not None:
            values[name] = done[name]
    if done["end"] == "later":  # the disk is full: not the file's fault
        values = {"state": MediaState.WAITING, "tries": found.tries, "tried_at": utcnow()}
    if done["end"] == "failed":
        log.warning("%s could not be made: %s", found.sha256[:12], values["reason"])
        if found.family == "image":
            previews.note_failure(found.sha256)
    db.session.execute(update(Media).where(Media.sha256 == found.sha256).values(values))
    if found.family != "image":  # screens that show the player are drawn again
        files = db.session.scalars(select(File).where(File.sha256 == found.sha256)).all()
        for file in files:
            note("prepared", file, None)
        for follow in followers:
            follow(files)
    db.session.commit()


def _find_forgotten() -> None:
    """Bytes that came before there was a making, or by a way that did not tell of them."""
    mimes = [*FORMATS, *previews.SHOWN]
    named = select(File.sha256).where(File.sha256 == Blob.sha256).exists()
    query = (
        select(Blob.sha256, Blob.mime)
        .outerjoin(Media, Media.sha256 == Blob.sha256)
        .where(Media.sha256.is_(None), Blob.mime.in_(mimes), named)
        .limit(200)
    )
    for row in db.session.execute(query).all():
        if begin(db.session.connection(), row.sha256, row.mime):
            wake("video" if row.mime.startswith("video/") else "image")
    db.session.commit()


@event.listens_for(File, "before_insert")
@event.listens_for(File, "before_update")
def _begin(_mapper, connection, file: File) -> None:
    """However bytes come to a file, what plays and shows them is made."""
    if not inspect(file).attrs.sha256.history.has_changes():
        return
    mime = connection.scalar(select(Blob.mime).where(Blob.sha256 == file.sha256))
    if begin(connection, file.sha256, mime):
        wake(family_of(mime))

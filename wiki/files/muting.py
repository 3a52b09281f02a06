"""Sounds and films with silence where their words are masked, for all who may not read these.

Which moments are masked is asked at each request: a mask acts on the next byte, and who may not
hear what it hides is given nothing until the silent copy is made, by a job, beside the other ones.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from flask_login import AnonymousUserMixin
from sqlalchemy import JSON, ForeignKey, String, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from wiki import storage
from wiki.db import UTCDateTime, db, utcnow
from wiki.files import apart, media_making, previews, transcripts
from wiki.files.media import Media, MediaState
from wiki.files.models import File
from wiki.files.transcripts import Cue, Track
from wiki.items.models import Item
from wiki.items.writing import log as note
from wiki.jobs import job, periodic

# What else is to be silent in a recording, for somebody: told of each one that has masked words.
choices: list[Callable[[File], "Spans"]] = []
EVERYONE = AnonymousUserMixin()  # who is given what anybody may hear
MARGIN = 100  # ms of silence more on each side: moments are typed by hand
PLAYED = {"audio": "audio.m4a", "video": "video.mp4"}
Spans = tuple[tuple[int, int], ...]


class Muted(db.Model):
    """One silent copy of a recording, and how far its making is; the outbox of that making."""

    __tablename__ = "muted"
    sha256: Mapped[str] = mapped_column(
        ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    spans: Mapped[list] = mapped_column(JSON)  # ms, [from, to]
    state: Mapped[str] = mapped_column(String(10), default=MediaState.WAITING, index=True)
    progress: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(20), default="")
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Given(NamedTuple):
    """What a person is truly given of a file: its type, its fingerprint, how much it weighs.

    No fingerprint and no weight until what they may hear is made.
    """

    mime: str
    sha256: str | None
    size: int | None


@dataclass(frozen=True)
class Masks:
    """The masked moments of a recording, for one reader."""

    spans: Spans
    hears_all: bool  # this reader answers for the group
    made: Muted | None

    @property
    def bind(self) -> bool:
        """Whether this reader is given silence, or nothing yet, in their place."""
        return bool(self.spans) and not self.hears_all

    @property
    def is_ready(self) -> bool:
        """Whether what the others hear is made."""
        return self.made is not None and self.made.state == MediaState.READY


def masks(file: File, user) -> Masks:
    """What is masked in a recording that this reader was found to see."""
    spans = spans_of(file)
    if not spans:
        return Masks((), True, None)
    made = db.session.get(Muted, (file.sha256, digest_of(spans)))
    return Masks(spans, transcripts.keeps_secrets(user, file), made)


def bind(file: File, user) -> bool:
    """Whether this reader must not hear the whole of a recording."""
    return masks(file, user).bind


def whole(file: File, user) -> Path | None:
    """The bytes of a file that this person may take; None while what they may hear is not made."""
    found = masks(file, user)
    return _silent(file, found) if found.bind else storage.path_of(file.sha256)


def played(file: File, user, name: str) -> Path | None:
    """What was made of a file under `name` as this person may have it; None as above."""
    found = masks(file, user)
    if found.bind and name in PLAYED.values():
        return _silent(file, found)
    return previews.place(file.sha256, name)


def named(file: File, user) -> str:
    """The name under which those bytes are kept: a silent copy is of our own making."""
    if not bind(file, user):
        return file.filename
    stem = file.filename.rpartition(".")[0] or file.filename
    return stem + Path(PLAYED[_family(file)]).suffix


def with_silence(file: File, spans: Spans) -> Path | None:
    """The bytes of a recording, silent at these moments; None until they are made, as asked here.

    The caller commits.
    """
    made = db.session.get(Muted, (file.sha256, digest_of(spans)))
    found = Masks(spans, False, made)
    path = _silent(file, found)
    if path is None:
        _again(made) if found.is_ready else _ask(file, spans)
    return path


def given(file: File, user) -> Given:
    """What this person is given when they ask for the bytes of a file."""
    found = masks(file, user)
    if not found.bind:
        return Given(file.blob.mime, file.sha256, file.blob.size)
    path, mime = _silent(file, found), previews.MIMES[Path(PLAYED[_family(file)]).suffix]
    if path is None:
        return Given(mime, None, None)
    about = path.stat()
    return Given(mime, _fingerprint(path, about.st_mtime_ns, about.st_size), about.st_size)


@lru_cache(maxsize=512)
def _fingerprint(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def spans_of(file: File, which: Callable[[Cue], bool] | None = None) -> Spans:
    """The masked moments of these bytes, in whichever file of the group they are masked.

    `which`: of these lines alone.
    """
    if not file.blob.mime.startswith(("audio/", "video/")):
        return ()
    query = (
        select(Track)
        .join(File.__table__, File.__table__.c.id == Track.file_id)
        .join(Item.__table__, Item.__table__.c.id == Track.file_id)
        .where(
            Track.id.in_(select(Cue.track_id).where(Cue.masked)),
            ~Track.kind.startswith(transcripts.ASIDE),
            or_(
                Track.file_id == file.id,
                (File.__table__.c.sha256 == file.sha256)
                & (Item.__table__.c.group_id == file.group_id),
            ),
        )
    )
    lines = [line for track in db.session.scalars(query) for line in transcripts.masked(track)]
    return joined([(cue.start_ms, end) for cue, end in lines if which is None or which(cue)])


def joined(moments: list[tuple[int, int]]) -> Spans:
    """Moments in order with their margins, those that touch made one."""
    found: list[list[int]] = []
    for start, end in sorted(moments):
        if found and start - MARGIN <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end + MARGIN)
        else:
            found.append([max(0, start - MARGIN), end + MARGIN])
    return tuple((start, end) for start, end in found)


def digest_of(spans: Spans) -> str:
    """What tells one choice of moments from another."""
    return blake2b(json.dumps(spans).encode(), digest_size=12).hexdigest()


def follow(file: File) -> None:
    """Have the silent copy made that the masks of a file ask for; the caller commits."""
    db.session.flush()
    for spans in _wanted(file):
        _ask(file, spans)


def troubles() -> Iterator[str]:
    """The silent copies that cannot be made, for the operator: nobody but the keepers hears."""
    failed = select(func.count()).where(Muted.state == MediaState.FAILED)
    if count := db.session.scalar(failed):
        yield f"{count} recordings with masked words cannot be made silent there."


def remake(file: File, user) -> None:
    """Have made again a silent copy that was made once and is gone, as after a restore."""
    found = masks(file, user)
    if found.bind and found.is_ready:
        _again(found.made)
        db.session.commit()


@periodic(sweep=True, minute="*/10")
@job(retries=0)
def make_muted() -> None:
    """Make the silent copies that wait; a copy of a recording brings its masks along."""
    _find_missing()
    for _ in range(media_making.AT_A_TIME):
        if (found := _claimed()) is None:
            return
        _keep(found, _made(found))
    make_muted.later()


def _wanted(file: File) -> set[Spans]:
    """All the choices of moments for which a recording is to have a silent copy."""
    spans = spans_of(file)
    found = {spans, *(choose(file) for choose in choices)} if spans else set()
    return found - {()}


def _ask(file: File, spans: Spans) -> None:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"sha256": file.sha256, "digest": digest_of(spans), "spans": spans,
              "state": MediaState.WAITING, "progress": 0, "reason": "", "tries": 0}  # fmt: skip
    statement = dialect.insert(Muted).values(values).on_conflict_do_nothing()
    # Not by the number of rows: a driver that does not tell it would have the copy made for ever.
    if db.session.scalar(statement.returning(Muted.digest)) is not None:
        make_muted.later()


def _again(made: Muted) -> None:
    made.state, made.tries, made.tried_at = MediaState.WAITING, 0, None
    make_muted.later()


def _family(file: File) -> str:
    known = db.session.get(Media, file.sha256)
    return known.family if known else file.blob.mime.partition("/")[0]


def _silent(file: File, found: Masks) -> Path | None:
    if not found.is_ready:
        return None
    path = _place(file.sha256, found.made.digest, _family(file))
    return path if path.exists() else None


def _place(sha256: str, digest: str, family: str) -> Path:
    return previews.place(sha256, f"muted-{digest}{Path(PLAYED[family]).suffix}")


def _find_missing() -> None:
    masked = select(Track.file_id).join(Cue, Cue.track_id == Track.id).where(Cue.masked)
    for file in db.session.scalars(select(File).where(File.id.in_(masked))).all():
        follow(file)
    db.session.commit()


def _claimed():
    """A row whose recording can be played already, and whose attempt is counted."""
    free = or_(Muted.tried_at.is_(None), Muted.tried_at < utcnow() - media_making.LEASE)
    query = (
        select(Muted.sha256, Muted.digest, Muted.spans, Muted.tries, Media.family)
        .join(Media, Media.sha256 == Muted.sha256)
        .where(
            Muted.state.in_([MediaState.WAITING, MediaState.WORKING]),
            Media.state == MediaState.READY, Media.family.in_(PLAYED), free,
        )
        .order_by(Muted.tries).limit(1)
    )  # fmt: skip
    found = db.session.execute(query).first()
    if found is None:
        db.session.rollback()
        return None
    claimed = db.session.execute(
        _row(found).where(Muted.tries == found.tries)
        .values(state=MediaState.WORKING, tries=found.tries + 1, tried_at=utcnow())
    )  # fmt: skip
    db.session.commit()
    return found if claimed.rowcount == 1 else None


def _made(found) -> dict:
    if found.tries >= media_making.TRIES:
        return {"end": "failed", "reason": "stuck"}
    source = previews.place(found.sha256, PLAYED[found.family])
    try:
        storage.check_room(source.stat().st_size)
        with tempfile.TemporaryDirectory(
            dir=storage.temporary_folder(), ignore_cleanup_errors=True
        ) as folder:
            return _silenced(found, source, Path(folder))
    except FileNotFoundError:  # after a restore: it comes back with what is played
        media_making.remake(db.session.get(Media, found.sha256))
        return {"end": "later"}
    except storage.StorageFull:
        return {"end": "later"}


def _silenced(found, source: Path, folder: Path) -> dict:
    apart.give_orders(folder, silences=found.spans)
    mime = previews.MIMES[source.suffix]
    done = apart.run(source, found.family, mime, folder, _progress(found))
    if done.get("reason") == "no_room":
        return {"end": "later"}
    if done["end"] == "ready":
        target = _place(found.sha256, found.digest, found.family)
        storage.move_durably(folder / source.name.rpartition("-")[2], target)
    return done


def _progress(found):
    def said(done: dict) -> None:
        db.session.execute(_row(found).values(**done))
        db.session.commit()

    return media_making.Progress(said)


def _keep(found, done: dict) -> None:
    values = {"state": done["end"], "progress": 100, "reason": done.get("reason", "")}
    if done["end"] == "later":
        values = {"state": MediaState.WAITING, "tries": found.tries, "tried_at": utcnow()}
    db.session.execute(_row(found).values(**values))
    _forget_others(found.sha256)
    for file in db.session.scalars(select(File).where(File.sha256 == found.sha256)):
        note("prepared", file, None)  # screens that show the player are drawn again
    db.session.commit()


def _forget_others(sha256: str) -> None:
    """Delete the silent copies that no mask asks for any more."""
    files = db.session.scalars(select(File).where(File.sha256 == sha256)).all()
    wanted = {digest_of(spans) for file in files for spans in _wanted(file)}
    for row in db.session.scalars(select(Muted).where(Muted.sha256 == sha256)).all():
        if row.digest not in wanted and row.state in (MediaState.READY, MediaState.FAILED):
            for family in PLAYED:
                _place(sha256, row.digest, family).unlink(missing_ok=True)
            db.session.delete(row)


def _row(found):
    return update(Muted).where(Muted.sha256 == found.sha256, Muted.digest == found.digest)


def _wake(files: list[File]) -> None:
    for file in files:
        follow(file)


def _copied(file: File, _copy: File) -> None:
    if spans_of(file):
        make_muted.later()


transcripts.followers.append(follow)
media_making.followers.append(_wake)
File.copiers.append(_copied)

"""What is known of sound, film and pictures: how long, how loud, and whether it can be played yet.

One row for each SHA-256 is the outbox of the making (`media_making`); the job is only the wake-up.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime, db
from wiki.files import previews, safety
from wiki.files.making.opening import FORMATS
from wiki.files.making.pictures import TO_MAKE
from wiki.files.models import Blob, File


class MediaState(StrEnum):
    """How far the making is."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class Media(db.Model):
    """What was made of bytes to be played or shown, and what was learned of them on the way."""

    __tablename__ = "media"
    sha256: Mapped[str] = mapped_column(
        ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True
    )
    family: Mapped[str] = mapped_column(String(10))  # image, audio, video
    state: Mapped[str] = mapped_column(String(10), default=MediaState.WAITING, index=True)
    progress: Mapped[int] = mapped_column(default=0)  # of a hundred
    reason: Mapped[str] = mapped_column(String(20), default="")
    duration_ms: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    peaks: Mapped[list | None] = mapped_column(JSON)  # how loud along the way, 0 to 100
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


NAMES = {
    "image": TO_MAKE,
    "audio": ["audio.m4a"],
    "video": ["video.mp4", "poster.webp", "thumb.webp"],
}


@dataclass(frozen=True)
class Playing:
    """What a player needs to know of a file."""

    file_id: int
    family: str
    state: str
    progress: int
    reason: str
    duration_ms: int | None
    width: int | None
    height: int | None
    peaks: list[int]
    mime: str
    size: int
    is_playable: bool  # as it was sent, by many browsers but not by all

    @property
    def is_ready(self) -> bool:
        """Whether every browser can play it."""
        return self.state == MediaState.READY

    @property
    def is_on_its_way(self) -> bool:
        """Whether it will soon be ready."""
        return self.state in (MediaState.WAITING, MediaState.WORKING)

    @property
    def poster(self) -> str:
        """The address of the picture that stands for a film."""
        return f"/files/{self.file_id}/media/poster.webp" if self.is_film and self.is_ready else ""

    @property
    def is_film(self) -> bool:
        """Whether there is something to see."""
        return self.family == "video"

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The addresses to play, with their types, the surest first."""
        name = NAMES[self.family][0]
        if self.is_ready:
            return [(f"/files/{self.file_id}/media/{name}", previews.MIMES[Path(name).suffix])]
        if self.is_playable and self.state != MediaState.FAILED:
            return [(f"/files/{self.file_id}/raw", self.mime)]
        return []

    @property
    def why(self) -> str:
        """Why it cannot be played, in words."""
        return reasons().get(self.reason, reasons()["damaged"])


def family_of(mime: str) -> str | None:
    """image, audio or video, for what something can be made of; None for the rest."""
    if mime in previews.SHOWN:
        return "image"
    return mime.partition("/")[0] if mime in FORMATS else None


def of(file_id: int) -> Playing | None:
    """What a player needs of a sound or a film that the reader was already found to see."""
    query = (
        select(Blob.mime, Blob.size, Media)
        .join(File.__table__, File.__table__.c.sha256 == Blob.sha256)
        .outerjoin(Media, Media.sha256 == Blob.sha256)
        .where(File.__table__.c.id == file_id)
    )
    row = db.session.execute(query).first()
    family = family_of(row.mime) if row else None
    if family not in ("audio", "video"):
        return None
    made = row.Media or Media(family=family, state=MediaState.WAITING, progress=0, reason="")
    return Playing(
        file_id, made.family, made.state, made.progress, made.reason, made.duration_ms,
        made.width, made.height, made.peaks or [], row.mime, row.size,
        row.mime in safety.PLAYABLE,
    )  # fmt: skip


def reasons() -> dict[str, str]:
    """Why nothing could be made, for people."""
    return {
        "damaged": _("It is damaged, or was cut before its end."),
        "unknown": _("It is of a kind that cannot be played here."),
        "no_sound": _("There is no sound inside."),
        "no_film": _("There is neither picture nor sound inside."),
        "too_large": _("Its pictures are too large to be read here."),
        "too_long": _("It lasts more than four hours, or has no end."),
        "too_heavy": _("Reading it takes more memory than is allowed."),
        "stuck": _("Reading it went on without getting anywhere, so it was stopped."),
    }


def begin(connection, sha256: str, mime: str) -> bool:
    """Note that something is to be made of these bytes; False when that was done, or cannot be."""
    family = family_of(mime)
    if family is None:
        return False
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"sha256": sha256, "family": family, "state": MediaState.WAITING, "progress": 0,
              "reason": "", "tries": 0}  # fmt: skip
    statement = dialect.insert(Media).values(values).on_conflict_do_nothing()
    return connection.scalar(statement.returning(Media.sha256)) is not None

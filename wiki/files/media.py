"""What is known of sound, film and pictures: how long, how loud, and whether it can be played yet.

One row for each SHA-256 is the outbox of the making (`media_making`); the job is only the wake-up.
"""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime, db
from wiki.files import previews
from wiki.files.making.opening import FORMATS
from wiki.files.making.pictures import TO_MAKE


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


def family_of(mime: str) -> str | None:
    """image, audio or video, for what something can be made of; None for the rest."""
    if mime in previews.SHOWN:
        return "image"
    return mime.partition("/")[0] if mime in FORMATS else None


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

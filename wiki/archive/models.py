"""An archive being made or brought in by a job: how far it is, and where it waits."""

import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group


class Bundle(db.Model):
    """One archive of a group: asked for by whom, how far it is, what became of it.

    `state`: waiting, working, ready, failed.
    """

    __tablename__ = "archive_bundle"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(40), default=lambda: secrets.token_hex(16))
    report: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    group: Mapped[Group] = relationship()
    actor: Mapped[User] = relationship()

    @property
    def path(self) -> Path:
        """Where the file waits: outside of what is served, under a name nobody guesses."""
        return folder() / f"{self.name}.zip"

    @property
    def is_under_way(self) -> bool:
        """Whether it is not finished yet."""
        return self.state in ("waiting", "working")

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def folder() -> Path:
    """Where archives wait to be fetched."""
    place = Path(current_app.config["DATA"]) / "archives"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place

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
from wiki.items.models import Item


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


class Arrival(db.Model):
    """An archive that somebody brings: what it would do, how far it is, what became of it.

    `state`: looking, asking, waiting, working, settling, done, failed. Without a group, it makes
    one; without an actor, an operator brought it by a command.
    """

    __tablename__ = "archive_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="looking")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(40), default=lambda: secrets.token_hex(16))
    filename: Mapped[str] = mapped_column(String(255), default="")
    joins: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    group: Mapped[Group | None] = relationship()
    actor: Mapped[User | None] = relationship()

    @property
    def path(self) -> Path:
        """Where the file waits until it is in."""
        return folder() / f"{self.name}.in"

    @property
    def is_under_way(self) -> bool:
        """Whether somebody waits for it, and has nothing to answer."""
        return self.state in ("looking", "waiting", "working", "settling")

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def url(self) -> str:
        """Where it is followed."""
        return f"/archives/{self.id}"


class Unsettled(db.Model):
    """Something that both sides changed: both are kept, and somebody says what is right.

    `sort` says what it is about, `key` which change of the other side, so that the same archive
    asks nobody twice.
    """

    __tablename__ = "archive_conflict"
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("archive_import.id", ondelete="SET NULL"), index=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), index=True
    )
    sort: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )

    group: Mapped[Group] = relationship()
    item: Mapped[Item | None] = relationship()

    @property
    def url(self) -> str:
        """Where it is settled."""
        return f"/rereading/{self.id}"

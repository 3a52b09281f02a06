"""A folder that somebody asked for: what it should hold, how far it is, where its bytes lie."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import OrderedEnum, UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.models import Scope


class Bundle(db.Model):
    """One folder to take away: the outbox of its making, then what is known of it.

    `reach` says for whom it is: nothing that is shown to fewer people gets into it.
    """

    __tablename__ = "offline_bundle"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    reach: Mapped[Scope] = mapped_column(OrderedEnum(Scope), default=Scope.GROUP)
    level: Mapped[str] = mapped_column(String(10), default="voices")
    chosen: Mapped[list | None] = mapped_column(JSON)  # numbers of items; everything when None
    lang: Mapped[str] = mapped_column(String(2), default="fr")
    site: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    step: Mapped[str] = mapped_column(String(10), default="")  # pages, files, booklet
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    booklet: Mapped[str] = mapped_column(String(10), default="")  # asked, ready, or why not
    holds: Mapped[list] = mapped_column(JSON, default=list)
    masks: Mapped[dict] = mapped_column(JSON, default=dict)  # of recordings, as they were
    left_out: Mapped[list] = mapped_column(JSON, default=list)
    why: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    group: Mapped[Group] = relationship()
    user: Mapped[User] = relationship()

    @property
    def is_running(self) -> bool:
        """Whether somebody should come back to it."""
        return self.state in ("waiting", "working")

    @property
    def url(self) -> str:
        """Its page."""
        return f"/groups/{self.group_id}/offline/{self.id}"

    @property
    def percent(self) -> int:
        """How far it is, all steps together."""
        begins, lasts = {"pages": (0, 45), "files": (45, 30), "booklet": (75, 25)}.get(
            self.step, (0, 0)
        )
        return begins + lasts * min(self.done, self.total) // max(self.total, 1)

    def path(self, ending: str) -> Path:
        """Where its bytes lie: zip or pdf."""
        return folder() / f"{self.id}.{ending}"

    def forget(self) -> None:
        """Delete its bytes and the row. The caller commits."""
        self.clear()
        db.session.delete(self)

    def clear(self) -> None:
        """Delete its bytes, or those of a row that had its number before."""
        for ending in ("zip", "pdf"):
            self.path(ending).unlink(missing_ok=True)


def folder() -> Path:
    """Where finished folders wait for who asked for them; in no backup."""
    place = Path(current_app.config["DATA"]) / "offline"
    place.mkdir(parents=True, exist_ok=True)
    return place

"""Who did what: the line of activity of groups, and the trace that no screen can edit."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow


class Event(db.Model):
    """One thing somebody did, in a group or to an item; verbs are past participles."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_group_id_created_at", "group_id", "created_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    verb: Mapped[str] = mapped_column(String(30))
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)

    item: Mapped["Item | None"] = relationship()  # noqa: F821 — a level below
    actor: Mapped[User | None] = relationship()


def record(
    verb: str,
    actor: User | None,
    group_id: int | None = None,
    item_id: int | None = None,
    **data,
) -> None:
    """Note what was done, in the transaction that does it; the caller commits."""
    db.session.add(
        Event(
            verb=verb,
            actor_id=actor.id if actor else None,
            group_id=group_id,
            item_id=item_id,
            data=data,
        )
    )

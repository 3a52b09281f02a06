"""What waits to be told, what was told to whom, and how often each person wants letters."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import UTCDateTime, db
from wiki.groups.journal import Event
from wiki.mail import next_round

TOPICS = ("mine", "asked", "watched", "questions")
CADENCES = ("now", "day", "week", "never")
DEFAULTS = {"mine": "now", "asked": "now", "watched": "day", "questions": "week"}
GATHERING = timedelta(minutes=10)  # changes made one after the other travel in one letter


class Pending(db.Model):
    """An event that nobody was told of yet, written in the transaction of the event (outbox)."""

    __tablename__ = "notification_pending"
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Notice(db.Model):
    """One event that one person is told of; what they may read of it is asked again each time."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("user_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship()


class Preference(db.Model):
    """How often a person wants letters about one topic; without a row, DEFAULTS says."""

    __tablename__ = "notice_preference"
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    cadence: Mapped[str] = mapped_column(String(10))


def cadences(user_id: int) -> dict[str, str]:
    """How often a person wants letters, by topic."""
    rows = db.session.execute(
        select(Preference.topic, Preference.cadence).where(Preference.user_id == user_id)
    )
    return DEFAULTS | {topic: cadence for topic, cadence in rows if topic in DEFAULTS}


def due(cadence: str, topic: str, now: datetime) -> datetime | None:
    """When a letter about something that just happened may leave; None for no letter."""
    if cadence == "now":
        # Who follows a page is told once of an afternoon's corrections; who is asked, at once.
        return now + GATHERING if topic == "watched" else now
    return next_round(cadence, now) if cadence in ("day", "week") else None

"""A room of a training day, and who sits in it."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Remembered, UTCDateTime, db, utcnow
from wiki.groups.models import Group, Role, groups_of
from wiki.items.models import Item

HERE = timedelta(seconds=25)  # after which nobody sits in front of a screen that says nothing
REGRET = timedelta(days=1)  # in which a reset can be undone


class Classroom(db.Model):
    """A day: the sandbox group of its trainees, what each gets, what all screens show."""

    __tablename__ = "classroom"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    training_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    sandbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="SET NULL"), unique=True
    )
    title: Mapped[str] = mapped_column(String(120))
    places: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    # Items of the sandbox, by number: copied for each trainee, and shown to all of them.
    models: Mapped[list] = mapped_column(JSON, default=list)
    shared: Mapped[list] = mapped_column(JSON, default=list)
    timer_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    shown_path: Mapped[str] = mapped_column(String(300), default="")
    shown_title: Mapped[str] = mapped_column(String(200), default="")
    shown_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    reset_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    group: Mapped[Group] = relationship(foreign_keys=[group_id])
    sandbox: Mapped[Group | None] = relationship(foreign_keys=[sandbox_id])
    training: Mapped[Item | None] = relationship()

    @property
    def url(self) -> str:
        """Where its trainers lead it from."""
        return f"/classrooms/{self.id}"

    @property
    def is_reset(self) -> bool:
        """Whether its sandbox was put away, or is gone."""
        return self.sandbox is None or self.sandbox.trashed_at is not None

    @property
    def back_until(self) -> datetime | None:
        """Until when a reset can be undone; None once nothing is left of it."""
        return self.reset_at + REGRET if self.reset_at and self.sandbox else None

    @property
    def seconds_left(self) -> int:
        """What is left on the timer; 0 without one."""
        if self.timer_ends_at is None:
            return 0
        return max(0, int((self.timer_ends_at - utcnow()).total_seconds()))

    def trainees(self) -> list["Trainee"]:
        """Who sat in the room, by name."""
        query = select(Trainee).where(Trainee.classroom_id == self.id)
        return list(
            db.session.scalars(
                query.options(joinedload(Trainee.user)).order_by(func.lower(Trainee.name))
            )
        )

    def trainee(self, user) -> "Trainee | None":
        """The seat of a person."""
        return db.session.scalar(
            select(Trainee).where(Trainee.classroom_id == self.id, Trainee.user_id == user.id)
        )


class Trainee(db.Model):
    """Somebody in the room: where they are, what they wrote, what they said of the day.

    What was said of the day outlives the sandbox account; a name and an address do so until the
    questions at three months were answered, or left unanswered for a month.
    """

    __tablename__ = "trainee"
    __table_args__ = (UniqueConstraint("classroom_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classroom.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(80), default="")
    came_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    words: Mapped[int] = mapped_column(default=0)  # of the empty sheet, which count for nothing
    copies: Mapped[list] = mapped_column(JSON, default=list)
    here_path: Mapped[str] = mapped_column(String(300), default="")
    here_title: Mapped[str] = mapped_column(String(200), default="")
    here_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hand_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    team: Mapped[int | None]
    email: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_revision: Mapped[int | None]
    answers: Mapped[dict] = mapped_column(JSON, default=dict)
    token: Mapped[str] = mapped_column(
        String(48), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    later: Mapped[dict] = mapped_column(JSON, default=dict)

    classroom: Mapped[Classroom] = relationship()
    user: Mapped[User | None] = relationship()
    draft: Mapped[Item | None] = relationship()

    @property
    def is_here(self) -> bool:
        """Whether a screen of theirs said so a moment ago."""
        return self.here_at is not None and self.here_at > utcnow() - HERE

    @property
    def is_writing(self) -> bool:
        """Whether they have a text open that they write in."""
        return self.is_here and self.here_path.partition("?")[0].endswith("/edit")


class Seat(NamedTuple):
    """Where somebody is on a training day, for the bar on their pages."""

    room_id: int
    leads: bool


def seat_of(user) -> Seat | None:
    """The room in which a person sits, or which they lead, when they are in its sandbox."""
    rooms, mine = _my_rooms(user)
    return Seat(rooms[mine[0].id], mine[0].role >= Role.FACILITATOR) if mine else None


def led_from(group_id: int, user) -> int | None:
    """The room whose sandbox this group is, for whoever leads it."""
    rooms, mine = _my_rooms(user)
    led = {one.id for one in mine if one.role >= Role.FACILITATOR}
    return rooms[group_id] if group_id in led else None


def of_training(item_id: int) -> list[Classroom]:
    """The rooms prepared for a training day, the latest first."""
    query = select(Classroom).where(Classroom.training_id == item_id)
    return list(db.session.scalars(query.order_by(Classroom.id.desc())))


def _my_rooms(user) -> tuple[dict[int, int], list]:
    """The rooms by sandbox, and the sandboxes a person is in; most people cost no question."""
    mine = [one for one in groups_of(user) if one.purpose == "training"]
    rooms = _remembered.get("rooms", _open_rooms) if mine else {}
    return rooms, [one for one in mine if one.id in rooms]


def _open_rooms() -> dict[int, int]:
    rows = db.session.execute(
        select(Classroom.sandbox_id, Classroom.id).where(Classroom.sandbox_id.is_not(None))
    )
    return dict(map(tuple, rows))


_remembered = Remembered()

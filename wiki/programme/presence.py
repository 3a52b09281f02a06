"""Who said they come, who was there: names for the facilitators, figures for the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import ForeignKey, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Role
from wiki.items.writing import log
from wiki.programme.models import Dated

STATES = ("present", "excused", "absent")
MOST_GUESTS = 60
MOST_PEOPLE = 5_000


class Attendance(db.Model):
    """One person at one half-day: what they said before, what was noted then."""

    __tablename__ = "attendance"
    __table_args__ = (Index("ix_attendance_item_id", "item_id", "half"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dated.id", ondelete="CASCADE"))
    half: Mapped[int] = mapped_column(default=0)
    # Without an account, a person is a name.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default="")
    coming: Mapped[bool | None]
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User | None] = relationship()


@dataclass
class Line:
    """A person of the sheet, with what is known of each half-day."""

    name: str
    user: object = None
    states: list[str] = None
    coming: bool | None = None

    @property
    def key(self) -> str:
        """What the person is called in the form."""
        if self.user:
            return f"u{self.user.id}"
        return "g" + blake2b(self.name.casefold().encode(), digest_size=6).hexdigest()


def sheet(item: Dated) -> list[Line]:
    """Everybody of the group who takes part, then those who came without an account."""
    halves = len(item.half_days)
    rows = db.session.scalars(select(Attendance).where(Attendance.item_id == item.id)).all()
    people = [one for one in item.group.people() if one.role >= Role.MEMBER]
    lines = {one.id: Line(one.name, one, [""] * halves) for one in people}
    guests: dict[str, Line] = {}
    for row in rows:
        line = lines.get(row.user_id) if row.user_id else None
        if line is None:
            name = row.user.name if row.user else row.name
            line = guests.setdefault(name.casefold(), Line(name, row.user, [""] * halves))
        if row.half < halves:
            line.states[row.half] = row.state or line.states[row.half]
        line.coming = row.coming if row.coming is not None else line.coming
    return [*lines.values(), *sorted(guests.values(), key=lambda one: one.name.casefold())]


def hold(item: Dated) -> None:
    """Keep the sheet for oneself until the commit: what others noted meanwhile is read first."""
    table = Dated.__table__
    # Taken by writing: a database in a file has no other lock, and a server locks the row alike.
    db.session.execute(
        table.update().where(table.c.id == item.id).values(zone=table.c.zone)
    )  # fmt: skip
    db.session.refresh(item, ["headcount"])


def note(item: Dated, lines: list[Line], actor: User) -> None:
    """Record the whole sheet, and the figures that stay when names go; the caller commits.

    Whoever read the lines held the sheet before reading.
    """
    said = dict(
        db.session.execute(
            select(Attendance.user_id, Attendance.coming).where(
                Attendance.item_id == item.id, Attendance.coming.is_not(None)
            )
        ).all()
    )
    named = select(Attendance.half).where(Attendance.item_id == item.id, Attendance.state != "")
    had_names = set(db.session.scalars(named))
    db.session.execute(delete(Attendance).where(Attendance.item_id == item.id))
    for line in lines:
        user_id = line.user.id if line.user else None
        for half, state in enumerate(line.states):
            coming = said.get(user_id) if half == 0 and user_id else None
            if state or coming is not None:
                db.session.add(
                    Attendance(item_id=item.id, half=half, user_id=user_id, state=state,
                               name="" if line.user else line.name[:80], coming=coming)
                )  # fmt: skip
    # Where nobody is named, somebody may have counted: those figures are not of this sheet.
    counted = {half: one for half, one in (item.headcount or {}).items()
               if int(half) not in had_names}  # fmt: skip
    item.headcount = counted | {
        str(half): {state: sum(line.states[half] == state for line in lines) for state in STATES}
        for half in range(len(item.half_days))
        if any(line.states[half] for line in lines)
    }
    log("attendance noted", item, actor)


def count_only(item: Dated, half: int, present: int, excused: int, actor: User) -> None:
    """Record how many came, without anybody's name; the caller commits."""
    hold(item)
    figures = {"present": present, "excused": excused, "absent": 0}
    item.headcount = {**(item.headcount or {}), str(half): figures}
    log("attendance noted", item, actor)


def is_anonymous(item: Dated, half: int) -> bool:
    """Whether a half-day was counted and bears no name: names were let go, or never taken."""
    named = select(Attendance.id).where(
        Attendance.item_id == item.id, Attendance.half == half, Attendance.state != ""
    )
    counted = str(half) in (item.headcount or {})
    return counted and db.session.scalar(named.limit(1)) is None


def forget(item: Dated, actor: User) -> None:
    """Let the names go and keep the figures; the caller commits."""
    hold(item)
    db.session.execute(delete(Attendance).where(Attendance.item_id == item.id))
    log("attendance made anonymous", item, actor)


def say(item: Dated, user: User, coming: bool | None) -> None:
    """Somebody says whether they come; the caller commits."""
    hold(item)  # two presses at once are one answer
    where = (Attendance.item_id == item.id, Attendance.user_id == user.id, Attendance.half == 0)
    said = update(Attendance).where(*where).values(coming=coming, updated_at=utcnow())
    if not db.session.execute(said).rowcount:
        db.session.add(Attendance(item_id=item.id, half=0, user_id=user.id, coming=coming))
    log("said whether they come", item, user)


def said_by(item: Dated, user) -> bool | None:
    """Whether a person said they come; None when they said nothing."""
    if user.is_anonymous:
        return None
    where = (Attendance.item_id == item.id, Attendance.user_id == user.id, Attendance.half == 0)
    return db.session.scalar(select(Attendance.coming).where(*where))


def expected(item: Dated) -> tuple[int, int]:
    """How many said they come, and how many that they do not."""
    query = select(Attendance.coming, func.count(Attendance.user_id.distinct())).where(
        Attendance.item_id == item.id, Attendance.coming.is_not(None)
    )
    counts = dict(db.session.execute(query.group_by(Attendance.coming)).all())
    return counts.get(True, 0), counts.get(False, 0)


def figures(item: Dated) -> list[dict]:
    """What was counted each half-day; nothing where nobody counted."""
    told = item.headcount or {}
    return [told.get(str(half), {}) for half in range(len(item.half_days))]


def erase(item: Dated, replace: Callable[[str], tuple[str, int]]) -> int:
    """The same erasure in the names of those without an account; how many fell."""
    count = 0
    for row in db.session.scalars(select(Attendance).where(Attendance.item_id == item.id)):
        row.name, found = replace(row.name)
        count += found
    return count

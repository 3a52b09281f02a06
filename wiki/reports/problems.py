"""Something is wrong with a report: said by anyone who reads it, answered by those in charge.

Who said it is never shown, to anyone: the row knows an account only to give it the answer.
"""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as N_
from sqlalchemy import ForeignKey, String, Text, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired

from wiki.db import UTCDateTime, db, utcnow
from wiki.forms import Form, line, text
from wiki.groups.models import Role
from wiki.items.access import can, groups_where, visible
from wiki.items.models import Item
from wiki.items.writing import log

SORTS = (
    ("outdated", N_("It is no longer true")),
    ("error", N_("There is an error in it")),
    ("duplicate", N_("It says the same as another report")),
    ("improper", N_("It should not be shown: it hurts or names someone")),
)


class Problem(db.Model):
    """One thing said to be wrong with a report, and how it was settled."""

    __tablename__ = "report_problem"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    sort: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text, default="")
    other_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    closed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )

    report: Mapped["Report"] = relationship(foreign_keys=[report_id])  # noqa: F821 (it erases these)

    @property
    def said(self) -> str:
        """What is wrong, in words."""
        return str(dict(SORTS).get(self.sort, self.sort))


class ProblemForm(Form):
    """What is wrong, and where; `website` is a trap that people do not see."""

    sort = RadioField(N_("What is wrong?"), choices=SORTS, validators=[DataRequired()])
    words = text(N_("Where, and what should it say?"), 3_000)
    other = line(
        N_("Address or number of the other report"),
        300,
        needed=False,
        description=N_("Only when it says the same as another one."),
    )
    website = StringField(N_("Leave this empty"))
    started = HiddenField()


class Known(NamedTuple):
    """A problem with the other report it names, as its reader may read that one."""

    problem: Problem
    other: object


def tell(report, user, form: ProblemForm, other: Item | None) -> Problem:
    """Keep what is said to be wrong; the event says that, not by whom. Commits."""
    made = Problem(
        report_id=report.id,
        sort=form.sort.data,
        words=(form.words.data or "").strip(),
        other_id=other.id if other and form.sort.data == "duplicate" else None,
        user_id=None if user.is_anonymous else user.id,
    )
    db.session.add(made)
    db.session.flush()
    log("reported a problem", report, None, problem=made.id)
    db.session.commit()
    return made


def may_settle(report, user) -> bool:
    """Whether this person answers problems: facilitators of its group and editors of the site."""
    return not user.is_anonymous and (can(user, "publish", report) or user.is_editor)


def open_ones(user, report=None, limit: int = 50) -> list[Known]:
    """The problems that wait for this person, the oldest first, of one report or of all."""
    led = [group.id for group in groups_where(user, Role.FACILITATOR)]
    # An editor has no special right to read: what is not shown to him does not wait for him.
    mine = visible(user) if user.is_editor else Item.group_id.in_(led) & visible(user)
    query = (
        select(Problem)
        .join(Item, Item.id == Problem.report_id)
        .where(Problem.closed_at.is_(None), mine)
        .options(joinedload(Problem.report))
        .order_by(Problem.id)
        .limit(limit)
    )
    if report is not None:
        query = query.where(Problem.report_id == report.id)
    found = list(db.session.scalars(query))
    others = select(Item).where(Item.id.in_([one.other_id for one in found]), visible(user))
    named = {item.id: item for item in db.session.scalars(others)}
    return [Known(one, named.get(one.other_id)) for one in found]


def answered(report, user) -> list[Problem]:
    """What this person said was wrong, with what became of it."""
    if user.is_anonymous:
        return []
    query = select(Problem).where(
        Problem.report_id == report.id, Problem.user_id == user.id,
        or_(Problem.closed_at.is_(None), Problem.answer != ""),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Problem.id.desc()).limit(3)))


def close(problem: Problem, report, actor, answer: str) -> None:
    """Settle a problem, with a word for who told it. Commits."""
    problem.answer = answer.strip()
    problem.closed_at, problem.closed_by_id = utcnow(), actor.id
    log("settled a problem", report, actor, problem=problem.id)
    db.session.commit()


def erase(report, replace) -> int:
    """Apply `replace(text) -> (text, count)` to what was said to be wrong; the count."""
    count = 0
    for one in db.session.scalars(select(Problem).where(Problem.report_id == report.id)):
        for name in ("words", "answer"):
            words, found = replace(getattr(one, name))
            setattr(one, name, words)
            count += found
    return count

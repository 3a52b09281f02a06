"""« Was it of use to you? »: four answers in words, one per person, and what the group replies.

There is no average and no order by marks: a reader sees how many people said what, and why.
"""

import secrets
from datetime import datetime

from flask import session
from flask_babel import lazy_gettext as N_
from flask_babel import ngettext
from sqlalchemy import (
    ForeignKey,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from wtforms import HiddenField, RadioField, StringField

from wiki.accounts.models import User, hash_token
from wiki.db import UTCDateTime, db, utcnow
from wiki.forms import Form, line, text
from wiki.items.access import can
from wiki.items.models import Scope
from wiki.items.writing import log

MARKS = (
    (4, N_("Yes, I redid something of it")),
    (3, N_("Yes, it gave me ideas")),
    (2, N_("A little")),
    (1, N_("No, not to me")),
)
ACTS = {
    "show": "approved feedback",
    "remove": "removed feedback",
    "back": "put back feedback",
    "reply": "replied to feedback",
}
SHOWN = 50


class Feedback(db.Model):
    """What one reader says of the use of a report; words of a visitor are held until read."""

    __tablename__ = "report_feedback"
    __table_args__ = (
        UniqueConstraint("report_id", "user_id"),
        UniqueConstraint("report_id", "visitor", name="uq_report_feedback_visitor"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    visitor: Mapped[str | None] = mapped_column(String(64))
    mark: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(String(80), default="")
    held: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    replied_by: Mapped[User | None] = relationship(foreign_keys=[replied_by_id])

    @property
    def signature(self) -> str:
        """The name shown beside the words."""
        return self.user.name if self.user else self.name

    @property
    def said(self) -> str:
        """The answer in words."""
        return str(dict(MARKS).get(self.mark, ""))


class FeedbackForm(Form):
    """An answer out of four, and why; `website` is a trap that people do not see."""

    mark = RadioField(N_("Was it of use to you?"), coerce=int, choices=MARKS)
    words = text(
        N_("What did you take from it, or what was missing?"),
        3_000,
        description=N_("The team reads it and can reply."),
    )
    name = line(N_("Your name"), 80, needed=False)
    website = StringField(N_("Leave this empty"))
    started = HiddenField()


def may_answer(item, user) -> bool:
    """Whether this reader may say if it was of use: everyone on what is public, others signed in.

    Those who wrote it do not judge their own work.
    """
    if user.is_anonymous:
        return item.scope == Scope.PUBLIC
    return item.scope > Scope.DRAFT and not can(user, "edit", item)


def counts(report) -> list[str]:
    """How many people said what, in words, the most useful first; nothing when nobody did."""
    rows = db.session.execute(
        select(Feedback.mark, func.count())
        .where(Feedback.report_id == report.id, Feedback.removed_at.is_(None))
        .group_by(Feedback.mark)
    )
    found = dict(tuple(row) for row in rows)
    return [_counted(found[mark], str(words)) for mark, words in MARKS if mark in found]


def of(report, user, moderates: bool) -> list[Feedback]:
    """The answers with words that this reader may read; held ones are the group's to read.

    One screen serves all visitors, so it never shows what only one of them may see.
    """
    query = select(Feedback).where(
        Feedback.report_id == report.id, Feedback.removed_at.is_(None), Feedback.words != ""
    )
    if not moderates:
        own = false() if user.is_anonymous else _mine(user)
        query = query.where(or_(Feedback.held.is_(False), own))
    people = (joinedload(Feedback.user), joinedload(Feedback.replied_by))
    return list(
        db.session.scalars(query.options(*people).order_by(Feedback.id.desc()).limit(SHOWN))
    )


def mine(report, user) -> Feedback | None:
    """What this person answered already."""
    return db.session.scalar(
        select(Feedback).where(Feedback.report_id == report.id, _mine(user)).limit(1)
    )


def give(report, user, form: FeedbackForm) -> Feedback:
    """Keep an answer, or change the one this person gave before. Commits."""
    found = mine(report, user)
    if found is None:
        found = Feedback(report_id=report.id)
        if user.is_anonymous:
            session.setdefault("visitor", secrets.token_urlsafe(12))
            found.visitor = hash_token(session["visitor"])
        else:
            found.user_id = user.id
        db.session.add(found)
    words = (form.words.data or "").strip()
    name = (form.name.data or "") if user.is_anonymous else ""
    # A visitor's new words, new name, or words once taken away wait to be read; a mark alone says
    # nothing that could hurt.
    if (words, name) != (found.words or "", found.name or "") or found.removed_at:
        found.held = bool(user.is_anonymous and words)
    found.mark, found.words, found.name = form.mark.data, words, name
    found.removed_at, found.updated_at = None, utcnow()
    log("gave feedback", report, None if user.is_anonymous else user, held=bool(found.held))
    db.session.commit()
    return found


def settle(found: Feedback, report, actor, act: str, reply: str = "") -> None:
    """The group lets an answer appear, takes it away, or replies to it. Commits."""
    if act == "show":
        found.held = False
    elif act == "remove":
        found.removed_at = utcnow()
    elif act == "back":
        found.removed_at = None
    else:
        found.reply, found.replied_by_id = reply.strip(), actor.id if reply.strip() else None
        found.replied_at, found.held = utcnow() if reply.strip() else None, False
    log(ACTS[act], report, actor, feedback=found.id)
    db.session.commit()


def erase(report, replace) -> int:
    """Apply `replace(text) -> (text, count)` to what readers and the group said; the count."""
    count = 0
    for one in db.session.scalars(select(Feedback).where(Feedback.report_id == report.id)):
        for name in ("words", "name", "reply"):
            words, found = replace(getattr(one, name))
            setattr(one, name, words)
            count += found
    return count


def _mine(user):
    if not user.is_anonymous:
        return Feedback.user_id == user.id
    known = session.get("visitor")
    return Feedback.visitor == (hash_token(known) if known else "")


def _counted(count: int, words: str) -> str:
    return ngettext(
        "%(num)s person: “%(words)s”", "%(num)s people: “%(words)s”", count, words=words
    )

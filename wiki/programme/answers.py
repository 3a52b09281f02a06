"""What people say at the end of a session: what was done, what moved, what is stuck."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as N_
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.items.access import visible
from wiki.items.writing import log
from wiki.markup import render
from wiki.programme.models import Dated

TWICE = 20  # seconds in which the same words are the same answer
LONGEST = 2_000
MOST_SHOWN = 60


class Question(NamedTuple):
    """One of the three questions, its sign, and the sections of a report that it feeds."""

    key: str
    words: object
    hint: object
    sign: str
    sections: tuple[str, ...]


QUESTIONS = (
    Question("done", N_("What did we do?"), N_("In a sentence, or a photo."), "coche",
             ("progress", "key_moments")),
    Question("moved", N_("What moved?"), N_("Something new, a word dared, a surprise."), "fleche",
             ("changes", "skills_participants")),
    Question("stuck", N_("What is stuck?"), N_("What held us back, what we miss."), "attention",
             ("what_failed", "watch_points")),
)  # fmt: skip
BY_KEY = {question.key: question for question in QUESTIONS}


class Answer(db.Model):
    """What somebody said to one of the three questions; a photo or a voice stands in the words."""

    __tablename__ = "session_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dated.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    item: Mapped[Dated] = relationship()
    author: Mapped[User | None] = relationship()


def of(item: Dated) -> dict[str, list[Answer]]:
    """What was said, by question, in the order it was said."""
    query = select(Answer).where(Answer.item_id == item.id, Answer.removed_at.is_(None))
    query = query.options(joinedload(Answer.author)).order_by(Answer.id)
    found: dict[str, list[Answer]] = {question.key: [] for question in QUESTIONS}
    for answer in db.session.scalars(query):
        found.setdefault(answer.question, []).append(answer)
    return found


def say(item: Dated, question: str, body: str, author: User) -> Answer:
    """Keep an answer; the same words sent twice at once are one. The caller commits."""
    just_now = utcnow() - timedelta(seconds=TWICE)
    twin = db.session.scalar(
        select(Answer).where(
            Answer.item_id == item.id, Answer.question == question, Answer.body == body,
            Answer.author_id == author.id, Answer.created_at > just_now,
            Answer.removed_at.is_(None),
        )
    )  # fmt: skip
    if twin:
        return twin
    made = Answer(item_id=item.id, question=question, body=body, author_id=author.id)
    made.html = render(body, lang=item.lang).html
    db.session.add(made)
    log("said at the end", item, author)
    return made


def remove(answer: Answer, actor: User, removed: bool = True) -> None:
    """Take an answer away, or put it back; the caller commits."""
    answer.removed_at = utcnow() if removed else None
    log("took an answer away" if removed else "put an answer back", answer.item, actor)


def for_report(group_id: int, section: str, user) -> list[Answer]:
    """What was said in the sessions of a group that may serve a section of its report."""
    keys = [question.key for question in QUESTIONS if section in question.sections]
    if not keys:
        return []
    query = (
        select(Answer)
        .join(Dated, Dated.id == Answer.item_id)
        .where(Dated.group_id == group_id, visible(user), Answer.question.in_(keys),
               Answer.removed_at.is_(None))
        .options(joinedload(Answer.item), joinedload(Answer.author))
        .order_by(Dated.starts_at, Answer.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return list(db.session.scalars(query))


def erase(item: Dated, replace: Callable[[str], tuple[str, int]]) -> int:
    """The same erasure in what was said; how many fell."""
    count = 0
    for answer in db.session.scalars(select(Answer).where(Answer.item_id == item.id)):
        answer.body, found = replace(answer.body)
        if found:
            answer.html = render(answer.body, lang=item.lang).html
        count += found
    return count

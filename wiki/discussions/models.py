"""A question to the network, and the reports, pages or files proposed as its answers."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, Text, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime, db, utcnow
from wiki.items.access import visible
from wiki.items.models import Comment, Item, SearchText


class Discussion(Item):
    """A question in one's own words; its answers are its comments, and the items proposed."""

    __tablename__ = "discussion"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(Text, default="")
    need: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    solved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __mapper_args__: ClassVar = {"polymorphic_identity": "discussions"}
    versioned: ClassVar = ("title", "body", "need", "place")

    def texts(self) -> dict[str, str]:
        """The context of the question."""
        return {"body": self.body or ""}

    def search_text(self) -> SearchText:
        """The question, its context, what is needed and where."""
        return SearchText(
            self.title, lead="\n".join(filter(None, [self.need, self.place])), body=self.plain()
        )

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.solved_at is None

    def proposed(self, reader) -> list[Item]:
        """The items proposed as answers that this reader may read, the first proposed first."""
        query = (
            select(Item)
            .join(Answer, Answer.item_id == Item.id)
            .where(Answer.discussion_id == self.id, visible(reader))
            .order_by(Answer.created_at, Item.id)
        )
        return list(db.session.scalars(query))


class Answer(db.Model):
    """An item that somebody proposes as an answer."""

    __tablename__ = "discussion_answer"
    discussion_id: Mapped[int] = mapped_column(
        ForeignKey("discussion.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    added_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


def waiting(reader, limit: int = 5, but_of: int | None = None) -> list[Discussion]:
    """The open questions that this person may read and nobody answered, the oldest first."""
    said = exists().where(Comment.item_id == Discussion.id, Comment.removed_at.is_(None))
    proposed = exists().where(Answer.discussion_id == Discussion.id)
    query = select(Discussion).where(
        visible(reader), Discussion.solved_at.is_(None), ~said, ~proposed
    )
    if but_of is not None:
        query = query.where(Discussion.author_id.is_distinct_from(but_of))
    return list(db.session.scalars(query.order_by(Discussion.created_at).limit(limit)))

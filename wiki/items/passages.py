"""Passages that a comment is about, or for which it proposes another wording: where they stand.

A passage is held by its first and last letter in the text as it is written (see `anchors`), so
that it survives every edit; and by its words with a little of what is around them, for a text
that nobody writes together, or whose room began again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db
from wiki.items import anchors, documents, folding, live
from wiki.items.blame import kept
from wiki.items.live import Room
from wiki.items.models import Comment, Item
from wiki.items.quoting import around, found_again, located, pasted_again, same_words, with_marks
from wiki.markup.marks import marks

LONGEST = 2000  # characters of a passage, and of what is proposed instead
STANDS, CHANGED, GONE = "stands", "changed", "gone"


class Passage(db.Model):
    """Part of a text that a comment is about; with `replacement`, what it proposes instead."""

    __tablename__ = "passage"
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    field: Mapped[str] = mapped_column(String(80))
    epoch: Mapped[int | None]
    first: Mapped[dict | None] = mapped_column(JSON)
    last: Mapped[dict | None] = mapped_column(JSON)
    quote: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    # The version in which these words stood; None when they were only being written.
    revision: Mapped[int | None]
    replacement: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    accepted: Mapped[bool | None]

    comment: Mapped[Comment] = relationship()
    settled_by: Mapped[User | None] = relationship()


@dataclass
class Wish:
    """What somebody selected: places in the text being written, or words of the shown one."""

    field: str = ""
    quote: str = ""
    before: str = ""
    after: str = ""
    start: int | None = None  # in UTF-16 units
    end: int | None = None
    replacement: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where a passage is now in a text, in characters, and whether it still says the same."""

    state: str
    start: int = 0
    end: int = 0
    words: str = ""


class Texts:
    """The texts of an item as they are, or as they are being written, each read once."""

    def __init__(self, item: Item, being_written: bool):
        self.item, self.being_written = item, being_written
        self.read: dict[str, tuple] = {}
        self.common: dict[str, list] = {}

    def standing(self, passage: Passage) -> Standing:
        """Where a passage is now."""
        room, places, text = self._of(passage.field)
        span = None
        if passage.first and room and room.epoch == passage.epoch:
            span = places.found(passage.first, passage.last)
        if span is None:
            span = found_again(text, passage.quote, passage.before, passage.after)
        else:
            span = span if places.text == text else moved(self._stays(passage.field), *span)
            if not text[slice(*span)].strip():
                span = pasted_again(text, passage.quote, passage.before, passage.after)
        if span is None or not text[slice(*span)].strip():
            return Standing(GONE)
        words = text[slice(*span)]
        return Standing(STANDS if same_words(words, passage.quote) else CHANGED, *span, words)

    def text(self, field: str) -> str:
        """One text."""
        return self._of(field)[2]

    def _stays(self, field: str) -> list[tuple[int, int, int]]:
        """What the text as it is being written and the one shown have in common, found once."""
        if field not in self.common:
            _room, places, text = self._of(field)
            self.common[field] = kept(places.text, text)
        return self.common[field]

    def _of(self, field: str) -> tuple[Room | None, anchors.Places | None, str]:
        if field not in self.read:
            query = select(Room).where(Room.item_id == self.item.id, Room.field == field)
            room, places = db.session.scalar(query), None
            if self.being_written and room and room.base != self.item.revision_count:
                folding.catch_up(self.item.id)  # what was saved otherwise is in it from now on
                room = db.session.scalar(query.execution_options(populate_existing=True))
            text = self.item.texts().get(field, "")
            if room is not None:
                places = anchors.Places(documents.made_of(live.updates(room.id)))
                text = places.text if self.being_written else text
            self.read[field] = room, places, text
        return self.read[field]


def of_comments(ids: list[int]) -> dict[int, Passage]:
    """The passages that these comments are about, by comment."""
    if not ids:
        return {}
    query = select(Passage).where(Passage.comment_id.in_(ids))
    found = db.session.scalars(query.options(joinedload(Passage.settled_by)))
    return {one.comment_id: one for one in found}


def chosen(item: Item, wish: Wish, inside: bool) -> Passage | None:
    """The passage that somebody selected, not yet kept; None when these words are not there.

    Only the group (`inside`) selects in the text being written. Commits: the text gets its room.
    """
    known = item.texts()
    names = [wish.field] if wish.field in known else [] if wish.field else list(known)
    if inside and wish.start is not None and wish.end is not None:
        return _chosen_live(item, wish)
    typed = bool(marks(wish.quote))  # the words come with their marks, from a field
    look = found_again if typed else located
    for name in names:
        span = look(known[name], wish.quote, wish.before, wish.after)
        if span and span[1] - span[0] <= LONGEST:
            made = _made(known[name], span, wish, name)
            made.revision = item.revision_count
            if made.replacement is not None and not typed:
                made.replacement = with_marks(made.quote, made.replacement)
            return _held(item, made, known[name], span)
    return None


def reanchor(item: Item) -> None:
    """Hold the passages of an item again, in rooms that began anew. The caller commits."""
    query = select(Passage).join(Comment).where(Comment.item_id == item.id)
    held = [one for one in db.session.scalars(query) if one.epoch is not None]
    for field in {one.field for one in held}:
        room = db.session.scalar(select(Room).where(Room.item_id == item.id, Room.field == field))
        doc = documents.made_of(live.updates(room.id)) if room else None
        text = documents.text_of(doc) if doc else ""
        for passage in held:
            if passage.field == field:
                span = found_again(text, passage.quote, passage.before, passage.after)
                _hold(passage, doc, room.epoch if room else None, span)


def erase(item: Item, replace) -> int:
    """Apply `replace(text) -> (text, count)` to what passages quote and propose; the count."""
    query = select(Passage).join(Comment).where(Comment.item_id == item.id)
    count = 0
    for passage in db.session.scalars(query):
        for name in ("quote", "before", "after", "replacement"):
            text, found = replace(getattr(passage, name) or "")
            if found:
                setattr(passage, name, text)
                count += found
    return count


def moved(stays: list[tuple[int, int, int]], start: int, end: int) -> tuple[int, int]:
    """Where a passage is in another state of a text, given what stays of it (see `kept`).

    (n, n) when nothing of the passage is left.
    """
    left = [
        (at_new + max(start - at, 0), at_new + min(end - at, size))
        for at, at_new, size in stays
        if at < end and at + size > start
    ]
    if left:
        return left[0][0], left[-1][1]
    before = [at_new + size for at, at_new, size in stays if at + size <= start]
    return (before[-1], before[-1]) if before else (0, 0)


def _chosen_live(item: Item, wish: Wish) -> Passage | None:
    try:
        state = folding.enter(item, wish.field)
    except live.Gone:
        return None
    doc = documents.made_of(state.updates)
    text = documents.text_of(doc)
    start, end = (anchors.in_characters(text, place) for place in (wish.start, wish.end))
    span = (start, end)
    if not text[start:end].strip() or (wish.quote and text[start:end] != wish.quote):
        # What was selected moved while it travelled.
        span = found_again(text, wish.quote, wish.before, wish.after) if wish.quote else None
    if span is None or span[1] - span[0] > LONGEST:
        return None
    passage = _made(text, span, wish, wish.field)
    saved = item.texts().get(wish.field, "")
    if saved[slice(*moved(kept(text, saved), *span))] == passage.quote:
        passage.revision = item.revision_count
    _hold(passage, doc, state.epoch, span)
    return passage


def _made(text: str, span: tuple[int, int], wish: Wish, name: str) -> Passage:
    before, after = around(text, *span)
    return Passage(
        field=name, quote=text[slice(*span)], before=before, after=after,
        replacement=None if wish.replacement is None else wish.replacement[:LONGEST],
    )  # fmt: skip


def _held(item: Item, passage: Passage, saved: str, span: tuple[int, int]) -> Passage:
    """The passage, held in the text as it is being written, if people write it together."""
    try:
        state = folding.enter(item, passage.field)
    except live.Gone:
        return passage
    doc = documents.made_of(state.updates)
    text = documents.text_of(doc)
    _hold(passage, doc, state.epoch, span if text == saved else moved(kept(saved, text), *span))
    return passage


def _hold(passage: Passage, doc, epoch: int | None, span: tuple[int, int] | None) -> None:
    places = anchors.held(doc, *span) if doc is not None and span else None
    passage.first, passage.last = places or (None, None)
    passage.epoch = epoch if places else None

"""What becomes of a comment about a passage: settled, a proposed wording accepted or refused."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import update

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import role_in
from wiki.items import documents, folding, history, live, writing
from wiki.items.access import can
from wiki.items.anchors import in_units
from wiki.items.models import Item
from wiki.items.passages import CHANGED, GONE, STANDS, Passage, Texts, of_comments
from wiki.items.quoting import around, words_of

DONE, MOVED, SETTLED = "done", "moved", "settled"


@dataclass(frozen=True)
class Shown:
    """A passage as a reader of its comment sees it: words without marks."""

    passage: Passage
    state: str
    words: str
    now: str
    before: str
    pieces: list[tuple[str, str]]
    proposes: bool
    may_decide: bool
    may_settle: bool
    start: int | None = None
    end: int | None = None

    @property
    def found(self) -> str:
        """The words to look for in the text on screen; nothing when they are gone."""
        return {STANDS: self.words, CHANGED: self.now}.get(self.state, "")


def shown(item, comments: list, user, *, being_written: bool = False) -> dict[int, Shown]:
    """The passages that these comments are about, by comment, as this reader may see them."""
    found = of_comments([one.id for one in comments])
    if not found:
        return {}
    item = item if isinstance(item, Item) else db.session.get(Item, item.id)
    inside = role_in(user, item.group_id) is not None
    texts = Texts(item, being_written and inside)
    return {
        one.id: _shown(found[one.id], texts, one, user, inside)
        for one in comments
        if one.id in found
    }


def _shown(passage: Passage, texts: Texts, comment, user, inside: bool) -> Shown:
    standing = texts.standing(passage)
    # Words that were only being written are their group's, until a version says them.
    known = inside or passage.revision is not None or standing.state == STANDS
    words = words_of(passage.quote) if known else ""
    proposes, pieces = passage.replacement is not None, []
    if proposes and known:
        pieces = history.changed_words(words, words_of(passage.replacement))
    gone, text = standing.state == GONE, texts.text(passage.field)
    before, _after = around(text, standing.start, standing.end)
    decides = proposes and not comment.held and can(user, "edit", texts.item)
    return Shown(
        passage, standing.state, words, words_of(standing.words), words_of(before), pieces,
        proposes, decides and not passage.settled_at, may_settle(passage, texts.item, user),
        None if gone else in_units(text, standing.start),
        None if gone else in_units(text, standing.end),
    )  # fmt: skip


def may_settle(passage: Passage, item, user) -> bool:
    """Whether this person may say that a remark is dealt with: its author, or the group."""
    if user.is_anonymous:
        return False
    return passage.comment.author_id == user.id or can(user, "moderate", item)


def settle(passage: Passage, item: Item, user: User, settled: bool = True) -> None:
    """Say that a remark is dealt with, or that it is not."""
    passage.settled_at = utcnow() if settled else None
    passage.settled_by_id, passage.accepted = (user.id if settled else None), None
    verb = "settled a remark" if settled else "opened a remark again"
    writing.log(verb, item, user, comment=passage.comment_id)
    db.session.commit()


def refuse(passage: Passage, item: Item, user: User) -> str:
    """Leave the text as it is; SETTLED when somebody already decided."""
    if not _claimed(passage, user, accepted=False):
        return SETTLED
    writing.log("refused a suggestion", item, user, comment=passage.comment_id)
    db.session.commit()
    return DONE


def accept(passage: Passage, item: Item, user: User) -> str:
    """Put the proposed wording in the text, as a change of the person who accepts; a version.

    MOVED when the passage says something else by now, SETTLED when somebody already decided.
    """
    note = _("Wording proposed by %(name)s", name=passage.comment.signature or _("Someone"))
    for _attempt in range(3):
        try:
            done = _put(passage, item, user, note)
        except live.Gone:
            db.session.rollback()  # the room began again meanwhile
            continue
        if done == DONE:
            folding.fold(item, note, user)
        return done
    return MOVED


def _put(passage: Passage, item: Item, user: User, note: str) -> str:
    if item.shared_text(passage.field) is None:
        return _put_alone(passage, item, user, note)
    state = folding.enter(item, passage.field)
    standing = Texts(item, being_written=True).standing(passage)
    if standing.state != STANDS:
        return MOVED
    doc = documents.made_of(state.updates)
    text = documents.text_of(doc)
    if text[standing.start : standing.end] != standing.words:
        raise live.Gone(passage.field)  # somebody wrote between the two readings: again
    wanted = text[: standing.start] + passage.replacement + text[standing.end :]
    if len(wanted) > writing.TEXT_LENGTH:
        return MOVED
    if not _claimed(passage, user, accepted=True):
        return SETTLED
    if change := documents.rewrite(doc, wanted):
        connection = db.session.connection()
        live.append(connection, state.room_id, state.epoch, [(change, user.id)])
        live.note(db.session(), item.id)
    writing.log("accepted a suggestion", item, user, comment=passage.comment_id)
    db.session.commit()
    return DONE


def _put_alone(passage: Passage, item: Item, user: User, note: str) -> str:
    """The same in a text that is not written together."""
    standing = Texts(item, being_written=False).standing(passage)
    if standing.state != STANDS:
        return MOVED
    text = item.texts()[passage.field]
    wanted = text[: standing.start] + passage.replacement + text[standing.end :]
    if not _claimed(passage, user, accepted=True):
        return SETTLED
    writing.log("accepted a suggestion", item, user, comment=passage.comment_id)
    clash = history.edit(item, {passage.field: wanted}, item.revision_count, user, note)
    if clash:
        db.session.rollback()
    return MOVED if clash else DONE


def _claimed(passage: Passage, user: User, *, accepted: bool) -> bool:
    """Whether this person is the one who decides: of two at the same instant, the first."""
    claim = (
        update(Passage)
        .where(Passage.comment_id == passage.comment_id, Passage.settled_at.is_(None))
        .values(settled_at=utcnow(), settled_by_id=user.id, accepted=accepted)
    )
    claimed = db.session.execute(claim).rowcount == 1
    if not claimed:
        db.session.rollback()
    return claimed

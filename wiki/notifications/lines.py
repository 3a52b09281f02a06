"""Notices as sentences, with nothing in them that the person may not read at this moment."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import role_in
from wiki.items.access import can, visible
from wiki.items.history import opened_at
from wiki.items.models import Comment, Event, Item, PublicationRequest, Scope
from wiki.markup.text import html_to_text, shorten
from wiki.notifications.models import Notice
from wiki.notifications.recipients import co_writers
from wiki.templating import moment

QUOTED, QUOTES = 280, 3  # characters of a remark quoted, remarks quoted of one thread
WITH_REMARK = ("answer", "comment", "remark", "held")


@dataclass
class Line:
    """What happened to one item for one reason: all the notices of it, told in a sentence."""

    item: Item
    reason: str
    topic: str
    href: str
    at: datetime
    words: str = ""
    quotes: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def unread(user: User, limit: int = 100) -> list[Line]:
    """What waits for a person, the latest first."""
    return lines(notices_of(user, Notice.read_at.is_(None), limit=limit), user)


def notices_of(user: User, *conditions, limit: int = 500) -> list[Notice]:
    """The notices of a person with what happened and who did it, the latest first."""
    query = (
        select(Notice)
        .where(Notice.user_id == user.id, *conditions)
        .options(joinedload(Notice.event).joinedload(Event.actor))
    )
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


def lines(notices: list[Notice], user: User) -> list[Line]:
    """Notices, in their order, as lines: one for each item and reason; what is hidden is left."""
    items = _readable({one.item_id for one in notices}, user)
    comments = _comments([one for one in notices if one.reason in WITH_REMARK])
    together = co_writers([one.event for one in notices])
    found: dict[tuple[int, str], Line] = {}
    for notice in notices:
        item = items.get(notice.item_id)
        if item is None:
            continue
        comment = comments.get(notice.event_id)
        if notice.reason in WITH_REMARK and not _shown(comment, item, user, notice.reason):
            continue
        key = (item.id, notice.reason)
        line = found.get(key)
        if line is None:
            line = Line(item, notice.reason, notice.topic, _address(item, notice.reason, comment),
                        notice.created_at)  # fmt: skip
            found[key] = line
        # Who proposes other words for a passage may say nothing more.
        if comment is not None and comment.html and len(line.quotes) < QUOTES:
            line.quotes.append(shorten(html_to_text(comment.html), QUOTED))
        line.ids.append(notice.id)
        names = [comment.signature] if comment else _actors(notice, together)
        line.names += [name for name in names if name and name not in line.names]
    for line in found.values():
        line.words = _words(line)
        if line.reason in ("reminder", "moved", "off", "on"):
            line.quotes = list(filter(None, [_hour(notices, line)]))
        if line.reason == "declined":
            line.quotes = [shorten(words, QUOTED) for words in [_answer(line.item, user)] if words]
    return list(found.values())


def _hour(notices: list[Notice], line: Line) -> str:
    """When the thing one is reminded of begins."""
    for notice in notices:
        if notice.id in line.ids and (said := (notice.event.data or {}).get("starts")):
            return moment(datetime.fromisoformat(said))
    return ""


def _readable(ids: set[int], user: User) -> dict[int, Item]:
    query = select(Item).where(Item.id.in_(ids), visible(user)).options(joinedload(Item.group))
    return {item.id: item for item in db.session.scalars(query)}


def _comments(notices: list[Notice]) -> dict[int, Comment]:
    """The remark that each event tells of."""
    numbers = {one.event_id: (one.event.data or {}).get("comment") for one in notices}
    query = select(Comment).where(Comment.id.in_({n for n in numbers.values() if n}))
    known = {one.id: one for one in db.session.scalars(query.options(joinedload(Comment.author)))}
    return {event: known[number] for event, number in numbers.items() if number in known}


def _shown(comment: Comment | None, item: Item, user: User, reason: str) -> bool:
    """Whether the person reads this remark under the item; the rule of `comments.thread`."""
    if comment is None or comment.removed_at:
        return False
    moderates = can(user, "moderate", item)
    if reason == "held" and not (comment.held and moderates):
        return False  # somebody else has read it
    if comment.held and not moderates and comment.author_id != user.id:
        return False
    if role_in(user, item.group_id) is None and (opened := opened_at(item, user)):
        return comment.created_at >= opened
    return True


def _actors(notice: Notice, together: dict[int, list[User]]) -> list[str]:
    people = [*together.get(notice.event_id, []), *filter(None, [notice.event.actor])]
    return list(dict.fromkeys(user.name for user in people))


def _address(item: Item, reason: str, comment: Comment | None) -> str:
    if comment is not None:
        return f"{item.url}#comments"
    if reason == "redone":
        return f"/items/{item.id}/changes"
    if reason == "erasure":
        return f"/items/{item.id}/erasure"
    if reason in ("request", "declined", "wish"):
        return f"/items/{item.id}/publication"
    return item.url


def _answer(item: Item, user: User) -> str:
    """What the editor wrote when a request was not accepted, for the one who asked."""
    query = (
        select(PublicationRequest.answer)
        .where(PublicationRequest.item_id == item.id, PublicationRequest.asked_by_id == user.id)
        .order_by(PublicationRequest.id.desc())
        .limit(1)
    )
    return db.session.scalar(query) or ""


def _words(line: Line) -> str:
    """The sentence; items are named by their present title."""
    known = {"who": _people(line.names), "title": line.item.title or _("Without title")}
    words = _done(line.reason, max(len(line.names), 1), known) or _asked(line, known)
    if line.reason == "change" and len(line.ids) > 1:
        words += " " + ngettext("(%(num)s time)", "(%(num)s times)", len(line.ids))
    return words


def _done(reason: str, n: int, known: dict) -> str:
    """What one person did, or several; '' for what is told otherwise."""
    return {
        "answer": lambda: ngettext(
            "%(who)s answered you under “%(title)s”",
            "%(who)s have answered you under “%(title)s”", n, **known),
        "comment": lambda: ngettext(
            "%(who)s wrote a comment under “%(title)s”",
            "%(who)s wrote comments under “%(title)s”", n, **known),
        "change": lambda: ngettext(
            "%(who)s changed “%(title)s”",
            "%(who)s have changed “%(title)s”", n, **known),
        "feedback": lambda: ngettext(
            "%(who)s says how it went with “%(title)s”",
            "%(who)s say how it went with “%(title)s”", n, **known),
        "adapted": lambda: ngettext(
            "%(who)s adapts “%(title)s” for another group",
            "%(who)s adapt “%(title)s” for other groups", n, **known),
        "words put": lambda: ngettext(
            "%(who)s put the words you proposed in “%(title)s”",
            "%(who)s have put the words you proposed in “%(title)s”", n, **known),
        "words left": lambda: ngettext(
            "%(who)s answered your proposal for “%(title)s”: the text stays as it is",
            "%(who)s have answered your proposals for “%(title)s”: the text stays as it is",
            n, **known),
        "proposal": lambda: ngettext(
            "%(who)s proposes something for “%(title)s”",
            "%(who)s propose something for “%(title)s”", n, **known),
    }.get("comment" if reason == "remark" else reason, str)()  # fmt: skip


def _asked(line: Line, known: dict) -> str:
    """What one is asked, or what became of it."""
    if line.reason == "shown":
        if line.item.scope == Scope.PUBLIC:
            return _("“%(title)s” can now be read by everyone", **known)
        return _("“%(title)s” can now be read by more people", **known)
    return {
        "held": _("A remark under “%(title)s” waits to be read", **known),
        "request": _("%(who)s asks to show “%(title)s” to everyone", **known),
        "accepted": _("“%(title)s” is published, as you asked", **known),
        "declined": _("“%(title)s” is not published yet: an editor answered you", **known),
        "feedback held": _("A stranger’s opinion on “%(title)s” waits to be read", **known),
        "fresh": _("Is “%(title)s” still true?", **known),
        "problem": _("%(who)s reports a problem with “%(title)s”", **known),
        "reply": _("%(who)s replied to what you said of “%(title)s”", **known),
        "wish": _("%(who)s asks you to show “%(title)s” more widely", **known),
        "question": _("%(who)s asks the network: “%(title)s”", **known),
        "redone": _("Three months later: did you do “%(title)s” again, and what changed?", **known),
        "reminder": _("Coming soon: “%(title)s”", **known),
        "off": _("“%(title)s” is cancelled", **known),
        "on": _("“%(title)s” takes place after all", **known),
        "moved": _("“%(title)s”: the day, the hour or the place has changed", **known),
        "erasure": _(
            "A name was erased from a text related to “%(title)s”: look whether it stands here",
            **known),
        "solved": _("“%(title)s” has found its answer", **known),
    }.get(line.reason, known["title"])  # fmt: skip


def _people(names: list[str]) -> str:
    """« Nadia », « Nadia et Karim », « Nadia et 3 autres »."""
    if not names:
        return _("Someone")
    if len(names) == 2:
        return _("%(one)s and %(other)s", one=names[0], other=names[1])
    if len(names) > 2:
        more = len(names) - 1
        return ngettext("%(one)s and %(num)s other", "%(one)s and %(num)s others", more,
                        one=names[0])  # fmt: skip
    return names[0]

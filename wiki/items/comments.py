"""Comments: posted at once by those we know, held until read when they come from strangers."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner
from markupsafe import Markup
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import clean_email
from wiki.db import db, utcnow
from wiki.groups.models import role_in
from wiki.items import history, links, suggesting, writing
from wiki.items.access import can
from wiki.items.forms import CommentForm
from wiki.items.models import Comment, Event, Item, Scope
from wiki.items.passages import Passage
from wiki.markup import render

FASTEST = 3  # seconds in which nobody reads a page and writes about it
# Kinds whose screens show their texts as they are, so that words can be selected in them.
WITH_PASSAGES = ("pages", "reports", "discussions", "collections")
TWICE = 20  # seconds in which the same words are the same remark
_LINK = re.compile(r"https?://|www\.|\[[^\]]*\]\(", re.IGNORECASE)
_SHOWS = re.compile(r"<(?:img|video|audio|media-player)\b|>[^<]*[^<\s]")  # pictures, sounds, signs


@dataclass
class Remark:
    """A comment with its answers, ready to show."""

    comment: Comment
    html: Markup
    may_remove: bool
    passage: suggesting.Shown | None = None
    answers: list["Remark"] = field(default_factory=list)
    is_silent: bool = False  # it only shows what this reader may not see or hear


def section(item, user, form: CommentForm | None = None, reply_to: int | None = None) -> dict:
    """What `items/_comments.html` needs: the remarks this reader sees, and the form if they may."""
    moderates = can(user, "moderate", item)
    open_ = may_comment(item, user)
    remarks = thread(item, user, moderates) if getattr(item, "has_comments", True) else []
    return {
        "remarks": remarks,
        "moderates": moderates,
        # The empty form is drawn as it is: each page shows it, few are sent.
        "started": start_token(item.id) if open_ and user.is_anonymous else "",
        "comment_form": (form or True) if open_ else None,
        "comments_closed": is_closed(item),
        "reply_to": _found(remarks, reply_to),
        "passages": getattr(item, "kind", "") in WITH_PASSAGES and reply_to is None,
    }


def thread(item, user, moderates: bool, *, being_written: bool = False) -> list[Remark]:
    """The comments of an item in order, answers under what they answer to.

    Held ones are for those who moderate, and for their author. People outside the group read what
    was written since the item was shown to them, not what the group said among itself before.
    Passages are placed in the text as shown, or for the group as it is `being_written`.
    """
    query = select(Comment).where(Comment.item_id == item.id, Comment.removed_at.is_(None))
    if not moderates:
        mine = Comment.author_id == user.id if not user.is_anonymous else False
        query = query.where(or_(Comment.held.is_(False), mine))
    if role_in(user, item.group_id) is None and (opened := history.opened_at(item, user)):
        query = query.where(Comment.created_at >= opened)
    found = db.session.scalars(query.options(joinedload(Comment.author)).order_by(Comment.id)).all()
    remarks = {one.id: _remark(one, item, user, moderates) for one in found}
    about = suggesting.shown(item, found, user, being_written=being_written)
    for comment_id, passage in about.items():
        remarks[comment_id].passage = passage
    top = []
    for one in found:
        above = remarks.get(one.reply_to_id)
        (above.answers if above else top).append(remarks[one.id])
    return top


def may_comment(item, user) -> bool:
    """Whether this reader may write a comment: everyone on what is public, others signed in."""
    if is_closed(item):
        return False
    return not user.is_anonymous or item.scope == Scope.PUBLIC


def is_closed(item) -> bool:
    """Whether the group closed the comments of an item."""
    return bool((item.extra or {}).get("comments_closed"))


def post(item: Item, user, form: CommentForm, passage: Passage | None = None) -> Comment:
    """Keep a comment, held when its author is unknown; the event tells those who watch."""
    known = not user.is_anonymous
    body = form.body.data.strip()
    by = {
        "author_id": user.id if known else None,
        "author_name": "" if known else form.name.data,
        "author_email": "" if known else clean_email(form.email.data or ""),
    }
    if twin := _same_sent_twice(item.id, body, by, passage):
        return twin
    comment = Comment(
        item_id=item.id,
        reply_to_id=_top(item.id, form.reply_to.data),
        **by,
        body=body,
        html=render(body, lang=item.lang).html,
        created_at=utcnow(),
    )
    if passage is not None:
        passage.comment = comment
        db.session.add(passage)
    proposed = (passage.replacement or "") if passage else ""
    comment.held = not known and must_wait(comment, proposed)
    db.session.add(comment)
    db.session.flush()
    writing.log("commented", item, user if known else None, comment=comment.id, held=comment.held)
    db.session.commit()
    return comment


def must_wait(comment: Comment, proposed: str = "") -> bool:
    """Whether someone of the group must read this first: unknown address, or a link in it."""
    if _LINK.search(comment.body) or _LINK.search(proposed) or not comment.author_email:
        return True
    return not db.session.scalar(
        select(
            exists().where(
                Comment.author_email == comment.author_email,
                Comment.held.is_(False),
                Comment.removed_at.is_(None),
            )
        )
    )


def approve(comment: Comment, user) -> None:
    """Show a held comment to all who read the item."""
    comment.held = False
    writing.log("approved a comment", comment.item, user, comment=comment.id)
    db.session.commit()


def remove(comment: Comment, user, removed: bool = True) -> None:
    """Take a comment away, or put it back."""
    comment.removed_at = utcnow() if removed else None
    verb = "removed a comment" if removed else "put back a comment"
    writing.log(verb, comment.item, user, comment=comment.id)
    db.session.commit()


def may_remove(comment: Comment, item, user) -> bool:
    """Whether this person may take a comment away: their own, or as a member of the group."""
    if user.is_anonymous:
        return False
    return comment.author_id == user.id or can(user, "moderate", item)


def may_put_back(comment: Comment, item, user) -> bool:
    """Whether this person may undo a removal: the group, or the author who removed their own."""
    if can(user, "moderate", item):
        return True
    query = (
        select(Event.actor_id, Event.data)
        .where(Event.item_id == comment.item_id, Event.verb == "removed a comment")
        .order_by(Event.id.desc())
    )
    removals = (
        one.actor_id for one in db.session.execute(query) if one.data["comment"] == comment.id
    )
    return may_remove(comment, item, user) and next(removals, None) == user.id


def close(item: Item, user, closed: bool) -> None:
    """Stop or allow comments on an item."""
    item.extra = {**(item.extra or {}), "comments_closed": closed}
    writing.log("closed comments" if closed else "opened comments", item, user)
    db.session.commit()


def start_token(item_id: int) -> str:
    """Says when the form was shown, so that a program's instant answer is noticed."""
    return _signer().sign(str(item_id)).decode()


def is_too_fast(item_id: int, token: str) -> bool:
    """Whether a form came back sooner than a person can write, or was never shown."""
    try:
        value, made = _signer().unsign(token or "", return_timestamp=True)
    except BadSignature:
        return True
    return value.decode() != str(item_id) or (utcnow() - made).total_seconds() < FASTEST


def _remark(comment: Comment, item, user, moderates: bool) -> Remark:
    html = comment.html
    if "data-" in html:
        html = links.show_fresh(html, item.group_id, user, may_edit=False)
    own = not user.is_anonymous and comment.author_id == user.id
    silent = bool(comment.html) and not _SHOWS.search(html)
    return Remark(comment, Markup(html), moderates or own, is_silent=silent)


def _same_sent_twice(item_id: int, body: str, by: dict, passage: Passage | None) -> Comment | None:
    """The remark made a moment ago by a button pressed twice."""
    recent = Comment.created_at > utcnow() - timedelta(seconds=TWICE)
    about = select(Passage.comment_id).where(Passage.comment_id == Comment.id)
    same = ~about.exists()
    if passage is not None:
        same = about.where(
            Passage.quote == passage.quote, Passage.before == passage.before,
            Passage.replacement.is_not_distinct_from(passage.replacement),
        ).exists()  # fmt: skip
    query = select(Comment).filter_by(item_id=item_id, body=body, removed_at=None, **by)
    return db.session.scalar(query.where(recent, same).limit(1))


def _found(remarks: list[Remark], comment_id: int | None) -> Comment | None:
    return next((one.comment for one in remarks if one.comment.id == comment_id), None)


def _top(item_id: int, comment_id: int | None) -> int | None:
    """The comment that an answer goes under; an answer to an answer goes beside it."""
    comment = db.session.get(Comment, comment_id) if comment_id else None
    if comment is None or comment.item_id != item_id or comment.removed_at:
        return None
    return comment.reply_to_id or comment.id


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.secret_key, salt="comment")

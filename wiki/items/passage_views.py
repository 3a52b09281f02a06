"""Comments and suggestions about passages: as a list for the editor, and what becomes of them."""

from urllib.parse import quote

from flask import Blueprint, abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.items import comments, suggesting
from wiki.items.access import can, load
from wiki.items.models import Comment, Item
from wiki.items.passages import Passage
from wiki.markup.text import html_to_text
from wiki.templating import isodate, moment
from wiki.throttle import throttle

blueprint = Blueprint("passages", __name__)


@blueprint.app_template_filter("fragment")
def fragment(words: str) -> str:
    """Words as the part of an address that leads to them; long ones by their two ends."""
    parts = words.split()
    if len(parts) <= 12:
        return _escaped(" ".join(parts))
    return f"{_escaped(' '.join(parts[:5]))},{_escaped(' '.join(parts[-5:]))}"


def _escaped(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")


def wants_json() -> bool:
    """Whether a script asks, which shows the answer itself."""
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


@blueprint.get("/items/<id:item_id>/passages")
def list_(item_id: int):
    """The comments about passages that this reader sees, placed in the text being written."""
    item = load(Item, item_id)
    return {
        "passages": _entries(item),
        "write": comments.may_comment(item, current_user),
    }


@blueprint.post("/items/<id:item_id>/comments/<int:comment_id>/settlement")
def settle(item_id: int, comment_id: int):
    """Accept or refuse a suggestion, say that a remark is dealt with, or open it again."""
    if current_user.is_anonymous:
        abort(401)
    item = load(Item, item_id)
    passage = _passage(item, comment_id)
    throttle("120 per 10 minutes", "settle", str(current_user.id))
    act = request.form.get("act", "")
    if act not in ("accept", "refuse", "settle", "reopen"):
        abort(422)
    if not _may(act, passage, item):
        abort(403)
    done, words = _done(act, passage, item)
    if wants_json():
        if not done:
            return {"error": {"code": "not_done", "message": words}}, 409
        entry = next((one for one in _entries(item) if one["id"] == comment_id), None)
        return {"message": words, "passage": entry}
    flash(words)
    return redirect(f"{item.url}#comment-{comment_id}", 303)


def one(item: Item, comment: Comment) -> dict:
    """What a script gets of a comment it just sent."""
    entry = next((found for found in _entries(item) if found["id"] == comment.id), None)
    return {"passage": entry, "held": comment.held}


def _may(act: str, passage: Passage, item: Item) -> bool:
    if act in ("accept", "refuse"):
        proposes = passage.replacement is not None and not passage.comment.held
        return proposes and can(current_user, "edit", item)
    return suggesting.may_settle(passage, item, current_user)


def _done(act: str, passage: Passage, item: Item) -> tuple[bool, str]:
    if act in ("settle", "reopen"):
        if passage.accepted is not None:
            return False, _("This suggestion is already decided.")
        suggesting.settle(passage, item, current_user, act == "settle")
        return True, _("This remark is dealt with.") if act == "settle" else _("Open again.")
    decide = suggesting.accept if act == "accept" else suggesting.refuse
    outcome = decide(passage, item, current_user)
    if outcome == suggesting.MOVED:
        return False, _("The passage has changed since: read it again, then write it yourself.")
    if outcome == suggesting.SETTLED:
        return False, _("This suggestion is already decided.")
    if act == "accept":
        return True, _("The new wording is in the text, as a version of yours.")
    return True, _("The text stays as it is.")


def _passage(item: Item, comment_id: int) -> Passage:
    """The passage of a comment that this reader sees under the item."""
    passage = db.session.get(Passage, comment_id)
    if passage is None or not _is_seen(item, comment_id):
        abort(404)
    return passage


def _is_seen(item: Item, comment_id: int) -> bool:
    return any(remark.comment.id == comment_id for remark in _remarks(item))


def _remarks(item: Item) -> list[comments.Remark]:
    moderates = can(current_user, "moderate", item)
    return comments.thread(item, current_user, moderates, being_written=True)


def _entries(item: Item) -> list[dict]:
    return [_entry(remark) for remark in _remarks(item) if remark.passage]


def _entry(remark: comments.Remark) -> dict:
    about, comment = remark.passage, remark.comment
    kept = about.passage
    return _said(remark) | {
        "kind": "suggestion" if about.proposes else "comment",
        "field": kept.field,
        "state": about.state,
        "start": about.start,
        "end": about.end,
        "quote": about.words,
        "now": about.now,
        "replacement": kept.replacement if about.words else None,
        "pieces": about.pieces,
        "held": comment.held,
        "settled": kept.settled_at is not None,
        "accepted": kept.accepted,
        "settled_by": kept.settled_by.name if kept.settled_by else "",
        "may_decide": about.may_decide,
        "may_settle": about.may_settle and kept.accepted is None,
        "answers": [_said(answer) for answer in remark.answers],
    }


def _said(remark: comments.Remark) -> dict:
    comment = remark.comment
    return {
        "id": comment.id,
        "author": comment.signature or _("Someone"),
        "at": isodate(comment.created_at),
        "when": moment(comment.created_at),
        "text": html_to_text(str(remark.html)),
    }

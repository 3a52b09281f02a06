"""Screens that follow a text through time: who wrote which words, and its versions to slide."""

from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import role_in
from wiki.items import authorship, history, retracing
from wiki.items.access import load
from wiki.items.blame import kept
from wiki.items.folding import QUIET
from wiki.items.live import Room, Update
from wiki.items.models import Item, Revision
from wiki.items.reading import powers
from wiki.items.versions import field_names
from wiki.markup.marks import marks, words_in
from wiki.throttle import address, throttle

blueprint = Blueprint("past", __name__)
LONG = 400  # lines beyond which those far from a change are folded
AROUND = 6


@blueprint.app_template_global("writing_now")
def writing_now(item) -> list[User]:
    """Who is writing in an item at this moment, for its group; nobody for all others."""
    if role_in(current_user, item.group_id) is None:
        return []
    query = (
        select(User)
        .join(Update, Update.user_id == User.id)
        .join(Room, Room.id == Update.room_id)
        .where(
            Room.item_id == item.id, Room.seq > Room.folded, Update.seq > Room.folded,
            Update.created_at > utcnow() - QUIET,
        )
        .distinct()
        .order_by(User.name)
    )  # fmt: skip
    return list(db.session.scalars(query))


@blueprint.get("/items/<id:item_id>/writers")
def writers(item_id: int):
    """Who wrote what, paragraph by paragraph."""
    item = load(Item, item_id)
    known = current_user.is_authenticated
    throttle("60 per minute", "writers", str(current_user.id) if known else address())
    found = retracing.trace(item, current_user)
    people = [hand.user for hand in found.people if hand.user]
    return _page(
        "items/writers.html", item, found=found, words=field_names(item),
        names=first_names(people), now=retracing.NOW,
    )  # fmt: skip


@blueprint.get("/items/<id:item_id>/timeline")
def timeline(item_id: int):
    """The versions of an item, one after the other, with what each changed."""
    item = load(Item, item_id)
    first = history.first_shown(item, current_user)
    number = request.args.get("at", item.revision_count, type=int)
    number = min(max(number, first), item.revision_count)
    return _page("items/timeline.html", item, first=first, **_slide(item, number, first))


@blueprint.get("/items/<id:item_id>/timeline/<int:number>")
def slide(item_id: int, number: int):
    """One version with what it changed, as a piece of the screen above."""
    item = load(Item, item_id)
    first = history.first_shown(item, current_user)
    return render_template("items/_slide.html", item=item, **_slide(item, number, first))


def first_names(people: list[User]) -> dict[int, str]:
    """What people are called in a margin: the first name, or more when two share it."""
    short = {user.id: (user.name.split() or [user.name])[0] for user in people}
    several = {name for name in short.values() if list(short.values()).count(name) > 1}
    return {u.id: u.name if short[u.id] in several else short[u.id] for u in people}


def _slide(item: Item, number: int, first: int) -> dict:
    past = history.revision(item, number)
    if past is None or number < first:
        abort(404)
    before = history.revision(item, number - 1) if number > first else None
    return {
        "past": past,
        "signers": authorship.signers([past])[past.id],
        "parts": list(_parts(item, past, before)),
        "compared": before is not None,
    }


def _parts(item: Item, past: Revision, before: Revision | None):
    """Yields (title or nothing, lines) for each text of a version, those taken away included."""
    names = field_names(item)
    now = history.old_texts(item, past.data)
    old = history.old_texts(item, before.data) if before else now
    fields = {**now, **old}
    for name in fields:
        lines = list(_lines(old.get(name, ""), now.get(name, "")))
        title = (names.get(f"sections.{name}") or names.get(name)) if len(fields) > 1 else ""
        yield title, _folded(lines)


def _lines(old: str, new: str):
    """Yields (same, added, removed or changed; the pieces as words; whether it is a title)."""
    line, is_title = [], False
    for sort, words, raw in _pieces(old, new):
        for n, part in enumerate(words.split("\n")):
            if n:
                yield from _line(line, is_title)
                line, is_title = [], False
            is_title = is_title or (not line and raw[n].lstrip().startswith("#"))
            if part:
                line.append((sort, part))
    yield from _line(line, is_title)


def _pieces(old: str, new: str):
    """Yields (same, added or removed; words without marks; the lines with them)."""
    hidden_old, hidden, at, at_new = marks(old), marks(new), 0, 0
    for start, start_new, size in [*kept(old, new), (len(old), len(new), 0)]:
        if start > at:
            yield "removed", *_said(old, hidden_old, at, start)
        if start_new > at_new:
            yield "added", *_said(new, hidden, at_new, start_new)
        if size:
            yield "same", *_said(new, hidden, start_new, start_new + size)
        at, at_new = start + size, start_new + size


def _said(text: str, hidden: list, start: int, end: int) -> tuple[str, list[str]]:
    raw = text[start:end].split("\n")
    words, at = [], start
    for part in raw:
        words.append(words_in(text, hidden, at, at + len(part)))
        at += len(part) + 1
    return "\n".join(words), raw


def _line(pieces: list[tuple[str, str]], is_title: bool):
    sorts = {sort for sort, words in pieces if words.strip()}
    if sorts:
        yield next(iter(sorts)) if len(sorts) == 1 else "changed", pieces, is_title


def _folded(lines: list[tuple]) -> list[tuple]:
    """In a long text, what is far from any change is counted instead of shown."""
    if len(lines) <= LONG:
        return lines
    near = {
        at + step
        for at, line in enumerate(lines)
        if line[0] != "same"
        for step in range(-AROUND, AROUND + 1)
    } | set(range(AROUND))
    made = []
    for shown, group in groupby(enumerate(lines), lambda pair: pair[0] in near):
        part = [line for _at, line in group]
        made.extend(part if shown else [("gap", len(part), False)])
    return made


def _page(template: str, item: Item, **context) -> str:
    return render_template(
        template, item=item, group=item.group, room=item.kind, may=powers(current_user, item),
        **context,
    )  # fmt: skip

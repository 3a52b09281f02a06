"""What an item was: its versions, what changed between them, going back, putting together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.exc import StaleDataError

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Role, role_in
from wiki.items import authorship, folding, lineage, passages, terms
from wiki.items.merging import (
    Conflict,
    is_clean,
    merge,
    merge_lists,
    opcodes,
    settle,
    tokens,
)
from wiki.items.models import (
    Comment,
    Event,
    Item,
    PublicationRequest,
    Reference,
    Revision,
    Scope,
    Term,
)
from wiki.items.writing import save, stage
from wiki.markup import render, render_all

TAKEN_OUT = "taken out"  # the event of somebody who refused and is in a text no more
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass
class Clash:
    """Two people changed the same thing: by field, the passages agreed on and the others."""

    item: Item
    fields: dict[str, list[str | Conflict]]
    merged: dict[str, object] = field(default_factory=dict)


def edit(item: Item, changes: dict, base: int, actor: User, note: str = "") -> Clash | None:
    """Save a person's changes made on version `base`, put together with what others saved since.

    Returns None when saved, or the Clash a person must settle; then nothing was written. What is
    being written together at that moment counts as saved by others.
    """
    folding.fold(item)
    for _ in range(5):
        merged, clash = put_together(item, changes, base)
        if clash:
            return clash
        for name, value in merged.items():
            setattr(item, name, value)
        try:
            save(item, actor, note)
            return None
        except StaleDataError:
            # Someone saved in between: read their version and merge with it.
            db.session.rollback()
            db.session.refresh(item)
    raise StaleDataError("the item changes faster than it can be saved")


def put_together(item: Item, changes: dict, base: int) -> tuple[dict, Clash | None]:
    """Three-way merge, field by field, of changes made on an older version."""
    if base == item.revision_count:
        return changes, None
    merged, clashes = compare(item, changes, base, item.snapshot())
    return merged, Clash(item, clashes, merged) if clashes else None


def compare(
    item: Item, changes: dict, base: int, now: dict
) -> tuple[dict, dict[str, list[str | Conflict]]]:
    """What a person's changes made on version `base` give on top of the fields `now`.

    Returns the fields put together, and by field the passages of those that clash. On a version
    that is not known nothing can be taken for granted: every difference is a clash. Neither can it
    on one from before words were erased, for these would come back without a word.
    """
    was = revision(item, base)
    if was and _was_erased_since(item, was):
        was = None
    old = was.data if was else {}
    merged, clashes = {}, {}
    for name, mine in changes.items():
        before, theirs = old.get(name), now.get(name)
        if name == "terms":
            merged[name] = _merge_terms(item.terms, before or [], mine)
        elif name not in now:
            merged[name] = mine
        elif isinstance(mine, str) and isinstance(theirs, str):
            parts = merge(before or "", mine, theirs)
            if is_clean(parts):
                merged[name] = parts[0]
            else:
                clashes[name] = parts
        elif isinstance(mine, dict) and isinstance(theirs, dict):
            merged[name], inner = _merge_dicts(before or {}, mine, theirs)
            clashes |= {f"{name}.{key}": parts for key, parts in inner.items()}
        elif isinstance(mine, list) and isinstance(theirs, list):
            merged[name] = merge_lists(before or [], mine, theirs)
        elif mine == theirs or (was and theirs == before):
            merged[name] = mine
        elif was and mine == before:
            merged[name] = theirs
        else:
            clashes[name] = [Conflict(_words(before), _words(mine), _words(theirs))]
    return merged, clashes


def _was_erased_since(item: Item, past: Revision) -> bool:
    found = select(Event.data).where(Event.item_id == item.id, Event.verb == "erased")
    return any(data.get("revision", 0) > past.number for data in db.session.scalars(found))


def revision(item: Item, number: int) -> Revision | None:
    """One version of an item."""
    return db.session.scalar(
        select(Revision).where(Revision.item_id == item.id, Revision.number == number)
    )


def revisions(
    item: Item, limit: int = 100, before: int | None = None, first: int = 1
) -> list[Revision]:
    """Versions from `first` on, the newest first, without their texts being read."""
    query = select(Revision).where(Revision.item_id == item.id, Revision.number >= first)
    if before is not None:
        query = query.where(Revision.number < before)
    query = query.options(joinedload(Revision.actor), defer(Revision.data))
    return list(db.session.scalars(query.order_by(Revision.number.desc()).limit(limit)))


def first_shown(item: Item, user) -> int:
    """The oldest version this reader may see: people outside the group see what was shown to them.

    A text that was a draft for a month does not open its drafts to everyone once published. What
    somebody refused was taken out of the text: nobody but the facilitators finds it in the past.
    """
    role = role_in(user, item.group_id)
    cut = 1 if role == Role.FACILITATOR else _since_taken_out(item)
    if role is not None:
        return cut
    return max(cut, _first_opened(item, user))


def _since_taken_out(item: Item) -> int:
    """The version that first went without somebody who refused to be shown."""
    found = select(Event.data).where(Event.item_id == item.id, Event.verb == TAKEN_OUT)
    return max((data.get("revision", 1) for data in db.session.scalars(found)), default=1)


def _first_opened(item: Item, user) -> int:
    opened = opened_at(item, user)
    if opened is None:
        return 1 if item.scope >= _needed(user) else item.revision_count
    last = select(func.max(Revision.number)).where(
        Revision.item_id == item.id, Revision.created_at <= opened
    )
    return db.session.scalar(last) or 1


def opened_at(item, user) -> datetime | None:
    """Since when a reader outside the group may read an item; None when nothing says so."""
    return opened_to(item, _needed(user))


def opened_to(item, needed: Scope) -> datetime | None:
    """Since when an item has been shown at least that widely; None when nothing says so."""
    changes = db.session.execute(
        select(Event.created_at, Event.data)
        .where(Event.item_id == item.id, Event.verb.in_(("published", "narrowed")))
        .order_by(Event.id)
    )
    opened = None
    for moment, data in changes:
        if data.get("scope", 0) < needed:
            opened = None
        elif opened is None and data.get("was", 0) < needed:
            opened = moment
    return opened


def _needed(user) -> Scope:
    """The scope that opens an item to a reader outside its group."""
    return Scope.NETWORK if not user.is_anonymous and user.professional else Scope.PUBLIC


def writers(item: Item, first: int = 1) -> list[tuple[str, int]]:
    """Who wrote an item since a version, alone or with others: (name, versions), busiest first."""
    hands = authorship.hands(Revision.item_id == item.id, Revision.number >= first)
    rows = db.session.execute(
        select(User.name, func.count())
        .join(hands, hands.c.user_id == User.id)
        .group_by(User.id, User.name)
        .order_by(func.count().desc(), User.id)
    )
    return [tuple(row) for row in rows]


def render_revision(item: Item, past: Revision) -> dict[str, str]:
    """The HTML of an old version, by field; made anew since only current HTML is stored."""
    then = type(item)(group_id=item.group_id, **_fields(item, past.data))
    texts = then.texts()
    return {
        name: made.html for name, made in zip(texts, render_all(list(texts.values())), strict=True)
    }


def old_texts(item: Item, data: dict) -> dict[str, str]:
    """The Markdown fields of a version, by name."""
    return type(item)(group_id=item.group_id, **_fields(item, data)).texts()


def revert(item: Item, past: Revision, actor: User, note: str) -> None:
    """Make an old version the current one again; nothing in between is lost."""
    folding.fold(item)
    stays = getattr(item, "not_brought_back", ())
    take(item, {name: value for name, value in past.data.items() if name not in stays})
    save(item, actor, note, verb="reverted")


def take(item: Item, data: dict) -> None:
    """Give an item the fields of a version. The caller saves."""
    for name, value in said(item, data).items():
        setattr(item, name, value)


def said(item: Item, data: dict) -> dict:
    """The fields of a version as they are given to an item, its terms included."""
    fields = _fields(item, data)
    return fields | ({"terms": _terms(data["terms"])} if "terms" in data else {})


def changed_lines(old: str, new: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A text compared line by line for reading.

    Yields (kind, pieces): kind is same, added, removed or changed; pieces are (same|added|removed,
    words).
    """
    before, after = old.splitlines(), new.splitlines()
    for tag, a, b, c, d in opcodes(before, after):
        if tag == "equal":
            yield from (("same", [("same", line)]) for line in before[a:b])
        elif tag == "replace" and b - a == d - c:
            for left, right in zip(before[a:b], after[c:d], strict=True):
                yield "changed", changed_words(left, right)
        else:
            # An empty line that came or went says nothing to a reader.
            yield from (("removed", [("removed", line)]) for line in before[a:b] if line.strip())
            yield from (("added", [("added", line)]) for line in after[c:d] if line.strip())


def changed_words(old: str, new: str) -> list[tuple[str, str]]:
    """One line compared word by word."""
    left, right = tokens(old), tokens(new)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in opcodes(left, right):
        if tag == "equal":
            pieces.append(("same", "".join(left[a:b])))
            continue
        if b > a:
            pieces.append(("removed", "".join(left[a:b])))
        if d > c:
            pieces.append(("added", "".join(right[c:d])))
    return pieces


def erase(item: Item, words: str, instead: str, actor: User) -> int:
    """Replace words in every version of an item, its HTML, its index row; returns how many fell.

    For a name that must not remain anywhere. The event says that something was erased, not what.
    """
    folding.gather(item)  # and keep what is being written from changing until all is erased
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    count = 0
    for past in db.session.scalars(select(Revision).where(Revision.item_id == item.id)):
        past.data, found = _replaced(past.data, pattern, instead)
        past.note, in_note = pattern.subn(instead, past.note)
        count += found + in_note
    for name in ("title", "summary", *item.versioned):
        value, found = _replaced(getattr(item, name), pattern, instead)
        setattr(item, name, value)
        count += found
    item.extra, found = _replaced(item.extra or {}, pattern, instead)
    count += found + _erase_around(item, pattern, instead) + terms.erase(item, pattern)
    count += passages.erase(item, lambda text: pattern.subn(instead, text))
    count += item.erase_parts(lambda text: pattern.subn(instead, text))
    count += lineage.erase(item.id, lambda text: pattern.subn(instead, text))
    # Always a version of its own: whoever began with an earlier one is told (see `compare`).
    stage(item, actor, verb="erased", always=True)
    folding.begin_again(item)
    passages.reanchor(item)
    db.session.commit()
    return count


def _erase_around(item: Item, pattern: re.Pattern, instead: str) -> int:
    """The same in what surrounds a text: remarks, requests, former titles, what was logged."""
    count = 0
    for remark in db.session.scalars(select(Comment).where(Comment.item_id == item.id)):
        remark.body, found = pattern.subn(instead, remark.body)
        remark.author_name, named = pattern.subn(instead, remark.author_name)
        remark.author_email, written = pattern.subn("", remark.author_email)
        if found:
            remark.html = render(remark.body, lang=item.lang).html
        count += found + named + written
    asked = select(PublicationRequest).where(PublicationRequest.item_id == item.id)
    for request in db.session.scalars(asked):
        request.note, found = pattern.subn(instead, request.note)
        request.answer, answered = pattern.subn(instead, request.answer)
        count += found + answered
    for event in db.session.scalars(select(Event).where(Event.item_id == item.id)):
        event.data, found = _replaced(event.data, pattern, instead)
        count += found
    former = select(Reference).where(Reference.source_id == item.id, Reference.role == "alias")
    for alias in db.session.scalars(former):
        if pattern.search(alias.label):
            db.session.delete(alias)
            count += 1
    return count


def _merge_dicts(old: dict, mine: dict, theirs: dict) -> tuple[dict, dict]:
    merged, clashes = {}, {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        parts = merge(old.get(key, ""), mine.get(key, ""), theirs.get(key, ""))
        if is_clean(parts):
            merged[key] = parts[0]
        else:
            clashes[key] = parts
            merged[key] = settle(parts, [])
    return merged, clashes


def _merge_terms(theirs: list[Term], before: list[str], mine: list[Term]) -> list[Term]:
    """The terms borne now, with what a person added and took away since the version they saw."""
    wanted = {f"{term.vocabulary}:{term.slug}": term for term in mine}
    now = {f"{term.vocabulary}:{term.slug}": term for term in theirs}
    kept = [term for name, term in now.items() if name in wanted or name not in before]
    added = [term for name, term in wanted.items() if name not in now and name not in before]
    return kept + added


def _fields(item: Item, data: dict) -> dict:
    return {name: data[name] for name in item.versioned if name in data}


def _terms(names: list[str]) -> list[Term]:
    pairs = [tuple(name.split(":", 1)) for name in names]
    found = db.session.scalars(select(Term).where(Term.slug.in_([slug for _, slug in pairs])))
    return [term for term in found if (term.vocabulary, term.slug) in pairs]


def _replaced(value, pattern: re.Pattern, instead: str):
    if isinstance(value, str):
        # A digest names bytes, not people: « Ada » may well stand in it.
        return (value, 0) if _DIGEST.fullmatch(value) else pattern.subn(instead, value)
    if isinstance(value, dict):
        made = {key: _replaced(inner, pattern, instead) for key, inner in value.items()}
        return {key: new for key, (new, _) in made.items()}, sum(n for _, n in made.values())
    if isinstance(value, list):
        pairs = [_replaced(inner, pattern, instead) for inner in value]
        return [new for new, _ in pairs], sum(n for _, n in pairs)
    return value, 0


def _words(value) -> str:
    return "" if value is None else str(value)

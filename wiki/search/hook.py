"""The session hook: whatever saves an item also rewrites its index row, in the same transaction.

Changed items are noted at each flush and written once, just before the commit, so that a rollback
leaves no trace. Parts that are not items (captions, features…) call `mark` for theirs.
"""

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from wiki.db import db
from wiki.items.models import Comment, Item, Rendering, Term
from wiki.search import index, parts, synonyms
from wiki.search.index import store
from wiki.search.parts import provide

__all__ = ["mark", "provide"]

_CHANGED, _AHEAD = "search_changed", "search_ahead"
LONG = 20_000  # characters, from which analysis takes long enough to be felt by who waits
MOST_AT_ONCE = 200  # items that a change of one term brings up to date in its own transaction


def mark(item_id: int) -> None:
    """Have an item's index row written again at the commit, because a part of it changed."""
    _noted(db.session()).add(item_id)


def leave_for_later() -> None:
    """Whoever calls has what this transaction changed indexed afterwards, with `mark`."""
    session = db.session()
    session.flush()
    for noted in (_CHANGED, _AHEAD):
        session.info.pop(noted, None)


@event.listens_for(Session, "before_flush")
def forget_deleted(session: Session, _context, _instances) -> None:
    """Take items out of the index while their texts, and so their words, are still known."""
    gone = [thing.id for thing in session.deleted if isinstance(thing, Item) and thing.id]
    for item_id in sorted(gone):
        index.remove(session.connection(), item_id)


@event.listens_for(Session, "before_flush")
def read_ahead(session: Session, _context, _instances) -> None:
    """Analyse long texts before the first write, which in SQLite keeps all others from writing."""
    ahead = session.info.setdefault(_AHEAD, {})
    for thing in (*session.new, *session.dirty):
        if isinstance(thing, Item) and thing not in ahead and _is_long(thing):
            connection = session.connection()
            ahead[thing] = index.read(connection, thing.id, parts.texts(thing, connection))


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, _context) -> None:
    """Remember which items a flush touched."""
    for thing in (*session.new, *session.dirty):
        if isinstance(thing, Item):
            _noted(session).add(thing.id)
        elif isinstance(thing, Rendering | Comment):
            _noted(session).add(thing.item_id)
        elif isinstance(thing, Term):
            synonyms.forget()
            _note_bearing(session, thing)


def _note_bearing(session: Session, term: Term) -> None:
    """What bears a term is found by its words and its place: when many do, a job reads them."""
    attributes = inspect(term).attrs
    if attributes.parent_id.history.has_changes() or attributes.label.history.has_changes():
        bearing = parts.bearing(session.connection(), term.id)
        if len(bearing) <= MOST_AT_ONCE:
            _noted(session).update(bearing)
        else:
            index.wait_for(term.id)


@event.listens_for(Session, "before_commit")
def write_index(session: Session) -> None:
    """Write the rows of all that changed; runs inside the transaction that is about to commit."""
    if session.in_nested_transaction():
        return
    if session.new or session.dirty or session.deleted:
        session.flush()
    changed, words = session.info.pop(_CHANGED, ()), set()
    ahead = session.info.pop(_AHEAD, {})
    if changed:
        _claim(session, changed)
    for item_id in sorted(changed):
        item = session.get(Item, item_id)
        if item is not None:
            connection = session.connection()
            found, facets = parts.texts(item, connection), parts.facets(item, connection)
            index.write(connection, item_id, found, words, facets, ahead=ahead.get(item))
    if words:
        index.add_words(session.connection(), words)


def _claim(session: Session, changed: set[int]) -> None:
    """Let one transaction at a time read and write an item's row.

    Else one that had read the words of a file before they were erased could write them back.
    """
    if store(session.connection()).claim(session.connection(), sorted(changed)):
        for thing in list(session.identity_map.values()):
            if isinstance(thing, Item) and thing.__dict__.get("parent_id") in changed:
                session.expire(thing)  # what stands beside was perhaps read before the claim


@event.listens_for(Session, "after_soft_rollback")
def forget_changes(session: Session, previous) -> None:
    """What was rolled back must not be written; a savepoint's items are simply written again."""
    if previous.parent is None:
        session.info.pop(_CHANGED, None)
        session.info.pop(_AHEAD, None)
        synonyms.forget()


def _noted(session: Session) -> set[int]:
    return session.info.setdefault(_CHANGED, set())


def _is_long(item: Item) -> bool:
    """Whether a text of the item is long, or the one that it replaces; without reading any."""
    for thing in (item, *item.__dict__.get("renderings", {}).values()):
        for value in (*thing.__dict__.values(), *inspect(thing).committed_state.values()):
            if isinstance(value, str) and len(value) > LONG:
                return True
    return False

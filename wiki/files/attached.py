"""The words of files count for what they are attached to, when all its readers may read them.

Strict on purpose: words of a file that one reader of the page could not open would leak to them.
"""

from sqlalchemy import bindparam, event, inspect, select
from sqlalchemy.orm import Session, joinedload, undefer

from wiki.db import db
from wiki.files import transcripts
from wiki.files.models import File
from wiki.items.models import Item, PublicationRequest, Scope
from wiki.items.owners import CoOwner
from wiki.items.searchable import Part
from wiki.search import hook

MOST = 50  # files of one page
LONGEST = 100_000  # characters that files lend to one page; each is found whole by itself
_SEEN = ("text", "parent_id", "scope", "ceiling", "trashed_at", "author_id", "group_id", "title",
         "summary", "alt", "credit")  # fmt: skip


_table = Item.__table__
_ANY = select(_table.c.id).where(
    _table.c.parent_id == bindparam("parent"), _table.c.kind == "files"
).limit(1)  # fmt: skip


def parts_of(item: Item) -> list[Part]:
    """What the files attached to an item add to it: their captions, then their pages."""
    if isinstance(item, File) or item.is_trashed:
        return []
    # Most items have no file: that is soon known, and every save asks.
    if db.session.connection().scalar(_ANY, {"parent": item.id}) is None:
        return []
    query = (
        select(File)
        .where(File.parent_id == item.id, File.trashed_at.is_(None))
        .options(undefer(File.text), joinedload(File.blob))
        .order_by(File.id)
        .limit(MOST)
    )
    with db.session.no_autoflush:
        shared = [file for file in db.session.scalars(query) if is_shared(file, item)]
    captions = [_caption(file) for file in shared]
    return [*captions, *_within(LONGEST, shared)]


def is_shared(file: File, item: Item) -> bool:
    """Whether everyone who may read the item may read the file as well, as `visible` has it."""
    if file.group_id != item.group_id or file.is_trashed or file.ceiling == Scope.DRAFT:
        return False
    if _is_read_from_outside(item):
        return _reach(file) == Scope.PUBLIC
    if item.scope == Scope.DRAFT:
        return file.scope > Scope.DRAFT or file.author_id == item.author_id
    return _reach(file) >= _reach(item)


def _reach(item: Item) -> Scope:
    """How far an item is shown; those who appear in it limit that, never below its group."""
    if item.scope == Scope.DRAFT or item.ceiling is None:
        return item.scope
    return max(Scope.GROUP, min(item.scope, item.ceiling))


def _is_read_from_outside(item: Item) -> bool:
    """Whether some read it for a reason of its own, which opens no file to them.

    Site editors, while its group asks to show it; those of other groups who look after it.
    """
    asked = select(PublicationRequest.id).where(
        PublicationRequest.item_id == item.id, PublicationRequest.answered_at.is_(None)
    )
    shared = select(CoOwner.id).where(CoOwner.item_id == item.id)
    return db.session.scalar(asked.union_all(shared).limit(1)) is not None


def _caption(file: File) -> Part:
    words = ". ".join(filter(None, [file.title, file.summary, file.alt, file.credit]))
    return Part("caption", words, file.title, "", file.id)


def _within(room: int, files: list[File]) -> list[Part]:
    """Whole pages as long as there is room, shared fairly among the files."""
    kept = []
    for left, file in zip(range(len(files), 0, -1), files, strict=True):
        own = room // left
        for part in [*file.parts_inside(), *transcripts.parts(file)]:
            if len(part.text) > own:
                break
            own -= len(part.text)
            room -= len(part.text)
            kept.append(part)
    return kept


@event.listens_for(Session, "after_flush")
def _mark_parents(session: Session, _context) -> None:
    """What changes of a file is written again for what it is, or was, attached to."""
    for thing in (*session.new, *session.dirty, *session.deleted):
        if isinstance(thing, File):
            _mark(session, thing)
        elif isinstance(thing, PublicationRequest | CoOwner) and thing.item_id:
            hook.mark(thing.item_id)


def _mark(session: Session, file: File) -> None:
    state = inspect(file)
    changed = any(state.attrs[name].history.has_changes() for name in _SEEN)
    if file in session.dirty and not changed:
        return
    for parent_id in {file.parent_id, *state.attrs.parent_id.history.sum()}:
        if parent_id:
            hook.mark(parent_id)


hook.provide(parts_of)

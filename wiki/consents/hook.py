"""The session hook: a copy shows the same people as what it was made from, whoever copies.

New files with bytes that the group already has, copies of items and what is adapted from them take
over who appears, in the transaction that makes them; portraits follow the files they show, and
these follow who appears there (showing.py).
"""

from sqlalchemy import event, inspect, or_, select
from sqlalchemy.orm import Session

from wiki.consents import people, showing, twins
from wiki.consents.models import Appearance, Tombstone
from wiki.consents.reckoning import made_of, settle
from wiki.files.models import File, FileVersion
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Reference

_NEW = "consents_new"
_CHANGED = "consents_changed"  # what may show other files than before


@event.listens_for(Session, "after_flush")
def note_new(session: Session, _context) -> None:
    """Remember what a flush made, which may show somebody."""
    for thing in session.new:
        if isinstance(thing, Item):
            session.info.setdefault(_NEW, set()).add(thing.id)
        elif isinstance(thing, Adaptation):
            session.info.setdefault(_NEW, set()).add(thing.item_id)
        elif isinstance(thing, FileVersion):
            session.info.setdefault(_NEW, set()).add(thing.file_id)
        elif isinstance(thing, Reference) and thing.role != "alias":
            session.info.setdefault(_CHANGED, set()).add(thing.source_id)
    for thing in session.dirty:
        if isinstance(thing, Item) and thing.kind != "files":
            session.info.setdefault(_CHANGED, set()).add(thing.id)
        if isinstance(thing, Item) and thing.kind == "portraits":
            session.info.setdefault(_NEW, set()).add(thing.id)
        elif isinstance(thing, File) and inspect(thing).attrs.trashed_at.history.has_changes():
            # Out of the trash again, it counts again for the portraits that show it.
            showing = session.connection().scalars(made_of([thing.id])).all()
            session.info.setdefault(_NEW, set()).update(showing)


def follow_copies(session: Session) -> None:
    """Give what was made the people of what it was made from; runs before the other hooks."""
    if session.in_nested_transaction():
        return
    if session.new or session.dirty or session.deleted:
        session.flush()
    made = session.info.pop(_NEW, None) or set()
    for item in session.scalars(select(Item).where(Item.id.in_(made))).all() if made else ():
        sources = _sources(session, item)
        if (
            sources
            and _inherit(session, item, sources)
            or item.kind == "portraits"
            or _is_entombed(session, item)
        ):
            settle([item.id])
    _follow_files(session, made | session.info.pop(_CHANGED, set()))
    session.info.pop(_NEW, None)
    session.info.pop(_CHANGED, None)


def _follow_files(session: Session, item_ids: set[int]) -> None:
    """Mark on what was added to portraits, pages and maps who appears there."""
    if not item_ids:
        return
    among = (
        select(Appearance.item_id, Appearance.person_id)
        .join(Item, Item.id == Appearance.item_id)
        .where(Appearance.item_id.in_(item_ids), Item.kind != "files")
    )
    rows = session.execute(among).all()
    if not rows:
        return
    persons = sorted({row.person_id for row in rows})
    people.lock(persons, shared=True)
    brought = showing.bring({row.item_id for row in rows})
    # A file that is shown no more no longer follows what showed it.
    files = select(Appearance.item_id).join(Item, Item.id == Appearance.item_id)
    files = files.where(Appearance.person_id.in_(persons), Item.kind == "files")
    settle([*brought, *twins.mark(brought), *session.scalars(files)])


@event.listens_for(Session, "after_soft_rollback")
def forget(session: Session, previous) -> None:
    """What was rolled back was not made."""
    if previous.parent is None:
        session.info.pop(_NEW, None)
        session.info.pop(_CHANGED, None)


def _sources(session: Session, item: Item) -> set[int]:
    """The items that an item is a copy of."""
    found = {(item.extra or {}).get("copied_from")}
    found.add(session.scalar(select(Adaptation.source_id).where(Adaptation.item_id == item.id)))
    if isinstance(item, File):
        found |= set(session.scalars(_twins(item)))
    return {number for number in found if isinstance(number, int)} - {item.id}


def _twins(file: File):
    """The files of the group that have, or had, bytes that this one has."""
    own = _bytes_of(file.id)
    return (
        select(FileVersion.file_id)
        .join(Item, Item.id == FileVersion.file_id)
        .where(
            Item.group_id == file.group_id,
            FileVersion.file_id != file.id,
            or_(FileVersion.sha256.in_(own), FileVersion.original_sha256.in_(own)),
        )
    )


def _bytes_of(file_id: int):
    """The hashes of all that a file was given, as it was sent and as it is served."""
    served = select(FileVersion.sha256).where(FileVersion.file_id == file_id)
    sent = select(FileVersion.original_sha256).where(
        FileVersion.file_id == file_id, FileVersion.original_sha256.is_not(None)
    )
    return served.union(sent)


def _inherit(session: Session, item: Item, sources: set[int]) -> bool:
    """Copy who appears; whether anybody does."""
    wanted = select(Appearance).where(Appearance.item_id.in_(sources)).order_by(Appearance.id)
    found = session.scalars(wanted).all()
    if not found:
        return False
    # A withdrawal under way must see this copy, or this copy the withdrawal.
    people.lock(sorted({one.person_id for one in found}), shared=True)
    known = set(session.scalars(
        select(Appearance.person_id).where(Appearance.item_id == item.id)
    ))  # fmt: skip
    for one in found:
        if one.person_id not in known:
            known.add(one.person_id)
            session.add(
                Appearance(
                    person_id=one.person_id, item_id=item.id, media=one.media, role=one.role,
                    region=one.region, marked_by_id=one.marked_by_id,
                )
            )  # fmt: skip
    session.flush()
    return True


def _is_entombed(session: Session, item: Item) -> bool:
    """Whether bytes that somebody withdrew came back in the same group."""
    if not isinstance(item, File):
        return False
    own = _bytes_of(item.id)
    stone = select(Tombstone.id).where(
        Tombstone.group_id == item.group_id, Tombstone.sha256.in_(own),
        Tombstone.lifted_at.is_(None),
    )  # fmt: skip
    return session.scalar(stone.limit(1)) is not None


# First of all: what it changes, the index and the public records must still write.
event.listen(Session, "before_commit", follow_copies, insert=True)

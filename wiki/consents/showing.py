"""What is said of a portrait, a page or a map is said of the pictures and the sounds it shows.

Somebody marked there for their face, their voice or their words is marked on these files too, when
it is said and when a file is added later; and such a file goes no farther than what shows it may.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Select, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from wiki.consents.models import Appearance, ConsentEvent, Medium, Person
from wiki.db import db
from wiki.files import media
from wiki.files.models import Blob, File
from wiki.items.access import visible
from wiki.items.models import Item, Reference

BROUGHT = "shown"  # the role of who was marked on a file because of what shows it
# A collection gathers what others made: who is named in it is not in all that it names.
_GATHERS = ("files", "collections")
_CARRIES = {
    "image": Medium.IMAGE,
    "audio": Medium.VOICE | Medium.WORDS,
    "video": Medium.IMAGE | Medium.VOICE | Medium.WORDS,
}


def bring(item_ids: Iterable[int] | None = None) -> list[int]:
    """Mark on the files that these items show, or all items, who appears there; which files.

    Not who was taken off such a file by hand, nor who a version was made without. The caller
    locks these people, settles the files and commits.
    """
    made: dict[tuple[int, int], Appearance] = {}
    for row in db.session.execute(_lacking(item_ids)):
        wanted = row.media & _CARRIES.get(media.family_of(row.mime) or "", Medium(0))
        if not wanted or (row.known is not None and not wanted & ~row.known):
            continue
        one = made.get((row.person_id, row.file_id)) or _mark(row)
        one.media |= wanted
        made[row.person_id, row.file_id] = one
    db.session.flush()
    return sorted({file_id for _person, file_id in made})


def showers(file_ids: Iterable[int]) -> dict[tuple[int, int], set[int]]:
    """By person and file: what shows the file, and in which the person appears too."""
    pairs = _pairs()
    query = (
        select(Appearance.person_id, pairs.c.file_id, pairs.c.item_id)
        .join(pairs, pairs.c.item_id == Appearance.item_id)
        .join(Item, Item.id == Appearance.item_id)
        .where(pairs.c.file_id.in_(list(file_ids)), Item.kind.not_in(_GATHERS))
    )
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person_id, file_id, item_id in db.session.execute(query):
        found[person_id, file_id].add(item_id)
    return found


def files_shown_by(item_ids: Iterable[int]) -> list[int]:
    """The files that these items show."""
    pairs = _pairs()
    query = select(File.id).join(pairs, pairs.c.file_id == File.id)
    return list(db.session.scalars(query.where(pairs.c.item_id.in_(list(item_ids))).distinct()))


def also_on(person_id: int, item: Item) -> list[Appearance]:
    """Where else a person is marked because an item shows it."""
    query = select(Appearance).where(
        Appearance.person_id == person_id, Appearance.item_id.in_(files_shown_by([item.id]))
    )
    return list(db.session.scalars(query.order_by(Appearance.id)))


def files_of(item: Item, user) -> list[tuple[int, str]]:
    """The files that an item shows and that a person may see: numbers and titles."""
    query = select(Item.id, Item.title).where(Item.id.in_(files_shown_by([item.id])), visible(user))
    return [tuple(row) for row in db.session.execute(query.order_by(Item.id))]


def shown_in(item: Item, user) -> list[Item]:
    """What shows a file, of what a person may see; nothing for other things."""
    if item.kind != "files":
        return []
    pairs = _pairs()
    sources = select(pairs.c.item_id).where(pairs.c.file_id == item.id)
    query = select(Item).where(Item.id.in_(sources), Item.kind.not_in(_GATHERS), visible(user))
    return list(db.session.scalars(query.order_by(Item.id)))


def carried_by(item: Item) -> Medium:
    """What of somebody a file, or the files that an item shows, can carry."""
    ids = [item.id] if item.kind == "files" else files_shown_by([item.id])
    query = select(Blob.mime).join(File, File.sha256 == Blob.sha256).where(File.id.in_(ids))
    found = Medium(0)
    for mime in db.session.scalars(query):
        found |= _CARRIES.get(media.family_of(mime) or "", Medium(0))
    return found


def _mark(row) -> Appearance:
    one = db.session.scalar(
        select(Appearance).where(
            Appearance.person_id == row.person_id, Appearance.item_id == row.file_id
        )
    )  # fmt: skip
    if one is None:
        one = Appearance(
            person_id=row.person_id, item_id=row.file_id, media=Medium(0), role=BROUGHT,
            marked_by_id=row.marked_by_id,
        )  # fmt: skip
        line = ConsentEvent(
            group_id=row.known_to, person_id=row.person_id, verb="appears", channel="clock",
            item_id=row.file_id, data={"shown in": row.shower_id},
        )  # fmt: skip
        db.session.add_all([one, line])
    return one


def _lacking(item_ids: Iterable[int] | None) -> Select:
    """SQL: who appears in what shows a file of its own group, and what is known of them there."""
    pairs, shower, known = _pairs(), aliased(Item.__table__), aliased(Appearance)
    by_hand = select(ConsentEvent.id).where(
        ConsentEvent.person_id == Appearance.person_id, ConsentEvent.item_id == File.id,
        ConsentEvent.verb.in_(("left out", "version without")),
    )  # fmt: skip
    query = (
        select(
            Appearance.person_id, Appearance.media, Appearance.marked_by_id,
            File.id.label("file_id"), Blob.mime, known.media.label("known"),
            Person.group_id.label("known_to"), Appearance.item_id.label("shower_id"),
        )
        .join(Person, Person.id == Appearance.person_id)
        .join(shower, shower.c.id == Appearance.item_id)
        .join(pairs, pairs.c.item_id == Appearance.item_id)
        .join(File, File.id == pairs.c.file_id)
        .join(Blob, Blob.sha256 == File.sha256)
        .outerjoin(
            known, and_(known.person_id == Appearance.person_id, known.item_id == File.id)
        )
        .where(
            shower.c.kind.not_in(_GATHERS), File.group_id == shower.c.group_id,
            or_(known.id.is_(None), known.role == BROUGHT), ~by_hand.exists(),
        )
        .order_by(Appearance.id, File.id)
    )  # fmt: skip
    return query if item_ids is None else query.where(Appearance.item_id.in_(list(item_ids)))


def _pairs():
    """SQL: each item, and each thing that it shows in its blocks, its text or as its cover."""
    table = Item.__table__.alias()
    inside = select(
        Reference.source_id.label("item_id"), Reference.target_id.label("file_id")
    ).where(Reference.role.in_(("embed", "part")), Reference.target_id.is_not(None))
    cover = select(table.c.id, table.c.cover_id).where(table.c.cover_id.is_not(None))
    return union_all(inside, cover).subquery()

"""The same thing twice: files with the same bytes, and copies made of an item.

Who appears in one appears in the others, whether the copy came before or after somebody said so;
what they say of one of them is said of the same bytes everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from wiki.consents.models import Appearance, ConsentEvent
from wiki.db import db
from wiki.files.models import File, FileVersion
from wiki.items.lineage import Adaptation
from wiki.items.models import Item

MANY = 500  # copies of one thing that are followed


def mark(item_ids: Iterable[int]) -> list[int]:
    """Mark whoever appears in these items on their copies; which. The caller settles and commits.

    Not where they were taken off by hand.
    """
    copies = _copies_of(set(item_ids))
    everywhere = {*copies, *(n for those in copies.values() for n in those)} if copies else set()
    known = _appearances(everywhere)
    taken_off = set(map(tuple, db.session.execute(
        select(ConsentEvent.person_id, ConsentEvent.item_id).where(
            ConsentEvent.item_id.in_(everywhere),
            ConsentEvent.verb.in_(("left out", "version without")),
        )
    )))  # fmt: skip
    for (person_id, item_id), one in list(known.items()):
        for number in copies.get(item_id, set()):
            if (person_id, number) in known:
                known[person_id, number].media |= one.media
            elif (person_id, number) not in taken_off:
                again = Appearance(person_id=person_id, item_id=number, media=one.media,
                                   role=one.role, marked_by_id=one.marked_by_id)  # fmt: skip
                known[person_id, number] = again
                db.session.add(again)
    db.session.flush()
    return sorted(everywhere)


def of_bytes(file_ids: Iterable[int]) -> dict[tuple[int, int], set[int]]:
    """By person and file: the other files of the same bytes in which the person appears too."""
    mine, same = aliased(File.__table__), aliased(File.__table__)
    query = (
        select(Appearance.person_id, mine.c.id, Appearance.item_id)
        .join(same, same.c.id == Appearance.item_id)
        .join(mine, (mine.c.sha256 == same.c.sha256) & (mine.c.id != same.c.id))
        .where(mine.c.id.in_(list(file_ids)))
    )
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person_id, file_id, item_id in db.session.execute(query):
        found[person_id, file_id].add(item_id)
    return found


def originals(appearances: Iterable[Appearance]) -> dict[tuple[int, int], set[int]]:
    """By person and item: what it was copied or adapted from, and that from what, as far back."""
    rows = [(one.person_id, one.item_id) for one in appearances]
    made = {item_id for _person, item_id in rows}
    sources, following = defaultdict(set), made
    while following and len(sources) < MANY:
        found = [pair for pair in _sources_of(following) if pair[1] not in sources[pair[0]]]
        for item_id, source in found:
            sources[item_id].add(source)
        following = {source for _item, source in found} - sources.keys()
    found = {number: _all_before(number, sources) for number in made if sources[number]}
    return {(who, number): found[number] for who, number in rows if number in found}


def _all_before(number: int, sources: dict[int, set[int]]) -> set[int]:
    found, following = set(), {number}
    while following:
        following = {one for item in following for one in sources.get(item, ())} - found
        found |= following
    return found - {number}


def _sources_of(ids: set[int]) -> list[tuple[int, int]]:
    source = Item.extra["copied_from"].as_integer()
    copied = select(Item.id, source).where(Item.id.in_(ids), source.is_not(None))
    adapted = select(Adaptation.item_id, Adaptation.source_id).where(Adaptation.item_id.in_(ids))
    adapted = adapted.where(Adaptation.source_id.is_not(None))
    return [tuple(row) for query in (copied, adapted) for row in db.session.execute(query)]


def _appearances(ids: set[int]) -> dict[tuple[int, int], Appearance]:
    query = select(Appearance).where(Appearance.item_id.in_(ids)).order_by(Appearance.id)
    return {(one.person_id, one.item_id): one for one in db.session.scalars(query)} if ids else {}


def _copies_of(ids: set[int]) -> dict[int, set[int]]:
    """By item: what has its bytes in its group, what was copied from it, and so on; if anything."""
    found: dict[int, set[int]] = defaultdict(set)
    following, seen = set(ids), set(ids)
    roots = {number: {number} for number in ids}
    while following and len(seen) < MANY + len(ids):
        for source, made in [*_copied_from(following), *_twins(following)]:
            roots.setdefault(made, set()).update(roots[source])
        following = roots.keys() - seen
        seen |= following
    for made, those in roots.items():
        for root in those - {made}:
            found[root].add(made)
    return found


def _copied_from(ids: set[int]) -> list[tuple[int, int]]:
    source = Item.extra["copied_from"].as_integer()
    copied = select(source, Item.id).where(source.in_(ids))
    adapted = select(Adaptation.source_id, Adaptation.item_id).where(Adaptation.source_id.in_(ids))
    return [tuple(row) for query in (copied, adapted) for row in db.session.execute(query)]


def _twins(ids: set[int]) -> list[tuple[int, int]]:
    """The files of the same groups that have, or had, bytes that these have."""
    own, mine, other = aliased(FileVersion), aliased(Item.__table__), aliased(Item.__table__)
    query = (
        select(own.file_id, FileVersion.file_id)
        .join(
            own,
            or_(FileVersion.sha256 == own.sha256, FileVersion.original_sha256 == own.sha256,
                FileVersion.sha256 == own.original_sha256,
                FileVersion.original_sha256 == own.original_sha256),
        )
        .join(mine, mine.c.id == own.file_id)
        .join(other, other.c.id == FileVersion.file_id)
        .where(own.file_id.in_(ids), FileVersion.file_id != own.file_id,
               other.c.group_id == mine.c.group_id)
        .distinct()
    )  # fmt: skip
    return [tuple(row) for row in db.session.execute(query)]

"""Who redid what: where an adapted item comes from, and what became of it elsewhere.

Of the source only its number and the licence that binds the copy are kept: its title and its
authors are read when the credit is shown, under the reader's rights. So a source that was hidden,
deleted, or from which a name was erased says nothing any more through its copies; and what cannot
be read hides also what lies beyond it.
"""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from flask import g
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ForeignKey, Row, Select, String, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items import access, links
from wiki.items.access import visible
from wiki.items.models import Item, Rendering, Scope

FARTHEST, MANY = 20, 200


class Adaptation(db.Model):
    """An item made from another one: under which licence, and what was changed."""

    __tablename__ = "adaptation"
    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True
    )
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    licence: Mapped[str] = mapped_column(String(60), default="")
    changes: Mapped[str] = mapped_column(Text, default="")
    # What they say once it was done again, or not: asked three months later.
    redone: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    people: Mapped[int | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(Text, default="")
    # Whether the answers stand under the original for those who may not read what was made of it.
    shared: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Whether the original stands beside the sections that are still to be written.
    guided: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Node(NamedTuple):
    """One item of a lineage as a reader sees it, with those made from it."""

    item: Row
    children: list


_ROW = (
    Item.id, Item.kind, Item.title, Item.slug, Item.scope, Item.group_id,
    Group.title.label("group_title"), Group.colour, Group.pictogram,
    User.name.label("author_name"), Adaptation.changes, Adaptation.source_id,
    Adaptation.redone, Adaptation.place, Adaptation.people, Adaptation.outcome, Adaptation.told_at,
    Adaptation.created_at.label("adapted_at"),
)  # fmt: skip


def has_any(item_id: int) -> bool:
    """Whether an item was made from another, or another from it: spares the other questions."""
    query = select(Adaptation.item_id).where(
        (Adaptation.item_id == item_id) | (Adaptation.source_id == item_id)
    )
    return db.session.scalar(query.limit(1)) is not None


def origin(item_id: int, reader) -> tuple[Adaptation, Row | None] | None:
    """How an item was adapted, with its source when this reader may read it; None for others."""
    made = db.session.get(Adaptation, item_id)
    if made is None:
        return None
    source = (
        made.source_id
        and db.session.execute(_rows(reader).where(Item.id == made.source_id)).first()
    )
    return made, source or None


def reused_by(item_id: int, reader) -> list[Row]:
    """The items made from one, of those this reader may read, the latest first."""
    query = _rows(reader).where(Adaptation.source_id == item_id)
    return db.session.execute(query.order_by(Adaptation.created_at.desc()).limit(MANY)).all()


def told_elsewhere(item_id: int, reader) -> list[Adaptation]:
    """What is told of an item by those who let everyone know, and whose version stays hidden."""
    mine = select(Item.id).where(visible(reader))
    query = select(Adaptation).where(
        Adaptation.source_id == item_id, Adaptation.shared, Adaptation.told_at.is_not(None),
        Adaptation.redone.in_(("yes", "partly")), Adaptation.item_id.not_in(mine),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Adaptation.told_at.desc()).limit(MANY)))


def redone(ids: list[int], reader) -> dict[int, int]:
    """How often each of these items was redone, as far as this reader may read."""
    query = _redone(access.shape_of(reader))
    rows = db.session.connection().execute(query, {"ids": ids, **access.reader(reader)})
    return {row[0]: row[1] for row in rows}


@cache
def _redone(form: tuple) -> Select:
    """Made once for each form of reader: composing it would take as long as running it."""
    query = select(Adaptation.source_id, func.count())
    query = query.join(Item, Item.id == Adaptation.item_id)
    chosen = Adaptation.source_id.in_(bindparam("ids", expanding=True))
    return query.where(chosen, access.shape(form)).group_by(Adaptation.source_id)


def tree(item_id: int, reader) -> Node | None:
    """The whole lineage around an item that a reader may follow; None when it stands alone."""
    root = _eldest(item_id, reader)
    if root is None:
        return None
    top = Node(root, [])
    level, count = {root.id: top}, 1
    while level and count < MANY:
        query = _rows(reader).where(Adaptation.source_id.in_(level)).order_by(Item.id)
        found = db.session.execute(query.limit(MANY - count)).all()
        following = {row.id: Node(row, []) for row in found}
        for row in found:
            level[row.source_id].children.append(following[row.id])
        level, count = following, count + len(found)
    return top if top.children else None


def guide(item, field: str) -> Markup:
    """What the original says in one of its texts, for who adapts it and may read it."""
    known = g.setdefault("guides", {})
    if item.id not in known:
        made = origin(item.id, current_user)
        source = made[1] if made and made[0].guided else None
        query = select(Rendering).where(Rendering.item_id == (source.id if source else 0))
        kept = db.session.scalars(query) if source else ()
        known[item.id] = source, {rendering.field: rendering.html for rendering in kept}
    source, texts = known[item.id]
    if field not in texts:
        return Markup("")
    return links.show(texts[field], source, current_user, False)


def lacks_changes(item_id: int) -> bool:
    """Whether an item was made from another and does not say yet what was changed."""
    made = db.session.get(Adaptation, item_id) if item_id else None
    return made is not None and not made.changes.strip()


def is_narrower(item_id: int) -> bool:
    """Whether an item was made from one that is still there and not shown to everyone."""
    source = select(Item.id).join(Adaptation, Adaptation.source_id == Item.id)
    narrow = (Item.scope < Scope.PUBLIC, Item.trashed_at.is_(None))
    query = source.where(Adaptation.item_id == item_id, *narrow)
    return db.session.scalar(query) is not None


def erase(item_id: int, replace) -> int:
    """Apply `replace(text) -> (text, count)` to what was said of the changes; the count."""
    made = db.session.get(Adaptation, item_id)
    if made is None:
        return 0
    count = 0
    for name in ("changes", "place", "outcome"):
        text, found = replace(getattr(made, name))
        setattr(made, name, text)
        count += found
    return count


def _eldest(item_id: int, reader) -> Row | None:
    """The farthest ancestor that can be reached through items this reader may read."""
    row = db.session.execute(_rows(reader).where(Item.id == item_id)).first()
    for _ in range(FARTHEST):
        above = row and row.source_id
        found = above and db.session.execute(_rows(reader).where(Item.id == above)).first()
        if not found:
            return row
        row = found
    return row


def _rows(reader):
    return (
        select(*_ROW)
        .select_from(Item.__table__)
        .join(Group, Group.id == Item.group_id)
        .outerjoin(User, User.id == Item.author_id)
        .outerjoin(Adaptation, Adaptation.item_id == Item.id)
        .where(visible(reader))
    )

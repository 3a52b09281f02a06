"""A collection and its entries: items of any group, links to elsewhere, headings between them."""

from datetime import datetime, timedelta
from typing import ClassVar

from flask import g, has_request_context, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ForeignKey, String, Text, delete, func, select
from sqlalchemy.orm import (
    Mapped,
    joinedload,
    mapped_column,
    relationship,
    selectin_polymorphic,
    selectinload,
)

from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.models import Item, Reference, Scope, SearchText

MANY = 300
KEPT = timedelta(days=30)
DOOR = timedelta(days=14)


class Collection(Item):
    """An ordered choice of items across groups; each reader meets only what they may read."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(Text, default="")
    # The digest of the link by which others become owners too, while it is open.
    door: Mapped[str | None] = mapped_column(String(64), unique=True)
    door_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # Only what a copy brings with it: for reading, ask `readable` or `entries`.
    parts: Mapped[list["Entry"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    __mapper_args__: ClassVar = {"polymorphic_identity": "collections"}
    # Not the entries: a version is shown whole, and some of them may not be for its reader.
    versioned: ClassVar = ("title", "summary", "body")

    def texts(self) -> dict[str, str]:
        """The introduction."""
        return {"body": self.body or ""}

    def search_text(self) -> SearchText:
        """Its own words only: what is said of an entry is for those who may read the entry."""
        return SearchText.of_body(self)

    def references(self) -> list[int]:
        """The items chosen."""
        if self.id is None:
            return []
        return [entry.target_id for entry in self.entries() if entry.target_id]

    def publish_blockers(self, scope: Scope) -> list[str]:
        """A choice without a word or without a thing helps nobody."""
        if scope < Scope.NETWORK:
            return []
        reasons = []
        if not (self.summary or "").strip():
            reasons.append(_("Say in two lines whom this collection helps, and for what."))
        if self.id is None or not any(entry.is_content for entry in self.entries()):
            reasons.append(_("Put at least one thing in the collection."))
        return reasons

    def erase_parts(self, replace) -> int:
        """The words said about entries, the titles of headings and links, removed ones too."""
        count = 0
        query = select(Entry).where(Entry.collection_id == self.id)
        for entry in db.session.scalars(query):
            entry.title, in_title = replace(entry.title)
            entry.note, in_note = replace(entry.note)
            entry.address, in_address = replace(entry.address)
            count += in_title + in_note + in_address
        return count

    def copy_to(self, group: Group) -> "Collection":
        """The same choice elsewhere, of what the person copying may read."""
        copy = super().copy_to(group)
        for position, (entry, _item) in enumerate(readable(self, current_user), 1):
            copy.parts.append(
                Entry(
                    target_id=entry.target_id, position=position, title=entry.title,
                    address=entry.address, note=entry.note,
                )
            )  # fmt: skip
        return copy

    def entries(self) -> list["Entry"]:
        """All of them in order, whoever may read them: for counting and arranging only."""
        query = select(Entry).where(Entry.collection_id == self.id, Entry.removed_at.is_(None))
        return list(db.session.scalars(query.order_by(Entry.position, Entry.id)))

    def put(self, **fields) -> "Entry":
        """A new entry at the end. The caller commits."""
        last = select(func.max(Entry.position)).where(Entry.collection_id == self.id)
        position = (db.session.scalar(last) or 0) + 1
        entry = Entry(collection_id=self.id, position=position, **fields)
        db.session.add(entry)
        return entry


class Entry(db.Model):
    """One line of a collection: an item, a link to elsewhere, or a heading."""

    __tablename__ = "collection_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), index=True
    )
    target_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(1000), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def described(self) -> dict:
        """The entry as programs read it."""
        return {
            "kind": self.kind,
            "item": self.target_id,
            "title": self.title,
            "address": self.address,
            "note": self.note,
        }

    @property
    def is_content(self) -> bool:
        """Whether it is something to open, not a heading."""
        return bool(self.target_id or self.address)

    @property
    def kind(self) -> str:
        """What it is: item, link or heading."""
        return "item" if self.target_id else "link" if self.address else "heading"


def readable(collection: Collection, reader) -> list[tuple[Entry, Item | None]]:
    """The entries of a collection that this reader may see, each with its item.

    A heading under which nothing is left goes too: it would tell that something is hidden. The
    page and what programs read in its head ask for the same: while reading, it is loaded once.
    """
    if not (has_request_context() and request.method == "GET"):
        return _readable(collection, reader)
    known = g.setdefault("collections_read", {})
    whose = (collection.id, None if reader.is_anonymous else reader.id)
    if whose not in known:
        known[whose] = _readable(collection, reader)
    return known[whose]


def _readable(collection: Collection, reader) -> list[tuple[Entry, Item | None]]:
    rows = db.session.execute(
        select(Entry.id, Item.id)
        .join(Item, Item.id == Entry.target_id)
        .where(Entry.collection_id == collection.id, Entry.removed_at.is_(None), visible(reader))
    ).all()
    items = _items({target for _entry, target in rows})
    seen = {entry: items[target] for entry, target in rows if target in items}
    shown = [
        (entry, seen.get(entry.id))
        for entry in collection.entries()
        if entry.target_id is None or entry.id in seen
    ]
    return [
        (entry, item)
        for place, (entry, item) in enumerate(shown)
        if entry.is_content or _leads_to_something(shown[place + 1 :])
    ]


def counts(ids: list[int], reader) -> dict[int, int]:
    """How many things each of these collections holds for this reader."""
    mine = select(Item.id).where(visible(reader))
    rows = db.session.execute(
        select(Entry.collection_id, func.count())
        .where(
            Entry.collection_id.in_(ids),
            Entry.removed_at.is_(None),
            Entry.target_id.in_(mine) | ((Entry.target_id.is_(None)) & (Entry.address != "")),
        )
        .group_by(Entry.collection_id)
    )
    return dict(rows.all())


def purge_removed(collection: Collection) -> None:
    """Forget what was removed more than thirty days ago. The caller commits."""
    db.session.execute(
        delete(Entry).where(
            Entry.collection_id == collection.id, Entry.removed_at < utcnow() - KEPT
        )
    )


def refer(collection: Collection) -> None:
    """Say to the items chosen that the collection holds them. The caller commits."""
    db.session.flush()
    here = (Reference.source_id == collection.id, Reference.role == "part")
    db.session.execute(delete(Reference).where(*here))
    db.session.add_all(
        Reference(source_id=collection.id, target_id=target, slug=f"#{target}", role="part")
        for target in dict.fromkeys(collection.references())
    )


def _leads_to_something(following: list[tuple[Entry, Item | None]]) -> bool:
    for entry, _item in following:
        return entry.is_content
    return False


def _items(ids: set[int]) -> dict[int, Item]:
    """Items of any kind with what their cards show, without a query for each."""
    kinds = [mapper.class_ for mapper in Item.__mapper__.self_and_descendants]
    query = (
        select(Item)
        .where(Item.id.in_(ids))
        .options(
            selectin_polymorphic(Item, [kind for kind in kinds if kind is not Item]),
            joinedload(Item.group).load_only(
                Group.id, Group.title, Group.slug, Group.colour, Group.pictogram
            ),
            joinedload(Item.author),
            selectinload(Item.terms),
        )
    )
    return {item.id: item for item in db.session.scalars(query)}

"""The item, parent of every kind of content, and what is attached to every item alike."""

from datetime import datetime
from enum import IntEnum
from typing import ClassVar

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import OrderedEnum, UTCDateTime, db, utcnow
from wiki.groups.journal import Event
from wiki.groups.models import Group
from wiki.items.searchable import Part, SearchText

__all__ = [
    "Comment", "Event", "Item", "Part", "PublicationRequest", "Reference", "Rendering", "Revision",
    "Scope", "SearchText", "Term", "Watch", "item_term",
]  # fmt: skip


class Scope(IntEnum):
    """Who may read an item; also the stages of a report's life."""

    DRAFT = 0
    GROUP = 1
    NETWORK = 2
    PUBLIC = 3


item_term = Table(
    "item_term",
    db.metadata,
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Item(db.Model):
    """One thing a group owns. A kind is a subclass whose package bears the name of the kind."""

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_kind_updated_at", "kind", "updated_at"),
        Index("ix_item_group_id_kind", "group_id", "kind"),
        Index("ix_item_group_id_slug", "group_id", "slug"),
        Index("ix_item_origin", "group_id", "origin", "source", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(100), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    cover_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    scope: Mapped[Scope] = mapped_column(OrderedEnum(Scope), default=Scope.GROUP, index=True)
    ceiling: Mapped[Scope | None] = mapped_column(OrderedEnum(Scope))
    lang: Mapped[str] = mapped_column(String(5), default="fr")
    position: Mapped[int] = mapped_column(default=0)
    revision_count: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str | None] = mapped_column(String(400))
    extra: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    trashed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    group: Mapped[Group] = relationship()
    author: Mapped[User | None] = relationship()
    parent: Mapped["Item | None"] = relationship(
        remote_side="Item.id", foreign_keys=[parent_id], post_update=True
    )
    terms: Mapped[list["Term"]] = relationship(secondary=item_term, order_by="Term.position")
    renderings: Mapped[dict[str, "Rendering"]] = relationship(
        collection_class=attribute_keyed_dict("field"),
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    # Two saves from one base cannot both pass: the second finds the count changed and must merge.
    __mapper_args__: ClassVar = {
        "polymorphic_on": "kind",
        "version_id_col": revision_count,
        "version_id_generator": False,
    }

    # What a kind declares, and nothing else; `shared`: texts that people write at once (live.py).
    versioned: ClassVar[tuple[str, ...]] = ("title",)
    shared: ClassVar[tuple[str, ...]] = ()

    def texts(self) -> dict[str, str]:
        """The Markdown fields by name, rendered when the item is saved."""
        return {}

    def shared_text(self, field: str) -> str | None:
        """A text that people write together; None when there is no such field."""
        return (getattr(self, field) or "") if field in self.shared else None

    def put_shared_text(self, field: str, text: str) -> None:
        """Take the text that people wrote together."""
        setattr(self, field, text)

    def search_text(self) -> SearchText:
        """What a search may find in the item."""
        return SearchText(self.title, self.summary)

    def facets(self) -> dict[str, list[str]]:
        """What its own facts say in vocabularies that nobody fills in, as slugs."""
        return {}

    def references(self) -> list[int]:
        """Ids of the items it points to otherwise than by its texts."""
        return []

    def publish_blockers(self, scope: Scope) -> list[str]:
        """Why it may not be shown that widely yet, in words for its writers; empty when it may."""
        return []

    def copy_to(self, group: Group) -> "Item":
        """A new, unsaved item of the same kind and content in another group."""
        copy = type(self)(group_id=group.id, lang=self.lang, terms=list(self.terms))
        for field in self.versioned:
            setattr(copy, field, getattr(self, field))
        return copy

    def erase_parts(self, replace) -> int:
        """Apply `replace(text) -> (text, count)` to names kept beside the fields; the count."""
        return 0

    @property
    def url(self) -> str:
        """The canonical address; the number rules, the words decorate."""
        return f"/{self.kind}/{self.id}-{self.slug}" if self.slug else f"/{self.kind}/{self.id}"

    @property
    def is_trashed(self) -> bool:
        """Whether it waits in the trash."""
        return self.trashed_at is not None

    def snapshot(self) -> dict:
        """The versioned fields as a revision keeps them."""
        fields = {field: getattr(self, field) for field in self.versioned}
        return fields | {"terms": sorted(f"{t.vocabulary}:{t.slug}" for t in self.terms)}

    def plain(self, field: str = "body") -> str:
        """A Markdown field as words only, as rendered at the last save."""
        rendering = self.renderings.get(field)
        return rendering.plain if rendering else ""

    def terms_of(self, vocabulary: str) -> list["Term"]:
        """The terms given to the item in one vocabulary."""
        return [term for term in self.terms if term.vocabulary == vocabulary]


class Revision(db.Model):
    """One accepted save: every versioned field as it was, who saved, when and why."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str] = mapped_column(String(300), default="")
    data: Mapped[dict] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    item: Mapped[Item] = relationship()
    actor: Mapped[User | None] = relationship()


class Rendering(db.Model):
    """A Markdown field as HTML, made when saved; links and embeds are filled for each reader."""

    __tablename__ = "rendering"
    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    html: Mapped[str] = mapped_column(Text)
    toc: Mapped[list] = mapped_column(JSON, default=list)
    plain: Mapped[str] = mapped_column(Text, default="")
    headings: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int]


class Comment(db.Model):
    """A remark under an item; held back until someone of the group has read an unknown author."""

    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    reply_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id", ondelete="SET NULL"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    author_name: Mapped[str] = mapped_column(String(80), default="")
    author_email: Mapped[str] = mapped_column(String(254), default="")
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    held: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    item: Mapped[Item] = relationship()
    author: Mapped[User | None] = relationship()

    @property
    def signature(self) -> str:
        """The name shown beside the remark."""
        return self.author.name if self.author else self.author_name


class Term(db.Model):
    """One word of a vocabulary: public, territory, theme, tool, free tag…"""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("vocabulary", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    vocabulary: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(160))
    label_en: Mapped[str] = mapped_column(String(160), default="")
    synonyms: Mapped[list] = mapped_column(JSON, default=list)
    uri: Mapped[str] = mapped_column(String(300), default="")
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("term.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Watch(db.Model):
    """A person who wants to know when an item changes; also their list of favourites."""

    __tablename__ = "watch"
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Reference(db.Model):
    """A pointer from one item to another; without target while the title names nothing yet."""

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_slug", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    label: Mapped[str] = mapped_column(String(200), default="")
    slug: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[str] = mapped_column(String(10), default="link")

    source: Mapped[Item] = relationship(foreign_keys=[source_id])
    target: Mapped[Item | None] = relationship(foreign_keys=[target_id])


class PublicationRequest(db.Model):
    """Someone asks that an item be shown more widely than they may decide alone."""

    __tablename__ = "publication_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    scope: Mapped[Scope] = mapped_column(OrderedEnum(Scope))
    asked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    # A member asks: the group's facilitators decide first, and site editors see nothing yet.
    for_group: Mapped[bool] = mapped_column(default=False)

    item: Mapped[Item] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

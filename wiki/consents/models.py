"""People, where they appear, what they agreed to, what became of it."""

from datetime import date, datetime
from enum import IntFlag, StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import OrderedEnum, UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.models import Item, Scope

FORM_VERSION = "2026-11"


class Medium(IntFlag):
    """What of somebody a thing shows; several at once in an appearance, one in a grant."""

    IMAGE = 1
    VOICE = 2
    NAME = 4
    WORDS = 8
    STORY = 16
    PLACE = 32


ALL_MEDIA = Medium(63)


class Method(StrEnum):
    """How an agreement was given, which says what proves it."""

    SCREEN = "screen"  # signed with a finger
    PAPER = "paper"  # signed on paper, and scanned
    ORAL = "oral"  # spoken and recorded
    WITNESS = "witness"  # spoken before somebody who is named
    LINK = "link"  # by the person alone, on their private page


class Person(db.Model):
    """Somebody who is shown in what a group makes; known by their own group only."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    shown_name: Mapped[str] = mapped_column(String(80))
    real_name: Mapped[str] = mapped_column(String(120), default="")  # on the form, never indexed
    minor: Mapped[bool] = mapped_column(default=False)
    guardian: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    group: Mapped[Group] = relationship()


class Appearance(db.Model):
    """Somebody is in a thing, by their face, their voice, their name, their words…"""

    __tablename__ = "appearance"
    __table_args__ = (UniqueConstraint("person_id", "item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    media: Mapped[Medium] = mapped_column(OrderedEnum(Medium))
    role: Mapped[str] = mapped_column(String(20), default="")
    region: Mapped[list | None] = mapped_column(JSON)  # boxes around the face, in 0..1
    marked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    person: Mapped[Person] = relationship()
    item: Mapped[Item] = relationship()


class Consent(db.Model):
    """One agreement as it was given: who asked, how, in which words, and what proves it."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    collected_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    collected_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    method: Mapped[Method] = mapped_column(String(10))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    signature: Mapped[list | None] = mapped_column(JSON)  # strokes of a finger, in 0..1000
    witness: Mapped[str] = mapped_column(String(120), default="")
    guardian: Mapped[str] = mapped_column(String(120), default="")
    form_version: Mapped[str] = mapped_column(String(10), default=FORM_VERSION)
    language: Mapped[str] = mapped_column(String(40), default="")

    person: Mapped[Person] = relationship()
    collected_by: Mapped[User | None] = relationship()
    evidence: Mapped[Item | None] = relationship()


class Grant(db.Model):
    """One yes, or one no (DRAFT): this medium, that far, until then; `item_id` None: everything.

    A grant never changes: a new one takes its place, and says when the old one ended.
    """

    __tablename__ = "consent_grant"
    __table_args__ = (
        Index("ix_consent_grant_person_id", "person_id", "ended_at"),
        Index("ix_consent_grant_expires_on", "expires_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[int | None] = mapped_column(
        ForeignKey("consent.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), index=True
    )
    medium: Mapped[Medium] = mapped_column(OrderedEnum(Medium))
    audience: Mapped[Scope] = mapped_column(OrderedEnum(Scope))
    prints: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(String(300), default="")
    starts_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What was last done about its end: 90, 30 or 7 days before, then 0 once it is past.
    reminded: Mapped[int | None]

    consent: Mapped[Consent | None] = relationship()


class ConsentEvent(db.Model):
    """One line of the register: given, narrowed, renewed, expired, withdrawn… never rewritten."""

    __tablename__ = "consent_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(index=True)  # no key: the line outlives the person
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    verb: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20), default="")
    item_id: Mapped[int | None]
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    actor: Mapped[User | None] = relationship()


class Release(db.Model):
    """Something that left: printed, exported, handed out; what a withdrawal cannot bring back."""

    __tablename__ = "consent_release"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    recalled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    actor: Mapped[User | None] = relationship()


class ConsentLink(db.Model):
    """A private address for one person: to look, listen, agree, narrow or withdraw."""

    __tablename__ = "consent_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class Tombstone(db.Model):
    """What was withdrawn, by its numbers only: it must not come back with a backup or a copy."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_sha256", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int]
    item_id: Mapped[int] = mapped_column(index=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    purge_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    purged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@event.listens_for(ConsentEvent, "before_update")
@event.listens_for(ConsentEvent, "before_delete")
def _refuse_rewriting(_mapper, _connection, line: ConsentEvent) -> None:
    raise ValueError("the register is only ever added to")

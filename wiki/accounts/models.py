"""A person, the places where they are signed in, and their keys to the API."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ForeignKey, String, false, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import OrderedEnum, UTCDateTime, db, utcnow

COLOURS = ("brique", "ocre", "mousse", "sapin", "lagune", "bleuet", "mure", "ardoise")
PICTOGRAMS = (
    "arbre", "oiseau", "poisson", "fleur", "cle", "theiere",
    "soleil", "pain", "velo", "bateau", "lune", "maison",
)  # fmt: skip

IDLE_MINUTES = 15  # at a computer that others use
SHARED_HOURS = 10  # the longest day at such a computer

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")


class SiteRole(IntEnum):
    """What a person may do on the whole site, whatever their groups."""

    MEMBER = 1
    EDITOR = 2
    ADMIN = 3


class User(db.Model):
    """A person; e-mail is optional, for those who enter with a code."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[SiteRole] = mapped_column(OrderedEnum(SiteRole), default=SiteRole.MEMBER)
    professional: Mapped[bool] = mapped_column(default=False)
    lang: Mapped[str | None] = mapped_column(String(5))
    easy: Mapped[bool] = mapped_column(default=False, server_default=false())  # easy reading
    pictogram: Mapped[str] = mapped_column(String(20), default="soleil")
    colour: Mapped[str] = mapped_column(String(20), default="ardoise")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    deactivated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    is_authenticated = True
    is_anonymous = False
    device_token = ""
    device_shared = False  # whether others use the computer they are at

    def get_id(self) -> str:
        """What the cookie carries: the token of this device, not the number of the person."""
        return self.device_token

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.deactivated_at is None

    @property
    def is_participant(self) -> bool:
        """Whether the person entered with a code or a card, and has nothing but that."""
        return self.email is None

    @property
    def is_editor(self) -> bool:
        """Whether the person curates what is published on the site."""
        return self.role >= SiteRole.EDITOR

    @property
    def is_admin(self) -> bool:
        """Whether the person looks after the whole site."""
        return self.role >= SiteRole.ADMIN

    @classmethod
    def by_email(cls, email: str) -> "User | None":
        """The person with this address, however it is written."""
        return db.session.scalar(select(cls).where(cls.email == clean_email(email)))


class UserSession(db.Model):
    """One device on which a person is signed in; ending the row ends the access."""

    __tablename__ = "user_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship()

    @classmethod
    def open(cls, user: User, agent: str, days: int, shared: bool = False) -> str:
        """Sign a person in on a device; the token returned is known to that device alone.

        On a computer that others use it ends by itself: see `is_over`.
        """
        token = secrets.token_urlsafe(24)
        lasts = timedelta(hours=SHARED_HOURS) if shared else timedelta(days=days)
        db.session.add(
            cls(
                user_id=user.id,
                token_hash=hash_token(token),
                agent=agent[:200],
                expires_at=utcnow() + lasts,
                shared=shared,
            )
        )
        return token


def is_over(device, now: datetime) -> bool:
    """Whether a session, or a row with its columns, ended: its time, or nobody at a shared one."""
    idle = timedelta(minutes=IDLE_MINUTES)
    return device.expires_at < now or (device.shared and now - device.seen_at > idle)


class ApiToken(db.Model):
    """A key with which a program acts as a person; only its hash is kept."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()

    @classmethod
    def issue(cls, user: User, name: str) -> str:
        """Make a key; the text returned is shown once and cannot be found again."""
        token = "essaim_" + secrets.token_urlsafe(32)
        db.session.add(cls(user_id=user.id, name=name, token_hash=hash_token(token)))
        return token

    @classmethod
    def holder(cls, token: str) -> User | None:
        """The active person a key belongs to; notes the day of use."""
        row = db.session.scalar(select(cls).where(cls.token_hash == hash_token(token)))
        if row is None or not row.user.is_active:
            return None
        if row.used_at is None or utcnow() - row.used_at > timedelta(hours=1):
            db.session.execute(update(cls).where(cls.id == row.id).values(used_at=utcnow()))
            db.session.commit()
        return row.user


class SiteNote(db.Model):
    """A small fact about the installation: the first admin's code, the last backup."""

    __tablename__ = "site_note"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))


def hash_token(token: str) -> str:
    """What is stored of a secret that is random enough to need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_email(email: str) -> str:
    """An address as it is compared and stored: no spaces around, lower case."""
    return email.strip().lower()


def is_email(text: str) -> bool:
    """Whether a text has the shape of an address, and the length of one."""
    return len(text) < 255 and bool(_EMAIL.fullmatch(text))

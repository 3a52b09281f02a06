"""A group, its members with their roles, and the invitations that are open."""

import secrets
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from flask import g, has_app_context, has_request_context, request
from sqlalchemy import ForeignKey, Row, String, Text, bindparam, event, false, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User, hash_token
from wiki.db import OrderedEnum, Remembered, UTCDateTime, db, utcnow
from wiki.markup.text import slugify

PURPOSES = ("action", "training", "network")
INVITATION_DAYS = 14
TWICE = 20  # seconds in which founding the same group again is one gesture


class Role(IntEnum):
    """What a person may do in a group; each includes the ones below."""

    READER = 1
    MEMBER = 2
    FACILITATOR = 3


class Group(db.Model):
    """People who work together and own pages, files and reports."""

    __tablename__ = "group"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(20), default="action")
    colour: Mapped[str] = mapped_column(String(20), default="lagune")
    pictogram: Mapped[str] = mapped_column(String(20), default="arbre")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, onupdate=utcnow)
    trashed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Whether those who entered with a code see who is in the group.
    lists_members: Mapped[bool] = mapped_column(default=False, server_default=false())

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="group", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def url(self) -> str:
        """Where the group lives; the number rules, the words decorate."""
        return f"/groups/{self.id}-{self.slug}"

    @classmethod
    def found(cls, title: str, founder: User | None, **fields) -> "Group":
        """Create a group with its first facilitator; the caller commits."""
        group = cls(title=title, slug=slugify(title) or "groupe", **fields)
        db.session.add(group)
        db.session.flush()
        if founder:
            group.admit(founder, Role.FACILITATOR)
        return group

    @classmethod
    def founded_just_now(cls, title: str, founder: User) -> "Group | None":
        """The group made a moment ago by a button pressed twice."""
        return db.session.scalar(
            select(cls)
            .join(Membership, Membership.group_id == cls.id)
            .where(
                cls.title == title,
                cls.created_at > utcnow() - timedelta(seconds=TWICE),
                cls.trashed_at.is_(None),
                Membership.user_id == founder.id,
            )
            .limit(1)
        )

    def rename(self, title: str) -> None:
        """Change the title; old addresses keep working."""
        self.title, self.slug = title, slugify(title) or "groupe"

    def membership(self, user: User) -> "Membership | None":
        """How a person belongs to the group, if they do."""
        return db.session.get(Membership, (user.id, self.id))

    def admit(self, user: User, role: Role) -> "Membership":
        """Make a person a member, or raise their role; never lowers one."""
        membership = self.membership(user)
        if membership is None:
            membership = Membership(user_id=user.id, group_id=self.id, role=role)
            db.session.add(membership)
        membership.role = max(membership.role, role)
        return membership

    def people(self) -> list[Row]:
        """Members with their roles, facilitators first, then by name."""
        return db.session.execute(
            select(User.id, User.name, User.email, User.pictogram, User.colour,
                   User.professional, Membership.role)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.group_id == self.id)
            .order_by(Membership.role.desc(), User.name)
        ).all()  # fmt: skip

    def lists_everyone_to(self, user) -> bool:
        """Whether a person may know who is in the group, or only who facilitates it."""
        return self.lists_members or not user.is_participant

    def people_for(self, user) -> list[Row]:
        """Whom of the group a person sees in lists: who came in with a code, the facilitators."""
        everyone = self.people()
        if self.lists_everyone_to(user):
            return everyone
        return [one for one in everyone if one.role == Role.FACILITATOR or one.id == user.id]

    def has_other_facilitator(self, user: User) -> bool:
        """Whether someone else could look after the group if this person left."""
        others = (
            select(func.count(Membership.user_id))
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.group_id == self.id,
                Membership.role == Role.FACILITATOR,
                Membership.user_id != user.id,
                User.deactivated_at.is_(None),
            )
        )
        return bool(db.session.scalar(others))


class Membership(db.Model):
    """One person in one group, with the role they hold today."""

    __tablename__ = "membership"
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(OrderedEnum(Role), default=Role.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    visited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    group: Mapped[Group] = relationship(back_populates="memberships")


class Invitation(db.Model):
    """A link that lets one person join one group, once, for two weeks."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[Role] = mapped_column(OrderedEnum(Role), default=Role.MEMBER)
    professional: Mapped[bool] = mapped_column(default=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    group: Mapped[Group] = relationship()
    invited_by: Mapped[User | None] = relationship()

    @classmethod
    def write(
        cls, group: Group, email: str, role: Role, by: User, professional: bool = False
    ) -> str:
        """Invite an address; the token returned goes into the mailed link and nowhere else.

        Only a professional can vouch that someone is one.
        """
        token = secrets.token_urlsafe(24)
        db.session.add(
            cls(
                group_id=group.id,
                email=email,
                role=role,
                professional=professional and by.professional,
                token_hash=hash_token(token),
                invited_by_id=by.id,
                expires_at=utcnow() + timedelta(days=INVITATION_DAYS),
            )
        )
        return token

    @classmethod
    def open_for(cls, token: str) -> "Invitation | None":
        """The invitation behind a link, while it still counts."""
        return db.session.scalar(
            select(cls)
            .join(Group)
            .where(
                cls.token_hash == hash_token(token),
                cls.accepted_at.is_(None),
                cls.expires_at > utcnow(),
                Group.trashed_at.is_(None),
            )
        )


class Belonging(NamedTuple):
    """A group as one of its members meets it in lists and menus."""

    id: int
    title: str
    slug: str
    colour: str
    pictogram: str
    role: Role
    purpose: str = ""

    @property
    def url(self) -> str:
        """Where the group lives."""
        return f"/groups/{self.id}-{self.slug}"


# Asked by every request of a signed-in person: made once.
_GROUPS = (
    select(
        Group.id, Group.title, Group.slug, Group.colour, Group.pictogram, Membership.role,
        Group.purpose,
    )
    .join(Membership, Membership.group_id == Group.id)
    .where(Membership.user_id == bindparam("me"), Group.trashed_at.is_(None))
    .order_by(Group.title)
)  # fmt: skip


def groups_of(user) -> list[Belonging]:
    """The living groups a person belongs to, by title, with the role held; read once a request."""
    if user.is_anonymous:
        return []
    known = g.setdefault("groups_of", {}) if has_app_context() else {}
    if user.id not in known:
        only_reads = has_request_context() and request.method in ("GET", "HEAD")
        read = partial(_belongings, user.id)
        known[user.id] = _remembered.get(user.id, read) if only_reads else read()
    return known[user.id]


_remembered = Remembered()


def _belongings(user_id: int) -> list[Belonging]:
    return [Belonging(*row) for row in db.session.execute(_GROUPS, {"me": user_id})]


def role_in(user, group_id: int) -> Role | None:
    """The role a person holds in a group today, or None."""
    return next((group.role for group in groups_of(user) if group.id == group_id), None)


def deleted_groups(user) -> list[Group]:
    """The groups in the trash that a person may bring back, the latest first."""
    query = (
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(
            Membership.user_id == user.id,
            Membership.role == Role.FACILITATOR,
            Group.trashed_at.is_not(None),
        )
    )
    return list(db.session.scalars(query.order_by(Group.trashed_at.desc())))


@event.listens_for(db.session, "after_flush")
def _forget_groups(session, _context):
    """What a request knew of memberships is stale once one of them, or a group, has changed."""
    changed = (*session.new, *session.dirty, *session.deleted)
    if has_app_context() and any(isinstance(row, Group | Membership) for row in changed):
        g.pop("groups_of", None)

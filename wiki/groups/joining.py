"""Doors of a group: a code said aloud while someone holds the door open, and links with an end.

The token of a door is kept as it is, so that its square can be shown again; it lives for minutes
or days, counts its places, and can be withdrawn at once.
"""

import random
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from wiki.accounts import names, signing
from wiki.accounts.cards import BLANK_DAYS, AccessCard, read_code
from wiki.accounts.models import COLOURS, PICTOGRAMS, User, UserSession
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.journal import record
from wiki.groups.models import Group, Membership, Role
from wiki.groups.words import SPOKEN

OPEN_MINUTES = 30
LONGEST_HOURS = 4  # a door is held, not left open
MORE = 5  # places added at a time
_SPOKEN = re.compile(r"([A-Z]{3,9})(\d{3})")


class JoinCode(db.Model):
    """A way into one group for those who have no account: a door held open, or a link.

    `spoken` is there for a door only, while it is open.
    """

    __tablename__ = "join_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    spoken: Mapped[str | None] = mapped_column(String(12), unique=True)
    token: Mapped[str] = mapped_column(
        String(48), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    places: Mapped[int] = mapped_column()
    used: Mapped[int] = mapped_column(default=0)
    opened_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    group: Mapped[Group] = relationship()

    @property
    def said(self) -> str:
        """The code as it is said and written large: MIEL 482."""
        return f"{self.spoken[:-3]} {self.spoken[-3:]}" if self.spoken else ""

    @property
    def path(self) -> str:
        """Where its square leads."""
        return f"/j/{self.token}"

    @property
    def minutes(self) -> int:
        """How long it still lives, rounded up."""
        return max(0, -(-int((self.expires_at - utcnow()).total_seconds()) // 60))

    @property
    def is_alive(self) -> bool:
        """Whether it still lets anybody in."""
        return self.closed_at is None and self.expires_at > utcnow()

    def prolong(self) -> None:
        """Hold the door open half an hour more, up to four hours from now."""
        longest = utcnow() + timedelta(hours=LONGEST_HOURS)
        self.expires_at = min(self.expires_at + timedelta(minutes=OPEN_MINUTES), longest)

    def close(self) -> None:
        """Let nobody in any more, from this instant."""
        self.closed_at, self.spoken = utcnow(), None

    def take_a_place(self) -> bool:
        """Count one more person, unless it is full or over; people at the same instant too."""
        taken = db.session.execute(
            update(JoinCode)
            .where(JoinCode.id == self.id, JoinCode.used < JoinCode.places, *_alive())
            .values(used=JoinCode.used + 1)
            .execution_options(synchronize_session=False)
        ).rowcount
        return bool(taken)


def door_of(group: Group) -> JoinCode | None:
    """The door of a group, while it is held open."""
    return db.session.scalar(
        select(JoinCode)
        .where(JoinCode.group_id == group.id, JoinCode.spoken.is_not(None), *_alive())
        .order_by(JoinCode.id.desc())
        .limit(1)
    )


def expected(group: Group) -> int:
    """How many people cards were made for who did not come yet."""
    cards = select(func.count()).select_from(AccessCard)
    waiting = AccessCard.group_id == group.id, AccessCard.digits_hash.is_(None)
    return db.session.scalar(cards.where(*waiting))


def links_of(group: Group) -> list[JoinCode]:
    """The links of a group that still let people in, the latest first."""
    query = select(JoinCode).where(
        JoinCode.group_id == group.id, JoinCode.spoken.is_(None), *_alive()
    )
    return list(db.session.scalars(query.order_by(JoinCode.id.desc())))


def open_door(group: Group, by: User, places: int) -> JoinCode:
    """Open the door of a group; the one that is open stays; the caller commits."""
    if door := door_of(group):
        return door
    _free_old_codes()
    until = utcnow() + timedelta(minutes=OPEN_MINUTES)
    door = JoinCode(
        group_id=group.id, spoken=_new_spoken(), places=places, opened_by_id=by.id, expires_at=until
    )
    db.session.add(door)
    record("door opened", by, group.id, places=places)
    return door


def make_link(group: Group, by: User, places: int, days: int) -> JoinCode:
    """Make a link that lets people in for some days; the caller commits."""
    until = utcnow() + timedelta(days=days)
    link = JoinCode(group_id=group.id, places=places, opened_by_id=by.id, expires_at=until)
    db.session.add(link)
    record("link made", by, group.id, places=places, days=days)
    return link


def behind(typed: str) -> JoinCode | AccessCard | None:
    """The door or the card whose code a person typed, as they may have typed it."""
    plain = unicodedata.normalize("NFD", typed[:60]).upper()
    plain = "".join(c for c in plain if c.isascii() and c.isalnum())
    if _SPOKEN.fullmatch(plain) and (door := _alive_one(JoinCode.spoken == plain)):
        return door
    return card_coded(plain)


def word_of(typed: str) -> str:
    """The word of a code that was typed, by which wrong tries are counted."""
    plain = unicodedata.normalize("NFD", typed[:60]).upper()
    return "".join(c for c in plain if c.isascii() and c.isalpha())[:12] or "-"


def by_token(token: str) -> JoinCode | None:
    """The door or link behind a square, while it lets people in."""
    return _alive_one(JoinCode.token == token)


def by_id(code_id: int) -> JoinCode | None:
    """The door or link that somebody stands at, while it lets people in."""
    return _alive_one(JoinCode.id == code_id)


def card_coded(typed: str) -> AccessCard | None:
    """The card with that code, unless its group was deleted, or its account closed."""
    card = AccessCard.coded(read_code(typed))
    if card is None or (card.user and not card.user.is_active):
        return None
    return card if db.session.get(Group, card.group_id).trashed_at is None else None


def cards_of(group: Group) -> list[AccessCard]:
    """The cards of a group: people by name, then those nobody took yet."""
    query = (
        select(AccessCard)
        .outerjoin(User, User.id == AccessCard.user_id)
        .options(contains_eager(AccessCard.user))
        .where(AccessCard.group_id == group.id)
        .order_by(User.name.is_(None), func.lower(User.name), AccessCard.id)
    )
    return list(db.session.scalars(query))


def resting(group_ids: list[int]) -> list[AccessCard]:
    """The cards of some groups that five wrong tries put to rest."""
    if not group_ids:
        return []
    query = select(AccessCard).where(
        AccessCard.group_id.in_(group_ids),
        AccessCard.paused_at.is_not(None),
        AccessCard.user_id.is_not(None),
    )
    query = query.options(joinedload(AccessCard.user), joinedload(AccessCard.group))
    return list(db.session.scalars(query.order_by(AccessCard.paused_at)))


def tiles_of(group: Group) -> list[AccessCard]:
    """The cards of those who can come back by their name."""
    return [card for card in cards_of(group) if card.user_id and card.user.is_active]


def welcome(group: Group, name: str, pictogram: str, card: AccessCard | None = None) -> AccessCard:
    """Make a person of the group, who comes in now or will; the caller commits.

    Raises IntegrityError when another person took the name, or the card, at the same instant.
    """
    user = User(name=name, pictogram=pictogram, colour=_rarest_colour(group))
    db.session.add(user)
    db.session.flush()
    group.admit(user, Role.MEMBER)
    if card is None:
        card = AccessCard(group_id=group.id)
        db.session.add(card)
    card.user_id, card.user, card.name_key = user.id, user, names.key(name)
    card.expires_at = None
    db.session.flush()
    return card


def take(card: AccessCard) -> bool:
    """Keep a card without a name for whoever asked first; True for that one only."""
    got = db.session.execute(
        update(AccessCard)
        .where(AccessCard.id == card.id, AccessCard.user_id.is_(None), AccessCard.used_at.is_(None))
        .values(used_at=utcnow())
        .execution_options(synchronize_session=False)
    ).rowcount
    return bool(got)


def make_cards(group: Group, firstnames: list[str], blank: int, by: User) -> list[AccessCard]:
    """Prepare cards: for people whose first names are known, and without a name."""
    made = []
    for name in firstnames:
        made.append(welcome(group, name, spare_pictogram(group)))
    for _ in range(blank):
        until = utcnow() + timedelta(days=BLANK_DAYS)
        card = AccessCard(group_id=group.id, expires_at=until)
        db.session.add(card)
        made.append(card)
    record("cards made", by, group.id, count=len(made))
    return made


def spare_pictogram(group: Group) -> str:
    """A drawing that as few people of the group as possible have."""
    return _rarest(group, User.pictogram, PICTOGRAMS)


def let_go(user: User, group_id: int) -> None:
    """Whoever had only a card of the group has no account without it; the caller commits."""
    card = AccessCard.of(user)
    if card is None or card.group_id != group_id:
        return
    db.session.delete(card)
    signing.end_sessions(user)
    if user.is_participant:
        user.deactivated_at = utcnow()


def devices_of(cards: list[AccessCard]) -> dict[int, int]:
    """On how many devices each person is signed in, by their number."""
    ids = [card.user_id for card in cards if card.user_id]
    rows = db.session.execute(
        select(UserSession.user_id, func.count(UserSession.id))
        .where(UserSession.user_id.in_(ids), UserSession.expires_at > utcnow())
        .group_by(UserSession.user_id)
    )
    return dict(rows.all())


def _alive() -> tuple:
    return JoinCode.closed_at.is_(None), JoinCode.expires_at > utcnow()


def _alive_one(condition) -> JoinCode | None:
    return db.session.scalar(
        select(JoinCode).join(Group).where(condition, Group.trashed_at.is_(None), *_alive())
    )


def _free_old_codes() -> None:
    """A code that is over can be said again some day, by another group."""
    db.session.execute(
        update(JoinCode)
        .where(JoinCode.spoken.is_not(None), JoinCode.expires_at <= utcnow())
        .values(spoken=None, closed_at=JoinCode.expires_at)
        .execution_options(synchronize_session=False)
    )


def _new_spoken() -> str:
    taken = set(db.session.scalars(select(JoinCode.spoken).where(JoinCode.spoken.is_not(None))))
    words = {code[:-3] for code in taken}
    free = [word for word in SPOKEN if word not in words] or SPOKEN
    while True:
        spoken = f"{secrets.choice(free)}{secrets.randbelow(1000):03d}"
        if spoken not in taken:
            return spoken


def _rarest_colour(group: Group) -> str:
    return _rarest(group, User.colour, COLOURS)


def _rarest(group: Group, column, values: tuple[str, ...]) -> str:
    rows = db.session.scalars(
        select(column)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == group.id)
    ).all()
    least = min(rows.count(value) for value in values)
    return random.choice([value for value in values if rows.count(value) == least])

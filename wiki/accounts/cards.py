"""Access cards: what brings back a person without e-mail, by a printed code and a few digits.

The digits alone open nothing: one first shows the card, or stands at a door that is held open,
and five wrong tries put the card to rest until a facilitator wakes it.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts import signing
from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another
CODE = 10  # signs: 50 bits
SHORTEST, LONGEST = 4, 6  # digits
TRIES = 5
BLANK_DAYS = 90  # a card that nobody took
_READ_AS = str.maketrans("OIL", "011")
_WORN = {"1234", "12345", "123456", "4321", "54321", "654321", "2580", "1212", "1004"}


class AccessCard(db.Model):
    """The card of one participant in one group; a blank one waits for whoever gets it.

    Its code is kept as it is, so that the card can be printed again: it never opens alone what
    has digits, and an action of a facilitator replaces it.
    """

    __tablename__ = "access_card"
    __table_args__ = (UniqueConstraint("group_id", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), unique=True
    )
    name_key: Mapped[str | None] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(
        String(12),
        unique=True,
        default=lambda: new_code(),  # noqa: PLW0108 made below
    )
    digits_hash: Mapped[str | None] = mapped_column(String(200))
    length: Mapped[int] = mapped_column(SmallInteger, default=SHORTEST)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User | None] = relationship()
    group: Mapped["Group"] = relationship()  # noqa: F821 a level below

    @property
    def printed(self) -> str:
        """The code as it is read from paper: two halves."""
        return f"{self.code[:5]} {self.code[5:]}"

    @classmethod
    def coded(cls, code: str) -> "AccessCard | None":
        """The card with this code, as long as it can be used."""
        alive = or_(cls.expires_at.is_(None), cls.expires_at > utcnow())
        return db.session.scalar(select(cls).where(cls.code == code, alive))

    @classmethod
    def of(cls, user) -> "AccessCard | None":
        """The card of a person, if they enter with one."""
        return db.session.scalar(select(cls).where(cls.user_id == user.id))

    def set_digits(self, digits: "Hashed") -> None:
        """Give the card its digits, and wake it; the caller commits."""
        self.digits_hash, self.length = digits
        self.tries, self.paused_at = 0, None

    def choose_digits(self, digits: "Hashed") -> bool:
        """Give a card its first digits, unless somebody did so at the same instant."""
        chosen = db.session.execute(
            update(AccessCard)
            .where(AccessCard.id == self.id, AccessCard.digits_hash.is_(None))
            .values(digits_hash=digits.hash, length=digits.length, used_at=utcnow())
            .execution_options(synchronize_session=False)
        ).rowcount
        return bool(chosen)

    def renew(self) -> None:
        """Replace a lost card: the code on the old one opens nothing any more."""
        self.code = new_code()
        if self.user_id is None:
            self.expires_at = utcnow() + timedelta(days=BLANK_DAYS)

    def opens_with(self, digits: str) -> bool:
        """Whether these are its digits; commits each try before it looks.

        A try is taken first and given back when it was right: those made at the same instant
        count each, so that nobody gets a sixth.
        """
        if not self._take_a_try():
            return False
        if not signing.is_secret(self.digits_hash, digits):
            self._rest_when_tried_out()
            return False
        self.tries, self.used_at = 0, utcnow()
        return True

    def _take_a_try(self) -> bool:
        db.session.flush()
        taken = db.session.execute(
            update(AccessCard)
            .where(
                AccessCard.id == self.id,
                AccessCard.tries < TRIES,
                AccessCard.paused_at.is_(None),
                AccessCard.digits_hash.is_not(None),
            )
            .values(tries=AccessCard.tries + 1)
            .execution_options(synchronize_session=False)
        ).rowcount
        db.session.commit()
        db.session.refresh(self)
        return bool(taken)

    def _rest_when_tried_out(self) -> None:
        db.session.refresh(self)
        if self.tries >= TRIES and self.paused_at is None:
            self.paused_at = utcnow()


class Hashed(NamedTuple):
    """Digits as they are stored."""

    hash: str
    length: int

    @classmethod
    def of(cls, digits: str) -> "Hashed":
        """Slow on purpose: made before anything is written, so that no lock is held meanwhile."""
        return cls(signing.hash_digits(digits), len(digits))


def new_code() -> str:
    """A code that nobody guesses, of signs that nobody takes for others."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE))


def read_code(typed: str) -> str:
    """A code as it was meant: capitals, no spaces, the letters that look like digits as digits."""
    return "".join(c for c in typed.upper().translate(_READ_AS) if c in SIGNS)


def new_digits() -> str:
    """Four digits that are not the first ones anybody would try."""
    while True:
        digits = f"{secrets.randbelow(10**SHORTEST):0{SHORTEST}d}"
        if not are_worn(digits):
            return digits


def are_worn(digits: str) -> bool:
    """Whether digits are among those tried first: all the same, counting up or down."""
    return len(set(digits)) == 1 or digits in _WORN


def are_digits(typed: str) -> bool:
    """Whether a text is four to six digits and nothing else."""
    return SHORTEST <= len(typed) <= LONGEST and typed.isascii() and typed.isdigit()

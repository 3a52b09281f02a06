"""What someone types in a long form and has not recorded yet, kept on the server as they type.

A draft is private to the person who types: it follows them to another device, and goes when the
item is recorded. Nothing in it is shown, searched or put in the history. A kind with such a form
has a table of its own with the columns of `FormDraft`; `KEY` names the one of the item.
"""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import JSON, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from wiki.db import UTCDateTime, db, utcnow

KEPT = timedelta(days=365)
LONGEST = 600_000
MOST_FIELDS = 2_000
# What says where a form comes from, or what was pressed, is no text.
NOT_KEPT = {"stamp", "move", "add", "keep", "stay", "live", "settles"}


class FormDraft:
    """The fields of the form as one person left them; `stamp` tells one sending from the next."""

    KEY: ClassVar[str]
    fields: Mapped[dict] = mapped_column(JSON)
    stamp: Mapped[str] = mapped_column(String(16))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    def sent(self) -> MultiDict:
        """The fields as a form would send them."""
        return MultiDict([(name, one) for name, many in self.fields.items() for one in many])


class WrittenElsewhere(Exception):
    """The same person went on typing on another screen since this one was opened."""


def find(kind, item, user):
    """What a person has typed in an item and not recorded."""
    return db.session.get(kind, (item.id, user.id))


def keep(kind, item, user, sent: MultiDict, stamp: str | None = None):
    """Keep a whole form; `stamp` is that of the last sending this screen knows. Commits.

    Raises WrittenElsewhere when another screen of the same person has sent more since, and
    ValueError when it is longer than a form can be.
    """
    fields = {
        name: [one.replace("\x00", "") for one in many]
        for name, many in list(sent.lists())[:MOST_FIELDS]
        if name not in NOT_KEPT
    }
    if sum(len(one) for many in fields.values() for one in many) > LONGEST:
        raise ValueError("too long")
    draft = find(kind, item, user)
    if draft and stamp is not None and draft.stamp != stamp and not _is_of(draft, sent):
        raise WrittenElsewhere
    draft = draft or kind(**{kind.KEY: item.id}, user_id=user.id)
    draft.fields, draft.stamp, draft.updated_at = fields, secrets.token_hex(8), utcnow()
    db.session.add(draft)
    try:
        db.session.commit()
    except (IntegrityError, StaleDataError) as error:
        db.session.rollback()
        raise WrittenElsewhere from error
    return draft


def _is_of(draft, sent: MultiDict) -> bool:
    """Whether a form comes from the screen that sent the draft, and the answer was lost."""
    screen = sent.get("screen")
    return bool(screen) and draft.fields.get("screen") == [screen]


def drop_recorded(kind, item, user, sent: MultiDict) -> None:
    """Forget what a person typed now that a form is recorded, unless another screen has more.

    What that one sent, on a telephone perhaps, is in no text yet. The caller commits.
    """
    draft, screen = find(kind, item, user), sent.get("screen")
    if draft is None:
        return
    if screen in (None, *draft.fields.get("screen", ())) or draft.stamp == sent.get("stamp"):
        drop(kind, item, user)


def drop(kind, item, user) -> None:
    """Forget what a person typed. The caller commits."""
    mine = (getattr(kind, kind.KEY) == item.id, kind.user_id == user.id)
    db.session.execute(delete(kind).where(*mine))


def erase(kind, item, replace) -> int:
    """Apply `replace(text) -> (text, count)` to everybody's drafts of an item; the count."""
    count = 0
    for draft in db.session.scalars(select(kind).where(getattr(kind, kind.KEY) == item.id)):
        made = {name: [replace(one) for one in many] for name, many in draft.fields.items()}
        count += sum(found for many in made.values() for _text, found in many)
        draft.fields = {name: [text for text, _n in many] for name, many in made.items()}
    return count


def forget_old(kind) -> None:
    """Forget what nobody came back to for a year. Commits."""
    db.session.execute(delete(kind).where(kind.updated_at < utcnow() - KEPT))
    db.session.commit()


def moved(order: list[str], shown: list[str], key: str, step: int) -> list[str]:
    """The whole order once a part went up (-1) or down (1) among those shown."""
    mine = [one for one in order if one in shown]
    if key not in mine:
        return order
    at = mine.index(key)
    to = min(max(at + step, 0), len(mine) - 1)
    mine.insert(to, mine.pop(at))
    following = iter(mine)
    return [next(following) if one in shown else one for one in order]


def bare(text: str | None) -> str:
    """A text without what a form changes of it."""
    return (text or "").replace("\r\n", "\n").rstrip()

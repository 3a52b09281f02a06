"""Who wrote what in a revision that several people wrote at the same time."""

from sqlalchemy import JSON, ForeignKey, String, Subquery, select, union
from sqlalchemy.orm import Mapped, mapped_column

from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Revision

# A text as stretches: how much of it, and the id of who wrote it; NOBODY for what stood before.
Run = list[int]
NOBODY = 0


class Signature(db.Model):
    """One of those who wrote a revision together, and how many characters are theirs."""

    __tablename__ = "signature"
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    characters: Mapped[int] = mapped_column(default=0)


class Stretches(db.Model):
    """Which part of a text each of several people wrote, in one revision."""

    __tablename__ = "stretches"
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(80), primary_key=True)
    runs: Mapped[list] = mapped_column(JSON)


def in_characters(runs: list[Run], text: str) -> list[Run]:
    """Stretches counted in bytes, counted in characters of the text they cover."""
    raw, at, made = text.encode(), 0, []
    for size, writer in runs:
        _add(made, len(raw[at : at + size].decode(errors="ignore")), writer)
        at += size
    return made


def signatures(revision_ids: list[int]) -> dict[int, list[User]]:
    """Who signed each of these revisions, those who wrote most first."""
    rows = db.session.execute(
        select(Signature.revision_id, User)
        .join(User, User.id == Signature.user_id)
        .where(Signature.revision_id.in_(revision_ids))
        .order_by(Signature.characters.desc(), User.id)
    )
    found: dict[int, list[User]] = {}
    for revision_id, user in rows:
        found.setdefault(revision_id, []).append(user)
    return found


def signers(revisions: list[Revision]) -> dict[int, list[User]]:
    """Who signs each of these revisions, by its id: those who wrote it together, and who saved it.

    Nobody, when the only one who did is not known any more.
    """
    found = signatures([past.id for past in revisions])
    for past in revisions:
        people = found.setdefault(past.id, [])
        if past.actor is not None and past.actor not in people:
            people.append(past.actor)
    return found


def hands(*conditions, by: int | None = None) -> Subquery:
    """SQL: (revision_id, item_id, user_id), once for each person who had a hand in a revision.

    `conditions` bear on `Revision`; `by` is the id of the only person asked about.
    """
    saved = select(
        Revision.id.label("revision_id"), Revision.item_id, Revision.actor_id.label("user_id")
    ).where(Revision.actor_id == by if by else Revision.actor_id.is_not(None), *conditions)
    signed = (
        select(Revision.id, Revision.item_id, Signature.user_id)
        .join(Signature, Signature.revision_id == Revision.id)
        .where(*conditions)
    )
    return union(saved, signed.where(Signature.user_id == by) if by else signed).subquery("hands")


def also_signed(pairs: set[tuple[int, int]]) -> dict[tuple[int, int], list[User]]:
    """By (item, number), those who wrote a revision together; only where several did."""
    if not pairs:
        return {}
    rows = db.session.execute(
        select(Revision.item_id, Revision.number, Revision.id)
        .join(Signature, Signature.revision_id == Revision.id)
        .where(
            Revision.item_id.in_({item_id for item_id, _number in pairs}),
            Revision.number.in_({number for _item_id, number in pairs}),
        )
        .distinct()
    )
    places = {row.id: (row.item_id, row.number) for row in rows}
    return {
        places[revision_id]: people
        for revision_id, people in signatures(list(places)).items()
        if places[revision_id] in pairs
    }


def _add(made: list[Run], size: int, writer: int) -> None:
    if not size:
        return
    if made and made[-1][1] == writer:
        made[-1][0] += size
    else:
        made.append([size, writer])

"""Who is who from one site to another: names that things and people keep when they travel.

A number is of one place. What leaves in an archive is given a name that stays, so that it is known
again when it comes back: changed, unchanged, or no longer there.
"""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wiki.archive import tables
from wiki.archive.models import Unsettled
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.models import Item


class Identity(db.Model):
    """The name of a thing of a group, the same on every site; outlives the thing.

    `met_at`: the moment, on the clock of where it came from, up to which both sides were the same.
    """

    __tablename__ = "archive_identity"
    __table_args__ = (UniqueConstraint("group_id", "uid"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int | None]  # of the thing, once it is no more
    uid: Mapped[str] = mapped_column(String(36))
    met_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # It waits there to be read again: nobody takes its text for the outcome of both sides.
    open: Mapped[bool] = mapped_column(default=False)


class KnownAs(db.Model):
    """A name by which archives know somebody who has an account here, or is only named."""

    __tablename__ = "archive_person"
    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)


def mint(group: Group) -> None:
    """Name all that a group owns and that has no name yet; say what is gone. Commits."""
    named = select(Identity.item_id).where(
        Identity.group_id == group.id, Identity.item_id.is_not(None)
    )
    new = select(Item.id).where(Item.group_id == group.id, Item.id.not_in(named))
    name(group.id, db.session.scalars(new).all())
    waiting = set(
        db.session.scalars(
            select(Unsettled.item_id).where(
                Unsettled.group_id == group.id, Unsettled.settled_at.is_(None)
            )
        )
    )
    known = select(Identity, Item.trashed_at).outerjoin(Item, Item.id == Identity.item_id)
    for one, trashed_at in db.session.execute(known.where(Identity.group_id == group.id)).all():
        one.gone_at = trashed_at if one.item_id else one.gone_at or utcnow()
        one.open = one.item_id in waiting
    db.session.commit()


def name(group_id: int, ids: list[int]) -> None:
    """Give things of a group a name. The caller commits."""
    db.session.add_all(
        Identity(group_id=group_id, item_id=number, number=number, uid=str(uuid.uuid4()))
        for number in ids
    )
    db.session.flush()


def sign(people: list[dict]) -> None:
    """Give the people an archive tells of the names by which they are known again. Commits."""
    ids = [one["id"] for one in people]
    known: dict[int, list[str]] = {}
    for start in range(0, len(ids), 400):
        some = select(KnownAs).where(KnownAs.user_id.in_(ids[start : start + 400]))
        for one in db.session.scalars(some.order_by(KnownAs.uid)):
            known.setdefault(one.user_id, []).append(one.uid)
    for one in people:
        if one["id"] not in known:
            made = KnownAs(uid=str(uuid.uuid4()), user_id=one["id"])
            db.session.add(made)
            known[one["id"]] = [made.uid]
        one["uids"] = known[one["id"]]
    db.session.commit()


def known_people(uids: set[str]) -> dict[str, int]:
    """Of these names, those of people of this site: their numbers."""
    found: dict[str, int] = {}
    some = sorted(uids)
    for start in range(0, len(some), 400):
        query = select(KnownAs.uid, KnownAs.user_id)
        query = query.where(KnownAs.uid.in_(some[start : start + 400]))
        found |= dict(tuple(row) for row in db.session.execute(query))
    return found


def met(group_id: int, moment: datetime) -> None:
    """From now on both sides are the same up to this moment. The caller commits."""
    db.session.execute(
        update(Identity).where(Identity.group_id == group_id).values(met_at=moment)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _left(row: dict, _kept: set[int]) -> dict | None:
    """Of what stays, an archive tells only that it was put in the trash, or is no more."""
    return {**row, "item_id": None, "number": None} if row["gone_at"] else None


tables.leaving("archive_identity", _left)

"""Versions and adaptations made by a job: a large kit takes longer than anybody waits for a page.

What a process left half done when it died is undone by whoever takes it up, then done again.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.archive import settling, unpacking
from wiki.archive.opening import Damaged
from wiki.db import UTCDateTime, db, utcnow
from wiki.files import uploads
from wiki.groups.models import Group
from wiki.items.access import can, visible
from wiki.items.models import Item
from wiki.jobs import job, periodic
from wiki.kits import dates, making, using, withdrawing
from wiki.kits.models import Kit
from wiki.storage import StorageFull

log = logging.getLogger(__name__)
# It speaks twice a second: silent for so long, its process died.
LOST, FORGOTTEN = timedelta(minutes=3), timedelta(days=2)
EVERY = 0.5  # seconds between two words about how far it is
TRIES = 3  # after which what kills the process is asked no more


class Lost(Exception):
    """Somebody else took this work up meanwhile."""


class KitWork(db.Model):
    """One version (`sort` version) or one group (adapt) to make of a kit, for one person.

    `state`: waiting, working, ready, failed. `made_id` is the group, hidden until it is finished.
    """

    __tablename__ = "kit_work"
    id: Mapped[int] = mapped_column(primary_key=True)
    sort: Mapped[str] = mapped_column(String(10))
    kit_id: Mapped[int] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    made_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="SET NULL"), index=True
    )
    # What was typed and chosen, kept whatever becomes of it: ids, note, number, title, where next.
    asked: Mapped[dict] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    kit: Mapped[Kit] = relationship()
    actor: Mapped[User] = relationship()
    made: Mapped[Group | None] = relationship()

    @property
    def url(self) -> str:
        """Its page."""
        return f"/kits/work/{self.id}"

    @property
    def is_running(self) -> bool:
        """Whether somebody should come back to it."""
        return self.state in ("waiting", "working")

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def ask(sort: str, kit: Kit, actor: User, **asked) -> KitWork:
    """Have something made; the same asked twice at once is one. Commits."""
    twin = db.session.scalar(
        select(KitWork).where(
            KitWork.sort == sort, KitWork.kit_id == kit.id, KitWork.actor_id == actor.id,
            KitWork.created_at > utcnow() - timedelta(seconds=20), KitWork.state != "failed",
        ).order_by(KitWork.id.desc()).limit(1)
    )  # fmt: skip
    if twin is not None and twin.asked == asked:
        return twin
    work = KitWork(sort=sort, kit_id=kit.id, actor_id=actor.id, asked=asked)
    db.session.add(work)
    db.session.flush()
    run.later(work.id)
    db.session.commit()
    db.session.refresh(work)
    return work


@job(retries=0)
def run(work_id: int) -> None:
    """Make what somebody asked for."""
    work = db.session.get(KitWork, work_id)
    if work is None or not _claimed(work):
        return
    if work.attempt > 1 and _was_finished(work):
        return
    attempt = work.attempt
    with force_locale(work.asked.get("lang", "fr")):
        try:
            why = "" if work.attempt <= TRIES else _broken()
            why = why or _refused(work) or _make(work)
        except Lost:
            db.session.rollback()
            return
        except making.Shows:
            why = _("The name of somebody can still be read in this kit, so it was not kept. Look "
                    "at what you ticked, take the names out, then try again.")  # fmt: skip
        except uploads.Refused as refusal:
            why = refusal.reason
        except Damaged as damage:
            why = str(damage)
        except StorageFull:
            why = _("There was no room left on the disk. Nothing was lost: tell who looks after "
                    "the site, then try again.")  # fmt: skip
        except Exception:
            log.exception("kit work %s", work_id)
            why = _broken()
        if why:
            db.session.rollback()
            with suppress(Lost):
                _tell(work_id, attempt, state="failed", why=why)


def _broken() -> str:
    return _("It could not be made. Nothing was lost: try again, and tell who looks after the site "
             "if it goes on.")  # fmt: skip


def _claimed(work: KitWork) -> bool:
    late = utcnow() - LOST
    mine = (KitWork.state == "waiting") | (
        (KitWork.state == "working") & (KitWork.updated_at < late)
    )
    done = db.session.execute(
        update(KitWork).where(KitWork.id == work.id, mine)
        .values(state="working", updated_at=utcnow(), attempt=KitWork.attempt + 1, done=0)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(work)
    return done.rowcount == 1


def _was_finished(work: KitWork) -> bool:
    """Undo what a process that died left half done; whether nothing was left to do."""
    group = work.made
    if group is None:
        return False
    if group.trashed_at is not None and not group.memberships:
        unpacking.take_away(group.id)
        db.session.refresh(work)
        return False
    return True


def _refused(work: KitWork) -> str:
    """Why this person may not have it any more; nothing while they may."""
    readable = select(Item.id).where(Item.id == work.kit_id, visible(work.actor))
    if not work.actor.is_active or db.session.scalar(readable) is None:
        return _("You may not read this kit any more.")
    if work.sort == "version":
        return "" if can(work.actor, "edit", work.kit) else _("You may not change this kit.")
    version = _version(work)
    if version is None or withdrawing.why(version):
        return _("This version of the kit may not leave any more")
    return ""


def _version(work: KitWork):
    number = work.asked.get("number")
    return next((one for one in work.kit.versions if one.number == number), None)


def _make(work: KitWork) -> str:
    number, attempt, told = work.id, work.attempt, utcnow()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if (utcnow() - told).total_seconds() >= EVERY:
            told = utcnow()
            # What is being made is not committed with it, but for what is hidden anyway.
            _tell(number, attempt, done=done, total=total)

    if work.sort == "version":
        ids, note = set(work.asked["ids"]), work.asked["note"]
        made = making.make_version(work.kit, work.actor, ids, note, tell)
        _tell(number, attempt, state="ready", asked=work.asked | {"number": made.number})
        return ""
    ids = _adapt(work, tell)
    settling.index(ids)
    return ""


def _adapt(work: KitWork, tell) -> list[int]:
    """Make the group; it is seen, with all that is in it, in the commit that says it is ready."""
    number, attempt = work.id, work.attempt

    def founded(group_id: int) -> None:
        _tell(number, attempt, made_id=group_id)

    def ready() -> None:
        _fence(number, attempt, state="ready")

    watch = using.Watch(tell, founded, ready)
    when, title = dates.asked(work.asked), work.asked["title"]
    group = using.adapt(work.kit, _version(work), work.actor, title, watch, when=when)
    return list(db.session.scalars(select(Item.id).where(Item.group_id == group.id)))


def _fence(number: int, attempt: int, **values) -> None:
    """Note it in the transaction that does it. Raises Lost when another process took it up."""
    mine = (KitWork.id == number, KitWork.attempt == attempt, KitWork.state == "working")
    done = db.session.execute(
        update(KitWork).where(*mine).values(updated_at=utcnow(), **values)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    if done.rowcount != 1:
        raise Lost


def _tell(number: int, attempt: int, **values) -> None:
    _fence(number, attempt, **values)
    db.session.commit()


@periodic(minute="*/2", sweep=True)
def take_up() -> None:
    """Do what was never woken, or was cut; forget what is old, and let go what was erased."""
    late = utcnow() - LOST
    waiting = or_(
        KitWork.state == "waiting", (KitWork.state == "working") & (KitWork.updated_at < late)
    )
    for number in db.session.scalars(select(KitWork.id).where(waiting)).all():
        run(number)
    old = (KitWork.created_at < utcnow() - FORGOTTEN) & KitWork.state.in_(("ready", "failed"))
    db.session.execute(delete(KitWork).where(old))
    db.session.commit()

"""Archives made by a job, kept for a day, given to who asked for them only."""

import logging
from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import delete, select, update

from wiki.archive import packing
from wiki.archive.models import Bundle, folder
from wiki.consents.models import Appearance, ConsentEvent, Tombstone
from wiki.consents.reckoning import refused
from wiki.db import db, utcnow
from wiki.groups.models import Role, role_in
from wiki.items.models import Event, Item, Scope
from wiki.jobs import job, periodic
from wiki.storage import StorageFull, drop_strangers

log = logging.getLogger(__name__)
KEPT, LOST = timedelta(days=1), timedelta(minutes=15)
EVERY = 0.5  # seconds between two words about how far it is


@job(retries=0)
def make(bundle_id: int) -> None:
    """Write the archive that somebody asked for."""
    made = db.session.get(Bundle, bundle_id)
    if made is None or not _claimed(made):
        return
    if role_in(made.actor, made.group_id) != Role.FACILITATOR or not made.actor.is_active:
        made.state = "failed"
        db.session.commit()
        return
    with force_locale(made.report.get("lang", "fr")):
        _make(made)


def _claimed(made: Bundle) -> bool:
    late = utcnow() - LOST
    mine = (Bundle.state == "waiting") | ((Bundle.state == "working") & (Bundle.updated_at < late))
    done = db.session.execute(
        update(Bundle).where(Bundle.id == made.id, mine)
        .values(state="working", updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(made)
    return done.rowcount == 1


def _make(made: Bundle) -> None:
    told = utcnow()
    number = made.id

    def progress(done: int, total: int) -> None:
        nonlocal told
        if (utcnow() - told).total_seconds() < EVERY and done < total:
            return
        told = utcnow()
        _tell(number, done=done, total=total)

    try:
        manifest = packing.write(made.path, made.group, made.actor, progress)
    except StorageFull:
        db.session.rollback()
        _tell(number, state="failed", report={"why": "full"})
        return
    except Exception:
        log.exception("archive %s", number)
        db.session.rollback()
        _tell(number, state="failed", report={"why": "broken"})
        return
    report = {"left_out": manifest["left_out"], **packing.counted(manifest)}
    _tell(number, state="ready", size=made.path.stat().st_size, report=report)


def _tell(number: int, **values) -> None:
    db.session.execute(
        update(Bundle).where(Bundle.id == number).values(updated_at=utcnow(), **values)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    db.session.commit()


def is_outdated(made: Bundle) -> bool:
    """Whether somebody refused since it was made, words were erased, or it waited too long.

    Somebody marked since then in a thing, who had refused before, counts too.
    """
    touched = (
        select(Item.id)
        .join(Appearance, Appearance.item_id == Item.id)
        .join(ConsentEvent, ConsentEvent.person_id == Appearance.person_id)
        .where(
            Item.group_id == made.group_id, Item.ceiling == Scope.DRAFT,
            ConsentEvent.created_at > made.created_at,
        )
    )  # fmt: skip
    since = select(Tombstone.id).where(
        Tombstone.group_id == made.group_id, Tombstone.created_at > made.created_at,
        Tombstone.lifted_at.is_(None),
    )  # fmt: skip
    erased = select(Event.id).where(
        Event.group_id == made.group_id, Event.created_at > made.created_at,
        Event.verb.in_(("erased", "erased elsewhere")),
    )  # fmt: skip
    return (
        made.created_at < utcnow() - KEPT
        or any(db.session.scalar(query.limit(1)) is not None for query in (since, erased))
        or bool(refused(db.session.scalars(touched)))
    )


@periodic(minute="*/30", sweep=True)
def sweep() -> None:
    """Take up what was left waiting; drop what waited a day, and what nobody may fetch any more."""
    late = utcnow() - LOST
    stuck = (Bundle.state == "waiting") | ((Bundle.state == "working") & (Bundle.updated_at < late))
    for number in db.session.scalars(select(Bundle.id).where(stuck)).all():
        make(number)
    for made in db.session.scalars(select(Bundle).where(Bundle.state == "ready")).all():
        if is_outdated(made):
            drop(made)
    db.session.execute(delete(Bundle).where(Bundle.created_at < utcnow() - 2 * KEPT))
    db.session.commit()
    known = set(db.session.scalars(select(Bundle.name)))
    drop_strangers(folder(), known, "*.zip")


def drop(made: Bundle) -> None:
    """Forget an archive with its file. The caller commits."""
    made.path.unlink(missing_ok=True)
    db.session.delete(made)

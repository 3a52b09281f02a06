"""From events to people: the job that drains the outbox, and the one that gathers letters."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.journal import Event
from wiki.jobs import job, periodic
from wiki.mail import base_url, post_composed
from wiki.notifications.models import GATHERING, Notice, Pending, cadences, due
from wiki.notifications.recipients import Told, recipients

KEEP_READ = timedelta(days=30)
KEEP = timedelta(days=120)
STUCK = timedelta(days=2)  # an event that could not be told by then is no news
BATCH = 500

log = logging.getLogger(__name__)


@periodic(minute="*/5", sweep=True)
@job
def tell() -> None:
    """Tell everyone of what waits in the outbox, then send the letters that are due."""
    while waiting := db.session.scalars(
        select(Pending.event_id).order_by(Pending.event_id).limit(BATCH)
    ).all():
        if not sum(_tell(event_id) for event_id in waiting):
            break  # another worker has them, or they cannot be told now
    send_letters()


def send_letters(now: datetime | None = None) -> None:
    """One letter to each person for whom something is due, with all that was gathered."""
    now = now or utcnow()
    waiting = (Notice.told_at.is_(None), Notice.read_at.is_(None), Notice.due_at <= now)
    for user_id in db.session.scalars(select(Notice.user_id).where(*waiting).distinct()).all():
        _send_to(user_id, now)


@periodic(hour="4", minute="20")
def forget_old_notices() -> None:
    """Delete what was read a month ago, what nobody read in four, and what could not be told."""
    now = utcnow()
    db.session.execute(
        delete(Notice).where(or_(Notice.read_at < now - KEEP_READ, Notice.created_at < now - KEEP))
    )
    old = select(Event.id).where(Event.created_at < now - STUCK)
    db.session.execute(delete(Pending).where(Pending.event_id.in_(old)))
    db.session.commit()


def _tell(event_id: int) -> bool:
    """Write the notices of one event; whether this worker did it."""
    try:
        notices = _notices(event_id)
        # Looking for people ends here: what follows keeps the others from writing.
        db.session.commit()
        taken = db.session.execute(delete(Pending).where(Pending.event_id == event_id)).rowcount
        if taken:
            db.session.add_all(notices)
        db.session.commit()
        return bool(taken)
    except IntegrityError:
        db.session.rollback()  # an item or a person was erased meanwhile
        return False
    except Exception:
        # One event that cannot be told must not keep the others; the sweep tries it again.
        log.exception("event %s could not be told", event_id)
        db.session.rollback()
        return False


def _notices(event_id: int) -> list[Notice]:
    """The notices that an event gives, one for each person to tell."""
    event, now = db.session.get(Event, event_id), utcnow()
    if event is None or event.item is None or not _is_news(event):
        return []
    return [_notice(event, told, now) for told in recipients(event, event.item)]


def _is_news(event: Event) -> bool:
    """What an import brings happened long ago: nobody waits for it."""
    return event.created_at > utcnow() - STUCK


def _notice(event: Event, told: Told, now: datetime) -> Notice:
    user = db.session.get(User, told.user_id)
    cadence = cadences(user.id)[told.topic] if user.email else "never"
    when = due(cadence, told.topic, now)
    if when and cadence == "now":
        when = max(when, _free_again(user.id, now))
    return Notice(
        user_id=user.id,
        event_id=event.id,
        item_id=event.item_id,
        topic=told.topic,
        reason=told.reason,
        created_at=event.created_at,
        due_at=when,
    )


def _free_again(user_id: int, now: datetime) -> datetime:
    """When a person may get the next letter: a lively evening makes a few of them, not forty."""
    query = select(func.max(Notice.told_at)).where(Notice.user_id == user_id)
    last = db.session.scalar(query)
    return last + GATHERING if last else now


def _send_to(user_id: int, now: datetime) -> None:
    """Gather what waits for a person into one letter; marking and posting are one commit."""
    mine = (
        Notice.user_id == user_id,
        Notice.told_at.is_(None),
        Notice.read_at.is_(None),
        Notice.due_at <= now + GATHERING,
    )
    ids = list(db.session.scalars(select(Notice.id).where(*mine).order_by(Notice.id)).all())
    taken = db.session.execute(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.told_at.is_(None))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    user = db.session.get(User, user_id)
    if taken.rowcount != len(ids) or not ids:
        db.session.rollback()  # another worker writes this letter
        return
    if user.is_active and user.email:
        post_composed(user.email, "notices", f"News, {base_url()}", user=user_id, notices=ids)
    db.session.commit()

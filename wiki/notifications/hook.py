"""The session hook: an event that someone may be told of leaves a row, in the same transaction."""

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from wiki.groups.journal import Event
from wiki.notifications import recipients
from wiki.notifications.models import Pending


@event.listens_for(Session, "after_flush")
def note_events(session: Session, _context) -> None:
    """Write the outbox row; the wake-up is sent only for what somebody waits for.

    The others (a page saved once more) are found by the sweep, so that a save costs one small row.
    """
    found = [one for one in session.new if isinstance(one, Event) and recipients.concerns(one)]
    if not found:
        return
    session.connection().execute(insert(Pending), [{"event_id": one.id} for one in found])
    if any(one.verb in recipients.prompt for one in found):
        from wiki.notifications.telling import tell

        tell.later()

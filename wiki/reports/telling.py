"""Who is told of what happens to a report: its writers, those in charge, those answered."""

from collections.abc import Iterable

from sqlalchemy import select

from wiki.accounts.models import SiteRole, User
from wiki.db import db
from wiki.groups.journal import Event
from wiki.items.models import Item
from wiki.notifications.recipients import Told, leaders, when
from wiki.reports import freshness
from wiki.reports.feedback import Feedback
from wiki.reports.problems import Problem


@when("asked if still true")
def _writers(event: Event, item: Item) -> Iterable[Told]:
    for person in freshness.writers_of(item):
        yield Told(person.id, "asked", "fresh")


@when("reported a problem", at_once=True)
def _in_charge(event: Event, item: Item) -> Iterable[Told]:
    """Who wrote it, facilitators and site editors, except who told it: they know."""
    told = db.session.get(Problem, (event.data or {}).get("problem"))
    editors = db.session.scalars(select(User.id).where(User.role >= SiteRole.EDITOR))
    for user_id in [item.author_id, *(one.user_id for one in leaders(item)), *editors]:
        if told is not None and user_id != told.user_id:
            yield Told(user_id, "asked", "problem")


@when("replied to feedback", at_once=True)
def _answered(event: Event, item: Item) -> Iterable[Told]:
    found = db.session.get(Feedback, (event.data or {}).get("feedback"))
    if found is not None and found.reply and found.removed_at is None:
        yield Told(found.user_id, "mine", "reply")

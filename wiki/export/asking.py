"""Three months after something was taken up: did you do it, and what changed?

Asked of who took it up, by letter and on their day; the answers stand under the original, for those
who may read the new one, and without its name for the others when the person agrees.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as N_
from sqlalchemy import or_, select
from wtforms import BooleanField, RadioField

from wiki.db import db, utcnow
from wiki.forms import Form, line, text
from wiki.groups.journal import Event
from wiki.groups.models import Group, Membership, Role
from wiki.items.lineage import Adaptation
from wiki.items.models import Item
from wiki.items.writing import log
from wiki.jobs import periodic
from wiki.notifications.recipients import Told, leaders, when
from wiki.programme import times
from wiki.reports.forms import amount

AFTER = 91  # days
BATCH = 200
DONE = (
    ("yes", N_("Yes")),
    ("partly", N_("In part")),
    ("later", N_("Not yet")),
    ("no", N_("No, and we will not")),
)


class RedoneForm(Form):
    """The five questions, none of them required."""

    redone = RadioField(N_("Did you do it again?"), choices=DONE, validate_choice=False)
    place = line(N_("Where?"), 200, needed=False, description=N_("Town, district, area"))
    people = amount(N_("With how many people?"), 1_000_000)
    changes = text(
        N_("What did you change?"),
        2_000,
        description=N_(
            "Another public, fewer sessions, another tool… It helps those who hesitate, and those "
            "who did it first."
        ),
    )
    outcome = text(N_("What came of it, and what did not work?"), 2_000)
    shared = BooleanField(
        N_("Show these answers under the original, even to those who may not read our version")
    )


def record(made: Adaptation, form: RedoneForm) -> bool:
    """Take the answers; whether anything is new. The caller commits."""
    before = [getattr(made, name) for name in _ANSWERS]
    for name in ("place", "changes", "outcome"):
        setattr(made, name, form[name].data or "")
    made.redone = form.redone.data if form.redone.data in dict(DONE) else ""
    made.people, made.shared = form.people.data, bool(form.shared.data)
    changed = before != [getattr(made, name) for name in _ANSWERS]
    if changed:
        made.told_at = utcnow()
    if made.redone == "later":
        made.asked_at = utcnow()  # asked once more in three months
    return changed


_ANSWERS = ("redone", "place", "people", "changes", "outcome", "shared")


@periodic(hour="5", minute="35")
def ask() -> int:
    """Ask those who took something up three months ago; how many are asked about."""
    now = utcnow()
    long_ago = times.later(now, -AFTER, times.site_zone())
    due = (
        select(Adaptation)
        .join(Item, Item.id == Adaptation.item_id)
        .join(Group, Group.id == Item.group_id)
        .where(
            Item.kind.in_(("reports", "pages")), Item.parent_id.is_(None),
            Item.trashed_at.is_(None), Group.trashed_at.is_(None),
            Adaptation.source_id.is_not(None), Adaptation.created_at < long_ago,
            or_(
                Adaptation.asked_at.is_(None) & Adaptation.told_at.is_(None),
                (Adaptation.redone == "later") & (Adaptation.asked_at < long_ago),
            ),
        )
        .order_by(Adaptation.item_id)
        .limit(BATCH)
    )  # fmt: skip
    found = list(db.session.scalars(due))
    for made in found:
        made.asked_at = now
        log("asked if redone", db.session.get(Item, made.item_id), None)
    db.session.commit()
    return len(found)


@when("asked if redone", at_once=True)
def _who_took_it_up(event: Event, item: Item) -> Iterable[Told]:
    """Who made the draft and still may write it, else those who lead the group."""
    place = db.session.get(Membership, (item.author_id or 0, item.group_id))
    if place is not None and place.role >= Role.MEMBER:
        yield Told(place.user_id, "asked", "redone")
    else:
        yield from (told._replace(reason="redone") for told in leaders(item))

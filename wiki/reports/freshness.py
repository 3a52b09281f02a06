"""Whether a report is still true: asked of its writers after a year, answered in one gesture."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import defer, joinedload

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.items import authorship
from wiki.items.access import groups_where, visible
from wiki.items.models import Item, Revision, Scope
from wiki.items.writing import log
from wiki.jobs import periodic
from wiki.reports.models import Report
from wiki.templating import day

ANSWERS = ("current", "review", "outdated")
ASKED_AFTER, ASKED_AGAIN = timedelta(days=365), timedelta(days=90)
FRESH, OLD = timedelta(days=548), timedelta(days=1096)
BATCH = 200


def last_checked(report) -> datetime | None:
    """When its writers last said or wrote something of it; an import's date says nothing."""
    if report.checked_at or (report.extra or {}).get("imported"):
        return report.checked_at
    return report.updated_at


def state(report) -> tuple[str, str, str] | None:
    """(code, word, sign) of how fresh a report is; None when nothing is known."""
    if report.freshness == "outdated":
        return "outdated", _("Outdated"), "attention"
    checked = last_checked(report)
    if report.freshness == "review":
        return "review", _("To be reviewed"), "info"
    if checked is None:
        return None
    age = utcnow() - checked
    if age < FRESH:
        return "current", _("Up to date"), "coche"
    return ("review", _("To be checked"), "info") if age < OLD else ("old", _("Old"), "info")


def said(report) -> str:
    """Who last checked, and when, in one sentence."""
    if report.checked_at is None:
        return _("Last change on %(day)s.", day=day(report.updated_at))
    on = day(report.checked_at)
    if report.checked_by is None:
        return _("Checked on %(day)s.", day=on)
    return _("Checked by %(name)s on %(day)s.", name=report.checked_by.name, day=on)


def answer(report: Report, actor, code: str) -> None:
    """Record what a writer says: still true, to be reviewed, or outdated. Commits."""
    report.freshness = code
    report.checked_at, report.checked_by_id = utcnow(), actor.id
    report.checked_by = actor
    report.check_asked_at = None
    log("checked", report, actor, freshness=code)
    db.session.commit()


def asked_of(user, limit: int = 5) -> list[Report]:
    """The reports this person is asked about: theirs first of all, else those of their groups."""
    mine = [group.id for group in groups_where(user, Role.MEMBER)]
    led = [group.id for group in groups_where(user, Role.FACILITATOR)]
    wrote = select(authorship.hands(by=user.id).c.item_id)
    query = (
        _listed(select(Report))
        .where(
            Report.check_asked_at.is_not(None), visible(user), Item.group_id.in_(mine),
            or_(Item.group_id.in_(led), Item.author_id == user.id, Item.id.in_(wrote)),
        )
        .order_by(Report.check_asked_at)
        .limit(limit)
    )  # fmt: skip
    return list(db.session.scalars(query))


def stale(reader, limit: int = 100) -> list[Report]:
    """The reports this reader may read whose writers, or time, say that they need a look.

    Outdated first, then to be reviewed, then those that nobody checked for eighteen months.
    """
    checked = func.coalesce(Report.checked_at, Item.updated_at)
    query = (
        _listed(select(Report))
        .where(
            visible(reader), Item.scope > Scope.DRAFT,
            or_(Report.freshness.in_(("outdated", "review")), checked < utcnow() - FRESH),
        )
        .order_by(
            (Report.freshness == "outdated").desc(), (Report.freshness == "review").desc(),
            checked, Item.id,
        )
        .limit(limit)
    )  # fmt: skip
    return list(db.session.scalars(query))


@periodic(hour="5", minute="15")
def ask_writers() -> int:
    """Ask those who wrote a report a year ago whether it is still true; how many are asked about.

    The event tells them by letter (see telling.py); it is on their day until someone answers.
    """
    now = utcnow()
    checked = func.coalesce(Report.checked_at, Item.updated_at)
    due = (
        select(Report)
        .join(Group, Group.id == Item.group_id)
        .where(
            Item.trashed_at.is_(None), Group.trashed_at.is_(None), Item.scope > Scope.DRAFT,
            Report.freshness.in_(("", "current", "review")), checked < now - ASKED_AFTER,
            or_(Report.check_asked_at.is_(None), Report.check_asked_at < now - ASKED_AGAIN),
        )
        .order_by(Item.id)
        .limit(BATCH)
    )  # fmt: skip
    found = list(db.session.scalars(due))
    for report in found:
        report.check_asked_at = now
        log("asked if still true", report, None)
    db.session.commit()
    return len(found)


def writers_of(report: Report) -> list[User]:
    """Who may be asked: those who wrote it and still may, else the facilitators."""
    wrote = select(authorship.hands(Revision.item_id == report.id).c.user_id)
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.group_id == report.group_id, Membership.role >= Role.MEMBER,
            User.deactivated_at.is_(None),
        )
        .order_by(User.id)
    )  # fmt: skip
    wrote_it = or_(User.id.in_(wrote), User.id == report.author_id if report.author_id else false())
    leads = and_(Membership.role == Role.FACILITATOR)
    people = list(db.session.scalars(query.where(wrote_it)))
    return people or list(db.session.scalars(query.where(leads)))


def _listed(query):
    return query.options(
        defer(Report.sections), defer(Report.body), joinedload(Report.group),
        joinedload(Report.author), joinedload(Report.checked_by),
    )  # fmt: skip

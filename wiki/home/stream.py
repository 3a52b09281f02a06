"""What happened lately, as far as a reader may know it, told in sentences."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Row, and_, or_, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.journal import Event
from wiki.groups.models import Group, groups_of
from wiki.items import authorship
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.templating import together

PAGE = 30
PEOPLE = ("member joined", "member left")  # who is in a group: not every group tells everyone
# Verbs told to everyone who may read the thing, and those that are the group's own business.
TOLD = ("created", "updated", "rearranged", "reverted", "copied", "imported", "published",
        "asked the network", "cancelled", "confirmed", "rescheduled")  # fmt: skip
INSIDE = ("trashed", "restored", "adapted", "commented", "narrowed", "asked to publish",
          "asked the facilitators", "declined",
          "group created", "group trashed", "group restored", "member joined",
          "member left", "archive joined", "lost a part")  # fmt: skip


@dataclass(eq=False)
class Happening:
    """One line of activity; `times` counts the same gesture made again and again."""

    row: Row
    words: str
    href: str = ""
    times: int = 1
    people: str = ""

    @property
    def created_at(self) -> datetime:
        """When."""
        return self.row.created_at

    @property
    def title(self) -> str:
        """To what."""
        return self.row.title or self.row.group_title


def recent(
    user,
    group_id: int | None = None,
    limit: int = PAGE,
    before: int | None = None,
    *,
    since: datetime | None = None,
    by_others: bool = False,
) -> list[Happening]:
    """The latest events this user may know of, newest first, repeated edits told once."""
    mine = [group.id for group in groups_of(user)]
    known = or_(
        and_(Event.item_id.is_not(None), visible(user)),
        and_(Event.item_id.is_(None), Event.group_id.in_(mine)),
    )
    told = or_(Event.verb.in_(TOLD), and_(Event.verb.in_(INSIDE), Event.group_id.in_(mine)))
    query = (
        select(
            Event.id, Event.verb, Event.data, Event.created_at, Event.actor_id, Event.item_id,
            Item.kind, Item.title, Item.slug, Event.group_id,
            Group.title.label("group_title"), Group.slug.label("group_slug"),
            User.name, User.pictogram, User.colour,
        )
        .select_from(Event)
        .outerjoin(Item, Item.id == Event.item_id)
        .join(Group, Group.id == Event.group_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(known, Group.trashed_at.is_(None), told)
        .order_by(Event.created_at.desc(), Event.id.desc())
        .limit(limit * 3)
    )  # fmt: skip
    if user.is_authenticated and user.is_participant:
        query = query.where(
            or_(Event.verb.not_in(PEOPLE), Group.lists_members, Event.actor_id == user.id)
        )
    if group_id is not None:
        query = query.where(Event.group_id == group_id)
    if before is not None:
        then = select(Event.created_at).where(Event.id == before).scalar_subquery()
        query = query.where(
            or_(Event.created_at < then, and_(Event.created_at == then, Event.id < before))
        )
    if since is not None:
        query = query.where(Event.created_at > since)
    if by_others:
        query = query.where(Event.actor_id.is_distinct_from(user.id))
    return _named(_told(db.session.execute(query).all())[:limit])


def _told(rows: list[Row]) -> list[Happening]:
    lines: list[Happening] = []
    for row in rows:
        if (row.data or {}).get("held"):
            continue  # a stranger's remark is told once it was read: see "approved a comment"
        again = lines[-1] if lines else None
        if again and _same(again.row, row):
            again.times += 1
            continue
        lines.append(Happening(row, _words(row), _address(row)))
    return lines


def _named(lines: list[Happening]) -> list[Happening]:
    """Say who did it; a version that several wrote names them all."""
    places = {line: (line.row.item_id, (line.row.data or {}).get("revision")) for line in lines}
    signed = authorship.also_signed({place for place in places.values() if all(place)})
    for line, place in places.items():
        names = [line.row.name] if line.row.name else []
        names = [user.name for user in signed.get(place, [])] + names
        line.people = together(list(dict.fromkeys(names)), 4)
    return lines


def _same(one: Row, other: Row) -> bool:
    return (one.actor_id, one.item_id, one.verb, one.created_at.date()) == (
        other.actor_id, other.item_id, other.verb, other.created_at.date(),
    )  # fmt: skip


def _address(row: Row) -> str:
    if row.item_id is None:
        return f"/groups/{row.group_id}-{row.group_slug}"
    return f"/{row.kind}/{row.item_id}-{row.slug or ''}".rstrip("-")


def _words(row: Row) -> str:
    """The verb of a line, between the person and the thing."""
    scopes = {
        Scope.GROUP: _("for the group"),
        Scope.NETWORK: _("for the network"),
        Scope.PUBLIC: _("for everyone"),
    }
    scope = scopes.get((row.data or {}).get("scope"), "")
    return {
        "created": _("added"),
        "updated": _("changed"),
        "reverted": _("brought back an older version of"),
        "copied": _("copied"),
        "adapted": _("adapts for another group"),
        "rearranged": _("added to, or put in order,"),
        "trashed": _("put in the trash"),
        "restored": _("took out of the trash"),
        "commented": _("commented on"),
        "published": _("opened %(scope)s", scope=scope),
        "narrowed": _("closed to others"),
        "asked to publish": _("asks to publish"),
        "asked the facilitators": _("asks the facilitators to show"),
        "declined": _("did not accept to publish"),
        "imported": _("imported"),
        "cancelled": _("cancelled"),
        "confirmed": _("put back in the agenda"),
        "rescheduled": _("moved in the agenda"),
        "asked the network": _("asks the network:"),
        "group created": _("founded the group"),
        "group trashed": _("deleted the group"),
        "group restored": _("brought back the group"),
        "member joined": _("joined"),
        "member left": _("left"),
        "lost a part": _("erased something of their own that was shown in"),
        "archive joined": _("brought back what was made elsewhere to"),
    }.get(row.verb, row.verb)

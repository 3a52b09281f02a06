"""« Prepare the day »: a sandbox group, its cards, and copies of what the day is made of."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.classrooms.models import Classroom
from wiki.db import db
from wiki.export.adapting import rewired
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.joining import make_cards
from wiki.groups.journal import record
from wiki.groups.models import Group, Role
from wiki.items.access import visible
from wiki.items.models import Item, Reference, Scope
from wiki.items.writing import stage
from wiki.pages.models import Page
from wiki.reports.models import Report

KINDS = ("pages", "reports", "maps")  # what can be copied whole, with nobody in it
MANY = 60


class Plan(NamedTuple):
    """What a trainer wants for a day."""

    title: str
    places: int
    names: list[str]
    each: list[int]  # items of which each trainee gets a copy
    all: list[int]  # items of which one copy is for all
    training_id: int | None = None


def offered(group: Group, user) -> list[Item]:
    """What a group has that can be given to trainees: nobody is shown in it."""
    query = select(Item).where(
        Item.group_id == group.id, Item.kind.in_(KINDS), Item.ceiling.is_(None), visible(user)
    )
    return list(db.session.scalars(query.order_by(Item.kind, Item.title).limit(MANY)))


def prepare(group: Group, plan: Plan, models: list[Item], actor) -> Classroom:
    """The room of a day, with everything in it, in one transaction; commits."""
    sandbox = Group.found(
        plan.title, actor, purpose="training", colour=group.colour, pictogram=group.pictogram,
        summary=_("A room to try things out. What is made here leaves with you."),
    )  # fmt: skip
    for person in group.people():
        if person.role == Role.FACILITATOR:
            sandbox.admit(person, Role.FACILITATOR)
    room = Classroom(
        group_id=group.id, sandbox_id=sandbox.id, title=plan.title, places=plan.places,
        made_by_id=actor.id, training_id=plan.training_id,
    )  # fmt: skip
    known = {item.id: item for item in models}
    # A draft of the trainer is what the copies of trainees are made from, whatever becomes of
    # the original meanwhile.
    each = [(known[one], _copied(known[one], sandbox, actor, Scope.DRAFT)) for one in plan.each]
    for_all = [(known[one], _copied(known[one], sandbox, actor, Scope.GROUP)) for one in plan.all]
    numbers = {item.id: made.id for item, made in for_all}
    numbers |= _pictures([item for item, _made in each + for_all], sandbox, actor)
    for item, made in each + for_all:
        _rewire(item, made, numbers, actor)
    room.models, room.shared = [made.id for _i, made in each], [made.id for _i, made in for_all]
    blank = max(0, plan.places - len(plan.names))
    make_cards(sandbox, plan.names, blank, actor)
    db.session.add(room)
    record("group created", actor, sandbox.id)
    db.session.commit()
    return room


def _copied(item: Item, sandbox: Group, actor, scope: Scope) -> Item:
    return copy(item, sandbox, actor, item.title, scope)


def _pictures(sources: list[Item], sandbox: Group, actor) -> dict[int, int]:
    """Copies of the files that are shown inside: trainees cannot read the originals."""
    shown = select(Reference.target_id).where(
        Reference.source_id.in_([item.id for item in sources]), Reference.role == "embed"
    )
    query = select(File).where(File.id.in_(shown), File.ceiling.is_(None), visible(actor))
    room, numbers = uploads.quota_bytes(), {}
    for file in db.session.scalars(query.order_by(File.id).limit(MANY)).all():
        room -= file.blob.size
        if room >= 0:
            numbers[file.id] = copy(file, sandbox, actor, file.title, Scope.GROUP).id
    return numbers


def _rewire(item: Item, made: Item, numbers: dict[int, int], actor) -> None:
    """Lead what a copy shows and links to the copies beside it."""
    if isinstance(made, Report):
        made.sections = {
            key: rewired(text, item, numbers, actor) for key, text in (made.sections or {}).items()
        }
    if isinstance(made, Report | Page):
        made.body = rewired(made.body or "", item, numbers, actor)
        stage(made, actor)


def copy(item: Item, group: Group, owner, title: str, scope: Scope) -> Item:
    """A copy of an item in a sandbox, of somebody there; the caller commits."""
    made = item.copy_to(group)
    made.title, made.scope, made.author_id = title[:200], scope, owner.id
    made.extra = {**(made.extra or {}), "copied_from": item.id}
    stage(made, owner, verb="copied")
    return made

"""The people of a group, and in what they appear."""

from flask import abort
from flask_login import current_user
from sqlalchemy import select, update

from wiki.accounts.models import User
from wiki.consents import register, showing, tombstones, twins
from wiki.consents.models import (
    Appearance,
    Consent,
    ConsentEvent,
    Grant,
    Medium,
    Person,
    Tombstone,
)
from wiki.consents.reckoning import Allowance, allowances, settle, standing
from wiki.db import db
from wiki.groups.models import Role, role_in
from wiki.items import history
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.items.writing import log, set_scope


def of_group(group_id: int) -> list[Person]:
    """The people a group knows, by the name they are shown under."""
    query = select(Person).where(Person.group_id == group_id).order_by(Person.shown_name, Person.id)
    return list(db.session.scalars(query))


def known_to(group_id: int, user) -> list[Person]:
    """The people whom a member of the group has met in what they may read."""
    met = (
        select(Appearance.person_id)
        .join(Item, Item.id == Appearance.item_id)
        .where(Item.group_id == group_id, visible(user))
    )
    query = select(Person).where(Person.group_id == group_id, Person.id.in_(met))
    return list(db.session.scalars(query.order_by(Person.shown_name, Person.id)))


def erase(person: Person, actor: User | None) -> None:
    """Forget somebody whom nothing shows any more, with their agreements and what proved them.

    The lines of the register stay, with numbers only. Raises ValueError while they are shown
    somewhere. The caller commits.
    """
    if db.session.scalar(select(Appearance.id).where(Appearance.person_id == person.id).limit(1)):
        raise ValueError("still shown")
    proofs = select(Consent.evidence_id).where(Consent.person_id == person.id)
    for item in db.session.scalars(select(Item).where(Item.id.in_(proofs))).all():
        db.session.delete(item)
    register.note(person, "forgotten", actor)
    db.session.flush()
    db.session.delete(person)


def people_in(item: Item) -> list[Allowance]:
    """Who appears in an item, and what each allows today."""
    return allowances([item.id])


def appear(
    person: Person, item: Item, media: Medium, actor: User | None, *, role: str = "", region=None
) -> Appearance:
    """Say that somebody is in an item; from now on it is shown only as far as they agree.

    Also the files that it shows. Said again, it adds to what was said. The caller commits.
    """
    lock([person.id])
    one = db.session.scalar(
        select(Appearance).where(
            Appearance.person_id == person.id, Appearance.item_id == item.id
        )
    )  # fmt: skip
    if one is None:
        one = Appearance(person=person, item_id=item.id, media=media, role=role, region=region)
        one.marked_by_id = actor.id if actor else None
        db.session.add(one)
    else:
        one.media |= media
        one.region = region or one.region
        one.role = role or ("" if one.role == showing.BROUGHT else one.role)
    register.note(person, "appears", actor, item_id=item.id, media=int(media))
    db.session.flush()
    brought = showing.bring([item.id])
    settle([item.id, *brought, *_its_files(one), *twins.mark([item.id, *brought])])
    log("people changed", item, actor)
    return one


def disappear(one: Appearance, actor: User | None, why: str = "") -> None:
    """Say that somebody is not in an item after all, or no more. The caller commits.

    After their no, nothing comes back by that alone: the item stays with the facilitators, who
    show it again after another look, and the person reads what was said of them (contested).
    """
    lock([one.person_id])
    item, person = one.item, one.person
    files = _its_files(one)
    refused = refuses(one)
    _take_back(one)
    register.note(
        person, "left out", actor, item_id=item.id, media=int(one.media), why=why, refused=refused
    )
    if refused:
        # The past of the text still shows them: it is for the facilitators alone.
        log(history.TAKEN_OUT, item, actor, revision=item.revision_count)
        set_scope(item, Scope.DRAFT, actor)
    db.session.delete(one)
    if item.kind != "files" or one.role == showing.BROUGHT:
        tombstones.lift(person.id, item.id)  # their words were taken out of the text
    settle([item.id, *files])
    log("people changed", item, actor)


def contested(person: Person) -> list[ConsentEvent]:
    """What somebody refused and, as others said since, is not in: they may say that they are."""
    last: dict[int, ConsentEvent] = {}
    query = select(ConsentEvent).where(
        ConsentEvent.person_id == person.id, ConsentEvent.item_id.is_not(None),
        ConsentEvent.verb.in_(("appears", "left out")),
    )  # fmt: skip
    for line in db.session.scalars(query.order_by(ConsentEvent.id)):
        last[line.item_id] = line
    return [line for line in last.values() if line.verb == "left out" and line.data.get("refused")]


def _its_files(one: Appearance) -> list[int]:
    """The files that an item shows and that the same person is marked on."""
    if one.item_id is None or one.item is None or one.item.kind == "files":
        return []
    return [other.item_id for other in showing.also_on(one.person_id, one.item)]


def _take_back(one: Appearance) -> None:
    """Who is not in a portrait after all is not in the files marked because of it either.

    Unless something else shows these files with them, or they said no: then it stays. Nor are they
    in the same photo, sent twice.
    """
    if one.item.kind == "files":
        _take_off_twins(one)
        return
    marked = [other for other in showing.also_on(one.person_id, one.item)
              if other.role == showing.BROUGHT]  # fmt: skip
    by = showing.showers(other.item_id for other in marked)
    for other in marked:
        if by[other.person_id, other.item_id] == {one.item_id} and not refuses(other):
            db.session.delete(other)


def _take_off_twins(one: Appearance) -> None:
    same = twins.of_bytes([one.item_id])[one.person_id, one.item_id]
    query = select(Appearance).join(Item, Item.id == Appearance.item_id).where(
        Appearance.person_id == one.person_id, Appearance.item_id.in_(same),
        Item.group_id == one.item.group_id,
    )  # fmt: skip
    for other in db.session.scalars(query).all():
        if not refuses(other):
            db.session.delete(other)
            settle([other.item_id])


def refuses(one: Appearance) -> bool:
    """Whether somebody said no to a thing that they appear in."""
    found = [a for a in allowances([one.item_id]) if a.appearance.id == one.id]
    return any(scope == Scope.DRAFT for a in found for scope in a.by_medium.values())


def was_marked_late(one: Appearance) -> bool:
    """Whether somebody was marked in a thing after they had said no: their no was not about it.

    Then the mark may be a mistake, and may be taken away. So may one that nobody looked at: it
    came with what shows the file, and the no was not to the file itself.
    """
    if one.role == showing.BROUGHT:
        said = select(Grant.id).where(
            Grant.person_id == one.person_id, Grant.item_id == one.item_id,
            Grant.ended_at.is_(None), Grant.audience == Scope.DRAFT,
        )  # fmt: skip
        return db.session.scalar(said.limit(1)) is None
    stone = select(Tombstone.id).where(
        Tombstone.person_id == one.person_id, Tombstone.item_id == one.item_id,
        Tombstone.lifted_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(stone.limit(1)) is not None:
        return False
    found = [a for a in allowances([one.item_id]) if a.appearance.id == one.id]
    noes = [g for a in found for g in a.grants.values() if g and g.audience == Scope.DRAFT]
    return all(grant.created_at < one.created_at for grant in noes)


def lock(person_ids: list[int], *, shared: bool = False) -> None:
    """Let no decision of these people pass between what is read now and the commit.

    SQLite locks no row: there, the first thing written keeps all others from writing.
    """
    if db.engine.dialect.name == "sqlite" and not shared:
        touch = update(Person).where(Person.id.in_(person_ids)).values(minor=Person.minor)
        db.session.execute(touch, execution_options={"synchronize_session": False})
    query = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(query.with_for_update(read=shared)).all()


def load(person_id: int) -> Person:
    """Somebody of a group that the reader facilitates; 404 for all others."""
    if current_user.is_anonymous:
        abort(401)
    person = db.session.get(Person, person_id)
    if person is None or role_in(current_user, person.group_id) != Role.FACILITATOR:
        abort(404)
    return person


def farthest(person: Person) -> Scope:
    """How far the widest of what somebody agreed to goes; DRAFT when they agreed to nothing."""
    said = standing([person.id])[person.id]
    return max((grant.audience for grant, _guardian in said), default=Scope.DRAFT)


def shown_in(person: Person) -> list[Appearance]:
    """Everything a person appears in, the trash left out, newest first."""
    query = (
        select(Appearance)
        .join(Item, Item.id == Appearance.item_id)
        .where(Appearance.person_id == person.id, Item.trashed_at.is_(None))
        .order_by(Item.updated_at.desc(), Item.id.desc())
    )
    return list(db.session.scalars(query))

"""When each public thing last changed, and which ones were withdrawn.

Harvesters must learn that something is no longer public, so a row stays when an item is hidden,
trashed or erased: its number, the moment, and sets that everybody may know of; none of its words.
Rows are written in the transaction of the change itself, as the search index is.
"""

from datetime import datetime

from flask_login import AnonymousUserMixin
from sqlalchemy import (
    Connection,
    Index,
    String,
    Text,
    bindparam,
    case,
    event,
    exists,
    func,
    inspect,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.models import Item, Rendering, Term, item_term
from wiki.items.terms import is_open
from wiki.jobs import periodic

IN_SETS = ("themes", "publics", "territories")
VISITOR = AnonymousUserMixin()  # whoever asks, outlets show what everyone may read
AT_ONCE = 400  # ids of one statement

_CHANGED, _AROUND, _SWEEP = "public_changed", "public_around", "public_sweep"
_WATCHED = {"item", "group", "term", "item_term"}  # tables that a bulk statement may change
_SHOWN_OF = {User: ("name",), Group: ("title", "slug", "trashed_at"), Term: ("label", "slug")}


class PublicRecord(db.Model):
    """An item that is, or once was, open to everyone; `sets` are its words between spaces."""

    __tablename__ = "public_record"
    __table_args__ = (Index("ix_public_record_changed_at", "changed_at", "item_id"),)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    sets: Mapped[str] = mapped_column(Text, default="")


_record = PublicRecord.__table__
_withdrawn = case((_record.c.withdrawn, 1), else_=0)


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, _context) -> None:
    """Remember which items a flush touched, and whose name or words stand in others."""
    for thing in (*session.new, *session.dirty, *session.deleted):
        if isinstance(thing, Item | Rendering):
            if thing not in session.dirty or session.is_modified(thing):
                item_id = thing.id if isinstance(thing, Item) else thing.item_id
                session.info.setdefault(_CHANGED, set()).add(item_id)
        elif isinstance(thing, User | Group | Term) and thing not in session.new:
            _note_around(session, thing)


def _note_around(session: Session, thing: User | Group | Term) -> None:
    kind = next(kind for kind in _SHOWN_OF if isinstance(thing, kind))
    if thing in session.deleted:
        session.info[_SWEEP] = True
        return
    attributes = inspect(thing).attrs
    if any(attributes[name].history.has_changes() for name in _SHOWN_OF[kind]):
        session.info.setdefault(_AROUND, set()).add((kind, thing.id))


@event.listens_for(Session, "do_orm_execute")
def note_bulk_changes(state) -> None:
    """A statement over many rows names no item: all are compared before the commit."""
    if state.is_update or state.is_delete or state.is_insert:
        table = getattr(state.statement, "table", None)
        if getattr(table, "name", None) in _WATCHED:
            state.session.info[_SWEEP] = True


@event.listens_for(Session, "before_commit")
def write_records(session: Session) -> None:
    """Bring the rows of all that changed up to date, inside the transaction about to commit."""
    if session.in_nested_transaction():
        return
    if session.new or session.dirty or session.deleted:
        session.flush()
    changed = session.info.pop(_CHANGED, set())
    around, sweep = session.info.pop(_AROUND, set()), session.info.pop(_SWEEP, False)
    if not (changed or around or sweep):
        return
    connection = session.connection()
    for kind, number in around:
        changed |= _bearing(connection, kind, number)
    if sweep:
        changed |= _astray(connection)
    write(connection, changed)


@event.listens_for(Session, "after_soft_rollback")
def forget_changes(session: Session, previous) -> None:
    """What was rolled back did not happen."""
    if previous.parent is None:
        for name in (_CHANGED, _AROUND, _SWEEP):
            session.info.pop(name, None)


def write(connection: Connection, ids: set[int]) -> None:
    """Make the rows of these items say what everyone may read of them now."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        _write(connection, ordered[start : start + AT_ONCE], utcnow().replace(microsecond=0))


def state() -> tuple:
    """Differs whenever something became public, changed or was withdrawn."""
    wanted = select(func.max(_record.c.changed_at), func.count(), func.sum(_withdrawn))
    return tuple(db.session.execute(wanted).one())


def open_sets(sets: str) -> list[str]:
    """Those of an item's sets that everybody may know of, whatever becomes of the item."""
    names = [name.split(":", 1) for name in sets.split()]
    return [f"{kind}:{slug}" for kind, slug in names if kind == "kinds" or is_open(kind, slug)]


def _write(connection: Connection, ids: list[int], now: datetime) -> None:
    readable = select(Item.id, Item.kind).where(Item.id.in_(ids), visible(VISITOR))
    shown = {row.id: row.kind for row in connection.execute(readable)}
    known = {row.item_id: row for row in connection.execute(
        select(_record).where(_record.c.item_id.in_(ids))
    )}  # fmt: skip
    sets = _sets(connection, shown) if shown else {}
    new, old = [], []
    for item_id in ids:
        row = known.get(item_id)
        if item_id in shown:
            values = {"kind": shown[item_id], "withdrawn": False, "sets": sets[item_id]}
        elif row is not None and not row.withdrawn:
            values = {"kind": row.kind, "withdrawn": True, "sets": written(open_sets(row.sets))}
        else:
            continue
        (old if row else new).append({"number": item_id, "changed_at": now, **values})
    if new:
        connection.execute(_record.insert().values(item_id=bindparam("number")), new)
    if old:
        connection.execute(_record.update().where(_record.c.item_id == bindparam("number")), old)


def written(sets: list[str]) -> str:
    """Sets as a row keeps them: each between spaces, so that one can be looked for."""
    return f" {' '.join(sets)} "


def _sets(connection: Connection, shown: dict[int, str]) -> dict[int, str]:
    """The sets of each item: its kind, its terms and what these are part of."""
    borne: dict[int, set[str]] = {item_id: set() for item_id in shown}
    level = connection.execute(
        select(item_term.c.item_id, Term.vocabulary, Term.slug, Term.parent_id)
        .join(Term, Term.id == item_term.c.term_id)
        .where(item_term.c.item_id.in_(shown), Term.vocabulary.in_(IN_SETS))
    ).all()
    above: dict[int | None, set[str]] = {None: set()}
    for item_id, vocabulary, slug, parent_id in level:
        if parent_id not in above:
            above[parent_id] = _above(connection, parent_id)
        borne[item_id] |= {f"{vocabulary}:{slug}", *above[parent_id]}
    return {i: written([f"kinds:{shown[i]}", *sorted(names)]) for i, names in borne.items()}


def _above(connection: Connection, term_id: int | None) -> set[str]:
    found, seen = set(), set()
    while term_id and term_id not in seen:
        seen.add(term_id)
        row = connection.execute(
            select(Term.vocabulary, Term.slug, Term.parent_id).where(Term.id == term_id)
        ).first()
        if row is None:
            break
        found |= {f"{row.vocabulary}:{row.slug}"} if row.vocabulary in IN_SETS else set()
        term_id = row.parent_id
    return found


def _bearing(connection: Connection, kind: type, number: int) -> set[int]:
    """The public items in which a person's, a group's or a term's name stands."""
    if kind is Term:
        wanted = select(item_term.c.item_id).where(item_term.c.term_id == number)
    else:
        column = Item.author_id if kind is User else Item.group_id
        wanted = select(Item.id).where(column == number)
    live = select(_record.c.item_id).where(_record.c.withdrawn.is_(False))
    return set(connection.scalars(live.where(_record.c.item_id.in_(wanted))))


def _astray(connection: Connection) -> set[int]:
    """The items whose rows say public although they are not, or the reverse."""
    live = _record.c.withdrawn.is_(False)
    known = exists().where(_record.c.item_id == Item.id, live)
    readable = exists().where(Item.id == _record.c.item_id, visible(VISITOR))
    return set(connection.scalars(select(Item.id).where(visible(VISITOR), ~known))) | set(
        connection.scalars(select(_record.c.item_id).where(live, ~readable))
    )


@periodic(hour="3", minute="50")
def reconcile() -> int:
    """Correct what no hook saw (a restored backup, a hand in the database); how many were."""
    astray = _astray(db.session.connection())
    write(db.session.connection(), astray)
    db.session.commit()
    return len(astray)

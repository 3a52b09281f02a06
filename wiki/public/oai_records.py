"""What harvesters list: public things, and withdrawn ones, by the moment they last changed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select, tuple_

from wiki.db import db, utcnow
from wiki.items.access import visible
from wiki.items.models import Item, Term, item_term
from wiki.items.terms import known_to, label_of, vocabulary_label
from wiki.public.outlet import host
from wiki.public.records import IN_SETS, VISITOR, PublicRecord, open_sets
from wiki.search.views import kind_labels


class Wanted(NamedTuple):
    """What a harvest is about: a span of time and perhaps a set."""

    since: datetime | None = None
    until: datetime | None = None
    set: str = ""


class Record(NamedTuple):
    """One record: its number, its moment, its sets, and whether anything is left to read."""

    item_id: int
    changed_at: datetime
    sets: list[str]
    deleted: bool

    @property
    def identifier(self) -> str:
        """Its name for harvesters."""
        return identifier(self.item_id)


def identifier(item_id: int) -> str:
    """The name of an item for harvesters."""
    return f"oai:{host()}:items/{item_id}"


def number_in(name: str) -> int | None:
    """The item that a name means, None when it is none of ours."""
    start, _slash, number = name.rpartition("/")
    if start == f"oai:{host()}:items" and number.isascii() and number.isdigit():
        return int(number) if 0 < len(number) < 10 else None
    return None


def listed(wanted: Wanted, after: tuple[datetime, int] | None, limit: int) -> list[Record]:
    """The records after a point, the oldest change first."""
    query = _wanted(_records(), wanted)
    if after:
        query = query.where(tuple_(PublicRecord.changed_at, PublicRecord.item_id) > after)
    rows = db.session.execute(
        query.order_by(PublicRecord.changed_at, PublicRecord.item_id).limit(limit)
    )
    return [_record(row) for row in rows]


def count(wanted: Wanted) -> int:
    """How many records a harvest holds."""
    return db.session.scalar(_wanted(select(func.count(PublicRecord.item_id)), wanted))


def one(item_id: int) -> Record | None:
    """The record of an item, if it is or ever was public."""
    row = db.session.execute(_records().where(PublicRecord.item_id == item_id)).first()
    return _record(row) if row else None


def earliest() -> datetime:
    """No record changed before this."""
    return db.session.scalar(select(func.min(PublicRecord.changed_at))) or utcnow()


def sets() -> list[tuple[str, str]]:
    """The sets and their names: each kind, then the words in use or offered to everyone."""
    kinds = select(PublicRecord.kind).where(PublicRecord.withdrawn.is_(False)).distinct()
    labels = kind_labels()
    found = [("kinds", "")]
    found += [(f"kinds:{k}", labels.get(k, k)) for k in sorted(db.session.scalars(kinds))]
    terms = db.session.scalars(
        select(Term)
        .where(Term.vocabulary.in_(IN_SETS), Term.retired_at.is_(None), known_to(VISITOR))
        .where(or_(Term.vocabulary != "territories", _borne()))
        .order_by(Term.vocabulary, Term.position, Term.id)
    ).all()
    for vocabulary in IN_SETS:
        mine = [term for term in terms if term.vocabulary == vocabulary]
        if mine:
            found.append((vocabulary, vocabulary_label(vocabulary)))
            found += [(f"{vocabulary}:{term.slug}", label_of(term)) for term in mine]
    return found


def _borne():
    """SQL: a term that something public bears; a country has more communes than a list can."""
    bearing = select(item_term.c.term_id).join(Item, Item.id == item_term.c.item_id)
    return Term.id.in_(bearing.where(visible(VISITOR)))


def _records() -> Select:
    # Asked again whether everyone may read it: a row alone opens nothing.
    readable = and_(
        Item.id == PublicRecord.item_id, PublicRecord.withdrawn.is_(False), visible(VISITOR)
    )
    return select(
        PublicRecord.item_id, PublicRecord.changed_at, PublicRecord.sets,
        Item.id.is_(None).label("gone"),
    ).outerjoin(Item, readable)  # fmt: skip


def _wanted(query: Select, wanted: Wanted) -> Select:
    if wanted.since:
        query = query.where(PublicRecord.changed_at >= wanted.since)
    if wanted.until:
        query = query.where(PublicRecord.changed_at <= wanted.until)
    if wanted.set:
        whole = PublicRecord.sets.contains(f" {wanted.set} ", autoescape=True)
        within = PublicRecord.sets.contains(f" {wanted.set}:", autoescape=True)
        query = query.where(or_(whole, within))
    return query


def _record(row) -> Record:
    names = open_sets(row.sets) if row.gone else row.sets.split()
    return Record(row.item_id, row.changed_at, names, bool(row.gone))

"""Keeping the index: one row an item, written in the transaction of the change itself."""

import json
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, Row, delete, exists, insert, select
from sqlalchemy.orm import selectinload, with_polymorphic

from wiki.db import db
from wiki.items.models import Item
from wiki.items.searchable import Part, SearchText
from wiki.jobs import job, periodic
from wiki.search import french, parts, postgres, sqlite
from wiki.search.tables import (
    packed,
    search_count,
    search_facet,
    search_state,
    search_text,
    search_word,
    texts_of,
)

MOST_WORDS = 1000  # of one statement
CHECKED_AT_ONCE = 80  # forms that a change may take out of the vocabulary at once
_WAITING = "term:"
BATCH = 100  # items between two commits of a rebuild, so that writers hardly wait


class Word(NamedTuple):
    """A row of the vocabulary from which spelling is corrected."""

    form: str
    folded: str
    sound: str
    term: str


class Change(NamedTuple):
    """What an item's texts change in the index: all that takes long, and needs no write yet."""

    row: Row | None  # what is there now
    texts: dict[str, str]
    places: str
    gone: set[french.Form]
    words: set[Word]


def store(connection: Connection):
    """The module that speaks to this database's full-text index."""
    return sqlite if connection.dialect.name == "sqlite" else postgres


def write(
    connection: Connection,
    item_id: int,
    found: SearchText,
    words: set[Word],
    facets: set[int] = frozenset(),
    *,
    ahead: Change | None = None,
) -> None:
    """Bring the index up to date with an item: its texts, and the terms that facets count.

    New words are left in `words` for the caller to add: many items share theirs. `ahead` is what
    `read` gave before, and is used if it still holds.
    """
    _write_facets(connection, item_id, facets)
    row, (texts, places) = _row(connection, item_id), _flattened(found)
    if ahead is None or (row, texts, places) != (ahead.row, ahead.texts, ahead.places):
        ahead = _change(row, texts, places)
    if ahead is None:
        return
    kept = packed(texts) | {"places": places, "analysis": french.FINGERPRINT}
    if row is None:
        connection.execute(insert(search_text), {"item_id": item_id, **kept})
    else:
        connection.execute(search_text.update().where(search_text.c.item_id == item_id), kept)
    store(connection).write(connection, item_id, texts)
    _drop_words(connection, ahead.gone)
    words |= ahead.words


def read(connection: Connection, item_id: int | None, found: SearchText) -> Change | None:
    """What would change in the index, analysed; the database is not locked for it."""
    texts, places = _flattened(found)
    row = _row(connection, item_id) if item_id else None
    change = _change(row, texts, places)
    if change is not None:
        store(connection).analyse(packed(texts), row)
    return change


def remove(connection: Connection, item_id: int) -> None:
    """Forget an item, and the words that it alone used."""
    row = _row(connection, item_id)
    connection.execute(delete(search_text).where(search_text.c.item_id == item_id))
    _write_facets(connection, item_id, set())
    if row:
        _drop_words(connection, french.forms(_written(texts_of(row))))


def reindex(progress: Callable[[int, int], None] | None = None) -> int:
    """Read every item again, in batches that leave readers undisturbed; returns how many."""
    connection = db.session.connection()
    everything = list(db.session.scalars(select(Item.id).order_by(Item.id.desc())))
    if is_outdated() or store(connection).stored_ids(connection) - set(everything):
        store(connection).empty(connection)
    for start in range(0, len(everything), BATCH):
        _write_again(everything[start : start + BATCH])
        db.session.commit()
        db.session.expunge_all()
        if progress:
            progress(min(start + BATCH, len(everything)), len(everything))
    _sweep_words(db.session.connection())
    store(db.session.connection()).optimise(db.session.connection())
    _note_analysis()
    db.session.commit()
    return len(everything)


def is_outdated() -> bool:
    """Whether the index was made by another analysis than this version's; the caller commits."""
    wanted = select(search_state.c.value).where(search_state.c.name == "analysis")
    if db.session.scalar(wanted) == french.FINGERPRINT:
        return False
    if db.session.scalar(select(exists().where(Item.id.is_not(None)))):
        return True
    _note_analysis()
    return False


@job
def catch_up() -> None:
    """Make the index again when an upgrade changed the way it is made; reading goes on."""
    if is_outdated():
        reindex()
    db.session.commit()


def _note_analysis() -> None:
    connection = db.session.connection()
    connection.execute(delete(search_state).where(search_state.c.name == "analysis"))
    connection.execute(insert(search_state), {"name": "analysis", "value": french.FINGERPRINT})


@job
def read_again(term_id: int) -> None:
    """Bring the items that bear a term up to date, after its words or its place changed."""
    ids = parts.bearing(db.session.connection(), term_id)
    for start in range(0, len(ids), BATCH):
        _write_again(ids[start : start + BATCH])
        db.session.commit()
        db.session.expunge_all()
    _settle(term_id)
    db.session.commit()


@periodic(sweep=True, minute="40")
def read_again_what_waits() -> None:
    """Read what `read_again` was to read when its wake-up was lost."""
    waiting = select(search_state.c.name).where(search_state.c.name.like(f"{_WAITING}%"))
    for name in list(db.session.scalars(waiting)):
        read_again(int(name.removeprefix(_WAITING)))


def wait_for(term_id: int) -> None:
    """Note in the transaction of a change that the items of a term are to be read again."""
    _settle(term_id)
    name = f"{_WAITING}{term_id}"
    db.session.connection().execute(insert(search_state), {"name": name, "value": ""})
    read_again.later(term_id)


def _settle(term_id: int) -> None:
    done = search_state.c.name == f"{_WAITING}{term_id}"
    db.session.connection().execute(delete(search_state).where(done))


@periodic(hour="3", minute="20")
def tidy() -> None:
    """Put the pieces of the index together, which makes it quick, and drop words nobody uses."""
    connection = db.session.connection()
    store(connection).optimise(connection)
    db.session.commit()
    _sweep_words(db.session.connection())
    db.session.commit()


def doctor() -> list[str]:
    """What is wrong with the index, in words for the operator; empty when all is well."""
    connection = db.session.connection()
    items = set(db.session.scalars(select(Item.id)))
    indexed = store(connection).stored_ids(connection)
    texts = set(connection.scalars(select(search_text.c.item_id)))
    problems = []
    if missing := items - (indexed & texts):
        problems.append(f"{len(missing)} items cannot be found by search: run essaim reindex")
    if extra := (indexed | texts) - items:
        problems.append(f"{len(extra)} index rows of items that are gone: run essaim reindex")
    return problems


def _write_again(ids: list[int]) -> None:
    """Rewrite rows from the items, even those whose text did not change."""
    connection = db.session.connection()
    every = with_polymorphic(Item, "*")
    wanted = select(every).where(every.id.in_(ids)).options(
        selectinload(every.renderings), selectinload(every.terms)
    )  # fmt: skip
    words: set[Word] = set()
    for item in db.session.scalars(wanted).all():
        connection.execute(delete(search_text).where(search_text.c.item_id == item.id))
        found, facets = parts.texts(item, connection), parts.facets(item, connection)
        write(connection, item.id, found, words, facets)
    add_words(connection, words)


def _row(connection: Connection, item_id: int):
    return connection.execute(select(search_text).where(search_text.c.item_id == item_id)).first()


def _flattened(found: SearchText) -> tuple[dict[str, str], str]:
    """The texts by field, parts behind one another, and where each part begins."""
    attached, remarks, places, length = [], [], [], 0
    terms = [part for part in found.parts if part.kind == "term"]
    rest = [part for part in found.parts if part.kind != "term"]
    for part in (*terms, Part("attachment", found.attachments), *rest):
        words = part.text.strip()
        if not words:
            continue
        if part.kind == "comment":
            remarks.append(words)
            continue
        places.append([length, part.kind, part.label, part.place, part.item_id])
        attached.append(words)
        length += len(words) + 1
    texts = {
        "title": found.title or "",
        "lead": found.lead or "",
        "headings": found.headings or "",
        "body": found.body or "",
        "attachments": "\n".join(attached),
        "comments": "\n".join(remarks),
    }
    return texts, json.dumps(places, ensure_ascii=False) if places else ""


def _write_facets(connection: Connection, item_id: int, facets: set[int]) -> None:
    wanted = select(search_facet.c.term_id).where(search_facet.c.item_id == item_id)
    known = set(connection.scalars(wanted))
    if known == facets:
        return
    for table in (search_facet, search_count):
        connection.execute(delete(table).where(table.c.item_id == item_id))
    if facets:
        rows = [{"item_id": item_id, "term_id": term_id} for term_id in sorted(facets)]
        connection.execute(insert(search_facet), rows)
        together = ",".join(map(str, sorted(facets)))
        connection.execute(insert(search_count), {"item_id": item_id, "terms": together})


def _change(row: Row | None, texts: dict[str, str], places: str) -> Change | None:
    """What differs from the row there is; None when it says all this already."""
    known = texts_of(row) if row else {}
    if row and known == texts and row.places == places:
        return None
    before, after = _written(known), _written(texts)
    gone = french.forms(before - after)
    if gone:
        gone -= french.forms(after)
    new = {_word(form) for form in french.forms(after - before)}
    return Change(row, texts, places, gone, new)


def _word(form: french.Form) -> Word:
    return Word(form.text, form.folded, french.sound(form.folded), form.term)


def _written(texts: dict[str, str]) -> set[str]:
    """Every different word as written: much quicker to compare than what analysis makes of them."""
    return {word for words in texts.values() if words for word in french.written(words)}


def add_words(connection: Connection, words: set[Word]) -> None:
    """Put words into the vocabulary from which spelling is corrected."""
    if words:
        # One order for all, or two writers could wait for each other.
        connection.exec_driver_sql(store(connection).ADD_WORDS, sorted(words))


def _drop_words(connection: Connection, forms: set[french.Form]) -> None:
    """Remove from the vocabulary the forms whose term is in no item any more.

    A word erased is gone at once. A text rewritten whole leaves its words to the night: looking
    for each would cost more than the save, and none is suggested that its reader cannot see.
    """
    if not forms or len(forms) > CHECKED_AT_ONCE:
        return
    absent = store(connection).absent(connection, {form.term for form in forms})
    gone = sorted(form.text for form in forms if form.term in absent)
    # No database takes tens of thousands of parameters in one statement.
    for start in range(0, len(gone), MOST_WORDS):
        part = gone[start : start + MOST_WORDS]
        connection.execute(delete(search_word).where(search_word.c.form.in_(part)))


def _sweep_words(connection: Connection) -> None:
    """Remove every word that no item uses any more."""
    terms = list(connection.scalars(select(search_word.c.term).distinct()))
    for start in range(0, len(terms), 500):
        part = set(terms[start : start + 500])
        gone = store(connection).absent(connection, part)
        connection.execute(delete(search_word).where(search_word.c.term.in_(gone)))

"""Keeping the index: one row an item, written in the transaction of the change itself."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import selectinload, with_polymorphic

from wiki.db import db
from wiki.items.models import Item, SearchText
from wiki.jobs import periodic
from wiki.search import french, postgres, sqlite
from wiki.search.tables import FIELDS, search_text, search_word

MOST_WORDS = 1000  # of one statement
CHECKED_AT_ONCE = 80  # forms that a change may take out of the vocabulary at once
BATCH = 100  # items between two commits of a rebuild, so that writers hardly wait


def store(connection: Connection):
    """The module that speaks to this database's full-text index."""
    return sqlite if connection.dialect.name == "sqlite" else postgres


def write(
    connection: Connection, item_id: int, found: SearchText, words: set[french.Form] | None = None
) -> bool:
    """Bring the index up to date with an item; False when nothing that is searched changed.

    With `words`, new forms are left there for the caller to add: many items share theirs.
    """
    texts = {field: getattr(found, field) or "" for field in FIELDS}
    known = _known(connection, item_id)
    if known == texts:
        return False
    terms, forms = _analyse(texts)
    if known is None:
        connection.execute(insert(search_text), {"item_id": item_id, **texts})
    else:
        connection.execute(search_text.update().where(search_text.c.item_id == item_id), texts)
    store(connection).write(connection, item_id, terms, known is not None)
    before = _analyse(known)[1] if known else set()
    _drop_words(connection, before - forms)
    if words is None:
        add_words(connection, forms - before)
    else:
        words |= forms - before
    return True


def remove(connection: Connection, item_id: int) -> None:
    """Forget an item, and the words that it alone used."""
    known = _known(connection, item_id)
    store(connection).remove(connection, item_id)
    connection.execute(delete(search_text).where(search_text.c.item_id == item_id))
    if known:
        _drop_words(connection, _analyse(known)[1])


def reindex(progress: Callable[[int, int], None] | None = None) -> int:
    """Read every item again, in batches that leave readers undisturbed; returns how many."""
    connection = db.session.connection()
    everything = list(db.session.scalars(select(Item.id).order_by(Item.id)))
    for gone in store(connection).stored_ids(connection) - set(everything):
        remove(connection, gone)
    for start in range(0, len(everything), BATCH):
        _write_again(everything[start : start + BATCH])
        db.session.commit()
        db.session.expunge_all()
        if progress:
            progress(min(start + BATCH, len(everything)), len(everything))
    _sweep_words(db.session.connection())
    store(db.session.connection()).optimise(db.session.connection())
    db.session.commit()
    return len(everything)


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
    wanted = select(every).where(every.id.in_(ids)).options(selectinload(every.renderings))
    for item in db.session.scalars(wanted).all():
        found = item.search_text()
        if not write(connection, item.id, found):
            terms, forms = _analyse({field: getattr(found, field) or "" for field in FIELDS})
            store(connection).remove(connection, item.id)
            store(connection).write(connection, item.id, terms, False)
            add_words(connection, forms)


def _known(connection: Connection, item_id: int) -> dict[str, str] | None:
    row = connection.execute(select(search_text).where(search_text.c.item_id == item_id)).first()
    return {field: getattr(row, field) for field in FIELDS} if row else None


def _analyse(texts: dict[str, str]) -> tuple[dict[str, str], set[french.Form]]:
    terms, forms = {}, set()
    for field, words in texts.items():
        terms[field], seen = french.index_text(words) if words else ("", set())
        forms |= seen
    return terms, forms


def add_words(connection: Connection, forms: set[french.Form]) -> None:
    """Put words into the vocabulary from which spelling is corrected."""
    if forms:
        # One order for all, or two writers could wait for each other.
        rows = [(f.text, f.folded, french.sound(f.folded), f.term) for f in sorted(forms)]
        connection.exec_driver_sql(store(connection).ADD_WORDS, rows)


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

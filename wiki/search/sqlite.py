"""The index in SQLite: an FTS5 table of terms already analysed, ranked by its bm25."""

from itertools import combinations

from sqlalchemy import (
    Connection,
    Float,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    text,
    union_all,
)

from wiki.search.plan import Wanted
from wiki.search.tables import FIELDS, WEIGHTS, fts

_INSERT = text(
    f"INSERT INTO search_fts (rowid, {', '.join(FIELDS)}) VALUES (:id, :{', :'.join(FIELDS)})"
)
_DELETE = text("DELETE FROM search_fts WHERE rowid = :id")
_BM25 = literal_column(f"-bm25(search_fts, {', '.join(map(str, WEIGHTS))})", Float)
_MOST_COMBINED = 6  # words of which every half may be spelt out in one expression


def write(connection: Connection, item_id: int, terms: dict[str, str], replaces: bool) -> None:
    """Put an item's terms, by field, in place of what was known of it."""
    if replaces:
        connection.execute(_DELETE, {"id": item_id})
    connection.execute(_INSERT, {"id": item_id, **terms})


def remove(connection: Connection, item_id: int) -> None:
    """Take an item out of the index."""
    connection.execute(_DELETE, {"id": item_id})


def clear(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(text("DELETE FROM search_fts"))


def optimise(connection: Connection) -> None:
    """Merge the index into one piece after a rebuild."""
    connection.execute(text("INSERT INTO search_fts (search_fts) VALUES ('optimize')"))


def stored_ids(connection: Connection) -> set[int]:
    """The items in the index."""
    return set(connection.scalars(text("SELECT id FROM search_fts_docsize")))


def count(connection: Connection) -> int:
    """How many items the index holds."""
    return connection.scalar(text("SELECT count(*) FROM search_fts_docsize"))


_FREQUENCY = text("SELECT doc FROM search_term WHERE term = :term")


def frequencies(connection: Connection, terms: set[str]) -> dict[str, int]:
    """In how many items each term stands, whoever may read them."""
    return {
        term: connection.scalar(_FREQUENCY, {"term": term}) or 0 for term in sorted(terms) if term
    }


def ids(groups: list[tuple[Wanted, ...]], least: int, name: str) -> Select:
    """SQL: the items that answer at least so many of the groups."""
    answers = [_any(group) for group in groups]
    if least <= 1 or len(groups) <= _MOST_COMBINED:
        chosen = [" AND ".join(some) for some in combinations(answers, max(least, 1))]
        return _matching(" OR ".join(f"({each})" for each in chosen), name)
    arms = union_all(*(_matching(answer, f"{name}{i}") for i, answer in enumerate(answers)))
    found = arms.subquery()
    return select(found.c.id).group_by(found.c.id).having(func.count() >= least)


def scores(wanted: tuple[Wanted, ...], weight: float, _rarity, name: str) -> Select:
    """SQL: how well each item answers; rare words weigh more, by bm25 itself."""
    matched = _matching(" OR ".join(map(_quoted, wanted)), name)
    return matched.add_columns((_BM25 * weight).label("score"))


def _matching(expression: str, name: str) -> Select:
    wanted = text(f"search_fts MATCH :{name}").bindparams(bindparam(name, expression))
    return select(fts.c.rowid.label("id")).where(wanted)


def _any(group: tuple[Wanted, ...]) -> str:
    return "(" + " OR ".join(map(_quoted, group)) + ")"


def _quoted(wanted: Wanted) -> str:
    """One alternative in FTS5's language."""
    words = '"' + " ".join(wanted.terms).replace('"', "") + '"'
    column = f"{wanted.field} : " if wanted.field else ""
    return f"{column}{words}{' *' if wanted.prefix else ''}"

"""The index in SQLite: an FTS5 table of terms already analysed, ranked by its bm25."""

import json
import sqlite3
from functools import lru_cache
from itertools import combinations

from sqlalchemy import Connection, Engine, Row, event, text

from wiki.search import french
from wiki.search.plan import HEAD, SMALL, Plan, Wanted
from wiki.search.ranking import FIRST, MOST_COMBINED
from wiki.search.tables import FIELDS, MAIN, WEIGHTS, split, unpacked

_FREQUENCIES = text(
    "SELECT asked.value AS term, (SELECT doc FROM search_term WHERE term = asked.value) AS doc "
    "FROM json_each(:terms) AS asked"
)
_ABSENT = text(
    "SELECT asked.value AS term FROM json_each(:terms) AS asked WHERE NOT EXISTS "
    "(SELECT 1 FROM search_fts WHERE search_fts MATCH '\"' || asked.value || '\"')"
)
_BM25 = f"bm25(search_fts, {', '.join(map(str, WEIGHTS))})"

_LONG = 20_000  # bytes kept of a text, from which few are remembered
_HEAD = f"{{{' '.join(FIRST)}}}"
JOINED = "group_concat({0})"  # SQL: many ids in one text


# In the driver's own words: hundreds of rows a save, of which nothing needs preparing.
ADD_WORDS = (
    "INSERT INTO search_word (form, folded, sound, term) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


@event.listens_for(Engine, "connect")
def _lend_analysis(connection, _record) -> None:
    """Give the triggers of `search_text` the analysis that turns texts into terms."""
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("essaim_terms", 2, _terms, deterministic=True)
        connection.create_function(
            "essaim_analysis", 0, lambda: french.FINGERPRINT, deterministic=True
        )


def _terms(field: str, kept: bytes) -> str:
    """The terms of one field, out of what is kept of an item.

    Remembered a while: what is saved is soon saved again, and then its old terms are asked for.
    """
    if len(kept) > _LONG:
        return _of_long(field if field in MAIN else "", kept)
    return _of_short(field if field in MAIN else "", kept)


def _read_terms(field: str, kept: bytes) -> str:
    words = _fields(kept)[field] if field else unpacked(kept)
    return french.index_text(words) if words else ""


_of_short = lru_cache(maxsize=200)(_read_terms)
_of_long = lru_cache(maxsize=2 * len(FIELDS))(_read_terms)  # of one item, before and after


@lru_cache(maxsize=4)
def _fields(kept: bytes) -> dict[str, str]:
    return split(unpacked(kept))


def analyse(kept: dict[str, bytes], row: Row | None) -> None:
    """Have the terms ready that the triggers will ask for, of the new texts and of the old."""
    for field in FIELDS:
        column = "main" if field in MAIN else field
        _terms(field, kept[column])
        if row is not None:
            _terms(field, getattr(row, column))


def write(connection: Connection, item_id: int, texts: dict[str, str]) -> None:
    """Nothing: the triggers of `search_text` did it."""


def claim(connection: Connection, ids: list[int]) -> bool:
    """Nothing: whoever writes is alone."""
    return False


def empty(connection: Connection) -> None:
    """Forget every row at once: the only way when the terms given are not known any more."""
    connection.execute(text("INSERT INTO search_fts (search_fts) VALUES ('delete-all')"))
    connection.execute(text("UPDATE search_text SET analysis = ''"))


def optimise(connection: Connection) -> None:
    """Merge the index into one piece after a rebuild."""
    connection.execute(text("INSERT INTO search_fts (search_fts) VALUES ('optimize')"))


def stored_ids(connection: Connection) -> set[int]:
    """The items in the index."""
    return set(connection.scalars(text("SELECT id FROM search_fts_docsize")))


def size(connection: Connection) -> int:
    """About how many items the index holds, without counting them."""
    return connection.scalar(text("SELECT max(id) FROM search_fts_docsize")) or 0


def frequencies(connection: Connection, terms: set[str]) -> dict[str, int]:
    """In how many items each term stands, whoever may read them."""
    rows = connection.execute(_FREQUENCIES, {"terms": json.dumps(sorted(terms))})
    return {row.term: row.doc or 0 for row in rows}


def absent(connection: Connection, terms: set[str]) -> set[str]:
    """The terms that stand in no item any more; counting the others would read all their rows."""
    return set(connection.scalars(_ABSENT, {"terms": json.dumps(sorted(terms))}))


def ids(groups: list[tuple[Wanted, ...]], least: int, name: str, values: dict) -> str:
    """SQL: the items that answer at least so many groups; puts parameters in `values`."""
    answers = ["(" + " OR ".join(map(_quoted, group)) + ")" for group in groups]
    if least <= 1 or len(groups) <= MOST_COMBINED:
        chosen = [" AND ".join(some) for some in combinations(answers, max(least, 1))]
        return _matching(
            "search_fts.rowid AS id", " OR ".join(f"({c})" for c in chosen), name, values
        )
    arms = (
        _matching("rowid AS id", answer, f"{name}{i}", values) for i, answer in enumerate(answers)
    )
    arms = " UNION ALL ".join(arms)
    return f"SELECT id FROM ({arms}) AS arms GROUP BY id HAVING count(*) >= {least:d}"


def scores(tier, plan: Plan, rarity, name: str, values: dict, *, needed: str) -> str:
    """SQL: how well each of the hits in a tier answers, by bm25; rare words weigh more in it.

    Nothing is looked at unless the condition `needed` holds.
    """
    del rarity
    column = f"{{{' '.join(tier.within)}}} : " if tier.within else ""
    weighed = [f"{column}({_weighed(group, plan)})" for group in tier.groups]
    if tier.is_strict:
        expression = " AND ".join(weighed)
        if tier.headed:
            headed = " OR ".join(map(_quoted, tier.headed))
            expression += f" AND {_HEAD} : ({headed})"
        inside = "SELECT id FROM hit"
    else:
        expression = " OR ".join(weighed)
        inside = "SELECT id FROM hit"
        if tier.least > 1:
            ids_of = ids(list(tier.groups), tier.least, f"{name}t", values)
            inside = f"{ids_of} AND search_fts.rowid + 0 IN (SELECT id FROM hit)"
    values[name] = expression
    # « + 0 » keeps SQLite from running the match again for every hit.
    return (
        f"SELECT search_fts.rowid AS id, -{_BM25} AS score "
        f"FROM (SELECT 1 WHERE {needed}) AS needed CROSS JOIN search_fts "
        f"WHERE search_fts MATCH :{name} AND search_fts.rowid + 0 IN ({inside})"
    )


def _weighed(group: tuple[Wanted, ...], plan: Plan) -> str:
    """The alternatives of a group, with the pairs that its words begin."""
    typed = [wanted for wanted in group if wanted in plan.words]
    pairs = [
        pair for pair in plan.pairs if any(pair.terms[: len(w.terms)] == w.terms for w in typed)
    ]
    return " OR ".join(map(_quoted, [*group, *pairs]))


def _matching(columns: str, expression: str, name: str, values: dict) -> str:
    values[name] = expression
    return f"SELECT {columns} FROM search_fts WHERE search_fts MATCH :{name}"


def _quoted(wanted: Wanted) -> str:
    """One alternative in FTS5's language."""
    column = f"{_HEAD if wanted.field == HEAD else wanted.field} : " if wanted.field else ""
    told = [term for term in wanted.terms if term not in SMALL]
    small = len(wanted.terms) - len(told)
    if small and len(told) > 1 and not wanted.exact:
        # Small words stand everywhere: looking for them too would read the whole collection.
        return f"{column}NEAR({' '.join(map(_string, told))}, {small})"
    return f"{column}{_string(' '.join(wanted.terms))}{' *' if wanted.prefix else ''}"


def _string(words: str) -> str:
    return '"' + words.replace('"', "") + '"'

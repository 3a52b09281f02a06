"""The index in PostgreSQL: weighted tsvectors built from the same terms, at their positions."""

from sqlalchemy import Connection, Row, text

from wiki.search import french
from wiki.search.plan import HEAD, Plan, Wanted
from wiki.search.ranking import ALIKE, FIRST, KIN
from wiki.search.tables import FIELDS

JOINED = "string_agg(CAST({0} AS text), ',')"  # SQL: many ids in one text
_LETTERS = dict(zip(FIELDS, "ABCDDD", strict=True))  # PostgreSQL knows four weights
_FIRST = "".join(dict.fromkeys(_LETTERS[field] for field in FIRST))
_WEIGHTS = "{0.12,0.36,0.5,1}"  # D, C, B, A: in the proportions of tables.WEIGHTS
_FIELD_GAP = 10  # no phrase runs over the end of a field
_LAST_POSITION = 16_383  # of a tsvector
_LARGEST = 900_000  # bytes; PostgreSQL refuses a tsvector over a megabyte
_MOST_COLUMNS = 500  # of one SELECT; PostgreSQL refuses more than 1664
_FACTOR = 10.0  # brings ts_rank to the size of bm25

_MOST_CLAIMED = 500  # of one import; locks are counted
_CLAIM = text(
    "SELECT pg_advisory_xact_lock(4711, id) FROM "
    "(SELECT unnest(CAST(:ids AS int[])) AS id ORDER BY 1 OFFSET 0) AS claimed"
)
_INSERT = text(
    "INSERT INTO search_fts (item_id, vector) VALUES (:id, CAST(:vector AS tsvector)) "
    "ON CONFLICT (item_id) DO UPDATE SET vector = excluded.vector"
)


# In the driver's own words: hundreds of rows a save, of which nothing needs preparing.
ADD_WORDS = (
    "INSERT INTO search_word (form, folded, sound, term) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT DO NOTHING"
)


def analyse(kept: dict[str, bytes], row: Row | None) -> None:
    """Nothing: here a write holds back nobody but those who write the same item."""


def write(connection: Connection, item_id: int, texts: dict[str, str]) -> None:
    """Put an item's terms, by field, in place of what was known of it."""
    terms = {field: french.index_text(words) for field, words in texts.items() if words}
    connection.execute(_INSERT, {"id": item_id, "vector": vector(terms)})


def claim(connection: Connection, ids: list[int]) -> bool:
    """Wait until no other transaction writes the rows of these items; until the end of this one."""
    connection.execute(_CLAIM, {"ids": ids[:_MOST_CLAIMED]})
    return True


def empty(connection: Connection) -> None:
    """Forget every row at once."""
    connection.execute(text("DELETE FROM search_fts"))
    connection.execute(text("UPDATE search_text SET analysis = ''"))


def optimise(connection: Connection) -> None:
    """Let the planner know the index after a rebuild."""
    connection.execute(text("ANALYZE search_fts"))


def stored_ids(connection: Connection) -> set[int]:
    """The items in the index."""
    return set(connection.scalars(text("SELECT item_id FROM search_fts")))


def size(connection: Connection) -> int:
    """About how many items the index holds, without counting them."""
    return connection.scalar(text("SELECT max(item_id) FROM search_fts")) or 0


def absent(connection: Connection, terms: set[str]) -> set[str]:
    """The terms that stand in no item any more."""
    known = frequencies(connection, terms)
    return {term for term in terms if not known.get(term)}


def frequencies(connection: Connection, terms: set[str]) -> dict[str, int]:
    """In how many items each term stands, whoever may read them."""
    asked, counts = sorted(terms), []
    for start in range(0, len(asked), _MOST_COLUMNS):
        values: dict[str, str] = {}
        arms = []
        for i, term in enumerate(asked[start : start + _MOST_COLUMNS]):
            answers = _answers(_quoted(Wanted((term,))), f"f{i}", values)
            arms.append(f"(SELECT count(*) FROM search_fts WHERE {answers})")
        counts += connection.execute(text(f"SELECT {', '.join(arms)}"), values).one()
    return dict(zip(asked, counts, strict=True))


def ids(groups: list[tuple[Wanted, ...]], least: int, name: str, values: dict) -> str:
    """SQL: the items that answer at least so many groups; puts parameters in `values`."""
    every = " | ".join(_any(group) for group in groups)
    found = f"SELECT item_id AS id FROM search_fts WHERE {_answers(every, name, values)}"
    if least <= 1:
        return found
    answered = (
        f"({_answers(_any(group), f'{name}{i}', values)})::int" for i, group in enumerate(groups)
    )
    return f"{found} AND {' + '.join(answered)} >= {least:d}"


def scores(tier, plan: Plan, rarity, name: str, values: dict, *, needed: str) -> str:
    """SQL: how well each of the hits in a tier answers; nothing unless `needed` holds.

    ts_rank ignores how rare a word is: we multiply.
    """
    sought = dict.fromkeys(wanted for group in tier.groups for wanted in group)
    weights = {
        wanted: 1.0 if wanted in plan.words else KIN if wanted in plan.kin else ALIKE
        for wanted in sought
    }
    weights |= dict.fromkeys(plan.pairs, 1.0)
    ranks = []
    for i, (wanted, weight) in enumerate(weights.items()):
        rare = max(map(rarity.of, wanted.terms)) * weight * _FACTOR
        query = _query(_quoted(wanted), f"{name}r{i}", values)
        ranks.append(f"ts_rank('{_WEIGHTS}', vector, {query}, 1) * {rare:f}")
    groups = [_any(group, _FIRST if tier.within else "") for group in tier.groups]
    if tier.headed:
        groups.append(_any(tier.headed, _FIRST))
    if tier.is_strict:
        answers = _answers(" & ".join(groups), name, values)
    else:
        answers = _answers(" | ".join(groups), name, values)
        if tier.least > 1:
            answered = (
                f"({_answers(g, f'{name}t{i}', values)})::int" for i, g in enumerate(groups)
            )
            answers += f" AND {' + '.join(answered)} >= {tier.least:d}"
    # « + 0 » keeps PostgreSQL from looking for the match in each hit instead of in its index.
    return (
        f"SELECT item_id AS id, {' + '.join(ranks)} AS score FROM search_fts "
        f"WHERE {needed} AND {answers} AND item_id + 0 IN (SELECT id FROM hit)"
    )


def vector(terms: dict[str, str]) -> str:
    """The literal of a tsvector: each term with its positions and the weight of its field."""
    places: dict[str, list[str]] = {}
    position, size = 0, 0
    for field in FIELDS:
        for term in terms.get(field, "").split():
            position = min(position + 1, _LAST_POSITION)
            known = places.setdefault(term, [])
            if len(known) < 255:
                known.append(f"{position}{_LETTERS[field]}")
                size += 2 if len(known) > 1 else 12 + 2 * len(term)
            if size > _LARGEST:
                break
        position += _FIELD_GAP
    return " ".join(f"{_lexeme(term)}:{','.join(where)}" for term, where in places.items())


def _answers(expression: str, name: str, values: dict) -> str:
    return f"vector @@ {_query(expression, name, values)}"


def _query(expression: str, name: str, values: dict) -> str:
    values[name] = expression
    return f"CAST(:{name} AS tsquery)"


def _any(group: tuple[Wanted, ...], letters: str = "") -> str:
    return "(" + " | ".join(_quoted(wanted, letters) for wanted in group) + ")"


def _quoted(wanted: Wanted, letters: str = "") -> str:
    """One alternative in the language of tsquery, perhaps in the fields of these letters alone."""
    fields = {None: letters, HEAD: _FIRST, "title": "A"}[wanted.field]
    suffix = fields + ("*" if wanted.prefix else "")
    words = (_lexeme(term) + (f":{suffix}" if suffix else "") for term in wanted.terms)
    return "(" + " <-> ".join(words) + ")"


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"

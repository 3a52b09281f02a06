"""The numbers of what comes in: kept in an empty place, new ones elsewhere, in texts too."""

import re
import uuid
from collections.abc import Callable

from sqlalchemy import func, select, text

from wiki.archive import tables
from wiki.archive.opening import Damaged, broken
from wiki.db import db
from wiki.markup.links import pieces

LARGEST = 1_000_000_000
LINK = re.compile(r"(?<!\\)(\[\[\s*#)(\d{1,9})(?=[#|\]\\\s])")
EMBED = re.compile(r"(\{\{\s*[^\W\d]+\s+)(\d{1,9})(?=[\s|}])")
_PLACES = "files|pages|items|reports|portraits|maps|collections|discussions|events|trainings|kits"
ADDRESS = re.compile(rf"(?<=[(\s\"'<])(/(?:{_PLACES})/)(\d{{1,9}})(?=[-/)\s\"'#?>.])")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Numbers:
    """For each table, the number that a row had and the one it has here."""

    def __init__(self):
        self.known: dict[str, dict] = {}

    def give(self, name: str, olds: list) -> None:
        """Number the rows of a table. Raises Damaged when two have the same number."""
        if len(set(olds)) != len(olds):
            raise Damaged(broken(f"data/{name}.jsonl"))
        if name == "map_feature":
            self.known[name] = _features(olds)
        else:
            self.known[name] = dict(zip(olds, free(name, olds), strict=True))

    def of(self, name: str, old):
        """The number of a row here, or None when it did not come."""
        return self.known.get(name, {}).get(old)

    @property
    def are_the_same(self) -> bool:
        """Whether items kept their numbers, and so whether texts may stay as they are."""
        return all(old == new for old, new in self.known.get("item", {}).items())

    def item(self, old: int) -> int | None:
        """The number of an item here."""
        return self.of("item", old)


def in_text(text: str, number: Callable[[int], int | None]) -> str:
    """A Markdown text whose links, embeds and addresses lead to the new numbers."""
    if not any(sign in text for sign in ("[[", "{{", "](/", '="/', "</", " /")):
        return text

    def change(found: re.Match) -> str:
        return f"{found[1]}{number(int(found[2])) or found[2]}"

    return "".join(
        piece if code else ADDRESS.sub(change, EMBED.sub(change, LINK.sub(change, piece)))
        for code, piece in pieces(text)
    )


def everywhere(value, number: Callable[[int], int | None]):
    """The texts inside a value, led to the new numbers."""
    if isinstance(value, str):
        return in_text(value, number)
    if isinstance(value, list):
        return [everywhere(one, number) for one in value]
    if isinstance(value, dict):
        return {key: everywhere(one, number) for key, one in value.items()}
    return value


def follow_sequences(only: str = "") -> None:
    """PostgreSQL counts numbers apart from the tables: the next one comes after those given."""
    if db.engine.dialect.name != "postgresql":
        return
    for name, sort in tables.sorts().items():
        if only not in ("", name):
            continue
        if sort.key == "id" and not sort.table.columns["id"].foreign_keys and name != "blob":
            db.session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence(:t, 'id'), "
                    f'GREATEST((SELECT COALESCE(MAX(id), 1) FROM "{name}"), 1))'
                ),
                {"t": f'"{name}"'},
            )


def free(name: str, olds: list, always: bool = False) -> list:
    """Numbers that nothing bears; the old ones in an empty table, unless `always` new."""
    if name == "map_feature":
        return list(_features(olds).values())
    sort = tables.sorts()[name]
    if not all(isinstance(old, int) and old > 0 for old in olds):
        raise broken(f"data/{name}.jsonl")
    column = sort.table.columns[sort.key]
    highest = db.session.scalar(select(func.max(column))) or 0
    if not always and not highest and (not olds or max(olds) < LARGEST):
        return olds
    if db.engine.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)")
        rows = db.session.execute(drawn, {"t": f'"{name}"', "n": len(olds)})
        return [row[0] for row in rows]
    return [highest + 1 + at for at in range(len(olds))]


def _features(olds: list) -> dict[str, str]:
    table = tables.sorts()["map_feature"].table
    if not all(isinstance(old, str) and _UUID.fullmatch(old) for old in olds):
        raise broken("data/map_feature.jsonl")
    taken: set[str] = set()
    for start in range(0, len(olds), 400):
        some = olds[start : start + 400]
        taken |= set(db.session.scalars(select(table.c.uuid).where(table.c.uuid.in_(some))))
    return {old: str(uuid.uuid4()) if old in taken else old for old in olds}

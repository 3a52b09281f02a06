"""Rows of an archive into the database: the words they bear, what was refused here, circles cut."""

from sqlalchemy import select

from wiki.archive.opening import Opened
from wiki.archive.tables import Sort
from wiki.consents.models import Tombstone
from wiki.db import db
from wiki.items.models import Term
from wiki.items.terms import VOCABULARIES
from wiki.markup.sanitize import clean_text
from wiki.markup.text import slugify


def refused(hashes: set[str]) -> set[str]:
    """Of these bytes, those that somebody withdrew on this site: they do not come back."""
    stands = select(Tombstone.sha256).where(
        Tombstone.lifted_at.is_(None), Tombstone.sha256.is_not(None)
    )
    return hashes & set(db.session.scalars(stands))


def terms(opened: Opened) -> dict[int, int]:
    """The words of the archive among those of this site; a word it lacks is added."""
    here = {(one.vocabulary, one.slug): one.id for one in db.session.scalars(select(Term))}
    found: dict[int, int] = {}
    for row in opened.rows("term"):
        vocabulary, slug = str(row.get("vocabulary")), slugify(str(row.get("slug")), 100)
        label = clean_text(str(row.get("label")))[:160]
        if vocabulary not in VOCABULARIES or not slug or not label:
            continue
        if (vocabulary, slug) not in here:
            made = Term(vocabulary=vocabulary, slug=slug, label=label, synonyms=[], position=9999,
                        label_en=clean_text(str(row.get("label_en") or ""))[:160])  # fmt: skip
            db.session.add(made)
            db.session.flush()
            here[vocabulary, slug] = made.id
        found[row.get("id")] = here[vocabulary, slug]
    return found


def write(sort: Sort, rows: list[dict]) -> None:
    """Insert; what points to rows of the same table is written once all are there."""
    late = [
        name for name, named in sort.names.items()
        if named == sort.name and name != sort.key and sort.table.columns[name].nullable
    ]  # fmt: skip
    later = [
        {name: row[name] for name in (sort.key, *late)}
        for row in rows
        if any(row[name] is not None for name in late)
    ]
    for start in range(0, len(rows), 500):
        some = [row | dict.fromkeys(late) for row in rows[start : start + 500]]
        db.session.execute(sort.table.insert(), some)
    for row in _without_circles(later, late, sort.key):
        key = sort.table.columns[sort.key] == row.pop(sort.key)
        db.session.execute(sort.table.update().where(key).values(row))


def _without_circles(rows: list[dict], late: list[str], key: str | None) -> list[dict]:
    """An item is not under itself, however far one climbs."""
    if "parent_id" not in late:
        return rows
    above = {row[key]: row["parent_id"] for row in rows}
    for row in rows:
        seen, at = {row[key]}, row["parent_id"]
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at is not None:
            row["parent_id"] = above[row[key]] = None
    return rows

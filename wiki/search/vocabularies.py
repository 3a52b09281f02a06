"""The terms of all vocabularies, remembered between searches and read again when one changes."""

import time
from typing import NamedTuple

from sqlalchemy import Connection, Text, case, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite

from wiki.db import db
from wiki.items.models import Term

_TRUSTED = 1.0  # seconds between two looks at whether another process changed a term


class Known(NamedTuple):
    """What a search needs of a term."""

    id: int
    vocabulary: str
    slug: str
    label: str
    label_en: str
    synonyms: list
    position: int
    retired: bool
    parent_id: int | None


class _Memory:
    looked = 0.0
    version: tuple | None = None
    terms: dict[int, Known] = {}  # noqa: RUF012
    slugs: dict[tuple[str, str], int] = {}  # noqa: RUF012


def version() -> tuple:
    """Changes whenever a term may have changed; reads all of them again when it did."""
    now = time.monotonic()
    if _Memory.version is None or now - _Memory.looked > _TRUSTED:
        found = _current()
        if found != _Memory.version:
            _read()
        _Memory.version, _Memory.looked = found, now
    return _Memory.version


def terms() -> dict[int, Known]:
    """Every term by id."""
    version()
    return _Memory.terms


def by_slug() -> dict[tuple[str, str], int]:
    """Ids by vocabulary and slug."""
    version()
    return _Memory.slugs


def ensure(connection: Connection, vocabulary: str, slug: str) -> int:
    """The id of a term that an item's own facts name, made if nobody named it before."""
    known = by_slug().get((vocabulary, slug))
    if known is None:
        found = {"vocabulary": vocabulary, "slug": slug, "label": slug, "position": 0}
        found |= {"label_en": "", "synonyms": [], "uri": ""}
        # Another process may name it at this very moment: that is no reason to refuse a save.
        made = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(made.insert(Term).values(found).on_conflict_do_nothing())
        same = (Term.vocabulary == vocabulary, Term.slug == slug)
        known = connection.scalar(select(Term.id).where(*same))
        forget()
    return known


def forget() -> None:
    """Look again at the next search; called when a term changed here, or a change was undone."""
    _Memory.version = None


def _current() -> tuple:
    written = func.length(Term.label) + func.length(func.coalesce(cast(Term.synonyms, Text), ""))
    written += func.length(Term.slug) + func.length(Term.label_en) + Term.position
    written += func.coalesce(Term.parent_id, 0)
    living = func.sum(case((Term.retired_at.is_(None), 1), else_=0))
    wanted = select(func.count(), func.max(Term.id), living, func.sum(written))
    return tuple(db.session.connection().execute(wanted).one())


def _read() -> None:
    wanted = select(
        Term.id, Term.vocabulary, Term.slug, Term.label, Term.label_en, Term.synonyms,
        Term.position, Term.parent_id, Term.retired_at,
    )  # fmt: skip
    rows = db.session.connection().execute(wanted).all()
    _Memory.terms = {
        row.id: Known(*row[:7], retired=row.retired_at is not None, parent_id=row.parent_id)
        for row in rows
    }
    _Memory.slugs = {(row.vocabulary, row.slug): row.id for row in rows}

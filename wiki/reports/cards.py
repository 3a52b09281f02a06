"""What the cards of a list say of reports, from narrow rows: facts, and why to rely on them."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import bindparam, select

from wiki.db import db
from wiki.items import lineage
from wiki.items.models import Item, Term, item_term
from wiki.items.terms import label_of
from wiki.reports import facts, freshness, trust
from wiki.reports.models import Report

_OF = bindparam("ids", expanding=True)
_TABLE = Report.__table__
_SHOWN = (
    "place", "duration", "sessions", "hours", "people", "cost", "year", "freshness", "checked_at",
    "effects", "skipped",
)  # fmt: skip
_ROWS = (
    select(Item.id, Item.extra, Item.updated_at, *(_TABLE.c[name] for name in _SHOWN))
    .join(_TABLE, _TABLE.c.id == Item.id)
    .where(Item.id.in_(_OF))
)
_PUBLICS = (
    select(item_term.c.item_id, Term.label, Term.label_en)
    .join(Term, Term.id == item_term.c.term_id)
    .where(item_term.c.item_id.in_(_OF), Term.vocabulary == "publics")
    .order_by(Term.position.desc())
)


class Tag(NamedTuple):
    """A reason to rely on a report, in two or three words."""

    tone: str
    icon: str
    words: str


class Card(NamedTuple):
    """What a card says: (icon, value) of each fact, then the tags."""

    facts: list[tuple[str, str]]
    tags: list[Tag]


def cards(ids: list[int], reader) -> dict[int, Card]:
    """What to say of each report, in three statements for all; `reader` may read them."""
    connection = db.session.connection()
    # The first by position comes last, and so stays.
    publics = {row.item_id: label_of(row) for row in connection.execute(_PUBLICS, {"ids": ids})}
    redone = lineage.redone(ids, reader)
    return {
        row.id: Card(_facts(row, publics.get(row.id, "")), _tags(row, redone.get(row.id, 0)))
        for row in connection.execute(_ROWS, {"ids": ids})
    }


def _facts(row, public: str) -> list[tuple[str, str]]:
    return [(sign, value) for sign, value in facts.facts_line(row, public) if value]


def _tags(row, redone: int) -> list[Tag]:
    said = (_fresh_tag(row), _evidence_tag(trust.lines_of(row)), _redone_tag(redone))
    return [tag for tag in said if tag]


def _fresh_tag(report) -> Tag | None:
    code, word, sign = freshness.state(report) or ("", "", "")
    return Tag("yes" if code == "current" else "care", sign, word) if code else None


def _evidence_tag(lines: list[dict]) -> Tag | None:
    """The strongest evidence given line by line, and on how many people."""
    if not lines:
        return None
    words = {"measured": _("Measured"), "said": _("Said"), "observed": _("Observed")}
    for kind, word in words.items():
        sizes = [row.get("n") or 0 for row in lines if row.get("evidence") == kind]
        if sizes:
            most = max(sizes)
            return Tag("yes", "coche", f"{word}, n\u00a0=\u00a0{most}" if most else word)
    return None


def _redone_tag(times: int) -> Tag | None:
    if not times:
        return None
    words = ngettext("Done again %(num)s time", "Done again %(num)s times", times)
    return Tag("plain", "essaimer", words)

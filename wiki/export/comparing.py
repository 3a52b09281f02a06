"""Reports side by side: the same questions to each, one report a column."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict

from wiki.db import db
from wiki.export.choosing import numbers
from wiki.items import history, links
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.items.terms import label_of, vocabulary_label
from wiki.reports import facts, freshness, lines, trust
from wiki.reports.models import Report
from wiki.reports.outlines import BY_KEY
from wiki.search import find
from wiki.search.filters import Filters

blueprint = Blueprint("compare", __name__)
LEAST, MOST = 2, 6
SUGGESTED = 6


class Cell(NamedTuple):
    """What one report answers: lines of words, or a text of its own."""

    lines: tuple = ()
    html: Markup = Markup("")


@dataclass
class Row:
    """One question and what each report answers, in the order of the columns."""

    key: str
    label: str
    cells: list[Cell]
    long: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no report answers."""
        return not any(cell.lines or cell.html for cell in self.cells)

    @property
    def is_same(self) -> bool:
        """Whether all say the same."""
        return all(cell == self.cells[0] for cell in self.cells)


@blueprint.get("/compare")
def show():
    """Two to six reports in one table; the address holds all, so it can be sent to someone."""
    asked = numbers(request.args.getlist("items"))
    found = _readable(asked[:100])
    reports = [item for item in found if isinstance(item, Report)]
    shown = reports[:MOST]
    ids = [report.id for report in shown]
    typed = request.args.get("q", "")[:300].strip()
    return render_template(
        "compare/show.html",
        reports=shown,
        rows=rows(shown, current_user) if len(shown) >= LEAST else [],
        without={report.id: _address([one for one in ids if one != report.id]) for report in shown},
        others=len(found) - len(reports),
        beyond=len(reports) - len(shown),
        may_add=len(shown) < MOST,
        typed=typed,
        suggested=[
            (item, _address([*ids, item.id])) for item in _suggested(typed, ids)
        ] if typed and len(shown) < MOST else [],
        room="reports",
    )  # fmt: skip


def rows(reports: list[Report], reader) -> list[Row]:
    """The questions that at least one report answers, each with the answers side by side."""
    words = [
        Row(name, vocabulary_label(name), [_terms(report, name) for report in reports])
        for name in ("needs", "publics")
    ]
    strip = list(zip(*(facts.facts(report) for report in reports), strict=True))
    # « For whom » stands among the words, where all of it is told.
    told = [
        Row(fact[0][0], fact[0][1], [_words(one[2]) for one in fact]) for fact in strip[1:]
    ]  # fmt: skip
    more = [
        Row(name, vocabulary_label(name), [_terms(report, name) for report in reports])
        for name in ("formats", "tools", "connectivity", "obstacles")
    ]
    texts = [
        _row("minute", _("In 1 minute"), reports, _minute),
        _row("what_failed", BY_KEY["what_failed"].title, reports, _text("what_failed", reader)),
        _row("conditions", BY_KEY["conditions"].title, reports, _conditions(reader)),
        _row("changes", BY_KEY["changes"].title, reports, _changes(reader)),
        _row("trust", _("What to rely on"), reports, _signs(reader)),
        _row("fresh", _("Freshness"), reports, _fresh),
        _row("licence", _("Licence"), reports, lambda report: _words(report.licence)),
    ]
    made = [texts[0], *words, *told, *more, *texts[1:]]
    return [row for row in made if not row.is_empty]


def _row(key: str, label, reports: list[Report], say: Callable[[Report], Cell]) -> Row:
    return Row(key, str(label), [say(report) for report in reports], long=True)


def _words(value) -> Cell:
    return Cell((str(value),)) if value else Cell()


def _terms(report: Report, vocabulary: str) -> Cell:
    return Cell(tuple(label_of(term) for term in report.terms_of(vocabulary)))


def _minute(report: Report) -> Cell:
    told = facts.minute(report.summary)
    return Cell(tuple(f"{label}{_(':')} {words}" if label else words for label, words in told))


def _text(key: str, reader) -> Callable[[Report], Cell]:
    def say(report: Report) -> Cell:
        if key in (report.skipped or []) or key not in report.renderings:
            return Cell()
        return Cell(html=links.show(report.renderings[key].html, report, reader, False))

    return say


def _conditions(reader) -> Callable[[Report], Cell]:
    return _lines_or_text("requirements", "conditions", reader)


def _changes(reader) -> Callable[[Report], Cell]:
    return _lines_or_text("effects", "changes", reader)


def _lines_or_text(name: str, key: str, reader) -> Callable[[Report], Cell]:
    """The lines of a table when the writers filled it in, and the text beside it."""
    text = _text(key, reader)

    def say(report: Report) -> Cell:
        if key in (report.skipped or []):
            return Cell()
        told = tuple(lines.said(name, row) for row in getattr(report, name) or [])
        return Cell(told, text(report).html)

    return say


def _signs(reader) -> Callable[[Report], Cell]:
    def say(report: Report) -> Cell:
        first = history.first_shown(report, reader)
        names = [name for name, _count in history.writers(report, first)]
        signs = trust.signs(report, names, trust.known(report, reader))
        return Cell(tuple(Markup("<b>{}</b> {}").format(one.strong, one.text) for one in signs))

    return say


def _fresh(report: Report) -> Cell:
    state = freshness.state(report)
    return Cell((state[1],)) if state else Cell()


def _readable(ids: list[int]) -> list[Item]:
    """Items of these numbers that the person may read, in the order asked for."""
    kinds = db.session.execute(
        select(Item.id, Item.kind).where(Item.id.in_(ids), visible(current_user))
    ).all()
    reports = {
        report.id: report
        for report in db.session.scalars(
            select(Report)
            .where(Report.id.in_([row.id for row in kinds if row.kind == "reports"]))
            .options(
                joinedload(Report.group), joinedload(Report.author), selectinload(Report.terms),
                selectinload(Report.renderings),
            )
        )
    }  # fmt: skip
    known = {row.id: reports.get(row.id, row) for row in kinds}
    return [known[number] for number in ids if number in known]


def _suggested(typed: str, ids: list[int]) -> list[Report]:
    """Reports that a question finds, other than those in the table."""
    filters = Filters.from_args(MultiDict({"kind": "reports"}))
    found = find(typed, current_user, filters, SUGGESTED + MOST, 0, facets=False)
    return [item for item in _readable(found.ids) if item.id not in ids][:SUGGESTED]


def _address(ids: list[int]) -> str:
    return "/compare?" + urlencode([("items", number) for number in ids])

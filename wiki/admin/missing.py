"""What the site lacks, for its editors: each line leads to what can be done about it.

Only what the editor may read is listed. Searches are kept without anyone's trace: see
`wiki.search.missed`.
"""

import csv
import io
from typing import NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from wiki.accounts.models import SiteRole
from wiki.admin.views import needs
from wiki.db import db
from wiki.discussions.models import waiting
from wiki.items.access import visible
from wiki.items.models import Item, Scope, Term, item_term
from wiki.items.terms import label_of, vocabulary_label
from wiki.reports import freshness, problems, trust
from wiki.reports.models import Report
from wiki.reports.outlines import filled
from wiki.search import missed

blueprint = Blueprint("missing", __name__, url_prefix="/admin/missing")

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001
LOOKED_AT = 400  # the latest reports, whose texts are read through
LISTED = 40
# Vocabularies in which a word without any report is a subject nobody has told of yet.
TOLD_OF = ("needs", "publics", "themes", "formats", "connectivity", "obstacles")


class Gaps(NamedTuple):
    """Everything that is missing, as one editor may see it."""

    searches: list[missed.MissedSearch]
    questions: list
    stale: list[Report]
    unproven: list[Report]
    unfailing: list[Report]
    imported: list[Report]
    problems: list
    empty_words: dict[str, list[Term]]


@blueprint.get("")
@needs(SiteRole.EDITOR)
def index():
    """The page: one section for each kind of gap."""
    gaps = find_gaps(current_user)
    return render_template(
        "admin/missing.html", gaps=gaps, tab="missing", room="admin", listed=LISTED,
        looked_at=LOOKED_AT, vocabulary_label=vocabulary_label, state=freshness.state,
    )  # fmt: skip


@blueprint.get("/table.csv")
@needs(SiteRole.EDITOR)
def table():
    """The same as a table, which French spreadsheets open as it is."""
    made = io.StringIO()
    sheet = csv.writer(made, delimiter=";", lineterminator="\r\n")
    sheet.writerow([_("What"), _("Words"), _("How often"), _("Address")])
    for row in _rows(find_gaps(current_user)):
        sheet.writerow([_inert(cell) for cell in row])
    headers = {"Content-Disposition": 'attachment; filename="manques.csv"'}
    return Response("\ufeff" + made.getvalue(), mimetype="text/csv", headers=headers)


@blueprint.post("/searches/<digest>/removal")
@needs(SiteRole.EDITOR)
def forget(digest: str):
    """Take a search off the list: something answers it now, or it should not be kept."""
    missed.forget(digest)
    db.session.commit()
    flash(_("This search is off the list."))
    return redirect(url_for("missing.index"), 303)


def find_gaps(editor) -> Gaps:
    """What is missing, of what this editor may read."""
    reports = _latest(editor)
    own = [report for report in reports if not report.is_imported]
    return Gaps(
        searches=missed.known(LISTED),
        questions=waiting(editor, LISTED),
        stale=freshness.stale(editor, LISTED),
        unproven=[report for report in own if not trust.evidence(report)][:LISTED],
        unfailing=[report for report in own if not filled(report, "what_failed")][:LISTED],
        imported=[report for report in reports if report.is_imported][:LISTED],
        problems=problems.open_ones(editor, limit=LISTED),
        empty_words=_empty_words(editor),
    )


def _latest(editor) -> list[Report]:
    query = (
        select(Report)
        .where(visible(editor), Item.scope > Scope.DRAFT)
        .options(joinedload(Report.group), selectinload(Report.renderings))
        .order_by(Item.updated_at.desc(), Item.id.desc())
        .limit(LOOKED_AT)
    )
    return list(db.session.scalars(query))


def _empty_words(editor) -> dict[str, list[Term]]:
    """The words on offer that no report this editor may read bears, by vocabulary."""
    borne = (
        select(item_term.c.term_id)
        .join(Item, Item.id == item_term.c.item_id)
        .where(Item.kind == "reports", visible(editor))
    )
    query = select(Term).where(
        Term.vocabulary.in_(TOLD_OF), Term.retired_at.is_(None), Term.id.not_in(borne)
    )
    found: dict[str, list[Term]] = {}
    for term in db.session.scalars(query.order_by(Term.position, func.lower(Term.label))):
        found.setdefault(term.vocabulary, []).append(term)
    return {name: found[name] for name in TOLD_OF if name in found}


def _rows(gaps: Gaps):
    """The lines of the table: what, words, how often, address."""
    for one in gaps.searches:
        yield _("Search without result"), one.words, one.times, "/search"
    for words, items in (
        (_("Question without answer"), gaps.questions),
        (_("Report to check again"), gaps.stale),
        (_("Report without evidence"), gaps.unproven),
        (_("Report that does not say what failed"), gaps.unfailing),
        (_("Imported report to complete"), gaps.imported),
    ):
        for item in items:
            yield words, item.title, "", item.url
    for one in gaps.problems:
        yield _("Problem reported"), one.problem.report.title, "", one.problem.report.url
    for vocabulary, terms in gaps.empty_words.items():
        words = _("Word without report")
        for term in terms:
            yield (
                f"{words}, {vocabulary_label(vocabulary)}",
                label_of(term),
                "",
                "",
            )


def _inert(cell) -> str:
    """A cell on one line that no spreadsheet takes for a formula."""
    text = " ".join(str(cell if cell is not None else "").split())
    return "'" + text if text.startswith(_FORMULA) else text

"""The screens of experience reports: the list, one to read, and a new one."""

import re

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload, selectinload

from wiki.db import db, utcnow
from wiki.items import history, links, reading
from wiki.items.access import (
    can,
    group_to_write_in,
    groups_where,
    load,
    load_group,
    may_write_in,
    visible,
)
from wiki.items.models import Item, Scope
from wiki.items.terms import VOCABULARIES, label_of, vocabulary_label
from wiki.items.writing import save
from wiki.markup.text import html_to_text, slugify
from wiki.reports import cards, editing, facts, freshness, lines, replies, telling, testimony, trust
from wiki.reports.forms import NewReportForm, this_year
from wiki.reports.models import Report
from wiki.reports.outlines import LINES_OF, arranged, filled
from wiki.reports.routes import blueprint

for part in (editing, replies, telling):
    assert part  # importing it is what adds its routes, or who is told of what
A_PAGE = 20
TELLING = ("publics", "themes", "formats")
# A comment cannot be in sanitised HTML, so it marks where one section ends and the next begins.
_BETWEEN = "<!--section-->"
_WEIGHTS = {
    "indispensable": "must", "essential": "must", "adaptable": "fit",
    "propre à nous": "ours", "particular to us": "ours",
}  # fmt: skip
_WEIGHT_CELL = re.compile(r"<td>([^<>]{5,30})</td>")
_FIRST_HEADING = re.compile(r"\s*<h[1-6][ >].*?</h[1-6]>", re.DOTALL)
_LAST_WORD = re.compile(r"<p>(?=(?:Si c[’']était à refaire|If we did it again)\b)(?!.*<p>)", re.S)


@blueprint.get("/reports")
def index():
    """Reports one may read, the newest first, of one group or of all."""
    wanted = request.args.get("group")
    group = load_group(request.args.get("group", 0, type=int)) if wanted else None
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    query = (
        select(Report)
        # The kind is said although the join implies it: the index is on kind and date.
        .where(Item.kind == "reports", visible(current_user))
        .options(
            # The list of a group shows how far each is written, which its sections tell.
            *([] if group else [defer(Report.sections)]),
            defer(Report.body), joinedload(Report.group),
            joinedload(Report.author), selectinload(Report.terms),
        )
        .order_by(Item.updated_at.desc(), Item.id.desc())
        .limit(A_PAGE + 1)
        .offset((page - 1) * A_PAGE)
    )  # fmt: skip
    if group:
        query = query.where(Item.group_id == group.id)
    reports = list(db.session.scalars(query))
    return render_template(
        "reports/index.html",
        group=group,
        reports=reports[:A_PAGE],
        previous=url_for(".index", group=group and group.id, page=page - 1) if page > 1 else None,
        next=(
            url_for(".index", group=group and group.id, page=page + 1)
            if len(reports) > A_PAGE
            else None
        ),
        may_write=may_write_in(group),
        room="reports",
    )


@blueprint.route("/reports/new", methods=["GET", "POST"])
def new():
    """Start a report: its title and its size; the rest is written on the next screen."""
    if current_user.is_anonymous:
        abort(401)
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("reports/choose.html", groups=groups_where(current_user))
    form = NewReportForm.of_request(outline=request.args.get("outline", "story"))
    if not form.was_sent_well():
        page = render_template("reports/new.html", form=form, group=group, room="reports")
        return page, 422 if request.method == "POST" else 200
    report = _same_sent_twice(group, form.title.data) or _create(group, form)
    return redirect(url_for(".edit", item_id=report.id), 303)


@blueprint.get("/reports/<id:item_id>")
def show(item_id: int):
    """One report: the minute, the facts, what to rely on, what failed, then the sections."""
    if kept := reading.fresh("reports", item_id, current_user):
        return kept
    found = reading.row("reports", item_id, current_user)
    if found is None:
        abort(404)
    return reading.answer(found, current_user, lambda: _report_page(load(Report, item_id), found))


def _report_page(report: Report, found) -> str:
    may_edit = can(current_user, "edit", report)
    parts = _parts(report, may_edit)
    first = history.first_shown(report, current_user)
    writers = [name for name, _count in history.writers(report, first)]
    _above, below = reading.family(found, current_user)
    return render_template(
        "reports/show.html",
        item=report,
        found=found,
        group=reading.group_of(found, current_user),
        may=reading.powers(current_user, found),
        files=below,
        room="reports",
        may_edit=may_edit,
        minute=facts.minute(report.summary),
        facts=facts.facts(report),
        words=_words(report),
        authors=_credited(report),
        contact=filled(report, "contact"),
        contacts=testimony.contacts_of(report),
        signs=trust.signs(report, writers, trust.known(report, current_user)),
        fresh=freshness.state(report),
        lines={name: lines.grouped(name, getattr(report, name)) for name in lines.COLUMNS},
        named=lines.word_of,
        answers=replies.shown(report, current_user),
        failed=next((part for part in parts if part[0] == "what_failed"), None),
        parts=[part for part in parts if part[0] != "what_failed"],
        toc=_contents(report, parts),
    )


@blueprint.app_template_global("report_facts")
def report_facts(report) -> list[tuple[str, str]]:
    """The facts a card shows."""
    return facts.facts_line(report) if isinstance(report, Report) else []


@blueprint.app_template_global("report_cards")
def report_cards(items: list) -> dict[int, cards.Card]:
    """What cards say of those of these items that are reports: their facts, and why to rely."""
    ids = [item.id for item in items if item.kind == "reports"]
    return cards.cards(ids, current_user) if ids else {}


@blueprint.app_template_global("report_state")
def report_state(report) -> tuple[str, str, str] | None:
    """How fresh a report is, for a card: only what calls for care is said."""
    if not isinstance(report, Report):
        return None
    found = freshness.state(report)
    return found if found and found[0] != "current" else None


@blueprint.app_template_global("report_gauge")
def report_gauge(report) -> tuple[int, int]:
    """How much of a report is written, for those who write it."""
    return report.completeness()


@blueprint.app_template_global("reports_to_check")
def reports_to_check() -> list[Report]:
    """The reports whose writers are asked whether they are still true, for their day."""
    return freshness.asked_of(current_user)


def _create(group, form: NewReportForm) -> Report:
    report = Report(
        group_id=group.id,
        title=form.title.data,
        outline=form.outline.data,
        scope=Scope(int(form.scope.data)),
        licence="CC BY-SA 4.0",
        year=this_year(),
        sections={},
    )
    save(report, current_user)
    return report


def _same_sent_twice(group, title: str) -> Report | None:
    """The report made a moment ago by a button pressed twice."""
    last = db.session.scalar(
        select(Report)
        .where(Item.group_id == group.id, Item.author_id == current_user.id, visible(current_user))
        .order_by(Item.id.desc())
        .limit(1)
    )
    recent = last and (utcnow() - last.created_at).total_seconds() < 20
    return last if recent and last.title == title and last.revision_count == 1 else None


def _parts(report: Report, may_edit: bool) -> list[tuple[str, str, Markup]]:
    """(key, title, HTML as this reader may see it) of every section written, and the free text."""
    written = [key for key in report.texts() if key in report.renderings]
    stored = _BETWEEN.join(report.renderings[key].html for key in written)
    shown = links.show(stored, report, current_user, may_edit).split(_BETWEEN) if written else []
    html = dict(zip(written, shown, strict=True))
    titles = report.section_names()
    return [
        (key, titles.get(key, ""), _dressed(key, html.get(key, ""), report.title))
        for key in [*arranged(report), "body"]
        if key in html or (key in LINES_OF and getattr(report, LINES_OF[key]))
    ]


def _dressed(key: str, html: str, title: str) -> Markup:
    """What the drawing asks of two sections: cells for the weight of conditions, a last word."""
    if key == "body":
        html = _without_title(html, title)
    if key == "conditions":
        html = _WEIGHT_CELL.sub(_weight, html)
    if key == "what_failed":
        html = _LAST_WORD.sub('<p class="redo">', html)
    return Markup(html)


def _without_title(html: str, title: str) -> str:
    """An imported text often begins with its title, which the page already bears."""
    first = _FIRST_HEADING.match(html)
    if first and slugify(html_to_text(first[0])) == slugify(title):
        return html[first.end() :]
    return html


def _weight(cell: re.Match) -> str:
    kind = _WEIGHTS.get(cell[1].strip().lower().replace("\u00a0", " "))
    return f'<td><span class="need need--{kind}">{cell[1]}</span></td>' if kind else cell[0]


def _words(report: Report) -> dict:
    """The report's terms with what a search for each needs: the most telling, then the others."""
    borne = {
        name: [(name, term.slug, label_of(term)) for term in report.terms_of(name)]
        for name in VOCABULARIES
    }
    first = [term for name in TELLING for term in borne[name]]
    rest = [(vocabulary_label(n), borne[n]) for n in borne if borne[n] and n not in TELLING]
    return {"first": first, "rest": rest}


def _credited(report: Report) -> str:
    """Those whom an imported text names as its authors."""
    authors = (report.extra or {}).get("authors") or []
    return ", ".join(str(a) for a in authors) if isinstance(authors, list) else str(authors)


def _contents(report: Report, parts: list) -> list[tuple[str, str]]:
    """The contents list; a report of one free text shows its headings instead."""
    titled = [(key, title) for key, title, _html in parts if title]
    titled.sort(key=lambda part: part[0] != "what_failed")
    body = report.renderings.get("body")
    headings = [(h["id"], h["text"]) for h in (body.toc if body else []) if h["level"] <= 3]
    if headings and slugify(headings[0][1]) == slugify(report.title):
        headings = headings[1:]
    return [*titled, *headings[:20]]

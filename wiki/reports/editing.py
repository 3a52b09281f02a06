"""The screen on which a report is written, and the draft kept from moment to moment."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.items import draft_views, folding, live, settling
from wiki.items.access import load
from wiki.items.forms import number_or_none
from wiki.reports import drafts, lines, testimony
from wiki.reports.forms import CHOSEN, ReportForm
from wiki.reports.models import Report
from wiki.reports.outlines import (
    BY_KEY,
    SECTIONS,
    Section,
    is_due,
    missing,
    outline,
    own_sections,
)
from wiki.reports.routes import blueprint


@blueprint.route("/reports/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Write a report on one long page; what others saved meanwhile is put together."""
    report = load(Report, item_id, "edit")
    if request.method == "GET":
        folding.fold(report)  # the texts of the form and the number it bears are of one version
        return _edit_page(report, *_begun(report))
    form = ReportForm.of(report, request.form)
    if {"move", "add", "keep"} & set(request.form):
        return _keep_and_go_on(report, form)
    # Without any field wtforms would take the report itself for what was sent.
    if not request.form or not form.validate():
        return _edit_page(report, form), 422
    base = number_or_none(form.revision.data) or report.revision_count
    if "live" in request.form:
        folding.fold(report, form.note.data or "", current_user)
    changes = form.changes(report, base)
    if clash := settling.edit(report, changes, base, current_user, form.note.data or ""):
        return settling.page(clash, _field_names(form))
    report.settle_import()
    testimony.set_contacts(report, request.form, current_user)
    drafts.drop_recorded(report, current_user, request.form)
    db.session.commit()
    flash(_("Recorded."), "success")
    flash(f"report-{report.id}", "draft-saved")
    if "stay" in request.form:
        return redirect(url_for(".edit", item_id=report.id), 303)
    return redirect(report.url, 303)


def _begun(report: Report) -> tuple[ReportForm, drafts.ReportDraft | None]:
    """The form as this person left it; a draft that says nothing of its own is thrown away."""
    draft = drafts.find(report, current_user)
    if draft is None:
        return ReportForm.of(report), None
    form, plain = ReportForm.of(report, drafts.typed(report, draft)), ReportForm.of(report)
    contacts = testimony.fields(report, None, draft) != testimony.fields(report, None)
    if contacts or _said(form) != _said(plain):
        return form, draft
    drafts.drop(report, current_user)
    db.session.commit()
    return plain, None


def _said(form: ReportForm) -> dict:
    """What a form says, but for where it comes from."""
    said = {field.name: field.data for field in form if field.name != "revision"}
    return {
        name: (drafts.bare(value) if isinstance(value, str) else value) or None
        for name, value in said.items()
    }


@blueprint.post("/reports/<id:item_id>/draft")
def keep_draft(item_id: int):
    """Keep what is being typed, for this person alone; JSON says when, and what was kept."""
    report = load(Report, item_id, "edit")
    return draft_views.kept(drafts.ReportDraft, report)


@blueprint.post("/reports/<id:item_id>/draft/removal")
def drop_draft(item_id: int):
    """Throw away what was typed and not recorded."""
    report = load(Report, item_id, "edit")
    words = _("Here is the report as it is recorded.")
    return draft_views.thrown_away(drafts.ReportDraft, report, words)


def _keep_and_go_on(report: Report, form: ReportForm):
    """Buttons that rearrange the form: keep all that was typed, and come back to the place."""
    sent, place = request.form.copy(), ""
    if "move" in sent:
        key, _colon, way = sent["move"].partition(":")
        shown = [section.key for section in _main(report, form)]
        order = drafts.moved(form.order(), shown, key, draft_views.STEPS.get(way, 0))
        sent["arrangement"], place = ",".join(order), f"part-{key}"
    elif "add" in sent:
        key = drafts.new_key()
        sent[f"heading_{key}"], sent[f"section_{key}"] = "", ""
        sent["arrangement"], place = ",".join([*form.order(), key]), f"part-{key}"
    else:
        place = sent["keep"][:60]
    return draft_views.gone_on(drafts.ReportDraft, report, sent, place, form)


def _main(report: Report, form: ReportForm) -> list:
    """The sections on the page itself, in the order that the writer gave them."""
    shown = {part.key: part for part in outline(form.outline.data or report.outline)}
    own = {section.key: section for section in own_sections(report)}
    shown |= {key: own.get(key) or _new(form, key) for key in form.own}
    return [shown[key] for key in form.order() if key in shown]


def _new(form: ReportForm, key: str):
    title = form[f"heading_{key}"].data or _("Your heading")
    return Section(key, title, "")


def _edit_page(report: Report, form: ReportForm, draft=None) -> str:
    size = form.outline.data or report.outline
    main = _main(report, form)
    shown = {part.key for part in main}
    written = {s.key for s in [*SECTIONS, *main] if (form[f"section_{s.key}"].data or "").strip()}
    written |= {key for key, field in _TABLES.items() if form[field].data}
    wrong = {s.key for s in SECTIONS if form[f"section_{s.key}"].errors}
    due = {section.key for section in main if is_due(section, size)}
    skipped = set(form.skipped.data or [])
    written -= skipped
    counted = [s for s in main if s.key not in skipped or s.key in due]
    if not form.revision.data:
        form.revision.data = str(report.revision_count)
    return render_template(
        "reports/edit.html",
        item=report,
        group=report.group,
        room="reports",
        form=form,
        main=main,
        more=[s for key in form.order() for s in SECTIONS if s.key == key and key not in shown],
        written=written,
        skipped=skipped,
        more_open=bool((written | wrong) - shown or form.body.data),
        due=due,
        done=len(written & {s.key for s in counted}),
        of=len(counted),
        vocabularies=[form[f"terms_{name}"] for name in CHOSEN],
        missing=missing(report),
        draft=draft,
        live=_doorways(report, form),
        unsaved=_unsaved(report, form),
        stamp=draft.stamp if draft else request.form.get("stamp", ""),
        screen=request.form.get("screen") or secrets.token_hex(8),
        choices=lines.CHOICES,
        contacts=testimony.fields(report, request.form if request.form else None, draft),
        people=report.group.people_for(current_user),
    )


def _doorways(report: Report, form: ReportForm) -> dict[str, dict]:
    """By section, the way to where it is written with others; nothing where that cannot be."""
    if "essaim.live" not in request.environ:
        return {}
    return live.doorways(report, sorted({"body", *report.section_names()}))


def _unsaved(report: Report, form: ReportForm) -> set[str]:
    """The texts of the form that were sent and are not those of the report."""
    recorded = {**(report.sections or {}), "body": report.body}
    fields = {key: form[f"section_{key}"] for key in [*BY_KEY, *form.own]} | {"body": form.body}
    return {
        key
        for key, field in fields.items()
        if field.raw_data and drafts.bare(field.data) != drafts.bare(recorded.get(key))
    }


def _field_names(form: ReportForm) -> dict[str, str]:
    names = {field.name: str(field.label.text) for field in form}
    named = {f"sections.{section.key}": str(section.title) for section in SECTIONS}
    own = {f"sections.{key}": form[f"heading_{key}"].data or "" for key in form.own}
    own |= {f"headings.{key}": _("Your heading") for key in form.own}
    return names | named | own


_TABLES = {"changes": "effects", "conditions": "requirements"}

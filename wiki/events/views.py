"""The screens of sessions: the agenda, one session, writing it, doing the last one again."""

import re
import secrets
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.db import db, utcnow
from wiki.events.forms import MeetingForm
from wiki.events.models import Meeting
from wiki.items import history, links, reading, settling
from wiki.items.access import (
    group_to_write_in,
    groups_where,
    load,
    load_group,
    may_write_in,
    visible,
)
from wiki.items.models import Scope
from wiki.items.versions import field_names
from wiki.items.writing import log, save
from wiki.programme import agenda, times
from wiki.programme.forms import Plan

blueprint = Blueprint("events", __name__)
A_WEEK = 7
_NUMBERED = re.compile(r"(\w+\s+(?:n°\s*)?)(\d{1,3})(?!\d)", re.IGNORECASE)
_PAGE = agenda.AT_A_TIME


@blueprint.get("/events")
def index():
    """The agenda, of one group or of all one may read, as a list or as a month."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    known = {"group": group, "room": "events", "may_write": may_write_in(group)}
    if request.args.get("view") == "month":
        first = agenda.month_asked(request.args.get("month"))
        before, after = agenda.around(first)
        return render_template(
            "events/month.html", first=first, before=before, after=after,
            weeks=agenda.month(current_user, group and group.id, first), **known,
        )  # fmt: skip
    past = request.args.get("when") == "past"
    offset = max(0, min(request.args.get("from", 0, type=int) or 0, 100_000))
    found = agenda.listed(current_user, group and group.id, past, offset)
    here = "/events?" + (f"group={group.id}&" if group else "") + ("when=past&" if past else "")
    return render_template(
        "events/index.html", months=agenda.by_month(found[:_PAGE]), past=past,
        previous=f"{here}from={max(offset - _PAGE, 0)}" if offset else None,
        next=f"{here}from={offset + _PAGE}" if len(found) > _PAGE else None, **known,
    )  # fmt: skip


@blueprint.get("/events/<id:item_id>")
def show(item_id: int):
    """One session."""
    if kept := reading.fresh("events", item_id, current_user):
        return kept
    found = reading.row("events", item_id, current_user)
    if found is None:
        abort(404)
    if request.path != links.path_of(found):
        return redirect(links.path_of(found), 301)
    return reading.answer(found, current_user, lambda: _page(load(Meeting, item_id), found))


@blueprint.route("/events/new", methods=["GET", "POST"])
def new():
    """A session to come, from nothing or like an earlier one."""
    if current_user.is_anonymous:
        abort(401)
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("events/choose.html", groups=groups_where(current_user))
    model = _model(group.id)
    last = agenda.latest_of(current_user, group.id, Meeting)
    defaults = _following(model) if model else {"day": None, "once": secrets.token_urlsafe(12)}
    form = MeetingForm.of(model, request.form if request.method == "POST" else None, **defaults)
    plan = Plan(model.programme if model else [], request.form if request.form else None)
    if "arrange" in request.form:
        return _arranged(form, plan, group, None)
    if request.method == "POST" and form.validate() and not plan.errors:
        made = _create(form, plan, group)
        flash(_("The session is in the agenda."))
        return redirect(made.url, 303)
    return _form_page(form, plan, group, model=model, last=last)


@blueprint.route("/events/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Change a session; what others changed meanwhile is put together with it."""
    item = load(Meeting, item_id, "edit")
    form = MeetingForm.of(item, request.form if request.method == "POST" else None)
    plan = Plan(item.programme, request.form if request.form else None)
    if "arrange" in request.form:
        return _arranged(form, plan, item.group, item)
    if request.method != "POST" or not form.validate() or plan.errors:
        return _form_page(form, plan, item.group, item=item)
    changes = form.fields() | {"programme": plan.kept}
    base = form.revision.data or 0
    if clash := settling.edit(item, changes, base, current_user, form.note.data or ""):
        return settling.page(clash, field_names(item))
    flash(_("Recorded."))
    return redirect(item.url, 303)


@blueprint.post("/events/<id:item_id>/cancellation")
def cancel(item_id: int):
    """Say that a session will not take place, or that it will after all."""
    item = load(Meeting, item_id, "edit")
    history.edit(item, {"cancelled": not item.cancelled}, item.revision_count, current_user)
    log("cancelled" if item.cancelled else "confirmed", item, current_user)
    db.session.commit()
    flash({
        "text": _("The session is cancelled.") if item.cancelled else _("The session is on again."),
        "undo": f"/events/{item.id}/cancellation",
    })  # fmt: skip
    return redirect(item.url, 303)


def _page(item: Meeting, found) -> str:
    may = reading.powers(current_user, found)
    rendering = item.renderings.get("body")
    body = rendering and links.show(rendering.html, item, current_user, "edit" in may)
    return render_template(
        "events/show.html", item=item, found=found, may=may, room="events", body=body,
        group=reading.group_of(found, current_user),
    )  # fmt: skip


def _form_page(form, plan, group, *, item=None, model=None, last=None, status=None):
    page = render_template(
        "events/edit.html", form=form, plan=plan, group=group, item=item, model=model, last=last,
        room="events",
    )  # fmt: skip
    return page, status or (422 if form.errors or plan.errors else 200)


def _arranged(form, plan: Plan, group, item):
    """The form again with the plan rearranged; nothing is recorded yet."""
    form.errors.clear()
    plan.place = plan.arrange(request.form["arrange"][:20])
    return _form_page(form, plan, group, item=item, status=200)


def _model(group_id: int) -> Meeting | None:
    """The session that the new one should resemble, when one was asked for."""
    like = request.args.get("like", "")
    if like == "last":
        return agenda.latest_of(current_user, group_id, Meeting)
    if like.isascii() and like.isdigit() and len(like) < 10:
        wanted = select(Meeting).where(Meeting.id == int(like), visible(current_user))
        return db.session.scalar(wanted.where(Meeting.group_id == group_id))
    return None


def _following(model: Meeting) -> dict:
    """The same hours, a week later or as many weeks as it takes to be in days to come."""
    weeks = max(1, (utcnow() - model.starts_at).days // A_WEEK + 1)
    start = times.later(model.starts_at, weeks * A_WEEK, model.zone)
    day = start.astimezone(times.zone_of(model.zone)).date()
    span = model.local_end.date() - model.local_start.date()
    return {
        "title": _numbered_on(model.title), "day": day,
        "ends_on": day + span if span > timedelta(0) else None,
        "once": secrets.token_urlsafe(12), "revision": None,
    }  # fmt: skip


def _numbered_on(title: str) -> str:
    """« Séance 3 » becomes « Séance 4 »; what comes after the number was of that day."""
    found = _NUMBERED.match(title)
    return f"{found[1]}{int(found[2]) + 1}" if found else title


def _create(form: MeetingForm, plan: Plan, group) -> Meeting:
    """The new session; the one already made when the same form comes twice."""
    made = Meeting(group_id=group.id, group=group, scope=Scope.GROUP, programme=plan.kept)
    for name, value in form.fields().items():
        setattr(made, name, value)
    once = (form.once.data or "")[:100]
    if once:
        made.origin, made.source = f"form-{current_user.id}", once
    try:
        save(made, current_user)
        return made
    except IntegrityError:
        db.session.rollback()
        twin = db.session.scalar(
            select(Meeting).where(
                Meeting.group_id == group.id, Meeting.origin == f"form-{current_user.id}",
                Meeting.source == once,
            )
        )  # fmt: skip
        return twin or abort(409)

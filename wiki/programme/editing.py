"""Writing a session or a training: from nothing, like an earlier one, changed by several."""

import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.db import db, utcnow
from wiki.items import history, links, reading, settling
from wiki.items.access import group_to_write_in, groups_where, load, visible
from wiki.items.models import Scope
from wiki.items.versions import field_names
from wiki.items.writing import log, save
from wiki.programme import agenda, times
from wiki.programme.forms import Plan

A_WEEK = 7
_NUMBERED = re.compile(r"(\w+\s+(?:n°\s*)?)(\d{1,3})(?!\d)", re.IGNORECASE)


class Kind(NamedTuple):
    """A kind of dated things: its name, its model, its form, the values of an empty one."""

    name: str
    model: type
    form: type
    usual: dict


def show(kind: Kind, item_id: int, **more):
    """The screen of one; `more` gives functions of the item that add to its template."""
    if kept := reading.fresh(kind.name, item_id, current_user):
        return kept
    found = reading.row(kind.name, item_id, current_user)
    if found is None:
        abort(404)
    if request.path != links.path_of(found):
        return redirect(links.path_of(found), 301)
    return reading.answer(found, current_user, lambda: _page(kind, found, more))


def _page(kind: Kind, found, more: dict) -> str:
    item = load(kind.model, found.id)
    may = reading.powers(current_user, found)
    rendering = item.renderings.get("body")
    body = rendering and links.show(rendering.html, item, current_user, "edit" in may)
    added = {name: give(item) for name, give in more.items()}
    return render_template(
        f"{kind.name}/show.html", item=item, found=found, may=may, room="events", body=body,
        group=reading.group_of(found, current_user), **added,
    )  # fmt: skip


def new(kind: Kind):
    """One to come, from nothing or like an earlier one."""
    if current_user.is_anonymous:
        abort(401)
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("programme/choose.html", kind=kind.name,
                               groups=groups_where(current_user))  # fmt: skip
    model = _model(kind, group.id)
    last = agenda.latest_of(current_user, group.id, kind.model)
    empty = kind.usual | {"day": None, "once": secrets.token_urlsafe(12)}
    form = kind.form.of(model, _sent(), **_following(model) if model else empty)
    plan = Plan(model.programme if model else [], request.form if request.form else None)
    if "arrange" in request.form:
        return _arranged(kind, form, plan, group, None)
    if request.method == "POST" and form.validate() and not plan.errors:
        made = _create(kind, form, plan, group)
        flash(_("It is in the agenda."))
        return redirect(made.url, 303)
    return _form_page(kind, form, plan, group, model=model, last=last)


def edit(kind: Kind, item_id: int):
    """Change one; what others changed meanwhile is put together with it."""
    item = load(kind.model, item_id, "edit")
    form = kind.form.of(item, _sent())
    plan = Plan(item.programme, request.form if request.form else None)
    if "arrange" in request.form:
        return _arranged(kind, form, plan, item.group, item)
    if not request.form or not form.validate() or plan.errors:
        return _form_page(kind, form, plan, item.group, item=item)
    changes = form.fields() | {"programme": plan.kept}
    base, was = form.revision.data or 0, _where_and_when(item)
    if clash := settling.edit(item, changes, base, current_user, form.note.data or ""):
        return settling.page(clash, field_names(item))
    if was != _where_and_when(item) and not item.has_ended and not item.cancelled:
        log("rescheduled", item, current_user, starts=item.starts)
        db.session.commit()
    flash(_("Recorded."))
    return redirect(item.url, 303)


def cancel(kind: Kind, item_id: int):
    """Say that one will not take place, or that it will after all.

    The button says which: pressed twice, or by two people, it does so once.
    """
    item = load(kind.model, item_id, "cancel")
    wanted = {"off": True, "on": False}.get(request.args.get("to", ""), not item.cancelled)
    if wanted != item.cancelled:
        history.edit(item, {"cancelled": wanted}, item.revision_count, current_user)
        if not item.has_ended:
            verb = "cancelled" if item.cancelled else "confirmed"
            log(verb, item, current_user, starts=item.starts)
            db.session.commit()
    flash({
        "text": _("It is cancelled.") if item.cancelled else _("It is on again."),
        "undo": f"/{kind.name}/{item.id}/cancellation?to={'on' if item.cancelled else 'off'}",
        "undo_label": _("Take it back"),
    })  # fmt: skip
    return redirect(item.url, 303)


def _where_and_when(item) -> tuple:
    """What people must know to be there."""
    return item.starts, item.place, item.address


def _sent():
    return request.form if request.method == "POST" else None


def _form_page(kind, form, plan, group, *, item=None, model=None, last=None, status=None):
    page = render_template(
        f"{kind.name}/edit.html", form=form, plan=plan, group=group, item=item, model=model,
        last=last, room="events", kind=kind.name,
    )  # fmt: skip
    refused = form.errors or plan.errors or (request.method == "POST" and not request.form)
    return page, status or (422 if refused else 200)


def _arranged(kind: Kind, form, plan: Plan, group, item):
    """The form again with the plan rearranged; nothing is recorded yet."""
    plan.place = plan.arrange(request.form["arrange"][:20])
    return _form_page(kind, form, plan, group, item=item, status=200)


def _model(kind: Kind, group_id: int):
    """The one that the new one should resemble, when one was asked for."""
    like = request.args.get("like", "")
    if like == "last":
        return agenda.latest_of(current_user, group_id, kind.model)
    if like.isascii() and like.isdigit() and len(like) < 10:
        wanted = select(kind.model).where(kind.model.id == int(like), visible(current_user))
        return db.session.scalar(wanted.where(kind.model.group_id == group_id))
    return None


def _following(model) -> dict:
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


def _create(kind: Kind, form, plan: Plan, group):
    """The new one; the one already made when the same form comes twice."""
    made = kind.model(group_id=group.id, group=group, scope=Scope.GROUP, programme=plan.kept)
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
            select(kind.model).where(
                kind.model.group_id == group.id, kind.model.source == once,
                kind.model.origin == f"form-{current_user.id}",
            )
        )  # fmt: skip
        return twin or abort(409)

"""The screens of « New collective action »: the questions, the dates, then what is ready."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import func, select

from wiki.actions import dates, founding
from wiki.actions.forms import ActionForm
from wiki.actions.founding import MARK, Plan
from wiki.db import db, utcnow
from wiki.events.models import Meeting
from wiki.groups import joining
from wiki.groups.models import Group, Role
from wiki.groups.views import may_found
from wiki.items.access import load_group
from wiki.items.models import Item
from wiki.items.terms import label_of
from wiki.programme import holidays

blueprint = Blueprint("actions", __name__)
REGRET = timedelta(days=1)  # in which one press puts all of it in the trash
TOGETHER = ("shown", "kept", "step")  # what the screen of the dates sends of its own


@blueprint.route("/actions/new", methods=["GET", "POST"])
@login_required
def new():
    """Ask what an action is, show its dates, then make it."""
    if not may_found():
        abort(403)
    form = ActionForm.of_request()
    if request.method == "GET":
        form.pictogram.data, form.colour.data = "arbre", "lagune"
        return _questions(form)
    step = request.form.get("step")
    if step == "edit":
        return _questions(form)
    if not form.validate():
        return _questions(form, 422)
    offers = form.offers
    if len(dates.kept(offers)) < form.count.data:
        form.count.errors = [_("Too many days are skipped: the series never ends.")]
        return _questions(form, 422)
    if step != "make" or not request.form.getlist("shown"):
        return _dates(form, offers)
    twin = Group.founded_just_now(form.title.data, current_user)
    group = twin or founding.found(_plan(form, dates.kept(offers)), current_user)
    if not twin:
        flash(_undoable(group))
    return redirect(f"/groups/{group.id}/ready", 303)


@blueprint.get("/groups/<id:group_id>/ready")
@login_required
def ready(group_id: int):
    """What an action has on its first day, and what to print."""
    group = load_group(group_id, Role.FACILITATOR)
    marked = {
        item.extra.get(MARK): item
        for item in db.session.scalars(
            select(Item)
            .where(Item.group_id == group.id, Item.trashed_at.is_(None), Item.extra.is_not(None))
            .order_by(Item.id)
            .limit(200)
        )
        if item.extra.get(MARK)
    }
    page = render_template(
        "actions/ready.html", group=group, marked=marked, cards=len(joining.cards_of(group)),
        sessions=_count(Meeting, group), regret=group.created_at > utcnow() - REGRET,
    )  # fmt: skip
    return page, 200, {"Cache-Control": "no-store"}


def _count(kind, group: Group) -> int:
    query = select(func.count()).select_from(kind)
    return db.session.scalar(query.where(kind.group_id == group.id, kind.trashed_at.is_(None)))


def _questions(form: ActionForm, status: int = 200):
    carried = [(name, one) for name in ("shown", "kept") for one in request.form.getlist(name)]
    return render_template("actions/new.html", form=form, carried=carried), status


def _dates(form: ActionForm, offers):
    carried = [
        (name, one)
        for name in request.form
        if name not in TOGETHER
        for one in request.form.getlist(name)
    ]
    return render_template("actions/dates.html", form=form, offers=offers, carried=carried,
                           holiday_of=holidays.named)  # fmt: skip


def _plan(form: ActionForm, days) -> Plan:
    terms = [form.terms[slug] for slug in form.publics.data or []]
    return Plan(
        title=form.title.data, structure=form.structure.data, terms=terms,
        publics=[label_of(term) for term in terms], places=form.places.data,
        place=form.place.data or "", days=days, starts=form.starts.data, ends=form.ends.data,
        colour=form.colour.data, pictogram=form.pictogram.data,
    )  # fmt: skip


def _undoable(group: Group) -> dict:
    return {
        "text": _("“%(title)s” is ready.", title=group.title),
        "undo": f"/groups/{group.id}/trash",
    }

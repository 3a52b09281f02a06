"""The screens to do again what others did: adapting for a group, saying what was changed."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user
from wtforms import RadioField, SelectField

from wiki.db import db
from wiki.export import adapting, asking
from wiki.forms import Form, line
from wiki.groups.journal import record
from wiki.groups.models import Group, Role
from wiki.groups.views import may_found
from wiki.items import lineage
from wiki.items.access import can, groups_where, load, load_group
from wiki.items.forms import number_or_none
from wiki.items.models import Item
from wiki.items.writing import log
from wiki.throttle import throttle

blueprint = Blueprint("redo", __name__)
blueprint.add_app_template_global(lineage.guide, "original_text")
blueprint.add_app_template_global(lineage.lacks_changes, "lacks_changes")
blueprint.add_app_template_global(lineage.is_narrower, "source_is_narrower")


class AdaptForm(Form):
    """For which group, under which title, and how much of the text comes along."""

    title = line(N_("Title of your version"))
    group = SelectField(N_("For which group?"), coerce=int, validate_choice=True)
    new_group = line(N_("Name of the new group"), 120, needed=False)
    text = RadioField(
        N_("What do you start from?"),
        choices=[
            ("outline", N_("Empty sections, the original beside them")),
            ("full", N_("The whole text, to change as you like")),
        ],
        default="outline",
    )


@blueprint.app_template_global("lineage_around")
def lineage_around(item) -> dict | None:
    """What a page tells of who did it again; None when there is nothing to tell."""
    known = g.setdefault("lineages", {})
    if item.id not in known:
        known[item.id] = _around(item) if lineage.has_any(item.id) else None
    return known[item.id]


def _around(item) -> dict:
    made = lineage.origin(item.id, current_user)
    return {
        "made": made[0] if made else None,
        "source": made[1] if made else None,
        "reused": lineage.reused_by(item.id, current_user),
        "told": lineage.told_elsewhere(item.id, current_user),
        "tree": lineage.tree(item.id, current_user),
        "may_say": made is not None and can(current_user, "edit", item),
    }


@blueprint.route("/items/<id:item_id>/adaptation", methods=["GET", "POST"])
def adapt(item_id: int):
    """Make of it a draft for one of my groups."""
    if current_user.is_anonymous:
        abort(401)
    source = load(Item, item_id)
    if source.kind not in adapting.KINDS:
        abort(404)
    free = adapting.may_take_text(source, current_user)
    form = _form(source, free)
    found = adapting.extras(source, current_user)
    if form.was_sent_well() and (group := _group(form)):
        return _adapted(source, group, form, free)
    page = render_template(
        "items/adapt.html", item=source, form=form, free=free, room=source.kind,
        taken=[extra.item for extra in found if not extra.refusal],
        left=[extra for extra in found if extra.refusal],
        licence=getattr(source, "licence", ""), may_found=may_found(),
        sent=set(_chosen()) if request.method == "POST" else None,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@blueprint.route("/items/<id:item_id>/changes", methods=["GET", "POST"])
def say_changes(item_id: int):
    """Say whether one did it again, where, with how many, what changed and what came of it."""
    item = load(Item, item_id, "edit")
    made = db.session.get(lineage.Adaptation, item.id) or abort(404)
    form = asking.RedoneForm.of_request(made)
    if form.was_sent_well():
        if asking.record(made, form):
            log("changes told", item, current_user)
        db.session.commit()
        flash(_("Recorded."))
        return redirect(item.url, 303)
    page = render_template("items/changes.html", item=item, form=form, room=item.kind)
    return page, 422 if form.errors else 200


def _form(source: Item, free: bool) -> AdaptForm:
    groups = groups_where(current_user, Role.MEMBER)
    others = [group for group in groups if group.id != source.group_id]
    first = (others or groups or [None])[0]
    form = AdaptForm.of_request(title=source.title, group=first.id if first else 0)
    form.group.choices = [(group.id, group.title) for group in groups]
    if may_found():
        form.group.choices.append((0, _("A new group")))
    if not free:
        form.text.choices = form.text.choices[:1]
    if source.kind != "reports":
        form.text.choices, form.text.data = [("full", _("The whole text"))], "full"
    return form


def _group(form: AdaptForm) -> Group | None:
    """The group chosen, or the new one; None when its name is missing."""
    if form.group.data:
        return load_group(form.group.data, Role.MEMBER)
    if not may_found():
        abort(403)
    title = (form.new_group.data or "").strip()
    if not title:
        form.new_group.errors = [_("Give the new group a name.")]
        return None
    if twin := Group.founded_just_now(title, current_user):
        return twin
    group = Group.found(title, current_user._get_current_object())
    record("group created", current_user, group.id)
    db.session.flush()
    return group


def _adapted(source: Item, group: Group, form: AdaptForm, free: bool):
    throttle("20 per 10 minutes", "copy", str(current_user.id))
    made = adapting.made_just_now(source, current_user, group)
    if made is None:
        full = form.text.data == "full" and free
        wish = adapting.Wish(form.title.data, full, frozenset(_chosen()))
        made, left = adapting.adapt(source, current_user, group, wish)
        flash(_("Here is your draft. The credit of those who did it first stays with it."))
        if left:
            told = ", ".join(f"« {one.item.title} »" for one in left[:10])
            flash(_("Not copied: %(titles)s.", titles=told), "warning")
    return redirect(f"{made.url}/edit" if made.kind == "reports" else made.url, 303)


def _chosen() -> list[int]:
    numbers = [number_or_none(value) for value in request.form.getlist("extras")[:200]]
    return [number for number in numbers if number]

"""« Put in a collection »: things picked anywhere go into one of mine, or into a new one."""

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from wiki.collections.entries import asked_items, put_items, told
from wiki.collections.forms import NewCollectionForm
from wiki.collections.models import Collection
from wiki.db import db, utcnow
from wiki.groups.models import Role
from wiki.items import owners
from wiki.items.access import can, groups_where, load, load_group, visible
from wiki.items.forms import number_or_none
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.throttle import throttle

blueprint = Blueprint("choosing", __name__)
OFFERED = 60


@blueprint.route("/collections/choose", methods=["GET", "POST"])
def choose():
    """Choose the collection that receives the things picked, or begin one for them."""
    if current_user.is_anonymous:
        abort(401)
    items = _picked(asked_items(request.values))
    groups = groups_where(current_user, Role.MEMBER)
    form = NewCollectionForm.of_request()
    form.group.choices = [(group.id, group.title) for group in groups]
    if request.method == "POST" and items and (made := _receiver(form)):
        told(put_items(made, [item.id for item in items]))
        return redirect(made.url, 303)
    page = render_template(
        "collections/choose.html", items=items, collections=mine(), groups=groups, form=form,
        room="collections",
    )  # fmt: skip
    return page, 422 if form.errors else 200


def create(title: str, summary: str, group_id: int) -> Collection:
    """A new collection, for the group at first; the one already made by a button pressed twice."""
    throttle("30 per 10 minutes", "collections", str(current_user.id))
    group = load_group(group_id, Role.MEMBER)
    last = db.session.scalar(
        select(Collection)
        .where(Item.group_id == group.id, Item.author_id == current_user.id, visible(current_user))
        .order_by(Item.id.desc())
        .limit(1)
    )
    if last and last.title == title and (utcnow() - last.created_at).total_seconds() < 20:
        return last
    made = Collection(
        group_id=group.id, title=title, summary=summary or "", body="", scope=Scope.GROUP
    )
    save(made, current_user)
    return made


def mine() -> list[Collection]:
    """The collections this person may put things in, the latest first."""
    groups = [group.id for group in groups_where(current_user, Role.MEMBER)]
    query = (
        select(Collection)
        .where(
            Item.kind == "collections",
            or_(Item.group_id.in_(groups), Item.id.in_(owners.shared_with(current_user))),
            visible(current_user),
        )
        .order_by(Item.updated_at.desc())
        .limit(OFFERED)
    )
    return [one for one in db.session.scalars(query) if can(current_user, "edit", one)]


def _receiver(form: NewCollectionForm) -> Collection | None:
    """The collection chosen, or the new one; None when neither was said well."""
    if number := number_or_none(request.form.get("collection")):
        return load(Collection, number, "edit")
    if not form.group.choices:
        form.form_errors.append(_("You are in no group that writes"))
        return None
    return create(form.title.data, form.summary.data, form.group.data) if form.validate() else None


def _picked(numbers: list[int]) -> list:
    """The things picked that this person may read, in the order they were picked."""
    rows = db.session.execute(
        select(Item.id, Item.kind, Item.title, Item.slug).where(
            Item.id.in_(numbers), visible(current_user)
        )
    ).all()
    return sorted(rows, key=lambda row: numbers.index(row.id))

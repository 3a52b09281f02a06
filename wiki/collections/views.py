"""The screens of collections: the list, one to read, a new one, its words."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.collections import choosing, entries, leaving, owning  # noqa: F401 (leaving registers)
from wiki.collections.forms import CollectionForm, NewCollectionForm
from wiki.collections.models import Collection, counts, readable
from wiki.db import db
from wiki.files.models import File
from wiki.groups.models import Role
from wiki.items import links, owners, reading, settling
from wiki.items.access import groups_where, load, load_group, may_write_in, visible
from wiki.items.models import Item, Rendering, Scope
from wiki.items.versions import field_names
from wiki.items.writing import log

blueprint = Blueprint("collections", __name__)
for part in (entries, owning, choosing):
    blueprint.register_blueprint(part.blueprint)
A_PAGE, MOST_PICTURES = 24, 80


@blueprint.get("/collections")
def index():
    """Collections one may read, the latest first, of one group or of all."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    query = (
        select(Collection)
        .where(Item.kind == "collections", visible(current_user))
        .options(joinedload(Collection.group), joinedload(Collection.author))
        .order_by(Item.updated_at.desc(), Item.id.desc())
        .limit(A_PAGE + 1)
        .offset((page - 1) * A_PAGE)
    )
    if group:
        query = query.where(Item.group_id == group.id)
    found = list(db.session.scalars(query))
    address = f"/collections?{f'group={group.id}&' if group else ''}page="
    return render_template(
        "collections/index.html", group=group, room="collections", collections=found[:A_PAGE],
        counts=counts([one.id for one in found], current_user),
        may_write=may_write_in(group),
        previous=f"{address}{page - 1}" if page > 1 else None,
        next=f"{address}{page + 1}" if len(found) > A_PAGE else None,
    )  # fmt: skip


@blueprint.get("/collections/<id:item_id>")
def show(item_id: int):
    """One collection to read."""
    if kept := reading.fresh("collections", item_id, current_user):
        return kept
    found = reading.row("collections", item_id, current_user)
    if found is None:
        abort(404)
    return reading.answer(found, current_user, lambda: _page(load(Collection, item_id), found))


@blueprint.route("/collections/new", methods=["GET", "POST"])
def new():
    """Begin a collection: a title is enough."""
    if current_user.is_anonymous:
        abort(401)
    groups = groups_where(current_user, Role.MEMBER)
    form = NewCollectionForm.of_request(group=request.args.get("group", type=int))
    form.group.choices = [(group.id, group.title) for group in groups]
    if groups and form.was_sent_well():
        made = choosing.create(form.title.data, form.summary.data, form.group.data)
        return redirect(f"{made.url}/entries", 303)
    page = render_template("collections/new.html", form=form, groups=groups, room="collections")
    return page, 422 if form.errors else 200


@blueprint.route("/collections/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """The words of a collection; what others saved meanwhile is put together with them."""
    collection = load(Collection, item_id, "edit")
    form = CollectionForm.of_request(
        collection, revision=collection.revision_count, note="", cover=collection.cover_id or 0
    )
    form.cover.choices = [(0, _("The drawn one")), *_pictures(collection)]
    if not form.was_sent_well():
        page = render_template(
            "collections/edit.html", item=collection, form=form, group=_group(collection),
            room="collections",
        )  # fmt: skip
        return page, 422 if form.errors else 200
    clash = settling.edit(
        collection, form.changes(), form.revision.data or 0, current_user, form.note.data or ""
    )
    if clash:
        return settling.page(clash, field_names(collection))
    if form.cover.data != (collection.cover_id or 0):
        collection.cover_id = form.cover.data or None
        log("cover changed", collection, current_user)
        db.session.commit()
    flash(f"collection-{collection.id}", "draft-saved")
    flash(_("Recorded."))
    return redirect(collection.url, 303)


def _page(collection: Collection, found) -> str:
    may = reading.powers(current_user, found)
    rendering = db.session.get(Rendering, (collection.id, "body"))
    shown = readable(collection, current_user)
    return render_template(
        "collections/show.html",
        item=found,
        group=reading.group_of(found, current_user),
        room="collections",
        may=may,
        html=links.show(rendering.html, found, current_user, "edit" in may) if rendering else "",
        entries=shown,
        count=sum(entry.is_content for entry, _item in shown),
        reports=sum(bool(item) and item.kind == "reports" for _entry, item in shown),
        owners=owners.of(collection.id),
        photo=_photo(collection),
        narrow=_narrower(shown, found.scope) if "edit" in may else 0,
    )


def _photo(collection: Collection):
    """The picture chosen as its cover, for those who may read it; a drawn one for the others."""
    query = select(File.id, File.alt)
    return (
        collection.cover_id
        and db.session.execute(
            query.where(File.id == collection.cover_id, visible(current_user))
        ).first()
    )


def _pictures(collection: Collection) -> list[tuple[int, str]]:
    """The pictures that may become its cover: of its group, and of what it gathers."""
    gathered = [entry.target_id for entry in collection.entries() if entry.target_id]
    query = (
        select(Item.id, Item.title)
        # A file that can be shown as a picture is its own cover.
        .where(Item.kind == "files", Item.cover_id == Item.id, visible(current_user))
        .where(
            Item.id.in_([*gathered, collection.cover_id or 0])
            | Item.parent_id.in_(gathered)
            | (Item.group_id == collection.group_id)
        )
        .order_by(Item.id.in_(gathered).desc(), Item.title)
        .limit(MOST_PICTURES)
    )
    return [(row.id, row.title) for row in db.session.execute(query)]


def _narrower(shown: list, scope: Scope) -> int:
    """How many things of a collection are read by fewer people than the collection itself."""
    return sum(
        min(item.scope, item.ceiling if item.ceiling is not None else item.scope) < scope
        for _entry, item in shown
        if item
    )


def _group(collection: Collection):
    """The group around the screen, for those who may enter it."""
    mine = {group.id for group in groups_where(current_user, Role.READER)}
    return collection.group if collection.group_id in mine else None

"""What stands in a collection: putting things in, in order, with a word about each."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from wiki.collections import pasting
from wiki.collections.forms import EntryForm, LinksForm
from wiki.collections.models import MANY, Collection, Entry, purge_removed, readable, refer
from wiki.db import db, utcnow
from wiki.items.access import groups_where, load, visible
from wiki.items.forms import number_or_none
from wiki.items.models import Item
from wiki.items.writing import log
from wiki.markup.sanitize import clean_text
from wiki.throttle import throttle

blueprint = Blueprint("entries", __name__)


@blueprint.get("/collections/<id:item_id>/entries")
def arrange(item_id: int):
    """Put things in order, say why each is there, add others."""
    return _screen(load(Collection, item_id, "edit"), LinksForm())


@blueprint.post("/collections/<id:item_id>/entries")
def add(item_id: int):
    """Add items by their numbers, a heading, or a list of pasted addresses."""
    collection = load(Collection, item_id, "edit")
    throttle("60 per 10 minutes", "collect", str(current_user.id))
    if heading := clean_text(request.form.get("heading", ""))[:200].strip():
        _room_for(collection, 1)
        collection.put(title=heading)
        _done(collection)
        return redirect(f"/collections/{collection.id}/entries#add", 303)
    if numbers := asked_items(request.form):
        told(put_items(collection, numbers))
        return redirect(f"/collections/{collection.id}/entries", 303)
    form = LinksForm.of_request()
    if not form.was_sent_well():
        return _screen(collection, form), 422
    pasted = pasting.read(form.links.data, current_user)
    count = put_items(collection, pasted.items) + _put_links(collection, pasted.links)
    told(count)
    if pasted.lost:
        flash(
            ngettext(
                "%(num)s line gave nothing that you may read.",
                "%(num)s lines gave nothing that you may read.",
                pasted.lost,
            ),
            "warning",
        )
    return redirect(f"/collections/{collection.id}/entries", 303)


@blueprint.post("/collections/<id:item_id>/entries/order")
def order(item_id: int):
    """Move one entry up or down (`move`, `by`), or put the entries named by `entry` in that order.

    Those the person does not see keep their places between the others.
    """
    collection = load(Collection, item_id, "edit")
    seen = [entry for entry, _item in _shown(collection)]
    if moved := number_or_none(request.form.get("move")):
        seen = _moved(seen, moved, -1 if request.form.get("by") == "up" else 1)
    else:
        numbers = [number_or_none(value) for value in request.form.getlist("entry")]
        ranks = {number: rank for rank, number in enumerate(numbers)}
        seen.sort(key=lambda entry: ranks.get(entry.id, len(ranks)))
    _renumber(collection, seen)
    _done(collection)
    if "quiet" in request.form:
        return "", 204
    return redirect(f"/collections/{collection.id}/entries#entry-{moved or ''}", 303)


@blueprint.post("/collections/<id:item_id>/entries/<int:number>")
def say(item_id: int, number: int):
    """Write why an entry is there, and the title of a heading or link."""
    collection = load(Collection, item_id, "edit")
    entry = _entry(collection, number)
    form = EntryForm.of_request()
    if not form.validate():
        flash(" ".join(error for field in form for error in field.errors), "error")
        return redirect(f"/collections/{collection.id}/entries#entry-{entry.id}", 303)
    if entry.kind != "heading":
        entry.note = form.note.data or ""
    if entry.kind != "item" and form.title.data:
        entry.title = form.title.data
    _done(collection)
    flash(_("Recorded."))
    return redirect(f"/collections/{collection.id}/entries#entry-{entry.id}", 303)


@blueprint.post("/collections/<id:item_id>/entries/<int:number>/removal")
def remove(item_id: int, number: int):
    """Take an entry out, with a way back."""
    collection = load(Collection, item_id, "edit")
    entry = _entry(collection, number)
    entry.removed_at = utcnow()
    purge_removed(collection)
    _done(collection)
    back = f"/collections/{collection.id}/entries/{entry.id}/restoration"
    flash({"text": _("Taken out of the collection."), "undo": back, "undo_label": _("Put back")})
    return redirect(f"/collections/{collection.id}/entries", 303)


@blueprint.post("/collections/<id:item_id>/entries/<int:number>/restoration")
def put_back(item_id: int, number: int):
    """Put back an entry that was taken out, where it was."""
    collection = load(Collection, item_id, "edit")
    entry = _entry(collection, number, removed=True)
    twin = entry.target_id in {one.target_id for one in collection.entries() if one.target_id}
    if not twin:
        entry.removed_at = None
        _done(collection)
    return redirect(f"/collections/{collection.id}/entries#entry-{entry.id}", 303)


def asked_items(values) -> list[int]:
    """The numbers of items in an address or a form, each once."""
    numbers = [number_or_none(value) for value in values.getlist("items")[:MANY]]
    return list(dict.fromkeys(number for number in numbers if number))


def put_items(collection: Collection, numbers: list[int]) -> int:
    """Put items at the end, of those the person may read and that are not there yet; how many."""
    there = {entry.target_id for entry in collection.entries()}
    query = select(Item.id).where(Item.id.in_(numbers), visible(current_user))
    known = set(db.session.scalars(query)) - there - {collection.id}
    wanted = [number for number in numbers if number in known]
    _room_for(collection, len(wanted))
    for number in wanted:
        collection.put(target_id=number)
        db.session.flush()
    if wanted:
        _done(collection)
    return len(wanted)


def told(count: int) -> None:
    """Say how many things were put in."""
    none = _("Everything was there already: nothing was added.")
    many = ngettext("%(num)s thing added.", "%(num)s things added.", count)
    flash(many if count else none)


def _put_links(collection: Collection, links: list[tuple[str, str]]) -> int:
    there = {entry.address for entry in collection.entries()}
    wanted = {address: title for title, address in links if address not in there}
    _room_for(collection, len(wanted))
    for address, title in wanted.items():
        collection.put(title=title, address=address)
        db.session.flush()
    if wanted:
        _done(collection)
    return len(wanted)


def _room_for(collection: Collection, count: int) -> None:
    if len(collection.entries()) + count > MANY:
        abort(422, _("A collection holds at most %(n)s things: make another one.", n=MANY))


def _done(collection: Collection) -> None:
    """One commit with its event, so that every screen that shows the collection is drawn anew."""
    refer(collection)
    collection.updated_at = utcnow()
    log("rearranged", collection, current_user)
    db.session.commit()


def _moved(seen: list[Entry], number: int, step: int) -> list[Entry]:
    place = next((n for n, entry in enumerate(seen) if entry.id == number), None)
    if place is not None and 0 <= place + step < len(seen):
        seen[place], seen[place + step] = seen[place + step], seen[place]
    return seen


def _renumber(collection: Collection, seen: list[Entry]) -> None:
    """Give the places of the entries that the person sees to these, in their new order."""
    ids = {entry.id for entry in seen}
    following = iter(seen)
    for position, entry in enumerate(collection.entries(), 1):
        (next(following) if entry.id in ids else entry).position = position


def _shown(collection: Collection) -> list[tuple[Entry, Item | None]]:
    """What the person arranging sees: headings too, even when nothing stands under them yet."""
    seen = {entry.id: item for entry, item in readable(collection, current_user)}
    return [
        (entry, seen.get(entry.id))
        for entry in collection.entries()
        if entry.id in seen or entry.kind == "heading"
    ]


def _entry(collection: Collection, number: int, removed: bool = False) -> Entry:
    """An entry of this collection that the person may see."""
    entry = db.session.get(Entry, number)
    if entry is None or entry.collection_id != collection.id:
        abort(404)
    if bool(entry.removed_at) != removed:
        abort(404)
    query = select(Item.id).where(Item.id == entry.target_id, visible(current_user))
    if entry.target_id and db.session.scalar(query) is None:
        abort(404)
    return entry


def _screen(collection: Collection, form: LinksForm) -> str:
    mine = {group.id for group in groups_where(current_user)}
    return render_template(
        "collections/entries.html", item=collection, entries=_shown(collection), form=form,
        group=collection.group if collection.group_id in mine else None, room="collections",
    )  # fmt: skip

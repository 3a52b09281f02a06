"""Titles as people write them between [[ and ]]: completed while typing, asked when ambiguous."""

from collections import Counter

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.groups.models import Group
from wiki.items import history, links
from wiki.items.access import can, load, load_group, visible
from wiki.items.models import Item
from wiki.markup.links import extract, rewrite
from wiki.markup.text import slugify

blueprint = Blueprint("titles", __name__)
AT_MOST = 20


@blueprint.get("/groups/<id:group_id>/titles.json")
def complete(group_id: int):
    """The items whose title goes on like that, those of the group first."""
    if current_user.is_anonymous:
        abort(401)
    load_group(group_id)
    wanted = slugify(request.args.get("q", "")[:200])
    # The slug is the title without accents: it compares alike on every database.
    match = Item.slug.like(f"%{wanted}%") if wanted else Item.slug != ""
    rows = db.session.execute(
        select(Item.id, Item.kind, Item.title, Item.slug, Item.group_id, Group.title.label("group"))
        .join(Group, Group.id == Item.group_id)
        .where(match, Item.kind != "files" if not wanted else True, visible(current_user))
        .order_by(
            (Item.group_id == group_id).desc(),
            Item.slug.like(f"{wanted}%").desc(),
            Item.updated_at.desc(),
        )
        .limit(AT_MOST)
    ).all()
    return jsonify([_option(row, group_id, rows) for row in rows])


@blueprint.get("/groups/<id:group_id>/titles/<slug>")
def choose(group_id: int, slug: str):
    """Which of several items with one title was meant."""
    found = links.candidates(group_id, slug, current_user)
    if not found:
        abort(404)
    if len(found) == 1:
        return redirect(links.path_of(found[0]), 302)
    group = load_group(group_id)
    source = _source(request.args.get("from", type=int))
    return render_template(
        "items/titles.html", group=group, room="pages", found=found, slug=slug, source=source
    )


@blueprint.post("/groups/<id:group_id>/titles/<slug>")
def settle(group_id: int, slug: str):
    """« Always this one »: the text says from now on which item it means."""
    source = load(Item, request.form.get("source", 0, type=int), "edit")
    target = load(Item, request.form.get("target", 0, type=int))
    if source.group_id != group_id:
        abort(404)
    changes = _rewritten(source, slug, f"#{target.id}")
    if changes:
        note = _("“%(title)s” now leads to number %(n)s", title=target.title, n=target.id)
        history.edit(source, changes, source.revision_count, current_user, note)
        flash(_("From now on this link leads to “%(title)s”.", title=target.title))
    return redirect(source.url, 303)


def _rewritten(source: Item, slug: str, new: str) -> dict:
    """The fields of a text whose links to this title now say which item they mean."""
    changes = {}
    for field, text in source.texts().items():
        written = {link.target for link in extract(text) if slugify(link.target) == slug}
        made = text
        for title in written:
            made = rewrite(made, title, new)
        if made != text and hasattr(source, field):
            changes[field] = made
        elif made != text and field in (getattr(source, "sections", None) or {}):
            sections = changes.get("sections", dict(source.sections))
            changes["sections"] = sections | {field: made}
    return changes


def _source(item_id: int | None) -> Item | None:
    """The text in which the link stands, for someone who may change it."""
    if item_id is None or current_user.is_anonymous:
        return None
    item = db.session.scalar(select(Item).where(Item.id == item_id, visible(current_user)))
    return item if item is not None and can(current_user, "edit", item) else None


def _option(row, group_id: int, rows: list) -> dict:
    """One line of the list; a title that would be ambiguous is written by its number."""
    here = row.group_id == group_id
    same = Counter(other.slug for other in rows if other.group_id == group_id)[row.slug]
    clear = here and same == 1 and not any(sign in row.title for sign in "[]|#")
    words = row.title.translate(str.maketrans("[]|", "() "))
    return {
        "id": row.id,
        "title": row.title,
        "kind": row.kind,
        "insert": row.title if clear else f"#{row.id}|{words}",
        "ambiguous": not clear,
        "group": row.group,
    }

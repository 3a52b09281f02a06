"""Screens of an item's past: its versions, what changed, going back, erasing words for good."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from wiki.db import db
from wiki.items import authorship, copies, folding, history, links, terms
from wiki.items.access import can, load
from wiki.items.forms import ErasureForm
from wiki.items.models import Item
from wiki.items.reading import powers
from wiki.templating import language

blueprint = Blueprint("versions", __name__)
AT_A_TIME = 50
MOST = 2000  # changed lines shown of one text
AROUND = 2  # unchanged lines shown around a change


@blueprint.app_template_filter("hour")
def hour(value) -> str:
    """The time of day of a moment: 14 h 30."""
    local = value.astimezone(get_timezone())
    if language() == "fr":
        return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    return f"{local:%H:%M}"


@blueprint.get("/items/<id:item_id>/history")
def list_(item_id: int):
    """The versions of an item, to look at, compare and bring back."""
    item = load(Item, item_id)
    before = request.args.get("before", type=int)
    first = history.first_shown(item, current_user)
    found = history.revisions(item, AT_A_TIME + 1, before, first)
    return _page(
        "items/history.html", item, revisions=found[:AT_A_TIME],
        older=found[AT_A_TIME - 1].number if len(found) > AT_A_TIME else None,
        newer=before is not None, writers=history.writers(item, first), first=first,
        signed=authorship.signers(found[:AT_A_TIME]),
    )  # fmt: skip


@blueprint.get("/items/<id:item_id>/revisions/<int:number>")
def show(item_id: int, number: int):
    """An item as it was."""
    item = load(Item, item_id)
    past = _revision(item, number)
    made = history.render_revision(item, past)
    may_edit = can(current_user, "edit", item)
    texts = {
        field: links.show_fresh(html, item.group_id, current_user, may_edit)
        for field, html in made.items()
    }
    others = [
        (name, _shown(item, name, value))
        for name, value in past.data.items()
        if name not in texts
        and name not in ("terms", "title")
        and value
        and not isinstance(value, dict)  # their texts are shown whole
    ]
    return _page(
        "items/revision.html", item, past=past, texts=texts, others=others,
        words=field_names(item), first=history.first_shown(item, current_user),
        signed=authorship.signers([past]),
    )  # fmt: skip


@blueprint.get("/items/<id:item_id>/diff")
def compare(item_id: int):
    """What changed between two versions; without numbers, what the last save changed."""
    item = load(Item, item_id)
    newer = request.args.get("to", item.revision_count, type=int)
    older = request.args.get("from", newer - 1, type=int)
    if older > newer:
        older, newer = newer, older
    if "from" not in request.args:
        older = max(older, history.first_shown(item, current_user))
    old, new = _revision(item, older), _revision(item, newer)
    return _page(
        "items/diff.html", item, old=old, new=new,
        changes=list(_changes(item, old.data, new.data)),
        first=history.first_shown(item, current_user), signed=authorship.signers([old, new]),
    )  # fmt: skip


@blueprint.post("/items/<id:item_id>/revisions/<int:number>/restoration")
def bring_back(item_id: int, number: int):
    """Make an old version the current one; what was written since stays in the history."""
    item = load(Item, item_id, "edit")
    folding.fold(item)  # so that undoing leads back to all that was there
    past, was = _revision(item, number), item.revision_count
    for _attempt in range(3):
        try:
            history.revert(item, past, current_user, _("Version %(n)s brought back", n=number))
            break
        except StaleDataError:
            db.session.rollback()
            db.session.refresh(item)
            was = item.revision_count
    if item.revision_count > was:
        undo = f"/items/{item.id}/revisions/{was}/restoration"
        text = _("Version %(n)s is back.", n=number)
        flash({"text": text, "undo": undo, "undo_label": _("Undo")})
    else:
        flash(_("This version says the same as the current one."))
    return redirect(item.url, 303)


@blueprint.route("/items/<id:item_id>/erasure", methods=["GET", "POST"])
def erase(item_id: int):
    """Take words out of every version, for someone who asks not to be named."""
    item = load(Item, item_id, "erase")
    form = ErasureForm.of_request(instead="…")
    if form.was_sent_well():
        also = {int(n) for n in request.form.getlist("also") if n.isascii() and n.isdigit()}
        instead = form.instead.data or "…"
        count, told = copies.erase(item, form.words.data, instead, current_user, also)
        if count:
            flash(ngettext("Erased in one place.", "Erased in %(num)s places.", count))
        if told:
            flash(_("It stands in texts of other groups too: their facilitators are told."))
        if count or told:
            return redirect(item.url, 303)
        form.words.errors = [_("These words are in no version of this text.")]
    near = copies.readable(item, current_user)
    page = _page("items/erasure.html", item, form=form, near=near)
    return page, 422 if form.errors else 200


def field_names(item: Item) -> dict[str, str]:
    """What the fields of an item are called on the screen."""
    own = getattr(item, "field_names", None)
    return {
        "title": _("Title"), "summary": _("In one sentence"), "body": _("Text"),
        "terms": _("Words"), "filename": _("File name"), "alt": _("Description of the picture"),
        "credit": _("Credit"), "sha256": _("Content of the file"), "outline": _("Outline"),
        "structure": _("Structure"), "place": _("Place"), "year": _("Year"),
        "people": _("People"), "sessions": _("Sessions"), "hours": _("Hours"),
        "preparation_hours": _("Hours of preparation"), "cost": _("Cost"),
        "licence": _("Licence"),
    } | (own() if own else {})  # fmt: skip


def _page(template: str, item: Item, **context) -> str:
    return render_template(
        template, item=item, group=item.group, room=item.kind, may=powers(current_user, item),
        **context,
    )  # fmt: skip


def _revision(item: Item, number: int):
    """A version that this reader may see."""
    past = history.revision(item, number)
    if past is None or number < history.first_shown(item, current_user):
        abort(404)
    return past


def _changes(item: Item, old: dict, new: dict):
    """Yields (name of the field, lines) for texts and (name, was, is) for the rest."""
    names = field_names(item)
    before, after = history.old_texts(item, old), history.old_texts(item, new)
    long = {**before, **after}
    for name in long:
        if before.get(name, "") != after.get(name, ""):
            lines = history.changed_lines(before.get(name, ""), after.get(name, ""))
            yield {"name": names.get(name, name), "lines": shortened(list(first_changes(lines)))}
    for name in sorted({*old, *new} - set(long)):
        was, now = old.get(name), new.get(name)
        if was != now and not isinstance(now or was, dict):
            yield {
                "name": names.get(name, name),
                "was": _shown(item, name, was),
                "now": _shown(item, name, now),
            }


def first_changes(lines):
    """The lines up to so many changes; a line "cut" says that there are more."""
    changed = 0
    for kind, pieces in lines:
        changed += kind != "same"
        if changed > MOST:
            yield "cut", []
            return
        yield kind, pieces


def shortened(lines: list) -> list:
    """The lines near a change; a long quiet stretch becomes ("gap", how many lines)."""
    near = set()
    for at, (kind, _pieces) in enumerate(lines):
        if kind != "same":
            near.update(range(at - AROUND, at + AROUND + 1))
    short, quiet = [], 0
    for at, line in enumerate(lines):
        if at in near:
            if quiet:
                short.append(("gap", quiet))
            short.append(line)
            quiet = 0
        else:
            quiet += 1
    return [*short, ("gap", quiet)] if quiet else short


def _shown(item: Item, name: str, value) -> str:
    if name == "terms":
        return ", ".join(terms.labels_of(value or []))
    own = getattr(item, "field_words", None)
    if own and (words := own(name, value)) is not None:
        return words
    return "" if value is None else str(value)

"""The screen on which a portrait is put together, and the draft kept from moment to moment."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.files import labels, uploads
from wiki.files.models import File
from wiki.items import draft_views, drafting, folding, live, settling
from wiki.items.access import can, load, visible
from wiki.items.forms import number_or_none
from wiki.items.models import Item
from wiki.items.writing import save
from wiki.markup.sanitize import clean_body
from wiki.portraits import drafts, drawing, media, parts
from wiki.portraits.forms import PortraitForm
from wiki.portraits.kinds import KINDS, SPOT_ICONS
from wiki.portraits.models import Portrait
from wiki.portraits.parts import Part
from wiki.portraits.routes import blueprint

# The others are one tap further.
FIRST = ("text", "photo", "sound", "video", "spots", "quote", "wishes")


@blueprint.route("/portraits/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Put a portrait together; what others saved meanwhile comes together with it."""
    portrait = load(Portrait, item_id, "edit")
    if request.method == "GET":
        folding.fold(portrait)  # the texts of the form and the number it bears are of one version
        draft = drafts.find(portrait, current_user)
        form = PortraitForm.of(portrait, draft.sent() if draft else None)
        return _page(portrait, form, draft, gone=draft.sent().getlist("gone") if draft else [])
    sent = request.form.copy()
    refused = _receive(portrait, sent)
    form = PortraitForm.of(portrait, sent)
    refused = refused or _of_another_sort(portrait, form)
    if {"move", "add", "keep"} & set(sent) and not refused:
        return _keep_and_go_on(portrait, form, sent)
    if not sent or not form.validate() or refused or not _names_known_items(portrait, form):
        return _page(portrait, form, gone=sent.getlist("gone"), refused=refused), 422
    base = number_or_none(form.revision.data) or portrait.revision_count
    if "live" in sent:
        folding.fold(portrait, form.note.data or "", current_user)
        form = PortraitForm.of(portrait, sent)
    changes = form.changes(set(sent.getlist("gone")))
    if clash := settling.edit(portrait, changes, base, current_user, form.note.data or ""):
        return settling.page(clash, portrait.field_names())
    _describe(portrait, sent)
    drafts.drop_recorded(portrait, current_user, sent)
    db.session.commit()
    flash(_("Recorded."), "success")
    flash(f"portrait-{portrait.id}", "draft-saved")
    there = url_for(".edit", item_id=portrait.id) if "stay" in sent else portrait.url
    return redirect(there, 303)


@blueprint.post("/portraits/<id:item_id>/draft")
def keep_draft(item_id: int):
    """Keep what is being typed, for this person alone; JSON says when, and what was kept."""
    portrait = load(Portrait, item_id, "edit")
    return draft_views.kept(drafts.PortraitDraft, portrait)


@blueprint.post("/portraits/<id:item_id>/draft/removal")
def drop_draft(item_id: int):
    """Throw away what was typed and not recorded."""
    portrait = load(Portrait, item_id, "edit")
    words = _("Here is the portrait as it is recorded.")
    return draft_views.thrown_away(drafts.PortraitDraft, portrait, words)


def _keep_and_go_on(portrait: Portrait, form: PortraitForm, sent):
    """Buttons that rearrange the form: keep all that was typed, and come back to the place."""
    order, place = form.order(), sent.get("keep", "")[:60]
    if "move" in sent:
        key, _colon, way = sent["move"].partition(":")
        block = key.partition("-")[0]
        alike = [k for k in order if (k.startswith(f"{block}-") if "-" in key else "-" not in k)]
        order, place = (
            drafting.moved(order, alike, key, draft_views.STEPS.get(way, 0)),
            f"part-{key}",
        )
    elif sent.get("add") in KINDS:
        key = parts.new_key()
        order, place = [*order, key], f"part-{key}"
        sent[f"s_{key}_kind"] = sent["add"]
    elif "add" in sent:
        key = parts.new_key(sent["add"][:7])
        order, place = [*order, key], f"part-{key}"
        for name in ("x", "y"):  # where the picture was pressed
            sent[f"s_{key}_{name}"] = sent.get(f"new_{name}", "")[:6]
    sent["arrangement"] = ",".join(parts.kept_order(order))
    return draft_views.gone_on(drafts.PortraitDraft, portrait, sent, place, form)


def _receive(portrait: Portrait, sent) -> str:
    """Keep the files that came with the form, each in its block; why one was refused, or ''."""
    for name, file in request.files.items():
        if not file.filename or not name.startswith("f_"):
            continue
        try:
            kept = uploads.receive(
                file.stream, file.filename, portrait.group, current_user, parent=portrait
            )
        except uploads.Refused as refusal:
            db.session.rollback()
            return f"{file.filename[:80]}: {refusal.reason}"
        sent[f"s_{name[2:]}"] = str(kept.id)
    return ""


def _of_another_sort(portrait: Portrait, form: PortraitForm) -> str:
    """Why a file cannot stand where it was put, or ''; what its bytes are decides, not its name."""
    placed = [
        (number, medium.families)
        for part in parts.every(form.blocks)
        for medium in part.kind.media
        if (number := part.file(medium.name))
    ]
    known = media.seen({number for number, _f in placed} - set(portrait.shown_ids()), current_user)
    for number, families in placed:
        if number in known and known[number].family not in families:
            file = known[number]
            kind = labels.kind_of(file.mime, file.filename)
            return _("%(title)s cannot stand there (%(kind)s).", title=file.title, kind=kind)
    return ""


def _names_known_items(portrait: Portrait, form: PortraitForm) -> bool:
    """Whether the writer may see what each block newly shows; says so beside it otherwise."""
    before, wanted = set(portrait.shown_ids()), {}
    for part in parts.every(form.blocks):
        if "item" in part.kind.settings and part.settings.get("item"):
            number = drawing.item_number(part.settings["item"])
            part.settings["item"] = str(number or "")
            wanted[number] = form.field_of(part, "item")
        wanted |= {number: None for number in part.files() if number not in wanted}
    new = {number for number in wanted if number not in before}
    query = select(Item.id).where(Item.id.in_(new - {None}), visible(current_user))
    good = True
    for number in new - set(db.session.scalars(query)):
        good = False
        if field := wanted[number]:
            field.errors = [_("Nothing of this number can be shown here.")]
    return good


def _describe(portrait: Portrait, sent) -> None:
    """What pictures show, typed beside them, goes with each picture wherever it is shown."""
    named = {}
    for part in parts.every(portrait.blocks()):
        for medium in part.kind.media:
            words = sent.get(f"alt_{part.key}_{medium.name}")
            if words is not None and part.file(medium.name):
                named[part.file(medium.name)] = clean_body(words)[:2000].strip()
    if not named:
        return
    for file in db.session.scalars(select(File).where(File.id.in_(named), visible(current_user))):
        if file.alt != named[file.id] and can(current_user, "edit", file):
            file.alt = named[file.id]
            save(file, current_user, _("Described in “%(title)s”", title=portrait.title))


def _page(portrait: Portrait, form: PortraitForm, draft=None, gone=(), refused="") -> str:
    offer = media.on_offer(portrait.group_id, current_user)
    chosen = {number for part in parts.every(form.blocks) for number in part.files()}
    known = media.seen(list(chosen - {one.id for one in offer}), current_user)
    if not form.revision.data:
        form.revision.data = str(portrait.revision_count)
    return render_template(
        "portraits/edit.html",
        item=portrait,
        group=portrait.group,
        room="portraits",
        form=form,
        kinds=KINDS,
        first=FIRST,
        offer=offer,
        files={one.id: one for one in offer} | known,
        choices=media.choices,
        targets=_targets(form),
        icons=SPOT_ICONS,
        gone=set(gone),
        refused=refused,
        draft=draft,
        live=_doorways(portrait),
        unsaved=_unsaved(portrait, form),
        stamp=draft.stamp if draft else request.form.get("stamp", ""),
        screen=request.form.get("screen") or secrets.token_hex(8),
    )


def _doorways(portrait: Portrait) -> dict[str, dict]:
    """By text, the way to where it is written with others; nothing where that cannot be."""
    if "essaim.live" not in request.environ:
        return {}
    return live.doorways(portrait, sorted(parts.names_of_texts(portrait.blocks())))


def _unsaved(portrait: Portrait, form: PortraitForm) -> set[str]:
    """The texts of the form that were sent and are not those of the portrait."""
    found = set()
    for part in parts.every(form.blocks):
        for slot in part.kind.slots:
            name, field = f"{part.key}.{slot.name}", form.field_of(part, slot.name)
            recorded = (portrait.words or {}).get(name)
            if field.raw_data and drafting.bare(field.data) != drafting.bare(recorded):
                found.add(name)
    return found


def _targets(form: PortraitForm) -> list[tuple[str, str]]:
    """The blocks that a question may lead to, by what they are called."""
    return [(part.key, _called(number, part)) for number, part in enumerate(form.blocks, 1)]


def _called(number: int, part: Part) -> str:
    title = part.words.get("title") or ""
    return f"{number}. {part.kind.name}" + (f" · {title}" if title else "")

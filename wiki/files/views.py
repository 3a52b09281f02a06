"""The files of a group: list, sending, one file with its versions, describing it."""

from contextlib import contextmanager

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy.orm.exc import StaleDataError

from wiki.db import db
from wiki.errors import api_error, is_for_program
from wiki.files import (
    attached,
    comparing,
    counting,
    doubts,
    downloads,
    extract,
    folder_views,
    labels,
    media_views,
    muting,
    papers,
    playing,
    previews,
    resumable,
    safety,
    selection_views,
    sweeping,
    text_views,
    transcript_views,
    uploads,
)
from wiki.files import folders as drawers
from wiki.files.forms import CaptionForm, FileForm, UploadForm, VersionForm, folder_choices
from wiki.files.listing import SORTS, Listing
from wiki.files.models import File, Folder, TextState
from wiki.groups.models import Group, Role
from wiki.items import history, links
from wiki.items.access import can, groups_where, load, load_group, role_in, visible
from wiki.items.forms import number_or_none
from wiki.items.models import Item
from wiki.items.reading import powers

assert attached, sweeping  # importing them is what makes them watch, and sweep
blueprint = Blueprint("files", __name__, url_prefix="/files")
blueprint.register_blueprint(comparing.blueprint)
blueprint.register_blueprint(downloads.blueprint)
blueprint.register_blueprint(folder_views.blueprint)
blueprint.register_blueprint(selection_views.blueprint)
blueprint.register_blueprint(media_views.blueprint)
blueprint.register_blueprint(text_views.blueprint)
blueprint.register_blueprint(transcript_views.blueprint)
TEXT_SHOWN = 20_000  # characters of a text shown in its page


@blueprint.app_context_processor
def _words():
    return {
        "file_details": labels.details,
        "file_sign": labels.sign_of,
        "file_kind": labels.kind_of,
        "media_of": playing.of,
        "file_is_old": lambda mime: mime in safety.OLD,
    }


@blueprint.get("/")
@blueprint.get("")
def index():
    """The files of a group, by folder; without a group, all that the reader may see."""
    group_id = request.args.get("group", type=int)
    group = load_group(group_id) if group_id else None
    folder = _folder(group) if group else None
    listing = Listing(group, folder, current_user, request.args)
    return render_template(
        "files/index.html", group=group, folder=folder, listing=listing, sorts=SORTS,
        may_add=bool(group) and _may_add(group),
        tree=drawers.tree(group.id) if listing.is_inside else [],
        nested=drawers.nested(group.id) if listing.is_inside else [],
        used=_used(group) if group and _may_add(group) else 0,
        quota=uploads.quota_bytes(),
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
def new():
    """Send one or several files, to a group, a folder of it, or a page."""
    if current_user.is_anonymous:
        abort(401)
    group_id = request.values.get("group", type=int)
    if not group_id:
        return _choose_group()
    group = load_group(group_id, Role.MEMBER)
    form = UploadForm.of_request(folder=request.args.get("folder", ""))
    form.folder.choices = folder_choices(drawers.tree(group.id), _("No folder"))
    folder, parent = _folder(group), _parent(group)
    if request.method == "POST" and "file" not in request.files and not is_for_program():
        # A script sent the files one by one, and took the field away before the form left.
        return redirect(_place(group, folder, parent), 303)
    if request.method == "POST":
        with _sent_files() as sent:
            kept, refused = _receive(sent, group, folder, parent, form.credit.data or "")
        if is_for_program():
            return _answer(kept, refused)
        if kept and not refused:
            return _thank(kept, group, folder, parent)
        form.file.errors = refused or [_("Choose at least one file.")]
    return render_template(
        "files/new.html", form=form, group=group, folder=folder, parent=parent,
        limit=uploads.limit_bytes(), used=_used(group), quota=uploads.quota_bytes(),
        kept=kept if request.method == "POST" else [],
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.get("/<id:item_id>")
def show(item_id: int):
    """A file: what it shows, where it is used, its versions, what people say of it."""
    file = load(File, item_id)
    return render_template("files/show.html", version_form=VersionForm(), **_about(file))


@blueprint.route("/<id:item_id>/edit", methods=["GET", "POST"])
@login_required
def edit(item_id: int):
    """Describe a file, credit its author, put it in a folder."""
    file = load(File, item_id, "edit")
    form = FileForm.of_request(file, folder=str(file.folder_id or ""),
                               revision=file.revision_count)  # fmt: skip
    form.folder.choices = folder_choices(drawers.tree(file.group_id), _("No folder"))
    if form.was_sent_well():
        changes = {name: form[name].data or "" for name in ("title", "summary", "alt", "credit")}
        base = number_or_none(form.revision.data) or file.revision_count
        file.folder_id = number_or_none(form.folder.data)
        clash = history.edit(file, changes, base, current_user)
        if clash is None:
            flash(_("Your changes are kept."))
            return redirect(file.url, 303)
        db.session.rollback()
        form.form_errors.append(
            _("Someone changed this file while you were writing. Check each field, then save.")
        )
        form.revision.data = str(file.revision_count)
        return render_template("files/edit.html", form=form, clash=clash, **_frame(file)), 409
    return render_template("files/edit.html", form=form, clash=None, **_frame(file)), (
        422 if form.errors else 200
    )


@blueprint.post("/<id:item_id>/caption")
@login_required
def caption(item_id: int):
    """Say what a picture shows and who made it, without leaving the screen that sends it."""
    file = load(File, item_id, "edit")
    form = CaptionForm.of_request()
    if not form.validate():
        return api_error(422, "refused", _("Check the fields."))
    said = {name: form[name].data or "" for name in ("alt", "credit") if name in request.form}
    history.edit(file, said, file.revision_count, current_user)
    return jsonify(alt=file.alt, credit=file.credit)


@blueprint.post("/<id:item_id>/versions")
@login_required
def add_version(item_id: int):
    """Give a file a newer state; the old ones stay."""
    file = load(File, item_id, "edit")
    form = VersionForm.of_request()
    form.validate()
    with _sent_files() as sent:
        if not sent:
            form.file.errors = [_("Choose a file.")]
        if not form.errors:
            try:
                made = uploads.receive_version(
                    file, sent[0].stream, sent[0].filename, current_user, form.note.data or ""
                )
                return _say_version(file, made)
            except uploads.Refused as refusal:
                db.session.rollback()
                form.file.errors = [refusal.reason]
            except StaleDataError:
                db.session.rollback()
                form.file.errors = [_("Someone changed this file just now. Send it again.")]
    if is_for_program():
        return api_error(422, "refused", " ".join(form.file.errors or [_("Check the fields.")]))
    return render_template("files/show.html", version_form=form, **_about(file)), 422


@blueprint.post("/<id:item_id>/versions/<int:number>/restoration")
@login_required
def bring_back(item_id: int, number: int):
    """Make an old version the current one; nothing in between is lost."""
    file = load(File, item_id, "edit")
    if uploads.go_back(file, downloads.load_version(file, number), current_user):
        flash(_("Version %(n)s is back.", n=number))
    else:
        flash(_("This version is the current one."))
    return redirect(file.url, 303)


@contextmanager
def _sent_files():
    """The files of the form; their temporary copies go when the block ends."""
    sent = request.files.getlist("file")
    try:
        yield [part for part in sent if part.filename]
    finally:
        for part in sent:
            part.close()


def _receive(sent, group: Group, folder, parent, credit: str) -> tuple[list[File], list[str]]:
    """Each file in its own commit: one that is refused takes no other with it."""
    kept, refused = [], []
    for part in sent:
        try:
            kept.append(
                uploads.receive(
                    part.stream,
                    part.filename,
                    group,
                    current_user,
                    parent=parent,
                    folder=folder,
                    credit=credit[:200],
                )  # fmt: skip
            )
        except uploads.Refused as refusal:
            db.session.rollback()
            refused.append(_("%(name)s: %(why)s", name=part.filename[:80], why=refusal.reason))
            if is_for_program():
                abort(_refusal(refusal))
    return kept, refused


def _refusal(refusal: uploads.Refused):
    answer, status = api_error(refusal.status, refusal.code, refusal.reason)
    answer.status_code = status
    return answer


def _answer(kept: list[File], refused: list[str]):
    if not kept:
        return api_error(422, "no_file", _("Choose at least one file."))
    described = [uploads.described(file, current_user) for file in kept]
    return jsonify(**described[0], files=described), 201


def _thank(kept: list[File], group: Group, folder, parent):
    first = kept[0]
    words = ngettext("%(title)s is kept.", "%(num)s files are kept.", len(kept), title=first.title)
    flash(words)
    if len(kept) == 1:
        if twins := uploads.twins(first, current_user):
            flash(_("The group already has this file: “%(title)s”. You may delete one of the two.",
                    title=twins[0].title), "warning")  # fmt: skip
        return redirect(first.url, 303)
    return redirect(_place(group, folder, parent), 303)


def _place(group: Group, folder: Folder | None, parent: Item | None) -> str:
    """Where files that were sent are found again."""
    if parent is not None:
        return parent.url
    return folder.url if folder else url_for("files.index", group=group.id)


def _say_version(file: File, made):
    if is_for_program():
        return jsonify(id=file.id, url=file.url, title=file.title, markdown=file.markdown,
                       changed=made is not None), 201 if made else 200  # fmt: skip
    if made:
        flash(_("The new version is kept. The old one stays in the list of versions."))
    else:
        flash(_("These are the same bytes as the current version: nothing was changed."))
    return redirect(file.url, 303)


def _about(file: File) -> dict:
    """All that the screen of a file shows."""
    versions = downloads.shown_versions(file)
    current = next((v for v in versions if v.sha256 == file.sha256), None)
    return _frame(file) | {
        "versions": versions,
        "current": current,
        "papers": _papers(file),
        "compared": comparing.pairs(versions, file.unreadable),
        "downloaded": counting.times(file.id),
        "has_preview": previews.is_possible(file.blob) and not previews.failed(file.sha256),
        "family": safety.family(file.blob.mime),
        "playing": playing.of(file.id),
        "words": _words_inside(file),
        "places": text_views.places(file),
        "may_have_original": current is not None
        and downloads.may_have_original(current_user, current)
        and not muting.bind(file, current_user),
        "backlinks": links.backlinks(file.id, current_user),
        "attached_to": _visible_item(file.parent_id),
        "twins": uploads.twins(file, current_user) if can(current_user, "edit", file) else [],
        "doubt": doubts.of(file),
    }


def _frame(file: File) -> dict:
    is_inside = role_in(current_user, file.group_id) is not None
    return {
        "item": file,
        "file": file,
        "may": powers(current_user, file),
        "group": file.group if is_inside or current_user.is_anonymous else None,
        "is_inside": is_inside,
    }


def _papers(file: File) -> int:
    """How many pages of a document are shown as pictures."""
    return papers.count(file.sha256, len(file.pages())) if papers.is_possible(file) else 0


def _words_inside(file: File) -> str:
    if not safety.is_text(file.blob.mime) or file.blob.mime in safety.ACTIVE:
        return ""
    if file.text_state == TextState.ERASED:
        return file.text[:TEXT_SHOWN]
    return extract.head_of(file.blob, TEXT_SHOWN)


def _visible_item(item_id: int | None) -> Item | None:
    if item_id is None:
        return None
    return db.session.scalar(db.select(Item).where(Item.id == item_id, visible(current_user)))


def _used(group: Group) -> int:
    """What its files weigh, with what already came of those on their way."""
    return uploads.used_bytes(group.id) + resumable.waiting_bytes(group.id)


def _may_add(group: Group) -> bool:
    role = role_in(current_user, group.id)
    return role is not None and role >= Role.MEMBER


def _folder(group: Group) -> Folder | None:
    """The folder the address or the form names; 404 when it is not one of the group's."""
    number = number_or_none(request.form.get("folder") or request.args.get("folder"))
    if not number:
        return None
    folder = db.session.get(Folder, number)
    if folder is None or folder.group_id != group.id or role_in(current_user, group.id) is None:
        abort(404)
    return folder


def _parent(group: Group) -> Item | None:
    number = number_or_none(request.values.get("parent"))
    if not number:
        return None
    parent = load(Item, number, "edit")
    if parent.group_id != group.id:
        abort(404)
    return parent


def _choose_group():
    mine = groups_where(current_user)
    if request.method == "POST":
        abort(422)
    if len(mine) == 1:
        return redirect(url_for("files.new", **{**request.args, "group": mine[0].id}), 303)
    return render_template("files/choose_group.html", groups=mine)

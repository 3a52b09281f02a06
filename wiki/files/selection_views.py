"""What is done to several files at once: move, copy, name, put in the trash, take away as a zip."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from wiki.db import db
from wiki.files import archives, folders
from wiki.files.models import File, Folder
from wiki.groups.models import Group, Role
from wiki.items import history
from wiki.items.access import can, load_group, load_trashed, role_in
from wiki.items.forms import number_or_none
from wiki.items.models import Scope
from wiki.items.writing import log, restore, save, trash

blueprint = Blueprint("selection", __name__)
MOST = 1000


@blueprint.post("/selection")
@login_required
def act():
    """Do one thing to the ticked files; those the person may not change are left alone."""
    group = load_group(request.form.get("group", type=int) or 0, Role.MEMBER)
    action = ACTIONS.get(request.form.get("do", ""))
    if action is None:
        abort(422)
    target = folder_of(group.id, request.form.get("folder"))
    files = archives.chosen(_numbers("file"), current_user)
    files = [one for one in files if one.group_id == group.id]
    inner = [folder_of(group.id, str(number)) for number in _numbers("inner")]
    if not files and not inner:
        flash(_("Tick files first."), "warning")
    else:
        action(files, inner, target, group)
    here = folder_of(group.id, request.form.get("here"))
    return redirect(here.url if here else f"/files?group={group.id}", 303)


@blueprint.post("/selection/restoration")
@login_required
def put_back():
    """Take several files out of the trash again."""
    ids = [n for n in map(number_or_none, request.args.getlist("file")[:MOST]) if n]
    found = [load_trashed(number) for number in ids]
    for item in found:
        restore(item, current_user)
    words = ngettext("%(num)s file is back.", "%(num)s files are back.", len(found))
    flash(words)
    return redirect(f"/files?group={found[0].group_id}" if found else "/files", 303)


@blueprint.get("/archive")
def archive():
    """The ticked files, or all those of a group, as one zip."""
    group = load_group(request.args.get("group", type=int) or 0)
    ids = [n for n in map(number_or_none, request.args.getlist("file")[:MOST]) if n]
    if ids:
        found = [one for one in archives.chosen(ids, current_user) if one.group_id == group.id]
        entries = archives.of_files(found)
    elif role_in(current_user, group.id) is not None:
        entries = archives.of_folder(group.id, None, current_user)
    else:
        abort(404)
    if not entries:
        abort(404)
    archives.note_leaving(entries, current_user)
    return archives.sent(entries, group.title)


@blueprint.get("/folders/<int:folder_id>/archive")
def folder_archive(folder_id: int):
    """A folder with those inside it, as one zip."""
    folder = db.session.get(Folder, folder_id)
    if folder is None or role_in(current_user, folder.group_id) is None:
        abort(404)
    load_group(folder.group_id)
    entries = archives.of_folder(folder.group_id, folder, current_user)
    archives.note_leaving(entries, current_user)
    return archives.sent(entries, folder.name)


def folder_of(group_id: int, value) -> Folder | None:
    """The folder a form names, None for the top; 404 when it is not one of the group's."""
    if not value:
        return None
    folder = db.session.get(Folder, number_or_none(value) or 0)
    if folder is None or folder.group_id != group_id:
        abort(404)
    return folder


def _move(files: list[File], inner: list[Folder], target: Folder | None, _group: Group) -> None:
    changed = _allowed(files, "edit")
    for file in changed:
        file.folder_id = target.id if target else None
        log("moved", file, current_user)
    db.session.commit()
    moved = len(changed)
    for folder in inner:
        try:
            folders.change(folder, target, folder.name, current_user)
            moved += 1
        except folders.Misplaced as error:
            db.session.rollback()
            flash(error.reason, "warning")
    _say(ngettext("%(num)s thing moved.", "%(num)s things moved.", moved), moved)


def _copy(files: list[File], _inner, target: Folder | None, group: Group) -> None:
    for file in files:
        copy = file.copy_to(group)
        copy.folder_id = target.id if target else None
        copy.scope, copy.ceiling = min(file.scope, Scope.GROUP), file.ceiling
        copy.author_id, copy.extra = current_user.id, {**(copy.extra or {}), "copied_from": file.id}
        save(copy, current_user, verb="copied")
    _say(ngettext("%(num)s file copied.", "%(num)s files copied.", len(files)), len(files))


def _name(files: list[File], _inner, _target, _group) -> None:
    """One title for all, with a number: « Sortie au jardin 1 », « Sortie au jardin 2 »…"""
    title = " ".join(request.form.get("title", "").split())[:140]
    if not title:
        flash(_("Give them a title first."), "warning")
        return
    changed = _allowed(files, "edit")
    for number, file in enumerate(changed, 1):
        given = f"{title} {number}" if len(changed) > 1 else title
        history.edit(file, {"title": given}, file.revision_count, current_user)
    _say(ngettext("%(num)s file renamed.", "%(num)s files renamed.", len(changed)), len(changed))


def _trash(files: list[File], _inner, _target, _group) -> None:
    gone = _allowed(files, "trash")
    for file in gone:
        trash(file, current_user)
    words = ngettext("%(num)s file is in the trash.", "%(num)s files are in the trash.", len(gone))
    back = url_for("files.selection.put_back", file=[file.id for file in gone])
    if gone:
        flash({"text": words, "undo": back, "undo_label": _("Put back")})


ACTIONS = {"move": _move, "copy": _copy, "name": _name, "trash": _trash}


def _say(words: str, count: int) -> None:
    if count:
        flash(words)


def _allowed(files: list[File], action: str) -> list[File]:
    allowed = [file for file in files if can(current_user, action, file)]
    if kept := len(files) - len(allowed):
        flash(ngettext("%(num)s file that you may not change was left alone.",
                       "%(num)s files that you may not change were left alone.", kept),
              "warning")  # fmt: skip
    return allowed


def _numbers(name: str) -> list[int]:
    return [n for n in map(number_or_none, request.form.getlist(name)[:MOST]) if n]

"""Making, naming, moving and deleting folders."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.db import db
from wiki.files import folders
from wiki.files.forms import FolderForm, folder_choices
from wiki.files.models import Folder
from wiki.files.selection_views import folder_of
from wiki.groups.models import Role
from wiki.items.access import load_group

blueprint = Blueprint("folders", __name__)


@blueprint.route("/folders/new", methods=["GET", "POST"])
@login_required
def new():
    """Make a folder."""
    group = load_group(request.values.get("group", type=int) or 0, Role.MEMBER)
    form = FolderForm.of_request(parent=request.args.get("folder", ""))
    form.parent.choices = folder_choices(folders.tree(group.id), _("At the top"))
    if form.was_sent_well():
        parent = folder_of(group.id, form.parent.data)
        try:
            folder = folders.make(group.id, parent, form.name.data, current_user)
        except folders.Misplaced as error:
            form.name.errors = [error.reason]
        else:
            flash(_("The folder “%(name)s” is ready.", name=folder.name))
            return redirect(folder.url, 303)
    return render_template("files/folder.html", form=form, group=group, folder=None), (
        422 if form.errors else 200
    )


@blueprint.route("/folders/<int:folder_id>", methods=["GET", "POST"])
@login_required
def edit(folder_id: int):
    """Rename or move a folder."""
    folder = _load(folder_id)
    form = FolderForm.of_request(folder, parent=str(folder.parent_id or ""))
    if request.method == "GET":
        form.parent.data = str(folder.parent_id or "")
    tree = [(d, f) for d, f in folders.tree(folder.group_id) if folder not in f.path()]
    form.parent.choices = folder_choices(tree, _("At the top"))
    if form.was_sent_well():
        parent = folder_of(folder.group_id, form.parent.data)
        try:
            folders.change(folder, parent, form.name.data, current_user)
        except folders.Misplaced as error:
            db.session.rollback()
            form.name.errors = [error.reason]
        else:
            flash(_("Your changes are kept."))
            return redirect(folder.url, 303)
    return render_template("files/folder.html", form=form, group=folder.group, folder=folder), (
        422 if form.errors else 200
    )


@blueprint.post("/folders/<int:folder_id>/removal")
@login_required
def remove(folder_id: int):
    """Delete a folder; what lies in it moves up."""
    folder = _load(folder_id)
    name, group_id, parent = folder.name, folder.group_id, folder.parent
    folders.remove(folder, current_user)
    flash(_("The folder “%(name)s” is gone. What was in it is here.", name=name))
    return redirect(parent.url if parent else f"/files?group={group_id}", 303)


def _load(folder_id: int) -> Folder:
    folder = db.session.get(Folder, folder_id) or abort(404)
    load_group(folder.group_id, Role.MEMBER)
    return folder

"""Folders: made, renamed, moved and deleted without ever losing a file."""

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import FOLDER_DEPTH, File, Folder
from wiki.groups.journal import record
from wiki.markup.sanitize import clean_text
from wiki.markup.text import fold

NAME_LENGTH = 120


class Misplaced(Exception):
    """A folder cannot be there under that name; `reason` says why, in words."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def make(group_id: int, parent: Folder | None, name: str, actor: User) -> Folder:
    """A new folder, in one commit. Raises Misplaced."""
    folder = Folder(group_id=group_id)
    _place(folder, parent, name)
    db.session.add(folder)
    _commit("folder made", folder, actor)
    return folder


def change(folder: Folder, parent: Folder | None, name: str, actor: User) -> None:
    """Rename or move a folder, in one commit. Raises Misplaced."""
    _place(folder, parent, name)
    _commit("folder moved", folder, actor)


def remove(folder: Folder, actor: User) -> None:
    """Delete a folder; what lies in it moves up, under another name where one is taken."""
    parent, inside = folder.parent, children(folder.group_id, folder)
    for inner in inside:
        # Out of the way first: one of them may bear the name of the folder that goes.
        inner.parent_id, inner.key = folder.parent_id, f"moving/{inner.id}"
    db.session.execute(
        update(File).where(File.folder_id == folder.id).values(folder_id=folder.parent_id)
    )
    record("folder deleted", actor, folder.group_id, name=folder.name)
    db.session.flush()
    db.session.delete(folder)
    db.session.flush()
    taken = {other.key for other in children(folder.group_id, parent)}
    for inner in inside:
        number, name = 1, inner.name
        inner.place(parent, name)
        while inner.key in taken:
            number += 1
            inner.place(parent, f"{name[: NAME_LENGTH - 8]} ({number})")
        taken.add(inner.key)
    db.session.commit()


def children(group_id: int, parent: Folder | None) -> list[Folder]:
    """The folders in a place, by name."""
    here = Folder.parent_id.is_(None) if parent is None else Folder.parent_id == parent.id
    found = db.session.scalars(select(Folder).where(Folder.group_id == group_id, here))
    return sorted(found, key=lambda folder: fold(folder.name))


def tree(group_id: int) -> list[tuple[int, Folder]]:
    """All the folders of a group in order, each with its depth from 0, for a list of choices."""
    inside: dict[int | None, list[Folder]] = {}
    for folder in db.session.scalars(select(Folder).where(Folder.group_id == group_id)):
        inside.setdefault(folder.parent_id, []).append(folder)
    found: list[tuple[int, Folder]] = []

    def add(parent_id: int | None, depth: int) -> None:
        for folder in sorted(inside.get(parent_id, []), key=lambda f: fold(f.name)):
            found.append((depth, folder))
            add(folder.id, depth + 1)

    add(None, 0)
    return found


def nested(group_id: int) -> list[dict]:
    """All the folders of a group, each with those inside it, to be drawn as a tree."""
    top: list[dict] = []
    above = [top]
    for depth, folder in tree(group_id):
        branch = {"folder": folder, "inside": []}
        above[depth].append(branch)
        above[depth + 1 :] = [branch["inside"]]
    return top


def _place(folder: Folder, parent: Folder | None, name: str) -> None:
    name = " ".join(clean_text(name).split())[:NAME_LENGTH].strip()
    if not name:
        raise Misplaced(_("Give the folder a name."))
    path = parent.path() if parent else []
    if folder.id is not None and folder.id in [above.id for above in path]:
        raise Misplaced(_("A folder cannot be put inside itself."))
    if len(path) + _height(folder) > FOLDER_DEPTH:
        raise Misplaced(_("Folders go %(n)s levels deep at most.", n=FOLDER_DEPTH))
    folder.place(parent, name)


def _height(folder: Folder) -> int:
    if folder.id is None:
        return 1
    depths = {f.id: depth for depth, f in tree(folder.group_id)}
    below = [d for d, f in tree(folder.group_id) if folder.id in [above.id for above in f.path()]]
    return max(below, default=depths[folder.id]) - depths[folder.id] + 1


def _commit(verb: str, folder: Folder, actor: User) -> None:
    name = folder.name
    try:
        record(verb, actor, folder.group_id, name=name)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Misplaced(_("There is already a folder named “%(name)s” here.", name=name)) from None

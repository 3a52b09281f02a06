"""What a list of files shows: folders first, then files, sorted and cut in pages."""

from functools import cached_property

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.db import db
from wiki.files import folders, previews, transcripts
from wiki.files.models import Blob, File, Folder
from wiki.groups.models import Group
from wiki.items.access import role_in, visible

AT_A_TIME = 60
SORTS = {"name": _("Name"), "date": _("Date"), "size": _("Size"), "kind": _("Kind")}
_ORDERS = {
    "name": (File.slug, File.id),
    "date": (File.updated_at.desc(), File.id.desc()),
    "size": (Blob.size.desc(), File.id),
    "kind": (Blob.mime, File.slug, File.id),
}


class Listing:
    """The files of one place, as one reader sees them."""

    def __init__(self, group: Group | None, folder: Folder | None, user, args):
        self.group, self.folder, self.user = group, folder, user
        self.sort = args.get("sort") if args.get("sort") in SORTS else "date"
        self.page = max(1, min(args.get("page", 1, type=int) or 1, 10_000))
        self.is_inside = group is not None and role_in(user, group.id) is not None
        # Folders are the group's own order: others see its files in one list.
        self.folders = folders.children(group.id, folder) if self.is_inside else []
        found = self._read()
        self.files = found[:AT_A_TIME]
        self.previous = self.url(page=self.page - 1) if self.page > 1 else None
        self.next = self.url(page=self.page + 1) if len(found) > AT_A_TIME else None

    def _read(self) -> list[File]:
        query = select(File).join(Blob, Blob.sha256 == File.sha256).where(visible(self.user))
        if self.group is not None:
            query = query.where(File.group_id == self.group.id)
        if self.is_inside:
            inside = File.folder_id == self.folder.id if self.folder else File.folder_id.is_(None)
            query = query.where(inside)
        query = query.options(joinedload(File.blob), joinedload(File.author))
        start = (self.page - 1) * AT_A_TIME
        query = query.order_by(*_ORDERS[self.sort]).offset(start).limit(AT_A_TIME + 1)
        return list(db.session.scalars(query))

    @cached_property
    def unwritten(self) -> set[int]:
        """The recordings among them whose words wait for somebody of the group to write them."""
        heard = [f.id for f in self.files if f.blob.mime.startswith(("audio/", "video/"))]
        return transcripts.unwritten(heard) if self.is_inside else set()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.files and not self.folders

    def url(self, **changes) -> str:
        """This list, otherwise sorted or further on."""
        named = {
            "group": self.group.id if self.group else None,
            "folder": self.folder.id if self.folder else None,
            "sort": self.sort if self.sort != "date" else None,
        }
        return url_for("files.index", **{k: v for k, v in (named | changes).items() if v})

    @staticmethod
    def has_thumbnail(file: File) -> bool:
        """Whether a small picture of the file can be shown."""
        if file.blob.mime.startswith("video/"):
            return previews.place(file.sha256, "thumb.webp").exists()
        return previews.is_possible(file.blob) and not previews.failed(file.sha256)

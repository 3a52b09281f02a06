"""Receiving files: their bytes are safe on the disk before anyone is told that they were kept."""

import io
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import event, func, inspect, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from wiki import storage
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.files import doubts, previews, safety, untagging
from wiki.files.cleaning import Broken, Picture, clean
from wiki.files.models import Blob, File, FileVersion, Folder
from wiki.files.names import clean_filename, is_from_camera, title_from
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.items.writing import stage
from wiki.templating import size as in_words

MEGA = 1_000_000
SEALED_UP_TO = 100 * MEGA  # beyond, a film weighs too much to be kept twice for a place and a date


class Refused(Exception):
    """A file was not kept; `reason` says why in words, `status` and `code` to programs."""

    def __init__(self, reason: str, status: int = 422, code: str = "refused"):
        super().__init__(reason)
        self.reason, self.status, self.code = reason, status, code


def receive(
    stream: BinaryIO,
    filename: str,
    group: Group,
    actor: User | None,
    *,
    parent: Item | None = None,
    folder: Folder | None = None,
    title: str | None = None,
    credit: str = "",
) -> File:
    """Keep a new file, in one commit. Raises Refused, and storage.StorageFull on a full disk."""
    file = stage_file(
        stream, filename, group, actor, parent=parent, folder=folder, title=title, credit=credit
    )
    db.session.commit()
    return file


def stage_file(
    stream: BinaryIO | Path,
    filename: str,
    group: Group,
    actor: User | None,
    *,
    parent: Item | None = None,
    folder: Folder | None = None,
    title: str | None = None,
    alt: str = "",
    credit: str = "",
) -> File:
    """Do all that `receive` does, short of the commit, so that imports may batch.

    A path names bytes that lie whole and durable on the disk of the data, and may stay there.
    """
    name = clean_filename(filename)
    kept, sealed = keep(stream, name, group)
    file = File(
        group_id=group.id,
        group=group,
        title=title or _title(filename, group),
        filename=name,
        sha256=kept.sha256,
        blob=kept,
        parent_id=parent.id if parent else None,
        folder_id=folder.id if folder else None,
        author_id=actor.id if actor else None,
        alt=alt,
        credit=credit,
    )
    file.sealed = sealed.sha256 if sealed else None
    stage(file, actor)
    return file


def _title(filename: str, group: Group) -> str:
    """The title of a new file; photos of the same minute are told apart by a number."""
    title = title_from(filename)
    if not is_from_camera(filename):
        return title
    like = or_(File.title == title, File.title.startswith(f"{title}, ", autoescape=True))
    taken = set(db.session.scalars(select(File.title).where(File.group_id == group.id, like)))
    again = (f"{title}, {number}" for number in range(2, len(taken) + 3))
    return title if title not in taken else next(one for one in again if one not in taken)


def receive_version(
    file: File, stream: BinaryIO | Path, filename: str, actor: User, note: str = ""
) -> FileVersion | None:
    """Give a file new bytes, in one commit; None, and nothing changes, when it has them already.

    Raises Refused, and storage.StorageFull on a full disk.
    """
    kept, sealed = keep(stream, clean_filename(filename), file.group)
    if kept.sha256 == file.sha256:
        db.session.rollback()
        return None
    version = FileVersion(
        file_id=file.id,
        number=file.revision_count + 1,
        sha256=kept.sha256,
        original_sha256=sealed.sha256 if sealed else None,
        filename=clean_filename(filename),
        uploader_id=actor.id,
    )
    db.session.add(version)
    db.session.flush()  # a file may only name bytes it was given
    _give(file, version)
    stage(file, actor, note)
    db.session.commit()
    return version


def go_back(file: File, version: FileVersion, actor: User) -> bool:
    """Make the bytes of an old version the current ones; False when they are already."""
    if version.sha256 == file.sha256:
        return False
    _give(file, version)
    note = _("Version %(n)s brought back", n=version.number)
    stage(file, actor, note, verb="reverted")
    db.session.commit()
    return True


def twins(file: File, user) -> list[File]:
    """The other files of the group that have the same bytes, and that this user may read."""
    query = select(File).where(
        File.group_id == file.group_id,
        File.sha256 == file.sha256,
        File.id != file.id,
        visible(user),
    )
    return list(db.session.scalars(query.order_by(File.title).limit(5)))


def described(file: File, user) -> dict:
    """What a program that sent a file is told of it."""
    same = [{"title": one.title, "url": one.url} for one in twins(file, user)]
    return {
        "id": file.id, "url": file.url, "title": file.title, "markdown": file.markdown,
        "download_url": file.download_url, "sha256": file.sha256, "size": file.blob.size,
        "is_picture": file.cover_id == file.id, "twins": same, "doubt": doubts.of(file),
    }  # fmt: skip


def used_bytes(group_id: int) -> int:
    """What the files of a group weigh, versions and trash included, the same bytes counted once."""
    inside = select(File.id).where(File.group_id == group_id).scalar_subquery()
    mine = FileVersion.file_id.in_(inside)
    names = union(
        select(FileVersion.sha256).where(mine),
        select(FileVersion.original_sha256).where(mine, FileVersion.original_sha256.is_not(None)),
    )
    query = select(func.coalesce(func.sum(Blob.size), 0)).where(Blob.sha256.in_(names))
    return int(db.session.scalar(query))


def quota_bytes() -> int:
    """Room for the files of one group."""
    return int(current_app.config["GROUP_QUOTA_MB"]) * MEGA


def limit_bytes() -> int:
    """The largest file accepted."""
    return int(current_app.config["UPLOAD_MAX_MB"]) * MEGA


def keep(stream: BinaryIO | Path, filename: str, group: Group) -> tuple[Blob, Blob | None]:
    """The bytes to serve and, when they had to be cleaned, those that were sent."""
    check_room(group, _length(stream))
    try:
        is_there = isinstance(stream, Path)
        sent = storage.adopt(stream) if is_there else storage.store(stream, limit_bytes())
    except storage.TooLarge:
        raise _too_large() from None
    if not sent.size:
        raise nothing_inside()
    with storage.open_blob(sent.sha256) as file:
        mime = safety.detect(file, filename)
        try:
            picture = clean(file, mime) if mime in safety.PICTURES else None
        except Broken:
            picture, mime = None, "application/octet-stream"
        try:
            if picture is None and (tags := untagging.blanks(file, mime)):
                return _keep_untagged(sent, mime, untagging.Blanked(file, tags))
        except untagging.Odd:
            mime = "application/octet-stream"
    if picture is None:
        return _blob(sent, mime), None
    return _keep_picture(sent, mime, picture)


def _keep_untagged(sent: storage.Stored, mime: str, untagged) -> tuple[Blob, Blob | None]:
    """A sound or a film without its titles, place and date; a short one is also kept as sent."""
    untagged.seek(0)
    kept = _blob(storage.store(untagged), mime)
    return kept, _blob(sent, mime) if sent.size <= SEALED_UP_TO else None


def _keep_picture(sent: storage.Stored, mime: str, picture: Picture) -> tuple[Blob, Blob | None]:
    shown = storage.store(io.BytesIO(picture.data))
    kept = _blob(shown, mime, picture.width or None, picture.height or None)
    return kept, _blob(sent, mime) if sent.sha256 != shown.sha256 else None


def _blob(stored: storage.Stored, mime: str, width=None, height=None) -> Blob:
    """The row of stored bytes; two people sending the same at once share it."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Blob).values(
        sha256=stored.sha256, size=stored.size, mime=mime, width=width, height=height,
        created_at=utcnow(),
    )  # fmt: skip
    # Young again: the sweep under way must not take it. Bytes sent again tell no more than before.
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["sha256"], set_={"created_at": statement.excluded.created_at}
        )
    )
    return db.session.get(Blob, stored.sha256)


def _give(file: File, version: FileVersion) -> None:
    file.sha256, file.filename = version.sha256, version.filename
    file.blob = db.session.get(Blob, version.sha256)


@event.listens_for(File, "after_insert")
def _show_itself(_mapper, connection, file: File) -> None:
    """A picture is its own cover, in every list; its number is only known now."""
    if previews.is_possible(_bytes_of(connection, file)):
        item = Item.__table__
        connection.execute(update(item).where(item.c.id == file.id).values(cover_id=file.id))
        set_committed_value(file, "cover_id", file.id)


@event.listens_for(File, "before_update")
def _follow_bytes(_mapper, connection, file: File) -> None:
    """An old version brought back by the shared history brings its cover back."""
    if inspect(file).attrs.sha256.history.has_changes():
        blob = _bytes_of(connection, file)
        file.cover_id = file.id if previews.is_possible(blob) else None


def _bytes_of(connection, file: File):
    return connection.execute(select(Blob.__table__).where(Blob.sha256 == file.sha256)).one()


def check_room(group: Group, size: int, coming: int = 0) -> None:
    """Refuse what is larger than a file may be, or than the room left besides what is `coming`."""
    if size > limit_bytes():
        raise _too_large()
    room = quota_bytes() - used_bytes(group.id) - coming
    if size > room:
        raise Refused(
            _(
                "The group has %(room)s left for its files, and this one weighs %(size)s. "
                "Delete what is no longer needed, then empty the trash.",
                room=in_words(max(room, 0)),
                size=in_words(size),
            ),
            code="quota",
        )


def nothing_inside() -> Refused:
    """Why an empty file is not kept."""
    return Refused(_("This file is empty. Check it on your device, then send it again."))


def _too_large() -> Refused:
    return Refused(
        _("This file is larger than %(limit)s. It was not kept.", limit=in_words(limit_bytes())),
        413,
        "too_large",
    )


def _length(stream: BinaryIO | Path) -> int:
    """How many bytes are to come, when that can be known without reading them."""
    if isinstance(stream, Path):
        return stream.stat().st_size
    try:
        here = stream.tell()
        size = stream.seek(0, io.SEEK_END) - here
        stream.seek(here)
    except (OSError, AttributeError, ValueError):
        return 0
    return size

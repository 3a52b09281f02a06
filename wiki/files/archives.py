"""A folder as one zip, made while it leaves: nothing waits on the disk, however much it holds."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Response, send_file
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.db import db, utcnow
from wiki.files import folders, muting
from wiki.files.models import File, Folder
from wiki.files.names import clean_filename
from wiki.items.access import visible
from wiki.items.models import Scope

PIECE = 256 * 1024
# Told of the files that leave, and of who takes them; whoever keeps count of that adds itself.
watchers: list[Callable[[list[File], object], None]] = []


class Entry(NamedTuple):
    """One file of an archive: its name inside, where its bytes lie, and when it changed."""

    name: str
    path: Path | None
    moment: tuple
    data: bytes = b""  # instead of a path, for what is written on the way
    file: File | None = None


def of_folder(group_id: int, folder: Folder | None, user) -> list[Entry]:
    """What a folder and those inside it hold, as far as this person may read it."""
    below = {folder.id if folder else None: ""}
    for _depth, one in folders.tree(group_id):
        if one.parent_id in below:
            below[one.id] = f"{below[one.parent_id]}{clean_filename(one.name)}/"
    query = _readable(user).where(File.group_id == group_id)
    found = [file for file in db.session.scalars(query) if file.folder_id in below]
    return _named([(below[file.folder_id], file) for file in found])


def of_files(files: list[File]) -> list[Entry]:
    """A choice of files, side by side."""
    return _named([("", file) for file in files])


def chosen(ids: list[int], user) -> list[File]:
    """The files of those numbers that this person may read."""
    return list(db.session.scalars(_readable(user).where(File.id.in_(ids))))


def note_leaving(entries: list[Entry], user) -> None:
    """Tell those who keep count of what leaves."""
    for tell in watchers:
        tell([entry.file for entry in entries if entry.file], user)
    db.session.commit()


def sent(entries: list[Entry], name: str) -> Response:
    """The answer that gives them as `name`.zip; the rights were asked when they were listed."""
    name = f"{clean_filename(name)}.zip"
    stream = _Reader(_zipped(entries))
    answer = send_file(stream, "application/zip", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _readable(user):
    return select(File).where(visible(user)).options(joinedload(File.blob)).order_by(File.id)


def _named(placed: list[tuple[str, File]]) -> list[Entry]:
    """Names that are apart, also on computers that take « A » and « a » for the same.

    A folder is made to be handed on: what somebody has not agreed to stays, even for those who
    facilitate, and masked words are silent for all. Alone, they take such a file as it is.
    """
    entries, taken, left = [], set(), 0
    for place, file in placed:
        path = None if file.ceiling == Scope.DRAFT else muting.whole(file, muting.EVERYONE)
        if path is None:
            left += 1
            continue
        stem, dot, suffix = clean_filename(muting.named(file, muting.EVERYONE)).rpartition(".")
        stem, suffix = (stem, f".{suffix}") if dot and stem else (f"{stem}{dot}{suffix}", "")
        name, number = f"{place}{stem}{suffix}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{place}{stem} ({number}){suffix}"
        taken.add(name.casefold())
        moment = max(file.updated_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
        entries.append(Entry(name, path, moment, file=file))
    return [*entries, _what_is_missing(left)] if left else entries


def _what_is_missing(count: int) -> Entry:
    words = ngettext(
        "%(num)s file is not here: someone shown in it has not said yes, or its silent copy is not "
        "made yet. What you may open can be downloaded by itself.",
        "%(num)s files are not here: someone shown in them has not said yes, or their silent copy "
        "is not made yet. What you may open can be downloaded one by one.",
        count,
    )
    name = clean_filename(_("What is not here")) + ".txt"
    return Entry(name, None, utcnow().timetuple()[:6], f"{words}\r\n".encode())


def _zipped(entries: list[Entry]) -> Iterator[bytes]:
    """The bytes of the archive. Photos, sounds and films are packed already: stored as they are."""
    out = _Sink()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            if entry.path is None:
                archive.writestr(zipfile.ZipInfo(entry.name, entry.moment), entry.data)
                yield out.take()
                continue
            if not entry.path.exists():
                continue  # swept meanwhile
            info = zipfile.ZipInfo(entry.name, entry.moment)
            info.file_size = entry.path.stat().st_size
            info.external_attr = 0o644 << 16
            with entry.path.open("rb") as source, archive.open(info, "w") as target:
                while piece := source.read(PIECE):
                    target.write(piece)
                    yield out.take()
            yield out.take()
    yield out.take()


class _Sink(io.RawIOBase):
    """Where zipfile writes; it cannot go back, so sizes come after the bytes."""

    def __init__(self):
        super().__init__()
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since last asked."""
        parts, self.parts = self.parts, []
        return b"".join(parts)


class _Reader:
    """Pieces read as a file, which the server takes as fast as the client does."""

    def __init__(self, pieces: Iterator[bytes]):
        self.pieces, self.rest = pieces, b""

    def read(self, size: int = PIECE) -> bytes:
        """The next bytes, some as soon as there are some; none at the end."""
        while not self.rest:
            self.rest = next(self.pieces, None)
            if self.rest is None:
                self.rest = b""
                return b""
        given, self.rest = self.rest[:size], self.rest[size:]
        return given

    def seekable(self) -> bool:
        """It is made as it goes."""
        return False

    def close(self) -> None:
        """Leave the file that was being read."""
        self.pieces.close()

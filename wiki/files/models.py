"""A shared file, its versions, the folders it is sorted in, the bytes it names."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    event,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.items.searchable import Part, SearchText

FOLDER_DEPTH = 8
PLACES = {"pdf": "page", "presentation": "slide", "sheet": "sheet"}


class TextState(StrEnum):
    """What is known of the words inside a file."""

    NONE = "none"  # a picture, a sound: there is nothing to read
    WAITING = "waiting"
    READ = "read"
    PARTIAL = "partial"  # only the beginning: very long, or damaged further on
    EMPTY = "empty"  # no word: a paper that was scanned
    ENCRYPTED = "encrypted"
    FAILED = "failed"  # damaged, or hostile: it cost its limit
    ERASED = "erased"  # words left it for good: these bytes, which keep them, are not read again


class Blob(db.Model):
    """Bytes kept once, under their SHA-256; what they are was found by looking at them."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(100))
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Folder(db.Model):
    """A drawer in which a group sorts its files; two in the same place never share a name."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("group_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("folder.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    parent: Mapped["Folder | None"] = relationship(remote_side=[id])
    group: Mapped[Group] = relationship()

    def place(self, parent: "Folder | None", name: str) -> None:
        """Give the folder its name and place, and the key that keeps names apart there."""
        self.name, self.parent_id = name, parent.id if parent else None
        # SQL holds two NULL parents for different: the place is part of the key instead.
        folded = unicodedata.normalize("NFC", name).casefold()
        self.key = f"{self.parent_id or 0}/{folded}"

    @property
    def url(self) -> str:
        """The list of what lies in it."""
        return f"/files?group={self.group_id}&folder={self.id}"

    def path(self) -> list["Folder"]:
        """The folders to open to reach this one, itself included."""
        found, folder = [], self
        while folder is not None and len(found) <= FOLDER_DEPTH:
            found.insert(0, folder)
            folder = folder.parent
        return found


class File(Item):
    """A file of a group; its title is for people, its name for their computers."""

    __tablename__ = "file"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("folder.id", ondelete="SET NULL"), index=True
    )
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    alt: Mapped[str] = mapped_column(Text, default="")
    credit: Mapped[str] = mapped_column(String(200), default="")
    # What search reads inside, its pages apart by a form feed: up to 800 kB that no list needs.
    text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    # The outbox of the reading: a row that waits is work to do, whatever became of its wake-up.
    text_state: Mapped[str] = mapped_column(String(10), index=True)
    text_tries: Mapped[int] = mapped_column(default=0)
    text_tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    blob: Mapped[Blob] = relationship()
    folder: Mapped[Folder | None] = relationship()

    __mapper_args__: ClassVar = {"polymorphic_identity": "files"}
    versioned: ClassVar = ("title", "summary", "filename", "sha256", "alt", "credit")
    # What keeps words of a file beside it says here how to erase them, and how to copy them.
    erasers: ClassVar[list] = []
    copiers: ClassVar[list] = []

    def search_text(self) -> SearchText:
        """Title, name, description, and the places where something was read inside."""
        words = " ".join(filter(None, [self.summary, self.alt, self.credit]))
        return SearchText(self.title, words, self.filename or "", parts=self.parts_inside())

    def pages(self) -> list[tuple[str, str]]:
        """What was read, page by page: a place (« page=3 », « sheet=Budget », or none), a text."""
        if not self.text:
            return []
        cut = self.text.split("\f")
        word = next((w for part, w in PLACES.items() if part in self.blob.mime), "")
        if word == "sheet":
            named = [page.partition("\n") for page in cut]
            return [(f"sheet={name}", text) for name, _end, text in named]
        if len(cut) == 1 and not word:
            return [("", self.text)]
        return [(f"{word or 'page'}={number}", text) for number, text in enumerate(cut, 1)]

    def parts_inside(self) -> list[Part]:
        """What search finds inside, by place."""
        return [
            Part("attachment", text, self.title, place, self.id)
            for place, text in self.pages()
            if text.strip()
        ]

    def copy_to(self, group: Group) -> "File":
        """The same bytes in another group; the sealed original stays with its owner."""
        copy = super().copy_to(group)
        copy.text, copy.text_state = self.text, self.text_state
        if self.unreadable:
            copy.extra = {"unreadable": self.unreadable}
        for copy_beside in self.copiers:
            copy_beside(self, copy)
        return copy

    def erase_parts(self, replace) -> int:
        """What was read inside, and the names its versions had on people's computers.

        The bytes keep the words, and to remember which ones, even hashed, would be to keep a name
        that anyone can guess: so what may hold them is never read again, in any version.
        """
        self.text, inside = replace(self.text or "")
        count = inside + sum(erase(self, replace) for erase in self.erasers)
        whole = self.text_state in (TextState.READ, TextState.EMPTY, TextState.NONE)
        unread = set(self.unreadable)
        for version in self.versions():
            version.filename, found = replace(version.filename)
            count += found
            if inside or not whole or version.sha256 != self.sha256:
                unread.add(version.sha256)
        if unread:
            self.extra = {**(self.extra or {}), "unreadable": sorted(unread)}
        if self.sha256 in unread:
            self.text_state = TextState.ERASED
        return count

    @property
    def unreadable(self) -> list[str]:
        """The bytes that words were erased from, by SHA-256."""
        return (self.extra or {}).get("unreadable", [])

    @property
    def download_url(self) -> str:
        """Where the bytes that `sha256` names are given."""
        return f"/files/{self.id}/download"

    @property
    def markdown(self) -> str:
        """What shows the file inside a page."""
        if self.blob.mime.startswith("image/") and self.cover_id == self.id:
            words = self.alt or self.title
            for mark in "[]\n\\":
                words = words.replace(mark, " ")
            return f"![{' '.join(words.split())}](/files/{self.id}/preview/medium)"
        return f"{{{{fichier {self.id}}}}}"

    def versions(self) -> list["FileVersion"]:
        """The bytes it had, the newest first."""
        query = (
            select(FileVersion)
            .where(FileVersion.file_id == self.id)
            .options(joinedload(FileVersion.blob), joinedload(FileVersion.uploader))
            .order_by(FileVersion.number.desc())
        )
        return list(db.session.scalars(query))

    def version(self) -> "FileVersion | None":
        """The version whose bytes are given today."""
        return next((v for v in self.versions() if v.sha256 == self.sha256), None)


class FileVersion(db.Model):
    """Bytes a file was given; keeps them from being swept.

    For a picture, `sha256` names the bytes without metadata that members get, and
    `original_sha256` what was sent, kept for who sent it.
    """

    __tablename__ = "file_version"
    __table_args__ = (UniqueConstraint("file_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    original_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    uploader_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    blob: Mapped[Blob] = relationship(foreign_keys=[sha256])
    uploader: Mapped[User | None] = relationship()


def of(item_id: int, user) -> list[File]:
    """The files attached to an item that this user may read, by title."""
    query = select(File).where(File.parent_id == item_id, visible(user))
    return list(db.session.scalars(query.order_by(File.title)))


@event.listens_for(File, "after_insert")
def _keep_first_version(_mapper, connection, file: File) -> None:
    """However a file comes to be (sent, copied, imported), its bytes have a version."""
    connection.execute(
        insert(FileVersion).values(
            file_id=file.id,
            number=file.revision_count or 1,
            sha256=file.sha256,
            original_sha256=getattr(file, "sealed", None),
            filename=file.filename,
            uploader_id=file.author_id,
        )
    )


@event.listens_for(File, "before_update")
def _refuse_foreign_bytes(_mapper, connection, file: File) -> None:
    """A file only ever names bytes it was given: else knowing a SHA-256 would open any file."""
    known = select(FileVersion.id).where(
        FileVersion.file_id == file.id, FileVersion.sha256 == file.sha256
    )
    if connection.scalar(known.limit(1)) is None:
        raise ValueError("these bytes were never given to this file")

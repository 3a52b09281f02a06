"""A shared file, its versions, the folders it is sorted in, the bytes it names."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.models import Item, SearchText


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
    """A drawer in which a group sorts its files."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("group_id", "parent_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("folder.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    parent: Mapped["Folder | None"] = relationship(remote_side=[id])
    group: Mapped[Group] = relationship()


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
    text: Mapped[str] = mapped_column(Text, default="")

    blob: Mapped[Blob] = relationship()
    folder: Mapped[Folder | None] = relationship()

    __mapper_args__: ClassVar = {"polymorphic_identity": "files"}
    versioned: ClassVar = ("title", "summary", "filename", "sha256", "alt", "credit")

    def search_text(self) -> SearchText:
        """Title, name, description, and what could be read inside."""
        words = " ".join(filter(None, [self.summary, self.alt, self.credit]))
        return SearchText(self.title, lead=words, body=self.filename, attachments=self.text or "")


class FileVersion(db.Model):
    """The bytes a file had at one of its revisions; keeps them from being swept."""

    __tablename__ = "file_version"
    __table_args__ = (UniqueConstraint("file_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    blob: Mapped[Blob] = relationship()

"""What a file is, in words and in a sign, for the screens that show it."""

import mimetypes
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.db import db
from wiki.files import previews, safety
from wiki.files.models import Blob, File

SIGNS = {
    "picture": "photo",
    "sound": "voix",
    "video": "video",
    "sheet": "tableur",
    "archive": "archive",
    "document": "page",
}


class Details(NamedTuple):
    """What an embed or a card shows of a file beyond its title."""

    filename: str
    alt: str
    credit: str
    mime: str
    size: int
    width: int | None
    height: int | None
    has_preview: bool


def details(file_id: int) -> Details | None:
    """What to show of a file that the reader was already found to may see."""
    row = db.session.execute(
        select(File.filename, File.alt, File.credit, Blob)
        .join(Blob, Blob.sha256 == File.sha256)
        .where(File.id == file_id)
    ).first()
    if row is None:
        return None
    blob = row.Blob
    return Details(row.filename, row.alt, row.credit, blob.mime, blob.size, blob.width,
                   blob.height, previews.is_possible(blob))  # fmt: skip


def sign_of(mime: str) -> str:
    """The name of the icon of a kind of file."""
    return SIGNS[safety.family(mime)]


def kind_of(mime: str, filename: str = "") -> str:
    """A kind of file in words, with the suffix of a document: « Document PDF »."""
    words = {
        "picture": _("Picture"),
        "sound": _("Sound"),
        "video": _("Film"),
        "sheet": _("Table"),
        "archive": _("Archive"),
        "document": _("Document"),
    }[family := safety.family(mime)]
    if family in ("sound", "video"):
        return words  # which of twenty kinds it is helps nobody to listen
    suffix = filename.rpartition(".")[2].upper() if "." in filename else ""
    named = mimetypes.guess_type(filename)[0] or ""
    if named and safety.family(named) != family:
        return words  # « page.jpg » that holds a web page is no JPG
    return f"{words} {suffix}" if 0 < len(suffix) <= 5 else words

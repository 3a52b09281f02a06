"""The words inside files, for search: texts and office documents, read without trusting them."""

import html
import re
import zipfile

from wiki import storage
from wiki.db import db
from wiki.files import safety
from wiki.files.models import Blob, File
from wiki.jobs import job

LONGEST = 200_000  # characters kept for search
MOST = 30_000_000  # bytes unpacked from one part of an archive
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# Which parts of an archive hold words, and the tags that end a paragraph in them.
_PARTS = {
    _OFFICE + "wordprocessingml.document": (r"word/(document|footnotes)\.xml", r"</w:p>|<w:br/>"),
    _OFFICE + "presentationml.presentation": (r"ppt/(slides|notesSlides)/[^/]+\.xml", r"</a:p>"),
    _OFFICE + "spreadsheetml.sheet": (r"xl/sharedStrings\.xml", r"</si>"),
    _OPEN + "text": (r"content\.xml", r"</text:(?:p|h)>"),
    _OPEN + "presentation": (r"content\.xml", r"</text:(?:p|h)>"),
    _OPEN + "spreadsheet": (r"content\.xml", r"</text:p>"),
}


def is_readable(mime: str) -> bool:
    """Whether a job can find words in it."""
    return mime in _PARTS


def at_once(blob: Blob) -> str:
    """The words of a plain text; nothing for other kinds."""
    return head_of(blob, LONGEST) if safety.is_text(blob.mime) else ""


def head_of(blob: Blob, longest: int) -> str:
    """The beginning of a text, in characters."""
    with storage.open_blob(blob.sha256) as file:
        text = safety.decode(file.read(longest * 2))
    return text.replace("\x00", "").replace("\r\n", "\n")[:longest]


@job(retries=1)
def read_words(file_id: int) -> None:
    """Let search find what an office document says."""
    file = db.session.get(File, file_id)
    if file is None or not is_readable(file.blob.mime):
        return
    file.text = words_of(file.blob)
    db.session.commit()


def words_of(blob: Blob) -> str:
    """The words of an office document; '' when it is none, or cannot be read."""
    if not is_readable(blob.mime):
        return ""
    pattern, ends = _PARTS[blob.mime]
    found, length = [], 0
    try:
        with (
            storage.open_blob(blob.sha256) as file,
            zipfile.ZipFile(file) as archive,
        ):
            names = [n for n in archive.namelist()[:5000] if re.fullmatch(pattern, n)]
            for name in sorted(names, key=lambda n: (len(n), n)):
                with archive.open(name) as part:
                    text = _words(part.read(MOST).decode("utf-8", errors="replace"), ends)
                found.append(text)
                length += len(text)
                if length > LONGEST:
                    break
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError,
            KeyError):  # fmt: skip
        return ""
    return "\n".join(found)[:LONGEST]


def _words(xml: str, ends: str) -> str:
    """Tags cut out, never parsed: no entity is followed, no bomb unfolds."""
    text = re.sub(r"<[^>]*>", "", re.sub(ends, "\n", xml))
    return re.sub(r"\n\s*", "\n", html.unescape(text).replace("\x00", "")).strip()

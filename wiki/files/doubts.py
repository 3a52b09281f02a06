"""What a person should be told of a file that is not what its name or its beginning says."""

import mimetypes

from flask_babel import gettext as _
from sqlalchemy import select

from wiki import storage
from wiki.db import db
from wiki.files import safety
from wiki.files.models import File, FileVersion

_END = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xae\x42\x60\x82"}
_COMPARED = 32  # bytes before the end that we gave a JPEG, which are those where it broke off


def of(file: File) -> str:
    """The doubt in words, or nothing."""
    return _not_as_named(file) or _cut(file)


def _not_as_named(file: File) -> str:
    named = mimetypes.guess_type(file.filename)[0] or ""
    words = {
        "picture": _("Its name says that it is a picture, but it is none: it stays a document."),
        "sound": _("Its name says that it is a sound, but it is none: it stays a document."),
        "video": _("Its name says that it is a film, but it is none: it stays a document."),
    }
    promised, found = (safety.family(mime) for mime in (named, file.blob.mime))
    if "audio" in named or "video" in named:  # a film without pictures is a sound, and plays
        return words[promised] if found not in ("sound", "video") else ""
    return words.get(promised, "") if promised != found else ""


def _cut(file: File) -> str:
    """A photo that broke off on the way: its end is a single colour, and nobody knows why."""
    end = _END.get(file.blob.mime)
    if end is None:
        return ""
    kept = _tail(file.sha256, _COMPARED + len(end))
    if kept.endswith(end) and file.blob.mime == "image/png":
        return ""
    query = select(FileVersion.original_sha256).where(
        FileVersion.file_id == file.id, FileVersion.sha256 == file.sha256
    )
    sent = db.session.scalar(query.limit(1)) or file.sha256
    body = kept.removesuffix(end)[-_COMPARED:]
    if kept.endswith(end) and (sent == file.sha256 or _tail(sent, len(body)) != body):
        return ""
    return _("The end of this picture is missing: it was cut on the way. Send it again if you can.")


def _tail(sha256: str, size: int) -> bytes:
    try:
        with storage.open_blob(sha256) as bytes_:
            end = bytes_.seek(0, 2)
            bytes_.seek(max(0, end - size))
            return bytes_.read()
    except OSError:
        return b""

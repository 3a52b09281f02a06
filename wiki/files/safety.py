"""What bytes are, found by looking at them, and how they may leave; never by a client's word."""

import re
import zipfile
from typing import BinaryIO

HEAD = 4096
LONGEST_DIRECTORY = 1_000_000  # bytes: some ten thousand parts; a document has a hundred
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic",
            "image/tiff", "image/bmp"}  # fmt: skip
PLAYABLE = {"audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/mp4", "audio/webm",
            "audio/aac", "video/mp4", "video/webm", "video/ogg", "video/quicktime"}  # fmt: skip
# Texts a browser could run are named for people, and leave as bytes without meaning.
ACTIVE = {"text/html", "image/svg+xml", "application/xml"}

_MAGIC = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
]
_NAMED = re.compile(r"application/(?:vnd\.oasis\.opendocument\.[a-z]+|epub\+zip)")
_NOTES = {"md", "markdown", "txt", "csv", "json", "geojson"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
LOCKED = "application/encrypted"  # Word, Excel and PowerPoint behind a password change their form
OLD = set(_OLE_TYPES.values())
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED = [
    ("word/", _OFFICE + "wordprocessingml.document"),
    ("xl/", _OFFICE + "spreadsheetml.sheet"),
    ("ppt/", _OFFICE + "presentationml.presentation"),
]
_BRANDS = [
    (rb"avi[fs]", "image/avif"),
    (rb"hei[cfmsx]|hev[cx]|mif1|msf1", "image/heic"),
    (rb"qt  ", "video/quicktime"),
    (rb"M4[AB] ", "audio/mp4"),
    (rb"isom|iso\d|mp4\d|avc1|M4V |MSNV|dash|3gp\w|3g2\w|mp7\d", "video/mp4"),
]
_TEXTS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "json": "application/json",
    "geojson": "application/geo+json",
    "ics": "text/calendar",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
}
_MARKED_UP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|iframe|svg|\?xml|\?php|!\[CDATA|[a-z]+:?[a-z]*\s+xmlns|"
    rb"img|style|meta|link|form|object|embed|a\s+href|foreignobject)",
    re.IGNORECASE,
)


def detect(file: BinaryIO, filename: str = "") -> str:
    """The media type of the bytes; the name only tells kinds of text and old documents apart."""
    file.seek(0)
    head = file.read(HEAD)
    suffix = filename.rpartition(".")[2].lower() if "." in filename else ""
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            return mime
    if head.startswith(b"BM") and _is_bitmap(head):
        return "image/bmp"
    if head.startswith(_OLE):
        locked = LOCKED if suffix in ("docx", "xlsx", "pptx") else "application/octet-stream"
        return _OLE_TYPES.get(suffix, locked)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(file)
    return _media_type(head) or _text_type(file, head, suffix) or "application/octet-stream"


def family(mime: str) -> str:
    """picture, sound, video, sheet, archive or document: the sign shown beside a file."""
    if mime in PICTURES:
        return "picture"
    first = mime.partition("/")[0]
    if first in ("audio", "video"):
        return "sound" if first == "audio" else "video"
    if "spreadsheet" in mime or mime in ("text/csv", "application/vnd.ms-excel"):
        return "sheet"
    if mime in ("application/zip", "application/gzip", "application/vnd.rar",
                "application/x-7z-compressed"):  # fmt: skip
        return "archive"
    return "document"


def served_as(mime: str) -> str:
    """The type written on the answer: what a browser might run leaves without one."""
    if mime in ACTIVE or (mime.startswith("text/") and mime != "text/plain"):
        return "text/plain; charset=utf-8" if mime not in ACTIVE else "application/octet-stream"
    return "text/plain; charset=utf-8" if mime == "text/plain" else mime


def is_text(mime: str) -> bool:
    """Whether people may read the bytes as they are."""
    return mime.startswith("text/") or mime in ACTIVE | set(_TEXTS.values())


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8 with or without its mark, UTF-16 with it, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # a character cut at the end of what was read
            return data.decode("utf-8-sig", errors="ignore")
        return data.decode("cp1252", errors="replace")


def has_sane_directory(file: BinaryIO) -> bool:
    """Whether the list of parts of an archive is short enough to be read while someone waits."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    file.seek(0)
    return size <= LONGEST_DIRECTORY


def _is_bitmap(head: bytes) -> bool:
    return len(head) > 18 and int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 108, 124)


def _media_type(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(
            head[8:12]
        )
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        found = next((mime for pattern, mime in _BRANDS if re.fullmatch(pattern, brand)), None)
        is_voice = found == "video/mp4" and b"soun" in head and b"vide" not in head
        return "audio/mp4" if is_voice else found
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:256] else "audio/ogg"
    if head[:4] == b"\x1aE\xdf\xa3":
        if b"webm" not in head[:64]:
            return "video/x-matroska"
        return "audio/webm" if b"A_" in head and b"V_" not in head else "video/webm"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0:
        return "audio/mpeg"
    return None


def _zip_type(file: BinaryIO) -> str:
    """Office documents are archives with known parts; anything odd is an archive."""
    if not has_sane_directory(file):
        return "application/zip"
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:2000]
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                named = archive.read("mimetype").decode("ascii", errors="ignore").strip()
                if _NAMED.fullmatch(named):
                    return named
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, mime in _ZIPPED:
            if any(name.startswith(folder) for name in names):
                return mime
    return "application/zip"


def _text_type(file: BinaryIO, head: bytes, suffix: str) -> str | None:
    if not _reads_as_text(head):
        return None
    file.seek(0)
    start = file.read(64 * 1024)
    marked = start.replace(b"\x00", b"") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else start
    found = _MARKED_UP.search(marked)
    if found and suffix not in _NOTES:  # notes may hold tags: they leave as plain text anyway
        return _active_type(marked, found.start())
    return _TEXTS.get(suffix, "text/plain")


def _active_type(start: bytes, position: int) -> str:
    if re.search(rb"<\s*svg", start, re.IGNORECASE):
        return "image/svg+xml"
    if start[position : position + 5].lower() == b"<?xml" and b"<html" not in start.lower():
        return "application/xml"
    return "text/html"


def _reads_as_text(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return bool(head) and not re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", head)

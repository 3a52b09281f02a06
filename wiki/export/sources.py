"""A Markdown file from elsewhere: its bytes, its encoding, its front matter, its title."""

import hashlib
import json
import math
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import yaml

from wiki.items.writing import TEXT_LENGTH, TITLE_LENGTH
from wiki.markup.links import pieces
from wiki.markup.sanitize import clean_text
from wiki.markup.text import strip_markdown

LARGEST = 8_000_000  # bytes; a longer file cannot hold an acceptable text in any encoding
FRONT_LENGTH = 64_000
NAME_LENGTH = 400
_FRONT = re.compile(r"\A\s*?---[ \t]*\n(.*?)(?:\n|\A)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^ {0,3}(?![-*+>#|\s])(.+)\n {0,3}(?:=+|-{2,})[ \t]*$", re.MULTILINE)
_UNQUOTED = re.compile(
    r"^(\w[\w -]*?[ \t]*:[ \t]+)([^\s\[{\"'|>&*!%@`#-].*:(?:\s.*)?)$", re.MULTILINE
)
_BROKEN = (yaml.YAMLError, ValueError, RecursionError, OverflowError)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Unreadable(Exception):
    """A file cannot become a text of ours; the message says why."""


@dataclass
class Source:
    """One file as read: what it says, and what was not as it should be."""

    name: str  # path under the folder, with / and composed accents; identifies the item
    path: Path
    digest: str
    body: str
    meta: dict = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @cached_property
    def title(self) -> str:
        """Front matter first, then the first heading, then the name of the file."""
        given = clean_text(str(self.meta.get("title") or ""))
        if title := given or clean_text(first_heading(_FRONT.sub("", self.body, count=1))):
            return title[:TITLE_LENGTH].strip()
        stem = self.name.rpartition("/")[2].rpartition(".")[0]
        return clean_text(stem.replace("_", " "))[:TITLE_LENGTH].strip() or "Sans titre"


def markdown_files(folder: Path) -> list[Path]:
    """Every `.md` under a folder, in the order of their names; linked folders are left out."""
    found = [
        Path(base, name)
        for base, _folders, names in os.walk(folder)
        for name in names
        if name.lower().endswith(".md")
    ]
    return sorted(found, key=lambda path: composed(path.relative_to(folder).as_posix()))


def read(path: Path, folder: Path) -> Source:
    """A file as text. Raises Unreadable with the reason."""
    name = composed(path.relative_to(folder).as_posix())
    data = _bytes(path, folder, name)
    notices: list[str] = []
    text = _decoded(data, notices)
    if "\x00" in text:
        text = text.replace("\x00", "")
        notices.append("NUL characters were left out")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    meta, body = _split(text, notices)
    if len(body) > TEXT_LENGTH:
        raise Unreadable(
            f"the text has {len(body):,} characters, more than the {TEXT_LENGTH:,} that fit in "
            "one item: cut it into several files"
        )
    source = Source(name, path, hashlib.sha256(data).hexdigest(), body, meta, notices)
    if len(clean_text(str(meta.get("title") or ""))) > TITLE_LENGTH:
        notices.append(f"the title was cut to {TITLE_LENGTH} characters")
    return source


def first_heading(text: str) -> str:
    """The first heading of a Markdown text, without its marks; code does not count."""
    prose = "".join(piece if not code else "\n" for code, piece in pieces(text[:200_000]))
    found = [match for match in (_HEADING.search(prose), _UNDERLINED.search(prose)) if match]
    if not found:
        return ""
    return strip_markdown(min(found, key=lambda match: match.start())[1]).strip()


def composed(text: str) -> str:
    """The text with its accents in one piece, however the disk writes them."""
    return unicodedata.normalize("NFC", text)


def as_date(value) -> datetime | None:
    """A date as people write it in front matter: 2016-02-15, 15/02/2016; None when unclear."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 12, tzinfo=UTC)
    text = str(value or "").strip()
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text[:10], shape).replace(hour=12, tzinfo=UTC)
        except ValueError:
            continue
    return None


def _bytes(path: Path, folder: Path, name: str) -> bytes:
    if len(name) > NAME_LENGTH:
        raise Unreadable(f"its path has more than {NAME_LENGTH} characters")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Unreadable("it is a link to a file outside the folder")
    try:
        if not path.is_file():
            raise Unreadable("it is not a file")
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"it weighs more than {LARGEST // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from error


def _decoded(data: bytes, notices: list[str]) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            notices.append("read as UTF-16")
            return data.decode(encoding, errors="replace")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        notices.append("the byte order mark was left out")
    if len(_CONTROLS.findall(data[:20_000])) > max(3, len(data[:20_000]) // 50):
        raise Unreadable("it is not a text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    notices.append("not UTF-8: read as Windows-1252")
    return text


def _split(text: str, notices: list[str]) -> tuple[dict, str]:
    """Front matter and body; a block that cannot be understood stays in the text."""
    found = _FRONT.match(text)
    if not found:
        return {}, text
    if len(found[1]) > FRONT_LENGTH:
        notices.append("the front matter is too long: kept as text")
        return {}, text
    try:
        meta = _names(found[1], notices)
    except _BROKEN as error:
        notices.append(f"the front matter is broken{_line_of(error)}: kept as text")
        return {}, text
    if meta is None:
        return {}, text[found.end() :].lstrip("\n")
    if not isinstance(meta, dict):
        notices.append("the front matter holds no names: kept as text")
        return {}, text
    meta = {clean_text(str(key)): _plain(value) for key, value in meta.items()}
    return meta, text[found.end() :].lstrip("\n")


def _names(front: str, notices: list[str]):
    """What a block of YAML says; « title: Tableur : trier » is forgiven, as people write it."""
    try:
        return _load(front)
    except _BROKEN as error:
        mended = _UNQUOTED.sub(lambda line: line[1] + json.dumps(line[2]), front)
        if mended == front:
            raise
        meta = _load(mended)
        notices.append(f"the front matter is broken{_line_of(error)}: read as well as it could be")
        return meta


def _line_of(error: Exception) -> str:
    line = getattr(getattr(error, "problem_mark", None), "line", None)
    return f", line {line + 2}" if line is not None else ""


def _load(front: str):
    """Plain YAML without aliases: a few lines of them can fill the memory."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front, Loader=loader)):
        raise yaml.YAMLError("aliases are not accepted")
    return yaml.load(front, Loader=loader)  # noqa: S506 (a safe loader, whichever there is)


def _plain(value):
    """A value that JSON can hold, dates kept as dates for `as_date`."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    return value if isinstance(value, bool | int | float | date) or value is None else str(value)


def as_json(value):
    """The same value with its dates in words, and numbers that no JSON knows as text."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def listed(value) -> Iterator[str]:
    """The words of a list, of one text, or of a text between commas."""
    if isinstance(value, dict):
        value = value.get("name") or ""
    if isinstance(value, str):
        value = re.split(r"[,;]", value)
    for one in value if isinstance(value, list) else [value]:
        named = one.get("name") or one.get("title") if isinstance(one, dict) else one
        if named is not None and (word := clean_text(str(named))):
            yield word

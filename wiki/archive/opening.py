"""An archive that came from anywhere, read without believing it: sizes, names, fingerprints first.

Nothing is ever written under a name that the archive gives.
"""

import hashlib
import json
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from wiki.archive.packing import FORMAT, MANIFEST, VERSION
from wiki.files import uploads
from wiki.storage import CHUNK

MOST_FILES = 100_000
MOST_PACKED = 600_000_000  # bytes of texts and rows, once unpacked
LONGEST_MANIFEST, LONGEST_LINE = 40_000_000, 4_000_000
SORTS = ("group", "kit")
SENT_AT_ONCE = 100_000_000  # bytes of one form


def largest_sent() -> int:
    """The heaviest archive that a screen takes."""
    return min(SENT_AT_ONCE, uploads.limit_bytes())


class Damaged(ValueError):
    """Why an archive is not taken, in words for who brings it; nothing of it was kept."""


class Opened:
    """An archive whose every part is what it says it is."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict):
        self.archive, self.manifest = archive, manifest

    @property
    def tables(self) -> list[str]:
        """The names of the tables whose rows it holds."""
        names = (name for name in self.manifest["files"] if name.startswith("data/"))
        return [name[5:-6] for name in names if name.endswith(".jsonl")]

    def rows(self, table: str) -> Iterator[dict]:
        """The rows of a table. Raises Damaged."""
        name = f"data/{table}.jsonl"
        if name not in self.manifest["files"]:
            return
        with self.archive.open(name) as lines:
            while line := lines.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise Damaged(_("This archive holds a line that is too long (%(name)s).",
                                    name=name))  # fmt: skip
                row = parsed(line, name)
                if not isinstance(row, dict):
                    raise broken(name)
                yield row

    def media(self) -> dict[str, dict]:
        """What is told of its photos, sounds and papers, by SHA-256."""
        return self.manifest["media"]

    def bytes_of(self, sha256: str) -> BinaryIO:
        """The bytes of a photo, a sound, a paper."""
        return self.archive.open(self.media()[sha256]["name"])


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """An archive, checked whole, to take things from. Raises Damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_names(archive, path.stat().st_size)
            manifest = _manifest(archive)
            _check_parts(archive, manifest)
            yield Opened(archive, manifest)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise Damaged(_("This file is not an archive, or it was cut on its way.")) from error


def parsed(data: bytes, name: str):
    """JSON of an archive. Raises Damaged, also for what would exhaust whoever reads it."""
    try:
        return json.loads(data, parse_constant=lambda _word: None)
    except (ValueError, RecursionError) as error:
        raise broken(name) from error


def broken(name: str) -> Damaged:
    """That a part cannot be read."""
    return Damaged(_("This archive is damaged: %(name)s cannot be read.", name=name))


def is_safe(name: str) -> bool:
    """Whether a name leads nowhere else, on any computer."""
    parts = name.split("/")
    return (
        0 < len(name) < 1000
        and not any(part in ("", ".", "..") for part in parts)
        and not any(sign in name for sign in "\\:\0")
        and name.isprintable()
    )


def _check_names(archive: zipfile.ZipFile, size: int) -> None:
    seen: set[str] = set()
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise Damaged(_("This archive holds too many files."))
    for info in infos:
        folded = unicodedata.normalize("NFC", info.filename).casefold()
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not is_safe(info.filename) or kind not in (0, stat.S_IFREG) or info.flag_bits & 1:
            raise Damaged(_("This archive holds a name that no archive of ours has."))
        if folded in seen:
            raise Damaged(_("This archive holds twice the same file (%(name)s).",
                            name=info.filename))  # fmt: skip
        seen.add(folded)
    packed = [info for info in infos if info.compress_type != zipfile.ZIP_STORED]
    loose = sum(info.file_size for info in infos if info.compress_type == zipfile.ZIP_STORED)
    if (
        sum(info.file_size for info in packed) > MOST_PACKED
        or loose > size
        or sum(info.compress_size for info in infos) > size
    ):
        raise Damaged(_("This archive would fill the disk once unpacked."))


def _manifest(archive: zipfile.ZipFile) -> dict:
    if MANIFEST not in archive.namelist():
        raise Damaged(_("This file is not an archive of a group, nor a kit."))
    if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise broken(MANIFEST)
    manifest = parsed(archive.read(MANIFEST), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Damaged(_("This file is not an archive of a group, nor a kit."))
    version = manifest.get("version")
    if not isinstance(version, int) or version > VERSION or manifest.get("sort") not in SORTS:
        raise Damaged(_("This archive was made by a newer Essaim (%(number)s). Bring this site up "
                        "to date first.", number=str(manifest.get("essaim"))[:20]))  # fmt: skip
    for name in ("files", "media", "group"):
        if not isinstance(manifest.get(name), dict):
            raise broken(MANIFEST)
    return manifest


def _check_parts(archive: zipfile.ZipFile, manifest: dict) -> None:
    """Every part has the fingerprint told of it, and there is nothing besides."""
    told = {MANIFEST: ""}
    for name, about in manifest["files"].items():
        told[name] = about.get("sha256") if isinstance(about, dict) else None
    for sha256, about in manifest["media"].items():
        if not isinstance(about, dict) or not isinstance(about.get("name"), str):
            raise broken(MANIFEST)
        told[about["name"]] = sha256
    if set(told) != set(archive.namelist()):
        raise Damaged(_("Something was added to this archive, or taken out of it."))
    for name, sha256 in told.items():
        if name == MANIFEST:
            continue
        digest = hashlib.sha256()
        with archive.open(name) as part:
            while piece := part.read(CHUNK):
                digest.update(piece)
        if digest.hexdigest() != sha256:
            raise Damaged(_("This archive was changed since it was made (%(name)s).", name=name))

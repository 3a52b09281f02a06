"""From what was gathered to one file: a zip that opens everywhere and says what is in it."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

import wiki
from wiki import storage
from wiki.accounts.models import User
from wiki.archive import identities, readable
from wiki.archive.gathering import Gathered, gather, line, place_of
from wiki.consents.releases import note_release
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.items.models import Item
from wiki.templating import day, site_address

FORMAT, VERSION = "essaim-archive", 1
MANIFEST = "archive.json"
Progress = Callable[[int, int], None]


def write(
    target: Path, group: Group, reader: User | None, progress: Progress | None = None
) -> dict:
    """Write a group as one file, which appears whole or not at all; its manifest.

    `reader` decides what may leave; the operator takes everything. Raises StorageFull.
    """
    identities.mint(group)
    found = gather(group, reader)
    identities.sign(found.people)
    weight = sum(one["size"] for one in found.media.values())
    storage.check_room(weight)
    manifest = described(found, "group")
    eyes = reader or _somebody(group)
    storage.write_durably(target, lambda file: _fill(file, found, manifest, eyes, progress))
    _note(found, reader)
    return manifest


def described(found: Gathered, sort: str) -> dict:
    """What an archive says of itself."""
    group = found.group
    fields = ("title", "summary", "purpose", "colour", "pictogram", "lists_members")
    return {
        "format": FORMAT, "version": VERSION, "sort": sort, "essaim": wiki.__version__,
        "made_at": utcnow().isoformat(timespec="seconds"), "site": site_address(),
        "group": {"number": group.id} | {name: getattr(group, name) for name in fields},
        "counts": {name: len(rows) for name, rows in found.rows.items() if rows},
        "left_out": found.left_out, "media": {}, "files": {},
    }  # fmt: skip


def counted(manifest: dict) -> dict[str, int]:
    """How many things an archive holds, and how many of them are files; bytes kept once are not.

    It may come from anywhere: what is no number counts for nothing.
    """
    told = manifest.get("counts")
    told = told if isinstance(told, dict) else {}
    found = {"things": told.get("item"), "files": told.get("file")}
    return {name: n if isinstance(n, int) else 0 for name, n in found.items()}


def _fill(file: BinaryIO, found: Gathered, manifest: dict, reader, progress) -> None:
    placed = readable.places(found)
    total, done = len(found.media) + len(found.kept) + 1, 0
    tell = progress or (lambda *_: None)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        box = Box(archive, manifest)
        for sha256, name in _media_places(found, placed).items():
            box.put_bytes(sha256, name, found.media[sha256], place_of(found, sha256))
            tell(done := done + 1, total)
        seen = set()
        for name, data, number in readable.texts(found, reader, placed):
            box.put(name, data)
            if number not in seen:
                seen.add(number)
                tell(done := done + 1, total)
        for name, data in readable.sheets(found, placed):
            box.put(name, data)
        box.put_rows("people", found.people)
        box.put_rows("term", found.terms)
        for name, rows in found.rows.items():
            box.put_rows(name, rows)
        box.put(_("READ ME") + ".txt", explained(manifest).encode())
        said = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        archive.writestr(info(MANIFEST), said, zipfile.ZIP_DEFLATED)
    tell(total, total)


class Box:
    """An archive being filled: each file of it is told in the manifest, with its SHA-256."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict):
        self.archive, self.manifest = archive, manifest

    def put(self, name: str, data: bytes) -> None:
        """A text of the archive."""
        self.archive.writestr(info(name), data, zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256(data).hexdigest()
        self.manifest["files"][name] = {"sha256": digest, "size": len(data)}

    def put_rows(self, name: str, rows: list[dict]) -> None:
        """The rows of a table, one a line."""
        if rows:
            self.put(f"data/{name}.jsonl", b"".join(line(row) for row in rows))

    def put_bytes(self, sha256: str, name: str, about: dict, place: Path) -> None:
        """Bytes as they are: photos, sounds and films are packed already."""
        about_it = info(name)
        with place.open("rb") as source:
            about_it.file_size = os.fstat(source.fileno()).st_size
            with self.archive.open(about_it, "w") as target:
                while piece := source.read(storage.CHUNK):
                    target.write(piece)
        self.manifest["media"][sha256] = {"name": name} | about


def explained(manifest: dict) -> str:
    """The page that says what is in the archive, to somebody who never heard of us."""
    title = manifest["group"]["title"]
    lines = [
        title, "=" * len(title), "",
        _("Here is all that the group made, as it was on %(day)s. You need nothing special to "
          "read it.", day=day(datetime.fromisoformat(manifest["made_at"]))), "",
        *_folders(manifest), "",
        _("It holds names and addresses: keep it as carefully as the group itself."),
    ]  # fmt: skip
    for one in manifest["left_out"]:
        if one["why"] == "withdrawn":
            said = _("Not in it, because somebody who appears there refused: %(n)s.",
                     n=one["count"])  # fmt: skip
        else:
            said = _("Not in it, because words are masked there and its silent copy was not "
                     "made yet: %(n)s.", n=one["count"])  # fmt: skip
        lines += ["", said]
    return "\r\n".join(lines) + "\r\n"


def _folders(manifest: dict) -> list[str]:
    """What each folder and table of the archive is, of those that are in it."""
    names = [*manifest["files"], *(one["name"] for one in manifest["media"].values())]
    there = {name.partition("/")[0] for name in names}
    kinds = sorted(there - {"files", "versions", "data"} - {n for n in there if "." in n})
    tables = [n for n in ("items.csv", "people.csv", "comments.csv") if n in there]
    lines = []
    if "files" in there:
        lines.append(_("In “files”: the photos, sounds and papers, in their folders."))
    if "versions" in there:
        lines.append(_("In “versions”: the same as they were before they were replaced."))
    if kinds:
        said = ", ".join(_("“%(title)s”", title=kind) for kind in kinds)
        lines.append(_("In %(folders)s: one text for each thing. Any text editor opens it. The "
                       "lines between --- say its title, its authors, its themes.",
                       folders=said))  # fmt: skip
    if "maps" in there:
        lines.append(_("Maps are also there as GeoJSON, for mapping software, and as CSV, for "
                       "spreadsheets."))  # fmt: skip
    if tables:
        lines.append(_("%(tables)s: tables that a spreadsheet opens.", tables=", ".join(tables)))
    lines.append(_("In “data”: the same with all its past, for software."))
    lines.append(_("archive.json: the list of all that, with the fingerprint of each file."))
    return lines


def _media_places(found: Gathered, placed: dict[int, str]) -> dict[str, str]:
    """The name of each file's bytes once: where people look for the current ones."""
    names: dict[str, str] = {}
    for row in found.rows["file"]:
        if row["sha256"] in found.media:
            names.setdefault(row["sha256"], placed[row["id"]])
    for row in found.rows["file_version"]:
        suffix = row["filename"].rpartition(".")[2] if "." in row["filename"] else "bin"
        suffix = suffix if suffix.isascii() and suffix.isalnum() and len(suffix) < 9 else "bin"
        if row["sha256"] in found.media:
            names.setdefault(row["sha256"], f"versions/{row['sha256']}.{suffix}")
    for sha256, about in found.media.items():  # of kinds that name bytes of their own
        suffix = "zip" if about["mime"] == "application/zip" else "bin"
        names.setdefault(sha256, f"versions/{sha256}.{suffix}")
    return names


def info(name: str) -> zipfile.ZipInfo:
    """How a file of an archive is described: a plain file, of now."""
    made = zipfile.ZipInfo(name, utcnow().timetuple()[:6])
    made.external_attr = 0o644 << 16
    return made


def _somebody(group: Group) -> User | None:
    """Whose eyes the forms for people are written with, when a program asks."""
    query = db.select(User).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.group_id == group.id, Membership.role == Role.FACILITATOR)
    return db.session.scalar(query.order_by(User.id).limit(1))


def _note(found: Gathered, reader: User | None) -> None:
    """What left with somebody in it is written down: no withdrawal brings it back."""
    shown = db.select(Item).where(Item.group_id == found.group.id, Item.ceiling.is_not(None))
    for item in db.session.scalars(shown):
        if item.id in found.kept:
            note_release(item, "export", actor=reader)
    db.session.commit()

"""What changed between two versions of a file that holds words."""

from typing import NamedTuple

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from wiki.files import downloads, extract, safety
from wiki.files.models import Blob, File, FileVersion, TextState
from wiki.items import history
from wiki.items.access import load, role_in
from wiki.items.versions import first_changes, shortened
from wiki.throttle import address, throttle

blueprint = Blueprint("comparing", __name__)
LONGEST = 400_000  # characters of a text that is compared


class Pair(NamedTuple):
    """A version with the one before it."""

    old: FileVersion
    new: FileVersion


def is_possible(blob: Blob) -> bool:
    """Whether the words of these bytes can be read, to be compared."""
    return extract.is_readable(blob.mime) and blob.mime not in safety.ACTIVE | {safety.LOCKED}


def pairs(versions: list[FileVersion], unreadable: list[str]) -> dict[int, int]:
    """By number of a version, the number of the one before it that its words compare with."""
    readable = [v for v in versions if is_possible(v.blob) and v.sha256 not in unreadable]
    return {new.number: old.number for new, old in zip(readable, readable[1:], strict=False)}


@blueprint.get("/<id:item_id>/diff")
def diff(item_id: int):
    """Two versions line by line."""
    file = load(File, item_id)
    pair = Pair(*(_version(file, request.args.get(name, type=int)) for name in ("from", "to")))
    old, new = (_words(version) for version in pair)
    lines = shortened(list(first_changes(history.changed_lines(old, new)))) if old != new else []
    return render_template(
        "files/diff.html", item=file, file=file, pair=pair, lines=lines,
        is_partial=len(old) >= LONGEST or len(new) >= LONGEST,
        group=file.group if role_in(current_user, file.group_id) is not None else None,
    )  # fmt: skip


def _version(file: File, number: int | None) -> FileVersion:
    found = downloads.load_version(file, number or 0)
    if not is_possible(found.blob) or found.sha256 in file.unreadable:
        abort(404)
    return found


def _words(version: FileVersion) -> str:
    """The words of a version: a plain text as it is, a document read in a process with limits."""
    if safety.is_text(version.blob.mime):
        return extract.head_of(version.blob, LONGEST)
    throttle("30 per 10 minutes", "diff", str(current_user.get_id() or address()))
    reading = extract.read(version.sha256, version.blob.mime)
    if reading.state not in (TextState.READ, TextState.PARTIAL):
        return ""
    return reading.text.replace("\f", "\n\n")[:LONGEST]

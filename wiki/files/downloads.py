"""Bytes on their way out: each answer checks the reader, and none is active in our origin."""

from base64 import b64encode
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file
from flask_login import current_user

from wiki import storage
from wiki.db import db
from wiki.files import counting, muting, papers, previews, safety
from wiki.files.models import Blob, File, FileVersion
from wiki.items import history
from wiki.items.access import load

blueprint = Blueprint("bytes", __name__)


@blueprint.get("/<id:item_id>/download")
def download(item_id: int):
    """The current bytes, to keep: those that `sha256` names, unless words in them are masked."""
    file = load(File, item_id)
    counting.count(file.id)
    return _send_whole(file)


@blueprint.get("/<id:item_id>/versions/<int:number>")
def version(item_id: int, number: int):
    """The bytes of a version, to keep."""
    file = load(File, item_id)
    found = load_version(file, number)
    counting.count(item_id)
    if found.sha256 == file.sha256:
        return _send_whole(file)
    return _send(found.blob, found.filename)


@blueprint.get("/<id:item_id>/original")
def original(item_id: int):
    """A picture as it was sent, with its metadata: for who sent it, and nobody else."""
    file = load(File, item_id)
    found = file.version()
    if found is None or found.original_sha256 is None:
        abort(404)
    if not may_have_original(current_user, found) or muting.bind(file, current_user):
        abort(403)
    return _send(db.session.get(Blob, found.original_sha256), found.filename)


@blueprint.get("/<id:item_id>/raw")
def raw(item_id: int):
    """Sound and film, to play in the page; anything else leaves as a download."""
    file = load(File, item_id)
    return _send_whole(file, inline=file.blob.mime in safety.PLAYABLE)


@blueprint.get("/<id:item_id>/preview/<size>")
def preview(item_id: int, size: str):
    """The picture at one of four sizes, encoded by us and without metadata."""
    file = load(File, item_id)
    if size not in previews.SIZES or not previews.is_possible(file.blob):
        abort(404)
    light = "image/avif" in request.headers.get("Accept", "")
    path = previews.best(file.sha256, size, light)
    if path is None:
        abort(404)
    answer = send_made(path, file.sha256)
    answer.vary.add("Accept")
    return answer


@blueprint.get("/<id:item_id>/preview/page-<int:number>")
def paper(item_id: int, number: int):
    """A page of a PDF, drawn by us."""
    file = load(File, item_id)
    path = papers.page(file.sha256, number) if papers.is_possible(file) else None
    if path is None:
        abort(404)
    return send_made(path, file.sha256)


def may_have_original(user, found: FileVersion) -> bool:
    """Whether this reader may have a picture with all it tells of its author."""
    if user.is_anonymous or found.original_sha256 is None:
        return False
    return found.uploader_id == user.id


def load_version(file: File, number: int) -> FileVersion:
    """One version of a file already loaded for this reader, or 404."""
    return next((one for one in shown_versions(file) if one.number == number), None) or abort(404)


def shown_versions(file: File) -> list[FileVersion]:
    """The versions this reader may have: outside the group, those since it was shown to them.

    Of a recording with masked words, the older ones are for those who may hear these.
    """
    if muting.bind(file, current_user):
        return [one for one in file.versions() if one.sha256 == file.sha256][:1]
    first = history.first_shown(file, current_user)
    return [one for one in file.versions() if one.number >= first or one.sha256 == file.sha256]


def send_made(path: Path, sha256: str, name: str | None = None) -> Response:
    """Something made by us out of bytes whose reader was checked."""
    response = send_file(
        path, previews.MIMES[path.suffix], conditional=True, last_modified=None,
        etag=f"{sha256}-{path.name.rpartition('-')[2]}", as_attachment=name is not None,
        download_name=name,
    )  # fmt: skip
    _say_ranges(response)
    return _guard(response)


def _say_ranges(response: Response) -> None:
    if "Accept-Ranges" not in response.headers and request.method in ("GET", "HEAD"):
        response.headers["Accept-Ranges"] = "bytes"


def _send_whole(file: File, inline: bool = False) -> Response:
    """The current bytes; to who must not hear all, those that are silent where words are masked."""
    if not muting.bind(file, current_user):
        return _send(file.blob, file.filename, inline)
    path = muting.whole(file, current_user)
    if path is None:
        muting.remake(file, current_user)
        abort(404)
    answer = send_made(path, file.sha256, None if inline else muting.named(file, current_user))
    return _say_digest(answer, muting.given(file, current_user).sha256)


def _send(blob: Blob, filename: str, inline: bool = False) -> Response:
    path = storage.path_of(blob.sha256)
    if not path.exists():
        abort(404)
    response = send_file(
        path,
        safety.served_as(blob.mime),
        as_attachment=not inline,
        download_name=filename,
        conditional=True,
        etag=blob.sha256,
        last_modified=None,
    )
    _say_ranges(response)
    return _say_digest(_guard(response), blob.sha256)


def _say_digest(response: Response, sha256: str | None) -> Response:
    """Name the bytes that are truly sent, whole, as RFC 9530 does."""
    if sha256:
        digest = b64encode(bytes.fromhex(sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response


def _guard(response: Response) -> Response:
    """Asked again each time (rights may have changed), never sniffed, never run, never embedded."""
    headers = response.headers
    headers.pop("Expires", None)
    headers.pop("Last-Modified", None)
    headers["Cache-Control"] = "private, no-cache"
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

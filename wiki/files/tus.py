"""The tus protocol 1.0.0 (tus.io) at /uploads: a file sent in pieces goes on where it was cut.

Beside the protocol: GET tells where an upload stands, and POST on it gives the file it became.
"""

import base64
import binascii
import hashlib
from email.utils import format_datetime

from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.errors import api_error
from wiki.files import resumable, uploads
from wiki.files.models import File, Folder
from wiki.files.resumable import Upload
from wiki.groups.models import Group, Role
from wiki.items.access import load, load_group, visible
from wiki.items.forms import number_or_none
from wiki.items.models import Item, Scope
from wiki.markup.sanitize import clean_text

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,checksum,termination,expiration"
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
PIECE = "application/offset+octet-stream"
SPOILT = 460  # the protocol's own status: the bytes changed on their way
LONGEST_ALT, LONGEST_CREDIT = 1000, 200

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")


@blueprint.before_request
def _speak_one_version():
    """Another version of the protocol is refused, and said to be."""
    if request.headers.get("Tus-Resumable", VERSION) != VERSION:
        answer, _status = api_error(412, "tus_version", _("Only tus 1.0.0 is understood here."))
        answer.headers["Tus-Version"] = VERSION
        return answer, 412
    return None


@blueprint.after_request
def _say_version(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.errorhandler(uploads.Refused)
def _refused(refusal: uploads.Refused):
    db.session.rollback()
    return api_error(refusal.status, refusal.code, refusal.reason)


@blueprint.errorhandler(resumable.Busy)
def _busy(_error):
    return api_error(423, "busy", _("The same file is being received at this moment."))


@blueprint.errorhandler(FileNotFoundError)
def _gone(_error):
    db.session.rollback()
    return api_error(404, "not_found", _("Nothing is here for you."))


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
def abilities():
    """What this server does of the protocol."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(uploads.limit_bytes()),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }
    return Response(status=204, headers=headers)


@blueprint.post("")
def begin():
    """Announce a file: its name and place in Upload-Metadata, its length now or at the end."""
    named = _metadata()
    group = load_group(number_or_none(named.get("group")) or 0, Role.MEMBER)
    upload = resumable.begin(
        current_user,
        group,
        named.get("filename") or named.get("name") or "",
        _announced(),
        folder=_folder(group, named.get("folder")),
        parent=_parent(group, named.get("parent")),
        version_of=_version_of(group, named.get("version")),
        note=clean_text(named.get("note", ""))[:300],
        alt=named.get("alt", "")[:LONGEST_ALT],
        credit=named.get("credit", "")[:LONGEST_CREDIT],
    )
    address = url_for("uploads.state", token=upload.id)
    offset = _take(upload, 0) if request.content_length else 0
    return _told(upload, offset, 201, {"Location": address})


@blueprint.get("/<token>", provide_automatic_options=False)
def state(token: str):
    """How much arrived, to go on from there; to those who read, also the file it became."""
    upload = _load(token)
    offset = upload.offset()
    if offset is None:
        abort(404)
    if request.method == "HEAD":
        return _told(upload, offset, 200)
    file = _file(upload)
    return jsonify(
        name=upload.filename, offset=offset, length=upload.length,
        expires_at=upload.expires_at.isoformat(),
        file=uploads.described(file, current_user) if file else None,
    )  # fmt: skip


@blueprint.patch("/<token>", provide_automatic_options=False)
def append(token: str):
    """One more piece, at the place it says; the last one makes the file."""
    upload = _load(token, to_write=True)
    if request.mimetype != PIECE:
        return api_error(415, "content_type", _("This kind of content is not accepted here."))
    place = _number(request.headers.get("Upload-Offset", ""))
    return _told(upload, _take(upload, place), 204)


@blueprint.delete("/<token>", provide_automatic_options=False)
def stop(token: str):
    """Give up: what came is deleted. A file that was made stays, and has its own trash."""
    upload = _load(token)
    if upload.file_id is None:
        with resumable.held(upload):
            upload.forget()
    return Response(status=204)


@blueprint.post("/<token>", provide_automatic_options=False)
def finish(token: str):
    """The file that a whole upload became, made now if it was not: the same answer each time."""
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    if override in ("PATCH", "DELETE"):  # for networks that let only GET and POST through
        return (append if override == "PATCH" else stop)(token)
    upload = _load(token, to_write=True)
    is_new = _finish(upload)
    if upload.file_id is None:
        return api_error(409, "incomplete", _("Not everything has arrived yet."))
    file = _file(upload)
    if file is None:
        return _hidden(upload)
    return jsonify(uploads.described(file, current_user)), 201 if is_new else 200


def _hidden(upload: Upload):
    """It arrived, and whoever sent it may not see it: somebody refused these very bytes."""
    file = db.session.get(File, upload.file_id)
    if file is None or file.trashed_at or file.ceiling != Scope.DRAFT:
        abort(404)
    return jsonify(
        id=None, url=f"/files?group={upload.group_id}", title=upload.filename, markdown="",
        twins=[], message=_("It has arrived, and stays hidden: someone shown in it has not said "
                           "yes. The facilitators of the group see it."),
    ), 200  # fmt: skip


def _take(upload: Upload, place: int) -> int:
    """Write the body at its place, then make the file if that was the last of it."""
    if upload.file_id is not None:
        abort(409)
    digest, expected = _checksum()
    with resumable.held(upload):
        _learn_length(upload)
        if place != upload.offset():
            abort(409)
        if digest is not None and request.environ.get("essaim.cut"):
            abort(400)  # a piece cut short cannot be checked
        try:
            offset = resumable.append(
                upload, request.stream, request.content_length or 0, digest, expected
            )
        except ValueError:
            answer, _status = api_error(SPOILT, "checksum", _("The bytes changed on their way."))
            answer.status_code = SPOILT
            abort(answer)
    _finish(upload)
    return offset


def _finish(upload: Upload) -> bool:
    """Make the file when all is here; False when it was made before, or more must come."""
    if not resumable.is_whole(upload):
        return False
    with resumable.held(upload, 20):
        if upload.file_id is not None:
            return False
        resumable.finish(upload)
    return True


def _told(upload: Upload, offset: int, status: int, more: dict | None = None) -> Response:
    headers = {"Upload-Offset": str(offset), **(more or {})}
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    elif request.method == "HEAD":
        headers["Upload-Length"] = str(upload.length)
    if upload.file_id is None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return Response(status=status, headers=headers)


def _load(token: str, to_write: bool = False) -> Upload:
    """The upload, for who began it alone; to write, as long as they may add to the group."""
    if current_user.is_anonymous:
        abort(401)
    upload = db.session.get(Upload, token)
    if upload is None or upload.user_id != current_user.id:
        abort(404)
    if to_write:
        load_group(upload.group_id, Role.MEMBER)
    return upload


def _file(upload: Upload) -> File | None:
    if upload.file_id is None:
        return None
    query = db.select(File).where(File.id == upload.file_id, visible(current_user))
    return db.session.scalar(query)


def _metadata() -> dict[str, str]:
    """What the header Upload-Metadata names, its values undone from base 64."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode().replace("\0", "")
        except (binascii.Error, UnicodeDecodeError):
            abort(400)
    return found


def _announced() -> int | None:
    """The length told now, or None when it will be told with the last piece."""
    length = request.headers.get("Upload-Length")
    if length is None and request.headers.get("Upload-Defer-Length") == "1":
        return None
    return _number(length or "")


def _learn_length(upload: Upload) -> None:
    """A length left for later is told once, with the last piece, and never changes."""
    told = request.headers.get("Upload-Length")
    length = upload.length if told is None else _number(told)
    if upload.length is not None and length != upload.length:
        abort(400)
    if upload.length != length:
        uploads.check_room(upload.group, length)
        upload.length = length
        db.session.commit()


def _number(text: str) -> int:
    """A number of bytes as a header says it."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(400)
    return int(text)


def _checksum():
    """What to compute of the piece, and what it must give: (None, b"") when nobody asked."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None, b""
    name, _space, value = header.partition(" ")
    if name not in CHECKSUMS:
        abort(400)
    try:
        return CHECKSUMS[name](), base64.b64decode(value, validate=True)
    except binascii.Error:
        abort(400)


def _folder(group: Group, value: str | None) -> Folder | None:
    number = number_or_none(value)
    if not number:
        return None
    folder = db.session.get(Folder, number)
    if folder is None or folder.group_id != group.id:
        abort(404)
    return folder


def _parent(group: Group, value: str | None) -> Item | None:
    number = number_or_none(value)
    if not number:
        return None
    parent = load(Item, number, "edit")
    if parent.group_id != group.id:
        abort(404)
    return parent


def _version_of(group: Group, value: str | None) -> File | None:
    """The file whose newer state comes, when there is one."""
    number = number_or_none(value)
    if not number:
        return None
    file = load(File, number, "edit")
    if file.group_id != group.id:
        abort(404)
    return file

"""What a person reads when something cannot be done: what happened, what was kept, what to do."""

import logging
import secrets
from urllib.parse import quote

from flask import Flask, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from wiki.db import db, is_disk_full
from wiki.storage import StorageFull

log = logging.getLogger("wiki")


def init_app(app: Flask) -> None:
    """Answer every error with a page, or JSON where programs ask."""
    app.before_request(_refuse_what_found_no_room)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StorageFull, lambda error: _answer(507, "storage_full"))
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(IntegrityError, _made_meanwhile)
    app.register_error_handler(OverflowError, _beyond_numbers)
    app.register_error_handler(DataError, _beyond_numbers)
    app.register_error_handler(Exception, _unexpected)


def _refuse_what_found_no_room() -> None:
    """What was sent could not even wait on the disk: the bridge says so."""
    if "essaim.full" in request.environ:
        raise StorageFull


def is_for_program() -> bool:
    """Whether the answer is read by a program and should be JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or (
        best == "application/json" and "text/html" not in request.headers.get("Accept", "")
    )


def api_error(status: int, code: str, message: str, **more):
    """An error in the API's shape."""
    return jsonify(error={"code": code, "message": message}, **more), status


def answer_http(error: HTTPException):
    """The answer to what a view refused."""
    if error.response is not None:
        return error.response
    if error.code is None or error.code < 400:
        return error
    if error.code == 401 and not is_for_program() and request.method in ("GET", "HEAD"):
        return redirect("/login?next=" + quote(request.full_path.rstrip("?")), 303)
    return _answer(error.code, error.name.lower().replace(" ", "_"), error)


def _database_error(error: OperationalError):
    db.session.rollback()
    if is_disk_full(error):
        log.error("disk full")
        return _answer(507, "storage_full")
    if "locked" in str(error).lower():
        log.warning("database busy: %s", error)
        return _answer(503, "busy")
    return _unexpected(error)


def _changed_meanwhile(error: StaleDataError | IntegrityError):
    db.session.rollback()
    return _answer(409, "conflict")


def _made_meanwhile(error: IntegrityError):
    """Two requests made the same thing at the same instant: the second one is told."""
    log.warning("refused by the database on %s %s: %s", request.method, request.path, error.orig)
    return _changed_meanwhile(error)


def _beyond_numbers(error: OverflowError | DataError):
    """A number, or a text with a NUL, that no row can have names nothing."""
    text = str(getattr(error, "orig", error))
    if "SQLite INTEGER" in text or "out of range" in text or "NUL (0x00)" in text:
        db.session.rollback()
        return _answer(404, "not_found")
    return _unexpected(error)


def _unexpected(error: Exception):
    if isinstance(error, OSError) and is_disk_full(error):
        return _answer(507, "storage_full")
    reference = secrets.token_hex(4)
    log.exception("error %s on %s %s", reference, request.method, request.path, exc_info=error)
    db.session.rollback()
    return _answer(500, "error", reference=reference)


def _answer(status: int, code: str, error: HTTPException | None = None, reference: str = ""):
    """The page of an error; a text that was being sent is given back with it."""
    message = _(_MESSAGES.get(status, "This cannot be done."))
    headers = {}
    if error is not None and getattr(error, "retry_after", None):
        headers["Retry-After"] = str(error.retry_after)
    if is_for_program():
        answer, _status = api_error(status, code, message)
        return answer, status, headers
    page = render_template(
        [f"errors/{status}.html", "errors/error.html"],
        status=status,
        reference=reference,
        kept=kept_text(),
        resend=_fields() if status == 401 else (),
        signed_in=current_user.is_authenticated if current_user else False,
    )
    return page, status, headers


def _fields() -> list[tuple[str, str]]:
    """What was sent, to be sent again once the person has signed in; no password, no file."""
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [] if any("password" in name for name, _value in fields) else fields


def kept_text() -> str:
    """The sentences of the form that could not be taken, so that nobody types them twice."""
    if request.method != "POST" or request.mimetype not in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        return ""
    try:
        texts = [v for k, v in request.form.items() if "password" not in k]
    except HTTPException:
        return ""
    # Lists of names that a form carries are nobody's words.
    said = [text.strip() for text in texts if len(text) > 40 and len(text.split()) > 3]
    return "\n\n".join(dict.fromkeys(said))


def N_(text: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return text


_MESSAGES = {
    400: N_("This request could not be understood."),
    401: N_("Sign in first."),
    403: N_("You may read this, not change it."),
    404: N_("Nothing is here for you."),
    405: N_("This cannot be done here."),
    409: N_("Someone else changed this in the meantime."),
    410: N_("This is no longer here."),
    413: N_("This is too large."),
    415: N_("This kind of content is not accepted here."),
    422: N_("Something is missing or wrong."),
    428: N_("Say which version you changed."),
    429: N_("Too many tries. Wait a little."),
    500: N_("Something broke on our side."),
    503: N_("The site is busy. Try again in a moment."),
    507: N_("There is no room left on the server. Nothing was changed."),
}

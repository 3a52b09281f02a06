"""Signing in and out: passwords, devices, and links that open a door once."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, login_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import bindparam, delete, func, select, update

from wiki.accounts.cookies import Sessions
from wiki.accounts.models import ApiToken, SiteNote, User, UserSession, hash_token, is_over
from wiki.db import Remembered, db, utcnow

RESET_HOURS = 24
FIRST_LINK_HOURS = 24 * 7
SHORTEST = 10
# Asked by every request: made once.
_DEVICE = (
    select(UserSession.id, UserSession.expires_at, UserSession.seen_at, UserSession.shared, User)
    .join(User, UserSession.user_id == User.id)
    .where(UserSession.token_hash == bindparam("token"))
)
_holders = Remembered()
# Checked when nobody has the address, so that an answer takes as long as for a wrong password.
_NOBODY: dict[str, str] = {}


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by their device or by their API key."""
    app.session_interface = Sessions()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_by_device)
    manager.request_loader(_by_key)
    app.after_request(_keep_nothing_on_a_shared_computer)
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(days=app.config["SESSION_DAYS"]),
        SESSION_COOKIE_NAME="essaim",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=app.config["BASE_URL"].startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def hash_password(password: str) -> str:
    """An argon2id hash; takes tens of milliseconds on purpose, so never on a page thread."""
    return _hasher().hash(password)


def check_password(user: User | None, password: str) -> bool:
    """Whether the password opens the account; takes as long when there is none."""
    stored = user.password_hash if user and user.password_hash else _nobody()
    try:
        good = _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
    if not (user and user.password_hash and user.is_active):
        return False
    if good and _hasher().check_needs_rehash(stored):
        user.password_hash = hash_password(password)
    return good


def is_secret(stored: str | None, given: str) -> bool:
    """Whether a secret is the one whose hash is stored; as slow as the hash."""
    try:
        return bool(stored) and _hasher().verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False


def when_the_password_changes(end: Callable[[User], None]) -> Callable[[User], None]:
    """Have a function end what a person opened by a secret, and whoever knows it goes on using."""
    _endings.append(end)
    return end


_endings: list[Callable[[User], None]] = []


def set_password(user: User, password: str) -> None:
    """Change a password; every other session and secret address ends; the caller commits."""
    user.password_hash = hash_password(password)
    end_sessions(user, but=current_device())
    for end in _endings:
        end(user)


def sign_in(user: User, shared: bool | None = None) -> None:
    """Open a new session on this device, whatever was there before; the caller commits.

    On a shared computer it ends with the browser, and after a quarter of an hour without anybody;
    where nobody was asked now, what was said of this browser before counts.
    """
    if shared is None:
        shared = request.cookies.get("shared-computer") == "yes"
    lang = session.get("lang")
    user.easy = user.easy or bool(session.get("easy"))
    session.clear()
    if lang:
        session["lang"] = lang
    user.device_token = UserSession.open(
        user, request.user_agent.string, current_app.config["SESSION_DAYS"], shared
    )
    user.device_shared = shared
    session.permanent = not shared
    login_user(user)


def mark_shared(answer, shared: bool):
    """Tell the scripts of the pages to keep no text in a browser that others use."""
    life = None if shared else 0
    answer.set_cookie("shared-computer", "yes" if shared else "", max_age=life, samesite="Lax")
    return answer


def end_sessions(user: User, but: str = "") -> None:
    """Sign a person out of every device, or of all but one."""
    query = delete(UserSession).where(UserSession.user_id == user.id)
    if but:
        query = query.where(UserSession.token_hash != hash_token(but))
    db.session.execute(query)


def current_device() -> str:
    """The token of the device asking, or nothing."""
    return session.get("_user_id", "") if request else ""


def reset_token(user: User) -> str:
    """A link's secret that dies when the password changes or time has passed."""
    return _serializer().dumps([user.id, _fingerprint(user)])


def user_for_reset(token: str) -> User | None:
    """The person whose reset link this is, while it counts."""
    hours = FIRST_LINK_HOURS
    try:
        (user_id, fingerprint), made = _serializer().loads(
            token, max_age=hours * 3600, return_timestamp=True
        )
    except (BadSignature, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id) if isinstance(user_id, int) else None
    if user is None or not user.is_active or fingerprint != _fingerprint(user):
        return None
    if user.password_hash and utcnow() - made > timedelta(hours=RESET_HOURS):
        return None
    return user


def first_code() -> str | None:
    """The one-time code for the first administrator, while the site has nobody."""
    if db.session.scalar(select(func.count(User.id))):
        return None
    note = db.session.get(SiteNote, "first_code")
    if note is None:
        note = SiteNote(name="first_code", value=secrets.token_hex(4))
        db.session.add(note)
        db.session.commit()
    return note.value


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of this site and nothing else."""
    if not target or not re.match(r"/(?![/\\])", target) or re.search(r"[\x00-\x1f\\]", target):
        return "/"
    return target if not urlsplit(target).netloc else "/"


def _by_device(token: str) -> User | None:
    if request.method not in ("GET", "HEAD"):
        return _holder(token)
    # A reader shares the person found by the request before: it belongs to no session.
    return _holders.get(token, lambda: _holder(token, shared=True))


def _holder(token: str, shared: bool = False) -> User | None:
    device = db.session.execute(_DEVICE, {"token": hash_token(token)}).first()
    if device is None:
        return None
    user, now = device.User, utcnow()
    if is_over(device, now) or not user.is_active:
        return None
    often = timedelta(minutes=1) if device.shared else timedelta(hours=1)
    if now - device.seen_at > often and (not device.shared or _somebody_is_there()):
        _note_visit(device.id, device.shared)
    user.device_token, user.device_shared = token, device.shared
    if shared:
        db.session.expunge(user)
    return user


def _somebody_is_there() -> bool:
    """Whether a person asks, and not a page that asks by itself what is new."""
    if request.method not in ("GET", "HEAD"):
        return True
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _note_visit(device_id: int, shared: bool) -> None:
    now = utcnow()
    until = (
        {} if shared else {"expires_at": now + timedelta(days=current_app.config["SESSION_DAYS"])}
    )
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == device_id)
        .values(seen_at=now, **until)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    session.modified = not shared  # the cookie lives as long again, too


def _keep_nothing_on_a_shared_computer(response):
    """Behind « Back », and in the cache of the browser, the next person finds nothing."""
    user = g.get("_login_user")
    is_shared = user is not None and getattr(user, "device_shared", False)
    if is_shared:
        response.headers["Cache-Control"] = "no-store"
    if user is not None and response.mimetype == "text/html":
        # Whose page this is, or nobody's: what a device keeps of pages goes when it changes.
        response.headers["X-Reader"] = "-" if user.is_anonymous or is_shared else str(user.id)
    return response


def _by_key(incoming) -> User | None:
    if not incoming.path.startswith("/api/"):
        return None
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return ApiToken.holder(token.strip()) if kind.lower() == "bearer" else None


def hash_digits(digits: str) -> str:
    """An argon2id hash of a few digits, at the least cost that is advised (OWASP, 19 MiB).

    Whoever had the hash would soon have tried ten thousand numbers at any cost: what protects
    them is that a card must be shown and rests after five tries. A whole room comes in at once.
    """
    return _digits_hasher().hash(digits)


def _digits_hasher() -> PasswordHasher:
    if current_app.config.get("CHEAP_PASSWORDS"):
        return _hasher()
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def _hasher() -> PasswordHasher:
    # Tests hash hundreds of times; the cost is the only thing they change.
    if current_app.config.get("CHEAP_PASSWORDS"):
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)


def _nobody() -> str:
    key = str(bool(current_app.config.get("CHEAP_PASSWORDS")))
    if key not in _NOBODY:
        _NOBODY[key] = hash_password(secrets.token_hex(8))
    return _NOBODY[key]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="reset")


def _fingerprint(user: User) -> str:
    return hash_token(f"{user.password_hash or ''}:{user.email}")[:16]

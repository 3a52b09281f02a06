"""The links in letters about saved searches: they open one search, and only while it lives."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

CONFIRM_DAYS = 3


def confirmation_token(saved) -> str:
    """What the first letter carries: whoever reads that mailbox wants the next ones."""
    return _signer("confirm").dumps(_identity(saved))


def ending_token(saved) -> str:
    """What each letter carries to stop the next ones."""
    return _signer("end").dumps(_identity(saved))


def read_confirmation(token: str) -> int | None:
    """The search that a link confirms, while it counts."""
    return _read("confirm", token, CONFIRM_DAYS * 86_400)


def read_ending(token: str) -> int | None:
    """The search that a link ends; it never dies by itself."""
    return _read("end", token, None)


def matches(saved, token: str) -> bool:
    """Whether a link was made for this very row: numbers are used again once a row is gone."""
    for purpose in ("confirm", "end"):
        try:
            return _signer(purpose).loads(token) == _identity(saved)
        except BadSignature:
            continue
    return False


def _identity(saved) -> list:
    return [saved.id, int(saved.created_at.timestamp())]


def _read(purpose: str, token: str, max_age: int | None) -> int | None:
    try:
        found = _signer(purpose).loads(token, max_age=max_age)
    except (BadSignature, ValueError, TypeError):
        return None
    return found[0] if isinstance(found, list) and len(found) == 2 else None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt=f"saved search {purpose}")

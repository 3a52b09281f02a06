"""Slow down those who try many times: sign-in, codes, comments from unknown authors."""

from typing import NoReturn

from flask import Flask, current_app, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests


def init_app(app: Flask) -> None:
    """Counts live in this process; they start again with it."""
    app.extensions["throttle"] = MovingWindowRateLimiter(MemoryStorage())


def throttle(limit: str, *key: str, cost: int = 1) -> None:
    """Count tries against a limit such as `10 per minute`; raises 429 beyond it."""
    limiter = current_app.extensions["throttle"]
    if current_app.config.get("THROTTLE", True) and not limiter.hit(parse(limit), *key, cost=cost):
        refuse(limit)


def is_spent(limit: str, *key: str) -> bool:
    """Whether a limit is reached, without counting this as a try."""
    limiter = current_app.extensions["throttle"]
    return bool(current_app.config.get("THROTTLE", True)) and not limiter.test(parse(limit), *key)


def count(limit: str, *key: str) -> None:
    """Count a try against a limit that is looked at elsewhere."""
    current_app.extensions["throttle"].hit(parse(limit), *key)


def refuse(limit: str) -> NoReturn:
    """Answer 429, with the time after which it is worth trying again."""
    error = TooManyRequests()
    error.retry_after = parse(limit).get_expiry()
    raise error


def address() -> str:
    """Where a request comes from; an IPv6 visitor owns a whole /64."""
    remote = request.remote_addr or ""
    return ":".join(remote.split(":")[:4]) if ":" in remote else remote

"""Refuse changes asked for by another site, from the headers every current browser sends."""

from urllib.parse import urlsplit

from flask import Flask, abort, request

SAFE = {"GET", "HEAD", "OPTIONS"}


def refuse_cross_site() -> None:
    """Answer 403 to an unsafe request that another origin's page made on someone's behalf.

    Without Sec-Fetch-Site and Origin the client is no browser, so it carries nobody's cookie
    unknowingly.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return
    if origin and origin != "null" and urlsplit(origin).netloc == request.host and site is None:
        return
    abort(403, "cross_site")


def init_app(app: Flask) -> None:
    """Guard every route."""
    app.before_request(refuse_cross_site)

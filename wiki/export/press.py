"""From a document to a tagged PDF, in a process of its own that gets the reader's pictures only.

The request waits for it: a report takes two seconds, fifty take ten. It waits in threads kept for
that (see `bridge`), so that no page waits behind it; two are made at a time, and the clock kills
what exceeds its time. A job and a waiting page would cost a visitor more than the wait.
"""

import base64
import json
import logging
import re
import subprocess
import sys
from importlib.util import find_spec
from threading import BoundedSemaphore

from flask import current_app
from sqlalchemy import select

from wiki import children
from wiki.db import db
from wiki.export import pressing, squares
from wiki.files import previews
from wiki.files.models import File
from wiki.items.access import visible
from wiki.templating import DIST, site_address

log = logging.getLogger(__name__)

VARIANT = "pdf/ua-1"
SECONDS = 75  # by the clock
STATUS = {"missing": 501, "long": 422, "busy": 503, "failed": 503}  # of an answer without PDF
PATIENCE = 40  # seconds to wait for one of the two places
LONGEST = 6_000_000  # characters of a document
PICTURES = 300  # in one document
_places = BoundedSemaphore(2)
_SOURCE = re.compile(r'<im(?:g\b[^>]*?\bsrc|age\b[^>]*?\bhref)="(/[^"]+)"')
_FILE = re.compile(r"/files/(\d{1,9})(?:-[^/?#]*)?(?:/preview/(large|small)\b|[/?#]|$)")
_SQUARE = re.compile(r"/i/(\d{1,9})/qr\.svg")
_KINDS = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


_found_missing = []  # what its import lacks is known once a document was asked for


def is_installed() -> bool:
    """Whether a PDF can be offered here; where it cannot, one prints from the browser."""
    return not _found_missing and find_spec("weasyprint") is not None


class NoPdf(Exception):
    """Why there is no PDF: `missing` (not installed), `long`, `busy` or `failed`."""


def make(
    html: str, user, drawn: dict[str, bytes] | None = None, *, seconds: int = SECONDS
) -> bytes:
    """The PDF of a document, with the pictures that this reader may see, within so many seconds.

    `drawn`: SVG of ours that the document shows, by address. Raises NoPdf.
    """
    if len(html) > LONGEST:
        raise NoPdf("long")
    order = {
        "html": html,
        "base": site_address() + "/",
        "resources": _assets() | pictures(html, user) | _drawings(drawn or {}),
        "variant": VARIANT,
        "seconds": seconds,
    }
    db.session.rollback()  # nothing was written, and the wait must hold no connection
    if not _places.acquire(timeout=PATIENCE):
        raise NoPdf("busy")
    try:
        return _run(json.dumps(order).encode(), seconds)
    finally:
        _places.release()


def _run(order: bytes, seconds: int) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "wiki.export.pressing"],
            input=order,
            capture_output=True,
            env=_environment(),
            timeout=seconds,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("pdf: %s", type(error).__name__)
        raise NoPdf("failed") from None
    if done.returncode == pressing.NOT_INSTALLED:
        _found_missing.append(True)
        raise NoPdf("missing")
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        log.warning("pdf: process ended with %s: %s", done.returncode, last[:200])
        raise NoPdf("failed")
    return done.stdout


def _environment() -> dict[str, str]:
    """What the process needs to start; none of our secrets."""
    caches = current_app.config["DATA"] / "cache"  # what fonts there are, looked up once
    caches.mkdir(parents=True, exist_ok=True)
    return children.environment() | {"XDG_CACHE_HOME": str(caches)}


def _assets() -> dict[str, dict]:
    """The sheet, the fonts and the drawings of ours, by address."""
    return {
        f"{site_address()}/static/{path.name}": {"path": str(path), "mime": _KINDS[path.suffix]}
        for path in DIST.iterdir()
        if path.suffix in _KINDS
    }


def _drawings(drawn: dict[str, bytes]) -> dict[str, dict]:
    return {
        site_address() + at: {"data": base64.b64encode(svg).decode(), "mime": "image/svg+xml"}
        for at, svg in drawn.items()
    }


def pictures(html: str, user) -> dict[str, dict]:
    """The pictures in a document that its reader may see, by address; the others stay away."""
    sources = list(dict.fromkeys(_SOURCE.findall(html)))[:PICTURES]
    named = {
        source: (int(m[1]), m[2] or "medium") for source in sources if (m := _FILE.match(source))
    }
    shown = _files(set(named.values()), user) if named else {}
    found = {}
    for source in sources:
        if square := _SQUARE.fullmatch(source):
            drawn = base64.b64encode(squares.svg(f"/i/{square[1]}")).decode()
            found[site_address() + source] = {"data": drawn, "mime": "image/svg+xml"}
        elif named.get(source) in shown:
            found[site_address() + source] = shown[named[source]]
    return found


def _files(named: set[tuple[int, str]], user) -> dict[tuple[int, str], dict]:
    ids = {number for number, _size in named}
    files = db.session.scalars(select(File).where(File.id.in_(ids), visible(user)))
    paths = {
        (file.id, size): previews.path(file.sha256, size)
        for file in files
        if previews.is_possible(file.blob)
        for number, size in named
        if number == file.id
    }
    return {
        key: {"path": str(path), "mime": "image/webp"}
        for key, path in paths.items()
        if path is not None
    }

"""What every outlet shares: whole addresses, XML that no text can break, answers kept by readers.

An outlet answers everybody alike, so it never looks at the cookie, and speaks the site's language.
"""

import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import wraps
from hashlib import blake2b
from xml.etree import ElementTree

from flask import Response, current_app, request
from flask_babel import force_locale
from sqlalchemy import select

from wiki import __version__
from wiki.db import db, utcnow
from wiki.groups.journal import Event
from wiki.items.reading import drawn
from wiki.public.records import state
from wiki.templating import site_address

LARGEST_NUMBER = 2**31 - 1
# What XML 1.0 cannot hold: control characters, halves of pairs, the two non-characters.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SETTLED = timedelta(seconds=2)


def in_site_language(view):
    """A view whose words are those of the site, whoever asks."""

    @wraps(view)
    def speak(*args, **values):
        with force_locale(current_app.config["LANGUAGE"]):
            return view(*args, **values)

    return speak


def whole(path: str) -> str:
    """A path of the site as a whole address."""
    return path if path.startswith(("http://", "https://")) else site_address() + path


def host() -> str:
    """The name by which the site is known, without port."""
    return site_address().partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"


def clean(text: object) -> str:
    """A text without what XML cannot hold."""
    return _FORBIDDEN.sub("", str(text))


def node(parent, name: str, text: object = None, **attributes):
    """An element added to another, with its text and attributes."""
    found = {k.rstrip("_"): clean(v) for k, v in attributes.items() if v is not None}
    made = ElementTree.SubElement(parent, name, found)
    if text is not None:
        made.text = clean(text)
    return made


def document(root) -> bytes:
    """A whole XML document."""
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def page_asked(most: int = 100) -> int:
    """The page asked for; nonsense is the first."""
    given = request.args.get("page", "")
    # Cut first: Python itself refuses to read a number of five thousand digits.
    number = int(given[:6]) if given.isascii() and given.isdigit() else 1
    return max(1, min(number, most))


def kept(
    parts: object, mimetype: str, draw, private: bool = False, cached: bool = True
) -> Response:
    """What `draw()` gives, or 304 when the reader has it; `parts` says all that it depends on.

    What may be read is asked before each answer, so nothing here is kept beyond it.
    """
    last = db.session.execute(
        select(Event.id, Event.created_at).order_by(Event.id.desc()).limit(1)
    ).first()
    key = current_app.secret_key.encode()[:64]
    now = (last and last.id, state())
    known = (__version__, request.full_path, site_address(), mimetype, now, parts)
    tag = blake2b(repr(known).encode(), digest_size=12, key=key).hexdigest()
    answer = Response(status=304)
    if not _is_held(tag, last):
        body = drawn.get(tag) if cached else None
        if body is None:
            body = draw()
            body = body.decode() if isinstance(body, bytes) else body
            body = drawn.keep(tag, body) if cached else body
        answer = Response(body, content_type=f"{mimetype}; charset=utf-8")
    answer.set_etag(tag, weak=True)
    if last and utcnow() - last.created_at > _SETTLED:
        answer.headers["Last-Modified"] = format_datetime(last.created_at, usegmt=True)
    answer.headers["Cache-Control"] = (
        "private, no-cache" if private else "public, max-age=0, must-revalidate"
    )
    return answer


def _is_held(tag: str, last) -> bool:
    if request.if_none_match:
        return request.if_none_match.contains_weak(tag)
    since = request.if_modified_since
    # A second may hold two changes: what was given within it may be the state between them.
    return bool(since and last and last.created_at < since - timedelta(seconds=1) < utcnow())


def iso(moment: datetime) -> str:
    """A moment as feeds and harvesters read it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

"""gzip of text answers, for browsers that accept it."""

import secrets
import zlib
from functools import lru_cache

from flask import Response, request

LEVEL = 4
LEAST = 1000  # bytes; below, headers weigh more than what is saved
LARGEST_PASSED = 500_000  # bytes of an answer that the async side keeps in memory and compresses
KEPT, LARGEST_KEPT = 256, 60_000  # screens asked again and again, and bytes of one
TEXTS = ("text/", "application/json", "application/javascript", "application/atom+xml", "image/svg")


def compress(scope, status: int, headers: list, content: bytes) -> tuple[list, bytes]:
    """The headers and bytes to send, compressed when it is worth it and safe.

    What must not be stored (`no-store`: keys shown once) is left alone, and a random length hides
    the exact size of the rest, so that sizes tell nothing of a page's private words (BREACH).
    """
    named = {name.lower(): value for name, value in headers}
    if (
        status not in (200, 404, 422)
        or "content-encoding" in named
        or not named.get("content-type", "").startswith(TEXTS)
        or "no-store" in named.get("cache-control", "")
    ):
        return headers, content
    varied = _vary(headers, named.get("vary"))
    if not accepts_gzip(scope):
        return varied, content
    name = secrets.token_hex(secrets.randbelow(50)).encode()
    # What has a tag is asked again: packing it anew would cost more than finding it.
    again = "etag" in named and len(content) <= LARGEST_KEPT
    packed = stamped((_kept if again else gzip)(content), name)
    kept = [(k, v) for k, v in varied if k.lower() not in ("content-length", "etag")]
    kept += [("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
    if "etag" in named:
        kept.append(("ETag", named["etag"] if named["etag"][:2] == "W/" else "W/" + named["etag"]))
    return kept, packed


def accepts_gzip(scope) -> bool:
    """Whether the client says it reads gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def gzip(content: bytes, level: int = LEVEL) -> bytes:
    """A gzip file of these bytes."""
    return zlib.compress(content, level, 31)


@lru_cache(maxsize=KEPT)
def _kept(content: bytes) -> bytes:
    return gzip(content)


def stamped(packed: bytes, name: bytes) -> bytes:
    """The same gzip file with a name, of any length, in its header."""
    return b"\x1f\x8b\x08\x08" + packed[4:10] + name + b"\0" + packed[10:]


def packed(response: Response) -> Response:
    """A big answer compressed before it leaves Flask: the async side would spool it as it is."""
    content = response.get_data()
    if len(content) <= LARGEST_PASSED or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    tag, _weak = response.get_etag()
    response.set_data(stamped(gzip(content), secrets.token_hex(secrets.randbelow(50)).encode()))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if tag:
        response.set_etag(tag, weak=True)
    return response


def _vary(headers: list, vary: str | None) -> list:
    if vary is None:
        return [*headers, ("Vary", "Accept-Encoding")]
    if "accept-encoding" in vary.lower():
        return headers
    kept = [(k, v) for k, v in headers if k.lower() != "vary"]
    return [*kept, ("Vary", vary + ", Accept-Encoding")]

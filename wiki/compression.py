"""gzip of text answers, for browsers that accept it."""

import secrets
import zlib

LEVEL = 4
LEAST = 1000  # bytes; below, headers weigh more than what is saved
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
    packed = gzip(content, secrets.token_hex(secrets.randbelow(50)).encode())
    kept = [(k, v) for k, v in varied if k.lower() not in ("content-length", "etag")]
    kept += [("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
    if "etag" in named:
        kept.append(("ETag", named["etag"] if named["etag"][:2] == "W/" else "W/" + named["etag"]))
    return kept, packed


def accepts_gzip(scope) -> bool:
    """Whether the client says it reads gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def gzip(content: bytes, name: bytes = b"", level: int = LEVEL) -> bytes:
    """A gzip file of these bytes, whose header carries a name (of any length) if given."""
    packed = zlib.compress(content, level, 31)
    if not name:
        return packed
    return b"\x1f\x8b\x08\x08" + packed[4:10] + name + b"\0" + packed[10:]


def _vary(headers: list, vary: str | None) -> list:
    if vary is None:
        return [*headers, ("Vary", "Accept-Encoding")]
    if "accept-encoding" in vary.lower():
        return headers
    kept = [(k, v) for k, v in headers if k.lower() != "vary"]
    return [*kept, ("Vary", vary + ", Accept-Encoding")]

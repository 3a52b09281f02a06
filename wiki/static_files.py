"""Styles, scripts, fonts and icons, answered from memory by the async side, without Flask."""

import mimetypes
import re
from pathlib import Path
from typing import NamedTuple

from wiki.compression import TEXTS, accepts_gzip, gzip

HASHED = re.compile(r"-[0-9A-Z]{8}\.\w+$")  # as the build names them: the name changes with bytes
LARGEST = 2 << 20  # bytes kept in memory for one file; a bigger one goes through Flask

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


class Kept(NamedTuple):
    """One file ready to leave, plain and compressed."""

    mtime: float
    headers: list
    plain: bytes
    packed: bytes | None


class StaticFiles:
    """The files of the app's static folder, kept in memory once asked for."""

    def __init__(self, app):
        self.prefix = (app.static_url_path or "/static") + "/"
        self.folder = Path(app.static_folder).resolve() if app.static_folder else None
        self.kept: dict[str, Kept] = {}

    async def answer(self, scope, send) -> bool:
        """Answer if this is one of our files; False leaves the request to Flask."""
        path = scope["path"]
        if not path.startswith(self.prefix) or scope["method"] not in ("GET", "HEAD"):
            return False
        kept = self.find(path[len(self.prefix) :])
        if kept is None:
            return False
        packed = kept.packed is not None and accepts_gzip(scope)
        content = kept.packed if packed else kept.plain
        headers = [*kept.headers, (b"content-length", str(len(content)).encode())]
        if packed:
            headers.append((b"content-encoding", b"gzip"))
        if scope["method"] == "HEAD":
            content = b""
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})
        return True

    def find(self, name: str) -> Kept | None:
        """The file of that name, read again when it changed; None if unknown or too big."""
        kept = self.kept.get(name)
        if kept and HASHED.search(name):
            return kept
        path = self.folder and (self.folder / name)
        if not path or path.parent != self.folder or "\0" in name or not path.is_file():
            return None
        state = path.stat()
        if kept and kept.mtime == state.st_mtime:
            return kept
        if state.st_size > LARGEST:
            return None
        self.kept[name] = kept = _read(path, name, state.st_mtime)
        return kept


def _read(path: Path, name: str, mtime: float) -> Kept:
    plain = path.read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith(TEXTS)
    life = "public, max-age=31536000, immutable" if HASHED.search(name) else "public, max-age=300"
    headers = [
        (b"content-type", (kind + ("; charset=utf-8" if text else "")).encode()),
        (b"cache-control", life.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if text:
        headers.append((b"vary", b"accept-encoding"))
    return Kept(mtime, headers, plain, gzip(plain, level=9) if text else None)

"""From the server's async side to Flask: body first, one hand-over to a thread, files from disk.

A slow client never holds a thread: its request is read entirely (beyond 256 kB into a temporary
file) before Flask sees it, and its answer leaves through the async side.
"""

import asyncio
import io
import logging
import re
import sys
import tempfile
from collections import deque
from queue import SimpleQueue
from threading import Thread

from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

from wiki.compression import LEAST, compress
from wiki.db import is_disk_full
from wiki.static_files import StaticFiles
from wiki.wsgi import CHUNK, File, environ_of

log = logging.getLogger(__name__)

STRANGERS = 4_000_000  # bytes of the largest body of someone who is not signed in
SILENCE = 60  # seconds without a byte after which a body will not come any more
MEMORY = 256 * 1024  # bytes of a body, or of an answer, that stay in memory
THREADS = {"quick": 1, "slow": 4, "passwords": 1, "paper": 2}

# Which threads answer what; the first match wins, and "slow" the rest: what writes waits for the
# disk, the renderer or the lock of the database. Quick reads share one interpreter: more threads
# would only slow them. A password costs 64 MB and a tenth of a second: few at a time, and apart.
# A PDF is seconds of waiting for another process: nothing else waits behind it.
ROUTES = [
    (
        {"POST"},
        re.compile(
            r"/(login|setup|reset|invitations|join/|account(?!/production(/erasure)?$))\b"
            r"|/groups/[^/]+/cards/\d"
        ),
        "passwords",
    ),
    (
        {"GET", "HEAD"},
        re.compile(
            r"/(items/[^/]+|export|groups/[^/]+/cards|portraits/[^/]+/poster|maps/.+)\.pdf$"
        ),
        "paper",
    ),
    (
        {"GET", "HEAD"},
        re.compile(
            r"/(api/v1/)?(search|admin)\b|/api/v1/items\b|/uploads/|/accord/|/maps/\d+\.png"
            r"|.*/(edit|export|print|diff|preview|writers|timeline|archive|folder|download|offline|versions)\b"
        ),
        "slow",
    ),
    ({"GET", "HEAD", "OPTIONS"}, re.compile(r"/"), "quick"),
]


class Bridge:
    """An ASGI application around a Flask one; `live`, a Hub, takes what comes by WebSocket."""

    def __init__(self, app, live=None, on_start=None, on_stop=None):
        self.app = app
        self.limit = app.config.get("MAX_CONTENT_LENGTH") or sys.maxsize
        self.temporary = app.config.get("DATA") and app.config["DATA"] / "tmp"
        self.static = StaticFiles(app)
        self.live = live
        self.on_start, self.on_stop = on_start, on_stop
        self.pools = {name: Threads(name, size) for name, size in {**THREADS, "files": 4}.items()}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            if scope["path"].startswith(self.static.prefix) and await self.static.answer(
                scope, send
            ):
                return
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await (self.live or refuse_websocket)(scope, receive, send)
        else:
            await self.lifespan(receive, send)

    async def http(self, scope, receive, send):
        """One request through Flask."""
        if scope["method"] in ("GET", "HEAD"):
            body, scope["essaim.length"] = io.BytesIO(), 0
        else:
            limit = allowed(self.app, scope, self.limit)
            body = await read_body(scope, receive, limit, self.temporary)
        if body is None:
            return
        threads = self.pools[threads_for(scope["method"], scope["path"])]
        try:
            status, headers, content = await threads.do(lambda: self.run(scope, body))
        finally:
            body.close()
        if scope.get("essaim.cut"):
            return  # nobody listens any more
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if isinstance(content, bytes):
            await send({"type": "http.response.body", "body": content})
        else:
            await self.send_file(content, send)

    def run(self, scope, body):
        """In a thread: Flask's answer as (status, headers, bytes or what reads them from disk)."""
        started = []

        def start_response(status, headers, exc_info=None):
            started[:] = [int(status[:3]), headers]

        chunks = None
        try:
            environ = environ_of(scope, body)
            if self.live:
                environ["essaim.live"] = self.live
            chunks = self.app(environ, start_response)
            content = gather(chunks, self.temporary)
        except Exception:
            log.exception("%s %s failed outside Flask", scope["method"], scope["path"])
            return 500, [(b"content-type", b"text/plain")], b"Internal Server Error"
        finally:
            if chunks is not None and not from_disk(chunks) and hasattr(chunks, "close"):
                chunks.close()
        status, headers = started
        if isinstance(content, bytes) and len(content) >= LEAST:
            headers, content = compress(scope, status, headers, content)
        encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        return status, encoded, content

    async def send_file(self, chunks, send):
        """Bytes from disk, one piece at a time, as fast as the client takes them."""
        threads = self.pools["files"]
        try:
            while chunk := await threads.do(lambda: next(chunks, b"")):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await threads.do(chunks.close)

    async def lifespan(self, receive, send):
        """Start the jobs with the server, and let them finish with it."""
        loop = asyncio.get_running_loop()
        await receive()
        if self.live:
            self.live.start()
        if self.on_start:
            await loop.run_in_executor(None, self.on_start)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self.live:
            await self.live.stop()
        if self.on_stop:
            await loop.run_in_executor(None, self.on_stop)
        for threads in self.pools.values():
            threads.stop()
        await send({"type": "lifespan.shutdown.complete"})


class Threads:
    """A few threads that work for the event loop; half the cost of an executor's two futures."""

    def __init__(self, name: str, size: int):
        self.waiting, self.done = SimpleQueue(), deque()
        self.size, self.name, self.loop, self.woken = size, name, None, False

    def do(self, work) -> asyncio.Future:
        """The result of work(), done by one of the threads."""
        if self.loop is None:
            self.loop = asyncio.get_running_loop()
            for number in range(self.size):
                Thread(target=self.run, name=f"{self.name}-{number}", daemon=True).start()
        future = self.loop.create_future()
        self.waiting.put((future, work))
        return future

    def run(self) -> None:
        """Work until told to stop; results waiting for the loop share one wake-up."""
        while (order := self.waiting.get()) is not None:
            future, work = order
            try:
                answer = (future, work(), None)
            except Exception as error:
                answer = (future, None, error)
            self.done.append(answer)
            if not self.woken:
                self.woken = True
                self.loop.call_soon_threadsafe(self.deliver)

    def deliver(self) -> None:
        """In the loop: hand over the results."""
        self.woken = False
        while self.done:
            future, result, error = self.done.popleft()
            if future.cancelled():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

    def stop(self) -> None:
        """Let each thread end after what it does now."""
        for _ in range(self.size):
            self.waiting.put(None)


def threads_for(method: str, path: str) -> str:
    """The name of the pool that answers this request."""
    for methods, pattern, pool in ROUTES:
        if method in methods and pattern.match(path):
            return pool
    return "slow"


def allowed(app, scope, limit: int) -> int:
    """How many bytes this request may bring: people who are signed in, and programs, bring files.

    A stranger brings a form, so that nobody unknown fills the disk; the signature of the cookie
    is looked at only when the body is larger than that.
    """
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if b"authorization" in headers or (length.isdigit() and int(length) <= STRANGERS):
        return limit
    cookie = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    signed = app.session_interface.get_signing_serializer(app)
    if signed is None:
        return limit  # an app without a key signs nobody in
    try:
        known = signed.loads(cookie.get(app.config["SESSION_COOKIE_NAME"], ""))
    except BadSignature:
        known = {}
    return limit if known.get("_user_id") else min(limit, STRANGERS)


async def read_body(scope, receive, limit: int, folder):
    """The whole body as a file, or None when the client left.

    Of a piece of a file that was cut on its way, what came is kept: only the rest is sent again.
    Beyond the limit nothing is kept: Flask then answers 413 from the declared length alone. On a
    full disk neither, and the environment says so: the rest is read so that the answer is heard.
    """
    body, size = io.BytesIO(), 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), SILENCE)
        except TimeoutError:
            message = {"type": "http.disconnect"}
        if message["type"] == "http.disconnect":
            if size and size <= limit and _is_piece(scope):
                scope["essaim.cut"] = True
                break
            body.close()
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            body.seek(0)
            body.truncate()
        elif chunk and not scope.get("essaim.full"):
            try:
                if size > MEMORY and isinstance(body, io.BytesIO):
                    body = _to_disk(body, folder)
                body.write(chunk)
            except OSError as error:
                if not is_disk_full(error):
                    raise
                scope["essaim.full"], body = True, io.BytesIO()
        if not message.get("more_body"):
            break
    body.seek(0)
    # More than this sender may bring reads as more than anyone may: 413.
    scope["essaim.length"] = size if size <= limit else sys.maxsize
    return body


def _is_piece(scope) -> bool:
    """Whether a body is a piece of a file that can be sent in several (tus)."""
    return scope["method"] == "PATCH" and scope["path"].startswith("/uploads/")


def gather(chunks, folder):
    """The answer's bytes when small; else what reads them from the disk, put there if needed."""
    if from_disk(chunks):
        return chunks
    parts, size, chunks = [], 0, iter(chunks)
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > CHUNK * 8:
            return File(_spool(parts, chunks, folder))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def from_disk(chunks) -> bool:
    """Whether an answer comes from a file (whole, or a range of it)."""
    return isinstance(getattr(chunks, "iterable", chunks), File)


async def refuse_websocket(scope, receive, send):
    """No live channel at this address."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4404})


def _to_disk(body: io.BytesIO, folder):
    file = tempfile.TemporaryFile(dir=_existing(folder))  # noqa: SIM115 closed after the request
    file.write(body.getvalue())
    return file


def _spool(parts: list[bytes], chunks, folder):
    file = tempfile.TemporaryFile(dir=_existing(folder))  # noqa: SIM115 closed after the answer
    file.writelines(parts)
    file.writelines(chunks)
    file.seek(0)
    return file


def _existing(folder):
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return folder

"""People in a room, as the server meets them: a Yjs document that speaks ASGI."""

import asyncio
import contextlib
import json

from pycrdt import Doc, Text

from wiki.coedit import protocol


async def eventually(true, seconds: float = 20) -> None:
    """Wait until something is so, however busy the machine is."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


class Refused(Exception):
    """The handshake was turned away with this status."""


class Closed(Exception):
    """The server ended the connection with this code."""


class Peer:
    """One browser in a room."""

    def __init__(self, hub, token: str = "", item: int = 1, field: str = "body", **given):
        self.hub, self.token = hub, token
        self.path, self.query = f"/ws/items/{item}/{field}", given.get("query", b"")
        self.origin = given.get("origin", "http://localhost")
        self.doc = Doc({"content": Text()})
        self.content = self.doc["content"]
        self.sent = self.acked = self.seq = 0
        self.about, self.version, self.others = {}, {}, {}
        self.code = None
        self.inbox: asyncio.Queue = asyncio.Queue()
        self.opened, self.synced, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self.log: list[tuple] = []

    @property
    def text(self) -> str:
        return str(self.content)

    async def enter(self, sync: bool = True):
        """Come in, and get the whole text."""
        self.task = asyncio.create_task(self.hub(self.scope(), self.inbox.get, self.receive))
        self.inbox.put_nowait({"type": "websocket.connect"})
        waits = [asyncio.create_task(e.wait()) for e in (self.opened, self.ended)]
        await asyncio.wait(waits, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not self.opened.is_set():
            raise Refused(self.code)
        if sync:
            self.send(protocol.sync(protocol.STEP1, self.doc.get_state()))
            await self.until(self.synced.is_set)
        return self

    def scope(self) -> dict:
        headers = [(b"host", b"localhost"), (b"upgrade", b"websocket"), (b"connection", b"Upgrade")]
        if self.token:
            headers.append((b"cookie", f"essaim={self.token}".encode()))
        if self.origin:
            headers.append((b"origin", self.origin.encode()))
        return {
            "type": "websocket", "path": self.path, "query_string": self.query, "scheme": "ws",
            "headers": headers, "server": ("localhost", 80), "client": ("127.0.0.1", 1),
            "extensions": {"websocket.http.response": {}},
        }  # fmt: skip

    async def receive(self, message: dict) -> None:
        """What the server sends."""
        await self.reads.wait()
        kind = message["type"]
        if kind == "websocket.accept":
            self.opened.set()
        elif kind == "websocket.send":
            self.hear(message["bytes"])
        elif kind in ("websocket.close", "websocket.http.response.start"):
            self.code = message.get("code", message.get("status"))
            self.ended.set()

    def hear(self, data: bytes) -> None:
        number, at = protocol.read_number(data, 0)
        if number == protocol.ACK:
            self.acked += 1
            self.seq = protocol.read_number(data, at)[0]
        elif number == protocol.ABOUT:
            self.about = json.loads(protocol.read_block(data, at)[0])
        elif number == protocol.VERSION:
            self.version = json.loads(protocol.read_block(data, at)[0])
        elif number == protocol.AWARENESS:
            for client, clock, state in protocol.read_awareness(protocol.read(data)[2]):
                self.others[client] = (clock, protocol.read_state(state))
        else:
            _kind, step, payload = protocol.read(data)
            if step == protocol.STEP1:
                self.post(protocol.STEP2, self.doc.get_update(payload))
            else:
                self.log.append((step, payload))
                self.doc.apply_update(payload)
                if step == protocol.STEP2:
                    self.synced.set()

    def send(self, data: bytes) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})

    def post(self, step: int, update: bytes) -> None:
        """Send a change, for which an acknowledgement is due."""
        self.sent += 1
        self.send(protocol.sync(step, update))

    def type(self, words: str, at: int | None = None) -> bytes:
        """Write at a place in characters, the end unless said; the update is sent and returned."""
        before = self.doc.get_state()
        text = self.text
        place = len(text.encode()) if at is None else len(text[:at].encode())
        self.content.insert(place, words)
        update = self.doc.get_update(before)
        self.post(protocol.UPDATE, update)
        return update

    def tell(self, client: int, clock: int, state: dict | None) -> None:
        """Say something of oneself, or of another."""
        self.send(protocol.awareness({client: (clock, json.dumps(state))}))

    async def acknowledged(self) -> None:
        await self.until(lambda: self.acked >= self.sent)

    async def until(self, true, seconds: float = 10) -> None:
        """Wait for something to be so; fails when it does not come, or the line ends first."""
        async with asyncio.timeout(seconds):
            while not true():
                if self.ended.is_set():
                    raise Closed(self.code)
                await asyncio.sleep(0.005)

    async def cut(self, seconds: float = 10) -> int:
        """Wait for the server to end the connection; its code."""
        async with asyncio.timeout(seconds):
            await self.ended.wait()
        return self.code

    async def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self.gone()

    async def gone(self) -> None:
        """Wait until the server is done with this connection; what it raises is raised here."""
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

"""The rooms of this process: connections in and out, and what keeps rooms and database together.

An update is in the log, then seen by the others, then acknowledged. The writing thread takes all
that waits, of every room, in one transaction: the more people write, the more one commit holds.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from urllib.parse import parse_qs

from wiki.coedit import door, ledger, protocol
from wiki.coedit.door import Pass
from wiki.coedit.keeper import Keeper
from wiki.coedit.room import Guest, Refused, Room
from wiki.items import live
from wiki.items.live import Gone

log = logging.getLogger(__name__)

MESSAGE_AT_MOST = 1_048_576  # bytes
GUESTS_AT_MOST = 150  # in one room
CONNECTIONS_AT_MOST = 60  # of one person, all devices together
LOOK = 2.0  # … at what the database says of them, and at who may still be here
IDLE, LONGEST = 60.0, 600.0  # seconds after which what was written becomes a revision
LINGER = 30.0  # seconds for which an empty room stays in memory
AWARENESS_PAUSE = 0.05  # seconds in which cursors that move are told of together
PAUSE, MOST_PAUSE = 0.0005, 0.03  # seconds between two writings, for each guest and at most
LAST_WORDS = 2.0  # seconds for telling someone why the line is cut


class Hub:
    """An ASGI application for `/ws/items/<id>/<field>`, and the rooms behind it."""

    def __init__(self, app, wire=None):
        self.app, self.wire = app, wire
        self.rooms: dict[tuple[int, str], Room] = {}
        self.opening: dict[tuple[int, str], asyncio.Task] = {}
        self.dirty: set[Room] = set()
        self.tasks: set[asyncio.Task] = set()
        self.idle, self.longest, self.linger, self.look = IDLE, LONGEST, LINGER, LOOK
        self.loop = None
        self.keeper = Keeper(self)

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self.loop = asyncio.get_running_loop()
        self.writing = ThreadPoolExecutor(1, "live-log")
        self.reading = ThreadPoolExecutor(2, "live")
        self.wake = asyncio.Event()
        live.on_change(self.hear_of)
        for work in (self.write_on, self.keeper.tick_on):
            self.spawn(work())
        if self.wire:
            self.spawn(self.wire.carry(self))

    async def stop(self) -> None:
        """Make durable and fold what is left, and let everybody come back to the next process."""
        if self.loop is None:
            return
        live.forget(self.hear_of)
        for room in self.rooms.values():
            for guest in room.guests:
                guest.close(protocol.RESTARTING)
        deadline = monotonic() + LAST_WORDS
        while any(room.is_busy for room in self.rooms.values()) and monotonic() < deadline:
            await asyncio.sleep(0.02)
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for item_id in {room.item_id for room in self.rooms.values() if room.first_change}:
            await self.read(ledger.fold, item_id)
        self.rooms.clear()
        self.writing.shutdown()
        self.reading.shutdown()

    def spawn(self, coroutine) -> asyncio.Task:
        """Work that goes on beside; what it raises is logged."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("co-editing: %r failed", task.get_coro(), exc_info=task.exception())

    def read(self, work, *arguments):
        """What `work(app, …)` gives, from a thread that may wait for the database."""
        return self.loop.run_in_executor(self.reading, work, self.app, *arguments)

    # -- connections -----------------------------------------------------------------------------

    async def __call__(self, scope, receive, send) -> None:
        """One connection, from its handshake to its end."""
        await receive()
        status, pass_ = await self.read(door.handshake, scope)
        if pass_ is None:
            await door.turn_away(scope, send, status)
            return
        await send({"type": "websocket.accept"})
        code, room = await self.seat(scope, pass_)
        if code:
            await send({"type": "websocket.close", "code": code})
            return
        guest = Guest(pass_)
        speaking = self.spawn(guest.speak(send))
        listening = self.spawn(self.listen(room, guest, receive))
        ending = self.spawn(guest.ended.wait())
        try:
            room.welcome(guest)
            await asyncio.wait({speaking, listening, ending}, return_when="FIRST_COMPLETED")
        finally:
            room.leave(guest)
            self.tell_presence(room)
            if not room.is_written:
                self.keeper.consider(room)
            listening.cancel()
            ending.cancel()
            # The reason goes out after what already waited, if the line still takes it.
            await asyncio.wait({speaking}, timeout=LAST_WORDS)
            speaking.cancel()

    async def seat(self, scope, pass_: Pass) -> tuple[int, Room | None]:
        """The room someone was let into, or the code that says why there is no place."""
        try:
            room = await self.room(pass_.item_id, pass_.field)
        except Gone:
            return protocol.NOT_THERE, None
        here = Counter(g.pass_.user_id for r in self.rooms.values() for g in r.guests)
        if here[pass_.user_id] >= CONNECTIONS_AT_MOST:
            return protocol.TOO_MANY, None
        if len(room.guests) >= GUESTS_AT_MOST:
            return protocol.TOO_SLOW, None
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("epoch")
        if asked and asked != [str(room.epoch)]:
            return protocol.OLD_EPOCH, None
        return 0, room

    async def room(self, item_id: int, field: str) -> Room:
        """The room in memory, opened once however many come in at the same moment."""
        key = (item_id, field)
        if key in self.rooms:
            return self.rooms[key]
        if key not in self.opening:
            self.opening[key] = self.loop.create_task(self.open(key))
            self.opening[key].add_done_callback(lambda _task: self.opening.pop(key, None))
        return await asyncio.shield(self.opening[key])

    async def open(self, key: tuple[int, str]) -> Room:
        """Read a room from the database."""
        state, written = await self.read(ledger.enter, *key)
        room = self.rooms[key] = Room(*key, state)
        if written:  # by someone before this process, and in no revision yet
            room.first_change = room.last_change = monotonic()
        return room

    async def listen(self, room: Room, guest: Guest, receive) -> None:
        """Take what a client sends, until it leaves or must."""
        while guest.closing is None:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                guest.close(protocol.LEFT)
                return
            data = message.get("bytes")
            if not data:
                guest.close(protocol.GARBAGE)
            elif len(data) > MESSAGE_AT_MOST:
                guest.close(protocol.TOO_BIG)
            else:
                self.heed(room, guest, data)
            if pause := guest.wait_before_next(len(data or b"")):
                await asyncio.sleep(min(pause, 5))

    def heed(self, room: Room, guest: Guest, data: bytes) -> None:
        """Do what a message asks for; one that is none ends this connection and no other."""
        changes = False
        try:
            kind, step, payload = protocol.read(data)
            changes = kind == protocol.SYNC and step != protocol.STEP1
            if kind == protocol.SYNC and step == protocol.STEP1:
                room.answer(guest, payload)
            elif changes:
                if guest.pass_.write:
                    room.take(guest, payload)
                    self.dirty.add(room)
                    self.wake.set()
            elif kind == protocol.AWARENESS:
                room.hear(guest, payload)
                self.tell_presence(room)
            else:
                guest.tell(protocol.awareness(room.states))
        except protocol.Malformed:
            guest.close(protocol.GARBAGE)
        except Refused as refusal:
            guest.close(refusal.code)
        except Exception:
            log.exception("co-editing: a message of %s bytes failed", len(data))
            guest.close(protocol.FAILED)
            if changes:  # nobody knows what it did to the document
                self.fail(room)
        except BaseException as error:
            # What the document's own code gives up on is no exception of Python's; the room is
            # read again from its log, which never saw this message.
            if type(error).__name__ != "PanicException":
                raise
            log.error("co-editing: a change broke the document of item %s", room.item_id)
            guest.close(protocol.GARBAGE)
            self.fail(room)

    def tell_presence(self, room: Room) -> None:
        """Say soon, and once for many, who is where."""
        if len(room.news) == 1:
            self.loop.call_later(AWARENESS_PAUSE, self.tell_presence_now, room)

    def tell_presence_now(self, room: Room) -> None:
        if message := room.presence():
            for guest in room.guests:
                guest.tell(message)
            if self.wire:
                self.wire.say_presence(room, message)

    def fail(self, room: Room) -> None:
        """Forget what is in memory: everybody comes back to what is durable, and sends the rest."""
        self.end(room, protocol.FAILED)

    # -- the log ---------------------------------------------------------------------------------

    async def write_on(self) -> None:
        """Put what waits into the log, all rooms at once, again and again."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            rooms, self.dirty = self.dirty, set()
            batch = [(room, room.rows()) for room in rooms]
            orders = [(room.id, room.epoch, room.seq, rows) for room, rows in batch]
            try:
                done = await self.loop.run_in_executor(self.writing, ledger.write, self.app, orders)
            except Exception:
                log.exception("co-editing: the log could not be written")
                done = [None] * len(batch)
            for (room, _rows), result in zip(batch, done, strict=True):
                try:
                    self.written(room, result)
                except Exception:
                    log.exception("co-editing: item %s could not go on", room.item_id)
                    self.fail(room)
            # Among many, what comes in the next moment leaves in one message instead of several.
            crowd = max((len(room.guests) for room in rooms), default=0)
            await asyncio.sleep(min(MOST_PAUSE, PAUSE * crowd))

    def written(self, room: Room, result) -> None:
        """Tell a room what became of its changes."""
        if self.rooms.get((room.item_id, room.field)) is not room:
            return  # it ended meanwhile: its people come back to another
        if result is None:
            self.fail(room)
        elif result == ledger.GONE:
            self.end(room, protocol.OLD_EPOCH)
        else:
            last, foreign = result
            room.follow(foreign)
            room.durable(last)
            if self.wire:
                self.wire.say_changed(room)

    def end(self, room: Room, code: int) -> None:
        """Close a room that is no more what it was, for a reason the clients are told."""
        self.forget(room)
        self.dirty.discard(room)
        for guest in room.guests:
            guest.close(code)

    def forget(self, room: Room) -> None:
        """Keep a room no longer in memory; never another that took its place."""
        if self.rooms.get((room.item_id, room.field)) is room:
            del self.rooms[room.item_id, room.field]

    def hear_of(self, item_ids: set[int]) -> None:
        """From any thread: these items were changed."""
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
            self.loop.call_soon_threadsafe(self.look_at, item_ids)

    def company(self, item_id: int) -> list[dict]:
        """Who is in which text of an item, each once, as others see them; from any thread."""
        here = {
            (room.field, guest.pass_.user_id): {"field": room.field, **guest.pass_.card}
            for room in list(self.rooms.values())
            if room.item_id == item_id
            for guest in list(room.guests)
        }
        return sorted(here.values(), key=lambda one: (one["name"], one["field"]))

    def hear_presence(self, key: tuple[int, str], message: bytes) -> None:
        """Another process says who is in a room there."""
        if room := self.rooms.get(key):
            room.hear_elsewhere(protocol.read(message)[2])
            for guest in room.guests:
                guest.tell(message)

    def look_at(self, item_ids: set[int]) -> None:
        """Compare the rooms of these items with the database, soon."""
        if any(room.item_id in item_ids for room in self.rooms.values()):
            self.spawn(self.keeper.look_around(item_ids))

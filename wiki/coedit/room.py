"""One text being written: its document in memory, who is there, what waits to be durable.

Everything here runs in the event loop and waits for nothing, so that no two changes meet halfway.
"""

import asyncio
import contextlib
import json
from collections import deque
from time import monotonic

from wiki.coedit import protocol, updates
from wiki.coedit.door import Pass
from wiki.items import documents
from wiki.items.live import State
from wiki.items.writing import TEXT_LENGTH

QUEUE_AT_MOST = 8_000_000  # bytes that wait for one slow client
MESSAGES_AT_MOST = 2_000
EARLY_AT_MOST = 2_000_000  # bytes of the changes of one room that wait for others
STATE_AT_MOST = 4_000  # characters of what a client tells of itself
SILENCE = 45.0  # seconds after which a client that says nothing of itself has left
RATE, BURST = 200, 1_000  # messages a second of one connection, and how many at once
LARGE = 4_000  # bytes that count as much as a message


class Refused(Exception):
    """An update that is not taken; the sender's connection ends with this code."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Guest:
    """One connection to a room."""

    def __init__(self, pass_: Pass):
        self.pass_ = pass_
        self.stirred, self.ended = asyncio.Event(), asyncio.Event()
        self.waiting: deque[bytes] = deque()
        self.size = 0
        self.closing: int | None = None
        self.client: int | None = None  # the number under which Yjs knows it
        self.follows = False  # whether it was told the whole text, and now gets the changes
        self.allowance, self.seen_at = float(BURST), monotonic()

    def tell(self, message: bytes) -> None:
        """Send something as soon as the line takes it; one who is too slow must come back."""
        if self.closing is not None:
            return
        self.waiting.append(message)
        self.size += len(message)
        if self.size > QUEUE_AT_MOST or len(self.waiting) > MESSAGES_AT_MOST:
            self.close(protocol.TOO_SLOW)
        self.stirred.set()

    def close(self, code: int) -> None:
        """End the connection, after what already waits unless the line is too slow."""
        if self.closing is None:
            self.closing = code
            if code == protocol.TOO_SLOW:
                self.waiting.clear()
            self.stirred.set()
            self.ended.set()

    def wait_before_next(self, size: int) -> float:
        """How many seconds to let pass before reading on, for one who sends too much."""
        now = monotonic()
        self.allowance = min(BURST, self.allowance + (now - self.seen_at) * RATE)
        self.allowance -= 1 + size / LARGE
        self.seen_at = now
        return 0.0 if self.allowance >= 0 else -self.allowance / RATE

    async def speak(self, send) -> None:
        """Send what waits for this client, and in the end why the line is cut."""
        while True:
            while self.waiting:
                message = self.waiting.popleft()
                self.size -= len(message)
                try:
                    await send({"type": "websocket.send", "bytes": message})
                except Exception:  # the server's way of saying that the line broke
                    self.close(protocol.LEFT)
                    return
            if self.closing is not None:
                with contextlib.suppress(Exception):
                    await send({"type": "websocket.close", "code": self.closing})
                return
            self.stirred.clear()
            await self.stirred.wait()


class Room:
    """A text being written, as this process knows it."""

    def __init__(self, item_id: int, field: str, state: State):
        self.item_id, self.field = item_id, field
        self.id, self.epoch, self.seq = state.room_id, state.epoch, state.seq
        self.doc = documents.made_of(state.updates)
        self.content = self.doc[documents.NAME]
        self.guests: set[Guest] = set()
        self.pending: list[tuple[Guest, bytes]] = []
        self.writing: list[tuple[Guest, bytes]] = []
        self.asked: list[tuple[Guest, bytes]] = []
        self.states: dict[int, tuple[int, str]] = {}
        self.owners: dict[int, Guest] = {}
        self.heard_at: dict[int, float] = {}
        self.news: set[int] = set()
        self.first_change = self.last_change = 0.0  # since the last revision
        self.empty_since = monotonic()
        self.known = updates.reached(self.doc.get_state())
        self.early: list[tuple[Guest, bytes, updates.Reach]] = []
        self._effect = b""
        self._listening = self.doc.observe(self._note_effect)

    def _note_effect(self, event) -> None:
        self._effect = event.update

    @property
    def is_busy(self) -> bool:
        """Whether something is not durable yet."""
        return bool(self.pending or self.writing)

    @property
    def is_written(self) -> bool:
        """Whether somebody who may write is here."""
        return any(guest.pass_.write for guest in self.guests)

    def welcome(self, guest: Guest, longest: int = TEXT_LENGTH) -> None:
        """Greet someone who comes in: what we have, what this room is, who is here."""
        self.guests.add(guest)
        guest.tell(protocol.sync(protocol.STEP1, self.doc.get_state()))
        guest.tell(protocol.told(protocol.ABOUT, self.about(guest) | {"longest": longest}))
        if self.states:
            guest.tell(protocol.awareness(self.states))

    def about(self, guest: Guest) -> dict:
        """What a client needs to know of the room and of itself."""
        return {
            "epoch": self.epoch,
            "seq": self.seq,
            "write": guest.pass_.write,
            "you": guest.pass_.card,
        }

    def answer(self, guest: Guest, state: bytes) -> None:
        """Tell a client all that it lacks, once all of it is durable."""
        if self.is_busy:
            self.asked.append((guest, state))
            return
        try:
            missing = self.doc.get_update(state)
        except ValueError as error:
            raise Refused(protocol.GARBAGE) from error
        guest.tell(protocol.sync(protocol.STEP2, missing))
        guest.follows = True

    def take(self, guest: Guest, data: bytes) -> None:
        """Take a change from someone who may write; it waits to be durable before anyone sees it.

        One that builds on what did not come yet waits for it, and is not acknowledged before.
        Raises Malformed or Refused for what is no change, and for a text that would be too long.
        """
        reach = updates.read(data)
        if not reach.fits(self.known):
            self.early.append((guest, data, reach))
            if sum(len(one[1]) for one in self.early) > EARLY_AT_MOST:
                raise Refused(protocol.GARBAGE)
            return
        self._apply(guest, data, reach)
        while ready := [one for one in self.early if one[2].fits(self.known)]:
            self.early = [one for one in self.early if one not in ready]
            for one in ready:
                self._apply(*one)

    def _apply(self, guest: Guest, data: bytes, reach: updates.Reach) -> None:
        self._check_length(data)
        self._effect = b""
        try:
            self.doc.apply_update(data)
        except ValueError as error:
            raise Refused(protocol.GARBAGE) from error
        for client, clock in reach.gives.items():
            self.known[client] = max(clock, self.known.get(client, 0))
        # What is kept and spread is what the change did, in our document's own words: nothing when
        # all of it was known.
        self.pending.append((guest, self._effect))
        if self._effect:
            self.last_change = monotonic()
            self.first_change = self.first_change or self.last_change

    def _check_length(self, data: bytes) -> None:
        if len(self.content) + len(data) <= TEXT_LENGTH:
            return
        try:
            future = documents.made_of([self.doc.get_update(), data])
        except ValueError as error:
            raise Refused(protocol.GARBAGE) from error
        if len(documents.text_of(future)) > TEXT_LENGTH:
            raise Refused(protocol.TOO_LONG)

    def rows(self) -> list[tuple[bytes, int]]:
        """What waits, as it goes into the log now: each change with its writer."""
        self.writing, self.pending = self.pending, []
        return [(effect, guest.pass_.user_id) for guest, effect in self.writing if effect]

    def durable(self, seq: int) -> None:
        """What was written is in the log: let the others see it, and tell those who sent it."""
        self.seq = max(self.seq, seq)
        taken, self.writing = self.writing, []
        self.spread([effect for _guest, effect in taken if effect], {one for one, _effect in taken})
        for guest, _effect in taken:
            guest.tell(protocol.ack(self.seq))
        if not self.pending:
            asked, self.asked = self.asked, []
            for guest, state in asked:
                try:
                    self.answer(guest, state)
                except Refused as refusal:
                    guest.close(refusal.code)

    def spread(self, changes: list[bytes], senders: set[Guest]) -> None:
        """Send changes to all who follow, as one message; a lone sender knows them already."""
        if not changes:
            return
        message = protocol.sync(protocol.UPDATE, documents.merged(changes))
        for guest in self.guests:
            if guest.follows and senders != {guest}:
                guest.tell(message)

    def follow(self, rows: list[tuple[int, bytes]]) -> None:
        """Take in what others put into the log: a form that was saved, another process."""
        changes = []
        for seq, data in rows:
            if seq <= self.seq:
                continue
            self._effect, self.seq = b"", seq
            self.doc.apply_update(data)
            if self._effect:
                changes.append(self._effect)
        self.known = updates.reached(self.doc.get_state())
        self.spread(changes, set())

    def hear(self, guest: Guest, payload: bytes) -> None:
        """Note what a client says of itself, under the name we know; nobody speaks for another."""
        for client, clock, state in protocol.read_awareness(payload):
            owner = self.owners.get(client)
            if owner is None and guest.client not in (None, client):
                continue  # an echo of somebody who left
            if owner not in (None, guest) and owner.pass_.user_id != guest.pass_.user_id:
                continue
            if clock <= self.states.get(client, (-1, ""))[0]:
                continue  # known, or an echo
            told = _told_as(guest, protocol.read_state(state))
            guest.client, self.owners[client] = client, guest
            self.states[client] = (clock, told)
            self.heard_at[client] = monotonic()
            self.news.add(client)

    def hear_elsewhere(self, payload: bytes) -> None:
        """Note who is in this room in another process, which answers for their names."""
        for client, clock, state in protocol.read_awareness(payload):
            if client in self.owners:
                continue
            self.heard_at[client] = monotonic()
            self.states[client] = (clock, state.decode())
            if state == b"null":
                self.states.pop(client)

    def forget_silent(self) -> None:
        """Whoever said nothing of themselves for long is not there any more."""
        limit = monotonic() - SILENCE
        for client in [one for one in self.states if self.heard_at.get(one, 0.0) < limit]:
            self.states[client] = (self.states[client][0] + 1, "null")
            self.news.add(client)

    def presence(self) -> bytes | None:
        """What changed in who is here and where, as one message."""
        news = {client: self.states[client] for client in self.news if client in self.states}
        self.news.clear()
        for client in [one for one, (_clock, state) in news.items() if state == "null"]:
            self.states.pop(client)
            self.owners.pop(client, None)
            self.heard_at.pop(client, None)
        return protocol.awareness(news) if news else None

    def leave(self, guest: Guest) -> None:
        """Someone left: their cursor goes with them."""
        self.guests.discard(guest)
        self.early = [one for one in self.early if one[0] is not guest]
        client = guest.client
        if client in self.states and self.owners.get(client) is guest:
            self.states[client] = (self.states[client][0] + 1, "null")
            self.news.add(client)
        if not self.guests:
            self.empty_since = monotonic()


def _told_as(guest: Guest, state: object) -> str:
    if not isinstance(state, dict):
        return "null"
    try:
        said = json.dumps({**state, "user": guest.pass_.card}, allow_nan=False)
    except ValueError as error:
        raise protocol.Malformed("state") from error
    return said if len(said) <= STATE_AT_MOST else json.dumps({"user": guest.pass_.card})

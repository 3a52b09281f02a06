"""What keeps rooms and database together: versions of what rests, lines that live, rights."""

import asyncio
import logging
from time import monotonic

from wiki.coedit import door, ledger, protocol
from wiki.coedit.room import Room
from wiki.db import Remembered

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between two looks at the rooms
KEEPALIVE = 15.0


class Keeper:
    """Looks after the rooms of a hub, by the clock and when something was committed."""

    def __init__(self, hub):
        self.hub = hub
        self.folding: set[int] = set()
        self.looked_at = self.kept_alive_at = 0.0
        self.commits = -1

    async def tick_on(self) -> None:
        """Look after the rooms."""
        while True:
            await asyncio.sleep(min(TICK, self.hub.look))
            try:
                await self.tick(monotonic())
            except Exception:
                log.exception("co-editing: the rooms could not be looked after")

    async def tick(self, now: float) -> None:
        """Fold what rests; from time to time keep lines alive and compare with the database."""
        for room in list(self.hub.rooms.values()):
            self.consider(room)
        if now - self.kept_alive_at > KEEPALIVE:
            self.kept_alive_at = now
            self.keep_alive()
        if self.hub.rooms and now - self.looked_at >= self.hub.look:
            self.looked_at = now
            await self.look_around()

    def consider(self, room: Room) -> None:
        """Fold a room that rests, and forget one that nobody is in."""
        now = monotonic()
        rests = (
            room.first_change
            and not room.is_busy
            and (
                now - room.last_change >= self.hub.idle
                or now - room.first_change >= self.hub.longest
                or not room.is_written
            )
        )
        if rests and room.item_id not in self.folding:
            self.hub.spawn(self.fold(room.item_id))
        elif not room.guests and not room.first_change and now - room.empty_since > self.hub.linger:
            self.hub.forget(room)

    async def fold(self, item_id: int) -> None:
        """Make a revision of what was written in the rooms of an item, and tell its people."""
        self.folding.add(item_id)
        rooms = [room for room in self.hub.rooms.values() if room.item_id == item_id]
        started = {room: room.first_change for room in rooms}
        for room in rooms:
            room.first_change = 0.0
        try:
            made = await self.hub.read(ledger.fold, item_id)
        except Exception:
            log.exception("co-editing: item %s could not be folded", item_id)
            await asyncio.sleep(5)
            for room, first in started.items():
                room.first_change = room.first_change or first
            return
        finally:
            self.folding.discard(item_id)
        if made:
            message = protocol.told(protocol.VERSION, made)
            for guest in [guest for room in rooms for guest in room.guests]:
                guest.tell(message)

    def keep_alive(self) -> None:
        """Say something on every line, so that a client knows a silent one is dead."""
        for room in self.hub.rooms.values():
            room.forget_silent()
            self.hub.tell_presence_now(room)
            message = protocol.awareness(room.states)
            for guest in room.guests:
                guest.tell(message)

    async def look_around(self, item_ids: set[int] | None = None) -> None:
        """Compare rooms with what the database says of them, and people with their rights."""
        rooms = [r for r in self.hub.rooms.values() if item_ids is None or r.item_id in item_ids]
        if not rooms:
            return
        facts = await self.hub.read(ledger.compare, [(room.id, room.seq) for room in rooms])
        for room in rooms:
            now = facts.get(room.id)
            if now is None or now.trashed:
                self.hub.end(room, protocol.NOT_THERE)
            elif now.epoch != room.epoch:
                self.hub.end(room, protocol.OLD_EPOCH)
            else:
                room.follow(now.news)
                if now.saved:
                    for guest in room.guests:
                        guest.tell(protocol.told(protocol.VERSION, now.saved))
        await self.check_rights(rooms, always=item_ids is None)

    async def check_rights(self, rooms: list[Room], always: bool) -> None:
        """Cut those who may no longer be here; asked when anything was committed, or anyway."""
        if not always and self.commits == Remembered.commits:
            return
        self.commits = Remembered.commits
        guests = [guest for room in rooms for guest in room.guests]
        today = await self.hub.read(door.look_again, {guest.pass_ for guest in guests})
        why = await self._reasons(rooms) if None in today.values() else {}
        for room in rooms:
            for guest in list(room.guests):
                now = today.get(guest.pass_, guest.pass_)
                if now is None:
                    guest.close(why[room.id])
                elif now != guest.pass_:
                    guest.pass_ = now
                    guest.tell(protocol.told(protocol.ABOUT, room.about(guest)))

    async def _reasons(self, rooms: list[Room]) -> dict[int, int]:
        """By room, why somebody may be there no more: it may have been put away a moment ago."""
        facts = await self.hub.read(ledger.compare, [(room.id, room.seq) for room in rooms])
        stands = {number for number, fact in facts.items() if fact and not fact.trashed}
        return {
            room.id: protocol.NOT_ALLOWED if room.id in stands else protocol.NOT_THERE
            for room in rooms
        }

"""Several processes share their rooms: each follows the log, and Redis tells when to look.

Nothing depends on a message that arrives: a lost one costs the pause between two looks at the
database, and a cursor that does not move.
"""

import asyncio
import json
import logging
import secrets

from wiki.coedit.room import Room

log = logging.getLogger(__name__)

CHANNEL = "essaim:live"
AGAIN = 2.0  # seconds before another try when Redis does not answer
MOST_WAITING = 10_000


class Wire:
    """What this process tells the others, and hears from them."""

    def __init__(self, url: str):
        self.url, self.name = url, secrets.token_hex(8)
        self.waiting: asyncio.Queue = asyncio.Queue(MOST_WAITING)

    def say_changed(self, room: Room) -> None:
        """The log of a room goes on."""
        self._say({"item": room.item_id})

    def say_presence(self, room: Room, message: bytes) -> None:
        """Somebody came, moved or left here."""
        self._say({"item": room.item_id, "field": room.field, "who": message.hex()})

    async def carry(self, hub) -> None:
        """Listen and speak for as long as the process lives."""
        import redis.asyncio as redis

        while True:
            client = redis.from_url(self.url)
            try:
                async with client.pubsub() as heard:
                    await heard.subscribe(CHANNEL)
                    work = [self._speak(client), self._listen(hub, heard)]
                    tasks = [asyncio.ensure_future(one) for one in work]
                    try:
                        await asyncio.gather(*tasks)
                    finally:
                        for task in tasks:
                            task.cancel()
            except (redis.RedisError, OSError) as error:
                log.warning("co-editing: Redis does not answer (%s)", error)
                await asyncio.sleep(AGAIN)
            finally:
                await client.aclose()

    async def _speak(self, client) -> None:
        while True:
            await client.publish(CHANNEL, await self.waiting.get())

    async def _listen(self, hub, heard) -> None:
        async for message in heard.listen():
            if message["type"] != "message":
                continue
            try:
                self._hear(hub, json.loads(message["data"]))
            except Exception:
                log.exception("co-editing: a message of another process could not be read")

    def _say(self, facts: dict) -> None:
        if not self.waiting.full():
            self.waiting.put_nowait(json.dumps({"from": self.name, **facts}))

    def _hear(self, hub, facts: dict) -> None:
        if facts["from"] == self.name:
            return
        if "who" in facts:
            hub.hear_presence((facts["item"], facts["field"]), bytes.fromhex(facts["who"]))
        else:
            hub.look_at({facts["item"]})

"""kill -9 while people write: what was acknowledged is there, whether or not they come back."""

import asyncio
import os
import shutil
import signal
import sqlite3

import pytest
from pycrdt import Doc, Text
from websockets.asyncio.client import connect

from tests.bench import servers
from tests.conftest import SERVER, build_world
from wiki import create_app, serving
from wiki.coedit import protocol
from wiki.db import db
from wiki.items import documents


@pytest.fixture
def house(tmp_path):
    """A data folder with the world in it, its page, and the cookie of a writer."""
    app = create_app(DATA=str(tmp_path / "data"), CHEAP_PASSWORDS=True)
    serving.migrate(app)
    with app.app_context():
        ids = build_world()
        db.session.remove()
        db.engine.dispose()
    signer = app.session_interface.get_signing_serializer(app)
    value = signer.dumps({"_user_id": ids["devices"]["nadia"], "_fresh": True})
    yield tmp_path / "data", ids["page"], f"essaim={value}"
    shutil.rmtree(tmp_path / "data")


async def write_until_cut(port: int, page: int, cookie: str, name: str, acked: list[str]) -> None:
    """Add words as fast as they leave; note those that were acknowledged."""
    doc, sent = Doc({"content": Text()}), []
    address = f"ws://127.0.0.1:{port}/ws/items/{page}/body"
    try:
        async with connect(address, additional_headers={"Cookie": cookie}) as line:
            await line.send(protocol.sync(protocol.STEP1, doc.get_state()))

            async def listen():
                async for message in line:
                    kind, at = protocol.read_number(message, 0)
                    if kind == protocol.ACK:
                        acked.append(sent[len(acked)])
                    elif kind == protocol.SYNC:
                        _kind, step, payload = protocol.read(message)
                        if step != protocol.STEP1:
                            doc.apply_update(payload)

            hearing = asyncio.create_task(listen())
            for number in range(100_000):
                before = doc.get_state()
                sent.append(f"⟨{name}{number}⟩")
                doc["content"].insert(0, sent[-1])
                await line.send(protocol.sync(protocol.UPDATE, doc.get_update(before)))
                await asyncio.sleep(0.002)
                if hearing.done():
                    return
    except Exception:
        return  # the server died, as it should


async def scene(process, port: int, page: int, cookie: str) -> list[str]:
    acked = [[] for _ in range(4)]
    writers = [
        asyncio.create_task(write_until_cut(port, page, cookie, "abcd"[n], acked[n]))
        for n in range(4)
    ]
    async with asyncio.timeout(30):
        while min(map(len, acked)) < 30:
            await asyncio.sleep(0.01)
    for pid in servers.family(process.pid):
        os.kill(pid, signal.SIGKILL)
    await asyncio.gather(*writers)
    return [word for words in acked for word in words]


@pytest.mark.skipif(bool(SERVER), reason="the server of this test has its own SQLite file")
def test_every_acknowledged_word_outlives_a_kill_of_the_server(house):
    data, page, cookie = house
    for _round in range(2):
        with servers.essaim(data) as running:
            words = asyncio.run(scene(running.process, running.port, page, cookie))
        connection = sqlite3.connect(data / "essaim.sqlite")
        rows = connection.execute("SELECT data FROM live_update ORDER BY seq").fetchall()
        connection.close()
        text = documents.text_of(documents.made_of([row[0] for row in rows]))
        assert [word for word in words if word not in text] == []

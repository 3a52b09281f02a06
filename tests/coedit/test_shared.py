"""Two processes, one database: with Redis they share rooms, without it only one serves."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time

import pytest

from tests.coedit.peers import Peer
from tests.conftest import SERVER
from wiki.coedit.hub import Hub
from wiki.coedit.wire import Wire
from wiki.serving import CannotServe, alone


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """The address of a Redis of our own."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


def test_what_is_written_in_one_process_is_seen_at_once_in_the_other(site, built, token, redis):
    page = built[1]["page"]

    async def scene():
        hubs = [Hub(site, Wire(redis)) for _ in range(2)]
        for hub in hubs:
            hub.look = 30  # too late for the test: only Redis can have told
            hub.start()
        try:
            await asyncio.sleep(0.3)
            ada = await Peer(hubs[0], token("nadia"), page).enter()
            bob = await Peer(hubs[1], token("karim"), page).enter()
            for number in range(5):
                ada.type(f"a{number} ", 0)
                bob.type(f"b{number} ", 0)
            await asyncio.gather(ada.acknowledged(), bob.acknowledged())
            await ada.until(lambda: ada.text.count("b") >= 5 and ada.text == bob.text)
            ada.tell(11, 1, {"heading": "Horaires"})
            await bob.until(lambda: 11 in bob.others)
            assert bob.others[11][1]["user"]["name"] == "Nadia"
            await ada.leave()
            await bob.until(lambda: bob.others[11][1] is None)
        finally:
            for hub in hubs:
                await hub.stop()

    asyncio.run(asyncio.wait_for(scene(), 30))


@pytest.mark.skipif(not SERVER, reason="SQLite is held by a lock on its folder")
def test_a_second_server_on_one_database_does_not_start_without_redis(site):
    with alone(site), pytest.raises(CannotServe), alone(site):
        pass
    with alone(site):
        pass

"""The demo, served by a process of its own, as a person would meet it."""

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from email import message_from_bytes, policy
from pathlib import Path

START_LIMIT = 180  # seconds, on a busy machine
STOP_LIMIT = 30
DEMO = "from wiki.cli import essaim; essaim()"


class Site:
    """A served demo: its address, and what only who runs it can look at."""

    def __init__(self, data: Path, port: int):
        self.data, self.address = data, f"http://127.0.0.1:{port}"

    def path(self, beginning: str) -> str:
        """The address of the item whose title begins so."""
        query = "SELECT kind, id, slug FROM item WHERE title LIKE ? || '%' ORDER BY id"
        kind, number, slug = self._row(query, beginning)
        return f"/{kind}/{number}-{slug}"

    def number(self, beginning: str) -> int:
        """The number of that item."""
        return int(self.path(beginning).split("/")[2].split("-")[0])

    def letter_to(self, address: str) -> str:
        """The text of the latest letter written to that address, waited for."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            for file in sorted((self.data / "mail").glob("*.eml"), reverse=True):
                letter = message_from_bytes(file.read_bytes(), policy=policy.default)
                if letter["To"] == address:
                    return letter.get_body(("plain",)).get_content()
            time.sleep(0.1)
        raise AssertionError(f"no letter to {address}")

    def first_code(self) -> str:
        """What an empty site printed for who comes first."""
        return (self.data.parent / "server.log").read_text().split("give this code: ")[1].split()[0]

    def _row(self, query: str, *values):
        name = f"file:{self.data / 'essaim.sqlite'}?mode=ro"
        with contextlib.closing(sqlite3.connect(name, uri=True)) as connection:
            row = connection.execute(query, values).fetchone()
        assert row, values
        return row


@contextlib.contextmanager
def served(data: Path, command: str = "demo"):
    """Serve that folder until the end of the block: with the demo in it, or (`serve`) nothing."""
    port = _free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ESSAIM_")}
    with (data.parent / "server.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", DEMO, command, "--port", str(port)],
            env=clean | {"ESSAIM_DATA": str(data)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}/healthz", log)
            yield Site(data, port)
        finally:
            _stop(process)


def _wait(process, address: str, log) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10):
            return
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"the demo did not start:\n{log.read()}")


def _stop(process) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""kill -9 during a stream of saves loses no acknowledged save: `python -m tests.bench.crash`.

Each round: writers save pages as fast as answers come; the server and its children are killed; the
server starts again; every save that was answered must be in the history, word for word, each
version must be exactly one text that was sent, and the database must be sound.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench import measures, seed, servers

WRITERS = 4


def main() -> int:
    """Run the rounds; exit status 1 if a word was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "essaim-crash"
    shutil.rmtree(folder, ignore_errors=True)
    site = seed.seeded(folder, reports=20)
    cookie = measures.cookie(folder, site)
    lost = saved = 0
    for number in range(given.rounds):
        sent, acknowledged = _round(folder, site["pages"], cookie, random.Random(number))
        missing, wrong = _compare(folder / "essaim.sqlite", sent, acknowledged)
        lost += len(missing) + len(wrong)
        saved += len(acknowledged)
        print(
            f"round {number + 1}: {len(acknowledged)} saves acknowledged, "
            f"{len(missing)} lost, {len(wrong)} torn",
            flush=True,
        )
    print(f"{given.rounds} kills, {saved} acknowledged saves, {lost} lost or torn")
    shutil.rmtree(folder)
    return 1 if lost else 0


def _round(folder: Path, pages: list[int], cookie: str, chance: random.Random):
    sent: dict[int, set[str]] = {}
    acknowledged: list[tuple[int, str]] = []
    stop = threading.Event()
    with servers.essaim(folder) as running:
        threads = [
            threading.Thread(
                target=_write, args=(running.port, page, cookie, (sent, acknowledged), stop)
            )
            for page in chance.sample(pages, WRITERS)
        ]
        for thread in threads:
            thread.start()
        limit = time.monotonic() + 15
        while not acknowledged and time.monotonic() < limit:
            time.sleep(0.05)
        time.sleep(chance.uniform(0.3, 2.5))
        for pid in servers.family(running.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
    with servers.essaim(folder):
        pass  # starts again by itself
    return sent, acknowledged


def _write(port: int, page: int, cookie: str, log: tuple[dict, list], stop) -> None:
    sent, acknowledged = log
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    path, turn = f"/pages/{page}/edit", 0
    with contextlib.suppress(OSError, http.client.HTTPException, RuntimeError):
        while not stop.is_set():
            turn += 1
            form = measures.form_of(talk, path, cookie)
            text = f"{page}-{turn}-{random.random()} " + "mot " * 600
            form["summary"] = "Une phrase."
            form["body"] = text = text.strip()
            sent.setdefault(page, set()).add(text)
            if measures.submit(talk, path, form, cookie) == 303:
                acknowledged.append((page, text))


def _compare(database: Path, sent: dict, acknowledged: list):
    """(acknowledged texts that are not in the history, versions that nobody sent)."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        if (sound := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise RuntimeError(sound)
        kept: dict[int, set[str]] = {}
        rows = connection.execute("SELECT item_id, data FROM revision WHERE number > 1")
        for item_id, data in rows:
            kept.setdefault(item_id, set()).add(json.loads(data)["body"].strip())
        heads = connection.execute(
            "SELECT page.id, body, (SELECT data FROM revision WHERE item_id = page.id "
            "ORDER BY number DESC LIMIT 1) FROM page"
        )
        torn = [row[0] for row in heads if json.loads(row[2])["body"] != row[1]]
    missing = [pair for pair in acknowledged if pair[1] not in kept.get(pair[0], ())]
    return missing, torn


if __name__ == "__main__":
    sys.exit(main())

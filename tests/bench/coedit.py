"""People who write together, measured: `python -m tests.bench.coedit`.

A real server, and as clients the code that browsers run (Yjs and static/js/lib/room.js) in one
Node process, which shares the machine: its own time is part of every latency. Each scene ends by
comparing the text of every client with the server's, and every word whose « Enregistré » was shown
with the text: what is lost is counted in words. Nothing here passes or fails.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import opening, seed, servers
from tests.conftest import build_world
from wiki import create_app, serving
from wiki.accounts.models import User, UserSession
from wiki.db import db
from wiki.groups.models import Group, Role
from wiki.items.writing import save
from wiki.pages.models import Page

STATIC = Path(__file__).parents[2] / "static"
PAGES, PEOPLE = 30, 200


class Scene(NamedTuple):
    """What one scene asks of the clients, and what is done to the server meanwhile."""

    name: str
    target: str
    pages: int
    writers: int
    readers: int = 0
    kills: float = 0  # seconds between two kills of the server
    views: bool = False


def main() -> int:
    """Play the scenes wanted; exit status 1 when a word was lost or texts differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.coedit", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of each scene of 12 writers")
    parser.add_argument("--short", type=float, default=60, help="seconds of the other scenes")
    parser.add_argument("--kill-every", type=float, default=60)
    parser.add_argument("--only", default="12,kill,40,200,open")
    given = parser.parse_args()
    scenes = {
        "12": (Scene("12 writers, one page", "p50 ≤ 20, p95 ≤ 80, 0 lost", 1, 12), given.seconds),
        "kill": (
            Scene("… with kill -9, half never come back", "0 lost", 1, 12, kills=given.kill_every),
            given.seconds,
        ),
        "40": (Scene("40 writers, one page", "p95 ≤ 300 ms", 1, 40), given.short),
        "200": (
            Scene("200 editors, 30 pages, 60 active", "views p95 ≤ 150 ms", PAGES, 60, 140,
                  views=True),
            given.short,
        ),
    }  # fmt: skip
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    wrong = 0
    for name in given.only.split(","):
        if name == "open":
            Play(Scene("", "", 1, 0), 0).open()
            continue
        scene, length = scenes[name]
        wrong += Play(scene, length).run()
    return 1 if wrong else 0


class Play:
    """One scene, played: its server, its clients, and what happens beside them."""

    def __init__(self, scene: Scene, seconds: float):
        self.scene, self.seconds = scene, seconds
        self.folder = Path(tempfile.mkdtemp(prefix="essaim-coedit-"))
        self.site = _site(self.folder, scene.pages)
        self.port = servers.free_port()
        self.stop, self.seen = threading.Event(), []

    def run(self) -> int:
        """Play it and print what was measured; how many words or texts went wrong."""
        self.server = self.started()
        self.clients = self.invited()
        try:
            beside = [threading.Thread(target=work) for work in self.beside()]
            for thread in beside:
                thread.start()
            found = json.loads(self.clients.stdout.read())
            self.stop.set()
            for thread in beside:
                thread.join()
            different = [page for page, text in found["texts"].items() if self.said(page) != text]
            self.report(found, len(different))
            return len(found["lost"]) + len(different) + (not found["allAlike"])
        finally:
            self.clients.kill()
            self.server.terminate()
            self.server.wait(timeout=60)
            shutil.rmtree(self.folder)

    def open(self) -> None:
        """Print how fast a browser opens a long page here, and what it loads for that."""
        self.server = self.started()
        try:
            address = f"http://127.0.0.1:{self.port}"
            print(opening.line(address, self.site["long"], self.site["cookies"][0]))
        finally:
            self.server.terminate()
            self.server.wait(timeout=60)
            shutil.rmtree(self.folder)

    def beside(self) -> list:
        """What goes on while people write."""
        return [self.view] * self.scene.views + [self.kill] * bool(self.scene.kills)

    def started(self) -> subprocess.Popen:
        """The server, answering."""
        program = [sys.executable, "-c", "from wiki.cli import essaim; essaim()"]
        data = {"ESSAIM_DATA": str(self.folder / "data"), "ESSAIM_BACKUP_EVERY_HOURS": "0"}
        process = subprocess.Popen(
            [*program, "serve", "--port", str(self.port)],
            env=os.environ | data,
            stdout=subprocess.DEVNULL,
        )
        servers.wait(process, self.port, "/healthz", time.perf_counter() + servers.START_LIMIT)
        return process

    def invited(self) -> subprocess.Popen:
        """The clients, all of them in their rooms."""
        order = {
            "url": f"ws://127.0.0.1:{self.port}", "cookies": self.site["cookies"],
            "pages": self.site["pages"], "writers": self.scene.writers,
            "readers": self.scene.readers, "perSecond": 2.5, "seconds": self.seconds,
            "deletes": not self.scene.kills,
        }  # fmt: skip
        pipe = subprocess.PIPE
        clients = subprocess.Popen(
            ["node", "bench/writers.mjs", json.dumps(order)],
            cwd=STATIC, text=True, stdin=pipe, stdout=pipe, stderr=pipe,
        )  # fmt: skip
        if clients.stderr.readline() != "ready\n":
            raise RuntimeError(clients.stderr.read())
        return clients

    def kill(self) -> None:
        """Kill the server again and again, half of those who write with it; start it anew."""
        limit = time.monotonic() + self.seconds - 5
        while time.monotonic() + self.scene.kills < limit and not self.stop.wait(self.scene.kills):
            for pid in servers.family(self.server.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.clients.stdin.write("lose\n")
            self.clients.stdin.flush()
            self.server.wait()
            self.server = self.started()

    def view(self) -> None:
        """Somebody reads another page, ten times a second."""
        while not self.stop.wait(0.1):
            started = time.perf_counter()
            self.get(f"/pages/{self.site['other']}-page")
            self.seen.append((time.perf_counter() - started) * 1000)

    def said(self, page: str) -> str:
        """What the server says of a page, what is not yet a version included."""
        return json.loads(self.get(f"/api/v1/items/{page}"))["body"]

    def get(self, path: str) -> bytes:
        """The answer to a signed-in reader."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        talk.request("GET", path, headers={"Cookie": self.site["cookies"][0]})
        answer = talk.getresponse().read()
        talk.close()
        return answer

    def report(self, found: dict, different: int) -> None:
        """Print one line."""
        line = (
            f"{self.scene.name} ({self.seconds:.0f} s): {found['edits']} edits, "
            f"{found['deliveries']} seen by others, p50 {found['p50']:.1f} ms, "
            f"p95 {found['p95']:.1f} ms, at most {found['most']:.0f} ms; "
            f"{found['durable']} words said recorded, {len(found['lost'])} lost; "
            f"clients alike: {found['allAlike']}, unlike the server: {different}; "
            f"all open in {found['opened'] / 1000:.1f} s"
        )
        if found["vanished"]:
            line += f"; {found['vanished']} writers vanished"
        if seen := sorted(self.seen):
            line += (
                f"; {len(seen)} views of other pages meanwhile, p50 {median(seen):.0f} ms, "
                f"p95 {seen[int(len(seen) * 0.95)]:.0f} ms"
            )
        weight = sum(servers.pss(pid) for pid in servers.family(self.server.pid)) / 1024
        print(f"{line}; server {weight:.0f} MB   [{self.scene.target}]", flush=True)


def _site(folder: Path, pages: int) -> dict:
    """A group with pages, and the cookies of two who write them; addresses of views beside."""
    app = create_app(DATA=str(folder / "data"), CHEAP_PASSWORDS=True, THROTTLE=False)
    serving.migrate(app)
    chance, source = random.Random(1), seed.sentences()
    with app.app_context():
        ids = build_world()
        made = []
        for number in range(pages + 1):
            page = Page(group_id=ids["ours"], title=f"Page {number}",
                        body=seed.markdown(chance, source))  # fmt: skip
            save(page, None)
            made.append(page.id)
        long = Page(group_id=ids["ours"], title="Longue", body=_long(chance, source))
        save(long, None)
        made.append(long.id)
        devices = _members(ids["ours"])
        db.session.remove()
        db.engine.dispose()
    signer = app.session_interface.get_signing_serializer(app)
    cookies = ["essaim=" + signer.dumps({"_user_id": one, "_fresh": True}) for one in devices]
    return {"pages": made[:-2], "other": made[-2], "long": made[-1], "cookies": cookies}


def _started(folder: Path, port: int) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", "from wiki.cli import essaim; essaim()", "serve", "--port",
         str(port)],
        env=os.environ | {"ESSAIM_DATA": str(folder / "data"), "ESSAIM_BACKUP_EVERY_HOURS": "0"},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    servers.wait(process, port, "/healthz", time.perf_counter() + servers.START_LIMIT)
    return process


def _long(chance: random.Random, source: list[str]) -> str:
    text = seed.markdown(chance, source, opening.SIZE // 6)
    while len(text.encode()) < opening.SIZE:
        text += "\n\n" + seed.markdown(chance, source, 200)
    return text.encode()[: opening.SIZE].decode(errors="ignore")


def _members(group_id: int) -> list[str]:
    """People who may write, by the token of their device."""
    people = [User(name=f"Personne {number}") for number in range(PEOPLE)]
    db.session.add_all(people)
    db.session.flush()
    group = db.session.get(Group, group_id)
    for person in people:
        group.admit(person, Role.MEMBER)
    devices = [UserSession.open(person, "bench", 1) for person in people]
    db.session.commit()
    return devices


if __name__ == "__main__":
    sys.exit(main())

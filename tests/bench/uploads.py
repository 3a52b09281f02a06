"""Sixty photos sent at once while others read: `python -m tests.bench.uploads`.

Prints how long it took, how many failed, how long other readers waited, and what the server
weighed. Then one file cut ten times, byte for byte.
"""

import argparse
import base64
import contextlib
import hashlib
import http.client
import io
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue

from PIL import Image

from tests.bench import servers
from tests.conftest import build_world
from wiki import create_app, serving
from wiki.db import db

PIECE = 1 << 20
TOGETHER = 2  # as the browser does
READERS = 4
PAUSE = 0.2  # seconds between two pages of one reader
AFTER = 15  # seconds during which readers go on, while jobs make smaller pictures


def main() -> None:
    """Make the photos, start a server of its own, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.uploads", description=__doc__)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--people", type=int, default=12, help="who send at the same time")
    parser.add_argument("--megabytes", type=float, default=5, help="of each photo, about")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, site = _house(Path(folder))
        photos = _photos(given.photos, given.megabytes)
        size = statistics.median(len(one) for one in photos) / 1e6
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"{machine}; {len(photos)} photos of {size:.1f} MB, {given.people} people")
        with servers.essaim(data) as running:
            _measure(running, site, photos, given.people)
            _cut_ten_times(running, site)


class Client:
    """Somebody signed in, on one connection."""

    def __init__(self, port: int, cookie: str):
        self.port, self.cookie, self.line = port, cookie, None

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str):
        """One request; the answer with its body read."""
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        common = {"Cookie": self.cookie, "Tus-Resumable": "1.0.0", "Accept": "application/json"}
        self.line.request(method, path, body, common | named)
        answer = self.line.getresponse()
        answer.body = answer.read()
        return answer

    def leave(self) -> None:
        """Cut the line."""
        if self.line:
            self.line.close()
        self.line = None

    def send(self, name: str, data: bytes, group: int, cuts: int = 0) -> dict:
        """One file in pieces, asked again where it stood after each cut; what it became."""
        pairs = {"filename": name, "group": str(group)}
        said = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
        begun = self.ask("POST", "/uploads", Upload_Length=str(len(data)), Upload_Metadata=said)
        assert begun.status == 201, begun.body
        path, at, piece = begun.headers["Location"], 0, PIECE if not cuts else len(data) // cuts
        while at < len(data):
            chunk = data[at : at + piece]
            digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
            answer = self.ask(
                "PATCH", path, chunk, Content_Type="application/offset+octet-stream",
                Upload_Offset=str(at), Upload_Checksum=f"sha256 {digest}",
            )  # fmt: skip
            assert answer.status == 204, (answer.status, answer.body)
            if cuts:
                self.leave()
                at = int(self.ask("HEAD", path).headers["Upload-Offset"])
            else:
                at = int(answer.headers["Upload-Offset"])
        return json.loads(self.ask("POST", path).body)


class Watcher(threading.Thread):
    """What the server weighs, looked at twice a second."""

    def __init__(self, running):
        super().__init__(daemon=True)
        self.running, self.done = running, threading.Event()
        self.process, self.family = 0.0, 0.0

    def run(self) -> None:
        """Look until told to stop."""
        while not self.done.wait(0.5):
            with contextlib.suppress(OSError):  # a child ended while it was looked at
                self.process = max(self.process, servers.pss(self.running.process.pid) / 1024)
                self.family = max(self.family, self.running.megabytes())


def _measure(running, site: dict, photos: list[bytes], people: int) -> None:
    cookies, group = site["cookies"], site["group"]
    watcher, stop, times = Watcher(running), threading.Event(), []
    readers = [
        threading.Thread(target=_read, args=(running.port, site, stop, times), daemon=True)
        for _ in range(READERS)
    ]
    for one in (watcher, *readers):
        one.start()
    waiting: Queue = Queue()
    for number, data in enumerate(photos):
        waiting.put((f"IMG_{number:04d}.jpg", data))
    began, failed, made = time.perf_counter(), [], []
    with ThreadPoolExecutor(people * TOGETHER) as pool:
        for number in range(people * TOGETHER):
            client = Client(running.port, cookies[number % len(cookies)])
            pool.submit(_empty, client, waiting, group, made, failed)
    seconds = time.perf_counter() - began
    during = len(times)
    time.sleep(AFTER)
    stop.set()
    watcher.done.set()
    print(f"all sent in {seconds:.1f} s, {len(made)} kept, {len(failed)} failed {failed[:3]}")
    print(f"readers while they come: {_said(times[:during])}")
    print(f"readers while jobs run:  {_said(times[during:])}")
    print(f"memory: process {watcher.process:.0f} MB, with its children {watcher.family:.0f} MB")


def _empty(client: Client, waiting: Queue, group: int, made: list, failed: list) -> None:
    while True:
        try:
            name, data = waiting.get_nowait()
        except Empty:
            return client.leave()
        try:
            made.append(client.send(name, data, group)["id"])
        except Exception as error:
            failed.append(repr(error)[:120])
            client.leave()


def _read(port: int, site: dict, stop: threading.Event, times: list) -> None:
    client = Client(port, site["reader"])
    pages = [f"/pages/{site['page']}", f"/groups/{site['group']}", f"/files?group={site['group']}"]
    while not stop.is_set():
        for number, page in enumerate(pages):
            began = time.perf_counter()
            answer = client.ask("GET", page, Accept="text/html")
            if answer.status == 301:  # the number alone leads to the whole address
                pages[number] = answer.headers["Location"]
                continue
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status == 200, (page, answer.status)
            time.sleep(PAUSE)


def _said(times: list[float]) -> str:
    if len(times) < 2:
        return "none"
    p95 = statistics.quantiles(times, n=20)[18]
    return f"{len(times)} pages, p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, " \
           f"max {max(times):.0f} ms"  # fmt: skip


def _cut_ten_times(running, site: dict) -> None:
    data = random.Random(3).randbytes(20_000_000)
    client = Client(running.port, site["cookies"][0])
    began = time.perf_counter()
    made = client.send("entretien.bin", data, site["group"], cuts=10)
    seconds = time.perf_counter() - began
    got = client.ask("GET", made["download_url"]).body
    alone = made["twins"] == []
    print(f"20 MB cut ten times: {seconds:.1f} s, identical {got == data}, once {alone}")


def _house(folder: Path) -> tuple[Path, dict]:
    app = create_app(DATA=str(folder / "data"), CHEAP_PASSWORDS=True)
    serving.migrate(app)
    with app.app_context():
        ids = build_world()
        db.session.remove()
        db.engine.dispose()
    signer = app.session_interface.get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = {
        who: f"{name}=" + signer.dumps({"_user_id": ids["devices"][who], "_fresh": True})
        for who in ("nadia", "karim", "rosa")
    }
    return folder / "data", {
        "cookies": [cookie["nadia"], cookie["karim"]], "reader": cookie["rosa"],
        "group": ids["ours"], "page": ids["page"],
    }  # fmt: skip


def _photos(count: int, megabytes: float) -> list[bytes]:
    """Pictures of twelve million points, each unlike the others, of about that weight."""
    noise = Image.effect_noise((1000, 750), 90).resize((4200, 3200)).convert("RGB")
    quality = 60
    while len(_jpeg(noise, 0, quality)) < megabytes * 1e6 and quality < 98:
        quality += 3
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda n: _jpeg(noise, n, quality), range(count)))


def _jpeg(noise, number: int, quality: int) -> bytes:
    made = io.BytesIO()
    left, top = number % 20 * 10, number // 20 * 10
    noise.crop((left, top, left + 4000, top + 3000)).save(made, "JPEG", quality=quality)
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main())

"""Twelve people put twenty points each on one map while all look on: `python -m tests.bench.maps`.

Each looks on as a screen does that is at work, every half second, and puts a point every three
seconds: at a moment of their own, then all at the same instant, which is the worst. Prints how long
an operation takes, how long a point waits before each of the others has it, what was lost. It fails
when a point was lost or came to somebody after more than a second.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

from tests.bench import servers
from tests.bench.uploads import Client
from tests.conftest import build_world
from wiki import create_app, serving
from wiki.accounts.models import User, UserSession
from wiki.db import db
from wiki.groups.models import Group, Role
from wiki.items.writing import save
from wiki.maps.models import Map

PEOPLE, POINTS = 12, 20
LOOKS = 0.5  # seconds between two questions of a screen at work (lib/map-store.js: rhythm)
LIMIT = 1.0


def main() -> int:
    """Make a site of its own, let the people work, print; 1 when what must be is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.maps", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="during which they add")
    parser.add_argument("--rounds", type=int, default=3, help="of each of the two ways")
    parser.add_argument("--database", help="address of an empty PostgreSQL database of its own")
    given = parser.parse_args()
    if given.database:
        os.environ["ESSAIM_DATABASE_URL"] = given.database
    where = "PostgreSQL" if given.database else "SQLite"
    print(f"{PEOPLE} people, {POINTS} points each in {given.seconds:g} s, {where}, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        maps, cookies = _house(Path(folder), 2 * given.rounds)
        with servers.essaim(Path(folder) / "data") as running:
            ways = [False, True] * given.rounds
            good = [
                Round(running, number, cookies, given.seconds, in_step).told()
                for number, in_step in zip(maps, ways, strict=True)
            ]
    return 0 if all(good) else 1


class Round:
    """One map, twelve people: what each point took, and when each of the others had it."""

    def __init__(self, running, number: int, cookies: list[str], seconds: float, in_step: bool):
        self.running, self.address = running, f"/maps/{number}"
        self.cookies, self.pause, self.in_step = cookies, seconds / POINTS, in_step
        self.sent: dict[str, tuple[int, float]] = {}
        self.took: list[float] = []
        self.seen: list[float] = []
        self.done = threading.Event()

    def told(self) -> bool:
        """Let them work; print the figures; whether they are what must be."""
        began, spent = time.monotonic(), self.running.cpu_seconds()
        looking = [threading.Thread(target=self.look, args=(n,)) for n in range(PEOPLE)]
        adding = [threading.Thread(target=self.add, args=(n, began + 1)) for n in range(PEOPLE)]
        for thread in looking + adding:
            thread.start()
        for thread in adding:
            thread.join()
        time.sleep(3 * LIMIT)
        self.done.set()
        for thread in looking:
            thread.join()
        share = (self.running.cpu_seconds() - spent) / (time.monotonic() - began)
        left = {one["id"] for one in _asked(self.client(0), self.address, 0)["features"]}
        lost = len(set(self.sent) - left)
        missed = PEOPLE * POINTS * (PEOPLE - 1) - len(self.seen)
        print(
            f"  {'in step' if self.in_step else 'each at will':12} put {_words(self.took, 1000)} ms"
            f" · seen by others {_words(self.seen)} s · lost {lost} of {len(self.sent)},"
            f" not seen {missed} · server {100 * share:.0f} % of a core", flush=True,
        )  # fmt: skip
        return not lost and not missed and max(self.seen) <= LIMIT

    def client(self, n: int) -> Client:
        """A browser of one of them."""
        return Client(self.running.port, self.cookies[n])

    def add(self, n: int, start: float) -> None:
        """Twenty points, one each few seconds."""
        client, late = self.client(n), 0.0 if self.in_step else random.random() * self.pause
        for at in range(POINTS):
            time.sleep(max(0, start + late + at * self.pause - time.monotonic()))
            uuid, began = str(uuid4()), time.monotonic()
            spot = {"type": "Point", "coordinates": [400 + n, 300 + at]}
            body = {"base": 0, "geometry": spot, "title": f"Point {at} de la personne {n}",
                    "story": "Ici on se retrouve le mardi."}  # fmt: skip
            self.sent[uuid] = n, began
            where, kind = f"{self.address}/features/{uuid}", {"Content-Type": "application/json"}
            answer = client.ask("PUT", where, json.dumps(body).encode(), **kind)
            assert answer.status == 201, (answer.status, answer.body)
            self.took.append(time.monotonic() - began)

    def look(self, n: int) -> None:
        """Ask what is new until all is over; note when a point of somebody else came."""
        client = self.client(n)
        time.sleep(random.random() * LOOKS)
        since, known = _asked(client, self.address, 0)["seq"], set()
        while not self.done.is_set():
            told, now = _asked(client, self.address, since), time.monotonic()
            since = told["seq"]
            for one in told["features"]:
                author, began = self.sent[one["id"]]
                if author != n and one["id"] not in known:
                    self.seen.append(now - began)
                known.add(one["id"])
            time.sleep(LOOKS)


def _asked(client: Client, address: str, since: int) -> dict:
    return json.loads(client.ask("GET", f"{address}/features.json?since={since}").body)


def _words(found: list[float], by: float = 1) -> str:
    middle, last = statistics.median(found) * by, statistics.quantiles(found, n=20)[-1] * by
    return " ".join(
        f"{name} {value:.{0 if by > 1 else 2}f}"
        for name, value in (("p50", middle), ("p95", last), ("max", max(found) * by))
    )


def _house(folder: Path, count: int) -> tuple[list[int], list[str]]:
    """A site with that many empty maps; their numbers, and the cookies of twelve members."""
    app = create_app(DATA=str(folder / "data"), CHEAP_PASSWORDS=True)
    serving.migrate(app)
    with app.app_context():
        ids = build_world()
        group = db.session.get(Group, ids["ours"])
        people = [User(name=f"Personne {chr(65 + n)}") for n in range(PEOPLE)]
        db.session.add_all(people)
        db.session.flush()
        for one in people:
            group.admit(one, Role.MEMBER)
        devices = [UserSession.open(one, "bench", 30) for one in people]
        made = [Map(group_id=group.id, title=f"Carte {n}", crs="simple") for n in range(count)]
        for one in made:
            save(one, people[0])
        numbers = [one.id for one in made]
        db.session.remove()
        db.engine.dispose()
    signer = app.session_interface.get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    told = [signer.dumps({"_user_id": one, "_fresh": True}) for one in devices]
    return numbers, [f"{name}={one}" for one in told]


if __name__ == "__main__":
    sys.exit(main())

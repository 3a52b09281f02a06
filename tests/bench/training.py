"""From « Prepare the day » to twelve people writing, and a room of sixty that says where it is.

    python -m tests.bench.training [--people 12] [--room 60] [--seconds 30] [--database URL]

Every step a trainer and the trainees take is asked of a real server, the trainees all at once; then
the room polls as its screens do. The gestures of people are counted and given a slow hand's time
(4 s a tap, 1 s a sign, 20 s to hand the cards out): with it, twelve must be writing within five
minutes, and the slowest twentieth of the answers to the room must come within half a second.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench import servers
from tests.bench.joining import PASSWORD, ROOM, Visitor, essaim, letters, milliseconds

TAP, SIGN, HAND_OUT = 4, 1, 20  # seconds of a slow hand
LIMIT = 300  # seconds to twelve people writing
WAIT = 500  # milliseconds
TRAINER = (3, 22)  # taps and signs: the name of the day, « make ready », « open the door » twice
TRAINEE = (4, 8 + 6 + 10)  # the code, « new », a first name, « my sheet », then the first words
POLLS = (4, 3)  # seconds between two looks of a trainee, of the trainer


def main() -> None:
    """Make a site with a group, and hold one day in it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.training", description=__doc__)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--room", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--database", help="address of an empty PostgreSQL database of its own")
    given = parser.parse_args()
    os.environ["ESSAIM_TRUSTED_PROXIES"] = "1"
    if given.database:
        os.environ["ESSAIM_DATABASE_URL"] = given.database
    print(f"{'PostgreSQL' if given.database else 'SQLite'}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ESSAIM_DATA"] = folder
        essaim("user", "add", "nadia@example.org", "--name", "Nadia", "--password", PASSWORD)
        with servers.essaim(Path(folder)) as running:
            good = [twelve(running.port, given.people), sixty(running.port, given)]
    sys.exit(0 if all(good) else 1)


def twelve(port: int, people: int) -> bool:
    """The steps from « Prepare the day » to everybody's first words kept; whether in time."""
    nadia, group = trainer(port)
    started = time.perf_counter()
    room, code = prepare(nadia, group, people)
    ready = time.perf_counter() - started
    kept: list[bool] = []
    at_once([(write, (Visitor(port, ROOM), code, room, n, kept)) for n in range(people)])
    machine = time.perf_counter() - started
    hands = HAND_OUT + sum(taps * TAP + signs * SIGN for taps, signs in (TRAINER, TRAINEE))
    print(
        f"  {sum(kept)}/{people} writing: the server takes {machine:.1f} s ({ready:.1f} s to make "
        f"the room ready), slow hands {hands} s, together {machine + hands:.0f} s of {LIMIT}"
    )
    return sum(kept) == people and machine + hands <= LIMIT


def sixty(port: int, given) -> bool:
    """A full room: everybody looks every few seconds; whether each look is answered in time."""
    nadia, group = trainer(port)
    room, code = prepare(nadia, group, given.room)
    visitors = [Visitor(port, ROOM) for _ in range(given.room)]
    kept: list[bool] = []
    at_once([(write, (one, code, room, n, kept)) for n, one in enumerate(visitors)])
    for one in [*visitors, nadia]:
        one.waits.clear()
    end = time.perf_counter() + given.seconds
    looks = [(look, (one, room, end)) for one in visitors]
    at_once([*looks, (watch, (nadia, room, end))])
    waits = sorted(seconds for one in visitors for _, seconds in one.waits)
    grids = sorted(seconds for _, seconds in nadia.waits)
    said = [milliseconds(w, share) for w in (waits, grids) for share in (0.5, 0.95)]
    print(
        f"  {sum(kept)}/{given.room} in; {len(waits)} looks p50 {said[0]} p95 {said[1]} ms, "
        f"the grid {len(grids)} times p50 {said[2]} p95 {said[3]} ms"
    )
    return sum(kept) == given.room and max(said) <= WAIT


def trainer(port: int) -> tuple[Visitor, str]:
    """Nadia, signed in, with a new group."""
    title = f"Formation {time.time_ns()}"
    group = essaim("group", "add", title, "--facilitator", "nadia@example.org").split()[0]
    nadia = Visitor(port, ROOM)
    nadia.ask("POST", "/login", email="nadia@example.org", password=PASSWORD)
    return nadia, group


def prepare(nadia: Visitor, group: str, people: int) -> tuple[str, str]:
    """Make the room ready and open its door: its address and the code."""
    nadia.ask("GET", f"/groups/{group}/classrooms")
    room = nadia.ask("POST", f"/groups/{group}/classrooms", title="Journée", places=str(people))[1]
    sandbox = re.search(r"/groups/(\d+)/door", nadia.ask("GET", room)[2])[1]
    nadia.ask("POST", f"/groups/{sandbox}/door", places=str(people))
    page = nadia.ask("GET", f"/groups/{sandbox}/door")[2]
    return room, "".join(re.findall(r'door-(?:word|figures)">(\w+)<', page))


def write(visitor: Visitor, code: str, room: str, number: int, kept: list[bool]) -> None:
    """Come in, open one's sheet, write a first sentence."""
    visitor.ask("POST", "/join", code=code)
    visitor.ask("GET", "/join/who")
    page = visitor.ask("GET", "/join/new")[2]
    digits = re.search(r'name="digits"[^>]*value="(\d{4})"', page)
    _, home, _ = visitor.ask(
        "POST", "/join/new", name=f"Personne {letters(number)}", pictogram="velo",
        digits=digits[1] if digits else "4827",
    )  # fmt: skip
    visitor.ask("GET", home or "/")
    sheet = visitor.ask("GET", f"{room}/mine")[1] or "/"
    page = visitor.ask("GET", sheet)[2]
    title = re.search(r'name="title"[^>]*>\s*([^<]*)<', page)
    status, *_ = visitor.ask(
        "POST", sheet, title=title[1] if title else "Ma fiche", revision="1",
        body="Une marche pour compter les bancs.",
    )  # fmt: skip
    kept.append(status == 303)


def look(visitor: Visitor, room: str, end: float) -> None:
    """What the bar of a trainee asks, until the end."""
    time.sleep(random.random() * POLLS[0])  # no two screens were opened at one instant
    n = 0
    while time.perf_counter() < end:
        n += 1
        visitor.ask("POST", f"{room}/presence", path=f"/pages/{n % 3 + 1}", title="Ma fiche")
        time.sleep(POLLS[0])


def watch(nadia: Visitor, room: str, end: float) -> None:
    """What the screen of the trainer asks, until the end."""
    while time.perf_counter() < end:
        nadia.ask("GET", f"{room}/grid.json")
        time.sleep(POLLS[1])


def at_once(tasks: list) -> None:
    """Do all of these at the same time, and wait for the last."""
    threads = [threading.Thread(target=task, args=arguments) for task, arguments in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()

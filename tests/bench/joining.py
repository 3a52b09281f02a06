"""Sixty people come in at one door within a minute while strangers guess codes.

    python -m tests.bench.joining [--people 60] [--seconds 60] [--rounds 3] [--database URL]

All sixty share one address, that of the room; the guessers have theirs (the server believes the
header of a proxy). It fails when somebody stays outside, when a guess was answered otherwise than
422 (the first ten of an address in a minute) or 429, or when the slowest twentieth waits longer
than half a second for any answer.
"""

import argparse
import http.client
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import servers

ROOM, ELSEWHERE = "192.0.2.10", "203.0.113.{}"
GUESSES = 20  # a second
WAIT = 500  # milliseconds that the slowest twentieth may wait for one answer
PASSWORD = "quatre mots bien ordinaires"


class Visitor:
    """A browser at an address: keeps its cookies and how long each answer took."""

    def __init__(self, port: int, address: str):
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}
        self.waits: list[tuple[str, float]] = []

    def ask(self, method: str, path: str, /, **fields):
        """(status, location, text) of one answer."""
        headers = {"X-Forwarded-For": self.address, "Accept-Language": "fr",
                   "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                   "User-Agent": "Mobile"}  # fmt: skip
        body = urlencode(fields) if method == "POST" else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        self.waits.append((f"{method} {path.partition('?')[0]}", time.perf_counter() - started))
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        line.close()
        return answer.status, answer.headers["Location"], text


def main() -> None:
    """Make a site with a group, and let people in as often as asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.joining", description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--guessers", type=int, default=1, help="addresses that guess")
    parser.add_argument("--database", help="address of an empty PostgreSQL database of its own")
    given = parser.parse_args()
    os.environ["ESSAIM_TRUSTED_PROXIES"] = "1"
    if given.database:
        os.environ["ESSAIM_DATABASE_URL"] = given.database
    where = "PostgreSQL" if given.database else "SQLite"
    print(f"{given.people} people in {given.seconds:g} s, {GUESSES} guesses a second from "
          f"{given.guessers} address(es), {where}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ESSAIM_DATA"] = folder
        essaim("user", "add", "nadia@example.org", "--name", "Nadia", "--password", PASSWORD)
        with servers.essaim(Path(folder)) as running:
            good = [let_in(running.port, given) for _ in range(given.rounds)]
    sys.exit(0 if all(good) else 1)


def let_in(port: int, given) -> bool:
    """One round, in a new group; whether all went as it must."""
    title = f"Groupe {time.time_ns()}"
    group = essaim("group", "add", title, "--facilitator", "nadia@example.org").split()[0]
    nadia = Visitor(port, ROOM)
    nadia.ask("POST", "/login", email="nadia@example.org", password=PASSWORD)
    nadia.ask("POST", f"/groups/{group}/door", places=str(given.people))
    page = nadia.ask("GET", f"/groups/{group}/door")[2]
    code = re.sub(r"\W", "", "".join(re.findall(r'door-(?:word|figures)">(\w+)<', page)))
    guesses, stop = Counter(), threading.Event()
    guesser = threading.Thread(target=guess, args=(port, given.guessers, guesses, stop))
    guesser.start()
    people = [Visitor(port, ROOM) for _ in range(given.people)]
    inside: list[bool] = []
    threads = [
        threading.Thread(target=come_in, args=(one, code, f"Personne {letters(n)}", given, inside))
        for n, one in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    guesser.join()
    return told(given, people, inside, guesses)


def come_in(visitor: Visitor, code: str, name: str, given, inside: list[bool]) -> None:
    """At some moment: give the code, a name and digits; then read the group's home."""
    time.sleep(random.random() * given.seconds)
    visitor.ask("POST", "/join", code=code)
    visitor.ask("GET", "/join/who")
    page = visitor.ask("GET", "/join/new")[2]
    digits = re.search(r'name="digits"[^>]*value="(\d{4})"', page)
    status, home, _ = visitor.ask(
        "POST", "/join/new", name=name, pictogram="velo", digits=digits[1] if digits else "4827"
    )
    inside.append(status == 303 and visitor.ask("GET", home + "/members")[0] == 200)


def guess(port: int, addresses: int, answers: Counter, stop: threading.Event) -> None:
    """Try wrong codes at a steady pace until told to stop."""
    n, started = 0, time.perf_counter()
    while not stop.is_set():
        visitor = Visitor(port, ELSEWHERE.format(n % addresses + 1))
        answers[visitor.ask("POST", "/join", code=f"MIEL {n % 1000:03d}")[0]] += 1
        n += 1
        time.sleep(max(0.0, started + n / GUESSES - time.perf_counter()))


def told(given, people: list[Visitor], inside: list[bool], guesses: Counter) -> bool:
    """Print what came of it; whether it is what must be."""
    waits = sorted(seconds for visitor in people for _, seconds in visitor.waits)
    arrivals = sorted(s for v in people for what, s in v.waits if what == "POST /join/new")
    minutes = given.seconds / 60 + 1
    said = [milliseconds(w, share) for w in (waits, arrivals) for share in (0.5, 0.95)]
    print(
        f"  {sum(inside)}/{given.people} in; any answer p50 {said[0]} p95 {said[1]} ms, "
        f"the joining itself p50 {said[2]} p95 {said[3]} ms; guesses {dict(guesses)}"
    )
    refused = set(guesses) <= {422, 429} and guesses[422] <= 10 * minutes * given.guessers
    return sum(inside) == given.people and max(said) <= WAIT and refused


def milliseconds(waits: list[float], share: float) -> int:
    """What that share of the answers took at most."""
    return round(1000 * waits[min(len(waits) - 1, int(len(waits) * share))])


def letters(n: int) -> str:
    """A name of its own for each."""
    return "".join(chr(97 + int(c)) * 2 for c in str(n))


def essaim(*words: str) -> str:
    """One command of the program; what it prints."""
    command = [sys.executable, "-c", "from wiki.cli import essaim; essaim()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()

"""Twelve people put twenty points each on one map, over HTTP, while all ask what is new.

    essaim serve --port 8000   # in one terminal, with the demo's data
    python tests/bench/maps.py http://127.0.0.1:8000 MAP_ID

Prints how long an operation takes, how long a point waits before the others have it, what was lost.
"""

import json
import statistics
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from threading import Thread
from uuid import uuid4

PEOPLE, POINTS, SECONDS = 12, 20, 60


def opener(site: str, email: str, password: str):
    """A browser in which a person is signed in."""
    made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    sent = urllib.parse.urlencode({"email": email, "password": password}).encode()
    made.open(f"{site}/login", sent)
    return made


def main(site: str, map_id: str, seconds: float = SECONDS) -> None:
    """Run, then say the figures."""
    emails = ["karim", "fatou", "bernard", "yolande", "thimai", "nadia"]
    browsers = [
        opener(site, f"{emails[n % len(emails)]}@demo.example", "essaim demo 2026")
        for n in range(PEOPLE)
    ]
    address = f"{site}/maps/{map_id}"
    born: dict[str, float] = {}
    seen: list[float] = []
    took: list[float] = []
    over = time.monotonic() + seconds + 15

    def ask(browser) -> dict:
        return json.load(browser.open(f"{address}/features.json?since=0"))

    def write(n: int) -> None:
        for _point in range(POINTS):
            began, uuid = time.monotonic(), str(uuid4())
            spot = {"type": "Point", "coordinates": [400 + n, 300]}
            body = {"base": 0, "geometry": spot, "title": f"essai {n}"}
            asked = urllib.request.Request(
                f"{address}/features/{uuid}", json.dumps(body).encode(),
                {"Content-Type": "application/json"}, method="PUT",
            )  # fmt: skip
            browsers[n].open(asked).read()
            born[uuid] = time.monotonic()
            took.append(born[uuid] - began)
            time.sleep(max(0, seconds / POINTS - took[-1]))

    def watch(n: int) -> None:
        since, known = ask(browsers[n])["seq"], set()
        while time.monotonic() < over and len(known) < PEOPLE * POINTS:
            told = json.load(browsers[n].open(f"{address}/features.json?since={since}"))
            since, now = told["seq"], time.monotonic()
            for one in told["features"]:
                if one["id"] in born and one["id"] not in known:
                    seen.append(now - born[one["id"]])
                known.add(one["id"])
            time.sleep(0.9)

    threads = [Thread(target=watch, args=(n,)) for n in range(PEOPLE)]
    threads += [Thread(target=write, args=(n,)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = {one["id"] for one in ask(browsers[0])["features"]}
    told = statistics.quantiles(took, n=20)
    waited = statistics.quantiles(seen, n=20)
    print(f"put: median {statistics.median(took) * 1000:.0f} ms, p95 {told[-1] * 1000:.0f} ms")
    print(f"seen by others: median {statistics.median(seen):.2f} s, p95 {waited[-1]:.2f} s")
    print(f"lost: {len(set(born) - left)} of {len(born)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:]))

"""Ten thousand lines of a table put on a map by a job: `python -m tests.bench.map_import`.

One person sends the file and says « put on the map »; another reads a page of the site ten times a
second meanwhile. Prints how long each step took, how often progress was seen, what was refused.
"""

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import servers
from tests.bench.maps import _asked, _house
from tests.bench.uploads import Client

LIMIT = 20  # seconds
WRONG = 40  # lines whose place cannot be read
FORM = "application/x-www-form-urlencoded"


def main() -> int:
    """Make a site of its own, bring the file as often as asked; 1 when it took too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.map_import", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--marked", action="store_true", help="each description has Markdown in it")
    given = parser.parse_args()
    print(f"{given.rows} lines, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    data = table(given.rows, given.marked)
    with tempfile.TemporaryDirectory() as folder:
        maps, cookies = _house(Path(folder), given.rounds)
        with servers.essaim(Path(folder) / "data") as running:
            took = [bring(running, number, cookies, data, given.rows) for number in maps]
    return 0 if max(took) <= LIMIT else 1


def table(rows: int, marked: bool) -> bytes:
    """A table as a town hall keeps it: semicolons, decimal commas, accents of Windows."""
    lines, dice = ["Nom;Catégorie;Horaires;Latitude;Longitude;Description"], random.Random(7)
    for n in range(rows):
        lat, lng = 43 + dice.random() * 6, -1 + dice.random() * 7
        place = f"{lat:.5f};{lng:.5f}".replace(".", ",") if n % (rows // WRONG) else "là;ici"
        kind = ("Emploi", "Repas", "Santé", "Numérique")[n % 4]
        said = f"Reçu **{n}** fois, voir https://example.org/{n}" if marked else "Sans rendez-vous."
        lines.append(f"Lieu {n};{kind};lundi 9 h à 12 h;{place};{said}")
    return "\r\n".join(lines).encode("cp1252")


def bring(running, number: int, cookies: list[str], data: bytes, rows: int) -> float:
    """One import; the seconds between « put on the map » and its end."""
    client, times = Client(running.port, cookies[0]), []
    began = time.monotonic()
    sent = client.ask("POST", f"/maps/{number}/import", _form(data), Content_Type=_KIND)
    assert sent.status == 303, sent.body
    here = sent.headers["Location"]
    times.append(time.monotonic() - began)
    page = client.ask("GET", here).body.decode()
    times.append(time.monotonic() - began - times[0])
    roles = [("role", one) for one in re.findall(r'<option value="(\w+)" selected', page)]
    waits, over = [], threading.Event()
    reader = threading.Thread(target=read, args=(running.port, cookies[1], waits, over))
    reader.start()
    began, seen = time.monotonic(), set()
    assert client.ask("POST", here, urlencode(roles).encode(), Content_Type=FORM).status == 303
    answered = time.monotonic() - began
    while True:
        page = client.ask("GET", here).body.decode()
        if "<progress" not in page:
            break
        seen |= set(re.findall(r'<progress[^>]*value="(\d+)"', page))
        time.sleep(0.2)
    took = time.monotonic() - began
    over.set()
    reader.join()
    last = statistics.quantiles(waits, n=20)[-1] * 1000
    kept = _asked(client, f"/maps/{number}", 0)["seq"]
    print(
        f"  sent {times[0]:.1f} s · shown {times[1]:.1f} s · answered {answered:.1f} s · all on "
        f"the map {took:.1f} s · progress seen {len(seen)} times · lines told "
        f"{page.count('<li>')} · pages meanwhile p95 {last:.0f} ms, max {max(waits) * 1000:.0f}"
        f" · kept {kept} of {rows}",
        flush=True,
    )  # fmt: skip
    return took


def read(port: int, cookie: str, waits: list[float], over: threading.Event) -> None:
    """Somebody who reads meanwhile."""
    client = Client(port, cookie)
    while not over.is_set():
        began = time.monotonic()
        assert client.ask("GET", "/pages/1").status in (200, 301, 303)
        waits.append(time.monotonic() - began)
        time.sleep(0.1)


_EDGE = "limite"
_KIND = f"multipart/form-data; boundary={_EDGE}"


def _form(data: bytes) -> bytes:
    head = (
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="lieux.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{_EDGE}--\r\n".encode()


if __name__ == "__main__":
    sys.exit(main())

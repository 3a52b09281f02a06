"""How fast maps are on screen: `python -m tests.bench.map_screens`, with Chromium and the demo.

Twelve people add twenty points each in a minute; two browsers look on and say when each came.
Then a map of thousands of points is opened by a Chromium slowed four times: first marks, longest
freezes.
"""

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from uuid import UUID, uuid4

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.people import PHONE, People
from tests.browser.site import served
from tests.browser.test_maps import READY, made, put

PEOPLE, EACH, SECONDS = 12, 20, 60
WATCH = """() => {
  const { store } = document.querySelector('map-view')
  window.waits = {}
  store.addEventListener('change', () => {
    for (const { title } of store.known.values()) {
      if (!(title in window.waits) && title.startsWith('t')) window.waits[title] = Date.now() - Number(title.split('-')[1])
    }
  })
}"""  # noqa: E501
LONG = """
window.longs = []
const note = (list) => list.getEntries().forEach((one) => window.longs.push(one.duration))
new PerformanceObserver(note).observe({ type: 'longtask', buffered: true })
const timer = setInterval(() => {
  if (!document.querySelector('.map-mark')) return
  window.first = performance.now()
  clearInterval(timer)
}, 5)
"""


def add_for_a_minute(site, cookie: str, address: str, layer: int, number: int) -> None:
    """One person: a point each three seconds, and the question « what changed » of a screen."""
    ends = time.monotonic() + SECONDS
    pause = SECONDS / EACH
    time.sleep(number * pause / PEOPLE)
    for _at in range(EACH):
        body = {
            "base": 0, "layer": layer, "precision": "exact", "props": {}, "story": "",
            "session": "", "title": f"t{number}-{int(time.time() * 1000)}",
            "geometry": {"type": "Point", "coordinates": [random.random() * 900, 300]},
        }  # fmt: skip
        call = urllib.request.Request(
            f"{site.address}{address}/features/{uuid4()}", json.dumps(body).encode(),
            {"Cookie": cookie, "Content-Type": "application/json"}, method="PUT",
        )  # fmt: skip
        urllib.request.urlopen(call, timeout=20).read()
        time.sleep(pause * 0.95)
    time.sleep(max(0, ends - time.monotonic()))


def together(people, site) -> None:
    """Twelve people at once, two screens that look on."""
    nadia, karim = people.window("nadia"), people.window("karim")
    author = nadia.context.request
    address = made(author, "Douze personnes")
    put(author, address, "Premier", (10, 10))
    layer = author.get(f"{address}/features.json").json()["layers"][0]["id"]
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in nadia.context.cookies())
    for page in (nadia, karim):
        page.goto(address)
        page.wait_for_selector(READY)
        page.evaluate(WATCH)
    work = [
        threading.Thread(target=add_for_a_minute, args=(site, cookie, address, layer, number))
        for number in range(PEOPLE)
    ]
    for one in work:
        one.start()
    while any(one.is_alive() for one in work):
        nadia.wait_for_timeout(200)
    nadia.wait_for_timeout(3000)
    kept = len(author.get(f"{address}/features.json").json()["features"]) - 1
    for name, page in (("nadia", nadia), ("karim", karim)):
        waits = sorted(page.evaluate("Object.values(window.waits)"))
        p95 = waits[int(len(waits) * 0.95)]
        print(f"{kept} points kept; {name} saw {len(waits)}: median {statistics.median(waits):.0f} "
              f"ms, p95 {p95} ms, most {waits[-1]} ms")  # fmt: skip
        page.context.close()


def fill(site, number: int, count: int) -> None:
    """Many points at once, straight into the base."""
    rng = random.Random(number)
    now = time.strftime("%Y-%m-%d %H:%M:%S.000000")
    with sqlite3.connect(site.data / "essaim.sqlite", timeout=30) as base:
        layer = base.execute("SELECT id FROM map_layer WHERE map_id = ?", (number,)).fetchone()[0]
        for at in range(count):
            x, y = rng.gauss(2.4, 2.5), rng.gauss(46.8, 1.8)
            base.execute(
                "INSERT INTO map_feature (uuid, map_id, layer_id, geometry, minx, miny, maxx, maxy,"
                " precision, props, title, story, html, session, author_id, rev, seq, created_at,"
                " updated_at) VALUES (?,?,?,?,?,?,?,?,'exact','{}',?,?,'','',1,1,?,?,?)",
                (str(UUID(int=rng.getrandbits(128), version=4)), number, layer,
                 json.dumps({"type": "Point", "coordinates": [x, y]}), x, y, x, y,
                 f"Lieu {at}", "On y trouve de l’aide le mardi.", at + 2, now, now),
            )  # fmt: skip
        base.execute("UPDATE map SET seq = ? WHERE id = ?", (count + 2, number))


def many(people, site, count: int) -> None:
    """A map of so many points on a phone slowed four times, three times."""
    author = people.window("nadia").context.request
    address = made(author, f"{count} points", "thematic", "outline")
    fill(site, int(address.split("/")[2]), count)
    for _run in range(3):
        page = people.window("nadia", size=PHONE, has_touch=True)
        page.add_init_script(LONG)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address)
        page.wait_for_selector(READY)
        page.wait_for_timeout(1500)
        first = page.evaluate("window.first")
        page.evaluate("window.longs = []")
        page.mouse.move(180, 400)
        page.mouse.down()
        for step in range(30):
            page.mouse.move(180 + step * 4, 400 + step * 3)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(1200)
        pan = max(page.evaluate("window.longs"), default=0)
        page.evaluate("window.longs = []")
        page.locator("[data-act=zoom-in]").click()
        page.wait_for_timeout(1200)
        zoom = max(page.evaluate("window.longs"), default=0)
        print(f"{count} points, 4x slower: first marks {first:.0f} ms, longest freeze of a pan "
              f"{pan:.0f} ms, of a zoom {zoom:.0f} ms")  # fmt: skip
        page.context.close()


def main() -> None:
    """Serve the demo, measure, print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--points", type=int, nargs="*", default=[5000, 20_000])
    asked.add_argument("--alone", action="store_true", help="only the maps of many points")
    given = asked.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "data") as site,
        sync_playwright() as playwright,
    ):
        browser = chromium.launched(playwright)
        people = People(browser, site, 30_000)
        if not given.alone:
            together(people, site)
        for count in given.points:
            many(people, site, count)
        browser.close()


if __name__ == "__main__":
    main()

"""The search index at work: found at once among readers, rebuilt while they read, its size."""

import http.client
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

from tests.bench import seed
from tests.bench.load import get, measure
from tests.bench.measures import QUESTIONS, Line, cookie, form_of, submit

REBUILD = "from wiki.cli import essaim; essaim()"


def busy(site, given, floor, ours):
    """Saves among eight readers who search without pause; each is looked for at once."""
    reader, chance, source = cookie(given.data, site), random.Random(8), seed.sentences()
    asked = [get(f"/search?q={urllib.parse.quote(q)}") for q in QUESTIONS]
    page, found, times = site["pages"][0], 0, []
    load = threading.Thread(target=lambda: measure(ours.port, asked, 8, 8))
    load.start()
    time.sleep(1)
    talk = http.client.HTTPConnection("127.0.0.1", ours.port)
    for turn in range(8):
        form = form_of(talk, f"/pages/{page}/edit", reader)
        word = f"zymotechnie{turn}{chance.randrange(10**6)}"
        form["body"] = seed.markdown(chance, source) + f"\n\n{word}"
        started = time.perf_counter()
        submit(talk, f"/pages/{page}/edit", form, reader)
        times.append(time.perf_counter() - started)
        talk.request("GET", f"/search?q={word}", headers={"Cookie": reader})
        found += f"/pages/{page}" in talk.getresponse().read().decode()
    load.join()
    slowest = f"slowest save {max(times) * 1000:.0f} ms"
    yield Line("saves found by the next search, 8 readers", f"{found} of 8, {slowest}", "8 of 8")


def rebuild(site, given, floor, ours):
    """`essaim reindex` beside the running site, and how long a search takes meanwhile."""
    environment = os.environ | {"ESSAIM_DATA": str(given.data)}
    started = time.perf_counter()
    command = [sys.executable, "-c", REBUILD, "reindex"]
    work = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    talk, waits, turn = http.client.HTTPConnection("127.0.0.1", ours.port), [], 0
    while work.poll() is None:
        asked = time.perf_counter()
        talk.request("GET", f"/search?q={urllib.parse.quote(QUESTIONS[turn % len(QUESTIONS)])}")
        talk.getresponse().read()
        waits.append(time.perf_counter() - asked)
        turn += 1
        time.sleep(0.2)
    seconds = time.perf_counter() - started
    yield Line("rebuild of the index, the site in use", f"{seconds:.0f} s", "≤ 60 s for 10 000")
    yield Line("slowest search meanwhile", f"{max(waits) * 1000:.0f} ms", "reading goes on")


def size(site, given, floor, ours):
    """What the index weighs beside the texts of the items."""
    database = sqlite3.connect(given.data / "essaim.sqlite")
    pages = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search\\_%' ESCAPE '\\'"
    index = database.execute(pages).fetchone()[0]
    texts = "SELECT sum(length(CAST(plain AS BLOB))) FROM rendering"
    heads = "SELECT sum(length(CAST(title || summary AS BLOB))) FROM item"
    text = database.execute(texts).fetchone()[0] + database.execute(heads).fetchone()[0]
    database.close()
    weight = f"{index / 1e6:.0f} MB for {text / 1e6:.0f} MB of text: {index / text:.2f} ×"
    yield Line("search index, the texts kept for highlights included", weight, "≤ 1.5 ×")

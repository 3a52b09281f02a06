"""Each measure: what it does, what it found, what was hoped for."""

import gzip
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from tests.bench import seed, servers
from tests.bench.load import get, measure
from wiki import create_app

QUESTIONS = (
    "illettrisme", "mobilite", "acces aux droits", "espace emploi", "jardin partagé", "l'atelier",
    "jeunes sans diplôme", "numerique seniors", "cartographie du quartier", "garde d'enfants",
    "animatrice", "bus du matin", "freins a l'emploi", "ordinateur reconditionné", "café bavard",
    "médiathèque", "permis de conduire", "prise de parole", "carte de la ville", "bilan collectif",
)  # fmt: skip


class Line(NamedTuple):
    """One line of the report."""

    work: str
    found: str
    target: str = ""


def views(site, given, floor, ours):
    """Pages, beside the bare ones; rounds interleave so that noise falls on all alike."""
    reader = cookie(given.data, site)
    pages = site["pages"][:100]
    tag = _etag(ours.port, f"/pages/{pages[1]}")
    loads = {
        "floor: bare Flask": (floor, [get("/bare")]),
        "floor: one SQL row": (floor, [get(f"/row/{n}") for n in range(1, 500, 7)]),
        "floor: one row, the same HTML through Jinja": (
            floor,
            [get(f"/page/{n}") for n in range(1, 500, 7)],
        ),
        "signed-in view of a 600-word page": (
            ours,
            [get(_canonical(ours.port, n, reader), Cookie=reader) for n in pages],
        ),
        "anonymous public page": (ours, [get(_canonical(ours.port, n)) for n in pages[1::2]]),
    }
    if tag:
        loads["anonymous public page, unchanged (304)"] = (
            ours,
            [get(_canonical(ours.port, pages[1]), If_None_Match=tag)],
        )
    found = _rounds(loads, given)
    best = found["floor: one row, the same HTML through Jinja"]["rps"]
    seen = found["signed-in view of a 600-word page"]["rps"]
    for name, result in found.items():
        target = ""
        if name.startswith("signed-in"):
            target = f"≥ 30 % of the floor: {result['rps'] / best:.0%}; ≥ 500/s; p95 < 40 ms"
        elif "304" in name:
            target = f"≥ 1.5 × the signed-in view: {result['rps'] / seen:.2f} ×"
        yield Line(f"{name}, 8 connections", _described(result), target)


def search(site, given, floor, ours):
    """Questions one after the other, as the server alone would take them."""
    reader = cookie(given.data, site)
    target = "p50 ≤ 25 ms, p95 ≤ 70 ms" if given.reports <= 10_000 else "p50 ≤ 55 ms, p95 ≤ 160 ms"
    for name, head in (("signed in", {"Cookie": reader}), ("anonymous", {})):
        paths = [f"/search?q={urllib.parse.quote(q)}" for q in QUESTIONS * 3]
        times = _one_by_one(ours.port, paths, head)
        yield Line(f"search page among all, {name}", _times(times), target)
    paths = [f"/api/v1/search?q={urllib.parse.quote(q)}&kind=reports" for q in QUESTIONS * 3]
    if _ask(ours.port, paths[0], {})[0].status == 404:
        return
    for name, head in (("signed in", {"Cookie": reader}), ("anonymous", {})):
        times = _one_by_one(ours.port, paths, head)
        yield Line(f"search of reports by the API, {name}", _times(times), target)


def save(site, given, floor, ours):
    """Change a page again and again, each answer awaited; then look for the new word."""
    reader, chance, source = cookie(given.data, site), random.Random(3), seed.sentences()
    page = site["pages"][0]
    talk = http.client.HTTPConnection("127.0.0.1", ours.port)
    times, word = [], ""
    for turn in range(60):
        form = form_of(talk, f"/pages/{page}/edit", reader)
        word = f"xyloglotte{turn}{chance.randrange(10**6)}"
        form["summary"] = form.get("summary") or "Une phrase."
        form["body"] = seed.markdown(chance, source) + f"\n\n{word}"
        started = time.perf_counter()
        status = submit(talk, f"/pages/{page}/edit", form, reader)
        times.append(time.perf_counter() - started)
        if status != 303:
            raise RuntimeError(f"save answered {status}")
    yield Line("save a 600-word page, synchronous=FULL", _times(times), "p50 ≤ 25, p95 ≤ 80 ms")
    talk.request("GET", f"/search?q={word}", headers={"Cookie": reader})
    seen = f"/pages/{page}" in talk.getresponse().read().decode()
    yield Line("the very next search finds it", "yes" if seen else "NO", "yes")


def documents(site, given, floor, ours):
    """`essaim import markdown` of 400 documents into an empty site."""
    chance, source = random.Random(5), seed.sentences()
    with tempfile.TemporaryDirectory() as folder:
        texts, data = Path(folder) / "texts", Path(folder) / "data"
        texts.mkdir()
        for number in range(400):
            text = f"# Document {number}\n\n" + seed.markdown(chance, source, 400)
            (texts / f"{number}.md").write_text(text)
        environment = os.environ | {"ESSAIM_DATA": str(data)}
        command = [sys.executable, "-c", "from wiki.cli import essaim; essaim()"]
        subprocess.run(
            [*command, "group", "add", "G"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        started = time.perf_counter()
        order = [*command, "import", "markdown", str(texts), "--group", "1", "--scope", "public"]
        done = subprocess.run(order, env=environment, capture_output=True, check=False)
        seconds = time.perf_counter() - started
    found = f"{400 / seconds:.0f} documents/s" if done.returncode == 0 else "not there yet"
    yield Line("import markdown, 400 documents, start-up included", found, "≥ 80 documents/s")


def phone(site, given, floor, ours):
    """What the first page weighs on the wire, everything it asks for included."""
    public = site["pages"][1]
    path = _canonical(ours.port, public)
    total, script = 0, 0
    html, size = _download(ours.port, path)
    total += size
    links = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    for link in sorted(link for link in links if ".svg" in link or ".js" in link or ".css" in link):
        body, size = _download(ours.port, link)
        total += size
        script += size if link.endswith(".js") else 0
        fonts = set(re.findall(r'url\("?\.?/?([^")]+woff2)', body)) if link.endswith("css") else ()
        for font in sorted(f for f in fonts if "-ext-" not in f and "italic" not in f):
            total += _download(ours.port, "/static/" + font.rsplit("/", 1)[-1])[1]
    yield Line(
        "first page on a phone",
        f"{total / 1000:.0f} kB, {script / 1000:.0f} kB script",
        "≤ 150 kB, ≤ 60 kB script",
    )


def start(site, given, floor, ours):
    """From the command to the first answer, three times; then memory after some use."""
    seconds = []
    for _ in range(3):
        folder = given.data.with_name(given.data.name + "-start")
        _copy(given.data, folder)
        with servers.essaim(folder) as again:
            seconds.append(again.seconds)
    yield Line(
        "essaim serve to its first answer",
        f"{statistics.median(seconds):.2f} s (worst {max(seconds):.2f})",
        "≤ 2 s",
    )
    yield Line(
        "memory of all processes (PSS), after the above", f"{ours.megabytes():.0f} MB", "≤ 200"
    )
    yield Line("memory of the bare floors", f"{floor.megabytes():.0f} MB")


ALL = {
    "views": views,
    "search": search,
    "save": save,
    "import": documents,
    "phone": phone,
    "start": start,
}


def _rounds(loads: dict, given) -> dict:
    results = {name: [] for name in loads}
    for _ in range(given.rounds):
        for name, (server, requests) in loads.items():
            before = server.cpu_seconds()
            result = measure(server.port, requests, seconds=given.seconds)
            spent = server.cpu_seconds() - before
            result["cpu"] = spent * 1000 / max(1, result["rps"] * given.seconds)
            results[name].append(result)
    return {
        name: sorted(all_, key=lambda r: r["rps"])[len(all_) // 2] for name, all_ in results.items()
    }


def _described(result: dict) -> str:
    failed = f" {result['failed']} FAILED" if result["failed"] else ""
    return (
        f"{result['rps']:6.0f}/s  p50 {result['p50']:.1f}  p95 {result['p95']:.1f} ms  "
        f"CPU {result['cpu']:.2f} ms{failed}"
    )


def _times(times: list[float]) -> str:
    times = sorted(t * 1000 for t in times)
    return f"p50 {times[len(times) // 2]:.1f}  p95 {times[len(times) * 95 // 100]:.1f} ms"


def cookie(data: Path, site: dict) -> str:
    """The cookie of a signed-in reader, made with the site's own key."""
    from wiki.db import db

    app = create_app(DATA=str(data))
    signer = app.session_interface.get_signing_serializer(app)
    value = signer.dumps({"_user_id": site["device"], "_fresh": True, "_permanent": True})
    with app.app_context():
        db.engine.dispose()
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def _ask(port: int, path: str, headers: dict):
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    talk.request("GET", path, headers=headers)
    answer = talk.getresponse()
    body = answer.read()
    talk.close()
    return answer, body


def _canonical(port: int, page: int, cookie: str = "") -> str:
    answer, _ = _ask(port, f"/pages/{page}", {"Cookie": cookie} if cookie else {})
    return urllib.parse.urlsplit(answer.headers.get("Location", f"/pages/{page}")).path


def _etag(port: int, path: str) -> str | None:
    answer, _ = _ask(port, path, {"Accept-Encoding": "gzip"})
    if location := answer.headers.get("Location"):
        answer, _ = _ask(port, location, {"Accept-Encoding": "gzip"})
    return answer.headers.get("ETag")


def _one_by_one(port: int, paths: list[str], headers: dict) -> list[float]:
    talk, times = http.client.HTTPConnection("127.0.0.1", port), []
    for path in paths:
        started = time.perf_counter()
        talk.request("GET", path, headers=headers)
        answer = talk.getresponse()
        answer.read()
        times.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    return times[len(QUESTIONS) // 2 :]


def form_of(talk, path: str, cookie: str) -> dict:
    """The values of an edit form, as a browser would send them back."""
    talk.request("GET", path, headers={"Cookie": cookie})
    answer = talk.getresponse()
    html = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    fields = _Fields()
    fields.feed(html)
    return fields.found


class _Fields(HTMLParser):
    """The inputs and text areas of the form that has a text."""

    def __init__(self):
        super().__init__()
        self.found, self.area = {}, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in ("checkbox", "search", "submit"):
            self.found[name] = given.get("value") or ""
        self.area = name if tag == "textarea" else None
        if self.area:
            self.found[name] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data


def submit(talk, path: str, form: dict, cookie: str) -> int:
    head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    talk.request("POST", path, urllib.parse.urlencode(form), head)
    answer = talk.getresponse()
    answer.read()
    return answer.status


def _download(port: int, path: str) -> tuple[str, int]:
    answer, body = _ask(port, path, {"Accept-Encoding": "gzip"})
    size = len(body) + sum(len(k) + len(v) + 4 for k, v in answer.headers.items())
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace"), size


def _copy(source: Path, target: Path) -> None:
    import shutil
    import sqlite3

    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    shutil.copy(source / "secret_key", target)
    with (
        sqlite3.connect(source / "essaim.sqlite") as a,
        sqlite3.connect(target / "essaim.sqlite") as b,
    ):
        a.backup(b)

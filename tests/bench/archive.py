"""A group of 500 things leaves and comes back elsewhere: `python -m tests.bench.archive`.

Prints how long each way took, the weight, and whether the bytes and the past are equal; then how
long it takes to bring the archive back once both sides changed a fifth of it, how long of that
nobody else may write, and what a kill -9 in the midst of it leaves.
"""

import argparse
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from PIL import Image

from wiki import create_app, serving
from wiki.accounts.models import User
from wiki.archive import joining, packing, unpacking
from wiki.archive.opening import opened
from wiki.db import db
from wiki.files import uploads
from wiki.groups.models import Group
from wiki.items import terms
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.reports.models import Report

WORDS = [
    "quartier",
    "marché",
    "bus",
    "banc",
    "fête",
    "voisine",
    "école",
    "jardin",
    "atelier",
    "café",
    "carte",
    "papier",
    "photo",
]


def main() -> None:
    """Fill a group, take it away, put it into an empty place, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.archive", description=__doc__)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        here = site(place / "here")
        with here.app_context():
            group_id = filled(given.items)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {given.items} items")
        out, back = [], []
        for n in range(given.rounds):
            one, two = place / f"{n}.zip", place / f"{n}-again.zip"
            out.append(_timed(lambda one=one: _out(here, group_id, one)))
            there = site(place / f"there{n}")
            began = time.perf_counter()
            number = _back(there, one)
            back.append(time.perf_counter() - began)
            _out(there, number, two)
            print(
                f"  out {out[-1]:.1f} s, {one.stat().st_size / 1e6:.0f} MB; back {back[-1]:.1f} s; "
                f"same bytes: {_media(one) == _media(two)}; same past: {_past(one) == _past(two)}"
            )
        print(f"median: out {statistics.median(out):.1f} s, back {statistics.median(back):.1f} s")
        _joined(place, here, group_id, place / "there0", given.rounds)


def _joined(place: Path, here, group_id: int, there: Path, rounds: int) -> None:
    """Both sides write on; the laptop's archive comes back to the office's group."""
    laptop = create_app(DATA=str(there), BASE_URL="http://localhost")
    looked, joined, held = [], [], []
    for n in range(rounds):
        with laptop.app_context():
            number = db.session.scalar(db.select(Group.id))
            _write_on(number, "là-bas", n, range(100))
        with here.app_context():
            _write_on(group_id, "ici", n, range(50, 150))
        path = place / f"joined{n}.zip"
        _out(laptop, number, path)
        if n == 0:
            _killed(here, group_id, path)
        with here.app_context(), opened(path) as archive:
            group, actor = db.session.get(Group, group_id), db.session.scalar(db.select(User))
            began = time.perf_counter()
            joining.Joining(archive, group, actor).look()
            looked.append(time.perf_counter() - began)
            began = time.perf_counter()
            work = joining.Joining(archive, group, actor)
            report = work.join(lambda _report: None)
            held.append(work.seconds)
            joining.finish(report, actor, lambda *_: None)
            joined.append(time.perf_counter() - began)
            again = joining.Joining(archive, group, actor).look()
        print(f"  seen before {looked[-1]:.1f} s, brought back {joined[-1]:.1f} s, held "
              f"{held[-1]:.2f} s: {report['counts']}; again: {again['counts']}")  # fmt: skip
        _exchange(here, group_id, laptop, number, place / f"forth{n}.zip")
    print(f"median: seen before {statistics.median(looked):.1f} s, brought back "
          f"{statistics.median(joined):.1f} s, held {statistics.median(held):.2f} s")  # fmt: skip


def _write_on(group_id: int, words: str, n: int, places: range) -> None:
    """Change things of a group: the end of a text there, its beginning here; and add some."""
    pages = db.session.scalars(
        db.select(Page).where(Page.group_id == group_id, Page.title.startswith("Page "))
        .order_by(Page.title)
    ).all()  # fmt: skip
    for at in places:
        page = pages[at % len(pages)]
        added = f"{words} {n}."
        page.body = f"{page.body}\n\n{added}" if words == "ici" else f"{added}\n\n{page.body}"
        save(page, None)
    for at in range(20):
        save(Page(group_id=group_id, title=f"Née {words} {n} {at}", body=words), None)


def _exchange(here, group_id: int, laptop, number: int, path: Path) -> None:
    """What was put together goes back to the laptop: both sides say the same."""
    _out(here, group_id, path)
    with laptop.app_context(), opened(path) as archive:
        group = db.session.get(Group, number)
        report = joining.Joining(archive, group, None).join(lambda _report: None)
        joining.finish(report, None, lambda *_: None)
        there = _bodies(number)
    with here.app_context():
        ours = _bodies(group_id)
    print(f"  both sides say the same: {ours == there} ({len(ours)} texts)")


def _bodies(group_id: int) -> list:
    rows = db.select(Page.title, Page.body).where(Page.group_id == group_id)
    return sorted(tuple(row) for row in db.session.execute(rows))


def _killed(here, group_id: int, path: Path) -> None:
    """A process that brings the archive back is killed again and again: all or nothing is in."""
    code = (
        "import sys\nfrom tests.bench.archive import *\n"
        "app = create_app(DATA=sys.argv[1], BASE_URL='http://localhost')\n"
        "with app.app_context(), opened(Path(sys.argv[3])) as archive:\n"
        "    group = db.session.get(Group, int(sys.argv[2]))\n"
        "    print('begun', flush=True)\n"
        "    joining.Joining(archive, group, None).join(lambda _r: None)\n"
    )
    with here.app_context():
        before = _bodies(group_id)
    kept = 0
    for wait in (0.3, 0.8, 1.2, 1.6, 2.0, 2.5):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(here.config["DATA"]), str(group_id), str(path)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        child.stdout.readline()
        time.sleep(wait)
        child.kill()
        child.wait()
        with here.app_context():
            kept += _bodies(group_id) == before
    print(f"  killed six times: {kept} left all as it was")


def site(data: Path):
    data.mkdir()
    app = create_app(DATA=str(data), BASE_URL="http://localhost")
    serving.migrate(app)
    return app


def _timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _out(app, group_id: int, path: Path) -> None:
    with app.app_context():
        packing.write(path, db.session.get(Group, group_id), None)


def _back(app, path: Path) -> int:
    with app.app_context(), opened(path) as archive:
        return unpacking.put_back(archive, trusted=True).group.id


def _media(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("archive.json"))["media"]
        return {sha: archive.read(about["name"]) for sha, about in told.items()}


def _past(path: Path) -> list:
    """Every version, by what it says: the numbers of people are new."""
    with zipfile.ZipFile(path) as archive:
        rows = [json.loads(line) for line in archive.read("data/revision.jsonl").splitlines()]
    return [[row["item_id"], row["number"], row["data"], row["created_at"], row["note"]]
            for row in rows]  # fmt: skip


def filled(items: int, wide: int = 800) -> int:
    """A third of pages with three versions, a third of photos, the rest reports."""
    terms.load_defaults()
    draw = random.Random(7)
    nadia = User(name="Nadia", email="nadia@example.org", professional=True)
    db.session.add(nadia)
    db.session.flush()
    group = Group.found("Cinq cents choses", nadia)
    db.session.commit()
    for n in range(items):
        if n % 3 == 0:
            page = Page(group_id=group.id, title=f"Page {n}", body=_text(draw))
            save(page, nadia)
            for _more in range(2):
                page.body += "\n\n" + _text(draw, 2)
                save(page, nadia)
        elif n % 3 == 1:
            uploads.receive(io.BytesIO(_photo(n, wide)), f"photo {n}.jpg", group, nadia)
        else:
            sections = {key: _text(draw, 3) for key in ("audience", "key_moments", "what_failed")}
            save(
                Report(group_id=group.id, title=f"Retour {n}", summary="x", sections=sections),
                nadia,
            )
    return group.id


def _text(draw, paragraphs: int = 6) -> str:
    return "\n\n".join(
        " ".join(draw.choice(WORDS) for _word in range(70)) + "." for _p in range(paragraphs)
    )


def _photo(n: int, wide: int) -> bytes:
    """About 0.4 MB when 800 pixels wide, none like another."""
    draw = random.Random(n)
    picture = Image.frombytes("RGB", (400, 300), draw.randbytes(360_000)).resize(
        (wide, wide * 3 // 4)
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


if __name__ == "__main__":
    main()

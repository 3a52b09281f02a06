"""Sixty pages with media, taken away and opened from the disk: `python -m tests.bench.offline`.

Prints how long the folder takes, its weight, the booklet apart, then in Chromium with nothing
served: how long the first page and each search take.
"""

import argparse
import io
import os
import statistics
import tempfile
import time
import zipfile
from pathlib import Path

from PIL import Image

from tests.browser import chromium
from tests.conftest import build_world
from tests.files import recordings
from wiki import create_app, migrating
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.offline import building
from wiki.offline.models import Bundle
from wiki.pages.models import Page

WORDS = """
jardin atelier téléphone médiathèque quartier boulangerie séance carte portrait voix photo bénévole
permanence accueil mobilité bus gare marché école mairie association rendez-vous numérique fête
ordinateur imprimante démarche emploi formation enfants parents voisins récit
"""
QUESTIONS = ("mediatheque", "téléphones", "rendezvous", "boulangrie", "l’école", "fête du quartier")


def main() -> None:
    """Fill a group, make its folder, open it; print what each took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.offline", description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--words", type=int, default=900, help="in each page")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        archive = _made(Path(folder), given.pages, given.words)
        zipfile.ZipFile(archive).extractall(folder)
        _opened(next(Path(folder).glob("mon-quartier*")))


def _made(folder: Path, pages: int, words: int) -> Path:
    app = create_app(DATA=str(folder / "data"), JOBS_IMMEDIATE=True, CHEAP_PASSWORDS=True,
                     BASE_URL="http://localhost")  # fmt: skip
    migrating.upgrade(app)
    with app.app_context():
        ids = build_world()
        nadia, ours = db.session.get(User, ids["nadia"]), db.session.get(Group, ids["ours"])
        _fill(ours, nadia, pages, words)
        times = {}
        for booklet in ("", "asked"):
            made = Bundle(group_id=ours.id, user_id=nadia.id, level="whole", booklet=booklet,
                          reach=Scope.GROUP, site="http://localhost")  # fmt: skip
            db.session.add(made)
            db.session.commit()
            begun = time.monotonic()
            building.build(made.id)
            times[booklet] = time.monotonic() - begun
            db.session.refresh(made)
            assert made.state == "ready", made.why
        size = made.path("zip").stat().st_size
        print(
            f"{pages} pages, {len(made.holds)} things: folder in {times['']:.1f} s, "
            f"{size / 1e6:.1f} MB; with its booklet ({made.booklet}) {times['asked']:.1f} s"
        )
        target = folder / "made.zip"
        target.write_bytes(made.path("zip").read_bytes())
        return target


def _fill(group, author, pages: int, words: int) -> None:
    sound = receive(io.BytesIO(recordings.sound(seconds=20)), "voix.webm", group, author)
    film = receive(io.BytesIO(recordings.film(seconds=3)), "film.mp4", group, author)
    known = WORDS.split()
    for number in range(pages):
        photo = receive(io.BytesIO(_photo(number)), f"photo-{number}.jpg", group, author)
        text = " ".join(known[(number * 7 + at * at) % len(known)] for at in range(words))
        body = f"## Séance\n\n{text}\n\n{{{{fichier {photo.id}}}}}\n\n[[Page {number + 1}]]"
        if number % 10 == 0:
            body += f"\n\n{{{{fichier {sound.id}}}}}\n\n{{{{fichier {film.id}}}}}"
        save(Page(group_id=group.id, title=f"Page {number}", body=body), author)


def _photo(seed: int) -> bytes:
    noise = Image.effect_noise((1600, 1200), 40 + seed % 30).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=80)
    return out.getvalue()


def _opened(top: Path) -> None:
    with chromium.driven() as playwright:
        browser = chromium.launched(playwright)
        page = browser.new_context(offline=True).new_page()
        begun = time.monotonic()
        page.goto(f"file://{top}/ouvrir.html")
        print(f"first page opened in {1000 * (time.monotonic() - begun):.0f} ms")
        page.goto(f"file://{top}/chercher.html")
        taken = []
        for question in QUESTIONS:
            for at in range(1, len(question) + 1):  # as it is typed
                page.fill("#q", question[:at])
                taken.append(float(page.get_attribute("carried-search", "data-took")))
        print(f"{len(taken)} searches as one types: median {statistics.median(taken):.1f} ms, "
              f"longest {max(taken):.1f} ms")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()

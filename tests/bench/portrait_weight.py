"""A portrait on a phone, in bytes: `python -m tests.bench.portrait_weight`.

Twenty photos as heavy as a phone's and two recordings of a minute, opened by a visitor in Chromium,
read to its end; beside it, a page of the same site without any picture.
"""

import argparse
import io
import statistics
import tempfile
from pathlib import Path

from tests.bench.media import photo
from tests.browser import chromium
from tests.browser.people import PHONE, People
from tests.browser.site import served
from tests.files import recordings
from wiki import create_app
from wiki.db import db
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.portraits.models import Portrait

PHOTOS, SOUNDS = 20, 2
TARGET = 400  # kB
FLOOR = "/aide/entrer"


def main() -> None:
    """Serve the demo, make the portrait, weigh, print."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench.portrait_weight",
                                    description=__doc__)  # fmt: skip
    asked.add_argument("--rounds", type=int, default=3)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, chromium.driven() as playwright:
        data = Path(folder) / "data"
        with served(data):
            pass  # the demo is made, and stopped
        address = _made(data)
        with served(data) as site:
            browser = chromium.launched(playwright)
            people = People(browser, site, 60_000)
            for path in (FLOOR, address):
                found = [_weight(people, path) for _round in range(rounds)]
                seen, whole = (statistics.median(part) / 1000 for part in zip(*found, strict=True))
                print(f"{path}: {seen:.0f} kB as it opens, {whole:.0f} kB read to its end "
                      f"(target {TARGET} kB before play)")  # fmt: skip
            browser.close()


def _made(data: Path) -> str:
    """A public portrait; every size is made before it is opened."""
    app = create_app(DATA=data)
    with app.app_context():
        group = db.session.get(Group, 1)
        files = [receive(io.BytesIO(photo(4000, 3000, n)), f"p{n}.jpg", group, None)
                 for n in range(PHOTOS)]  # fmt: skip
        files += [receive(io.BytesIO(recordings.sound(seconds=60)), f"v{n}.webm", group, None)
                  for n in range(SOUNDS)]  # fmt: skip
        settings, order = {}, []
        for number, file in enumerate(files, 1):
            file.scope = Scope.PUBLIC
            key = f"b{number:06d}"
            order.append(key)
            settings |= {f"{key}.kind": "photo" if number <= PHOTOS else "sound",
                         f"{key}.file": str(file.id)}  # fmt: skip
        made = Portrait(
            group_id=group.id, scope=Scope.PUBLIC, title="Vingt photos", summary="Pesé",
            subject="place", words={}, settings=settings, arrangement=order,
        )  # fmt: skip
        save(made, None)
        db.session.commit()
        return made.url


def _weight(people: People, path: str) -> tuple[int, int]:
    """Bytes as they travel: once nothing moves any more, then once all of it was scrolled to."""
    page = people.window(size=PHONE, has_touch=True, device_scale_factor=2)
    network, weights = page.context.new_cdp_session(page), []
    network.on("Network.loadingFinished", lambda done: weights.append(done["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    seen = sum(weights)
    high = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, high, 600):
        page.evaluate(f"scrollTo(0, {top})")
        page.wait_for_timeout(120)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return seen, sum(weights)


if __name__ == "__main__":
    main()

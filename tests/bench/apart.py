"""Half an hour of typing without network on three devices: `python -m tests.bench.apart`.

Six hundred words each (twenty a minute), typed faster than hands do by real keys in three
Chromium windows; one of them is closed before the network is back. Fails if a word is missing or
stands twice.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.browser import chromium
from tests.browser.apart import write_apart
from tests.browser.people import People
from tests.browser.site import served

LIMIT = 60_000  # milliseconds


def main() -> None:
    """Type, come back, compare; print how long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.apart", description=__doc__)
    parser.add_argument("--words", type=int, default=600, help="of each device")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, chromium.driven() as playwright:
        browser = chromium.launched(playwright)
        with served(Path(folder) / "data") as site:
            people = People(browser, site, LIMIT)
            pages = [people.window(name) for name in ("nadia", "karim", "nadia")]
            begun = time.monotonic()
            back = write_apart(pages, given.words, closes=True)
            print(f"3 devices, {given.words} words each in {time.monotonic() - begun - back:.0f} s "
                  f"without network; {back:.1f} s after it came back all show the same text, "
                  "every word once")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()

"""A kit of 500 things, 300 MB, is made, brought and adapted: `python -m tests.bench.kits`.

Prints how long each takes, which is why none of it is done while somebody waits for a page.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from tests.bench import archive
from wiki import storage
from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.kits import making, using
from wiki.kits.models import Kit


def main() -> None:
    """Fill a group, make a kit of it, bring its file into another group, adapt it; print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kits", description=__doc__)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--wide", type=int, default=2400, help="pixels of a photo")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = archive.site(Path(folder) / "here")
        with app.app_context():
            group_id = archive.filled(given.items, given.wide)
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {given.items} items")
            times = [_round(group_id, n) for n in range(given.rounds)]
        for at, name in enumerate(("made", "brought", "adapted")):
            each = [one[at] for one in times]
            print(
                f"{name}: median {statistics.median(each):.1f} s ({min(each):.1f}–{max(each):.1f})"
            )


def _round(group_id: int, number: int) -> tuple[float, float, float]:
    group = db.session.get(Group, group_id)
    nadia = db.session.scalar(select(User))
    kit = Kit(group_id=group.id, title=f"Kit {number}", scope=Scope.GROUP)
    save(kit, nadia)
    ids = set(db.session.scalars(select(Item.id).where(Item.group_id == group.id)))
    began = time.perf_counter()
    version = making.make_version(kit, nadia, ids, "")
    made = time.perf_counter() - began
    print(f"  {version.size / 1e6:.0f} MB, {len(version.contents)} things")
    there = Group.found(f"Ailleurs {number}", nadia)
    db.session.commit()
    began = time.perf_counter()
    brought = using.bring(storage.path_of(version.sha256), there, nadia)
    took = time.perf_counter() - began
    began = time.perf_counter()
    using.adapt(brought, brought.latest, nadia, "Chez nous")
    return made, took, time.perf_counter() - began


if __name__ == "__main__":
    main()

"""Measure everything and print it beside its floor: `python -m tests.bench`.

Nothing here passes or fails: figures depend on the machine; compare those of one run.
"""

import argparse
import os
import tempfile
from pathlib import Path

from tests.bench import indexing, measures, seed, servers

ALL = measures.ALL | {
    "busy": indexing.busy,
    "rebuild": indexing.rebuild,
    "size": indexing.size,
}
ON_SQLITE = {"import", "start", "size"}  # what copies a database, makes another or looks inside


def main() -> None:
    """Seed (once), measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    default = Path(tempfile.gettempdir()) / "essaim-bench"
    parser.add_argument("--data", type=Path, default=default, help="where the seeded site is kept")
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=4, help="length of each load")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each; the median counts")
    parser.add_argument("--only", help=f"{', '.join(ALL)} (comma list)")
    parser.add_argument("--database", help="address of a PostgreSQL database of its own")
    given = parser.parse_args()
    if given.database:
        os.environ["ESSAIM_DATABASE_URL"] = given.database
    site = seed.seeded(given.data, given.reports)
    usual = [name for name in ALL if not (given.database and name in ON_SQLITE)]
    wanted = given.only.split(",") if given.only else usual
    where = "PostgreSQL" if given.database else "SQLite"
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{given.reports} reports, {len(site['pages'])} pages, {where}, {machine}\n")
    print(f"{'work':56} {'measured':>50}   target")
    bare = given.data.with_name(given.data.name + "-floors")
    with servers.floors(bare) as floor, servers.essaim(given.data) as ours:
        for name in wanted:
            for line in ALL[name](site, given, floor, ours):
                print(f"{line.work:56} {line.found:>50}   {line.target}", flush=True)


if __name__ == "__main__":
    main()

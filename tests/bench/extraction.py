"""How long it takes to read a PDF, and in how much memory: `python -m tests.bench.extraction`.

The PDFs are made here: pages as dense as a book's, line by line, then letter by letter, then scans.
"""

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from tests.files import documents
from wiki.files import extract

TARGET = "20 s, 500 MB"
SYLLABLES = [
    "ma",
    "ré",
    "ton",
    "vil",
    "le",
    "jar",
    "din",
    "mé",
    "dia",
    "thè",
    "que",
    "par",
    "ta",
    "ger",
    "ha",
    "bi",
    "tant",
    "nu",
    "mé",
    "ri",
    "que",
]


def main() -> None:
    """Make, read, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.extraction", description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    given = parser.parse_args()
    draw = random.Random(3)
    book = [_page(draw, 42, 70) for _ in range(given.pages)]
    kinds = {
        "dense": documents.pdf(*book),
        "typeset": documents.pdf(*book, letters=True),
        "drawn": documents.pdf(*[""] * given.pages),
    }
    print(f"{'work':44} {'measured':>44}   target")
    for name, data in kinds.items():
        seconds, memory, reading = _measure(data)
        found = f"{seconds:.1f} s of processor, {memory} MB, {len(reading.text) / 1e6:.2f} MB text"
        work = f"reading a PDF of {given.pages} {name} pages ({reading.state})"
        print(f"{work:44} {found:>44}   {TARGET}", flush=True)


def _page(draw: random.Random, lines: int, width: int) -> str:
    made = []
    for _ in range(lines):
        words = ""
        while len(words) < width:
            words += "".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) + " "
        made.append(words)
    return "\n".join(made)


def _measure(data: bytes) -> tuple[float, int, extract.Reading]:
    """Seconds of processor and MB at the peak of the reading process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        reading = extract.read_file(path.open("rb"), "application/pdf")
        print(f"  ({len(data) / 1e6:.1f} MB, {time.perf_counter() - start:.1f} s by the clock)")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, after.ru_maxrss // 1024, reading


if __name__ == "__main__":
    main()

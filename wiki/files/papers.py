"""The pages of a PDF as pictures, drawn when first looked at, in a process with limits."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

from wiki import children, storage
from wiki.files import previews
from wiki.files.models import File, TextState

log = logging.getLogger(__name__)

SECONDS = 15  # of processor, for one page
PATIENCE = 40  # seconds by the clock
MEGABYTES = 1000  # of address space, libraries included
MOST = 60  # pages shown of one document
HIDDEN = {TextState.ENCRYPTED, TextState.ERASED}  # drawn, erased words would be there again
_drawing = threading.BoundedSemaphore(2)


def is_possible(file: File) -> bool:
    """Whether pages can be shown, as far as is known before trying."""
    readable = file.blob.mime == "application/pdf" and file.text_state not in HIDDEN
    return readable and not previews.place(file.sha256, "page1.failed").exists()


def count(sha256: str, read: int = 1) -> int:
    """How many pages can be shown; before one was drawn, as many as were `read`."""
    try:
        known = json.loads(previews.place(sha256, "pages.json").read_text())
    except (OSError, ValueError):
        known = max(1, read)
    return min(known, MOST)


def page(sha256: str, number: int) -> Path | None:
    """The picture of a page; None when it cannot be drawn."""
    target = previews.place(sha256, f"page{number}.webp")
    failed = target.with_suffix(".failed")
    if target.exists():
        return target
    if not 1 <= number <= MOST or failed.exists():
        return None
    with _drawing:
        if not target.exists() and not _keep(sha256, number, target):
            if number <= count(sha256):
                failed.touch()
            return None
    return target


def _keep(sha256: str, number: int, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    said, _end, picture = _drawn(storage.path_of(sha256), number).partition(b"\n")
    try:
        pages = int(json.loads(said)["count"])
    except (ValueError, KeyError, TypeError):
        return False
    storage.check_room(len(picture))
    told = json.dumps(pages).encode()
    storage.write_durably(previews.place(sha256, "pages.json"), lambda file: file.write(told))
    if picture:
        storage.write_durably(target, lambda file: file.write(picture))
    return bool(picture)


def _drawn(path: Path, number: int) -> bytes:
    """What the process answers; nothing when it was killed."""
    orders = [number, SECONDS, MEGABYTES]
    command = [sys.executable, "-P", "-m", "wiki.files.making.papers", *map(str, orders)]
    try:
        with path.open("rb") as file:
            done = subprocess.run(
                command, stdin=file, capture_output=True, timeout=PATIENCE, check=False,
                env=children.environment(),
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("a page of %s was not drawn: %s", path.name[:12], type(error).__name__)
        return b""
    return done.stdout if done.returncode == 0 else b""

"""Asking the process that works on photos of sheets; it may be killed, and nothing is lost."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from flask_babel import gettext as _

from wiki import children

log = logging.getLogger(__name__)

PATIENCE = 60  # seconds by the clock
OFTEN = 0.3  # seconds between two looks at how far it is
LARGEST = 60_000_000  # bytes of a photo: it is held in memory while it is worked on
_turns = threading.BoundedSemaphore(2)


class Failed(ValueError):
    """A photo that cannot be worked on, with why in words."""


class Stopped(Exception):
    """Whoever asked wants it no more; the process was killed."""


def look(photo: BinaryIO, tell: Callable[[int], bool] | None = None) -> dict:
    """Where the corners of a sheet are in a photo: `corners`, how many `marks`, the `sheet`.

    `tell(n)` is called while it works with how far it is, out of 100; when it answers False the
    process is killed and Stopped raised.
    """
    return _asked(photo, {}, tell)[0]


def straighten(
    photo: BinaryIO, corners: list, sheet: str, clean: bool,
    tell: Callable[[int], bool] | None = None,
) -> tuple[bytes, dict]:  # fmt: skip
    """The photo laid flat, as JPEG, and its size; `tell` as for `look`."""
    told, made = _asked(photo, {"corners": corners, "sheet": sheet, "clean": clean}, tell)
    return made, told


def check_weight(photo: BinaryIO) -> None:
    """Refuse, before it is kept, a photo too heavy to be held in memory; raises Failed."""
    if photo.seek(0, os.SEEK_END) > LARGEST:
        raise Failed(words("too_large"))
    photo.seek(0)


def _asked(photo: BinaryIO, order: dict, tell) -> tuple[dict, bytes]:
    check_weight(photo)
    if not _turns.acquire(timeout=PATIENCE):
        raise Failed(_("Others are waiting for theirs. Try again in a minute."))
    try:
        heard = _Child(photo, order).answer(tell or (lambda _far: True))
    except OSError as error:
        log.warning("a sheet was not worked on: %s", type(error).__name__)
        raise Failed(words("")) from None
    finally:
        _turns.release()
    said, _end, made = heard.partition(b"\n")
    try:
        told = json.loads(said)
    except ValueError:  # killed by its limits, or by the system that lacked memory
        told = {"failed": "too_large"}
    if why := told.get("failed"):
        raise Failed(words(why))
    return told, made


class _Child:
    """The process at work: what it said, how far it is; it does not outlive `answer`."""

    def __init__(self, photo: BinaryIO, order: dict):
        command = [sys.executable, "-P", "-m", "wiki.maps.tracing.process", json.dumps(order)]
        with tempfile.TemporaryFile() as file:  # the photo may be on no disk of this machine
            shutil.copyfileobj(photo, file)
            file.seek(0)
            self.process = subprocess.Popen(
                command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=children.environment(),
            )  # fmt: skip
        self.far, self.heard = 0, b""

    def answer(self, tell: Callable[[int], bool]) -> bytes:
        """What it says last; raises Failed after too long, Stopped when nobody wants it."""
        listening = threading.Thread(target=self._listen, daemon=True)
        listening.start()
        late = time.monotonic() + PATIENCE
        try:
            while listening.is_alive():
                listening.join(OFTEN)
                if time.monotonic() > late:
                    raise Failed(_("This photo takes too long. Send a smaller one."))
                if listening.is_alive() and not tell(self.far):
                    raise Stopped
        finally:
            self.process.kill()
            self.process.wait()
            listening.join()
            self.process.stdout.close()
        return self.heard

    def _listen(self) -> None:
        for line in iter(self.process.stdout.readline, b""):
            if not line.startswith(b"@"):
                self.heard = line + self.process.stdout.read()
                return
            self.far = int(line[1:4])


def words(why: str) -> str:
    """Why a photo cannot be worked on, for people."""
    return {
        "too_large": _("This picture is too large to be worked on. Take the photo again, or make "
                       "it smaller."),
        "corners": _("These four corners hold nothing: put them in turn, without crossing."),
    }.get(why, _("This is not a photo that can be read."))  # fmt: skip

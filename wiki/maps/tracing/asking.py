"""Asking the process that works on photos of sheets; it may be killed, and nothing is lost."""

import json
import logging
import os
import subprocess
import sys
import threading
from typing import BinaryIO

from flask_babel import gettext as _

from wiki import children

log = logging.getLogger(__name__)

PATIENCE = 60  # seconds by the clock
LARGEST = 60_000_000  # bytes of a photo: it is held in memory while it is worked on
_turns = threading.BoundedSemaphore(2)


class Failed(ValueError):
    """A photo that cannot be worked on, with why in words."""


def look(photo: BinaryIO) -> dict:
    """Where the corners of a sheet are in a photo: `corners`, how many `marks`, the `sheet`."""
    return _asked(photo, {})[0]


def straighten(photo: BinaryIO, corners: list, sheet: str, clean: bool) -> tuple[bytes, dict]:
    """The photo laid flat, as JPEG, and its size."""
    told, made = _asked(photo, {"corners": corners, "sheet": sheet, "clean": clean})
    return made, told


def _asked(photo: BinaryIO, order: dict) -> tuple[dict, bytes]:
    command = [sys.executable, "-P", "-m", "wiki.maps.tracing.process", json.dumps(order)]
    if photo.seek(0, os.SEEK_END) > LARGEST:
        raise Failed(_words("too_large"))
    if not _turns.acquire(timeout=PATIENCE):
        raise Failed(_("Others are waiting for theirs. Try again in a minute."))
    try:
        photo.seek(0)
        done = subprocess.run(
            command, input=photo.read(), capture_output=True, timeout=PATIENCE, check=False,
            env=children.environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("a sheet was not worked on: %s", type(error).__name__)
        raise Failed(_("This photo takes too long. Send a smaller one.")) from None
    finally:
        _turns.release()
    said, _end, made = done.stdout.partition(b"\n")
    try:
        told = json.loads(said)
    except ValueError:
        told = {"failed": "too_large"}
        log.warning("a sheet was not worked on: %s", done.stderr.decode("utf-8", "replace")[-200:])
    if why := told.get("failed"):
        raise Failed(_words(why))
    return told, made


def _words(why: str) -> str:
    return {
        "too_large": _("This picture is too large to be worked on. Take the photo again, or make "
                       "it smaller."),
        "corners": _("These four corners hold nothing: put them in turn, without crossing."),
    }.get(why, _("This is not a photo that can be read."))  # fmt: skip

"""The process that makes what is played and shown from one file, and dies with it.

`python -m wiki.files.making.process FAMILY MIME FOLDER SECONDS MEGABYTES`, the file on its standard
input. It answers in lines of JSON: `{"progress": 12}` as it goes, then `{"end": "ready", …}` or
`{"end": "failed", "reason": …}`.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from wiki.files.making import films, pictures, sounds
from wiki.files.making.opening import Failure

OFTEN = 0.5  # seconds between two words on how far it is
LARGEST = 8 << 30  # bytes of a file it may write


class Teller:
    """Says how far the work is: a share, or a file whose reading shows it."""

    def __init__(self, pipe):
        self.pipe, self.size, self.told, self.at = pipe, 0, -1, 0.0

    def __call__(self, where) -> None:
        now = time.monotonic()
        if now - self.at < OFTEN:
            return
        self.at = now
        part = where if isinstance(where, float) else where.tell() / max(1, self.size)
        self.say({"progress": max(0, min(99, round(100 * part))), "alive": True})

    def say(self, words: dict) -> None:
        self.pipe.write(json.dumps(words) + "\n")
        self.pipe.flush()


def main(family: str, mime: str, folder: Path, seconds: int, megabytes: int) -> None:
    """Make what can be made, and say how it ended."""
    _limit(seconds, megabytes)
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # a stray print must not look like an answer
    tell = Teller(pipe)
    with open(0, "rb", closefd=False) as file:
        file.seek(0, 2)
        tell.size = file.tell()
        file.seek(0)
        tell.say(_made(family, mime, file, folder, tell))


def _made(family: str, mime: str, file: BinaryIO, folder: Path, tell) -> dict:
    orders = _orders(folder)
    try:
        if family == "image":
            found = pictures.make(file, folder, orders.get("wanted", pictures.TO_MAKE), tell)
        elif family == "audio":
            found = sounds.make(file, mime, folder, tell, orders.get("silences", ()))
        elif "silences" in orders:
            found = films.silence(file, folder, tell, orders["silences"])
        else:
            found = films.make(file, mime, folder, tell)
    except Failure as failure:
        return {"end": "failed", "reason": failure.reason}
    except MemoryError:
        return {"end": "failed", "reason": "too_heavy"}
    except BrokenPipeError:  # nobody listens any more: the server stops
        raise
    except OSError as error:
        if error.errno in (28, 122, 27):  # no room, quota, file too large
            return {"end": "failed", "reason": "no_room"}
        return _wrong(error)
    except Exception as error:  # whatever a hostile file provokes ends here
        return _wrong(error)
    return {"end": "ready", **found}


def _orders(folder: Path) -> dict:
    """What is asked beside the usual: moments of silence in ms, the names of what is wanted."""
    try:
        return json.loads((folder / "orders.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _wrong(error: Exception) -> dict:
    if type(error).__name__ == "ExternalError":  # so says an encoder that was refused memory
        return {"end": "failed", "reason": "too_heavy"}
    print(f"media: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    return {"end": "failed", "reason": "damaged"}


def _limit(seconds: int, megabytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the server
    signal.alarm(4 * seconds + 10)  # for when the parent died
    with suppress(ImportError, OSError, ValueError):  # there, the parent's clock still watches
        import resource

        memory = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.nice(10)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)
    os._exit(0)

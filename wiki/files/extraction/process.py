"""The process that reads one document, on its standard input, and dies with it.

`python -m wiki.files.extraction.process TYPE SECONDS MEGABYTES`. It answers in lines of JSON: one
string a page, then how it ended: `{"end": "read"}`, partial, empty, encrypted or failed.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from wiki.files import safety
from wiki.files.extraction import archives, pdfs, plain
from wiki.files.extraction.pages import Encrypted, Enough, Pages


def main(mime: str, seconds: int, megabytes: int) -> None:
    """Read the document and say what was found, page by page."""
    _limit(seconds, megabytes)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # a stray print must not look like an answer

    def give(page: str) -> None:
        answers.write(json.dumps(page, ensure_ascii=False) + "\n")
        answers.flush()

    pages = Pages(give, seconds * 0.9)
    with open(0, "rb", closefd=False) as file:
        end = _read(file, mime, pages)
    answers.write(json.dumps({"end": end}) + "\n")
    answers.flush()


def _read(file: BinaryIO, mime: str, pages: Pages) -> str:
    try:
        _reader(mime)(file, pages)
        is_whole = not pages.is_damaged
    except Encrypted:
        return "encrypted"
    except Enough:
        is_whole = False
    except Exception as error:  # whatever a hostile document provokes ends here
        print(f"extraction: {type(error).__name__}", file=sys.stderr, flush=True)
        is_whole = False
    if is_whole:
        return "read" if pages.has_words else "empty"
    return "partial" if pages.has_words else "failed"


def _reader(mime: str) -> Callable:
    return {
        "application/pdf": pdfs.read,
        "application/rtf": plain.read_rtf,
        "text/html": plain.read_marked_up,
        "image/svg+xml": plain.read_marked_up,
        "application/xml": plain.read_marked_up,
        safety.LOCKED: _locked,
        **archives.READERS,
    }.get(mime, plain.read)


def _locked(_file: BinaryIO, _pages: Pages) -> None:
    raise Encrypted


def _limit(seconds: int, megabytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the server
    signal.alarm(4 * seconds + 10)  # for when the parent died
    with suppress(ImportError, OSError, ValueError):  # there, the parent's clock still watches
        import resource

        memory = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has nothing to write on the disk
        os.nice(5)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)
    os._exit(0)  # a large document takes long to be forgotten piece by piece

"""Having a document read: what can be, at once when it is short, else in a process with limits."""

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from typing import BinaryIO, NamedTuple

from wiki import children, storage
from wiki.files import safety
from wiki.files.extraction.pages import LONGEST, clean
from wiki.files.models import Blob, TextState

log = logging.getLogger(__name__)

SECONDS = 20  # of processor, for one document
MEGABYTES = 500  # of memory
PATIENCE = 3  # by the clock, in times those seconds: a busy machine is no crime
SHORT = 200_000  # bytes of a text that is read while its sender waits
LARGEST_ANSWER = 8 * LONGEST  # bytes
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
}
DOCUMENTS = {"application/pdf", "application/rtf", safety.LOCKED}


class Reading(NamedTuple):
    """What was found in a document, pages apart by a form feed, and how it ended."""

    state: TextState
    text: str = ""


def is_readable(mime: str) -> bool:
    """Whether words can be found in it."""
    return mime in OFFICE | DOCUMENTS or safety.is_text(mime)


def at_once(blob: Blob) -> Reading:
    """The words of a short plain text; others wait for a job, or have none."""
    if not is_readable(blob.mime):
        return Reading(TextState.NONE)
    if not safety.is_text(blob.mime) or blob.mime in safety.ACTIVE or blob.size > SHORT:
        return Reading(TextState.WAITING)
    words = clean(head_of(blob, SHORT))
    return Reading(TextState.READ if words else TextState.EMPTY, words)


def head_of(blob: Blob, longest: int) -> str:
    """The beginning of a text, in characters."""
    with storage.open_blob(blob.sha256) as file:
        text = safety.decode(file.read(longest * 2))
    return text.replace("\x00", "").replace("\r\n", "\n")[:longest]


def read(sha256: str, mime: str) -> Reading:
    """The words of stored bytes; never raises for what they hold."""
    try:
        with storage.open_blob(sha256) as file:
            return read_file(file, mime)
    except OSError as error:
        log.warning("%s could not be read: %s", sha256[:12], error)
        return Reading(TextState.FAILED)


def read_file(file: BinaryIO, mime: str) -> Reading:
    """The words of a document, read in a process of its own that ends with it."""
    child = _start(file, mime)
    try:
        answer = _listen(child.stdout, time.monotonic() + SECONDS * PATIENCE)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()
    return _understood(answer)


def _start(file: BinaryIO, mime: str) -> subprocess.Popen:
    module = "wiki.files.extraction.process"
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, mime, str(SECONDS), str(MEGABYTES)],
        stdin=file, stdout=subprocess.PIPE, bufsize=0, env=children.environment(),
    )  # fmt: skip


def _listen(pipe, deadline: float) -> bytes:
    """What the process says until it ends, or time or room is up."""
    said, length = [], 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while length <= LARGEST_ANSWER and selector.select(max(0.0, deadline - time.monotonic())):
            part = os.read(pipe.fileno(), 1 << 20)
            if not part:
                break
            said.append(part)
            length += len(part)
    return b"".join(said)


def _understood(answer: bytes) -> Reading:
    """Pages said before an end that never came are kept: the beginning is better than nothing."""
    pages, state = [], None
    for line in answer.split(b"\n"):
        try:
            said = json.loads(line)
        except ValueError:
            break
        if isinstance(said, dict):
            state = TextState(said["end"])
        else:
            pages.append(said)
    text = "\f".join(pages)[:LONGEST]
    if state is None:
        state = TextState.PARTIAL if text.strip() else TextState.FAILED
    return Reading(state, text if state in (TextState.READ, TextState.PARTIAL) else "")

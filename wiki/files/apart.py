"""The process that reads what may be hostile: watched, killed when it hangs or takes too much."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from wiki import children

SECONDS = {"image": 30, "audio": 1800, "video": 4 * 3600}  # of processor, at most
# A film keeps the others waiting: it is given what the longest honest one of its size may need.
FIRST, EACH = 20 * 60, 80  # seconds, and for each megabyte
MEGABYTES = {"image": 1200, "audio": 900, "video": 1800}  # of address space, libraries included
SILENCE = 60  # seconds without a step forward: it hangs
ORDERS = "orders.json"  # beside what is made: « silences », « wanted » of what is usual


def give_orders(folder: Path, **orders) -> None:
    """Say what is asked beside the usual, before `run`."""
    (folder / ORDERS).write_text(json.dumps(orders), "utf-8")


def seconds(family: str, size: int) -> int:
    """How much of the processor something of so many bytes may take."""
    if family != "video":
        return SECONDS[family]
    return min(SECONDS[family], FIRST + EACH * size // 1_000_000)


def run(source: Path, family: str, mime: str, folder: Path, tell: Callable) -> dict:
    """Have a file made into what plays, in a process of its own; how it ended."""
    allowed = seconds(family, source.stat().st_size)
    with source.open("rb") as file:
        child = _start(file, family, mime, folder, allowed)
    try:
        return _listen(child, tell, time.monotonic() + 2 * allowed)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _start(file, family: str, mime: str, folder: Path, allowed: int) -> subprocess.Popen:
    limits = [str(allowed), str(MEGABYTES[family])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "wiki.files.making.process", family, mime, folder, *limits],
        stdin=file, stdout=subprocess.PIPE, bufsize=0, env=children.environment(),
    )  # fmt: skip


def _listen(child, tell: Callable, deadline: float) -> dict:
    """What the process says last; it is left alone as long as it gets on."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, min(SILENCE, deadline - time.monotonic()))):
            part = os.read(child.stdout.fileno(), 1 << 16)
            if not part:  # killed by its limits, or by the system that lacked memory
                return {"end": "failed", "reason": "too_heavy"}
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                said = json.loads(line)
                if "end" in said:
                    return said
                tell(said["progress"])
    return {"end": "failed", "reason": "stuck"}

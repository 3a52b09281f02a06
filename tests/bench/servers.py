"""Servers to measure, each a process of its own, and what they weigh."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

START_LIMIT = 60


class Running:
    """A server that answered its first request."""

    def __init__(self, process: subprocess.Popen, port: int, seconds: float):
        self.process, self.port, self.seconds = process, port, seconds

    def megabytes(self) -> float:
        """Memory of the process and all its children, shared pages counted by share (PSS)."""
        return sum(pss(pid) for pid in family(self.process.pid)) / 1024

    def cpu_seconds(self) -> float:
        """Processor time used so far by the process and its children."""
        return sum(_ticks(pid) for pid in family(self.process.pid)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(command: list[str], path: str, environment: dict | None = None):
    """Start `command --port N`, wait until `path` answers, and stop it at the end."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait(process, port, path, started + START_LIMIT)
        yield Running(process, port, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def essaim(data: Path):
    """Our server on that data."""
    return running(
        ["-c", "from wiki.cli import essaim; essaim()", "serve"],
        "/login",
        {"ESSAIM_DATA": str(data), "ESSAIM_BACKUP_EVERY_HOURS": "0"},
    )


def floors(folder: Path):
    """The bare pages behind the same server and bridge."""
    return running(["-m", "tests.bench.floors", str(folder)], "/bare")


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(process, port: int, path: str, limit: float) -> None:
    """Return once a server answers; raises RuntimeError when it does not."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    while time.perf_counter() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as talk:
            talk.sendall(request)
            if talk.recv(12).startswith(b"HTTP/1.1 "):
                return
        time.sleep(0.01)
    raise RuntimeError(f"no answer (exit status {process.poll()})")


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that ended meanwhile
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def pss(pid: int) -> int:
    """Kilobytes of a process, shared pages counted by share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])

"""A load client in its own process: N keep-alive connections sending prepared requests."""

import argparse
import json
import selectors
import socket
import subprocess
import sys
import time


def measure(port: int, requests: list[bytes], connections: int = 8, seconds: float = 4) -> dict:
    """Requests/s, latencies in ms, mean bytes of an answer, number of answers not 2xx or 3xx."""
    order = json.dumps([port, [r.decode("latin-1") for r in requests], connections, seconds])
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(command, input=order, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def get(path: str, **headers: str) -> bytes:
    """A GET as a browser would send it."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int, requests: list[bytes], first: int):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests, self.turn = requests, first
        self.buffer, self.expected = b"", 0

    def send(self) -> None:
        self.turn = (self.turn + 1) % len(self.requests)
        self.buffer, self.expected = b"", 0
        self.socket.sendall(self.requests[self.turn])
        self.started = time.perf_counter()

    def received(self) -> tuple[float, int, bytes] | None:
        """(seconds, bytes, status) once the answer is whole."""
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buffer += data
        if not self.expected:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.expected = end + 4 + _length(self.buffer[:end].lower())
        if len(self.buffer) < self.expected:
            return None
        return time.perf_counter() - self.started, self.expected, self.buffer[9:12]


def _length(head: bytes) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def run(port: int, requests: list[bytes], connections: int, seconds: float) -> dict:
    """Keep every connection busy for that time."""
    watch = selectors.DefaultSelector()
    open_ones = [
        Connection(port, requests, i * len(requests) // connections) for i in range(connections)
    ]
    for one in open_ones:
        watch.register(one.socket, selectors.EVENT_READ, one)
        one.send()
    times, sizes, failed = [], 0, 0
    started = time.perf_counter()
    while (now := time.perf_counter()) - started < seconds:
        for key, _ in watch.select(timeout=1):
            done = key.data.received()
            if done:
                times.append(done[0])
                sizes += done[1]
                failed += done[2][:1] not in (b"2", b"3")
                key.data.send()
    for one in open_ones:
        one.socket.close()
    if not times:
        raise RuntimeError(f"nothing was answered in {seconds} s")
    times.sort()
    return {
        "rps": len(times) / (now - started),
        **{f"p{p}": times[len(times) * p // 100] * 1000 for p in (50, 95, 99)},
        "bytes": sizes // max(1, len(times)),
        "failed": failed,
    }


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    port, requests, connections, seconds = json.load(sys.stdin)
    print(json.dumps(run(port, [r.encode("latin-1") for r in requests], connections, seconds)))

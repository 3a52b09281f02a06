"""A file sent to the real server over a line that is cut, and a server that is killed."""

import base64
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import time

import pytest

from tests.bench import servers
from tests.conftest import SERVER

DATA = random.Random(5).randbytes(6_000_000)
PIECE = "application/offset+octet-stream"


class Line:
    """A client whose line can be cut in the middle of a piece."""

    def __init__(self, port: int, cookie: str):
        self.port = port
        self.common = {"Tus-Resumable": "1.0.0", "Cookie": cookie, "Accept": "application/json"}

    def ask(self, method: str, path: str, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=self.common | named)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def begin(self, group: int) -> str:
        pairs = {"filename": "entretien.bin", "group": str(group)}
        said = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
        answer = self.ask("POST", "/uploads", Upload_Length=str(len(DATA)), Upload_Metadata=said)
        assert answer.status == 201, answer.body
        return answer.headers["Location"]

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def patch(self, path: str, offset: int, stop: int, on_cut=None) -> None:
        """Announce all that is left, send until `stop`; then the line is cut, unless all left."""
        head = self.common | {
            "Host": "127.0.0.1", "Content-Type": PIECE, "Upload-Offset": str(offset),
            "Content-Length": str(len(DATA) - offset),
        }  # fmt: skip
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + DATA[offset:stop])
            if stop == len(DATA):
                assert b" 204 " in line.recv(1000)
            elif on_cut:
                on_cut()


@pytest.fixture
def house(built, settings, database, tmp_path):
    """The data of a server, and the cookie of Karim."""
    app, ids = built
    shutil.copytree(settings["DATA"], tmp_path / "data")
    (tmp_path / "data" / "essaim.sqlite").write_bytes(database.image)
    signer = app.session_interface.get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = signer.dumps({"_user_id": ids["devices"]["karim"], "_fresh": True})
    return tmp_path / "data", f"{name}={cookie}", ids["ours"]


@pytest.mark.skipif(bool(SERVER), reason="the server of this test has its own SQLite file")
def test_a_file_cut_ten_times_and_a_server_killed_give_it_whole_and_once(house):
    data, cookie, group = house
    step = len(DATA) // 11
    with servers.essaim(data) as running:
        line = Line(running.port, cookie)
        path = line.begin(group)
        for _cut in range(5):
            at = line.offset(path)
            line.patch(path, at, at + step)
            before = grown(line, path, at)
        line.patch(path, before, before + step, lambda: kill(running.process))
    with servers.essaim(data) as running:
        line = Line(running.port, cookie)
        at = line.offset(path)
        assert at >= before  # what was told to be here outlived the server
        while at < len(DATA):
            stop = min(at + step, len(DATA))
            line.patch(path, at, stop)
            at = len(DATA) if stop == len(DATA) else grown(line, path, at)
        made = json.loads(line.ask("POST", path).body)
        again = json.loads(line.ask("POST", path).body)
        got = line.ask("GET", made["download_url"])
        listed = line.ask("GET", f"/files?group={group}").body.decode()
    assert made == again
    assert made["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert got.body == DATA
    assert listed.count('class="file-name"') == 1


def grown(line: Line, path: str, before: int) -> int:
    """The offset once what was sent before the cut is safe: the server still writes it."""
    limit = time.monotonic() + 20
    while (at := line.offset(path)) == before and time.monotonic() < limit:
        time.sleep(0.05)
    assert at > before
    return at


def kill(process) -> None:
    for pid in servers.family(process.pid):
        os.kill(pid, signal.SIGKILL)

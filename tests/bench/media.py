"""Photos, sounds and films, beside what was hoped for: `python -m tests.bench.media`.

Each thing is made as the job makes it, in its own process, whose time and memory are read when it
ends; then sixty people send a photo at once to a served demo, while others read.
"""

import argparse
import contextlib
import http.client
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from fractions import Fraction
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import servers
from tests.files import recordings
from wiki.demo.loader import PASSWORD
from wiki.files import apart

PHOTOS = 60
READ = ("/", "/reports", "/search?q=atelier", "/aide")


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each; min/median/max are told")
    parser.add_argument("--only", help="photo, sound, film, burst (comma list)")
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else ["photo", "sound", "film", "burst"]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        works = {
            "photo": ("12-Mpx photo to all sizes, WebP and AVIF", "image", "image/jpeg",
                      lambda: photo(4000, 3000), "≤ 2.5 s"),
            "sound": ("10 minutes of Opus to .m4a and waveform", "audio", "audio/webm",
                      lambda: recordings.sound(seconds=600), "≤ 30 s; ≤ 400 MB"),
            "film": ("1 minute of 720p VP8 to H.264 and poster", "video", "video/webm",
                     lambda: film(60), "≤ 60 s; ≤ 400 MB"),
        }  # fmt: skip
        for key, work in works.items():
            if key in wanted:
                _made(place, given.rounds, work)
        if "burst" in wanted:
            _burst(place / "demo")


def photo(width: int, height: int, seed: int = 0) -> bytes:
    """A photo as heavy as a phone's: a gradient under much grain."""
    from PIL import Image

    chance = random.Random(seed)
    grain = Image.effect_noise((width // 3, height // 3), 45).resize((width, height))
    slope = Image.linear_gradient("L").resize((width, height)).rotate(chance.choice((0, 90, 180)))
    image = Image.merge("RGB", [Image.blend(grain, slope, part) for part in (0.2, 0.4, 0.5)])
    made = io.BytesIO()
    image.save(made, "JPEG", quality=92)
    return made.getvalue()


def film(seconds: int, width: int = 1280, height: int = 720) -> bytes:
    """A film that moves everywhere, as a hand that holds a phone does."""
    import av
    from av.video.frame import VideoFrame

    made, chance = io.BytesIO(), random.Random(1)
    grain = bytes(chance.randrange(60, 190) for _ in range(width * 6))
    with av.open(made, "w", format="webm") as container:
        picture = container.add_stream("libvpx", rate=30)
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        picture.bit_rate, picture.options = 2_500_000, {"deadline": "realtime", "cpu-used": "8"}
        voice = container.add_stream("libopus", rate=48_000)
        voice.layout = "mono"
        for number in range(30 * seconds):
            frame = VideoFrame(width, height, "yuv420p")
            for plane in frame.planes:
                line = plane.line_size
                lines = (grain[(y * 7 + number * 3) % (width * 4) :][:line].ljust(line, b"\x80")
                         for y in range(plane.height))  # fmt: skip
                plane.update(b"".join(lines))
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        recordings.speak(container, voice, seconds, 48_000, "mono")
    return made.getvalue()


def _made(place: Path, rounds: int, asked: tuple) -> None:
    work, family, mime, data, target = asked
    source = place / family
    source.write_bytes(data())
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(dir=place) as folder:
            found.append(_measured(source, family, mime, folder))
    _say(f"{work} ({source.stat().st_size / 1e6:.1f} MB)",
         f"{_spread([one[0] for one in found])} s ({_spread([one[2] for one in found])} of "
         f"processor), {max(one[1] for one in found):.0f} MB at most", target)  # fmt: skip


def _measured(source: Path, family: str, mime: str, folder: str) -> tuple[float, float, float]:
    limits = [str(apart.SECONDS[family]), str(apart.MEGABYTES[family])]
    module = "wiki.files.making.process"
    started = time.perf_counter()
    with source.open("rb") as file:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, family, mime, folder, *limits],
            stdin=file, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
    said = child.stdout.read()
    _pid, _status, used = os.wait4(child.pid, 0)
    child.returncode = 0
    assert '"end": "ready"' in said, said[-300:]
    return time.perf_counter() - started, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def _burst(data: Path) -> None:
    """Sixty photos at once, the reads of others meanwhile, until every size is made."""
    photos = [photo(4000, 3000, seed) for seed in range(PHOTOS)]
    command = ["-c", "from wiki.cli import essaim; essaim()", "demo"]
    settings = {"ESSAIM_DATA": str(data), "ESSAIM_GROUP_QUOTA_MB": "4000"}
    with servers.running(command, "/healthz", settings) as ours:
        cookie, stop = _signed_in(ours.port), threading.Event()
        times, weights, answers = [], [], []
        watch = [
            threading.Thread(target=_read, args=(ours.port, cookie, times, stop)),
            threading.Thread(target=_weigh, args=(ours, weights, stop)),
        ]
        senders = [
            threading.Thread(target=_send, args=(ours.port, cookie, one, number, answers))
            for number, one in enumerate(photos)
        ]
        started = time.perf_counter()
        for thread in watch + senders:
            thread.start()
        for thread in senders:
            thread.join()
        sent = time.perf_counter() - started
        ready = _wait_for_sizes(data, started)
        stop.set()
        for thread in watch:
            thread.join()
    failed = sum(status != 201 for status in answers)
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    heavy = statistics.mean(map(len, photos)) / 1e6
    _say(f"{PHOTOS} photos of {heavy:.1f} MB at once", f"{failed} failed; all received in "
         f"{sent:.0f} s, all sizes in {ready:.0f} s", "0 failed")  # fmt: skip
    _say("reads of others meanwhile", f"{len(times)} reads, p95 {p95:.0f} ms, "
         f"max {max(times) * 1000:.0f} ms", "p95 ≤ 1 s")  # fmt: skip
    _say("the server and its children meanwhile", f"{max(weights):.0f} MB at most", "≤ 600 MB")


def _wait_for_sizes(data: Path, started: float) -> float:
    limit = time.perf_counter() + 600
    while len(list((data / "previews").rglob("*-large.avif"))) < PHOTOS:
        if time.perf_counter() > limit:
            return float("nan")
        time.sleep(0.5)
    return time.perf_counter() - started


def _signed_in(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    form = urlencode({"email": "nadia@demo.example", "password": PASSWORD})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", form, kind)
    jar = SimpleCookie(connection.getresponse().headers["Set-Cookie"])
    return "; ".join(f"{name}={one.value}" for name, one in jar.items())


def _send(port: int, cookie: str, data: bytes, number: int, answers: list) -> None:
    mark = "a-mark-between-parts"
    parts = (
        f'--{mark}\r\nContent-Disposition: form-data; name="group"\r\n\r\n1\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="p{number}.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body = parts + data + f"\r\n--{mark}--\r\n".encode()
    head = {"Cookie": cookie, "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={mark}"}  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request("POST", "/files/new", body, head)
        answers.append(connection.getresponse().status)
    except OSError as error:
        answers.append(repr(error))


def _read(port: int, cookie: str, times: list, stop: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.is_set():
        for path in READ:
            started = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie})
            connection.getresponse().read()
            times.append(time.perf_counter() - started)
            time.sleep(0.02)


def _weigh(ours, weights: list, stop: threading.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(OSError):  # a process that ended meanwhile
            weights.append(ours.megabytes())
        time.sleep(0.2)


def _spread(values: list[float]) -> str:
    return f"{min(values):.1f}/{statistics.median(values):.1f}/{max(values):.1f}"


def _say(work: str, found: str, target: str) -> None:
    print(f"{work:56} {found:>50}   {target}", flush=True)


if __name__ == "__main__":
    main()

"""Keeps hostile text from freezing anyone: rendering happens in a child process with a time budget.

One child, started at the first need and kept; a text that exceeds its budget costs that child its
life and comes back as typed, and a new child is started for the next one.
"""

import atexit
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from subprocess import TimeoutExpired

from wiki import children
from wiki.markup.fallback import as_typed
from wiki.markup.process import LENGTH, patience
from wiki.markup.rendered import Rendered

log = logging.getLogger(__name__)

LONGEST = 2_500_000  # characters; longer texts are shown as typed
START_SECONDS = 30.0  # a cold disk and a busy machine
RENEW_AFTER = 5_000  # renders; Python's heap only grows
PATIENCE = 0.3  # seconds to wait for a busy child before starting a second one
LARGEST_ANSWER = 64_000_000  # bytes


class Died(Exception):
    """The child ended, or was found ended."""


class Late(Exception):
    """The child did not answer within the budget."""


class CannotStart(Exception):
    """No child could be started."""


def budget(text: str) -> float:
    """Seconds of processor to render the text: 1 up to 50 kB, then in proportion, 5 at most."""
    return min(5.0, max(1.0, len(text) / 50_000))


class Renderer:
    """The child process and the pipes to it; one caller at a time, who takes it and leaves it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen | None = None
        self._done = 0

    @property
    def pid(self) -> int | None:
        """The child's process id, None when none runs."""
        return self._child.pid if self._child else None

    def render_all(self, texts: list[str], prefixes: list[str], lang: str) -> list[Rendered | None]:
        """Each text rendered; None where that failed or took too long."""
        answers: list[Rendered | None] = []
        retried = -1  # a child that dies twice on the same text was killed by it
        while len(answers) < len(texts):
            at = len(answers)
            try:
                self._exchange(texts[at:], prefixes[at:], lang, answers)
            except CannotStart as error:
                log.error("render process does not start: %s", error)
                answers += [None] * (len(texts) - len(answers))
            except (Died, Late, OSError, ValueError, TypeError, KeyError, TimeoutExpired) as error:
                self._kill()
                at = len(answers)
                if isinstance(error, Late) or retried == at:
                    log.warning("%d characters not rendered: %r", len(texts[at]), error)
                    answers.append(None)
                else:
                    retried = at
        return answers

    def take(self, seconds: float = -1) -> bool:
        """Reserve this renderer, waiting at most so long (for ever by default)."""
        return self._lock.acquire(timeout=seconds)

    def leave(self) -> None:
        """Let the next caller in."""
        self._lock.release()

    def close(self) -> None:
        """End the child; the next render starts another."""
        self._kill()

    def forget(self) -> None:
        """In a forked process: leave the child, which talks to our parent, without harming it."""
        self._lock = threading.Lock()
        child, self._child = self._child, None
        if child:
            child.stdin.close()
            child.stdout.close()
            child.returncode = 0  # not ours to wait for

    def _exchange(self, texts, prefixes, lang, answers) -> None:
        if self._child is None or self._child.poll() is not None or self._done >= RENEW_AFTER:
            self._start()
        seconds = [budget(text) for text in texts]
        request = {"texts": texts, "prefixes": prefixes, "lang": lang, "seconds": seconds}
        # surrogatepass is not needed: json escapes lone surrogates
        self._write(json.dumps(request, separators=(",", ":")).encode(), time.monotonic() + 5)
        for allowed in seconds:
            answer = self._read(time.monotonic() + patience(allowed))
            answers.append(Rendered.from_json(answer) if answer else None)
            self._done += 1

    def _start(self) -> None:
        self._kill()
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "wiki.markup.process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env=children.environment(),
            )
            os.set_blocking(self._child.stdin.fileno(), False)
            self._done = 0
            if self._read(time.monotonic() + START_SECONDS) != "ready":
                raise Died("unexpected greeting")
        except (OSError, ValueError, Died, Late) as error:
            self._kill()
            raise CannotStart(repr(error)) from error

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()

    def _write(self, body: bytes, deadline: float) -> None:
        pipe = self._child.stdin.fileno()
        left = memoryview(LENGTH.pack(len(body)) + body)
        while left:
            self._wait(pipe, select.POLLOUT, deadline)
            try:
                left = left[os.write(pipe, left) :]
            except BrokenPipeError as error:
                raise Died("pipe closed") from error

    def _read(self, deadline: float):
        size = LENGTH.unpack(self._take(LENGTH.size, deadline))[0]
        if size > LARGEST_ANSWER:
            raise Died("answer too large")
        return json.loads(self._take(size, deadline))

    def _take(self, size: int, deadline: float) -> bytes:
        pipe, parts = self._child.stdout.fileno(), []
        while size:
            self._wait(pipe, select.POLLIN, deadline)
            part = os.read(pipe, min(size, 1 << 20))
            if not part:
                late = self._child.wait(1) == -signal.SIGPROF  # its own timer ended it
                raise Late("over budget") if late else Died("end of answers")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise Late("over budget")


_renderer = Renderer()
_spare = Renderer()  # started while the first one is busy with a long text, ended right after


def render_all(texts: list[str], prefixes: list[str], lang: str) -> list[Rendered]:
    """Render in the guarded process; what cannot be rendered comes back as typed, with ok=False."""
    small = [n for n, text in enumerate(texts) if len(text) <= LONGEST]
    answers = _with_a_renderer([texts[n] for n in small], [prefixes[n] for n in small], lang)
    done = dict(zip(small, answers, strict=True))
    return [done.get(n) or as_typed(text) for n, text in enumerate(texts)]


def _with_a_renderer(texts: list[str], prefixes: list[str], lang: str) -> list[Rendered | None]:
    renderer = _renderer if _renderer.take(PATIENCE) else _spare
    if renderer is _spare:
        _spare.take()
    try:
        return renderer.render_all(texts, prefixes, lang)
    finally:
        if renderer is _spare:
            _spare.close()
        renderer.leave()


def child_pid() -> int | None:
    """The process id of the running child, for tests and for those who count memory."""
    return _renderer.pid


def close() -> None:
    """End the child; the next render starts another."""
    for renderer in (_renderer, _spare):
        taken = renderer.take(1)
        renderer.close()
        if taken:
            renderer.leave()


def _forget() -> None:
    _renderer.forget()
    _spare.forget()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

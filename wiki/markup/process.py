"""The process that renders and can be killed without harm; `guard` starts it with `python -m`.

Frames both ways: four bytes of length, then JSON. A request is `{"texts", "prefixes", "lang",
"seconds"}`; each text gets one answer, in order: the rendered text, or null when it failed.
"""

import json
import os
import signal
import struct
import sys

LENGTH = struct.Struct(">I")
MEMORY = 600 * 1024 * 1024  # bytes of address space; a 2 MB text needs about 200 MB
LONGEST_WAIT = 10.0  # seconds of a clock, on however busy a machine


def main() -> None:
    """Answer requests on standard input until it closes."""
    _limit()
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # a stray print must not look like an answer
    from wiki.markup.rendering import render_here

    render_here("**prêt** https://example.org")  # pays for every import now
    _send(answers, "ready")
    while (request := _receive(source)) is not None:
        for text, prefix, seconds in zip(
            request["texts"], request["prefixes"], request["seconds"], strict=True
        ):
            signal.setitimer(
                signal.ITIMER_PROF, seconds
            )  # of processor: a busy machine is no crime
            signal.setitimer(signal.ITIMER_REAL, patience(seconds) + 1)  # for when the parent died
            answer = _render(render_here, text, prefix, request["lang"])
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(answers, answer)


def patience(seconds: float) -> float:
    """How long to wait, by the clock, for work allowed so many seconds of processor."""
    return min(LONGEST_WAIT, 3 * seconds)


def _render(render_here, text: str, prefix: str, lang: str) -> dict | None:
    try:
        return render_here(text, prefix, lang).to_json()
    except Exception as error:  # whatever the text provoked, the parent shows it as typed
        print(f"markup: not rendered: {type(error).__name__}", file=sys.stderr, flush=True)
        return None


def _limit() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the server
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(2)
    except (ImportError, OSError, ValueError):
        pass  # a system without these limits still has the time limit


def _receive(stream) -> dict | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = stream.read(size)
    return json.loads(body) if len(body) == size else None


def _send(stream, answer) -> None:
    body = json.dumps(answer, separators=(",", ":")).encode()
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)

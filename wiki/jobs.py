"""Work done outside requests: @job, @periodic and the threads that run them, on huey.

What must not be lost is a row written in the caller's transaction (an outbox); a job is only the
wake-up. A wake-up lost in a crash is made good by the outbox's own sweep (`@periodic(sweep=True)`).
"""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager

from flask import Flask, current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from wiki.db import db

log = logging.getLogger(__name__)

_jobs: dict[str, "Job"] = {}


class Job:
    """A function that can be called at once, or later by a worker, in its own session."""

    def __init__(self, run: Callable, retries: int, delay: int):
        self.run, self.retries, self.delay = run, retries, delay
        self.name = f"{run.__module__.removeprefix('wiki.')}.{run.__name__}"
        self.__name__, self.__doc__ = run.__name__, run.__doc__
        self.schedule: dict[str, str] | None = None
        self.sweep = False
        _jobs[self.name] = self

    def __call__(self, *args, **kwargs):
        return self.run(*args, **kwargs)

    def later(self, *args, **kwargs) -> None:
        """Queue one run, once the current transaction is committed (never if it is rolled back).

        Arguments travel as JSON: pass ids, not objects.
        """
        wake_up = (self.name, json.dumps([args, kwargs]))
        session = db.session()
        if session.in_transaction():
            session.info.setdefault("jobs", {})[wake_up] = None
        else:
            _send(current_app._get_current_object(), *wake_up)


def job(run: Callable | None = None, *, retries: int = 3, delay: int = 30):
    """Make a function a job: `f(...)` runs now, `f.later(...)` after the commit, by a worker.

    A run that raises is tried again `retries` times, after `delay` seconds, doubling each time.
    """
    if run is not None:
        return Job(run, retries, delay)
    return lambda function: Job(function, retries, delay)


def periodic(*, sweep: bool = False, **schedule: str):
    """Make a function a job that also runs by the clock, in UTC: `@periodic(hour="3", minute="0")`.

    Fields are minute, hour, day, month, day_of_week, as in cron ("*/5"); minutes not named are 0.
    With `sweep`, `drain` runs it too: it finds the outbox rows whose wake-up was lost.
    """

    def register(run: Callable) -> Job:
        made = run if isinstance(run, Job) else Job(run, retries=0, delay=0)
        made.schedule = {"minute": "0", **schedule}
        made.sweep = sweep
        return made

    return register


def init_app(app: Flask) -> None:
    """Give the app its queue, opened on first use; config JOBS_IMMEDIATE runs jobs at once."""
    app.extensions["jobs"] = _Queue(app)


def start_worker(app: Flask, threads: int = 3):
    """Run jobs in threads of this process until `stop_worker`; installs no signal handler."""
    queue = app.extensions["jobs"]
    for found in [j for j in _jobs.values() if j.sweep]:
        queue.put(found)
    from wiki import workers

    return workers.start(queue.huey, threads)


def stop_worker(worker, seconds: float = 20) -> None:
    """Let running jobs finish, for at most `seconds`."""
    from wiki import workers

    workers.stop(worker, seconds)


def drain(app: Flask) -> int:
    """Run what is pending until nothing is left, sweeps included; the number of jobs run."""
    from wiki import workers

    for found in [j for j in _jobs.values() if j.sweep]:
        _run_in_context(app, found, [], {})
    return workers.run_all(app.extensions["jobs"].huey)


def pending(app: Flask) -> int:
    """How many jobs wait, retries included."""
    return app.extensions["jobs"].huey.pending_count()


class _Queue:
    """One app's queue; the file or connection is opened when first needed."""

    def __init__(self, app: Flask):
        self.app = app
        self.lock = threading.Lock()
        self._huey = None

    @property
    def immediate(self) -> bool:
        return bool(self.app.config.get("JOBS_IMMEDIATE"))

    @property
    def huey(self):
        with self.lock:
            if self._huey is None:
                self._huey = self._open()
            return self._huey

    def put(self, made: Job, args=(), kwargs=None) -> None:
        """Queue one run."""
        run = self.huey.run_job
        self.huey.enqueue(
            run.s(made.name, list(args), kwargs or {}, retries=made.retries, retry_delay=made.delay)
        )

    def _open(self):
        from wiki import workers

        return workers.open_queue(
            self.app.config["REDIS_URL"],
            self.app.config["DATA"] / "jobs.sqlite",
            lambda name, args, kwargs: _run_named(self.app, name, args, kwargs),
            {made.name: made.schedule for made in _jobs.values() if made.schedule},
        )


def _run_named(app: Flask, name: str, args, kwargs) -> None:
    if name in _jobs:
        _run_in_context(app, _jobs[name], args, kwargs)
    else:
        log.warning("job %s no longer exists", name)


def _run_in_context(app: Flask, made: Job, args, kwargs) -> None:
    with app.app_context():
        made.run(*args, **kwargs)


def _send(app: Flask, name: str, arguments: str) -> None:
    args, kwargs = json.loads(arguments)
    queue = app.extensions["jobs"]
    made = _jobs[name]
    if queue.immediate:
        _run_in_context(app, made, args, kwargs)
        return
    try:
        queue.put(made, args, kwargs)
    except Exception:
        # The commit stands; a sweep will find the row.
        log.exception("job %s could not be queued", name)


@event.listens_for(Session, "after_commit")
def _send_after_commit(session: Session) -> None:
    wake_ups = session.info.pop("jobs", None)
    if wake_ups and has_app_context():
        for wake_up in wake_ups:
            _send(current_app._get_current_object(), *wake_up)


@event.listens_for(Session, "after_rollback")
def _forget_after_rollback(session: Session) -> None:
    session.info.pop("jobs", None)


@contextmanager
def immediate(app: Flask, value: bool = True):
    """Run jobs at once, or not, for the time of a block."""
    before = app.config.get("JOBS_IMMEDIATE")
    app.config["JOBS_IMMEDIATE"] = value
    try:
        yield
    finally:
        app.config["JOBS_IMMEDIATE"] = before

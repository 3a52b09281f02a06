"""Work done outside requests: @job, @periodic and the threads that run them, on huey.

What must not be lost is a row written in the caller's transaction (an outbox); a job is only the
wake-up. A wake-up lost in a crash is made good by the outbox's own sweep (`@periodic(sweep=True)`).
"""

import datetime
import json
import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager

from flask import Flask, current_app, has_app_context
from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler, Worker
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from wiki.db import db

log = logging.getLogger(__name__)

IDLE_SECONDS = 3  # how late a job queued by another process may start; our own wake at once
SCHEDULER_SECONDS = 5

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


def start_worker(app: Flask, threads: int = 2) -> Consumer:
    """Run jobs in threads of this process until `stop_worker`; installs no signal handler."""
    queue = app.extensions["jobs"]
    for found in [j for j in _jobs.values() if j.sweep]:
        queue.put(found)
    consumer = _Consumer(queue.huey, workers=threads)
    consumer.start()
    return consumer


def stop_worker(consumer: Consumer, seconds: float = 20) -> None:
    """Let running jobs finish, for at most `seconds`."""
    consumer.shutdown_timeout = seconds
    consumer.stop_flag.set()
    consumer.huey.wake.set()
    consumer.stop(graceful=True)


def drain(app: Flask) -> int:
    """Run what is pending until nothing is left, sweeps included; the number of jobs run."""
    huey = app.extensions["jobs"].huey
    for found in [j for j in _jobs.values() if j.sweep]:
        _run_in_context(app, found, [], {})
    done = 0
    while True:
        for task in huey.read_schedule(_far_future()):
            task.eta = None
            huey.enqueue(task)
        task = huey.dequeue()
        if task is None:
            return done
        done += 1
        huey.execute(task)


def pending(app: Flask) -> int:
    """How many jobs wait, retries included."""
    return app.extensions["jobs"].huey.pending_count()


class _JSON(Serializer):
    """Messages as JSON: unlike huey's pickles, a queue file can then hold no code."""

    def _serialize(self, data):
        fields = {k: v for k, v in data._asdict().items() if v is not None}
        if "eta" in fields:
            fields["eta"] = fields["eta"].isoformat()
        return json.dumps(fields).encode()

    def _deserialize(self, data):
        fields = json.loads(bytes(data))
        if "eta" in fields:
            fields["eta"] = datetime.datetime.fromisoformat(fields["eta"])
        return Message(**fields)


class _Waking:
    """A huey queue that wakes the workers of its own process, so that they need not poll."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, serializer=_JSON(), results=False, **kwargs)
        self.wake = threading.Event()

    def enqueue(self, task):
        super().enqueue(task)
        self.wake.set()

    def pending_count(self) -> int:
        return super().pending_count() + self.scheduled_count()


class _SqliteQueue(_Waking, SqliteHuey):
    pass


class _RedisQueue(_Waking, RedisHuey):
    pass


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
        redis = self.app.config["REDIS_URL"]
        if redis:
            huey = _RedisQueue("essaim", url=redis)
        else:
            huey = _SqliteQueue("essaim", filename=str(self.app.config["DATA"] / "jobs.sqlite"))

        def run(name, args, kwargs):
            if name in _jobs:
                _run_in_context(self.app, _jobs[name], args, kwargs)
            else:
                log.warning("job %s no longer exists", name)

        huey.run_job = huey.task(name="run", retry_backoff=2)(run)
        for made in _jobs.values():
            if made.schedule:
                self._repeat(huey, made)
        return huey

    def _repeat(self, huey, made: Job) -> None:
        def run():
            _run_in_context(self.app, made, [], {})

        huey.periodic_task(crontab(**made.schedule), name=made.name.replace(".", "_"))(run)


class _Worker(Worker):
    """Sleeps until a job of this process arrives, or a few seconds for those of others."""

    def sleep(self):
        if self.huey.wake.wait(IDLE_SECONDS):
            self.huey.wake.clear()


class _Scheduler(Scheduler):
    """Queues periodic jobs once a minute at most, however many processes run one."""

    def enqueue_periodic_tasks(self, now):
        minute = f"{datetime.datetime.now(datetime.UTC):%Y%m%d%H%M}"
        if self.huey.storage.incr(f"periodic.{minute}") == 1:
            super().enqueue_periodic_tasks(now)
        last = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
        self.huey.storage.delete_counter(f"periodic.{last:%Y%m%d%H%M}")


class _Consumer(Consumer):
    worker_class = _Worker
    scheduler_class = _Scheduler

    def __init__(self, huey, workers: int):
        super().__init__(huey, workers=workers, scheduler_interval=SCHEDULER_SECONDS)

    def _set_signal_handlers(self):
        """The server owns the signals."""


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


def _far_future() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(days=3650)

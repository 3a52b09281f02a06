"""huey as we use it: a SQLite file or Redis, JSON messages, threads that do not poll.

Imported when the first job is queued or run, not when the site starts.
"""

import datetime
import json
import threading
from collections.abc import Callable

from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler, Worker
from huey.registry import Message
from huey.serializer import Serializer

IDLE_SECONDS = 3  # how late a job queued by another process may start; our own wake at once
SCHEDULER_SECONDS = 5


def open_queue(redis_url: str, file, run: Callable, periodic: dict[str, dict]):
    """The queue; `run(name, args, kwargs)` does a job, `periodic` gives schedules by name."""
    if redis_url:
        huey = RedisQueue("essaim", url=redis_url)
    else:
        huey = SqliteQueue("essaim", filename=str(file))
    huey.run_job = huey.task(name="run", retry_backoff=2)(run)
    for name, schedule in periodic.items():
        _repeat(huey, name, schedule, run)
    return huey


def start(huey, threads: int) -> Consumer:
    """Start the threads; signals stay with the server."""
    consumer = _Consumer(huey, workers=threads, scheduler_interval=SCHEDULER_SECONDS)
    consumer.start()
    return consumer


def stop(consumer: Consumer, seconds: float) -> None:
    """Let running jobs finish, for at most `seconds`."""
    consumer.shutdown_timeout = seconds
    consumer.stop_flag.set()
    consumer.huey.wake.set()
    consumer.stop(graceful=True)


def run_all(huey) -> int:
    """Run what is queued or scheduled until nothing is left; how many were run."""
    done = 0
    while True:
        for task in huey.read_schedule(datetime.datetime(9000, 1, 1)):
            task.eta = None
            huey.enqueue(task)
        task = huey.dequeue()
        if task is None:
            return done
        done += 1
        huey.execute(task)


class JSONMessages(Serializer):
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
    """A queue that wakes the workers of its own process, so that they need not poll."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, serializer=JSONMessages(), results=False, **kwargs)
        self.wake = threading.Event()

    def enqueue(self, task):
        super().enqueue(task)
        self.wake.set()

    def pending_count(self) -> int:
        return super().pending_count() + self.scheduled_count()


class SqliteQueue(_Waking, SqliteHuey):
    """For one machine: a file in the data folder."""


class RedisQueue(_Waking, RedisHuey):
    """For several machines."""


class _Worker(Worker):
    """Sleeps until a job of this process arrives, or a few seconds for those of others."""

    def sleep(self):
        if self.huey.wake.wait(IDLE_SECONDS):
            self.huey.wake.clear()


class _Scheduler(Scheduler):
    """Queues periodic jobs once a minute at most, however many processes run one."""

    def enqueue_periodic_tasks(self, now):
        minute = datetime.datetime.now(datetime.UTC)
        if self.huey.storage.incr(f"periodic.{minute:%Y%m%d%H%M}") == 1:
            super().enqueue_periodic_tasks(now)
        last = minute - datetime.timedelta(minutes=5)
        self.huey.storage.delete_counter(f"periodic.{last:%Y%m%d%H%M}")


class _Consumer(Consumer):
    worker_class = _Worker
    scheduler_class = _Scheduler

    def _set_signal_handlers(self):
        """The server owns the signals."""


def _repeat(huey, name: str, schedule: dict, run: Callable) -> None:
    huey.periodic_task(crontab(**schedule), name=name.replace(".", "_"))(lambda: run(name, [], {}))

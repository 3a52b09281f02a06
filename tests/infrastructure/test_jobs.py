"""Jobs start after the commit, in their own session, and are tried again."""

import logging
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from wiki import jobs
from wiki.accounts.models import SiteNote
from wiki.db import db

ran = []


@jobs.job(retries=2, delay=1)
def note(value):
    ran.append((value, threading.current_thread().name))


@jobs.job(retries=2, delay=1)
def fail_twice(value):
    ran.append(value)
    if len(ran) < 3:
        raise ValueError("not yet")


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()
    logging.getLogger("huey").setLevel(logging.CRITICAL)


@pytest.fixture
def worker(on_disk):
    consumer = jobs.start_worker(on_disk)
    yield consumer
    jobs.stop_worker(consumer)
    on_disk.extensions["jobs"].huey.storage.close()


def wait_until(true, seconds=5):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def test_a_job_called_plainly_runs_at_once(on_disk):
    with on_disk.app_context():
        note(1)
    assert [value for value, _ in ran] == [1]


def test_a_job_starts_after_the_commit_and_not_before(on_disk, worker):
    with on_disk.app_context():
        db.session.add(SiteNote(name="a", value="b"))
        db.session.flush()
        note.later(7)
        time.sleep(0.2)
        assert ran == []
        db.session.commit()
    wait_until(lambda: ran)
    assert ran[0][0] == 7
    assert ran[0][1].startswith("Worker")


def test_a_rolled_back_transaction_queues_nothing(on_disk):
    with on_disk.app_context():
        db.session.add(SiteNote(name="a", value="b"))
        db.session.flush()
        note.later(7)
        db.session.rollback()
        db.session.add(SiteNote(name="a", value="b"))
        db.session.commit()
    assert jobs.drain(on_disk) == 0
    assert ran == []


def test_the_same_wake_up_asked_twice_in_a_transaction_runs_once(on_disk):
    with on_disk.app_context():
        db.session.execute(select(SiteNote))
        note.later(1)
        note.later(1)
        note.later(2)
        db.session.commit()
    assert jobs.drain(on_disk) == 2


def test_drain_runs_retries_too_and_leaves_nothing(on_disk):
    with on_disk.app_context():
        fail_twice.later(5)
    assert jobs.pending(on_disk) == 1
    assert jobs.drain(on_disk) == 3
    assert ran == [5, 5, 5]
    assert jobs.pending(on_disk) == 0


def test_jobs_survive_a_restart(on_disk):
    with on_disk.app_context():
        note.later("kept")
    on_disk.extensions["jobs"].huey.storage.close()
    jobs.init_app(on_disk)
    assert jobs.drain(on_disk) == 1
    assert ran[0][0] == "kept"


def test_immediate_jobs_have_their_own_session(on_disk):
    with on_disk.app_context(), jobs.immediate(on_disk):
        db.session.add(SiteNote(name="a", value="b"))
        count_notes.later()
        db.session.commit()
    assert ran == [1]


@jobs.job
def count_notes():
    ran.append(db.session.scalar(text("SELECT count(*) FROM site_note")))


def test_the_queue_file_holds_no_pickle(on_disk):
    with on_disk.app_context():
        note.later("mots")
    storage = on_disk.extensions["jobs"].huey.storage
    assert storage.enqueued_items()[0].startswith(b"{")


def test_an_idle_worker_hardly_wakes(on_disk, worker, monkeypatch):
    looks = []
    huey = on_disk.extensions["jobs"].huey
    dequeue = huey.dequeue
    time.sleep(0.3)
    monkeypatch.setattr(huey, "dequeue", lambda: looks.append(1) or dequeue())
    started = time.monotonic()
    time.sleep(1)
    # Two a second on a quiet machine, dozens for a worker that never rests.
    assert len(looks) <= 2 * (time.monotonic() - started) + 2


def test_every_periodic_job_has_a_valid_schedule(on_disk):
    names = {task.__name__ for task in on_disk.extensions["jobs"].huey._registry._periodic_tasks}
    assert "mail_deliver" in names


def test_a_fresh_process_knows_every_job_letter_and_listener(tmp_path):
    """A module that nothing imports at the start would never run what it registers."""
    root = Path(jobs.__file__).parent
    registers = re.compile(r"^@(job|periodic|composer|when|event\.listens_for)\b", re.MULTILINE)
    wanted = {
        ".".join(path.relative_to(root.parent).with_suffix("").parts)
        for path in root.rglob("*.py")
        if registers.search(path.read_text("utf-8"))
    }
    code = (
        "import sys; from wiki import create_app; create_app(DATA=sys.argv[1]); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=root.parent,
    )  # fmt: skip
    assert "wiki.notifications.telling" in wanted
    assert not wanted - set(done.stdout.split())

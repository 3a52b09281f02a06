"""Start and stop the server: one process with pages, jobs and live co-editing."""

import asyncio
import atexit
import contextlib
import fcntl
import gc
import os
import shutil
import signal
import socket
import sqlite3
import sys
import threading
from pathlib import Path
from typing import NoReturn

from flask import Flask

from wiki import certificates, config, create_app, jobs, migrating, storage
from wiki.bridge import Bridge
from wiki.coedit.hub import Hub
from wiki.coedit.wire import Wire
from wiki.db import db

STOP_SECONDS = 20
LIVE_LOCK = 0x455353  # our number among PostgreSQL's advisory locks
JOBS_AFTER_SECONDS = 1


class CannotServe(Exception):
    """Why the server does not start, in words for the operator."""


@contextlib.contextmanager
def opened(host: str, port: int, tls: bool = False):
    """The app to serve, its data held against a second server and its database up to date.

    Links in mails lead to this address if no setting says otherwise. Raises CannotServe.
    """
    settings = config.read_environment()
    with contextlib.ExitStack() as held:
        if not settings["DATABASE_URL"]:
            data = config.prepare_data(settings)
            held.enter_context(locked(data / "serve.lock"))
        check_port(host, port)
        own = {} if settings["BASE_URL"] else {"BASE_URL": seen_from_room(host, port, tls)}
        app = create_app(**own)
        migrate(app)
        if not settings["REDIS_URL"]:
            held.enter_context(alone(app))
        _renew_index(app)
        yield app


def _renew_index(app: Flask) -> None:
    """Have the workers make the index again when this version reads texts otherwise."""
    from wiki.search import index

    with app.app_context():
        if index.is_outdated():
            index.catch_up.later()
        db.session.commit()


def migrate(app: Flask) -> None:
    """Bring the database up to date, one process at a time; a failure leaves it as it was.

    Raises CannotServe when the database belongs to a newer version, or when a migration fails.
    """
    newest = migrating.newest()
    if version(app) == newest:
        return
    with locked(app.config["DATA"] / "migration.lock", wait=True):
        found = version(app)
        if found == newest:
            return
        if found and found > newest:
            raise CannotServe(
                f"The database is at version {found} and this Essaim knows up to {newest}: "
                "install the newer Essaim again, or restore a backup made before the upgrade."
            )
        with _put_back_on_failure(app):
            migrating.upgrade(app)
        from wiki.items import terms

        with app.app_context():
            terms.load_defaults()
            db.session.commit()


def version(app: Flask) -> str | None:
    """The migration the database is at; None when it is empty."""
    path = sqlite_file(app)
    if path:
        return migrating.sqlite_version(path)
    from sqlalchemy import inspect, text

    with app.app_context(), db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def sqlite_file(app: Flask) -> Path | None:
    """The database file, or None when the database is elsewhere."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    name = url.removeprefix("sqlite:///")
    return Path(name) if name and name != url else None


@contextlib.contextmanager
def locked(path: Path, wait: bool = False):
    """Hold a lock file; the system frees it when the process ends, however it ends.

    Raises CannotServe when another process holds it and we do not wait.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise CannotServe(f"Another Essaim is already serving {path.parent}.") from None
        yield


@contextlib.contextmanager
def alone(app: Flask):
    """Hold the texts being written against a second server on the same PostgreSQL database.

    Two that share a Redis tell each other what they write; two that do not would each show a text
    that lags behind. Raises CannotServe.
    """
    if sqlite_file(app):
        yield
        return
    from sqlalchemy import text

    with app.app_context():
        engine = db.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LIVE_LOCK}):
            raise CannotServe(
                "Another Essaim already serves this database. To run several, give each the same "
                "ESSAIM_REDIS_URL."
            )
        yield


def serve(app: Flask, host: str, port: int, announce, tls: bool = False) -> None:
    """Serve pages and run jobs until asked to stop; running requests and jobs end first.

    With `tls`, under a certificate of its own.
    """
    pair = certificates.ensure(app.config["DATA"] / "tls", host) if tls else None
    workers = []

    def start_jobs():
        with app.app_context():
            storage.sweep_temporary()
        workers.append(jobs.start_worker(app))
        # What exists now lives as long as the server: the collector need not look at it again.
        gc.collect()
        gc.freeze()

    def start():
        announce(app, seen_from_room(host, port, tls), pair)
        timer.start()

    def stop():
        timer.cancel()
        timer.join()
        for worker in workers:
            jobs.stop_worker(worker, STOP_SECONDS)
        with app.app_context():
            db.engine.dispose()

    timer = threading.Timer(JOBS_AFTER_SECONDS, start_jobs)  # the first page comes first
    wire = Wire(app.config["REDIS_URL"]) if app.config["REDIS_URL"] else None
    listen(Bridge(app, live=Hub(app, wire), on_start=start, on_stop=stop), host, port, pair)


def leave() -> NoReturn:
    """End the process now that all is done.

    The server's own threads can abort in the middle of Python's slow way out.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def check_port(host: str, port: int) -> None:
    """Raise CannotServe when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotServe(
                f"Cannot listen on {host} port {port}: {reason}. Choose another with --port."
            ) from None


def address(host: str, port: int) -> str:
    """What to type in a browser on this machine."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def seen_from_room(host: str, port: int, tls: bool = False) -> str:
    """What the others type: the address of this machine on their network, when it listens there."""
    near = certificates.near_address() if host in ("0.0.0.0", "::") else ""
    plain = address(near or host, port)
    return plain.replace("http://", "https://", 1) if tls else plain


def work(app: Flask) -> None:
    """Run jobs and nothing else until asked to stop."""
    asyncio.run(_work(app))


def listen(bridge: Bridge, host: str, port: int, pair: certificates.Pair | None = None) -> None:
    """Answer requests until asked to stop."""
    asyncio.run(_listen(bridge, host, port, pair))


async def _listen(bridge: Bridge, host: str, port: int, pair: certificates.Pair | None) -> None:
    # Imported late: commands that do not serve need none of it.
    from granian.constants import SSLProtocols
    from granian.server.embed import Server

    sealed = {}
    if pair:
        oldest = SSLProtocols.tls12  # for the computers one finds in a room
        sealed = {"ssl_cert": pair.certificate, "ssl_key": pair.key, "ssl_protocol_min": oldest}
    given = {"address": host, "port": port, "interface": "asgi", "log_enabled": False}
    server = Server(bridge, **given, **sealed)
    _on_signals(server.stop)
    await server.serve()
    if server.interrupt_children:
        raise CannotServe("The server stopped by itself.")


async def _work(app: Flask) -> None:
    asked = asyncio.Event()
    _on_signals(asked.set)
    worker = jobs.start_worker(app)
    await asked.wait()
    await asyncio.to_thread(jobs.stop_worker, worker, STOP_SECONDS)


def _on_signals(stop) -> None:
    """The first signal asks to stop, the second one insists."""
    loop = asyncio.get_running_loop()

    def asked():
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, os._exit, 1)
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)


@contextlib.contextmanager
def _put_back_on_failure(app: Flask):
    """SQLite cannot undo every change of structure: keep a copy until it has succeeded."""
    path = sqlite_file(app)
    kept = _copied(path) if path and path.exists() and path.stat().st_size else None
    try:
        yield
    except Exception as error:
        with app.app_context():
            db.engine.dispose()
        if path:
            for end in ("", "-wal", "-shm"):
                Path(f"{path}{end}").unlink(missing_ok=True)
        if kept:
            shutil.move(kept, path)
        reason = f"The database could not be upgraded and is as it was: {error}"
        raise CannotServe(reason) from error
    if kept:
        kept.unlink(missing_ok=True)


def _copied(path: Path) -> Path:
    kept = path.with_suffix(".before-migration")
    source, target = sqlite3.connect(path), sqlite3.connect(kept)
    try:
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)
    except sqlite3.DatabaseError as error:
        kept.unlink(missing_ok=True)
        raise CannotServe(f"{path} cannot be read ({error}). Restore a backup.") from error
    return kept

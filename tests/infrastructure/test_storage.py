"""Bytes are kept once, whole or not at all."""

import errno
import hashlib
import io
import os
import time

import pytest

from wiki import storage


@pytest.fixture
def inside(on_disk):
    """Run inside the app, which holds no user here."""
    with on_disk.app_context():
        yield on_disk


def everything(app):
    return [p for p in app.config["DATA"].rglob("*") if p.is_file() and "sqlite" not in p.name]


def test_what_is_stored_comes_back(inside):
    bytes_ = os.urandom(3_000_000)
    kept = storage.store(io.BytesIO(bytes_))
    assert kept == (hashlib.sha256(bytes_).hexdigest(), 3_000_000)
    with storage.open_blob(kept.sha256) as file:
        assert file.read() == bytes_


def test_the_same_bytes_are_kept_once(inside):
    first = storage.store(io.BytesIO(b"a" * 1000))
    assert storage.store(io.BytesIO(b"a" * 1000)) == first
    assert len(list(storage.stored())) == 1


def test_too_many_bytes_leave_nothing(inside):
    with pytest.raises(storage.TooLarge):
        storage.store(io.BytesIO(b"a" * 1001), limit=1000)
    assert list(storage.stored()) == []
    assert list(storage.temporary_folder().iterdir()) == []


def test_a_full_disk_is_said_before_writing(inside, monkeypatch):
    monkeypatch.setattr(storage, "free_bytes", lambda: storage.RESERVE + 10)
    with pytest.raises(storage.StorageFull):
        storage.store(io.BytesIO(b"a" * 1000))


def test_a_disk_that_fills_while_writing_leaves_nothing(inside, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(storage.StorageFull):
        storage.store(io.BytesIO(b"a" * 1000))
    monkeypatch.undo()
    assert list(storage.stored()) == []
    assert list(storage.temporary_folder().iterdir()) == []


def test_a_broken_upload_leaves_nothing(inside):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.store(Broken())
    assert list(storage.temporary_folder().iterdir()) == []


def test_names_that_are_no_digest_reach_no_file(inside):
    with pytest.raises(ValueError):
        storage.open_blob("../../secret_key")


def test_damage_is_seen(inside):
    kept = storage.store(io.BytesIO(b"abc"))
    storage.path_of(kept.sha256).write_bytes(b"abd")
    assert list(storage.damaged()) == [kept.sha256]


def test_storing_again_makes_bytes_young_again(inside):
    kept = storage.store(io.BytesIO(b"1"))
    old = time.time() - 2 * storage.STALE_SECONDS
    os.utime(storage.path_of(kept.sha256), (old, old))
    assert storage.age(kept.sha256) > storage.STALE_SECONDS
    storage.store(io.BytesIO(b"1"))
    assert storage.age(kept.sha256) < 60
    assert storage.age("0" * 64) == 0


def test_stale_temporary_files_are_swept(inside):
    old, fresh = (storage.temporary_folder() / name for name in ("old", "fresh"))
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    past = time.time() - 2 * storage.STALE_SECONDS
    os.utime(old, (past, past))
    assert storage.sweep_temporary() == 1
    assert fresh.exists()

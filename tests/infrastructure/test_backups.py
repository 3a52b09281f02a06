"""A backup taken at any moment gives the same site back, or says that it cannot."""

import io
import os
import random
import shutil
import time
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text

from tests.conftest import PASSWORD, SERVER, build_world
from wiki import backups, create_app, doctor, restoring, storage
from wiki.accounts.models import User
from wiki.collections.models import Collection
from wiki.db import db, utcnow
from wiki.files.models import Blob
from wiki.items import documents, folding, live, writing
from wiki.items.models import Event, Item, Revision, Scope
from wiki.mail import Mail, deliver
from wiki.notifications.models import Notice, Pending
from wiki.notifications.telling import tell
from wiki.public.feed_keys import FeedKey
from wiki.search import hook  # noqa: F401 the index follows what is written here
from wiki.search.saved import SavedSearch, send_digests

PICTURE = os.urandom(100_000)


@pytest.fixture(scope="session")
def backup(tmp_path_factory, empty_database):
    """A small inhabited site with one file, and its backup: (path, manifest)."""
    data = tmp_path_factory.mktemp("inhabited")
    shutil.copy(empty_database, data)
    app = create_app(DATA=str(data), CHEAP_PASSWORDS=True)
    with app.app_context():
        build_world()
        kept = storage.store(io.BytesIO(PICTURE))
        db.session.add(Blob(sha256=kept.sha256, size=kept.size, mime="image/png"))
        db.session.add(Mail(to="a@example.org", subject="é", text="t", html=None))
        db.session.commit()
        manifest = backups.write(data / "backup.zip")
        db.engine.dispose()
    return data / "backup.zip", manifest


@pytest.fixture
def nowhere(tmp_path):
    """An app whose data folder is empty."""
    app = create_app(DATA=str(tmp_path / "new"), CHEAP_PASSWORDS=True)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_restored_site_is_the_same_site(backup, nowhere, tmp_path):
    path, manifest = backup
    restoring.restore(nowhere, path)
    with nowhere.app_context():
        again = backups.write(tmp_path / "again.zip")
        assert _lasting(again) == _lasting(manifest)
        assert again["counts"]["revision"] == 5
        with storage.open_blob(manifest["blobs"][0]) as file:
            assert file.read() == PICTURE
        assert doctor.examine()[1] == []


def test_a_text_being_written_is_in_the_backup_and_comes_back_under_another_epoch(
    on_disk, nowhere, tmp_path
):
    with on_disk.app_context():
        page = db.session.get(Item, build_world()["page"])
        state = folding.enter(page, "body")
        doc = documents.made_of(state.updates)
        before = doc.get_state()
        doc["content"].insert(0, "Pas encore une version. ")
        with db.engine.begin() as connection:
            live.append(connection, state.room_id, state.epoch, [(doc.get_update(before), None)])
        path = tmp_path / "backup.zip"
        backups.write(path)
        number = page.id
    restoring.restore(nowhere, path)
    with nowhere.app_context():
        page = db.session.get(Item, number)
        again = folding.enter(page, "body")
        text = documents.text_of(documents.made_of(again.updates))
        assert text.startswith("Pas encore une version. ")
        assert again.epoch > 1_000_000
        folding.fold(page)
        assert page.body == text


def _lasting(manifest: dict) -> dict:
    """What a backup holds, but for letters, closed by restoring, and epochs, which it renews."""
    closed = {"tables/mail.jsonl", "tables/notification_pending.jsonl"}
    closed |= {"tables/site_note.jsonl", "tables/live_room.jsonl"}
    return {name: digest for name, digest in manifest["parts"].items() if name not in closed}


def test_letters_that_waited_when_the_backup_was_made_never_leave_again(on_disk, nowhere, tmp_path):
    with on_disk.app_context():
        ids = build_world()
        karim, page = ids["karim"], db.session.get(Item, ids["page"])
        letter = Mail(to="a@example.org", subject="é", text="the key", arguments={"user": 1})
        letter.reply_to = "who.wrote@example.org"
        writing.watch(page, db.session.get(User, karim))
        writing.log("updated", page, db.session.get(User, ids["nadia"]))
        event = db.session.scalar(select(Event.id).order_by(Event.id.desc()))
        told = {"user_id": karim, "event_id": event, "item_id": page.id, "created_at": utcnow()}
        past = utcnow() - timedelta(days=1)
        notice = Notice(topic="watched", reason="watched", due_at=past, **told)
        search = SavedSearch(
            user_id=karim, name="q", query="q=x", cadence="day", confirmed_at=past, due_at=past
        )
        db.session.add_all([letter, notice, search])
        db.session.commit()
        assert db.session.scalar(select(Pending))
        backups.write(tmp_path / "b.zip")
    restoring.restore(nowhere, tmp_path / "b.zip")
    with nowhere.app_context():
        for sweep in (deliver, tell, send_digests, deliver):
            sweep()
        assert not list(nowhere.config["DATA"].rglob("*.eml"))
        [kept] = db.session.scalars(select(Mail))
        assert (kept.due_at, kept.sent_at, kept.text, kept.reply_to) == (None, None, "", None)
        assert "restored" in kept.error
        waiting = db.session.scalar(select(Notice))
        assert (waiting.due_at, waiting.read_at, waiting.told_at) == (None, None, None)
        assert db.session.scalar(select(SavedSearch)).due_at > utcnow()
    admin = nowhere.test_client()
    admin.post("/login", data={"email": "admin@example.org", "password": PASSWORD})
    assert "not sent again" in admin.get("/admin/", headers={"Accept-Language": "en"}).text


def test_secret_addresses_do_not_come_back(on_disk, nowhere, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "LEFT_OUT", ("alembic_version", "user_session", "search_"))
    with on_disk.app_context():
        ids = build_world()
        FeedKey.issue(db.session.get(User, ids["karim"]), ids["ours"])
        collection = Collection(group_id=ids["ours"], title="Choix", scope=Scope.GROUP)
        collection.door, collection.door_until = "x" * 64, utcnow() + timedelta(days=9)
        writing.save(collection, db.session.get(User, ids["nadia"]))
        backups.write(tmp_path / "b.zip")
    restoring.restore(nowhere, tmp_path / "b.zip")
    with nowhere.app_context():
        assert db.session.scalars(select(FeedKey)).all() == []
        assert db.session.scalar(select(Collection)).door is None


def test_a_restored_site_can_be_written_in(backup, nowhere):
    restoring.restore(nowhere, backup[0])
    with nowhere.app_context():
        db.session.add(User(name="Neuf", email="neuf@example.org"))
        db.session.commit()
        item = db.session.scalar(select(Item))
        assert item.created_at.tzinfo
        assert db.session.scalar(select(Revision).where(Revision.item_id == item.id)).data["title"]


def test_devices_and_the_index_are_not_in_a_backup(backup):
    names = zipfile.ZipFile(backup[0]).namelist()
    left_out = ("tables/user_session", "tables/feed_key", "tables/search_")
    assert not [n for n in names if n.startswith(left_out)]


def test_one_flipped_byte_is_found_wherever_it_is(backup, tmp_path):
    original = backup[0].read_bytes()
    copy = tmp_path / "copy.zip"
    places = {0, len(original) - 1, len(original) - 64, len(original) - 65}
    places |= {random.Random(7).randrange(len(original)) for _ in range(30)}
    for place in places:
        flipped = bytearray(original)
        flipped[place] ^= 1
        copy.write_bytes(flipped)
        with pytest.raises(ValueError, match="not a whole backup"):
            backups.verify(copy)


@pytest.mark.parametrize("length", [0, 10, 64, 5000])
def test_a_cut_backup_is_refused_and_leaves_the_place_empty(backup, nowhere, tmp_path, length):
    copy = tmp_path / "copy.zip"
    copy.write_bytes(backup[0].read_bytes()[:length])
    with pytest.raises(ValueError, match="not a whole backup"):
        restoring.restore(nowhere, copy)
    assert not (nowhere.config["DATA"] / "essaim.sqlite").exists()


def test_an_inhabited_place_is_never_overwritten(backup, nowhere):
    restoring.restore(nowhere, backup[0])
    with pytest.raises(ValueError, match="empty"):
        restoring.restore(nowhere, backup[0])


def test_a_restore_that_fails_can_be_tried_again(backup, nowhere, monkeypatch):
    monkeypatch.setattr(storage, "store", lambda blob: (_ for _ in ()).throw(OSError("broken")))
    with pytest.raises(OSError, match="broken"):
        restoring.restore(nowhere, backup[0])
    monkeypatch.undo()
    restoring.restore(nowhere, backup[0])


def test_a_backup_of_a_newer_essaim_is_refused(backup, nowhere, monkeypatch):
    monkeypatch.setattr(restoring.migrating, "newest", lambda: "0000")
    with pytest.raises(ValueError, match="newer"):
        restoring.restore(nowhere, backup[0])


def test_a_backup_shows_one_moment_while_people_write(on_disk, tmp_path, monkeypatch):
    """Rows written after the backup began are not in it, even in tables read later."""
    original = backups._add_table

    def write_meanwhile(archive, connection, table, manifest):
        with on_disk.app_context():
            db.session.add(User(name="x", email=f"{table.name}@example.org"))
            db.session.commit()
        original(archive, connection, table, manifest)

    monkeypatch.setattr(backups, "_add_table", write_meanwhile)
    with on_disk.app_context():
        manifest = backups.write(tmp_path / "b.zip")
        assert manifest["counts"]["user"] == 0
        assert db.session.scalar(text('SELECT count(*) FROM "user"')) > 10


def test_automatic_backups_keep_to_their_number(on_disk):
    on_disk.config["BACKUP_KEEP"] = 2
    with on_disk.app_context():
        backups.back_up_in_time()
        [first] = backups.folder().iterdir()
        backups.back_up_in_time()
        assert len(list(backups.folder().iterdir())) == 1
        old = time.time() - 25 * 3600
        for number in range(3):
            copy = backups.folder() / f"essaim-2020010{number}-000000.zip"
            shutil.copy(first, copy)
        for path in backups.folder().iterdir():
            os.utime(path, (old, old))
        backups.back_up_in_time()
        names = sorted(p.name for p in backups.folder().iterdir())
    assert len(names) == 2
    assert names[0] == first.name or names[1].startswith(f"essaim-{utcnow():%Y}")


def test_no_room_for_a_backup_is_a_warning_and_not_a_crash(on_disk, monkeypatch):
    with on_disk.app_context():
        assert "No backup has been made yet." in backups.state().warnings
        backups.back_up_in_time()
        assert backups.state().warnings == []
        old = time.time() - 100 * 3600
        for path in backups.folder().iterdir():
            os.utime(path, (old, old))
        monkeypatch.setattr(storage, "free_bytes", lambda: 1000)
        backups.back_up_in_time()
        warnings = backups.state().warnings
    assert "The disk is nearly full." in warnings
    assert "The last backup is old." in warnings
    assert "There is no room for the next backup." in warnings


def test_the_doctor_finds_a_missing_version_and_a_damaged_file(on_disk):
    with on_disk.app_context():
        build_world()
        assert doctor.examine()[1:] == ([], ["No backup has been made yet."])
        kept = storage.store(io.BytesIO(b"abc"))
        db.session.add(Blob(sha256=kept.sha256, size=3, mime="text/plain"))
        db.session.add(Blob(sha256="a" * 64, size=3, mime="text/plain"))
        storage.path_of(kept.sha256).write_bytes(b"abd")
        db.session.execute(text("DELETE FROM revision WHERE id = 1"))
        db.session.commit()
        wrong = "\n".join(doctor.examine()[1])
    assert "0 versions kept" in wrong
    assert f"{'a' * 64} are missing" in wrong
    assert f"{kept.sha256} are damaged" in wrong


@pytest.mark.skipif(not SERVER, reason="ESSAIM_TEST_DATABASE_URL names no PostgreSQL")
def test_a_backup_goes_to_the_other_database_and_back(backup, nowhere, tmp_path, another_database):
    path, manifest = backup
    there = create_app(DATA=str(tmp_path / "pg"), DATABASE_URL=another_database)
    restoring.restore(there, path)
    with there.app_context():
        assert _lasting(backups.write(tmp_path / "pg.zip")) == _lasting(manifest)
        db.session.add(User(name="Neuf", email="neuf@example.org"))
        db.session.commit()
        with pytest.raises(ValueError, match="empty"):
            restoring.restore(there, path)
        db.session.remove()
        db.engine.dispose()
    restoring.restore(nowhere, tmp_path / "pg.zip")
    with nowhere.app_context():
        assert _lasting(backups.write(tmp_path / "back.zip")) == _lasting(manifest)


@pytest.fixture
def another_database():
    """The address of an empty PostgreSQL database."""
    base = SERVER.replace("postgresql://", "postgresql+psycopg://").rpartition("/")[0]
    name = f"essaim_backup_{os.getpid()}"
    server = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{base}/{name}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()

"""What was withdrawn does not come back: not with an old backup, not with the same bytes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import SERVER, _Postgres
from tests.consents import scene
from wiki import backups, create_app, restoring, storage
from wiki.consents import book, deciding, erasing, links
from wiki.consents.models import ConsentLink, Medium, Person, Tombstone
from wiki.db import db, utcnow
from wiki.files import previews, sweeping
from wiki.files.models import Blob
from wiki.items.models import Item, Scope


@pytest.fixture
def shown(app, client_of, world, tmp_path):
    """A public photo of Fatou, who agreed; her number and its own."""
    book_of(app).unlink(missing_ok=True)
    photo = scene.send(client_of("nadia"), world.ours, "atelier.jpg", scene.jpeg(61))
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.get(Item, photo).scope = Scope.PUBLIC
        db.session.commit()
        scene.appear(person.id, photo, Medium.IMAGE)
        scene.agree(person.id, Scope.PUBLIC)
        return person.id, photo


@pytest.fixture
def nowhere(settings, tmp_path):
    """An app with an empty data folder."""
    store = _Postgres(SERVER) if SERVER else None
    url = {"DATABASE_URL": store.url} if store else {}
    empty = create_app(**{**settings, **url, "DATA": str(tmp_path / "elsewhere")})
    yield empty
    with empty.app_context():
        db.session.remove()
        db.engine.dispose()
    if store:
        store.close()


def book_of(app) -> Path:
    return Path(app.config["DATA"]) / book.NAME


def withdraw(app, person: int) -> None:
    with app.app_context():
        deciding.withdraw(db.session.get(Person, person), None)
        db.session.commit()


def is_served(app, photo: int) -> bool:
    at = f"/files/{photo}/preview/thumb"
    return app.test_client().get(at, buffered=True).status_code == 200


def test_an_old_backup_does_not_bring_back_what_was_withdrawn_since(app, nowhere, shown, tmp_path):
    person, photo = shown
    old = tmp_path / "backups" / "old.zip"
    old.parent.mkdir()
    with app.app_context():
        backups.write(old)
    withdraw(app, person)
    with app.app_context():
        backups.write(tmp_path / "backups" / "new.zip")  # lays the book beside both
    manifest = restoring.restore(nowhere, old)
    assert manifest["withdrawn"] == 1
    assert not is_served(nowhere, photo)
    with nowhere.app_context():
        assert db.session.get(Item, photo).ceiling == Scope.DRAFT


def test_without_a_book_the_old_backup_is_as_it_was(app, nowhere, shown, tmp_path):
    with app.app_context():
        backups.write(tmp_path / "old.zip")
    assert restoring.restore(nowhere, tmp_path / "old.zip")["withdrawn"] == 0
    assert is_served(nowhere, shown[1])


def test_the_book_may_be_given_or_lie_in_the_data_folder(app, nowhere, shown, tmp_path):
    person, photo = shown
    with app.app_context():
        backups.write(tmp_path / "old.zip")
    withdraw(app, person)
    with app.app_context():
        book.write()
        book_of(nowhere).write_bytes(book_of(app).read_bytes())
    restoring.restore(nowhere, tmp_path / "old.zip")
    assert not is_served(nowhere, photo)


def test_narrowing_holds_too_and_links_closed_stay_closed(app, nowhere, shown, tmp_path):
    person, photo = shown
    with app.app_context():
        token = links.make(db.session.get(Person, person), None)
        db.session.commit()
        backups.write(tmp_path / "old.zip")
        deciding.narrow(db.session.get(Person, person), Scope.GROUP, None)
        links.close(db.session.get(Person, person), None)
        db.session.commit()
        book.write()
    restoring.restore(nowhere, tmp_path / "old.zip", book_of(app))
    with nowhere.app_context():
        assert db.session.get(Item, photo).ceiling == Scope.GROUP
        assert db.session.scalar(select(ConsentLink)).revoked_at
    assert nowhere.test_client().get(f"/accord/{token}").status_code == 404


def test_a_photo_marked_after_the_backup_is_sealed_by_its_bytes(app, nowhere, world, client_of,
                                                                tmp_path):  # fmt: skip
    book_of(app).unlink(missing_ok=True)
    photo = scene.send(client_of("nadia"), world.ours, "atelier.jpg", scene.jpeg(62))
    with app.app_context():
        db.session.get(Item, photo).scope = Scope.PUBLIC
        db.session.commit()
        backups.write(tmp_path / "old.zip")
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.commit()
        scene.appear(person.id, photo, Medium.IMAGE)
        number = person.id
    withdraw(app, number)
    with app.app_context():
        book.write()
    restoring.restore(nowhere, tmp_path / "old.zip", book_of(app))
    assert not is_served(nowhere, photo)


def test_the_book_holds_numbers_and_hashes_only(app, shown):
    withdraw(app, shown[0])
    with app.app_context():
        book.write()
        book.write()
    text = book_of(app).read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 1
    assert lines[0]["sealed"][0][0] == shown[1]
    assert "Fatou" not in text
    assert "atelier" not in text


def test_after_thirty_days_the_bytes_are_gone(app, shown):
    person, photo = shown
    with app.app_context():
        sha256 = scene.file_of(photo).sha256
        previews.path(sha256, "thumb")
    withdraw(app, person)
    with app.app_context():
        assert erasing.erase_in_time() == 0
        db.session.execute(db.update(Tombstone).values(purge_at=utcnow() - timedelta(days=1)))
        db.session.execute(
            db.update(Blob).values(created_at=utcnow() - timedelta(days=40))
        )  # fmt: skip
        db.session.commit()
        assert erasing.erase_in_time() == 1
        assert db.session.get(Item, photo) is None
        sweep_old(sha256)
        assert not storage.path_of(sha256).exists()
        assert not previews.place(sha256, "thumb.webp").exists()
        assert db.session.scalar(select(Tombstone.sha256).where(Tombstone.sha256 == sha256))


def sweep_old(sha256: str) -> None:
    """Sweep as if the bytes had been there for long."""
    import os
    import time

    old = time.time() - 40 * 86400
    os.utime(storage.path_of(sha256), (old, old))
    sweeping.sweep()


def test_the_same_bytes_sent_after_the_erasure_are_sealed(app, client_of, world, shown):
    person, _photo = shown
    withdraw(app, person)
    with app.app_context():
        db.session.execute(db.update(Tombstone).values(purge_at=utcnow() - timedelta(days=1)))
        db.session.commit()
        erasing.erase_in_time()
    again = scene.send(client_of("karim"), world.ours, "retour.jpg", scene.jpeg(61))
    assert client_of("karim").get(f"/files/{again}").status_code == 404
    with app.app_context():
        scene.agree(person, Scope.GROUP)  # she changes her mind: it may be sent again
        later = scene.send(client_of("karim"), world.ours, "encore.jpg", scene.jpeg(61))
    assert client_of("karim").get(f"/files/{later}").status_code == 200


def test_a_text_is_kept_sealed_rather_than_erased(app, world):
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.commit()
        scene.appear(person.id, world.public_page, Medium.WORDS)
        deciding.withdraw(person, None)
        db.session.execute(db.update(Tombstone).values(purge_at=utcnow() - timedelta(days=1)))
        db.session.commit()
        assert erasing.erase_in_time() == 0
        assert db.session.get(Item, world.public_page).ceiling == Scope.DRAFT

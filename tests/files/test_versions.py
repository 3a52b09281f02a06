"""A file through time: new versions, old ones brought back, what is said of it."""

import io
import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.files import samples
from wiki import storage
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.files import previews, sweeping
from wiki.files.models import Blob, File, FileVersion, of
from wiki.groups.models import Group
from wiki.items import history
from wiki.items.models import Item, Revision, Scope
from wiki.items.writing import duplicate, publish, trash


def test_a_new_version_takes_the_place_and_the_old_one_stays(karim, nadia):
    sent = karim.send("plan.txt", b"un")
    answer = nadia.upload(f"/files/{sent.id}/versions", "plan v2.txt", b"deux", note="Relu")
    assert answer.status_code == 201
    assert answer.json["changed"]
    assert karim.get(sent.download_url).data == b"deux"
    assert karim.get(f"/files/{sent.id}/versions/1").data == b"un"
    assert karim.get(f"/files/{sent.id}/versions/2").data == b"deux"
    assert karim.get(f"/files/{sent.id}/versions/3").status_code == 404
    page = karim.get(sent.url).text
    assert "plan v2.txt" in page
    assert "Nadia Ferrec" in page


def test_the_same_bytes_are_no_new_version(karim):
    sent = karim.send("plan.txt", b"un")
    answer = karim.upload(f"/files/{sent.id}/versions", "autre.txt", b"un")
    assert (answer.status_code, answer.json["changed"]) == (200, False)
    assert karim.get(f"/files/{sent.id}/versions/2").status_code == 404


def test_a_version_is_sent_without_javascript(karim):
    sent = karim.send("plan.txt", b"un")
    assert karim.post(f"/files/{sent.id}/versions").status_code == 422
    assert karim.upload(f"/files/{sent.id}/versions", "vide.txt", b"").status_code == 422
    assert karim.get(sent.download_url).data == b"un"


@pytest.mark.parametrize("way", ["files", "items"])
def test_an_old_version_comes_back_with_its_picture_and_words(karim, app, way):
    sent = karim.send("note.txt", b"les mots d'avant")
    karim.upload(f"/files/{sent.id}/versions", "photo.jpg", samples.photo())
    with app.app_context():
        file = db.session.get(File, sent.id)
        assert (file.cover_id, file.text) == (sent.id, "")
    if way == "files":
        assert karim.post(f"/files/{sent.id}/versions/1/restoration").status_code == 303
    else:
        with app.app_context():
            file = db.session.get(File, sent.id)
            history.revert(file, history.revision(file, 1), file.author, "")
    with app.app_context():
        file = db.session.get(File, sent.id)
        assert (file.cover_id, file.text) == (None, "les mots d'avant")
        assert file.version().number == 1
        assert len(db.session.scalars(select(Revision).filter_by(item_id=file.id)).all()) == 3
    assert karim.get(sent.download_url).data == b"les mots d'avant"


def test_each_version_of_a_photo_has_its_own_original(karim, rosa):
    sent = karim.send("a.jpg", samples.photo())
    karim.upload(f"/files/{sent.id}/versions", "b.jpg", samples.photo(6))
    assert karim.get(f"/files/{sent.id}/original").data == samples.photo(6)
    karim.post(f"/files/{sent.id}/versions/1/restoration")
    assert karim.get(f"/files/{sent.id}/original").data == samples.photo()
    assert rosa.get(f"/files/{sent.id}/original").status_code == 403


def test_a_file_is_described(karim, app):
    sent = karim.send("a.jpg", samples.photo())
    karim.post("/files/folders/new", group=karim.group, name="Photos")
    fields = {"title": "Le potager", "summary": "En mai.", "credit": "Rosa", "folder": 1}
    fields |= {"alt": "Trois personnes [plantent]", "revision": 1}
    answer = karim.post(f"/files/{sent.id}/edit", **fields)
    assert answer.status_code == 303
    page = karim.get(answer.location).text
    for words in ("Le potager", "En mai.", "Trois personnes [plantent]", "Rosa", "Photos"):
        assert words in page
    with app.app_context():
        file = db.session.get(File, sent.id)
        assert file.markdown == (f"![Trois personnes plantent](/files/{sent.id}/preview/medium)")
    assert karim.post(f"/files/{sent.id}/edit", title="").status_code == 422
    assert karim.post(f"/files/{sent.id}/edit", title="x", folder=77).status_code == 422


def test_two_who_describe_the_same_thing_are_told(karim, nadia):
    sent = karim.send("a.txt", b"a")
    nadia.post(f"/files/{sent.id}/edit", title="De Nadia", folder="", revision=1)
    answer = karim.post(f"/files/{sent.id}/edit", title="De Karim", folder="", revision=1)
    assert answer.status_code == 409
    assert "De Karim" in answer.text
    assert "De Nadia" in answer.text
    assert "De Nadia" in karim.get(sent.url).text


def test_a_copy_has_the_bytes_and_not_the_original(karim, app, world):
    sent = karim.send("a.jpg", samples.photo())
    with app.app_context():
        rosa = db.session.get(User, world.rosa)
        duplicate(db.session.get(File, sent.id), rosa, db.session.get(Group, world.theirs))
        copy = db.session.scalar(select(File).where(File.id != sent.id))
        assert (copy.sha256, copy.cover_id) == (sent.sha256, copy.id)
        assert copy.version().original_sha256 is None


def test_a_name_is_erased_from_every_version(karim, app):
    sent = karim.send("Portrait de Béa.txt", b"un")
    karim.upload(f"/files/{sent.id}/versions", "BÉA relu par Ada.txt", b"deux")
    with app.app_context():
        file = db.session.get(File, sent.id)
        for name in ("Béa", "Ada", file.sha256[:2]):
            history.erase(file, name, "X", file.author)
    page = karim.get(sent.url).text.partition("<main")[2]
    assert not any(name in page for name in ("Béa", "BÉA", "Ada"))
    assert karim.get(sent.download_url).data == b"deux"
    assert "B%C3%89A" not in karim.get(sent.download_url).headers["Content-Disposition"]
    assert karim.post(f"/items/{sent.id}/revisions/1/restoration").status_code == 303
    assert karim.get(sent.download_url).data == b"un"


def test_where_a_file_is_used(karim, app, world):
    sent = karim.send("plan.txt", b"plan", parent=world.page)
    with app.app_context():
        karim_ = db.session.get(User, world.karim)
        assert [file.id for file in of(world.page, karim_)] == [sent.id]
        stranger = db.session.get(User, world.stranger)
        assert of(world.page, stranger) == []


def test_bytes_that_nothing_names_go_after_a_day(karim, app):
    kept, gone = karim.send("a.txt", b"reste"), karim.send("b.jpg", samples.photo())
    karim.get(f"/files/{gone.id}/preview/thumb")
    with app.app_context():
        db.session.delete(db.session.get(Item, gone.id))
        db.session.commit()
        assert sweeping.sweep() == 0
        db.session.execute(update(Blob).values(created_at=utcnow() - timedelta(days=2)))
        db.session.commit()
        _age(gone.sha256, kept.sha256)
        assert storage.path_of(gone.sha256).exists()
        sweeping.sweep()
        assert not storage.path_of(gone.sha256).exists()
        assert not previews.place(gone.sha256, "thumb.webp").exists()
        assert storage.path_of(kept.sha256).exists()
        assert db.session.get(Blob, gone.sha256) is None
    assert karim.get(kept.download_url).data == b"reste"


def test_the_trash_keeps_bytes_and_room(karim, app):
    sent = karim.send("a.txt", b"au panier")
    with app.app_context():
        file = db.session.get(File, sent.id)
        trash(file, file.author)
        db.session.execute(update(Blob).values(created_at=utcnow() - timedelta(days=2)))
        db.session.commit()
        _age(sent.sha256)
        sweeping.sweep()
        assert storage.path_of(sent.sha256).exists()
        assert db.session.scalars(select(FileVersion).filter_by(file_id=sent.id)).one()


def _age(*names: str) -> None:
    for name in names:
        os.utime(storage.path_of(name), (time.time() - 200_000,) * 2)


def test_what_a_file_was_before_it_was_shown_stays_in_the_group(karim, nadia, others, app, world):
    sent = karim.send("avec le nom.txt", b"Fatou")
    karim.upload(f"/files/{sent.id}/versions", "sans nom.txt", b"Elle")
    with app.app_context():
        file, author = db.session.get(File, sent.id), db.session.get(User, world.nadia)
        publish(file, Scope.PUBLIC, author, wide=True)
    assert karim.get(f"/files/{sent.id}/versions/1").data == b"Fatou"
    for other in others:
        assert other.get(f"/files/{sent.id}/versions/1").status_code == 404
        assert other.get(f"/files/{sent.id}/versions/2").data == b"Elle"
        assert "avec le nom" not in other.get(sent.url).text


def test_the_same_bytes_in_a_draft_are_not_told(karim, nadia, app):
    hidden = nadia.send("Projet secret.txt", b"pareil")
    with app.app_context():
        db.session.get(File, hidden.id).scope = Scope.DRAFT
        db.session.commit()
    sent = karim.send("autre.txt", b"pareil")
    assert "Projet secret" not in karim.get(sent.url).text
    assert "Projet secret" in nadia.get(sent.url).text


def test_bytes_arriving_during_the_sweep_are_kept(app, monkeypatch):
    with app.app_context():
        kept = storage.store(io.BytesIO(b"attendu"))
        old = time.time() - 3 * sweeping.GRACE.total_seconds()
        os.utime(storage.path_of(kept.sha256), (old, old))

        def sent_again(_sha256):
            storage.store(io.BytesIO(b"attendu"))
            return False  # not committed yet

        monkeypatch.setattr(sweeping, "_is_named", sent_again)
        sweeping.sweep()
        assert storage.path_of(kept.sha256).exists()
        storage.delete(kept.sha256)

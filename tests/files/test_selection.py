"""Several files at once: moved, copied, named, thrown away and back, taken away as a zip."""

import io
import zipfile

import pytest

from tests.conftest import SERVER
from wiki.db import db
from wiki.files import counting
from wiki.files.models import File, Folder
from wiki.items.models import Item, Scope


def made(karim, name, parent=""):
    answer = karim.post("/files/folders/new", group=karim.group, name=name, parent=parent)
    return int(answer.location.rpartition("=")[2])


def test_ticked_files_are_copied_with_their_words(karim, app, world):
    sent = karim.send("plan.txt", b"le plan")
    folder = made(karim, "Archives")
    karim.post("/files/selection", do="copy", group=world.ours, folder=folder, file=sent.id)
    with app.app_context():
        copy = db.session.scalar(db.select(File).where(File.folder_id == folder))
        assert (copy.title, copy.scope, copy.author_id) == ("Plan", Scope.GROUP, world.karim)
        assert copy.extra["copied_from"] == sent.id
        number = copy.id
    assert karim.get(f"/files/{number}/download").data == b"le plan"


def test_ticked_files_take_one_title_with_a_number(karim, app, world):
    ids = [karim.send(name, name.encode()).id for name in ("a.txt", "b.txt")]
    karim.post("/files/selection", do="name", group=world.ours, title=" Au  jardin ", file=ids)
    with app.app_context():
        assert [db.session.get(File, n).title for n in ids] == ["Au jardin 1", "Au jardin 2"]
    asked = karim.post("/files/selection", do="name", group=world.ours, title="", file=ids)
    assert asked.status_code == 303


def test_ticked_files_go_to_the_trash_and_come_back_together(karim, rosa, world):
    ids = [karim.send(name, name.encode()).id for name in ("a.txt", "b.txt")]
    karim.post("/files/selection", do="trash", group=world.ours, file=ids)
    assert [karim.get(f"/files/{n}").status_code for n in ids] == [404, 404]
    back = f"/files/selection/restoration?file={ids[0]}&file={ids[1]}"
    assert rosa.post(back).status_code == 404
    assert karim.post(back).status_code == 303
    assert [karim.get(f"/files/{n}").status_code for n in ids] == [200, 200]


def test_what_one_may_not_change_is_left_alone(karim, nadia, rosa, others, app):
    group = karim.group
    theirs = nadia.send("secret.txt", b"x").id
    with app.app_context():
        db.session.get(Item, theirs).scope = Scope.DRAFT
        db.session.commit()
    for do in ("move", "copy", "name", "trash"):
        karim.post("/files/selection", do=do, group=group, file=theirs, title="Vol")
        for other in [rosa, *others]:
            asked = other.post("/files/selection", do=do, group=group, file=theirs)
            assert asked.status_code in (303, 401, 403, 404)
    with app.app_context():
        kept = db.session.get(File, theirs)
        assert (kept.title, kept.trashed_at) == ("Secret", None)
        assert db.session.scalar(db.select(db.func.count()).select_from(File)) == 1
    assert karim.post("/files/selection", do="burn", group=group).status_code == 422


def test_folders_move_with_what_they_hold_and_never_into_themselves(karim, app, world):
    outer, inner = made(karim, "Photos"), made(karim, "2026")
    karim.post("/files/selection", do="move", group=world.ours, folder=outer, inner=inner)
    karim.post("/files/selection", do="move", group=world.ours, folder=inner, inner=outer)
    with app.app_context():
        assert db.session.get(Folder, inner).parent_id == outer
        assert db.session.get(Folder, outer).parent_id is None


def unzipped(answer) -> dict[str, bytes]:
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_folder_leaves_as_a_zip_with_its_accents_and_without_clashes(karim, rosa):
    folder = made(karim, "Été à l’atelier")
    below = made(karim, "Août", folder)
    karim.send("récit.txt", b"un", folder=folder)
    karim.send("RÉCIT.txt", b"deux", folder=folder)
    karim.send("noël.txt", b"trois", folder=below)
    karim.send("ailleurs.txt", b"quatre")
    answer = rosa.get(f"/files/folders/{folder}/archive")
    assert "filename*=UTF-8''%C3%89t%C3%A9%20" in answer.headers["Content-Disposition"]
    assert unzipped(answer) == {
        "récit.txt": b"un", "RÉCIT (2).txt": b"deux", "Août/noël.txt": b"trois",
    }  # fmt: skip
    everything = unzipped(karim.get(f"/files/archive?group={karim.group}"))
    assert set(everything) == {
        "ailleurs.txt", "Été à l’atelier/récit.txt", "Été à l’atelier/RÉCIT (2).txt",
        "Été à l’atelier/Août/noël.txt",
    }  # fmt: skip


def test_a_zip_holds_only_what_its_reader_may_read(karim, nadia, others, app, world):
    open_one, closed = karim.send("ouvert.txt", b"1"), nadia.send("brouillon.txt", b"2")
    with app.app_context():
        db.session.get(Item, closed.id).scope = Scope.DRAFT
        db.session.get(Item, open_one.id).scope = Scope.PUBLIC
        db.session.commit()
    both = f"/files/archive?group={world.ours}&file={open_one.id}&file={closed.id}"
    assert list(unzipped(karim.get(both))) == ["ouvert.txt"]
    folder = made(karim, "Photos")
    for other in others:
        assert list(unzipped(other.get(both))) == ["ouvert.txt"]
        assert other.get(f"/files/archive?group={world.ours}").status_code == 404
        assert other.get(f"/files/folders/{folder}/archive").status_code == 404
        assert other.get(f"/files/archive?group={world.ours}&file={closed.id}").status_code == 404


def test_a_text_is_compared_between_versions(karim, rosa, others, world):
    sent = karim.send("note.txt", b"Salle basse\nDix chaises\n")
    new = b"Salle haute\nDix chaises\nUne table\n"
    karim.upload(f"/files/{sent.id}/versions", "note.txt", new)
    page = rosa.get(f"/files/{sent.id}/diff?from=1&to=2").text
    assert "<del>basse</del>" in page
    assert "Une table" in page
    assert f"/files/{sent.id}/diff?from=1&amp;to=2" in rosa.get(sent.url).text
    assert rosa.get(f"/files/{sent.id}/diff?from=1&to=9").status_code == 404
    for other in others:
        assert other.get(f"/files/{sent.id}/diff?from=1&to=2").status_code in (303, 404)


def test_words_erased_for_good_are_not_compared(nadia, world):
    sent = nadia.send("note.txt", b"Samira est venue")
    nadia.upload(f"/files/{sent.id}/versions", "note.txt", b"Samira est partie")
    nadia.post(f"/items/{sent.id}/erasure", words="Samira", instead="une personne", sure="yes")
    assert nadia.get(f"/files/{sent.id}/diff?from=1&to=2").status_code in (200, 404)
    assert "Samira" not in nadia.get(f"/files/{sent.id}/diff?from=1&to=2").text


def test_downloads_are_counted_and_nothing_else_of_them(karim, rosa, app):
    sent = karim.send("plan.txt", b"le plan")
    counting._waiting.take()  # what other tests counted under the same number
    for headers in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=3-"}, {"If_None_Match": '"x"'}):
        rosa.get(sent.download_url, **headers)
    rosa.client.head(sent.download_url, buffered=True)
    assert "2 fois" in karim.get(sent.url).text
    with app.app_context():
        counting.write()
        assert db.session.get(counting.DownloadCount, sent.id).times == 2
    assert "2 fois" in karim.get(sent.url).text


def test_a_count_for_a_file_that_is_gone_is_let_go(app):
    with app.app_context():
        counting._waiting.counts[999_999] += 1
        counting.write()
        assert db.session.get(counting.DownloadCount, 999_999) is None


@pytest.mark.skipif(bool(SERVER), reason="the database is told to be read only in SQLite's way")
def test_a_count_that_cannot_be_written_waits_and_the_file_leaves(nadia, app):
    sent = nadia.send("note.txt", b"bonjour")
    counting._waiting.take()
    counting._waiting.since -= 2 * counting.EVERY
    with app.app_context():
        db.session.execute(db.text("PRAGMA query_only=ON"))
        db.session.commit()
    assert nadia.get(sent.download_url).data == b"bonjour"
    with app.app_context():
        db.session.execute(db.text("PRAGMA query_only=OFF"))
        counting.write()
        assert db.session.get(counting.DownloadCount, sent.id).times == 1

"""Sending files: what is kept, what is refused, what is said."""

import hashlib
import io
import re

import pytest
from sqlalchemy import func, select

from tests.files import samples
from wiki import storage
from wiki.db import db
from wiki.files import uploads
from wiki.files.models import File, FileVersion
from wiki.items.models import Event, Revision


def test_what_was_sent_comes_back_byte_for_byte(karim):
    data = b"Compte rendu\n" * 1000
    sent = karim.send("0_1520583965658_STRATEGIE.txt", data)
    got = karim.get(sent.download_url)
    assert got.data == data
    assert sent.sha256 == hashlib.sha256(data).hexdigest()
    assert sent.title == "Strategie"
    assert sent.markdown == f"{{{{fichier {sent.id}}}}}"


def test_the_page_of_a_file_says_who_sent_it_and_its_size(karim):
    sent = karim.send("Budget prévisionnel.csv", "poste;somme\ncafé;12\n".encode())
    page = karim.get(sent.url).text
    assert "Budget prévisionnel" in page
    assert "Karim" in page
    assert "café;12" in page


def test_an_upload_is_one_item_one_version_one_event(karim, app):
    sent = karim.send("note.txt", b"bonjour")
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Revision.item_id == sent.id)) == 1
        assert db.session.scalar(select(func.count()).where(FileVersion.file_id == sent.id)) == 1
        verbs = db.session.scalars(select(Event.verb).where(Event.item_id == sent.id)).all()
        assert verbs == ["created"]


def test_several_files_are_sent_without_javascript(karim, world):
    files = [(io.BytesIO(b"un"), "un.txt"), (io.BytesIO(b"deux"), "deux.txt")]
    answer = karim.post("/files/new", group=world.ours, file=files)
    assert answer.status_code == 303
    assert answer.location == f"/files?group={world.ours}" or "group=" in answer.location
    page = karim.get(f"/files?group={world.ours}").text
    assert ">Un<" in page
    assert ">Deux<" in page


def test_a_refused_file_takes_no_other_with_it(karim, world):
    files = [(io.BytesIO(b""), "vide.txt"), (io.BytesIO(b"plein"), "plein.txt")]
    answer = karim.post("/files/new", group=world.ours, file=files)
    assert answer.status_code == 422
    assert "vide.txt" in answer.text
    assert ">Plein<" in answer.text


def test_two_same_names_are_both_kept(karim, world):
    first, second = karim.send("photo.txt", b"1"), karim.send("photo.txt", b"2")
    assert first.id != second.id
    assert karim.get(first.download_url).data == b"1"
    assert karim.get(second.download_url).data == b"2"


def test_the_same_bytes_twice_are_told(karim, world):
    first = karim.send("plan.txt", b"le plan")
    answer = karim.post("/files/new", group=world.ours, file=(io.BytesIO(b"le plan"), "copie.txt"))
    page = karim.get(answer.location).text
    assert first.title in page
    assert page.count("banner--care") >= 1
    trash = re.search(r'action="(/items/\d+/trash)"><button[^>]*>.{,200}cette copie', page)[1]
    assert karim.post(trash).status_code == 303
    assert karim.get(answer.location).status_code == 404
    assert karim.get(first.url).status_code == 200


def test_nothing_chosen_is_said(karim, world):
    nothing = (io.BytesIO(b""), "")
    assert karim.post("/files/new", group=world.ours, file=nothing).status_code == 422
    sent_by_script = karim.post("/files/new", group=world.ours)
    assert (sent_by_script.status_code, sent_by_script.location) == (
        303,
        f"/files?group={world.ours}",
    )


def test_an_empty_file_is_refused(karim):
    answer = karim.send("vide.pdf", b"", 422)
    assert answer.error["code"] == "refused"


def test_a_file_too_large_is_refused_and_leaves_nothing(karim, app, monkeypatch):
    monkeypatch.setitem(app.config, "UPLOAD_MAX_MB", 1)
    before = _stored(app)
    assert karim.send("gros.bin", b"x" * 1_000_001, 413).error["code"] == "too_large"
    assert _stored(app) == before
    karim.send("juste.bin", b"\x00" * 1_000_000)


def test_a_body_too_large_is_refused_by_its_length(karim, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    assert karim.send("gros.bin", b"x" * 5000, 413).error["code"]


def test_a_group_without_room_is_told_how_much_is_left(karim, app, monkeypatch):
    karim.send("a.bin", b"\x01" * 600_000)
    monkeypatch.setitem(app.config, "GROUP_QUOTA_MB", 1)
    refused = karim.send("b.bin", b"\x02" * 600_000, 422)
    assert refused.error["code"] == "quota"
    assert "400" in refused.error["message"]


def test_the_same_bytes_weigh_once(karim, app, world):
    for name in ("a.bin", "b.bin"):
        karim.send(name, b"\x01" * 1000)
    with app.app_context():
        assert uploads.used_bytes(world.ours) == 1000


def test_a_full_disk_keeps_nothing_half(karim, app, monkeypatch, world):
    def full(size):
        raise storage.StorageFull

    monkeypatch.setattr(storage, "check_room", full)
    before = _stored(app)
    answer = karim.send("note.txt", b"bonjour plein", 507)
    assert answer.error["code"] == "storage_full"
    monkeypatch.undo()
    assert _stored(app) == before
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(File)) == 0
    karim.send("note.txt", b"bonjour plein")


def test_a_failed_save_leaves_no_file(karim, app, monkeypatch):
    def break_down(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "stage", break_down)
    karim.send("note.txt", b"bonjour encore", 507)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_readers_strangers_and_visitors_cannot_send(rosa, others, world):
    visitor, *signed_in = others
    rosa.send("a.txt", b"a", 403)
    for other in signed_in:
        other.send("a.txt", b"a", 404 if other is not signed_in[-1] else 404)
    assert visitor.get(f"/files/new?group={world.ours}").status_code == 303
    visitor.send("a.txt", b"a", 401)


def test_another_site_cannot_send(karim, world):
    answer = karim.client.post(
        "/files/new",
        data={"group": world.ours, "file": (io.BytesIO(b"a"), "a.txt")},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_file_is_attached_to_a_page_of_its_group_only(karim, world, app):
    sent = karim.send("plan.txt", b"plan", parent=world.page)
    assert "Espace emploi" in karim.get(sent.url).text
    karim.send("plan.txt", b"plan", 404, parent=world.network_page)
    with app.app_context():
        assert db.session.get(File, sent.id).parent_id == world.page


def test_the_words_of_a_document_are_found(karim, app):
    sent = karim.send("bilan.docx", samples.docx("La ressourcerie &amp; le jardin"))
    with app.app_context():
        file = db.session.get(File, sent.id)
        assert file.text == "La ressourcerie & le jardin"
        assert file.blob.mime.endswith("wordprocessingml.document")


@pytest.mark.parametrize("address", ["/files", "/files?group={ours}", "/files/new?group={ours}",
                                     "/files/new", "/files/folders/new?group={ours}"])  # fmt: skip
@pytest.mark.parametrize("sort", ["", "name", "size", "kind"])
def test_lists_and_forms_open(karim, world, address, sort):
    karim.send("a.jpg", samples.photo())
    joined = "&" if "?" in address else "?"
    answer = karim.get(address.format(ours=world.ours) + f"{joined}sort={sort}")
    assert answer.status_code in (200, 303)


def test_an_empty_list_offers_the_first_action(karim, rosa, world):
    page = f"/files?group={world.ours}"
    assert f'class="btn" href="/files/new?group={world.ours}"' in karim.get(page).text
    assert "/files/new" not in rosa.get(page).text.partition("<main")[2].partition("<footer")[0]


def _stored(app) -> int:
    with app.app_context():
        left = list(storage.temporary_folder().iterdir())
        assert not left
        return len(list(storage.stored()))


def test_photos_of_one_day_are_told_apart(karim):
    titles = [
        karim.send(name, name.encode()).title
        for name in (
            "IMG_20240912_0001.txt", "IMG_20240912_0002.txt",
            "IMG_20240913_143205.txt", "IMG_20240913_143221.txt", "PXL_20240913_143259.txt",
        )
    ]  # fmt: skip
    assert titles == [
        "Photo du 12 septembre 2024, 1", "Photo du 12 septembre 2024, 2",
        "Photo du 13 septembre 2024, 14\u00a0h\u00a032",
        "Photo du 13 septembre 2024, 14\u00a0h\u00a032, 2",
        "Photo du 13 septembre 2024, 14\u00a0h\u00a032, 3",
    ]  # fmt: skip

"""Who may have the bytes: asked at every address, in every manner of asking."""

import pytest

from tests.files import samples
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Scope
from wiki.items.writing import trash

WAYS = ("", "/download", "/raw", "/original", "/versions/1", "/preview/thumb", "/preview/medium",
        "/preview/large", "/edit")  # fmt: skip


@pytest.fixture
def photo(karim):
    """A photo of the group."""
    sent = karim.send("photo.jpg", samples.photo())
    for way in WAYS[1:6]:
        karim.get(f"/files/{sent.id}{way}")
    return sent


@pytest.mark.parametrize("way", WAYS)
def test_a_stranger_learns_nothing(photo, others, way):
    address = f"/files/{photo.id}{way}"
    for other in others:
        for headers in ({}, {"Range": "bytes=0-9"}, {"If_None_Match": f'"{photo.sha256}"'},
                        {"If_None_Match": "*"}, {"If_Range": f'"{photo.sha256}"'}):  # fmt: skip
            answer = other.get(address, **headers)
            expected = {303, 401, 404} if way == "/edit" else {404}
            assert answer.status_code in expected
            assert photo.sha256 not in str(answer.headers)
        head = other.client.head(address)
        assert head.status_code in expected
        assert head.data == b""


def test_nobody_changes_what_they_may_not(photo, others, rosa, world):
    ways = [f"/files/{photo.id}/versions", f"/files/{photo.id}/versions/1/restoration",
            f"/files/{photo.id}/edit"]  # fmt: skip
    for way in ways:
        assert rosa.post(way, title="Vol").status_code == 403
        for other in others:
            assert other.post(way, title="Vol").status_code in (303, 401, 404)


def test_a_draft_is_for_its_author_and_the_facilitators(photo, app, karim, nadia, rosa):
    with app.app_context():
        db.session.get(File, photo.id).scope = Scope.DRAFT
        db.session.commit()
    assert rosa.get(photo.download_url).status_code == 404
    assert rosa.get(f"/files/{photo.id}/preview/thumb").status_code == 404
    assert karim.get(photo.download_url).status_code == 200
    assert nadia.get(photo.download_url).status_code == 200


def test_the_trash_closes_every_address(photo, app, karim):
    with app.app_context():
        file = db.session.get(File, photo.id)
        trash(file, file.author)
    for way in WAYS:
        assert karim.get(f"/files/{photo.id}{way}").status_code == 404


def test_a_public_file_is_given_to_all_but_its_original(photo, app, others):
    with app.app_context():
        db.session.get(File, photo.id).scope = Scope.PUBLIC
        db.session.commit()
    for other in others:
        assert other.get(photo.url).status_code == 200
        assert other.get(photo.download_url).status_code == 200
        assert other.get(f"/files/{photo.id}/preview/medium").status_code == 200
        assert other.get(f"/files/{photo.id}/original").status_code == 403
        assert other.get("/files").status_code == 200


def test_folders_are_not_shown_to_outsiders(karim, client_of, world, app, others):
    karim.post("/files/folders/new", group=world.ours, name="Tiroir secret")
    sent = karim.send("a.txt", b"a", folder=1)
    with app.app_context():
        assert db.session.get(File, sent.id).folder_id == 1
        db.session.get(File, sent.id).scope = Scope.PUBLIC
        db.session.commit()
    for other in others:
        page = other.get(f"/files?group={world.ours}").text
        assert "Tiroir secret" not in page
        assert sent.url in page
        assert other.get(f"/files?group={world.ours}&folder=1").status_code == 404
        assert "Tiroir secret" not in other.get(sent.url).text


def test_a_range_gives_a_part(karim):
    sent = karim.send("suite.bin", bytes(range(256)))
    part = karim.get(sent.download_url, Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/256"
    assert karim.get(sent.download_url, Range="bytes=-6").data == bytes(range(250, 256))
    assert karim.get(sent.download_url, Range="bytes=900-").status_code == 416
    stale = karim.get(sent.download_url, Range="bytes=0-1", If_Range='"other"')
    assert (stale.status_code, len(stale.data)) == (200, 256)


def test_an_unchanged_file_is_not_sent_again(karim):
    sent = karim.send("a.txt", b"bonjour")
    first = karim.get(sent.download_url)
    assert first.headers["ETag"] == f'"{sent.sha256}"'
    assert first.headers["Accept-Ranges"] == "bytes"
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = karim.get(sent.download_url, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    head = karim.client.head(sent.download_url, buffered=True)
    assert (head.headers["Content-Length"], head.data) == ("7", b"")


def test_an_accented_name_travels(karim):
    sent = karim.send("Été à Brest “final”.txt", b"a")
    disposition = karim.get(sent.download_url).headers["Content-Disposition"]
    assert "filename*=UTF-8''%C3%89t%C3%A9%20%C3%A0%20Brest" in disposition


def test_numbers_that_name_nothing(karim, world):
    for way in WAYS:
        assert karim.get(f"/files/999999{way}").status_code == 404
        assert karim.get(f"/files/{world.page}{way}").status_code == 404
    assert karim.get(f"/files?group={world.ours}&folder=77").status_code == 404
    assert karim.get("/files?group=99999").status_code == 404
    assert karim.get("/files?group=x&page=-4&sort=zz").status_code == 200


def test_numbers_too_long_to_be_read(karim, world):
    endless = "9" * 5000
    moved = karim.post("/files/selection", do="move", group=world.ours, file=endless)
    assert moved.status_code == 303
    assert (
        karim.post("/files/selection", do="move", group=world.ours, folder=endless).status_code
        == 404
    )

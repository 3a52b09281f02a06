"""Files sent in pieces: what arrived stays, what is refused is refused before it comes."""

import base64
import fcntl
import hashlib
import io
import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.files import samples
from wiki import storage
from wiki.consents.models import Medium, Person
from wiki.consents.people import appear
from wiki.db import db, utcnow
from wiki.files import resumable
from wiki.files.models import File
from wiki.files.resumable import Upload
from wiki.groups.models import Group, Role
from wiki.items.models import Item, Scope

PIECE = "application/offset+octet-stream"
DATA = b"Ce que Samira raconte. " * 4000
SIZE = len(DATA)


class Tus:
    """A client of the protocol, as small as can be."""

    def __init__(self, sender):
        self.client, self.group = sender.client, sender.group

    def begin(self, name="récit.txt", length=SIZE, **named):
        fields = {"filename": name, "group": self.group, **named}
        pairs = [f"{k} {base64.b64encode(str(v).encode()).decode()}" for k, v in fields.items()]
        size = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        return self.ask("POST", "/uploads", **size, Upload_Metadata=",".join(pairs))

    def patch(self, address, offset, data, **headers):
        return self.ask(
            "PATCH", address, data, Upload_Offset=str(offset), Content_Type=PIECE, **headers
        )

    def offset(self, address):
        answer = self.ask("HEAD", address)
        return int(answer.headers["Upload-Offset"]) if answer.status_code == 200 else None

    def file(self, address, status=200):
        answer = self.client.post(address, headers={"Accept": "application/json"})
        assert answer.status_code == status, answer.text
        return answer.json

    def ask(self, method, address, data=b"", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        common = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
        return self.client.open(
            address, method=method, data=data, headers=common | named, buffered=True
        )


@pytest.fixture
def tus(karim):
    return Tus(karim)


def test_a_file_cut_ten_times_is_whole_and_there_once(tus, karim, app):
    address = tus.begin().location
    step = len(DATA) // 11
    for number in range(10):
        at = tus.offset(address)
        assert at == number * step
        assert tus.patch(address, at, DATA[at : at + step]).status_code == 204
    last = tus.patch(address, 10 * step, DATA[10 * step :])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(DATA)))
    made = tus.file(address)
    assert tus.file(address) == made
    assert tus.offset(address) == len(DATA)
    assert karim.get(made["download_url"]).data == DATA
    assert made["sha256"] == hashlib.sha256(DATA).hexdigest()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(File)) == 1
    assert not _waiting(app, address).exists()


def test_the_abilities_are_told(tus):
    answer = tus.ask("OPTIONS", "/uploads")
    assert answer.status_code == 204
    assert "creation-defer-length" in answer.headers["Tus-Extension"]
    assert answer.headers["Tus-Max-Size"] == "1000000000"
    refused = tus.ask("POST", "/uploads", Tus_Resumable="0.2.2")
    assert (refused.status_code, refused.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_out_of_place_is_refused_and_changes_nothing(tus):
    address = tus.begin().location
    tus.patch(address, 0, DATA[:100])
    assert tus.patch(address, 50, DATA[50:150]).status_code == 409
    assert tus.patch(address, 200, DATA[200:]).status_code == 409
    assert tus.patch(address, 100, DATA + b"!").status_code == 413
    assert tus.offset(address) == 100


def test_a_piece_that_the_road_changed_is_not_kept(tus):
    address = tus.begin().location
    good = base64.b64encode(hashlib.sha256(DATA[:100]).digest()).decode()
    spoilt = tus.patch(address, 0, DATA[1:101], Upload_Checksum=f"sha256 {good}")
    assert spoilt.status_code == 460
    assert tus.offset(address) == 0
    assert tus.patch(address, 0, DATA[:100], Upload_Checksum="md9 x").status_code == 400
    kept = tus.patch(address, 0, DATA[:100], Upload_Checksum=f"sha256 {good}")
    assert (kept.status_code, tus.offset(address)) == (204, 100)


def test_the_length_of_a_recording_is_told_at_its_end(tus, karim):
    address = tus.begin("voix.txt", None).location
    assert tus.ask("HEAD", address).headers["Upload-Defer-Length"] == "1"
    tus.patch(address, 0, DATA[:1000])
    assert tus.client.post(address, headers={"Accept": "application/json"}).status_code == 409
    tus.patch(address, 1000, DATA[1000:], Upload_Length=str(len(DATA)))
    assert karim.get(tus.file(address)["download_url"]).data == DATA


def test_a_first_piece_may_come_with_the_announcement(tus, karim):
    name = base64.b64encode(b"note.txt").decode()
    group = base64.b64encode(str(tus.group).encode()).decode()
    begun = tus.ask("POST", "/uploads", DATA, Upload_Length=str(len(DATA)), Content_Type=PIECE,
                    Upload_Metadata=f"filename {name},group {group}")  # fmt: skip
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, str(len(DATA)))
    assert karim.get(tus.file(begun.location)["download_url"]).data == DATA


def test_a_picture_keeps_what_was_said_of_it(tus, karim):
    photo = samples.photo()
    address = tus.begin("IMG_0042.jpg", len(photo), alt="Trois mains", credit="Samira").location
    tus.patch(address, 0, photo)
    made = tus.file(address)
    page = karim.get(made["url"]).text
    assert made["is_picture"]
    assert "Trois mains" in page
    assert "Samira" in page


def test_the_same_bytes_twice_are_told(tus, karim):
    first = karim.send("plan.txt", DATA)
    address = tus.begin().location
    tus.patch(address, 0, DATA)
    assert tus.file(address)["twins"] == [{"title": first.title, "url": first.url}]


def test_bytes_that_someone_refused_are_said_to_be_hidden_not_to_have_failed(app, tus, karim):
    photo = samples.photo()
    first = karim.send("photo.jpg", photo)
    with app.app_context():
        person = Person(group_id=karim.group, shown_name="Fatou")
        db.session.add(person)
        appear(person, db.session.get(Item, first.id), Medium.IMAGE, None)
        db.session.commit()
    address = tus.begin("encore.jpg", len(photo)).location
    tus.patch(address, 0, photo)
    made = tus.file(address)
    assert made["id"] is None
    assert "encore.jpg" in made["title"]
    assert "hidden" in made["message"] or "caché" in made["message"]
    assert str(first.id) not in made["url"].partition("?")[0]


@pytest.mark.parametrize("length", [0, 3_000_000_000])
def test_nothing_and_too_much_are_refused_before_a_byte_comes(tus, length, app):
    refused = tus.begin(length=length)
    assert refused.status_code == (413 if length else 422)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_group_without_room_refuses_before_a_byte_comes_counting_what_is_coming(
    tus, app, monkeypatch
):
    monkeypatch.setitem(app.config, "GROUP_QUOTA_MB", 1)
    address = tus.begin(length=900_000).location
    tus.patch(address, 0, b"x" * 500_000)
    refused = tus.begin(length=600_000)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "quota")


def test_large_files_begun_at_once_do_not_pass_the_room_together(tus, app, monkeypatch):
    monkeypatch.setitem(app.config, "GROUP_QUOTA_MB", 1)
    monkeypatch.setattr(resumable, "LARGE", 100_000)
    one, other = (tus.begin(name, length=700_000).location for name in ("a.txt", "b.txt"))
    assert tus.patch(one, 0, b"x" * 600_000).status_code == 204
    assert tus.patch(other, 0, b"x" * 600_000).json["error"]["code"] == "quota"
    assert tus.offset(other) == 0
    assert tus.patch(other, 0, b"x" * 300_000).status_code == 204


def test_room_that_went_meanwhile_refuses_at_the_end_and_keeps_what_came(tus, app, monkeypatch):
    address = tus.begin().location
    tus.patch(address, 0, DATA[:-1])
    monkeypatch.setitem(app.config, "GROUP_QUOTA_MB", 0)
    assert tus.patch(address, len(DATA) - 1, DATA[-1:]).json["error"]["code"] == "quota"
    assert tus.offset(address) == len(DATA)
    assert tus.file(address, 422)["error"]["code"] == "quota"
    monkeypatch.setitem(app.config, "GROUP_QUOTA_MB", 10)
    assert tus.file(address, 201)["size"] == len(DATA)


def test_three_gigabytes_are_refused_before_they_come_and_a_long_film_is_not(tus, app):
    refused = tus.begin("film.mp4", 3_000_000_000)
    assert refused.status_code == 413
    assert refused.json["error"]["code"] == "too_large"
    assert "1 Go" in refused.json["error"]["message"].replace("\u202f", " ").replace("\u00a0", " ")
    assert tus.begin("film.mp4", 700_000_000).status_code == 201
    with app.app_context():
        assert [one.length for one in db.session.scalars(db.select(Upload))] == [700_000_000]


def test_an_endless_recording_stops_at_the_limit(tus, app, monkeypatch):
    monkeypatch.setitem(app.config, "UPLOAD_MAX_MB", 1)
    address = tus.begin(length=None).location
    tus.patch(address, 0, b"x" * 900_000)
    assert tus.patch(address, 900_000, b"x" * 200_000).status_code == 413
    assert tus.offset(address) == 900_000


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\0b.txt", "ab.txt"),
        ("é" * 300 + ".txt", "é" * 98 + ".txt"),
        ("", "fichier"),
    ],
)
def test_names_are_made_safe(tus, app, name, kept):
    address = tus.begin(name, 3).location
    tus.patch(address, 0, b"abc")
    with app.app_context():
        assert db.session.get(File, tus.file(address)["id"]).filename == kept


def test_two_same_names_in_the_same_second_are_both_kept(tus, karim):
    one, other = tus.begin("a.txt", 1).location, tus.begin("a.txt", 1).location
    tus.patch(one, 0, b"1")
    tus.patch(other, 0, b"2")
    got = [karim.get(tus.file(address)["download_url"]).data for address in (one, other)]
    assert got == [b"1", b"2"]


def test_an_upload_belongs_to_who_began_it(tus, nadia, rosa, others):
    address = tus.begin().location
    for other in [nadia, rosa, *others]:
        their = Tus(other)
        for answer in (
            their.ask("HEAD", address),
            their.patch(address, 0, DATA),
            their.ask("DELETE", address),
            their.client.get(address, headers={"Accept": "application/json"}),
            their.client.post(address, headers={"Accept": "application/json"}),
        ):
            assert answer.status_code in (401, 404)
    assert tus.offset(address) == 0


def test_who_may_not_add_to_a_place_cannot_begin(tus, rosa, others, world, nadia):
    assert Tus(rosa).begin().status_code == 403
    for other in others:
        assert Tus(other).begin().status_code in (401, 404)
    assert tus.begin(parent=world.draft).status_code == 404
    assert tus.begin(parent=world.network_page).status_code == 404
    assert tus.begin(folder=999).status_code == 404
    assert tus.begin(group=world.theirs).status_code == 404


def test_who_leaves_the_group_meanwhile_adds_nothing(tus, app, world):
    address = tus.begin().location
    with app.app_context():
        group = db.session.get(Group, world.ours)
        member = next(one for one in group.memberships if one.user_id == world.karim)
        member.role = Role.READER
        db.session.commit()
    assert tus.patch(address, 0, DATA).status_code == 403


def test_a_page_hidden_meanwhile_gets_nothing_attached(tus, app, world):
    address = tus.begin(parent=world.page).location
    with app.app_context():
        db.session.get(Item, world.page).scope = Scope.DRAFT
        db.session.commit()
    tus.patch(address, 0, DATA)
    with app.app_context():
        assert db.session.get(File, tus.file(address)["id"]).parent_id is None


def test_giving_up_forgets_what_came(tus, app):
    address = tus.begin().location
    tus.patch(address, 0, DATA[:500])
    assert tus.ask("DELETE", address).status_code == 204
    assert tus.offset(address) is None
    assert not _waiting(app, address).exists()


def test_a_full_disk_keeps_what_came_before(tus, monkeypatch):
    address = tus.begin().location
    tus.patch(address, 0, DATA[:1000])
    with monkeypatch.context() as patched:
        patched.setattr(storage, "check_room", _full)
        assert tus.patch(address, 1000, DATA[1000:]).status_code == 507
    assert tus.offset(address) == 1000
    assert tus.patch(address, 1000, DATA[1000:]).status_code == 204


def test_two_requests_never_write_the_same_upload_at_once(tus, app, monkeypatch):
    monkeypatch.setattr(resumable, "PATIENCE", 0.1)
    address = tus.begin().location
    with app.app_context():
        path = db.session.get(Upload, address.rpartition("/")[2]).path
    with path.open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        assert tus.patch(address, 0, DATA).status_code == 423
    assert tus.offset(address) == 0


def test_a_last_piece_whose_file_was_not_made_is_made_later(tus, app, karim):
    address = tus.begin().location
    with app.app_context():
        upload = db.session.get(Upload, address.rpartition("/")[2])
        resumable.append(upload, io.BytesIO(DATA), len(DATA))
        assert resumable.finish_lost() == 0  # its sender may be about to ask
        os.utime(upload.path, (0, time.time() - 3600))
        assert resumable.finish_lost() == 1
    assert karim.get(tus.file(address)["download_url"]).data == DATA


def test_nothing_is_made_later_for_who_left_the_group_or_in_a_page_closed_to_them(tus, app, world):
    left, closed = tus.begin().location, tus.begin(parent=world.page).location
    with app.app_context():
        for address in (left, closed):
            upload = db.session.get(Upload, address.rpartition("/")[2])
            resumable.append(upload, io.BytesIO(DATA), len(DATA))
            os.utime(upload.path, (0, time.time() - 3600))
        db.session.get(Item, world.page).scope = Scope.DRAFT
        db.session.commit()
        assert resumable.finish_lost() == 2
        assert [one.parent_id for one in db.session.scalars(select(File))] == [None, None]
        gone = resumable.begin(upload.user, upload.group, "a.txt", 1)
        resumable.append(gone, io.BytesIO(b"a"), 1)
        os.utime(gone.path, (0, time.time() - 3600))
        member = next(one for one in upload.group.memberships if one.user_id == world.karim)
        member.role = Role.READER
        db.session.commit()
        assert resumable.finish_lost() == 0


def test_what_never_came_to_its_end_is_forgotten_after_a_week(tus, app):
    address = tus.begin().location
    tus.patch(address, 0, DATA[:10])
    with app.app_context():
        upload = db.session.get(Upload, address.rpartition("/")[2])
        upload.created_at = utcnow() - resumable.LIFE - timedelta(hours=1)
        db.session.commit()
        lost = resumable.waiting_folder() / "lost"
        lost.write_bytes(b"x")
        os.utime(lost, (0, 0))
        assert resumable.expire() >= 2
        assert not lost.exists()
    assert not _waiting(app, address).exists()
    assert tus.offset(address) is None


def test_bytes_that_a_restore_did_not_bring_back_begin_again(tus, app):
    address = tus.begin().location
    with app.app_context():
        db.session.get(Upload, address.rpartition("/")[2]).path.unlink()
    assert tus.offset(address) is None
    assert tus.patch(address, 0, DATA).status_code == 404


def _waiting(app, address):
    with app.app_context():
        return resumable.waiting_folder() / address.rpartition("/")[2]


def _full(_size):
    raise storage.StorageFull


def test_a_newer_state_comes_in_pieces_once_and_with_its_note(tus, karim, nadia, rosa, app):
    sent = karim.send("plan.txt", b"le plan")
    address = tus.begin("plan-2.txt", version=sent.id, note="La salle a changé").location
    tus.patch(address, 0, DATA[:1000])
    tus.patch(address, 1000, DATA[1000:])
    assert tus.file(address)["id"] == sent.id
    assert tus.file(address)["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert karim.get(sent.download_url).data == DATA
    with app.app_context():
        file = db.session.get(File, sent.id)
        assert [version.number for version in file.versions()] == [2, 1]
    assert "La salle a changé" in karim.get(f"/items/{sent.id}/history").text
    again = tus.begin("plan-3.txt", version=sent.id).location  # the same bytes: nothing changes
    tus.patch(again, 0, DATA)
    assert tus.file(again)["id"] == sent.id
    assert tus.begin(version=999_999).status_code == 404


def test_a_newer_state_of_what_was_closed_meanwhile_is_refused(tus, nadia, app):
    sent = nadia.send("plan.txt", b"le plan")
    address = tus.begin("plan-2.txt", version=sent.id).location
    with app.app_context():
        db.session.get(Item, sent.id).scope = Scope.DRAFT
        db.session.commit()
    assert tus.patch(address, 0, DATA).status_code == 403
    assert nadia.get(sent.download_url).data == b"le plan"

"""Words that are masked are not heard either, by whoever may not read them, by any way."""

import hashlib
import io
import zipfile
from base64 import b64encode

import pytest

from tests.consents import scene
from tests.files import recordings
from tests.files.test_media import SOUNDS
from tests.files.test_transcripts import keep
from wiki import jobs, storage
from wiki.accounts.models import User
from wiki.archive import packing, unpacking
from wiki.archive.opening import opened
from wiki.consents import appear
from wiki.consents.models import Medium, Person
from wiki.db import db
from wiki.files import media_making, muting, previews, transcripts
from wiki.files.models import File
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.items.writing import duplicate

SOUND = recordings.sound(seconds=2.4)
FILM = recordings.film(seconds=2.4)
SECRET = {"key": "s", "start": 1000, "end": 1400, "text": "Mon mari frappait.", "masked": True}
WAYS = ("download", "raw", "versions/1", "media/audio.m4a", "media/video.mp4", "original")


def masked(sender, app, name="voix.webm", data=SOUND, lines=(SECRET,)):
    """A public recording, one passage of which is masked."""
    sent = sender.send(name, data)
    sent.track = sender.post(f"/files/{sent.id}/transcripts", lang="fr").location
    keep(sender, sent, lines)
    with app.app_context():
        db.session.get(Item, sent.id).scope = Scope.PUBLIC
        db.session.commit()
    return sent


@pytest.fixture
def voice(nadia, app):
    return masked(nadia, app)


@pytest.fixture
def visitor(others):
    """Somebody who is not signed in."""
    return others[0]


def loudest(data: bytes, start: float, end: float) -> int:
    """How loud bytes are between two moments, of 32 767."""
    found = 0
    with recordings.opened(data) as played:
        resampler = recordings.av.AudioResampler("s16", "mono", 8000)
        at = 0.0
        for frame in played.decode(audio=0):
            for small in resampler.resample(frame):
                heard = memoryview(bytes(small.planes[0])[: small.samples * 2]).cast("h")
                for number, one in enumerate(heard):
                    if start <= at + number / 8000 < end:
                        found = max(found, abs(one))
                at += small.samples / 8000
    return found


def is_silent(data: bytes) -> bool:
    assert loudest(data, 0.2, 0.8) > 2000  # what comes before is heard
    assert loudest(data, 1.7, 2.2) > 2000
    return loudest(data, 1.0, 1.4) < 50


@pytest.mark.parametrize("name", ["voix.webm", "film.mp4"])
def test_what_is_masked_is_silent_for_who_does_not_read_it(nadia, karim, others, app, name):
    sent = masked(nadia, app, name, SOUND if name.endswith("webm") else FILM)
    own = "media/audio.m4a" if name.endswith("webm") else "media/video.mp4"
    assert not is_silent(nadia.get(f"/files/{sent.id}/{own}").data)
    assert nadia.get(f"/files/{sent.id}/download").data == nadia.get(f"/files/{sent.id}/raw").data
    for reader in (karim, *others):
        heard = 0
        for way in WAYS:
            answer = reader.get(f"/files/{sent.id}/{way}")
            assert answer.status_code in (200, 401, 403, 404), way
            if answer.status_code == 200:
                heard += 1
                assert is_silent(answer.data), way
        assert heard == 4  # download, raw, versions/1 and what is played
        assert "replaced by silence" in english(reader, sent)
    assert "You hear everything" in english(nadia, sent)
    if name == "film.mp4":
        made = karim.get(f"/files/{sent.id}/{own}").data
        with recordings.opened(made) as played:
            assert sum(1 for _ in played.decode(video=0)) >= 59


def english(reader, sent) -> str:
    return reader.client.get(f"/files/{sent.id}/player", headers={"Accept-Language": "en"}).text


def test_a_part_or_a_condition_gives_no_byte_of_the_whole(nadia, visitor, voice):
    whole = nadia.get(f"/files/{voice.id}/media/audio.m4a")
    address = f"/files/{voice.id}/media/audio.m4a"
    part = visitor.get(address, Range="bytes=0-4000")
    silent = visitor.get(address)
    assert part.status_code == 206
    assert part.data == silent.data[:4001]
    etag = whole.headers["ETag"]
    assert visitor.get(address, If_None_Match=etag).status_code == 200
    late = visitor.get(address, If_Range=etag, Range="bytes=0-9")
    assert (late.status_code, late.data) == (200, silent.data)


def test_until_the_silent_copy_is_made_nobody_else_hears_anything(nadia, visitor, app, monkeypatch):
    sent = nadia.send("voix.webm", SOUND)
    sent.track = nadia.post(f"/files/{sent.id}/transcripts", lang="fr").location
    with app.app_context():
        db.session.get(Item, sent.id).scope = Scope.PUBLIC
        db.session.commit()
    assert visitor.get(f"/files/{sent.id}/media/audio.m4a").status_code == 200
    with jobs.immediate(app, False):
        keep(nadia, sent, [SECRET])
        for way in WAYS:
            assert visitor.get(f"/files/{sent.id}/{way}").status_code in (401, 403, 404), way
        told = visitor.get(f"/files/{sent.id}/media.json").json
        assert told["state"] == "waiting"
        assert "as soon as it is silent" in english(visitor, sent)
        assert nadia.get(f"/files/{sent.id}/media.json").json["state"] == "ready"
    with app.app_context():
        muting.make_muted()
    assert is_silent(visitor.get(f"/files/{sent.id}/media/audio.m4a").data)


def test_a_mask_that_is_lifted_gives_the_sound_back(nadia, visitor, voice, app):
    address = f"/files/{voice.id}/media/audio.m4a"
    keep(nadia, voice, [SECRET | {"masked": False, "lifted": True}])
    assert not is_silent(visitor.get(address).data)
    keep(nadia, voice, [SECRET | {"start": 300, "end": 700}])
    answer = visitor.get(address)
    assert loudest(answer.data, 0.3, 0.7) < 50
    assert loudest(answer.data, 1.0, 1.4) > 2000
    with app.app_context():
        made = db.session.scalars(db.select(muting.Muted)).all()
        assert len(made) == 1  # the one that nothing asks for is gone
        file = db.session.get(File, voice.id)
        muted = previews.place(file.sha256, "muted-")  # a folder holds other bytes' things too
        assert len(list(muted.parent.glob(f"{muted.name}*"))) == 1


def test_lines_put_away_do_not_lift_their_masks(karim, visitor, voice):
    karim.post(f"{voice.track}/removal")
    assert is_silent(visitor.get(f"/files/{voice.id}/media/audio.m4a").data)


def test_the_same_bytes_sent_again_by_a_member_are_silent_too(karim, voice):
    twin = karim.send("encore.webm", SOUND)
    assert is_silent(karim.get(f"/files/{twin.id}/download").data)


def test_an_older_recording_is_for_those_who_may_hear_it(nadia, karim, voice):
    nadia.upload(f"/files/{voice.id}/versions", "film.mp4", FILM)
    assert karim.get(f"/files/{voice.id}/versions/1").status_code == 404
    assert nadia.get(f"/files/{voice.id}/versions/1").status_code == 200
    assert is_silent(karim.get(f"/files/{voice.id}/media/video.mp4").data)


def test_archives_hold_the_silent_copy(nadia, karim, voice, world):
    for reader in (karim, nadia):  # made to be handed on, whoever takes it
        packed = reader.get(f"/files/archive?group={world.ours}").data
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            name = next(one for one in archive.namelist() if one.startswith("voix"))
            assert is_silent(archive.read(name))


def test_a_copy_in_another_group_is_silent_for_all_and_its_mask_stays(voice, world, app):
    with app.app_context():
        nadia = db.session.scalar(db.select(User).where(User.name.startswith("Nadia")))
        copy = duplicate(db.session.get(File, voice.id), nadia, db.session.get(Group, world.theirs))
        assert not transcripts.keeps_secrets(nadia, copy)
        assert muting.bind(copy, nadia)
        path = muting.whole(copy, nadia)
        assert is_silent(path.read_bytes())
        number = copy.id
    with app.app_context():
        cue = db.session.scalar(
            db.select(transcripts.Cue).join(transcripts.Track)
            .where(transcripts.Track.file_id == number)
        )  # fmt: skip
        assert (cue.text, cue.masked) == ("", True)


def test_the_voice_alone_of_a_film_is_silent_for_good(nadia, app):
    film = masked(nadia, app, "film.mp4", FILM)
    made = nadia.post(f"/items/{film.id}/without/voice").location
    number = int(made.split("/")[2].partition("-")[0])
    assert is_silent(nadia.get(f"/files/{number}/download").data)


def test_what_was_made_and_is_gone_is_made_again(nadia, visitor, voice, app):
    with app.app_context():
        file = db.session.get(File, voice.id)
        muting.whole(file, muting.EVERYONE).unlink()
    address = f"/files/{voice.id}/media/audio.m4a"
    assert visitor.get(address).status_code == 404
    assert is_silent(visitor.get(address).data)


def test_a_copy_that_hangs_is_said_and_nothing_is_served(nadia, visitor, voice, app):
    with jobs.immediate(app, False):
        keep(nadia, voice, [SECRET | {"end": 1500}])
    with app.app_context():
        db.session.execute(db.update(muting.Muted).values(tries=media_making.TRIES))
        db.session.commit()
        muting.make_muted()
    assert visitor.get(f"/files/{voice.id}/media.json").json["state"] == "failed"
    assert visitor.get(f"/files/{voice.id}/media/audio.m4a").status_code == 404


def test_the_archive_of_the_group_takes_neither_the_words_nor_the_voice(app, voice, tmp_path):
    with app.app_context():
        file = db.session.get(File, voice.id)
        path = muting.whole(file, muting.EVERYONE)
        manifest = packing.write(tmp_path / "g.zip", file.group, None)
        with zipfile.ZipFile(tmp_path / "g.zip") as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist())
        assert b"frappait" not in everything
        assert file.sha256 not in manifest["media"]
        if path is None:
            assert manifest["left_out"] == [{"why": "masked", "count": 1}]
        else:
            assert path.read_bytes() in everything
            with opened(tmp_path / "g.zip") as archive:
                group = unpacking.put_back(archive, trusted=True).group
            again = db.session.scalar(db.select(File).where(File.group_id == group.id))
            assert storage.path_of(again.sha256).exists()


def test_a_line_typed_without_listening_is_silent_until_the_next_begins(nadia, visitor, app):
    first = {"key": "a", "start": 0, "end": 0, "text": "Bonjour."}
    secret = {"key": "s", "start": 600, "end": 600, "text": "Mon mari frappait.", "masked": True}
    after = {"key": "z", "start": 1600, "end": 3600, "text": "Voilà."}
    voice = masked(nadia, app, lines=(first, secret, after))
    heard = visitor.get(f"/files/{voice.id}/media/audio.m4a").data
    assert loudest(heard, 0.7, 1.5) < 50
    assert loudest(heard, 1.9, 2.3) > 2000


def test_lines_that_have_no_place_yet_silence_all_that_follows(nadia, visitor, app):
    lines = [
        {"key": key, "start": 0, "end": 0, "text": "Mot.", "masked": key == "b"} for key in "abc"
    ]
    voice = masked(nadia, app, lines=lines)
    assert loudest(visitor.get(f"/files/{voice.id}/media/audio.m4a").data, 0, 2.4) < 50


def test_a_keeper_may_hear_what_the_others_hear(nadia, voice):
    whole = nadia.get(f"/files/{voice.id}/media/audio.m4a").data
    silent = nadia.get(f"/files/{voice.id}/media/audio.m4a?heard=others").data
    assert loudest(whole, 1.05, 1.35) > 2000
    assert loudest(silent, 1.05, 1.35) < 50


def test_the_sender_is_told_before_masking_and_not_offered_what_is_refused_after(karim, nadia):
    sent = karim.send("voix.m4a", recordings.sound(*SOUNDS["voix.m4a"]))
    assert f"/files/{sent.id}/original" in karim.get(f"/files/{sent.id}").text
    sent.track = karim.post(f"/files/{sent.id}/transcripts", lang="fr").location
    said = "seules les personnes qui animent"
    assert said in karim.get(sent.track).text
    assert said not in nadia.get(sent.track).text
    keep(karim, sent, (SECRET,))
    assert f"/files/{sent.id}/original" not in karim.get(f"/files/{sent.id}").text
    assert karim.get(f"/files/{sent.id}/original").status_code == 403


def brought(client, sent) -> bytes:
    """A recording as it leaves with all that somebody made."""
    archive = zipfile.ZipFile(io.BytesIO(client.post("/account/production").data))
    (name,) = [name for name in archive.namelist() if name.startswith(f"fichiers/{sent.id}-")]
    assert not name.endswith(".txt")
    return archive.read(name)


def test_ones_own_voice_leaves_whole_and_not_what_others_say_in_it(nadia, karim, app, world):
    sent = masked(karim, app)
    data = brought(karim.client, sent)
    assert data == SOUND
    assert not is_silent(data)
    assert is_silent(karim.get(f"/files/{sent.id}/download").data)  # as everybody hears it
    # A second line, of another person: hers alone is silent in what Karim takes away.
    hers = {"key": "t", "start": 1700, "end": 2200, "text": "Chez moi.", "masked": True,
            "speaker": "Idriss"}  # fmt: skip
    keep(nadia, sent, [hers])
    data = brought(karim.client, sent)
    assert loudest(data, 1.0, 1.4) > 2000
    assert loudest(data, 1.7, 2.2) < 50
    # Said to be heard there, a person may be who speaks in any line without a name.
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Idriss Benali")
        db.session.add(person)
        db.session.flush()
        appear(person, db.session.get(Item, sent.id), Medium.VOICE, None)
        scene.agree(person.id, Scope.PUBLIC)
    karim.post("/account/production")  # asked for, and made
    data = brought(karim.client, sent)
    assert loudest(data, 1.0, 1.4) < 50
    assert loudest(data, 1.7, 2.2) < 50


def test_a_copy_of_what_somebody_else_recorded_is_nobodys_own_voice(nadia, karim, app, world):
    sent = masked(nadia, app)
    with app.app_context():
        made = duplicate(db.session.get(File, sent.id), db.session.get(User, world.karim),
                         db.session.get(Group, world.ours))  # fmt: skip
        db.session.commit()
        sent.id = made.id
    assert is_silent(brought(karim.client, sent))


def test_what_is_said_of_the_bytes_is_true_of_those_that_are_sent(nadia, karim, visitor, voice):
    told = {}
    for reader in (nadia, karim, visitor):
        answer = reader.get(f"/files/{voice.id}/download")
        sha256 = hashlib.sha256(answer.data).hexdigest()
        digest = b64encode(bytes.fromhex(sha256)).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        part = reader.get(f"/files/{voice.id}/raw", Range="bytes=0-9")
        assert part.headers["Repr-Digest"] == f"sha-256=:{digest}:"  # of the whole
        item = reader.get(f"/api/v1/items/{voice.id}").json
        assert item["sha256"] == sha256
        told[sha256] = item["filename"]
    assert list(told.values()) == ["voix.webm", "voix.m4a"]
    feed = visitor.get("/feed.json?kind=files").json["items"][0]["attachments"][0]
    assert (feed["mime_type"], feed["size_in_bytes"]) == ("audio/mp4", len(answer.data))
    whole = hashlib.sha256(SOUND).hexdigest()
    assert whole not in visitor.get(f"/api/v1/items/{voice.id}/revisions").text
    page = visitor.get(voice.url).text
    assert f'"contentSize":"{len(answer.data)}"' in page.replace(" ", "")

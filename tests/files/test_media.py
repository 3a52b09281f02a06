"""Sounds, films, pictures for every phone: what plays, what is said, what never comes out."""

import io
import struct
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from tests.files import recordings, samples
from wiki import jobs, storage
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.files import apart, media_making, previews
from wiki.files.media import Media
from wiki.files.models import Blob
from wiki.items.writing import save
from wiki.pages.models import Page

SOUNDS = {
    "voix.webm": ("webm", "libopus"),
    "voix.mp3": ("mp3", "libmp3lame", 1.5, 44_100),
    "voix.wav": ("wav", "pcm_s16le", 1.5, 44_100),
    "voix.flac": ("flac", "flac", 1.5, 44_100),
    "voix.ogg": ("ogg", "libopus"),
    "voix.m4a": ("ipod", "aac"),
    "voix.mov": ("mov", "aac"),
    "voix.mka": ("matroska", "flac"),
}
FILMS = {
    "film.mp4": ("mp4", "libx264"),
    "film.mov": ("mov", "libx264"),
    "film.webm": ("webm", "libvpx"),
    "film.avi": ("avi", "mpeg4"),
}
WAYS = ("download", "raw", "versions/1", "media/audio.m4a", "media/video.mp4",
        "media/poster.webp", "media.json", "original")  # fmt: skip


def state(person, file) -> dict:
    return person.get(f"/files/{file.id}/media.json").json


@pytest.mark.parametrize("name", SOUNDS)
def test_any_sound_becomes_one_that_every_phone_plays(karim, rosa, name):
    file = karim.send(name, recordings.sound(*SOUNDS[name]))
    told = state(rosa, file)
    assert told["state"] == "ready"
    assert told["family"] == "audio"
    assert 1400 <= told["duration_ms"] <= 1700
    assert 10 <= len(told["peaks"]) <= 240
    assert told["peaks"][-1] > 90  # it grows louder
    assert told["peaks"][0] < 60
    answer = rosa.get(f"/files/{file.id}/media/audio.m4a")
    assert answer.mimetype == "audio/mp4"
    with recordings.opened(answer.data) as played:
        assert played.streams[0].codec_context.name == "aac"
        assert sum(one.samples for one in played.decode(audio=0)) > 20_000
    assert "/media/audio.m4a" in rosa.get(f"/files/{file.id}").text


@pytest.mark.parametrize("name", FILMS)
def test_any_film_becomes_one_that_every_phone_plays_with_a_poster(karim, rosa, name):
    file = karim.send(name, recordings.film(*FILMS[name]))
    told = state(rosa, file)
    assert (told["state"], told["family"]) == ("ready", "video")
    assert (told["width"], told["height"]) == (320, 180)
    data = rosa.get(f"/files/{file.id}/media/video.mp4").data
    assert data.index(b"moov") < data.index(b"mdat")  # it begins before it is all there
    with recordings.opened(data) as played:
        assert [one.codec_context.name for one in played.streams] == ["h264", "aac"]
        assert 24 <= len(list(played.decode(video=0))) <= 26
    poster = Image.open(io.BytesIO(rosa.get(f"/files/{file.id}/media/poster.webp").data))
    listed = rosa.get(f"/files?group={karim.group}").text
    assert f'src="/files/{file.id}/media/thumb.webp"' in listed
    assert rosa.get(f"/files/{file.id}/media/thumb.webp").mimetype == "image/webp"
    red, blue = poster.convert("RGB").getpixel((50, 20)), poster.convert("RGB").getpixel((50, 160))
    assert red[0] > 150 > red[2]
    assert blue[2] > 150 > blue[0]


def test_a_film_held_upright_is_shown_upright(karim):
    data = bytearray(recordings.film(width=320, height=180))
    at = data.index(b"tkhd") + 4 + 40
    turned = (0, 0x10000, 0, -0x10000, 0, 0, 180 << 16, 0, 0x40000000)  # a phone turned to the left
    data[at : at + 36] = struct.pack(">9i", *turned)
    file = karim.send("debout.mp4", bytes(data))
    assert (state(karim, file)["width"], state(karim, file)["height"]) == (180, 320)
    poster = Image.open(io.BytesIO(karim.get(f"/files/{file.id}/media/poster.webp").data))
    assert poster.size == (180, 320)
    assert poster.convert("RGB").getpixel((160, 100))[0] > 150  # its top is at the right


def test_a_large_film_is_made_smaller(karim):
    data = recordings.film(seconds=0.2, width=2000, height=1500, with_sound=False)
    told = state(karim, karim.send("grand.mp4", data))
    assert (told["width"], told["height"]) == (960, 720)


def test_a_recording_that_does_not_know_its_length_can_be_sought(karim):
    data = recordings.film("webm", "libvpx", options={"live": "1"})
    with recordings.opened(data) as sent:
        assert sent.duration is None
    file = karim.send("direct.webm", data)
    with recordings.opened(karim.get(f"/files/{file.id}/media/video.mp4").data) as played:
        assert 0.9 < played.duration / 1e6 < 1.2


@pytest.mark.parametrize("name", [*SOUNDS, *FILMS])
def test_nothing_that_tells_of_its_author_comes_out_by_any_address(karim, rosa, name):
    made = recordings.sound(*SOUNDS[name]) if name in SOUNDS else recordings.film(*FILMS[name])
    assert any(secret in made for secret in recordings.SECRETS)
    file = karim.send(name, made)
    for way in WAYS:
        said = rosa.get(f"/files/{file.id}/{way}").data
        assert not [secret for secret in recordings.SECRETS if secret in said], way
    assert rosa.get(f"/files/{file.id}/original").status_code == 403
    assert karim.get(f"/files/{file.id}/original").data == made
    kept = rosa.get(f"/files/{file.id}/download").data
    with recordings.opened(kept) as played, recordings.opened(made) as sent:
        # What is heard and seen is what was sent, to the last byte.
        assert [bytes(p) for p in played.demux() if p.size] == [
            bytes(p) for p in sent.demux() if p.size
        ]


def test_a_hidden_track_of_places_goes_with_what_it_holds(karim, rosa):
    data = recordings.tracked(b"+48.3904-004.4861")
    assert b"+48.3904-004.4861" in data
    file = karim.send("place.mp4", data)
    for way in WAYS:
        assert b"+48.3904" not in rosa.get(f"/files/{file.id}/{way}").data
    with recordings.opened(rosa.get(f"/files/{file.id}/download").data) as played:
        assert [one.type for one in played.streams] == ["video"]


def test_what_is_made_is_given_in_parts_to_those_who_may_only(karim, rosa, others):
    file = karim.send("voix.webm", recordings.sound())
    address = f"/files/{file.id}/media/audio.m4a"
    whole = rosa.get(address)
    part = rosa.get(address, Range="bytes=100-299")
    assert part.status_code == 206
    assert part.data == whole.data[100:300]
    assert rosa.get(address, If_None_Match=whole.headers["ETag"]).status_code == 304
    for answer in (whole, part):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Accept-Ranges"] == "bytes"
    for person in others:
        for way in (address, f"/files/{file.id}/media.json", f"/files/{file.id}/player"):
            for headers in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": whole.headers["ETag"]}):
                assert person.get(way, **headers).status_code in (401, 404)
    for name in ("video.mp4", "thumb.webp", "../../secret", "failed.webp", ""):
        assert rosa.get(f"/files/{file.id}/media/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("coupe.mp4", recordings.film()[:900], "damaged"),
        ("vide.webm", b"\x1aE\xdf\xa3\x9fB\x82\x84webm" + bytes(400), "damaged"),
        ("bruit.mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x5a" * 40_000, "damaged"),
        ("sans-son.m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom", "damaged"),
        ("trop-court.mp3", b"ID3\x04\x00", "damaged"),
        ("page.mp3", b"<html><script>alert(1)</script></html>", None),
        ("photo.mp4", samples.photo(), None),
        ("film.jpg", recordings.film(with_sound=False), "ready"),
        ("sans-fin.webm", recordings.jumping(), "too_long"),
    ],
)
def test_what_cannot_be_made_says_why_and_stays_downloadable(karim, rosa, name, data, why):
    file = karim.send(name, data)
    answer = rosa.get(f"/files/{file.id}/media.json")
    if why is None:
        assert answer.status_code == 404  # by its bytes it is neither sound nor film
    elif why == "ready":
        assert answer.json["state"] == "ready"
    else:
        assert answer.json["state"] == "failed"
        assert answer.json["reason"]
        assert db_reason(karim, file) == why
        assert answer.json["reason"] in rosa.get(f"/files/{file.id}").text.replace("&#39;", "'")
    assert rosa.get(f"/files/{file.id}/download").status_code == 200
    assert rosa.get(f"/files/{file.id}").status_code == 200


def db_reason(person, file) -> str:
    with person.client.application.app_context():
        return db.session.get(Media, file.sha256).reason


def test_a_recording_cut_in_the_middle_plays_up_to_there(karim):
    data = recordings.sound(seconds=6)
    told = state(karim, karim.send("coupe.webm", data[: len(data) // 2]))
    assert told["state"] == "ready"
    assert 2000 < told["duration_ms"] < 5000


def test_a_making_that_hangs_is_killed_and_said(karim, rosa, monkeypatch):
    monkeypatch.setattr(apart, "SILENCE", 0.02)
    file = karim.send("voix.webm", recordings.sound())
    assert state(rosa, file)["state"] == "failed"
    assert db_reason(karim, file) == "stuck"
    # Its group can still have it.
    assert rosa.get(f"/files/{file.id}/download").status_code == 200


def test_the_operator_hears_of_what_cannot_be_played(app, karim):
    karim.send("coupe.mp4", recordings.film()[:900])
    with app.app_context():
        lost = {"state": "waiting", "tried_at": None}
        assert list(media_making.troubles()) == [
            "1 sounds or films cannot be played; the page of each says why."
        ]
        db.session.execute(update(Media).values(lost))
        db.session.execute(update(Blob).values(created_at=utcnow() - timedelta(days=1)))
        db.session.commit()
        assert [line[:12] for line in media_making.troubles()] == ["1 files wait"]


def test_a_making_that_eats_memory_is_stopped_and_said(karim, monkeypatch):
    monkeypatch.setitem(apart.MEGABYTES, "video", 150)
    file = karim.send("film.mp4", recordings.film())
    assert state(karim, file)["state"] == "failed"
    assert db_reason(karim, file) == "too_heavy"


def test_a_film_is_stopped_after_what_an_honest_one_of_its_size_may_need(karim, monkeypatch):
    assert apart.seconds("video", 1_000_000) == 20 * 60 + 80
    assert apart.seconds("video", 3_000_000_000) == 4 * 3600
    monkeypatch.setattr(apart, "FIRST", 0)  # as if its time had passed
    monkeypatch.setattr(apart, "EACH", 0)
    assert db_reason(karim, karim.send("film.mp4", recordings.film())) in ("stuck", "too_heavy")


def test_while_a_film_takes_its_time_voices_photos_and_texts_go_on(karim):
    with media_making._turns["heavy"]:  # as while one is made
        film = karim.send("film.mp4", recordings.film())
        voice = karim.send("voix.webm", recordings.sound())
        photo = karim.send("photo.jpg", samples.photo())
        assert state(karim, voice)["state"] == "ready"
        assert state(karim, film)["state"] == "waiting"
        assert karim.get(f"/files/{photo.id}/media/medium.avif").status_code == 200
        assert "data-wait" in karim.get(f"/files/{film.id}").text


def test_a_making_whose_server_died_is_taken_up_but_not_for_ever(app, karim):
    file = karim.send("voix.webm", recordings.sound())
    with app.app_context():
        lost = {"state": "working", "tries": 1, "tried_at": utcnow() - timedelta(minutes=10)}
        db.session.execute(update(Media).values(lost))
        db.session.commit()
        media_making.make_light()
        assert db.session.get(Media, file.sha256).state == "ready"
        db.session.execute(update(Media).values(lost | {"tries": media_making.TRIES}))
        db.session.commit()
        media_making.make_light()
        db.session.expire_all()
        assert db.session.get(Media, file.sha256).reason == "stuck"


def test_a_full_disk_is_not_the_fault_of_the_file(app, karim, monkeypatch):
    monkeypatch.setattr(media_making.storage, "RESERVE", 1 << 60)
    with app.app_context():
        sent = storage.path_of("0" * 64)  # bytes that came just before the disk was full
        sent.parent.mkdir(parents=True, exist_ok=True)
        sent.write_bytes(recordings.sound())
        db.session.add(Blob(sha256="0" * 64, size=9, mime="audio/webm"))
        db.session.flush()
        db.session.add(Media(sha256="0" * 64, family="audio", reason=""))
        db.session.commit()
        media_making.make_light()
        made = db.session.get(Media, "0" * 64)
        assert (made.state, made.tries) == ("waiting", 0)


def test_what_was_made_and_is_gone_is_made_again(app, karim):
    file = karim.send("voix.webm", recordings.sound())
    with app.app_context():
        previews.forget(file.sha256)
    assert karim.get(f"/files/{file.id}/media/audio.m4a").status_code == 404
    assert karim.get(f"/files/{file.id}/media/audio.m4a").status_code == 200


def test_a_page_shows_a_player_that_waits_then_plays(app, karim, rosa, world):
    with jobs.immediate(app, False):
        file = karim.send("voix.webm", recordings.sound(seconds=12))
        with app.app_context():
            page = Page(group_id=world.ours, title="Paroles", body=f"{{{{fichier {file.id}}}}}")
            save(page, db.session.get(User, world.karim))
            address = page.url
    before = rosa.get(address)
    assert f'data-wait="/files/{file.id}/media.json"' in before.text
    assert f'src="/files/{file.id}/raw"' in before.text  # what was sent, meanwhile
    assert state(rosa, file)["state"] == "waiting"
    with app.app_context():
        media_making.make_light()
    after = rosa.get(address, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert "data-wait" not in after.text
    assert f'src="/files/{file.id}/media/audio.m4a"' in after.text
    assert 'preload="none"' in after.text
    assert "0:12" in after.text
    alone = rosa.get(f"/files/{file.id}/player?size=small").text
    assert "player--small" in alone
    assert "<html" not in alone


def test_files_that_came_before_the_making_are_found(app, karim):
    file = karim.send("voix.webm", recordings.sound())
    with app.app_context():
        db.session.delete(db.session.get(Media, file.sha256))
        db.session.commit()
        media_making.make_light()
        assert db.session.scalar(select(Media.state)) == "ready"


def test_a_photo_comes_in_three_sizes_light_for_those_who_take_it(karim, rosa):
    image = Image.new("RGB", (4000, 3000), (20, 40, 200))
    image.paste((220, 20, 20), (0, 0, 2000, 1500))
    data = samples.saved(image, "JPEG", exif=samples.exif(6), comment=b"SECRETCOMMENT")
    file = karim.send("photo.jpg", data)
    edges = {"thumb": 320, "medium": 1280, "large": 2560}
    for size, edge in edges.items():
        address = f"/files/{file.id}/preview/{size}"
        for accept, mime in (("*/*", "image/webp"), ("image/avif,*/*", "image/avif")):
            answer = rosa.get(address, Accept=accept)
            assert answer.mimetype == mime
            assert "Accept" in answer.headers["Vary"]
            shown = Image.open(io.BytesIO(answer.data))
            assert shown.size == (edge * 3 // 4, edge)  # upright
            assert not shown.getexif()
            assert "icc_profile" not in shown.info
            assert not [secret for secret in samples.SECRETS if secret in answer.data]
        assert rosa.get(f"/files/{file.id}/media/{size}.avif").mimetype == "image/avif"


def test_the_photo_of_an_iphone_is_shown_without_its_place(karim, rosa):
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = samples.saved(samples.picture(), "HEIF", exif=samples.exif(), quality=80)
    assert b"SECRETDEVICE" in data
    file = karim.send("IMG_0001.HEIC", data)
    answer = rosa.get(f"/files/{file.id}/preview/medium")
    assert answer.mimetype == "image/webp"
    assert Image.open(io.BytesIO(answer.data)).getpixel((10, 10))[0] > 150
    assert b"SECRETDEVICE" not in rosa.get(f"/files/{file.id}/download").data
    assert f"/files/{file.id}/preview/medium" in rosa.get(f"/files/{file.id}").text

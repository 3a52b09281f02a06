"""No file of a person is ever active in our origin, and no photo tells where it was taken."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.files import samples
from wiki import jobs
from wiki.db import db
from wiki.files import cleaning, containers, previews, safety
from wiki.files.cleaning import Broken, clean
from wiki.files.making import pictures
from wiki.files.models import File

ACTIVE = ("html", "svg", "xml", "javascript", "css")


@pytest.mark.parametrize("name", samples.HOSTILE)
def test_a_hostile_file_leaves_as_dead_bytes(karim, name):
    sent = karim.send(name, samples.HOSTILE[name])
    assert karim.get(sent.url).status_code == 200
    for way in ("download", "raw", "versions/1"):
        answer = karim.get(f"/files/{sent.id}/{way}")
        assert answer.status_code == 200
        assert not any(word in answer.content_type for word in ACTIVE)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        playable = answer.mimetype.startswith(("video/", "audio/")) and way == "raw"
        assert playable or answer.headers["Content-Disposition"].startswith("attachment")
    for size in ("thumb", "medium", "large", "huge", "../x"):
        answer = karim.get(f"/files/{sent.id}/preview/{size}")
        assert answer.status_code in (200, 404)
        assert answer.status_code == 404 or answer.mimetype == "image/webp"
    assert "<script>alert" not in karim.get(sent.url).text


def test_the_word_of_the_client_counts_for_nothing(karim):
    body = {"group": karim.group,
            "file": (io.BytesIO(b"<script>alert(1)</script>"), "a.png", "image/png")}  # fmt: skip
    sent = karim.client.post("/files/new", data=body, headers={"Accept": "application/json"})
    answer = karim.get(sent.json["download_url"])
    assert answer.mimetype == "application/octet-stream"


def test_a_picture_too_large_to_decode_can_be_downloaded(karim):
    sent = karim.send("bomb.png", samples.bomb())
    assert karim.get(f"/files/{sent.id}/preview/thumb").status_code == 404
    assert karim.get(sent.download_url).data == samples.bomb()


@pytest.mark.parametrize("name", samples.PHOTOS)
def test_a_photo_tells_nothing_from_any_address(karim, nadia, rosa, name):
    data = samples.PHOTOS[name]()
    assert any(secret in data for secret in samples.SECRETS)
    sent = nadia.send(name, data)
    for way in ("download", "raw", "versions/1", "preview/thumb", "preview/medium"):
        answer = rosa.get(f"/files/{sent.id}/{way}")
        assert answer.status_code == 200
        for secret in samples.SECRETS:
            assert secret not in answer.data
        image = Image.open(io.BytesIO(answer.data))
        image.load()
        tags = image.getexif()
        assert not {0x010F, 0x013B, 270, 700, 0x8825} & set(tags)
        assert tags.get(0x0112, 1) == 1
        assert not dict(tags.get_ifd(0x8825))
        for told in ("comment", "xmp", "XML:com.adobe.xmp", "photoshop"):
            assert not bytes(image.info.get(told, b"")).strip(b"\x00")
    assert rosa.get(f"/files/{sent.id}/original").status_code == 403
    assert nadia.get(f"/files/{sent.id}/original").data == data


def test_the_original_is_for_who_sent_it_alone(karim, nadia, rosa, others):
    sent = karim.send("photo.jpg", samples.photo())
    assert karim.get(f"/files/{sent.id}/original").data == samples.photo()
    for other in (nadia, rosa):
        assert other.get(f"/files/{sent.id}/original").status_code == 403
        assert f"/files/{sent.id}/original" not in other.get(sent.url).text
    for other in others:
        assert other.get(f"/files/{sent.id}/original").status_code == 404


def test_a_photo_is_cleaned_without_touching_its_pixels(karim):
    sent = karim.send("photo.jpg", samples.photo())
    shown = Image.open(io.BytesIO(karim.get(sent.download_url).data))
    assert shown.tobytes() == Image.open(io.BytesIO(samples.photo())).tobytes()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_held_sideways_is_served_upright(karim, orientation):
    undo = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    lying = _turned(samples.picture(), undo)
    data = samples.saved(lying, "JPEG", exif=samples.exif(orientation), quality=95)
    sent = karim.send("photo.jpg", data)
    for way in ("download", "preview/medium", "preview/thumb"):
        image = Image.open(io.BytesIO(karim.get(f"/files/{sent.id}/{way}").data)).convert("RGB")
        assert image.width > image.height
        red, _green, blue = image.getpixel((10, 10))
        assert red > 150 > blue
        assert image.getpixel((image.width - 10, 10))[2] > 150


def test_previews_are_small_webp(karim):
    sent = karim.send("large.png", samples.saved(samples.picture(3000, 2000), "PNG"))
    for size, longest in {"thumb": 320, "medium": 1280, "large": 2560}.items():
        answer = karim.get(f"/files/{sent.id}/preview/{size}")
        image = Image.open(io.BytesIO(answer.data))
        assert (image.format, image.width) == ("WEBP", longest)


def test_a_calibrated_screen_is_not_named():
    profile = samples.ImageCms.ImageCmsProfile(samples.ImageCms.createProfile("sRGB")).tobytes()
    named = profile.replace("sRGB".encode("utf-16-be"), "SCRN".encode("utf-16-be"))
    assert named != profile
    data = samples.saved(samples.picture(), "JPEG", icc_profile=named)
    made = clean(io.BytesIO(data), "image/jpeg")
    assert "icc_profile" not in Image.open(io.BytesIO(made.data)).info


@given(st.binary(max_size=400), st.sampled_from(sorted(containers.CLEANERS)))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_cleaners(data, mime):
    starts = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n",
              "image/gif": b"GIF89a", "image/webp": b"RIFF\x90\x01\x00\x00WEBP",
              "image/avif": b"\x00\x00\x00\x0cftypavif",
              "image/heic": b"\x00\x00\x00\x0cftypheic"}  # fmt: skip
    with contextlib.suppress(containers.Malformed):
        containers.CLEANERS[mime](starts[mime] + data)


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.integers(0, 6000), st.binary(min_size=1, max_size=8),
       st.sampled_from(sorted(samples.PHOTOS)))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_damaged_photo_is_cleaned_or_refused(at, noise, name):
    data = bytearray(_cached(name))
    at %= len(data)
    data[at : at + len(noise)] = noise
    mime = safety.detect(io.BytesIO(bytes(data)), name)
    if mime in safety.PICTURES:
        with contextlib.suppress(Broken):
            clean(io.BytesIO(bytes(data)), mime)


@given(st.binary(max_size=300), st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_detection_never_fails_nor_serves_what_runs(data, name):
    served = safety.served_as(safety.detect(io.BytesIO(data), name))
    assert not any(word in served for word in ACTIVE)


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("a.pdf", b"%PDF-1.4", "application/pdf"),
        ("notes.md", b"# Bonjour <b>x</b>", "text/markdown"),
        ("latin.txt", "déjà vu".encode("cp1252"), "text/plain"),
        ("a.csv", b"a;b\n1;2", "text/csv"),
        ("lettre.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
        ("son.mp3", b"ID3\x04\x00", "audio/mpeg"),
        ("voix.m4a", b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        ("voix.webm", b"\x1aE\xdf\xa3\x01B\x82\x84webm", "video/webm"),
        ("voix.ogg", b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        ("?", b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_kinds_are_told_by_content(name, data, mime):
    assert safety.detect(io.BytesIO(data), name) == mime


def test_a_file_cannot_be_made_to_name_the_bytes_of_another(karim, app):
    mine, other = karim.send("a.txt", b"mine"), karim.send("b.txt", b"other")
    with app.app_context():
        file = db.session.get(File, mine.id)
        file.sha256 = other.sha256
        with pytest.raises(ValueError, match="never given"):
            db.session.commit()
        db.session.rollback()


_made: dict[str, bytes] = {}


def _cached(name: str) -> bytes:
    if name not in _made:
        _made[name] = samples.PHOTOS[name]()
    return _made[name]


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    ways = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_90}  # fmt: skip
    return image.transpose(ways[orientation])


def test_a_photo_gone_over_a_thousand_times_is_not_decoded(karim):
    """A few bytes each pass: fifty kilobytes keep a decoder busy for seconds, four megabytes for
    minutes."""
    flat = samples.saved(Image.new("L", (1200, 1000), 128), "JPEG", progressive=True)
    end = flat.rindex(b"\xff\xd9")
    last = flat[flat.rindex(b"\xff\xda") : end]
    sideways = samples.exif(6).tobytes()
    with io.BytesIO() as made:
        Image.open(io.BytesIO(flat)).save(made, "JPEG", progressive=True, exif=sideways)
        flat = made.getvalue()
    end = flat.rindex(b"\xff\xd9")
    file = karim.send("passes.jpg", flat[:end] + last * 5000 + flat[end:])
    assert karim.get(f"/files/{file.id}/preview/small").status_code == 404
    assert karim.get(f"/files/{file.id}/download").status_code == 200


def test_a_paper_of_endless_pages_is_not_opened_whole(karim, monkeypatch):
    monkeypatch.setattr(cleaning, "PIXELS", 400_000)
    page = samples.picture()
    data = samples.saved(page, "TIFF", save_all=True, append_images=[page, page])
    file = karim.send("liasse.tif", data)
    assert karim.get(f"/files/{file.id}/preview/small").status_code == 404
    assert karim.get(f"/files/{file.id}/download").data == data


def test_a_large_picture_asked_for_early_is_decoded_apart(karim, app, monkeypatch):
    monkeypatch.setattr(previews, "SMALL", 1000)
    with jobs.immediate(app, False):
        file = karim.send("photo.jpg", samples.photo())
        monkeypatch.setattr(pictures, "make", None)  # whatever is done, it is not done here
        answer = karim.get(f"/files/{file.id}/preview/small")
    assert answer.status_code == 200

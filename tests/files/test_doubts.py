"""Files that are not what they seem: it is said where they are sent and where they are seen."""

import io

import pytest
from PIL import Image, ImageFile

from tests.files import samples


def noise(form: str, **options) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(made, form, **options)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("page.jpg", b"<!doctype html><title>non</title><p>Bonjour", "mais ce n’en est pas une"),
        ("voix.mp3", b"Bonjour, ceci est un texte.", "mais ce n’en est pas un"),
        ("cut.jpg", noise("JPEG")[:9000], "La fin de cette image manque"),
        (
            "cut-turned.jpg",
            noise("JPEG", exif=samples.exif(6))[:9000],
            "La fin de cette image manque",
        ),
        ("cut.png", noise("PNG")[:90_000], "La fin de cette image manque"),
        ("whole.jpg", noise("JPEG"), ""),
        ("whole-exif.jpg", noise("JPEG", exif=samples.exif()) + b"tail", ""),
        ("turned.jpg", noise("JPEG", exif=samples.exif(6)), ""),
        ("whole.png", noise("PNG"), ""),
        ("whole.webp", samples.webp(), ""),
        ("note.txt", b"bonjour", ""),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_told(karim, monkeypatch, name, data, words):
    # What makes PDF files asks Pillow, for the whole process, to take cut photos for whole ones.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    sent = karim.send(name, data)
    assert words in sent.doubt
    assert bool(words) == bool(sent.doubt)
    page = karim.get(sent.url).text
    assert ("banner--care" in page) == bool(words)
    assert words in page

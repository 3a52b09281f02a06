"""Smaller pictures for the screen: upright WebP without metadata, made once for each SHA-256."""

import io
import threading
from pathlib import Path

from flask import current_app

from wiki import storage
from wiki.db import is_disk_full
from wiki.files.cleaning import Broken, is_decodable, open_picture, strip, to_srgb
from wiki.files.models import Blob
from wiki.jobs import job

SIZES = {"thumb": 320, "medium": 1280, "large": 2560}  # pixels of the longer edge
SHOWN = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp",
         "image/tiff"}  # fmt: skip
_making = threading.Lock()  # decoding takes memory: in a burst of photos, one after the other


def is_possible(blob: Blob) -> bool:
    """Whether a smaller picture can be made, as far as is known before trying."""
    return blob.mime in SHOWN and is_decodable(blob.width, blob.height)


def path(sha256: str, size: str) -> Path | None:
    """The picture in one of SIZES, made when first asked for; None when it cannot be."""
    target = _target(sha256, size)
    if target.exists():
        return target
    if failed(sha256):
        return None
    with _making:
        if not target.exists() and not _make(sha256, [size]):
            return None
    return target


def failed(sha256: str) -> bool:
    """Whether these bytes were tried and are no picture."""
    return _target(sha256, "failed").exists()


@job(retries=1)
def make(sha256: str) -> None:
    """Make the sizes lists and pages show, so that nobody waits for them."""
    wanted = [size for size in ("thumb", "medium") if not _target(sha256, size).exists()]
    if wanted and storage.path_of(sha256).exists():
        with _making:
            _make(sha256, wanted)


def forget(sha256: str) -> None:
    """Delete the smaller pictures of bytes that are gone."""
    for size in (*SIZES, "failed"):
        _target(sha256, size).unlink(missing_ok=True)


def _make(sha256: str, sizes: list[str]) -> bool:
    _target(sha256, "failed").parent.mkdir(parents=True, exist_ok=True)
    try:
        with storage.open_blob(sha256) as file, open_picture(file) as image:
            if not is_decodable(*image.size):
                raise Broken
            longest = max(SIZES[size] for size in sizes)
            image.draft("RGB", (longest, longest))  # a JPEG is decoded at the scale that is needed
            small = _upright(image)
            for size in sorted(sizes, key=SIZES.get, reverse=True):  # each out of the one before
                small.thumbnail((SIZES[size], SIZES[size]), reducing_gap=3.0)
                _write(small, _target(sha256, size))
    except storage.StorageFull:
        raise
    except Exception as error:  # on hostile bytes Pillow's decoders raise anything
        if is_disk_full(error):
            raise storage.StorageFull from error
        _target(sha256, "failed").touch()
        return False
    return True


def _upright(image):
    """The first frame, turned as the camera was held, in colours a screen shows."""
    from PIL import ImageOps

    image.load()
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode not in ("RGB", "RGBA"):
        has_alpha = "A" in image.mode or "transparency" in image.info
        if profile and image.mode == "CMYK":
            image, profile = to_srgb(image, profile), None
        image = image.convert("RGBA" if has_alpha else "RGB")
    return to_srgb(image, profile) if profile else image


def _write(image, target: Path) -> None:
    strip(image)
    made = io.BytesIO()
    image.save(made, "WEBP", quality=80, method=3, exif=b"", xmp=b"", icc_profile=b"")
    storage.check_room(len(made.getvalue()))
    storage.write_durably(target, lambda file: file.write(made.getvalue()))


def _target(sha256: str, size: str) -> Path:
    return _folder() / sha256[:2] / f"{sha256[2:]}-{size}.webp"


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "previews"

"""Pictures without what they tell of their author: place, device, names, comments, hidden pictures.

Bytes are cut out without touching the picture; it is encoded anew only when it must be turned
upright or when its colour profile could name the screen it was made on.
"""

import io
import threading
from typing import BinaryIO, NamedTuple

from wiki.files import containers

PIXELS = 64_000_000  # beyond, a picture is not decoded: 4 bytes each, and several of them
EDGE = 30_000
HEAVIEST = 100_000_000  # bytes of a picture: it is held in memory
PASSES = 100  # over one JPEG; cameras and programs make at most a dozen
ORIENTATION = 0x0112
# Profiles that come with a format or a brand of device, and name nobody.
PROFILES = ("srgb", "display p3", "adobe rgb", "urgb", "c2", "dci", "rec", "itu", "dot gain",
            "gray", "generic", "u.s. web", "coated", "uncoated", "iso coated", "pso")  # fmt: skip

# Decoding takes memory, 36 MB for a phone's photo: in a burst, one after the other.
_encoding = threading.Lock()


class Broken(Exception):
    """The bytes are not the picture they begin like."""


class Picture(NamedTuple):
    """Bytes fit to be shown, and the size of the picture in pixels (0 when unknown)."""

    data: bytes
    width: int
    height: int


def clean(file: BinaryIO, mime: str) -> Picture:
    """The picture without metadata, upright. Raises Broken when it cannot be read at all."""
    file.seek(0)
    data = file.read(HEAVIEST + 1)
    if len(data) > HEAVIEST:
        raise Broken
    try:
        return _clean(data, mime)
    except containers.Malformed as error:
        raise Broken from error


def open_picture(file: BinaryIO):
    """The picture as Pillow reads it, its size checked before any pixel is. Raises Broken."""
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # our own limit, just below, raises where Pillow's only warns
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # other libraries turn it on for the whole process
    _learn_heif()
    try:
        image = Image.open(file, formats=FORMATS)
    except Exception as error:  # on hostile bytes its readers raise anything
        raise Broken from error
    if image.format in ("JPEG", "MPO") and _passes(file) > PASSES:
        image.close()
        raise Broken
    return image


def _passes(file: BinaryIO) -> int:
    """How often a JPEG has its pixels gone over: a few bytes each, and seconds for a large one."""
    here, count, last = file.tell(), 0, b""
    file.seek(0)
    while chunk := file.read(1 << 20):
        count += (last + chunk).count(b"\xff\xda")
        last = chunk[-1:] if chunk[-1:] == b"\xff" else b""
    file.seek(here)
    return count


def is_decodable(width: int | None, height: int | None) -> bool:
    """Whether a picture of that size may be decoded here."""
    return bool(width and height and width * height <= PIXELS and max(width, height) <= EDGE)


FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "HEIF"]


def _learn_heif() -> None:
    """Let Pillow read the photos of iPhones; it opens nothing that it is not given."""
    from PIL import Image

    if "HEIF" not in Image.OPEN:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)


def _clean(data: bytes, mime: str) -> Picture:
    lossless = containers.CLEANERS.get(mime)
    try:
        image = open_picture(io.BytesIO(data))
    except Broken:
        if lossless is None:
            raise
        return Picture(lossless(data), 0, 0)  # damaged perhaps, but no secret leaves with it
    with image:
        width, height = image.size
        if is_decodable(width, height) and (mime == "image/tiff" or _must_encode(image)):
            try:
                with _encoding:
                    return _encoded(image, data)
            except Exception:  # as above
                pass  # a truncated photo is kept as far as it goes, lying down
    if mime == "image/tiff":
        raise Broken
    return Picture(lossless(data) if lossless else data, width, height)


def _must_encode(image) -> bool:
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        return False
    if image.format in ("AVIF", "BMP", "HEIF"):  # upright already, by what they say of themselves
        return False
    return _orientation(image) != 1 or not _is_usual(image.info.get("icc_profile"))


def _orientation(image) -> int:
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # as above
        return 1


def _is_usual(profile: bytes | None) -> bool:
    """Whether a colour profile is a common one; a calibrated screen's names its serial number."""
    if not profile:
        return True
    from PIL import ImageCms

    try:
        with io.BytesIO(profile) as file:
            name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(file))
    except Exception:  # as above
        return False
    return len(profile) < 1_000_000 and name.strip().lower().startswith(PROFILES)


def _encoded(image, data: bytes) -> Picture:
    """The picture encoded again in its own format, upright, with nothing beside its pixels."""
    from PIL import ImageOps

    profile, form = image.info.get("icc_profile"), image.format
    frames = _frames(image)
    if form == "MPO":
        form, frames = "JPEG", frames[:1]
    frames = [ImageOps.exif_transpose(frame) for frame in frames]
    options: dict = {"format": form}
    if profile and _is_usual(profile):
        options["icc_profile"] = profile
    elif profile:
        frames = [to_srgb(frame, profile) for frame in frames]
    for frame in frames:
        strip(frame)
    if form == "JPEG":
        options |= {"quality": 92, "subsampling": 0}
    elif form == "WEBP":
        options |= {"lossless": b"VP8L" in data[:64], "quality": 92}
    elif form == "TIFF":
        options |= {"compression": "tiff_deflate", "save_all": True, "append_images": frames[1:]}
    made = io.BytesIO()
    frames[0].save(made, **options)
    return Picture(made.getvalue(), *frames[0].size)


def _frames(image) -> list:
    """The pages of a paper that was scanned; together no larger than one picture may be."""
    found, pixels = [], 0
    for number in range(min(getattr(image, "n_frames", 1), 200)):
        found.append(_frame(image, number))
        pixels += image.width * image.height
        if pixels > PIXELS:
            raise Broken
    return found


def _frame(image, number: int):
    if getattr(image, "n_frames", 1) > 1:
        image.seek(number)
        if not is_decodable(*image.size):  # each page of a paper has its own size
            raise Broken
    image.load()
    return image.copy() if number else image


def strip(image) -> None:
    """Leave pixels and palette only: Pillow would write back the rest of `info`, and comments."""
    kept = image.info.get("transparency")
    image.info.clear()
    if kept is not None:
        image.info["transparency"] = kept
    image.getexif().clear()


def to_srgb(image, profile: bytes):
    """The picture in the colours every screen understands; unchanged when that fails."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGB" if image.mode in ("CMYK", "YCbCr", "LAB", "L") else image.mode
        return ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except Exception:  # as above
        return image

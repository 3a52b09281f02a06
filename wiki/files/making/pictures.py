"""Pictures for the screen: upright, four sizes, WebP for all and AVIF for those who take it."""

from pathlib import Path
from typing import BinaryIO

from wiki.files.cleaning import Broken, is_decodable, open_picture, strip, to_srgb
from wiki.files.making.opening import Failure

SIZES = {"thumb": 320, "small": 448, "medium": 1280, "large": 2560}  # pixels of the longer edge
OPTIONS = {
    ".webp": {"format": "WEBP", "quality": 80, "method": 1},
    ".avif": {"format": "AVIF", "quality": 53, "speed": 9, "max_threads": 2},
}
TO_MAKE = [f"{size}{form}" for size in SIZES for form in OPTIONS]


def make(file: BinaryIO, folder: Path, wanted: list[str], say=lambda _part: None) -> dict:
    """Write the sizes that are wanted (« thumb.webp »). Raises Failure."""
    try:
        with open_picture(file) as image:
            if not is_decodable(*image.size):
                raise Failure("too_large")
            longest = max(SIZES[name.partition(".")[0]] for name in wanted)
            image.draft("RGB", (longest, longest))  # a JPEG is decoded at the scale that is needed
            small = upright(image)
            size = small.size
            for done, (name, edge) in enumerate(_largest_first(wanted)):
                small.thumbnail((edge, edge), reducing_gap=3.0)  # each out of the one before
                write(small, folder / name)
                say((done + 1) / len(wanted))
    except Broken as error:
        raise Failure("damaged") from error
    return {"family": "image", "width": size[0], "height": size[1], "made": wanted}


def upright(image):
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


def write(image, target: Path) -> None:
    """Write pixels and nothing else, in the form that the name says."""
    strip(image)
    image.save(target, **OPTIONS[target.suffix], exif=b"", xmp=b"", icc_profile=b"")


def _largest_first(wanted: list[str]):
    edges = [(name, SIZES[name.partition(".")[0]]) for name in wanted]
    return sorted(edges, key=lambda one: -one[1])

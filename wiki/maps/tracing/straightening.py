"""A photo of a sheet seen askew, as if it had been laid flat under the eye."""

import io
import math

from wiki.maps.tracing import planes, sheets
from wiki.maps.tracing.sheets import Sheet

LARGEST, LEAST = 2400, 240  # pixels of the longer edge of what is made
QUALITY = 86
PAPER = 246  # how light clean paper is


def straighten(
    image, corners: list, sheet: Sheet | None, clean: bool, tell=lambda _far: None
) -> tuple[bytes, int, int]:
    """The picture as JPEG, with its width and height; ValueError when corners hold nothing.

    `corners` are parts of the photo's width and height, clockwise from where reading begins: the
    middles of the marks when `sheet` is known, else the corners of the drawing itself.
    """
    from PIL import Image

    quad = [(x * image.width, y * image.height) for x, y in corners]
    if not planes.is_convex(quad) or planes.area(quad) < 400:
        raise ValueError("corners")
    if sheet:
        plane = planes.between(sheets.marks(sheet.tall), quad)
        left, top, right, bottom = sheet.room
        room = [(left, top), (right, top), (right, bottom), (left, bottom)]
        if plane is None:
            raise ValueError("corners")
        quad = [planes.carried(plane, *spot) for spot in room]
        shape = (right - left) / (bottom - top)
    else:
        shape = _shape(quad)
    size = _size(quad, shape)
    plane = planes.between([(0, 0), (size[0], 0), size, (0, size[1])], quad)
    if plane is None:
        raise ValueError("corners")
    made = image.convert("RGB").transform(
        size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC, fillcolor="#fff"
    )
    tell(60)
    if clean:
        made = whitened(made)
    tell(85)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue(), *size


def _shape(quad: list) -> float:
    """How wide a drawing is for its height, as far as a photo tells."""
    top, right, bottom, left = (math.dist(quad[at], quad[(at + 1) % 4]) for at in range(4))
    return max(0.1, min(10.0, max(top, bottom) / max(left, right, 1)))


def _size(quad: list, shape: float) -> tuple[int, int]:
    """As many pixels as the photo has there, within bounds."""
    top, right, bottom, left = (math.dist(quad[at], quad[(at + 1) % 4]) for at in range(4))
    wide, high = max(top, bottom), max(left, right)
    wide = max(wide, high * shape)
    longest = min(max(wide, wide / shape, LEAST), LARGEST)
    wide = longest if shape >= 1 else longest * shape
    return max(1, round(wide)), max(1, round(wide / shape))


def whitened(image):
    """The same drawing on white paper: each pixel is told from the paper around it."""
    from PIL import Image, ImageFilter, ImageMath

    small = image.copy()
    small.thumbnail((240, 240), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(8))
    paper = paper.resize(image.size, Image.Resampling.BICUBIC)
    bands = [
        ImageMath.lambda_eval(
            lambda told: told["convert"](
                told["min"](told["int"](told["a"]) * PAPER / (told["int"](told["b"]) + 1), 255), "L"
            ),
            a=one, b=under,
        )
        for one, under in zip(image.split(), paper.split(), strict=True)
    ]  # fmt: skip
    return Image.merge("RGB", bands)

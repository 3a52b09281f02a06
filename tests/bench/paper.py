"""Photographs of a printed sheet, harsher and harsher: `python -m tests.bench.paper [--rounds 12]`.

For each condition: how many were straightened by themselves, how far the drawing then lies from its
place on the sheet (millimetres), and how many were read as another sheet (which must be none).
"""

import argparse
import io
import math
import random
import statistics
import time

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.maps.test_paper_loop import SPOT, dot, drawn, photographed, sheet
from wiki.maps.tracing import finding, straightening


def askew(chance: random.Random, much: float) -> list:
    """Where the corners of the sheet fall on a photo taken from somewhere above a table."""
    wide, high = 1500, 1060
    corners = [(80, 80), (80 + wide, 80), (80 + wide, 80 + high), (80, 80 + high)]
    return [
        (
            x + chance.uniform(-much, much) * wide + much * wide,
            y + chance.uniform(-much, much) * high + much * high,
        )
        for x, y in corners
    ]


def shaded(image, chance):
    """The shadow of whoever takes the photo, over half of the sheet."""
    edge = chance.uniform(0.3, 0.7) * image.width
    mask = Image.new("L", image.size, 255)
    ImageDraw.Draw(mask).polygon(
        [(0, 0), (edge, 0), (edge * 0.8, image.height), (0, image.height)], fill=95
    )
    return ImageChops.multiply(image, mask.filter(ImageFilter.GaussianBlur(12)).convert("RGB"))


def grainy(image, chance):
    """A dim room: little light, much noise."""
    dim = image.point(lambda n: n * 0.38 + 8)
    noise = Image.effect_noise(image.size, 34).convert("RGB")
    return ImageChops.add(dim, noise, 1, -128)


def blurred(image, chance):
    """A hand that moved."""
    return image.filter(ImageFilter.GaussianBlur(chance.uniform(2.5, 4)))


def crushed(image, chance):
    """Sent twice through a messenger: small, and packed hard."""
    small = image.resize((1000, round(1000 * image.height / image.width)))
    made = io.BytesIO()
    small.save(made, "JPEG", quality=28)
    return Image.open(made).convert("RGB")


def bulged(image, chance):
    """A lens that bends straight lines."""
    wide, high = image.size
    step, cells = 40, []
    for top in range(0, high, step):
        for left in range(0, wide, step):
            right, bottom = min(wide, left + step), min(high, top + step)
            quad = [bent(x, y, wide, high) for x, y in
                    ((left, top), (left, bottom), (right, bottom), (right, top))]  # fmt: skip
            cells.append(((left, top, right, bottom), [n for spot in quad for n in spot]))
    return image.transform(image.size, Image.Transform.MESH, cells, Image.Resampling.BILINEAR)


def bent(x: float, y: float, wide: float, high: float, much: float = 0.025) -> tuple[float, float]:
    """Where a lens takes a point of the picture from."""
    dx, dy = (x - wide / 2) / (wide / 2), (y - high / 2) / (wide / 2)
    out = 1 + much * (dx * dx + dy * dy) - much
    return wide / 2 + dx * out * wide / 2, high / 2 + dy * out * wide / 2


def stained(image, chance):
    """Coffee, a crease, and dark things on the table."""
    made = image.copy()
    pen = ImageDraw.Draw(made, "RGBA")
    for _n in range(3):
        x, y, r = (
            chance.uniform(0, made.width),
            chance.uniform(0, made.height),
            chance.uniform(60, 140),
        )
        pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=(92, 60, 30, 90), outline=(70, 42, 18, 170), width=7
        )
    pen.line(
        (0, chance.uniform(0, made.height), made.width, chance.uniform(0, made.height)),
        fill=(60, 60, 60, 120),
        width=4,
    )
    for _n in range(14):
        x, y = chance.uniform(0, made.width), chance.uniform(0, 60)
        pen.rectangle((x, y, x + 26, y + 26), fill=(15, 15, 15, 255))
    return made


CONDITIONS = {
    "from above, even light": (0.02, ()),
    "from aside (a sixth)": (0.09, ()),
    "from far aside (a third)": (0.17, ()),
    "a shadow over half": (0.05, (shaded,)),
    "a dim room, grain": (0.05, (grainy,)),
    "a hand that moved": (0.05, (blurred,)),
    "sent by a messenger": (0.05, (crushed,)),
    "a wide lens": (0.05, (bulged,)),
    "coffee, crease, a full table": (0.05, (stained,)),
    "a thumb on a mark": (0.05, ("thumb",)),
    "shadow, grain, lens, messenger": (0.07, (shaded, bulged, grainy, crushed)),
}


def main() -> None:
    """Print a line a condition."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=12)
    rounds = asked.parse_args().rounds
    print(f"{'photo of a sheet':34} alone  by hand  wrong   mm: median  worst   seconds")
    for name, (much, steps) in CONDITIONS.items():
        chance = random.Random(name)
        results = [
            one(chance, much, steps, turn)
            for _n in range(rounds)
            for turn in (chance.choice((0, 90, 180, 270)),)
        ]
        away = [found for found, _took in results if isinstance(found, float)]
        said = [found for found, _took in results if not isinstance(found, float)]
        far = f"{statistics.median(away):10.1f} {max(away):6.1f}" if away else f"{'–':>10} {'–':>6}"
        took = statistics.median(took for _found, took in results)
        by_hand, wrong = said.count("hand"), said.count("wrong")
        print(f"{name:34} {len(away):3}/{rounds}  {by_hand:6}  {wrong:5}   {far}   {took:6.2f}")


def near(made, room: float = 0.08) -> tuple[float, float]:
    """Where the red dot is, looked for near its place: stains are red too."""
    left, top, right, bottom = (
        round((SPOT[at % 2] + way * room) * made.size[at % 2])
        for at, way in enumerate((-1, -1, 1, 1))
    )
    x, y = dot(made.crop((left, top, right, bottom)))
    return (left + x * (right - left)) / made.width, (top + y * (bottom - top)) / made.height


def one(chance: random.Random, much: float, steps: tuple, turn: int) -> tuple:
    """A photo: how far its red dot lies from its place, « hand » or « wrong »; seconds it took."""
    given = sheet()
    hide = (chance.choice((1, 2, 3)),) if "thumb" in steps else ()
    image = photographed(drawn(given, hide), turn, askew(chance, much))
    for step in steps:
        image = image if step == "thumb" else step(image, chance)
    began = time.monotonic()
    found = finding.look(image)
    took = time.monotonic() - began
    if found.sheet is None:
        return "hand", took
    if found.sheet != given:
        return "wrong", took
    made, _wide, _high = straightening.straighten(image, found.corners, found.sheet, True)
    x, y = near(Image.open(io.BytesIO(made)))
    west, north, east, south = given.room
    return math.hypot((x - SPOT[0]) * (east - west), (y - SPOT[1]) * (south - north)), took


if __name__ == "__main__":
    main()

"""Pictures for the demo, drawn when it is loaded: a plan, a path, bars, a comb."""

import io
import json
from functools import cache
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageFont

from wiki.templating import DIST

INK, PAPER = "#17203f", "#fbf6eb"
STRONG = {
    "brique": "#9b3a22", "ocre": "#7d500d", "mousse": "#4d5d16", "sapin": "#145a3b",
    "lagune": "#085f6a", "bleuet": "#1f549d", "mure": "#8d2350", "ardoise": "#475261",
}  # fmt: skip
TINT = {
    "brique": "#f3ddd4", "ocre": "#f2e0c4", "mousse": "#e3e7c6", "sapin": "#d3e8d8",
    "lagune": "#cfe9e6", "bleuet": "#d7e3f2", "mure": "#f4dadd", "ardoise": "#dfe3e8",
}  # fmt: skip
WIDTH, HEIGHT = 1200, 800


def draw(row: dict) -> bytes:
    """The picture a row of world.yaml asks for, as PNG."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    shapes = {"chart": _chart, "map": _map, "path": _path, "comb": _comb}
    shapes[row["shape"]](pen, row)
    pen.text((60, 44), row["title"], fill=INK, font=_font(40))
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _chart(pen: ImageDraw.ImageDraw, row: dict) -> None:
    values, labels = row["values"], row["labels"]
    step = (WIDTH - 160) / len(values)
    for index, (value, label) in enumerate(zip(values, labels, strict=True)):
        left, right = 80 + index * step + 18, 80 + (index + 1) * step - 18
        top = 690 - 480 * value / max(values)
        pen.rectangle((left, top, right, 690), fill=STRONG[row["colour"]])
        middle = (left + right) / 2
        pen.text((middle, top - 12), str(value), fill=INK, font=_font(38), anchor="mb")
        pen.text((middle, 710), label, fill=INK, font=_font(28), anchor="mt")
    pen.line((80, 690, WIDTH - 80, 690), fill=INK, width=4)


def _map(pen: ImageDraw.ImageDraw, row: dict) -> None:
    tint = TINT[row["colour"]]
    for x in range(140, WIDTH, 230):
        pen.line((x, 130, x - 40, 780), fill=tint, width=26)
    for y in range(200, HEIGHT, 150):
        pen.line((40, y + 20, 1160, y - 20), fill=tint, width=26)
    pen.line((0, 770, 380, 720, 800, 765, 1200, 700), fill=TINT["bleuet"], width=50, joint="curve")
    for index, name in enumerate(row["points"]):
        x = 100 + (index % 4) * 275 + (index * 37) % 60
        y = 190 + (index // 4) * 190 + (index * 53) % 110
        _mark(pen, x, y, str(index + 1), row["colour"])
        pen.text((x + 34, y), name, fill=INK, font=_font(23), anchor="lm")


def _path(pen: ImageDraw.ImageDraw, row: dict) -> None:
    points = row["points"]
    places = [
        (110 + index * (WIDTH - 220) / (len(points) - 1), 430 + 170 * sin(index * 1.1))
        for index in range(len(points))
    ]
    pen.line(places, fill=TINT[row["colour"]], width=34, joint="curve")
    pen.line(places, fill=STRONG[row["colour"]], width=5, joint="curve")
    for index, ((x, y), name) in enumerate(zip(places, points, strict=True)):
        _mark(pen, x, y, str(index + 1), row["colour"])
        under = index % 2
        spot = (x, y + 44) if under else (x, y - 44)
        pen.text(spot, name, fill=INK, font=_font(23), anchor="ma" if under else "md")


def _comb(pen: ImageDraw.ImageDraw, row: dict) -> None:
    for index in range(16):
        x = 240 + (index % 4) * 200 + (index // 4 % 2) * 100
        y = 190 + (index // 4) * 160
        full = index not in (5, 10, 11, 14)
        fill = STRONG[row["colour"]] if full else PAPER
        corners = [(x + 92 * sin(k * pi / 3), y + 92 * cos(k * pi / 3)) for k in range(6)]
        pen.polygon(corners, fill=fill, outline=STRONG[row["colour"]], width=5)


def _mark(pen: ImageDraw.ImageDraw, x: float, y: float, words: str, colour: str) -> None:
    corners = [(x + 27 * sin(k * pi / 3), y + 27 * cos(k * pi / 3)) for k in range(6)]
    pen.polygon(corners, fill=STRONG[colour])
    pen.text((x, y), words, fill=PAPER, font=_font(24), anchor="mm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The letters of the site itself: Pillow's own have no accents."""
    names = json.loads((DIST / "manifest.json").read_text())
    return ImageFont.truetype(DIST / names["font-800.woff2"], size)

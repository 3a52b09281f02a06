"""The comb: a cover drawn from a number, printed in two inks, where there is no photo."""

from functools import lru_cache
from math import sqrt
from typing import NamedTuple
from zlib import crc32

from markupsafe import Markup

WOBBLE = 0.09  # how far a corner strays, as a share of the radius
SHRINK = 0.945  # what is left of a cell once the gap is cut
KINDS = (  # out of a hundred cells
    ("print", 25),
    ("tint", 43),
    ("hatch", 60),
    ("strong", 74),
    ("dots", 86),
    ("line", 93),
    ("honey", 100),
)


class Shape(NamedTuple):
    """A format of cover: its sheet, the radius of its cells, its crop, where it thins out."""

    width: int
    height: int
    radius: float
    crop: str
    start: float = 0  # an open cover leaves this share of its width to the title

    @property
    def open(self) -> bool:
        """Whether whole cells are printed on the page itself, rather than a strip of paper."""
        return self.start > 0


SHAPES = {
    "card": Shape(360, 150, 34, "xMidYMid"),  # paper at the head of a card
    "strip": Shape(150, 420, 31, "xMidYMid"),  # paper beside a search result
    "band": Shape(420, 120, 20, "xMaxYMin", 0.5),  # a group among mine
    "head": Shape(900, 380, 48, "xMaxYMin", 0.58),  # beside the title of a page or a report
    "group": Shape(1100, 400, 48, "xMaxYMin", 0.5),  # a group's home
}


class Cell(NamedTuple):
    """One hexagon: its centre, its corners after the knife, and how it is printed."""

    x: float
    y: float
    corners: tuple[tuple[float, float], ...]
    kind: str


@lru_cache(maxsize=2048)
def cover_svg(seed: int, shape: str = "card", emblem: str = "") -> Markup:
    """The comb of an item or a group; the same number always gives the same drawing.

    ``emblem`` is markup for a 48×48 box, printed on one strong cell: the group's pictogram.
    """
    sheet = SHAPES[shape]
    cells = _comb(seed, sheet)
    if sheet.open and all(cell.kind != "honey" for cell in cells):
        cells[0] = cells[0]._replace(kind="honey")  # the first of the top row, in full view
    mark = ""
    if emblem and cells:
        chosen = min(cells, key=lambda cell: _distance(cell, sheet))
        cells[cells.index(chosen)] = chosen._replace(kind="strong")
        mark = _emblem(chosen, sheet.radius, emblem)
    name = f"k{shape[0]}{seed}"
    return Markup(
        f'<svg class="cover-art" viewBox="0 0 {sheet.width} {sheet.height}"'
        f' preserveAspectRatio="{sheet.crop} slice" aria-hidden="true" focusable="false">'
        f"{_patterns(name)}{_ink(cells, name)}{mark}</svg>"
    )


def _comb(seed: int, sheet: Shape) -> list[Cell]:
    step_x, step_y = sheet.radius * sqrt(3), sheet.radius * 1.5
    top = sheet.radius * 1.26 if sheet.open else 0  # an open cover has no cell cut by its edge
    room = sheet.height * 0.94 - top - sheet.radius if sheet.open else sheet.height + step_y
    rows = int(room / step_y) + 1
    columns = int(sheet.width / step_x) + 2
    cells = []
    for row in range(rows):
        for column in range(columns):
            x = (column + row % 2 / 2) * step_x
            y = top + row * step_y
            if (
                sheet.open
                and x / sheet.width < _edge(seed, sheet.start, row, column) + row / rows / 12
            ):
                continue
            kind = _kind(_chance(seed, "kind", row, column))
            cells.append(Cell(x, y, _corners(seed, sheet.radius, (x, y), row, column), kind))
    return cells


def _edge(seed: int, start: float, row: int, column: int) -> float:
    """Where an open cover begins, uneven: it thins out toward the title, never under it."""
    return start + 0.14 * _chance(seed, "edge", row, column)


def _kind(chance: float) -> str:
    return next(kind for kind, limit in KINDS if chance * 100 < limit)


def _corners(
    seed: int, radius: float, centre: tuple[float, float], row: int, column: int
) -> tuple[tuple[float, float], ...]:
    """The six corners; each strays by its own place on the sheet, so that neighbours share it."""
    (x, y), half, corners = centre, sqrt(3) / 2, []
    across, down = 2 * column + row % 2, 3 * row
    for dx, dy in ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1)):
        sx = (_chance(seed, "x", across + dx, down + dy) * 2 - 1) * WOBBLE
        sy = (_chance(seed, "y", across + dx, down + dy) * 2 - 1) * WOBBLE
        corners.append(
            (
                x + (dx * half + sx) * radius * SHRINK,
                y + (dy / 2 + sy) * radius * SHRINK,
            )
        )
    return tuple(corners)


def _chance(seed: int, what: str, a: int, b: int) -> float:
    """A number from 0 to 1 that depends on nothing but the arguments, on every machine."""
    mixed = crc32(f"{seed}/{what}/{a}/{b}".encode())
    for factor in (0x85EBCA6B, 0xC2B2AE35):  # without this, neighbours would come out alike
        mixed = (mixed ^ mixed >> 15) * factor & 0xFFFFFFFF
    return (mixed ^ mixed >> 16) / 0x100000000


def _distance(cell: Cell, sheet: Shape) -> float:
    """How far a cell is from where the pictogram shows best."""
    x, y = (0.78, 0.28) if sheet.start > 0.5 else (0.74, 0.28) if sheet.open else (0.5, 0.5)
    return (cell.x - x * sheet.width) ** 2 + (cell.y - y * sheet.height) ** 2


def _emblem(cell: Cell, radius: float, emblem: str) -> str:
    size = round(radius * 1.12)
    x, y = round(cell.x - size / 2), round(cell.y - size / 2)
    return (
        f'<svg class="c-pict" x="{x}" y="{y}" width="{size}" height="{size}" viewBox="0 0 48 48">'
        f"{emblem}</svg>"
    )


def _patterns(name: str) -> str:
    return (
        f'<defs><pattern id="{name}h" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(30)"><path class="c-hatch" d="M0 3h6"/></pattern>'
        f'<pattern id="{name}d" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(15)"><circle class="c-dot" cx="3.5" cy="3.5" r="1.7"/>'
        "</pattern></defs>"
    )


def _ink(cells: list[Cell], name: str) -> str:
    """One path for each way of printing; honey lies a little beside its outline, as in riso."""
    look = {
        "tint": 'class="c-tint"',
        "print": 'class="c-print"',
        "strong": 'class="c-strong"',
        "hatch": f'fill="url(#{name}h)"',
        "dots": f'class="c-edge" fill="url(#{name}d)"',
        "honey": 'class="c-honey" transform="translate(2.5 2)"',
        "line": 'class="c-line"',
    }
    paths = []
    for kind, attributes in look.items():
        printed = [c for c in cells if c.kind == kind or (kind == "line" and c.kind == "honey")]
        if printed:
            paths.append(f'<path {attributes} d="{"".join(_outline(c) for c in printed)}"/>')
    return "".join(paths)


def _outline(cell: Cell) -> str:
    points = [(round(x), round(y)) for x, y in cell.corners]
    lines = "".join(
        f"l{x - px} {y - py}" for (px, py), (x, y) in zip(points, points[1:], strict=False)
    )
    return f"M{points[0][0]} {points[0][1]}{lines.replace(' -', '-')}z"

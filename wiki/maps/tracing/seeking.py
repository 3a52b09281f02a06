"""The strip of a sheet near where it should be: a lens bends the paper, a mark may be hidden.

Cells are read where they are crisp, not where a plane would have them; the proof decides.
"""

from itertools import product
from typing import NamedTuple

from wiki.maps.tracing import planes, sheets
from wiki.maps.tracing.sheets import Sheet

FINE = 8  # pixels across a cell, once laid flat
_UNIT = ((0, 0), (1, 0), (1, 1), (0, 1))
FAR = [n / 2 for n in range(-5, 6)]  # cells away that the strip is looked for
NEAR = (-1.5, -1, -0.5, 0, 0.5, 1, 1.5)  # and then each of its ends
KEPT = 4


def ways(quad: list):
    """Each way in which a sheet may lie on four marks: the marks, whether it is tall, the plane."""
    for turn in range(4):
        turned = quad[turn:] + quad[:turn]
        for tall in (False, True):
            if plane := planes.between(sheets.marks(tall), turned):
                yield turned, tall, plane


def strip(plane: tuple, tall: bool) -> list:
    """The four corners of the strip in the photo, as a plane puts them."""
    x, y = sheets.strip(tall)
    across, down = sheets.COLUMNS * sheets.CELL, sheets.ROWS * sheets.CELL
    return [planes.carried(plane, x + a * across, y + b * down) for a, b in _UNIT]


def cells(grey, quad: list) -> list[int]:
    """The cells inside four corners of the photo."""
    data = _lights(grey, quad)
    limit = (min(data) + max(data)) / 2 if data else 0
    return [1 if value < limit else 0 for value in data]


class Read(NamedTuple):
    """A strip that was proved: the marks from where reading begins, its sheet, its four corners."""

    marks: list
    sheet: Sheet
    strip: list


def as_laid(grey, quad: list) -> Read | None:
    """What the strip tells where the marks say that it is."""
    for turned, tall, plane in ways(quad):
        if found := _told(grey, turned, tall, strip(plane, tall)):
            return found
    return None


def near_by(grey, quad: list) -> Read | None:
    """What the strip tells, not far from where the marks say that it is."""
    tried = []
    for turned, tall, plane in ways(quad):
        given = strip(plane, tall)
        for move in product(FAR, FAR):
            moved = _moved(given, move, move)
            tried.append((_crisp(grey, moved), turned, tall, moved))
    tried.sort(key=lambda one: -one[0])
    for _crispness, turned, tall, given in tried[:KEPT]:
        if found := _told(grey, turned, tall, _fitted(grey, given)):
            return found
    return None


def _told(grey, turned: list, tall: bool, given: list) -> Read | None:
    sheet = Sheet.unpack(sheets.of_cells(cells(grey, given)))
    return Read(turned, sheet, given) if sheet and sheet.tall == tall else None


def _fitted(grey, quad: list) -> list:
    """The strip with each end moved to where its cells are crispest, then a little again."""
    for step in (1, 0.5, 0.25):
        for end in (0, 1):
            moves = [(dx * step, dy * step) for dx, dy in product(NEAR, NEAR)]
            ends = [(move, (0, 0)) if end else ((0, 0), move) for move in moves]
            quad = max((_moved(quad, *both) for both in ends), key=lambda one: _crisp(grey, one))
    return quad


def _moved(quad: list, left: tuple, right: tuple) -> list:
    """The strip with its ends moved so many cells along it and across it."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    along = (bx - ax) / sheets.COLUMNS, (by - ay) / sheets.COLUMNS
    across = (dx - ax) / sheets.ROWS, (dy - ay) / sheets.ROWS

    def put(spot, move):
        return (spot[0] + move[0] * along[0] + move[1] * across[0],
                spot[1] + move[0] * along[1] + move[1] * across[1])  # fmt: skip

    return [put(quad[0], left), put(quad[1], right), put(quad[2], right), put(quad[3], left)]


def _crisp(grey, quad: list) -> float:
    """How far its lighter half is from its darker: as many cells are black as white."""
    data = sorted(_lights(grey, quad))
    half = len(data) // 2
    return sum(data[half:]) - sum(data[:half])


def _lights(grey, quad: list) -> bytes:
    from PIL import Image

    size = (sheets.COLUMNS * FINE, sheets.ROWS * FINE)
    laid = planes.between([(0, 0), (size[0], 0), size, (0, size[1])], quad)
    if laid is None:
        return b""
    seen = grey.transform(size, Image.Transform.PERSPECTIVE, laid, Image.Resampling.BILINEAR)
    return seen.resize((sheets.COLUMNS, sheets.ROWS), Image.Resampling.BOX).tobytes()

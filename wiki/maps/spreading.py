"""Marks that would hide one another step aside; a thread says where each stands."""

import math

APART = 27.0  # units between the middles of two marks
ROUNDS = 60
MOST = 300  # beyond, marks bear no number, and stay where they are


def spread(marks: list, wide: float, high: float) -> None:
    """Move marks apart, none out of the sheet; each keeps its own spot in `at`."""
    if not 1 < len(marks) <= MOST:
        return
    for _round in range(ROUNDS):
        if not _push(marks):
            break
        for one in marks:
            one.x = min(max(one.x, min(14.0, wide / 2)), max(wide - 14.0, wide / 2))
            one.y = min(max(one.y, min(14.0, high / 2)), max(high - 14.0, high / 2))


def _push(marks: list) -> bool:
    """One round: each pair that overlaps parts by half of what is lacking."""
    cells: dict[tuple[int, int], list[int]] = {}
    for at, one in enumerate(marks):
        cells.setdefault((int(one.x // APART), int(one.y // APART)), []).append(at)
    moved = False
    for (column, row), here in cells.items():
        near = [
            at for dx in (-1, 0, 1) for dy in (-1, 0, 1)
            for at in cells.get((column + dx, row + dy), ())
        ]  # fmt: skip
        for first in here:
            for second in near:
                if first < second:
                    moved |= _part(marks[first], marks[second], first + second)
    return moved


def _part(one, other, turn: int) -> bool:
    dx, dy = other.x - one.x, other.y - one.y
    away = math.hypot(dx, dy)
    if away >= APART - 0.5:
        return False
    if away < 0.01:  # on the same spot: each its own way, the same at every drawing
        dx, dy, away = math.cos(turn * 2.4), math.sin(turn * 2.4), 1.0
        step = APART / 4
    else:
        step = (APART - away) / 2
    one.x, one.y = one.x - dx / away * step, one.y - dy / away * step
    other.x, other.y = other.x + dx / away * step, other.y + dy / away * step
    return True

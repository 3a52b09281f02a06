"""Marks that would hide one another step aside, a little; those that would go far are gathered.

A mark far from its place says that the place is elsewhere: beyond a few units, one sign with how
many stand there tells less, and nothing false.
"""

import math

APART = 27.0  # units between the middles of two marks
FAR = 26.0  # how far from its place a mark may be drawn
ROUNDS = 60
MOST = 300  # beyond, marks bear no number, and stay where they are


def spread(marks: list, wide: float, high: float) -> list:
    """The marks to draw, none out of the sheet; each keeps its own spot in `at`.

    Those that no small step frees are one mark, which has the others in its `others`.
    """
    if not 1 < len(marks) <= MOST:
        return marks
    for size in (0.0, APART, APART * 1.6, APART * 2.4):
        marks = _gathered(marks, size) if size else marks
        _settle(marks, wide, high)
        if all(math.dist((one.x, one.y), one.at) <= FAR for one in marks):
            return marks
    for one in marks:
        _hold(one)
    return marks


def _gathered(marks: list, size: float) -> list:
    """Marks that went too far, put with those whose places are nearer than `size`."""
    lost = [one for one in marks if math.dist((one.x, one.y), one.at) > FAR]
    taken: dict[int, int] = {}
    groups: list[list] = []
    far = {id(one) for one in lost}
    for one in [*lost, *(m for m in marks if id(m) not in far)]:
        home = next(
            (at for at, group in enumerate(groups) if math.dist(group[0].at, one.at) < size), None
        )
        if home is None and id(one) in far:
            groups.append([one])
            home = len(groups) - 1
        elif home is not None:
            groups[home].append(one)
        if home is not None:
            taken[id(one)] = home
    kept = [one for one in marks if id(one) not in taken]
    for one in kept:
        one.x, one.y = one.at
    return [*kept, *map(_one, groups)]


def _one(group: list):
    """The mark that stands for several, in the middle of their places."""
    whole = [one for mark in group for one in (mark, *mark.others)]
    whole.sort(key=lambda one: one.number)
    first = whole[0]
    first.at = (
        sum(one.at[0] for one in group) / len(group), sum(one.at[1] for one in group) / len(group),
    )  # fmt: skip
    first.x, first.y = first.at
    first.others = whole[1:]
    for one in first.others:
        one.others = []
    return first


def _fan(marks: list) -> None:
    """Marks of one spot stand around it, each its own way, the same at every drawing."""
    same: dict[tuple[int, int], list] = {}
    for one in marks:
        same.setdefault((round(one.x), round(one.y)), []).append(one)
    for many in same.values():
        radius = APART / 2 / math.sin(math.pi / len(many)) if len(many) > 1 else 0
        for turn, one in enumerate(many) if radius else ():
            angle = math.tau * turn / len(many) - math.pi / 2
            one.x += math.cos(angle) * radius
            one.y += math.sin(angle) * radius


def _settle(marks: list, wide: float, high: float) -> None:
    _fan(marks)
    for _round in range(ROUNDS):
        if not _push(marks):
            break
        for one in marks:
            one.x = min(max(one.x, min(14.0, wide / 2)), max(wide - 14.0, wide / 2))
            one.y = min(max(one.y, min(14.0, high / 2)), max(high - 14.0, high / 2))


def _hold(one) -> None:
    """No further from its place than is allowed, even over another."""
    away = math.dist((one.x, one.y), one.at)
    if away > FAR:
        one.x = one.at[0] + (one.x - one.at[0]) * FAR / away
        one.y = one.at[1] + (one.y - one.at[1]) * FAR / away


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

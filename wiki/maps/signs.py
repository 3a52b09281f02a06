"""The signs of a map: one set of shapes and faces for the screen, the drawing and paper.

Each is drawn in a square of 56 units; what is said here is all that says it.
"""

import math
import re
from functools import lru_cache

SIDE = 56
_FLOWER = (
    "M28 6.500Q38.200-3.400 40.600 10.600 54.700 8.600 48.400 21.400 61 28 48.400 34.600 "
    "54.700 47.400 40.600 45.400 38.200 59.400 28 49.500 17.800 59.400 15.400 45.400 "
    "1.300 47.400 7.600 34.600-5 28 7.600 21.400 1.300 8.600 15.400 10.600 17.800-3.400 28 6.500z"
)
SHAPES = {  # name: outline, as SVG writes it
    "p2": _FLOWER,
    "p1": "circle 22",
    "n0": "M8 8L48 8 48 48 8 48z",
    "m1": "M28 3L54 50 2 50z",
    "m2": "M28 1L55 28 28 55 1 28z",
    "round": "circle 23",
    "square": "M7 7L49 7 49 49 7 49z",
    "triangle": "M28 1L55 51 1 51z",
    "diamond": "M28 1L55 28 28 55 1 28z",
    "cell": "M28 2L51 15 51 41 28 54 5 41 5 15z",
    "drop": "M28 55C12 46 5 37 5 26C5 13.300 15.300 3 28 3C40.700 3 51 13.300 51 26C51 37 44 46 28 55z",  # noqa: E501
    "flower": _FLOWER,
    "shield": "M7 5L49 5 49 30C49 41 40 49 28 54C16 49 7 41 7 30z",
}
FACES = {  # the faces of feelings: eyes and mouth
    "p2": "M20 21L20 24M36 21L36 24M17.500 31C20 40 36 40 38.500 31z",
    "p1": "M20 22L20 25M36 22L36 25M18.500 32.500C22.500 38.500 33.500 38.500 37.500 32.500",
    "n0": "M20 22L20 25M36 22L36 25M19 36L37 36",
    "m1": "M21.500 28L21.500 31M34.500 28L34.500 31M20.500 42C23.500 37.500 32.500 37.500 35 42",
    "m2": "M19 21L24 24M37 21L32 24M19 39C22 31 34 31 37 39",
}
IN_ORDER = ("round", "square", "triangle", "diamond", "cell", "drop", "flower", "shield")
COLOURS = ("lagune", "brique", "sapin", "bleuet", "ocre", "mure", "mousse", "ardoise")
FEELINGS = tuple(FACES)


def shape_of(choice: dict, at: int) -> str:
    """The shape of the choice that stands at a rank: a face for a feeling."""
    picto, value = choice.get("picto") or "", choice.get("value")
    if picto in FACES:
        return picto
    if value in FACES and not picto:
        return value
    return IN_ORDER[at % len(IN_ORDER)]


@lru_cache(maxsize=64)
def outline(name: str) -> tuple[tuple[float, float], ...]:
    """The corners of a shape around its middle, curves as short lines."""
    said = SHAPES[name]
    if said.startswith("circle"):
        radius = float(said.split()[1])
        turns = [math.tau * n / 40 for n in range(40)]
        return tuple((math.cos(a) * radius, math.sin(a) * radius) for a in turns)
    return _flat(said)[0]


@lru_cache(maxsize=16)
def face(name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The lines of a face around its middle; none for shapes that are no feeling."""
    return tuple(_flat(FACES[name])) if name in FACES else ()


def _flat(said: str) -> list[tuple[tuple[float, float], ...]]:
    """A path as lines of corners; only M, L, Q, C and z are written above."""
    lines: list[list[tuple[float, float]]] = []
    for letter, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", said):
        found = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        spots = list(zip(found[::2], found[1::2], strict=True))
        if letter == "M":
            lines.append(spots)
        elif letter == "z":
            lines[-1].append(lines[-1][0])
        else:
            size = {"L": 1, "Q": 2, "C": 3}[letter]
            for at in range(0, len(spots), size):
                lines[-1] += _curve([lines[-1][-1], *spots[at : at + size]])
    half = SIDE / 2
    return [tuple((round(x - half, 2), round(y - half, 2)) for x, y in line) for line in lines]


def _curve(spots: list, steps: int = 8) -> list[tuple[float, float]]:
    """The corners of a curve after its first; a line is its own end."""
    if len(spots) == 2:
        return spots[1:]
    return [_between(spots, n / steps) for n in range(1, steps + 1)]


def _between(spots: list, part: float) -> tuple[float, float]:
    while len(spots) > 1:
        spots = [
            (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
            for a, b in zip(spots, spots[1:], strict=False)
        ]
    return spots[0]

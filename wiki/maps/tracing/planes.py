"""From the points of one plane to those of another seen askew: eight numbers, by elimination."""


def between(source: list, target: list) -> tuple[float, ...] | None:
    """The eight numbers that carry four points to four others, as Pillow wants them; or None."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        best = max(range(column, 8), key=lambda at: abs(rows[at][column]))
        if abs(rows[best][column]) < 1e-12:
            return None
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column]
        for at in range(8):
            if at != column and rows[at][column]:
                part = rows[at][column] / pivot[column]
                rows[at] = [a - part * b for a, b in zip(rows[at], pivot, strict=True)]
    return tuple(rows[at][8] / rows[at][at] for at in range(8))


def carried(plane: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    """Where a point goes."""
    a, b, c, d, e, f, g, h = plane
    under = g * x + h * y + 1
    return (a * x + b * y + c) / under, (d * x + e * y + f) / under


def is_convex(quad: list) -> bool:
    """Whether four points, in turn, go around without crossing, and hold some room."""
    signs = set()
    for at in range(4):
        (ax, ay), (bx, by), (cx, cy) = quad[at], quad[(at + 1) % 4], quad[(at + 2) % 4]
        turn = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        if abs(turn) < 1e-9:
            return False
        signs.add(turn > 0)
    return len(signs) == 1


def area(quad: list) -> float:
    """The room that a closed line holds."""
    return abs(
        sum(
            quad[at][0] * quad[(at + 1) % len(quad)][1]
            - quad[(at + 1) % len(quad)][0] * quad[at][1]
            for at in range(len(quad))
        ) / 2
    )  # fmt: skip

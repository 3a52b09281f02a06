"""The four marks of a sheet in a photo of it, and what its strip of cells tells.

A mark is a black ring with a black heart on the same middle, whatever the light and the angle.
"""

import math
import re
from dataclasses import dataclass
from itertools import combinations

from wiki.maps.tracing import planes, seeking, sheets
from wiki.maps.tracing.sheets import Sheet

SEEN = 1400  # pixels of the longer edge on which marks are looked for
READ = 2600  # and on which the strip is read
# How much a photo is softened before marks are looked for, and how much darker than what surrounds
# them they are, of 255: as it is; with grain; taken by a hand that moved.
LOOKS = ((0, 14), (2, 14), (0.8, 45), (0, 75))
TRIED = 6  # quadrangles whose strip is read
MOST_RUNS, MOST = 700_000, 12
CORNERS = [(0.04, 0.04), (0.96, 0.04), (0.96, 0.96), (0.04, 0.96)]  # to begin from
_BLACK = re.compile(rb"\xff+")


@dataclass
class Found:
    """Corners in parts of the photo's width and height, from where reading begins, clockwise."""

    corners: list[tuple[float, float]]
    marks: int
    sheet: Sheet | None = None

    def told(self) -> dict:
        """What the process answers."""
        return {
            "corners": [[round(x, 5), round(y, 5)] for x, y in self.corners], "marks": self.marks,
            "sheet": self.sheet.pack().hex() if self.sheet else "",
        }  # fmt: skip


@dataclass
class _Blob:
    area: int = 0
    left: int = 1 << 30
    right: int = -1
    top: int = 1 << 30
    bottom: int = -1
    x: float = 0
    y: float = 0

    def take(self, row: int, start: int, end: int) -> None:
        wide = end - start
        self.area += wide
        self.left, self.right = min(self.left, start), max(self.right, end - 1)
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.x += (start + end - 1) / 2 * wide
        self.y += row * wide

    def join(self, other: "_Blob") -> None:
        self.area += other.area
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.x += other.x
        self.y += other.y

    @property
    def middle(self) -> tuple[float, float]:
        return self.x / self.area, self.y / self.area

    @property
    def side(self) -> int:
        return max(self.right - self.left, self.bottom - self.top) + 1


def look(image) -> Found:
    """The marks of a photo that stands upright; without them, corners to begin from."""
    from PIL import Image

    grey = image.convert("L")
    grey.thumbnail((READ, READ), Image.Resampling.BOX)
    small = grey.copy()
    small.thumbnail((SEEN, SEEN), Image.Resampling.BOX)
    best = Found(CORNERS, 0)
    for soft, darker in LOOKS:
        quads, count = _chosen(_marks(_dark(small, soft, darker)))
        found = _proved(grey, grey.width / small.width, quads, count)
        if found and found.sheet:
            return found
        best = max(best, found or Found(CORNERS, count), key=lambda one: one.marks)
    return best


def _proved(grey, times: float, quads: list, count: int) -> Found | None:
    """The marks that the strip proves, else the widest; None without any."""
    placed = [[(x * times, y * times) for x, y in quad] for quad in quads[:TRIED]]
    for read in (seeking.as_laid, seeking.near_by):
        for quad in placed:
            if told := read(grey, quad):
                return Found(_parts(grey, told.marks), count, told.sheet)
    return Found(_parts(grey, _by_hearts(grey, placed[0])), count) if placed else None


def _parts(grey, quad: list) -> list[tuple[float, float]]:
    return [((x + 0.5) / grey.width, (y + 0.5) / grey.height) for x, y in quad]


def _dark(grey, soft: float, darker: int):
    """Black where the paper is darker than around it: shadows fall on what surrounds too."""
    from PIL import ImageChops, ImageFilter

    around = grey.filter(ImageFilter.BoxBlur(max(grey.size) // 22))
    grain = grey.filter(ImageFilter.GaussianBlur(soft)) if soft else grey
    return ImageChops.subtract(around, grain).point(lambda n: 255 if n > darker else 0)


def _marks(dark) -> list[_Blob]:
    """Rings whose heart has the same middle, the largest first."""
    blobs = [one for one in _blobs(dark) if one.area >= 12]
    rings = [one for one in blobs if _may_be_ring(one, max(dark.size))]
    hearts: dict[tuple[int, int], list[_Blob]] = {}
    for one in blobs:
        x, y = one.middle
        hearts.setdefault((int(x) // 32, int(y) // 32), []).append(one)
    found = [ring for ring in rings if _has_heart(ring, hearts)]
    return sorted(found, key=lambda one: -one.area)[:MOST]


def _may_be_ring(one: _Blob, edge: int) -> bool:
    wide, high = one.right - one.left + 1, one.bottom - one.top + 1
    full = one.area / (wide * high)
    return min(wide, high) >= 10 and one.side < edge / 4 and 0.3 < wide / high < 3.3 and (
        0.14 < full < 0.68)  # fmt: skip


def _has_heart(ring: _Blob, hearts: dict) -> bool:
    x, y = ring.middle
    column, row = int(x) // 32, int(y) // 32
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            for heart in hearts.get((column + dx, row + dy), ()):
                away = math.dist((x, y), heart.middle)
                if heart is not ring and away < 0.1 * ring.side and (
                    0.15 < heart.area / ring.area < 0.75 and heart.side < 0.65 * ring.side
                ):  # fmt: skip
                    return True
    return False


def _blobs(dark) -> list[_Blob]:
    """Black pixels that touch, gathered row after row."""
    wide, high = dark.size
    data = dark.tobytes()
    parents: list[int] = []
    blobs: list[_Blob] = []

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    before: list[tuple[int, int, int]] = []
    for row in range(high):
        now, at = [], 0
        for run in _BLACK.finditer(data, row * wide, (row + 1) * wide):
            start, end = run.start() - row * wide, run.end() - row * wide
            while at < len(before) and before[at][1] < start:
                at += 1
            mine, next_ = -1, at
            while next_ < len(before) and before[next_][0] <= end:
                other = root(before[next_][2])
                mine = other if mine < 0 else _joined(mine, other, parents, blobs)
                next_ += 1
            if mine < 0:
                mine = len(parents)
                parents.append(mine)
                blobs.append(_Blob())
            blobs[mine].take(row, start, end)
            now.append((start, end, mine))
        before = now
        if len(parents) > MOST_RUNS:
            return []
    return [blob for at, blob in enumerate(blobs) if parents[at] == at]


def _joined(one: int, other: int, parents: list[int], blobs: list[_Blob]) -> int:
    if one != other:
        parents[other] = one
        blobs[one].join(blobs[other])
    return one


def _chosen(found: list[_Blob]) -> tuple[list, int]:
    """Quadrangles of marks that may be those of one sheet, the widest first; of how many marks."""
    alike = [one for one in found if one.area > 0.2 * found[0].area] if found else []
    spots = [one.middle for one in alike]
    for count in (4, 3):
        few = [list(some) for some in combinations(spots, count)]
        quads = [_around(some if count == 4 else [*some, _fourth(some)]) for some in few]
        quads = [quad for quad in quads if planes.is_convex(quad)]
        if quads:
            return sorted(quads, key=planes.area, reverse=True), count
    return [], min(len(spots), 2)


def _fourth(spots: list) -> tuple[float, float]:
    """Where the mark that is hidden may be: across from the one at the right angle."""

    def angle(at: int) -> float:
        a, b, c = spots[at], spots[(at + 1) % 3], spots[(at + 2) % 3]
        one, two = math.dist(a, b), math.dist(a, c)
        return abs((b[0] - a[0]) * (c[0] - a[0]) + (b[1] - a[1]) * (c[1] - a[1])) / (one * two + 1)

    at = min(range(3), key=angle)
    a, b, c = spots[at], spots[(at + 1) % 3], spots[(at + 2) % 3]
    return b[0] + c[0] - a[0], b[1] + c[1] - a[1]


def _around(spots: list) -> list:
    """Four points in the order of a clock, as the eye sees them, from the upper left."""
    x, y = sum(p[0] for p in spots) / len(spots), sum(p[1] for p in spots) / len(spots)
    turned = sorted(spots, key=lambda p: math.atan2(p[1] - y, p[0] - x))
    first = min(range(len(turned)), key=lambda at: turned[at][0] + turned[at][1])
    return turned[first:] + turned[:first]


def _by_hearts(grey, quad: list) -> list:
    """Without a strip: reading begins at the mark whose heart is full."""
    best, turned = 256.0, quad
    for turn in range(4):
        now = quad[turn:] + quad[:turn]
        plane = planes.between(sheets.marks(False), now)
        if plane is None:
            continue
        x, y = planes.carried(plane, *sheets.marks(False)[0])
        box = (max(0, int(x) - 1), max(0, int(y) - 1), min(grey.width, int(x) + 2),
               min(grey.height, int(y) + 2))  # fmt: skip
        if box[0] >= box[2] or box[1] >= box[3]:
            continue
        part = grey.crop(box).tobytes()
        light = sum(part) / len(part)
        if light < best:
            best, turned = light, now
    return turned

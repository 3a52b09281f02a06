"""The sizes a folder may have: what each takes, what it leaves out, what it will weigh."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from wiki.db import db
from wiki.files import muting, previews, safety
from wiki.files.models import Blob, File
from wiki.markup.text import slugify

LARGEST = 4_000_000_000  # bytes: a stick as shops sell them takes no longer file
FRAME = 150_000  # style, letters, script, once packed
A_PAGE = 4_000  # packed bytes of an item with its words for the search, about
A_PICTURE = {"small": 30_000, "medium": 160_000, "large": 450_000}  # before it was made


class Level(NamedTuple):
    """One size: of pictures, whether voices and films come, the heaviest paper that does."""

    name: str
    picture: str
    sounds: bool
    films: bool
    heaviest: int

    def takes(self, family: str, size: int) -> bool:
        """Whether a file of this family and weight comes along whole."""
        if family == "sound":
            return self.sounds
        if family == "video":
            return self.films
        return family == "picture" or size <= self.heaviest


LEVELS = {
    one.name: one
    for one in (
        Level("light", "small", False, False, 1_000_000),
        Level("voices", "medium", True, False, 10_000_000),
        Level("whole", "large", True, True, LARGEST),
    )
}


@dataclass
class Weight:
    """What a level weighs, and what stays behind by family: how many, how heavy."""

    level: Level
    size: int = FRAME
    left: dict[str, tuple[int, int]] = field(default_factory=dict)

    def leave(self, family: str, size: int) -> None:
        """Count a file that stays behind."""
        count, heavy = self.left.get(family, (0, 0))
        self.left[family] = (count + 1, heavy + size)


def weigh(ids: list[int]) -> list[Weight]:
    """What each level would weigh for these items."""
    rows = []
    for at in range(0, len(ids), 500):
        part = ids[at : at + 500]
        query = select(File.__table__.c.sha256, Blob.mime, Blob.size, Blob.width, Blob.height)
        query = query.join(Blob, Blob.sha256 == File.__table__.c.sha256)
        rows += db.session.execute(query.where(File.__table__.c.id.in_(part))).all()
    made = [Weight(level, FRAME + A_PAGE * len(ids)) for level in LEVELS.values()]
    for row in rows:
        family = safety.family(row.mime)
        for one in made:
            if one.level.takes(family, row.size):
                one.size += bytes_of(row.sha256, family, row.size, one.level)
            else:
                one.leave(family, row.size)
    return made


def bytes_of(sha256: str, family: str, size: int, level: Level) -> int:
    """What a file weighs in a folder of that level: what was made of it is lighter."""
    names = {"picture": f"{level.picture}.webp", "sound": "audio.m4a", "video": "video.mp4"}
    made = previews.place(sha256, names[family]) if family in names else None
    if made is not None and made.exists():
        return made.stat().st_size
    return min(size, A_PICTURE[level.picture]) if family == "picture" else size


def chosen_bytes(level: Level, user):
    """A function that tells under which name, and from where, a file comes along for a reader."""

    def choose(file: File, what: str, name: str | None):
        family = safety.family(file.blob.mime)
        if not level.takes(family, file.blob.size):
            return "", None
        stem = f"{file.id}-{slugify(file.title)[:40]}".rstrip("-")
        if what == "preview" and name in previews.SIZES:
            size = name if name in ("thumb", "small") else level.picture
            return f"{stem}-{size}.webp", previews.path(file.sha256, size)
        if what == "media" and name and "." in name:
            made = muting.played(file, user, name)
            return f"{stem}-{name}", made if made and made.exists() else None
        if what in ("raw", "download"):
            return _whole(file, family, stem, level, user)
        return "", None

    return choose


def _whole(file: File, family: str, stem: str, level: Level, user):
    """A file to open: lighter than it came, when something plays or shows it everywhere."""
    if family == "picture" and previews.is_possible(file.blob):
        return f"{stem}-{level.picture}.webp", previews.path(file.sha256, level.picture)
    for made in ("audio.m4a", "video.mp4"):
        path = muting.played(file, user, made)
        if path and path.exists() and path.suffix == made[-4:]:
            return f"{stem}-{made}", path
    name = muting.named(file, user)
    ending = slugify(name.rpartition(".")[2])[:8] if "." in name else "bin"
    return f"{stem}.{ending or 'bin'}", muting.whole(file, user)

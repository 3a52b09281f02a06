"""The files that portraits show: those that may be chosen, those that a reader sees."""

from typing import NamedTuple

from sqlalchemy import select

from wiki.db import db
from wiki.files import previews, safety
from wiki.files.models import Blob, File
from wiki.items.access import visible
from wiki.items.models import Item, Scope

ON_OFFER = 200


class Shown(NamedTuple):
    """A file that a reader was found to see, as far as a block draws it."""

    id: int
    title: str
    slug: str
    filename: str
    alt: str
    credit: str
    mime: str
    size: int
    width: int | None
    height: int | None
    family: str
    has_preview: bool
    scope: int
    sealed: bool  # somebody in it has not agreed: the facilitators alone see it
    kind: str = "files"

    def picture(self, size: str = "medium") -> str:
        """The address of the picture in one of the sizes."""
        return f"/files/{self.id}/preview/{size}"

    def width_at(self, size: str) -> int:
        """How wide it is in one of the sizes: these bound the longer edge."""
        longest = max(self.width or 1, self.height or 1)
        return max(1, round(self.width * min(1, previews.SIZES[size] / longest)))


_COLUMNS = (
    File.id, File.title, File.slug, File.filename, File.alt, File.credit, File.scope, File.ceiling,
    Blob.mime, Blob.size, Blob.width, Blob.height,
)  # fmt: skip


def seen(ids: list[int], user) -> dict[int, Shown]:
    """Of these files, those that a reader may see."""
    if not ids:
        return {}
    query = select(*_COLUMNS).join(Blob, Blob.sha256 == File.sha256)
    rows = db.session.execute(query.where(File.id.in_(set(ids)), visible(user)))
    return {row.id: _shown(row) for row in rows}


def on_offer(group_id: int, user) -> list[Shown]:
    """The files of a group that its members may put in a block, the latest first."""
    query = (
        select(*_COLUMNS)
        .join(Blob, Blob.sha256 == File.sha256)
        .where(Item.group_id == group_id, visible(user))
        .order_by(Item.created_at.desc(), Item.id.desc())
        .limit(ON_OFFER)
    )
    return [_shown(row) for row in db.session.execute(query)]


def choices(offer: list[Shown], families: tuple[str, ...]) -> list[Shown]:
    """Of the files on offer, those of some families that can be shown."""
    return [
        one for one in offer
        if one.family in families and (one.family != "picture" or one.has_preview)
    ]  # fmt: skip


def _shown(row) -> Shown:
    family = safety.family(row.mime)
    ceiling = row.scope if row.ceiling is None else min(row.scope, row.ceiling)
    return Shown(
        row.id, row.title, row.slug, row.filename, row.alt, row.credit, row.mime, row.size,
        row.width, row.height, family,
        family == "picture" and previews.is_possible(row),
        int(ceiling), row.ceiling == Scope.DRAFT,
    )  # fmt: skip

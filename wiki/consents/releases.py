"""What left with somebody in it, which no withdrawal brings back: to be asked for by hand."""

from sqlalchemy import select

from wiki.consents.models import Appearance, Release
from wiki.db import db
from wiki.files import archives
from wiki.items.models import Item, Reference


def note_release(item, what: str, to: str = "", actor=None) -> None:
    """Remember that an item left, when somebody appears in it. The caller commits.

    `item` needs `id`, `group_id` and `ceiling`; `what`: print, pdf, export, download, sent.
    """
    if item.ceiling is None:
        return
    known = actor if actor is not None and not actor.is_anonymous else None
    db.session.add(
        Release(
            item_id=item.id, group_id=item.group_id, what=what, recipient=to[:200],
            actor_id=known.id if known else None,
        )
    )  # fmt: skip


def note_archive(files: list, user) -> None:
    """Remember which files left in a zip."""
    for file in files:
        note_release(file, "export", "zip", user)


archives.watchers.append(note_archive)


def about(person_id: int, item_ids: list[int] | None = None) -> list[tuple[Release, Item | None]]:
    """What left of the things a person appears in, or of what shows these things; newest first."""
    mine = select(Appearance.item_id).where(Appearance.person_id == person_id)
    if item_ids is not None:
        mine = mine.where(Appearance.item_id.in_(item_ids))
    around = select(Reference.source_id).where(
        Reference.target_id.in_(mine), Reference.role != "alias"
    )
    query = (
        select(Release, Item)
        .outerjoin(Item, Item.id == Release.item_id)
        .where(Release.item_id.in_(mine) | Release.item_id.in_(around))
        .order_by(Release.id.desc())
        .limit(200)
    )
    return [tuple(row) for row in db.session.execute(query)]

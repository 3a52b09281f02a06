"""One thing shown in the place of another, in all that one may change: a blurred photo, say."""

import re
from collections.abc import Callable

from sqlalchemy import select

from wiki.db import db
from wiki.items import history
from wiki.items.access import can, visible
from wiki.items.models import Item, Reference

# A kind that names what it shows elsewhere than in its texts adds f(item, old, new) -> changes.
more: list[Callable[[Item, int, int], dict]] = []
_ADDRESS = r"(?<=/files/){0}(?=[/?#\-\s)\"'\]]|$)"
_MACRO = "|".join(
    rf"(?<=\{{{{\{{{{{name} ){{0}}(?=[\s}}}}])" for name in ("fichier", "élément", "moment")
)


def showing(old: int, user) -> list[Item]:
    """What shows a thing, of what this person may change."""
    sources = select(Reference.source_id).where(
        Reference.target_id == old, Reference.role != "alias"
    )
    query = select(Item).where(Item.id.in_(sources), visible(user)).order_by(Item.id)
    return [item for item in db.session.scalars(query) if can(user, "edit", item)]


def replace(old: int, new: int, user, note: str) -> int:
    """Show `new` where `old` was; how many things changed. Commits each as a version of its own."""
    count = 0
    for item in showing(old, user):
        changes = _in_texts(item, old, new)
        for ask in more:
            changes |= ask(item, old, new)
        if changes and history.edit(item, changes, item.revision_count, user, note) is None:
            count += 1
        db.session.rollback()  # nothing is left behind of one that somebody else was saving
    return count


def _in_texts(item: Item, old: int, new: int) -> dict:
    """The versioned texts that name it, with the other in its place."""
    pattern = re.compile(f"{_ADDRESS}|{_MACRO}".format(old))

    def swapped(text):
        return pattern.sub(str(new), text) if isinstance(text, str) else text

    changes = {}
    for name in item.versioned:
        was = getattr(item, name)
        now = {k: swapped(v) for k, v in was.items()} if isinstance(was, dict) else swapped(was)
        if now != was:
            changes[name] = now
    return changes

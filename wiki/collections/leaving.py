"""What of a collection leaves with its group: what it holds of other groups leads back to it."""

from wiki.archive import nameless, tables
from wiki.db import db
from wiki.items.models import Item, Scope
from wiki.templating import site_address


def led_back(row: dict, _kept: set[int]) -> dict | None:
    """An entry whose item stays behind: a link when everybody may read it, else nothing."""
    item = db.session.get(Item, row["target_id"])
    if item is None or item.scope < Scope.PUBLIC or item.ceiling not in (None, Scope.PUBLIC):
        return None
    return row | {"target_id": None, "title": row["title"] or item.title,
                  "address": f"{site_address()}{item.url}"}  # fmt: skip


tables.leaving("collection_entry", led_back)
nameless.may_go("collection")
nameless.may_go("collection_entry", lambda row: None if row["removed_at"] else row)

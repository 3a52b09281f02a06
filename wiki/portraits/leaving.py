"""What a portrait names by number, for whoever gives its files new ones."""

from wiki.archive import nameless, tables
from wiki.db import db
from wiki.portraits.kinds import KINDS
from wiki.portraits.models import Portrait

_NAMED = {
    medium.name for kind in KINDS.values() for one in (kind, kind.child) if one
    for medium in one.media
} | {"item"}  # fmt: skip


def renumber(values: dict, number, _row_of) -> None:
    """The files and items that its blocks show."""
    settings = values.get("settings")
    if not isinstance(settings, dict):
        return
    for name, value in settings.items():
        if name.rpartition(".")[2] in _NAMED and isinstance(value, str) and value.isdigit():
            settings[name] = str(number(int(value)) or "")


tables.numbered("portrait", renumber)
tables.numbered("portraits", renumber)


def names(group_id: int) -> list[str]:
    """Who the portraits of a group are of."""
    people = db.select(Portrait.title).where(
        Portrait.group_id == group_id, Portrait.subject == "person"
    )
    return list(db.session.scalars(people))


nameless.more_names.append(names)

"""What a portrait names by number, for whoever gives its files new ones."""

from wiki.archive import tables
from wiki.portraits.kinds import KINDS

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

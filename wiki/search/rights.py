"""What a reader may read, as text to put in a statement."""

from functools import lru_cache

from wiki.db import db
from wiki.groups.models import groups_of
from wiki.items.access import visible
from wiki.items.owners import shared_with


def readable(reader) -> str:
    """SQL: the condition `visible` on the table item, its values written out."""
    return _written(db.session.connection().dialect.name, _Known(reader))


class _Known:
    """A reader, equal to another when both may read the same: what the text is kept by."""

    def __init__(self, reader):
        self.reader = reader
        self.rights = ()
        if not reader.is_anonymous:
            mine = tuple((group.id, group.role) for group in groups_of(reader))
            known = (reader.professional, reader.is_editor, mine, shared_with(reader))
            self.rights = (reader.id, *known)

    def __eq__(self, other) -> bool:
        return self.rights == other.rights

    def __hash__(self) -> int:
        return hash(self.rights)


@lru_cache(maxsize=2000)
def _written(_dialect: str, known: _Known) -> str:
    dialect = db.session.connection().dialect
    condition = visible(known.reader)
    return str(condition.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

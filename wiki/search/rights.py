"""What a reader may read, as text to put in a statement."""

from wiki.db import db
from wiki.items.access import visible


def readable(reader) -> str:
    """SQL: the condition `visible` on the table item, its values written out."""
    dialect = db.session.connection().dialect
    return str(visible(reader).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

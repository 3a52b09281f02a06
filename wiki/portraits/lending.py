"""What is said in the recordings of a portrait is found as its own words, by those who may hear it.

As strict as for attached files: words of a voice that one reader of the portrait could not hear
would leak to them, so a voice lends its words only when everyone who reads the one hears the other.
"""

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, joinedload

from wiki.db import db
from wiki.files import transcripts
from wiki.files.attached import is_shared
from wiki.files.models import File
from wiki.items.models import Item, Reference
from wiki.items.searchable import Part
from wiki.portraits.models import Portrait
from wiki.search import hook

MOST = 20  # recordings of one portrait
# What of a file decides who may hear it, and so what it lends.
_DECIDES = ("scope", "ceiling", "trashed_at", "author_id", "group_id")


def parts_of(item: Item) -> list[Part]:
    """The checked words of the recordings that a portrait shows to all its readers."""
    if not isinstance(item, Portrait) or item.is_trashed:
        return []
    numbers = [number for block in item.blocks() for number in block.files()][: MOST * 4]
    if not numbers:
        return []
    query = select(File).where(File.id.in_(numbers), File.trashed_at.is_(None))
    with db.session.no_autoflush:
        files = db.session.scalars(query.options(joinedload(File.blob)).order_by(File.id))
        heard = [file for file in files if file.blob.mime.startswith(("audio/", "video/"))][:MOST]
        return [part for file in heard if is_shared(file, item) for part in transcripts.parts(file)]


@event.listens_for(Session, "after_flush")
def _mark_showing(session: Session, _context) -> None:
    """A file heard by fewer, or by more, is lent anew to the portraits that show it."""
    changed = [
        thing.id
        for thing in session.dirty
        if isinstance(thing, File)
        and any(inspect(thing).attrs[name].history.has_changes() for name in _DECIDES)
    ]
    if not changed:
        return
    table = Item.__table__
    showing = (
        select(Reference.source_id)
        .join(table, table.c.id == Reference.source_id)
        .where(Reference.target_id.in_(changed), table.c.kind == "portraits")
    )
    for item_id in session.connection().scalars(showing):
        hook.mark(item_id)


hook.provide(parts_of)

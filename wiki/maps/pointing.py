"""The files and items that values of features name, as far as a reader may see them."""

from sqlalchemy import select

from wiki.db import db
from wiki.files import safety
from wiki.files.models import Blob, File
from wiki.items.access import visible
from wiki.items.links import path_of
from wiki.items.models import Item

# By type of field; some devices keep a voice in what is told for a film.
FAMILIES = {"photo": {"picture"}, "voice": {"sound", "video"}, "video": {"video"}}


def unknown(ids: set[int], reader) -> set[int]:
    """Of these numbers, those that name nothing this person may see."""
    if not ids or reader is None:
        return set()
    return ids - set(db.session.scalars(select(Item.id).where(Item.id.in_(ids), visible(reader))))


def withheld(ids: set[int], reader) -> set[int]:
    """Of these numbers, those of things that exist and that this person may not see."""
    hidden = unknown(ids, reader)
    return set(db.session.scalars(select(Item.id).where(Item.id.in_(hidden)))) if hidden else set()


def of_another_sort(ids: set[int], asked: str) -> set[int]:
    """Of these numbers, those whose bytes are not what a field of that type asks for."""
    if asked not in FAMILIES or not ids:
        return set()
    rows = db.session.execute(
        select(Item.id, Blob.mime)
        .outerjoin(File.__table__, File.__table__.c.id == Item.id)
        .outerjoin(Blob, Blob.sha256 == File.__table__.c.sha256)
        .where(Item.id.in_(ids))
    )
    return {row.id for row in rows if safety.family(row.mime or "") not in FAMILIES[asked]}


def seen(ids: set[int], reader) -> dict[int, dict]:
    """Of these numbers, what this reader may see, described as the map shows it."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(
            Item.id, Item.kind, Item.title, Item.slug, File.__table__.c.alt, Blob.mime,
            Blob.width, Blob.height,
        )
        .outerjoin(File.__table__, File.__table__.c.id == Item.id)
        .outerjoin(Blob, Blob.sha256 == File.__table__.c.sha256)
        .where(Item.id.in_(list(ids)[:5000]), visible(reader))
    )  # fmt: skip
    return {row.id: _described(row) for row in rows}


def _described(row) -> dict:
    found = {"id": row.id, "kind": row.kind, "title": row.title, "url": path_of(row)}
    if row.kind == "files" and row.mime:
        family = safety.family(row.mime)
        found |= {"family": family, "alt": row.alt or "", "mime": row.mime}
        if family == "picture":
            found |= {
                "thumb": f"/files/{row.id}/preview/thumb",
                "picture": f"/files/{row.id}/preview/medium",
                "width": row.width, "height": row.height,
            }  # fmt: skip
        else:
            found["media"] = f"/files/{row.id}/media.json"
        found["download"] = f"/files/{row.id}/download"
    return found

"""The results of a search as the API gives them."""

from datetime import UTC
from functools import cache

from sqlalchemy import JSON, Row, Text, bindparam, select
from sqlalchemy.orm import defer, selectin_polymorphic, selectinload

from wiki.db import db
from wiki.groups.models import Group
from wiki.items.links import path_of
from wiki.items.models import Item
from wiki.search import Results

_ROWS = (
    select(
        Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.scope, Item.source,
        Item.updated_at, Item.group_id, Group.title.label("group_title"),
        Group.colour.label("group_colour"), Group.pictogram.label("group_pictogram"),
    )
    .join(Group, Group.id == Item.group_id)
    .where(Item.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
_WITH_FACTS = ("reports",)  # kinds whose cards show more than the columns that all share


def describe(results: Results, base_url: str = "") -> dict:
    """`total`, `results`, `facets` and `suggestion`, in the shape that INTERFACE.md promises."""
    passages = results.passages()
    return {
        "total": results.total,
        "results": [_result(row, passages.get(row.id), base_url) for row in rows(results)],
        "facets": {
            vocabulary: [{"slug": v.slug, "label": v.label, "count": v.count} for v in values]
            for vocabulary, values in results.facets.items()
        },
        "suggestion": results.suggestion,
    }


def rows(results: Results) -> list[Row]:
    """What every list says of the items of the page, best first: columns, no whole objects."""
    if not results.ids:
        return []
    found = {row.id: row for row in db.session.connection().execute(_ROWS, {"ids": results.ids})}
    return [found[item_id] for item_id in results.ids if item_id in found]


def _result(row: Row, passage, base_url: str) -> dict:
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "url": base_url + path_of(row),
        "summary": row.summary,
        "highlight": str(passage.html) if passage else "",
        "found_in": passage.found_in if passage else "title",
        "found_at": _found_at(passage),
        "scope": row.scope.name.lower(),
        "group": {"id": row.group_id, "title": row.group_title},
        "source": row.source,
        "updated_at": row.updated_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _found_at(passage) -> dict | None:
    """The file or medium in which the words stand, and where inside; None for the item's own."""
    if passage is None or not passage.kind or not (passage.label or passage.place):
        return None
    return {"kind": passage.kind, "title": passage.label, "place": passage.place}


@cache
def facts_of_kinds() -> list:
    """Load each kind's small columns in one statement; its long texts stay where they are."""
    known = Item.__mapper__.polymorphic_map
    kinds = [known[kind].class_ for kind in _WITH_FACTS if kind in known]
    options = [selectin_polymorphic(Item, kinds), selectinload(Item.terms)]
    for kind in kinds:
        for name, column in kind.__table__.columns.items():
            if isinstance(column.type, Text | JSON):
                options.append(defer(getattr(kind, name)))
    return options

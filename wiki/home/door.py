"""The public door: what someone who comes for the first time finds, by what they want to do."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from wiki.db import db
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.lineage import Adaptation
from wiki.items.models import Item
from wiki.items.terms import living
from wiki.search import Value, find
from wiki.search.describing import facts_of_kinds
from wiki.search.filters import Filters

NEWEST, REUSED, WORDS, GROUPS = 6, 3, 12, 6
BY_WORD = ("themes", "publics", "territories")


def welcome(user) -> dict:
    """Everything the public home shows, as far as this person may read it."""
    known = find(None, user, Filters(), 0)
    latest = find(None, user, Filters(kinds=("reports",)), NEWEST + REUSED, facets=False).ids
    reused = _most_reused(user)
    # A card stands once on the page: what was done again under that, unless nothing else is new.
    newest = [item_id for item_id in latest if item_id not in reused][:NEWEST]
    if not newest:
        newest, reused = latest[:NEWEST], {}
    shown = cards([*newest, *reused, *_collections(user)])
    return {
        "needs": _doors(known.facets.get("needs", [])),
        "words": [(name, known.facets[name][:WORDS]) for name in BY_WORD if known.facets.get(name)],
        "kinds": known.kinds,
        "total": known.total,
        "reports": [shown[item_id] for item_id in newest if item_id in shown],
        "reused": [(shown[item_id], times) for item_id, times in reused.items()],
        "collections": [item for item in shown.values() if item.kind == "collections"],
        "groups": _groups(user),
    }


def cards(ids: list[int]) -> dict[int, Item]:
    """Items already found readable, by number, with what every card shows."""
    wanted = (
        select(Item)
        .where(Item.id.in_(ids))
        .options(
            joinedload(Item.group), joinedload(Item.author), selectinload(Item.terms),
            *facts_of_kinds(),
        )
    )  # fmt: skip
    found = {item.id: item for item in db.session.scalars(wanted)} if ids else {}
    return {item_id: found[item_id] for item_id in ids if item_id in found}


def _doors(counted: list[Value]) -> list[tuple]:
    """« Je veux… »: each need, how many things answer it, and where it leads."""
    counts = {value.slug: value.count for value in counted}
    return [
        (
            need,
            counts.get(need.slug, 0),
            f"/needs/{need.slug}" if counts.get(need.slug) else f"/search?needs={need.slug}",
        )
        for need in living("needs")
    ]


def _most_reused(user) -> dict[int, int]:
    """The items others redid most, with how many times, of what this person may read."""
    made = select(Item.id).where(visible(user)).subquery()
    rows = db.session.execute(
        select(Adaptation.source_id, func.count())
        .join(Item, Item.id == Adaptation.source_id)
        .where(visible(user), Adaptation.item_id.in_(select(made)))
        .group_by(Adaptation.source_id)
        .order_by(func.count().desc(), Adaptation.source_id.desc())
        .limit(REUSED)
    ).all()
    return dict(map(tuple, rows))


def _collections(user) -> list[int]:
    query = select(Item.id).where(Item.kind == "collections", visible(user))
    return list(db.session.scalars(query.order_by(Item.updated_at.desc()).limit(3)))


def _groups(user) -> list[Group]:
    shown = select(Item.group_id).where(visible(user)).distinct()
    query = select(Group).where(Group.id.in_(shown), Group.trashed_at.is_(None))
    return list(db.session.scalars(query.order_by(Group.updated_at.desc()).limit(GROUPS)))

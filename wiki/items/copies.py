"""Where else the words of an item stand: what was made from it, and what it was made from.

A name to be erased must not live on in a copy. Whoever erases it may do so in the copies of their
own groups; the facilitators of the others are told, without the name.
"""

import json
import re

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import history
from wiki.items.access import can, visible
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Revision
from wiki.items.writing import log

MANY = 200


def readable(item: Item, user: User) -> list[tuple[Item, bool]]:
    """The relatives of an item that a person may read, and whether they may erase words there."""
    query = select(Item).where(Item.id.in_(relatives(item.id)), visible(user)).order_by(Item.title)
    return [(one, can(user, "erase", one)) for one in db.session.scalars(query)]


def relatives(item_id: int) -> list[int]:
    """The items made from one, and those it was made from, however far."""
    found, following = {item_id}, {item_id}
    while following and len(found) < MANY:
        following = _next_to(following) - found
        found |= following
    return sorted(found - {item_id})[:MANY]


def erase(item: Item, words: str, instead: str, actor: User, also: set[int]) -> tuple[int, int]:
    """Erase words in an item and in those of its relatives chosen where this person may.

    Elsewhere its facilitators are told. How many places fell, and in how many items others must
    still look.
    """
    count, told = history.erase(item, words, instead, actor), 0
    for other_id in relatives(item.id):
        other = db.session.get(Item, other_id)
        if other is None or other.is_trashed or not _holds(other_id, words):
            continue
        if other_id in also and can(actor, "erase", other):
            count += history.erase(other, words, instead, actor)
        elif not can(actor, "erase", other):
            log("erased elsewhere", other, actor)
            told += 1
    db.session.commit()
    return count, told


def _next_to(ids: set[int]) -> set[int]:
    """What is one step away from some items, up or down."""
    adapted = select(Adaptation.item_id, Adaptation.source_id).where(
        Adaptation.item_id.in_(ids) | Adaptation.source_id.in_(ids)
    )
    source = Item.extra["copied_from"].as_integer()
    copied = select(Item.id, source).where(Item.id.in_(ids) | source.in_(ids))
    rows = [*db.session.execute(adapted), *db.session.execute(copied)]
    return {number for row in rows for number in row if number is not None}


def _holds(item_id: int, words: str) -> bool:
    """Whether the words stand in any version of an item."""
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    texts = db.session.scalars(select(Revision.data).where(Revision.item_id == item_id))
    return any(pattern.search(json.dumps(data, ensure_ascii=False)) for data in texts)

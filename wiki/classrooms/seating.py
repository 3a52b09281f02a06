"""Somebody sits down: their sheet and their copies are made, once; where they are is noted."""

import re
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.classrooms.models import Classroom, Trainee
from wiki.classrooms.preparing import copy
from wiki.db import db, utcnow
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.items.writing import stage
from wiki.pages.models import Page
from wiki.pages.starters import body_of

OFTEN = timedelta(seconds=10)  # between two notes of the same place
_PLACE = re.compile(r"/([a-z]+)/(\d{1,9})(?:[-/]|$)")


def seat(room: Classroom, user) -> Trainee:
    """The seat of a person, with their sheet and copies, made when they first come; commits.

    Two screens of one person at the same instant make one.
    """
    found = room.trainee(user)
    if found is not None:
        return found
    found = Trainee(classroom_id=room.id, user_id=user.id, name=user.name)
    db.session.add(found)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return room.trainee(user)
    sheet = Page(
        group_id=room.sandbox_id, title=_("My action, %(name)s", name=user.name)[:200],
        body=body_of("project"), scope=Scope.DRAFT, author_id=user.id,
    )  # fmt: skip
    stage(sheet, user)
    found.draft_id, found.words = sheet.id, len(sheet.body.split())
    found.copies = [
        copy(item, room.sandbox, user, f"{item.title}, {user.name}", Scope.DRAFT).id
        for item in items(room.models)
    ]
    db.session.commit()
    return found


def items(ids: list[int], reader=None) -> list[Item]:
    """Items by number, in that order, but for those put away, and those a reader may not see."""
    query = select(Item).where(Item.id.in_(ids), Item.trashed_at.is_(None))
    if reader is not None:
        query = query.where(visible(reader))
    found = {item.id: item for item in db.session.scalars(query)} if ids else {}
    return [found[one] for one in ids if one in found]


def is_in_the_room(room: Classroom, path: str) -> bool:
    """Whether a page is of the day, or for everyone: its title may be told to who leads."""
    found = place_of(path)
    if found is None:
        return False
    what, number = found
    if what in ("classrooms", "groups"):
        return number == (room.id if what == "classrooms" else room.sandbox_id)
    query = select(Item.group_id, Item.scope).where(
        Item.id == number, Item.kind == what, Item.trashed_at.is_(None)
    )
    row = db.session.execute(query).first()
    return row is not None and (row.group_id == room.sandbox_id or row.scope == Scope.PUBLIC)


def place_of(path: str) -> tuple[str, int] | None:
    """What an address leads to, and its number."""
    found = _PLACE.match(path)
    return (found[1], int(found[2])) if found else None


def note(found: Trainee, path: str, title: str) -> None:
    """Note where somebody is; commits when that says something new."""
    now = utcnow()
    same = (found.here_path, found.here_title) == (path, title)
    if same and found.here_at and now - found.here_at < OFTEN:
        return
    found.here_path, found.here_title, found.here_at = path, title, now
    db.session.commit()

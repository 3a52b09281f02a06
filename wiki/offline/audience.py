"""Whoever will open the folder: it is made as they would read the site, never as its maker does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, g, session
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.groups.models import Belonging, Group, Role, role_in
from wiki.items.access import visible
from wiki.items.models import Item, Scope

NOBODY = 0  # no row has this number


@dataclass(frozen=True)
class Somebody:
    """A reader without a name: of the group, or a professional of the network."""

    id: int = NOBODY
    name: str = ""
    professional: bool = False
    is_editor: bool = False
    is_admin: bool = False
    is_participant: bool = False
    device_shared: bool = False
    is_anonymous: bool = False
    is_authenticated: bool = True
    is_active: bool = True
    lang: str = ""


@contextmanager
def reading_as(group: Group, reach: Scope, site: str, lang: str) -> Iterator[object]:
    """Read as anybody of that audience: what templates ask of `current_user` is asked of them."""
    with current_app.test_request_context(base_url=site or None):
        session["lang"] = lang
        for name in ("groups_of", "shared_with", "visible", "_login_user"):
            g.pop(name, None)
        if reach >= Scope.PUBLIC:
            reader = current_app.login_manager.anonymous_user()
        else:
            reader = Somebody(professional=reach == Scope.NETWORK)
            mine = Belonging(
                group.id, group.title, group.slug, group.colour, group.pictogram, Role.READER
            )
            g.groups_of = {NOBODY: [mine] if reach == Scope.GROUP else []}
        g._login_user = reader  # where Flask-Login keeps who asks
        try:
            yield current_user._get_current_object()
        finally:
            for name in ("groups_of", "shared_with", "visible", "_login_user"):
                g.pop(name, None)


def reaches(user, group_id: int) -> list[Scope]:
    """For whom this person may make a folder: never for more than those they read with."""
    found = [Scope.GROUP] if role_in(user, group_id) is not None else []
    if user.professional:
        found.append(Scope.NETWORK)
    return [*found, Scope.PUBLIC]


def held_back(ids: list[int], reader) -> set[int]:
    """Of these items, those that the audience may not read now."""
    found: set[int] = set()
    for at in range(0, len(ids), 500):
        part = ids[at : at + 500]
        found |= set(part) - set(
            db.session.scalars(select(Item.id).where(Item.id.in_(part), visible(reader)))
        )
    return found

"""What left with somebody in it, which no withdrawal brings back: to be asked for by hand."""

from collections.abc import Iterable
from datetime import timedelta

from flask import request
from flask_login import current_user
from sqlalchemy import select

from wiki.consents.models import Appearance, Release
from wiki.db import db, utcnow
from wiki.files import archives
from wiki.groups.models import role_in
from wiki.items.access import visible
from wiki.items.models import Item, Reference

AGAIN = timedelta(hours=12)  # the same gesture within this time is told once


def note_release(item, what: str, to: str = "", actor=None) -> None:
    """Remember that an item left, when somebody appears in it or in what it shows.

    `what`: print, pdf, export, download, sent. The caller commits.
    """
    known = actor if actor is not None and not actor.is_anonymous else None
    who = known.id if known else None
    if (item.ceiling is None and not _shows_somebody(item.id)) or _was_told(item.id, what, who):
        return
    db.session.add(
        Release(
            item_id=item.id, group_id=item.group_id, what=what, recipient=to[:200], actor_id=who
        )
    )


def note_archive(files: list, user) -> None:
    """Remember which files left in a zip."""
    for file in files:
        note_release(file, "export", "zip", user)


archives.watchers.append(note_archive)


def note_leaving(items: Iterable[Item], what: str) -> None:
    """Remember what someone of its group takes away. Commits.

    Only who belongs to the group can be asked for it later.
    """
    before = len(db.session.new)
    for item in items:
        if role_in(current_user, item.group_id) is not None:
            note_release(item, what, actor=current_user)
    if len(db.session.new) > before:
        db.session.commit()


def watch(response):
    """After a request: note a file that was downloaded."""
    asked = (request.endpoint or "").endswith("bytes.download") and request.method == "GET"
    if asked and response.status_code == 200 and not current_user.is_anonymous:
        number = (request.view_args or {}).get("item_id", 0)
        shown = select(Item).where(
            Item.id == number, Item.ceiling.is_not(None), visible(current_user)
        )
        note_leaving(db.session.scalars(shown).all(), "download")
    return response


def about(person_id: int, item_ids: list[int] | None = None) -> list[tuple[Release, Item | None]]:
    """What left of the things a person appears in, or of what shows these things; newest first."""
    mine = select(Appearance.item_id).where(Appearance.person_id == person_id)
    if item_ids is not None:
        mine = mine.where(Appearance.item_id.in_(item_ids))
    around = select(Reference.source_id).where(
        Reference.target_id.in_(mine), Reference.role != "alias"
    )
    query = (
        select(Release, Item)
        .outerjoin(Item, Item.id == Release.item_id)
        .where(Release.item_id.in_(mine) | Release.item_id.in_(around))
        .order_by(Release.id.desc())
        .limit(200)
    )
    return [tuple(row) for row in db.session.execute(query)]


def _shows_somebody(item_id: int) -> bool:
    query = (
        select(Item.id)
        .join(Reference, Reference.target_id == Item.id)
        .where(Reference.source_id == item_id, Reference.role != "alias", Item.ceiling.is_not(None))
    )
    return db.session.scalar(query.limit(1)) is not None


def _was_told(item_id: int, what: str, who: int | None) -> bool:
    query = select(Release.id).where(
        Release.item_id == item_id, Release.what == what, Release.actor_id == who,
        Release.created_at > utcnow() - AGAIN,
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None

"""What an item shows goes with it: shown as widely in the same gesture, or asked for with it."""

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from wiki.db import db
from wiki.items import writing
from wiki.items.access import can, reaches, visible
from wiki.items.models import Item, PublicationRequest, Reference, Scope


def shown_to_fewer(item: Item, scope: Scope, user) -> list[Item]:
    """The files that an item shows, that a person may see, and that such readers would not."""
    shown = select(Reference.target_id).where(
        Reference.source_id == item.id, Reference.role.in_(("embed", "part"))
    )
    query = select(Item).where(
        Item.id.in_(shown), Item.kind == "files", Item.trashed_at.is_(None), ~reaches(scope),
        visible(user),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Item.id)))


def widen(items: list[Item], scope: Scope, user, wide) -> None:
    """Show these things that far where it is allowed, ask where it must be, say what became of it.

    `wide(user, item)`: whether this person may show it to everyone without asking. Commits.
    """
    done, asked, refused = 0, 0, []
    for one in items:
        try:
            if can(user, "publish", one):
                now = writing.publish(one, scope, user, wide(user, one))
                done, asked = done + now, asked + (not now)
        except (writing.Unpublishable, PermissionError) as error:
            refused += getattr(error, "reasons", [one.title])
    _tell(done, asked, len(items) - done - asked, " ".join(dict.fromkeys(refused)))


def accept(request: PublicationRequest, editor, words: str) -> None:
    """Say yes to a request, and with it to those of the files that the item shows. Commits.

    Raises writing.Unpublishable when the item itself may not go so far; a file that may not stays.
    """
    item, scope = request.item, request.scope
    writing.answer(request, editor, True, words)
    for file in shown_to_fewer(item, scope, editor):
        query = select(PublicationRequest).where(
            PublicationRequest.item_id == file.id, PublicationRequest.answered_at.is_(None),
            PublicationRequest.for_group.is_(False), PublicationRequest.scope <= scope,
        )  # fmt: skip
        if (pending := db.session.scalar(query)) and not writing.blockers(file, pending.scope):
            writing.answer(pending, editor, True)


def _tell(done: int, asked: int, left: int, why: str) -> None:
    if done:
        flash(ngettext("One file is shown as widely now.", "%(num)s files are shown as widely now.",
                       done))  # fmt: skip
    if asked:
        flash(ngettext(
            "A request is sent for one file: the site’s editors will look at it, then answer. "
            "Until then the others see an empty place.",
            "Requests are sent for %(num)s files: the site’s editors will look at them, then "
            "answer. Until then the others see empty places.", asked,
        ))  # fmt: skip
    if left:
        flash(_("Some files stay as they were.") + (f" {why}" if why else ""), "warning")

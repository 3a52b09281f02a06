"""The order of things: placing an item under another, and before or after its neighbours."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, update

from wiki.db import db
from wiki.items import writing
from wiki.items.access import load, visible
from wiki.items.forms import MoveForm
from wiki.items.models import Item

blueprint = Blueprint("arranging", __name__)
AT_MOST = 2000
INDENT = "\u2003"


class Branch:
    """One item of a tree, with those placed under it."""

    def __init__(self, row):
        self.row, self.below = row, []


def tree(rows: list) -> list[Branch]:
    """Rows in their order as a tree; what hangs from something unseen is on top."""
    branches = {row.id: Branch(row) for row in rows}
    top = []
    for row in rows:
        above = branches.get(row.parent_id) if row.parent_id != row.id else None
        (above.below if above else top).append(branches[row.id])
    return top + _knots(branches, top)


def flat(branches: list[Branch], depth: int = 0):
    """The tree read from top to bottom: (depth, row)."""
    stack = [(depth, branch) for branch in reversed(branches)]
    while stack:
        level, branch = stack.pop()
        yield level, branch.row
        stack.extend((level + 1, below) for below in reversed(branch.below))


@blueprint.route("/items/<id:item_id>/move", methods=["GET", "POST"])
def move(item_id: int):
    """Choose what an item is placed under; or one step up or down among its neighbours."""
    item = load(Item, item_id, "edit")
    step = request.form.get("step")
    if step in ("up", "down"):
        _step(item, -1 if step == "up" else 1)
        back = f"/{item.kind}?group={item.group_id}&arrange=1#item-{item.id}"
        return redirect(back, 303)
    form = MoveForm.of_request(parent=item.parent_id or 0)
    form.parent.choices = _places(item)
    if form.was_sent_well() and form.parent.data == (item.parent_id or 0):
        return redirect(item.url, 303)
    if form.was_sent_well():
        parent = load(Item, form.parent.data) if form.parent.data else None
        try:
            writing.move(item, current_user, parent, _last_position(item, parent))
        except ValueError:
            abort(422)
        flash(_("“%(title)s” is in its new place.", title=item.title))
        return redirect(item.url, 303)
    page = render_template(
        "items/move.html", item=item, group=item.group, room=item.kind, form=form
    )
    return page, 422 if form.errors else 200


def _places(item: Item) -> list[tuple[int, str]]:
    """The items of its kind under which one may be placed: not itself, nor what it holds."""
    rows = db.session.execute(
        select(Item.id, Item.parent_id, Item.title)
        .where(Item.group_id == item.group_id, Item.kind == item.kind, visible(current_user))
        .order_by(Item.position, Item.title)
        .limit(AT_MOST)
    ).all()
    places, inside = [(0, _("Nothing: at the top"))], None
    for depth, row in flat(tree(rows)):
        if inside is not None and depth > inside:
            continue
        inside = depth if row.id == item.id else None
        if row.id != item.id:
            places.append((row.id, INDENT * depth + row.title))
    if item.parent_id and item.parent_id not in dict(places):
        # In the trash, or a draft of someone else: its title is not for this person.
        places.append((item.parent_id, _("Where it is now")))
    return places


def _neighbours(item: Item) -> list[int]:
    here = Item.parent_id == item.parent_id if item.parent_id else Item.parent_id.is_(None)
    return list(
        db.session.scalars(
            select(Item.id)
            .where(
                Item.group_id == item.group_id, Item.kind == item.kind, here,
                Item.trashed_at.is_(None),
            )
            .order_by(Item.position, Item.title)
        )
    )  # fmt: skip


def _step(item: Item, by: int) -> None:
    """Change places with the visible neighbour, and number them all anew."""
    order = _neighbours(item)
    seen = set(db.session.scalars(select(Item.id).where(Item.id.in_(order), visible(current_user))))
    at = order.index(item.id)
    to = at + by
    while 0 <= to < len(order) and order[to] not in seen:
        to += by
    if not 0 <= to < len(order):
        return
    order.insert(to, order.pop(at))
    for position, item_id in enumerate(order, 1):
        # The place is neither versioned nor searched: no need to wake each item.
        moved = update(Item.__table__).where(Item.id == item_id).values(position=position)
        db.session.execute(moved)
    writing.log("moved", item, current_user)
    db.session.commit()


def _last_position(item: Item, parent: Item | None) -> int:
    here = Item.parent_id == parent.id if parent else Item.parent_id.is_(None)
    positions = select(Item.position).where(
        Item.group_id == item.group_id, Item.kind == item.kind, here, Item.id != item.id
    )
    return max(db.session.scalars(positions), default=0) + 1


def _knots(branches: dict, top: list[Branch]) -> list[Branch]:
    """Items placed under one another in a circle, which only a fault could make, are shown too."""
    seen = {row.id for _depth, row in flat(top)}
    lost = [branch for key, branch in branches.items() if key not in seen]
    for branch in lost:
        branch.below = []
    return lost

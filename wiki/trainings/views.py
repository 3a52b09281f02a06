"""The screens of formation-action days."""

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.db import db
from wiki.items.access import load_group, may_write_in, visible
from wiki.items.models import Item
from wiki.programme import editing
from wiki.trainings.forms import USUAL, TrainingForm
from wiki.trainings.models import Training

blueprint = Blueprint("trainings", __name__)
TRAININGS = editing.Kind("trainings", Training, TrainingForm, USUAL)
A_PAGE = 30


@blueprint.get("/trainings")
def index():
    """The trainings one may read, of one group or of all, the latest first."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    query = select(Training).where(visible(current_user)).options(joinedload(Training.group))
    if group:
        query = query.where(Training.group_id == group.id)
    query = query.order_by(Training.starts_at.desc(), Training.id.desc())
    found = list(db.session.scalars(query.limit(A_PAGE + 1).offset((page - 1) * A_PAGE)))
    here = {"group": group.id} if group else {}
    return render_template(
        "trainings/index.html", group=group, room="events", trainings=found[:A_PAGE],
        may_write=may_write_in(group),
        previous=url_for(".index", page=page - 1, **here) if page > 1 else None,
        next=url_for(".index", page=page + 1, **here) if len(found) > A_PAGE else None,
    )  # fmt: skip


@blueprint.get("/trainings/<id:item_id>")
def show(item_id: int):
    """One training."""
    return editing.show(TRAININGS, item_id, kit=_kit)


@blueprint.route("/trainings/new", methods=["GET", "POST"])
def new():
    """A training to come."""
    return editing.new(TRAININGS)


@blueprint.route("/trainings/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Change a training."""
    return editing.edit(TRAININGS, item_id)


@blueprint.post("/trainings/<id:item_id>/cancellation")
def cancel(item_id: int):
    """Cancel a training, or restore it."""
    return editing.cancel(TRAININGS, item_id)


def _kit(item: Training):
    """The kit it is made from, when this reader may see it."""
    if not item.kit_id:
        return None
    columns = select(Item.id, Item.kind, Item.title, Item.slug)
    return db.session.execute(columns.where(Item.id == item.kit_id, visible(current_user))).first()

"""The screens of sessions, and the agenda in which they stand with all that has an hour."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from wiki.events.forms import MeetingForm
from wiki.events.models import Meeting
from wiki.groups.models import role_in
from wiki.items.access import load_group, may_write_in
from wiki.programme import agenda, editing

blueprint = Blueprint("events", __name__)
SESSIONS = editing.Kind("events", Meeting, MeetingForm, {})
_PAGE = agenda.AT_A_TIME


@blueprint.get("/events")
def index():
    """The agenda, of one group or of all one may read, as a list or as a month."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    known = {"group": group, "room": "events", "may_write": may_write_in(group),
             "outside": bool(group) and role_in(current_user, group.id) is None}  # fmt: skip
    if request.args.get("view") == "month":
        first = agenda.month_asked(request.args.get("month"))
        before, after = agenda.around(first)
        return render_template(
            "events/month.html", first=first, before=before, after=after,
            weeks=agenda.month(current_user, group and group.id, first), **known,
        )  # fmt: skip
    past = request.args.get("when") == "past"
    offset = max(0, min(request.args.get("from", 0, type=int) or 0, 100_000))
    found = agenda.listed(current_user, group and group.id, past, offset)
    here = "/events?" + (f"group={group.id}&" if group else "") + ("when=past&" if past else "")
    return render_template(
        "events/index.html", months=agenda.by_month(found[:_PAGE]), past=past,
        previous=f"{here}from={max(offset - _PAGE, 0)}" if offset else None,
        next=f"{here}from={offset + _PAGE}" if len(found) > _PAGE else None, **known,
    )  # fmt: skip


@blueprint.get("/events/<id:item_id>")
def show(item_id: int):
    """One session."""
    return editing.show(SESSIONS, item_id)


@blueprint.route("/events/new", methods=["GET", "POST"])
def new():
    """A session to come."""
    return editing.new(SESSIONS)


@blueprint.route("/events/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Change a session."""
    return editing.edit(SESSIONS, item_id)


@blueprint.post("/events/<id:item_id>/cancellation")
def cancel(item_id: int):
    """Cancel a session, or restore it."""
    return editing.cancel(SESSIONS, item_id)

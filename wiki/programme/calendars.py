"""Calendars to fetch: of one session, of a group as its reader may know it, of a member's group."""

from flask import Blueprint, Response, request
from flask_login import current_user

from wiki.items.access import load, load_group
from wiki.markup.text import slugify
from wiki.programme import agenda, icalendar
from wiki.programme.models import Dated
from wiki.templating import site_address
from wiki.throttle import address, throttle

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/items/<id:item_id>/calendar.ics")
def one(item_id: int):
    """One session, for the calendar of a phone."""
    item = load(Dated, item_id)
    name = slugify(item.title)[:60] or "seance"
    return answer([item], attached=f"{name}.ics")


@blueprint.get("/events.ics")
def many():
    """What this reader may know of: everything, or one group's."""
    throttle("120 per minute", "calendar", address())
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    found = agenda.lately(current_user, group and group.id)
    return answer(found, group.title if group else "", attached="agenda.ics")


def answer(items: list[Dated], name: str = "", attached: str = "") -> Response:
    """A calendar as a response: private, to be fetched again."""
    made = Response(icalendar.calendar(items, site_address(), name))
    made.headers["Content-Type"] = icalendar.MIMETYPE
    made.headers["Cache-Control"] = "private, no-cache"
    made.headers["X-Robots-Tag"] = "noindex"
    if attached:
        made.headers["Content-Disposition"] = f'attachment; filename="{attached}"'
    return made

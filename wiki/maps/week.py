"""The week of a map of resources: on each day, where help is to be found, and at what hours."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from wiki.items.access import load
from wiki.maps import fields, hours, reading
from wiki.maps.filtering import Filters
from wiki.maps.models import Map
from wiki.maps.routes import blueprint

MOST = 2_000
ADDRESSES = ("adresse", "address", "commune")  # keys that say where, the national schema's first


@blueprint.get("/maps/<id:item_id>/week")
def week(item_id: int):
    """The places of a map day by day: what an itinerant service needs on a door."""
    found = load(Map, item_id)
    wanted = Filters(found, request.args)
    rows = [row for row in reading.rows(found, most=MOST) if not wanted or wanted.keeps(row)]
    days, silent = by_day(found, rows, current_user)
    return render_template(
        "maps/week.html", item=found, group=found.group, room="maps", days=days, silent=silent,
        wanted=wanted,
    )  # fmt: skip


def by_day(found: Map, rows, reader) -> tuple[list[tuple[str, list[dict]]], list[dict]]:
    """(day in words, its places in the order of their hours), and those without known hours."""
    keys, known = fields.hours_keys(found.fields), reading.values_for(found, reader)
    at: dict[str, list[dict]] = {day: [] for day in hours.WEEK}
    silent = []
    for row in rows:
        props = known(row)
        place = {"id": row.uuid, "title": row.title, "where": _where(props)}
        written = [v for k in keys if isinstance(v := props.get(k), str) and v]
        told = [pair for one in written for pair in hours.open_days(one)]
        marked = fields.marked_days(found.fields, props) - {day for day, _said in told}
        told += [(day, "" if told else ", ".join(written)) for day in marked]
        for day, said in told:
            at[day].append(place | {"hours": said})
        if not told:
            silent.append(place | {"hours": ", ".join(written)})
    for day in at.values():
        day.sort(key=lambda place: (_start(place["hours"]), place["title"]))
    return [(str(hours.DAYS[day]), places) for day, places in at.items() if places], silent


def _where(props: dict) -> str:
    said = [str(props[key]) for key in ADDRESSES if isinstance(props.get(key), str)]
    return ", ".join(dict.fromkeys(said))


def _start(said: str) -> int:
    """The first hour of a day as it is said, so that a day reads from morning to evening."""
    digits = "".join(c if c.isdecimal() else " " for c in said).split()
    return int(digits[0]) if digits and said != _("day and night") else 0

"""What programs write of sessions and training days: moments, places, the minute plan."""

from datetime import datetime

from flask_babel import gettext as _

from wiki.items.models import Item
from wiki.programme import slots, times
from wiki.programme.models import PHASES
from wiki.public.fields import FIELDS, TITLE, Field, Refused, choice, figure, line, text, wrong
from wiki.trainings.models import MOST_HALVES

_MOMENT = {"type": "string", "format": "date-time"}


def moment() -> Field:
    """A moment in ISO 8601 with its offset, kept in UTC."""

    def read(name: str, value: object) -> str:
        found = times.understood(value)
        if found is None:
            message = _("%(name)s: a moment such as 2026-12-03T09:30:00+01:00.", name=name)
            raise wrong(name, message)
        return times.written(found)

    return Field(read, _MOMENT)


def zone() -> Field:
    """The name of a time zone."""

    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or len(value) > 40 or not times.is_zone(value):
            raise wrong(name, _("%(name)s: a time zone such as Europe/Paris.", name=name))
        return value

    return Field(read, {"type": "string", "maxLength": 40})


def degrees(most: int) -> Field:
    """A latitude or a longitude, or null."""

    def read(name: str, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
            raise wrong(name, _("%(name)s: between %(a)s and %(b)s.", name=name, a=-most, b=most))
        return float(value)

    return Field(read, {"type": ["number", "null"], "minimum": -most, "maximum": most})


def flag() -> Field:
    """True or false."""

    def read(name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise wrong(name, _("%(name)s: true or false.", name=name))
        return value

    return Field(read, {"type": "boolean"})


def plan() -> Field:
    """The minute plan, line by line."""
    words = dict.fromkeys(slots.COLUMNS, line(slots.LONGEST))
    each = {"minutes": figure(0, slots.LONGEST_MINUTES)} | words

    def read(name: str, value: object) -> list[dict]:
        if not isinstance(value, list) or len(value) > slots.MOST:
            most = slots.MOST
            raise wrong(name, _("%(name)s: a list of at most %(n)s lines.", name=name, n=most))
        made = []
        for at, row in enumerate(value):
            place = f"{name}.{at}"
            if not isinstance(row, dict) or not set(row) <= set(each):
                raise wrong(name, _("%(name)s: an object.", name=place))
            made.append(slots.tidy({k: each[k].read(f"{place}.{k}", v) for k, v in row.items()}))
        return made

    one = {"type": "object", "properties": {name: f.schema for name, f in each.items()},
           "additionalProperties": False}  # fmt: skip
    return Field(read, {"type": "array", "maxItems": slots.MOST, "items": one})


def halves() -> Field:
    """Pairs of moments, each half-day after the other."""
    one = moment()

    def read(name: str, value: object) -> list[list[str]]:
        good = isinstance(value, list) and 0 < len(value) <= MOST_HALVES
        if not good or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
            raise wrong(name, _("%(name)s: pairs of moments, at most %(n)s.", name=name,
                                n=MOST_HALVES))  # fmt: skip
        made = [[one.read(name, moment) for moment in pair] for pair in value]
        ordered = [moment for pair in made for moment in pair]
        if ordered != sorted(ordered):
            raise wrong(name, _("%(name)s: one after the other.", name=name))
        return made

    pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": _MOMENT}
    return Field(read, {"type": "array", "minItems": 1, "maxItems": MOST_HALVES, "items": pair})


_COMMON = {
    "title": TITLE, "summary": text(5_000), "zone": zone(), "place": line(200),
    "address": line(300), "lat": degrees(90), "lng": degrees(180), "phase": choice("", *PHASES),
    "goal": text(2_000), "body": text(100_000), "programme": plan(), "cancelled": flag(),
}  # fmt: skip
FIELDS["events"] = _COMMON | {"starts": moment(), "ends": moment()}
FIELDS["trainings"] = _COMMON | {
    "halves": halves(), "trainers": line(300), "trainees": figure(1, 200),
    "materials": text(5_000),
}  # fmt: skip


def timed(kind: str, given: dict, item: Item | None = None) -> dict:
    """The fields with hours that hold together, on an item or for one to come; else Refused."""
    if kind == "trainings" and "halves" in given:
        given = given | {"starts": given["halves"][0][0], "ends": given["halves"][-1][1]}
    if kind not in ("events", "trainings"):
        return given
    ends: dict[str, datetime | None] = {}
    for name in ("starts", "ends"):
        ends[name] = times.understood(given.get(name, getattr(item, name, None)))
        if ends[name] is None:
            asked = "halves" if kind == "trainings" else name
            raise Refused(422, "missing_field", _("%(name)s: is missing.", name=asked), field=asked)
    if ends["ends"] < ends["starts"]:
        raise wrong("ends", _("It must end after it begins."))
    return given

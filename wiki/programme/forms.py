"""What people fill in of anything that has a day and an hour, and its minute plan line by line."""

import re
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, RadioField, SelectField, TimeField
from wtforms.validators import DataRequired, Optional, ValidationError

from wiki.forms import Form, line, text
from wiki.items.forms import number_or_none
from wiki.programme import slots, times
from wiki.programme.models import PHASES, Dated

_SAID = re.compile(r"\s*(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*(?:min)?\s*", re.IGNORECASE)
_POINT = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")
LONGEST_DAYS = 60
BLANK_LINES = 3


class HourField(TimeField):
    """An hour, as browsers send it or as people write it: 9 h 30, 14h, 9:30."""

    def process_formdata(self, valuelist):
        """Read what was sent."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        if said := _SAID.fullmatch(valuelist[0]):
            valuelist = [f"{int(said[1]):02d}:{said[2] or '00'}"]
        super().process_formdata(valuelist)


class DatedForm(Form):
    """What for, where, in which zone; each kind adds its hours, and says them in `hours`."""

    title = line(N_("Name of the session"), 200)
    day = DateField(N_("Day"), [DataRequired()])
    ends_on = DateField(N_("Last day, if it is another one"), [Optional()])
    zone = SelectField(N_("Time zone"))
    place = line(N_("Place"), 200, needed=False)
    address = line(N_("Address"), 300, needed=False)
    point = line(N_("Coordinates"), 60, needed=False)
    phase = RadioField(N_("Kind of session"), default="")
    goal = text(N_("Goal"), 2_000)
    body = text(N_("What there is to know"), 100_000)
    note = line(N_("What I changed"), 300, needed=False)
    revision = HiddenField(filters=[number_or_none])
    once = HiddenField()

    def __init__(self, *args, **kwargs):
        """The phases and the zones, by name."""
        super().__init__(*args, **kwargs)
        names = {"": N_("None in particular"), "exchange": N_("Exchange"),
                 "workshop": N_("Workshop"), "outing": N_("Outing")}  # fmt: skip
        self.phase.choices = [(code, names[code]) for code in ("", *PHASES)]
        own = kwargs.get("zone") or times.site_zone()
        known = list(dict.fromkeys([own, times.site_zone(), *times.ZONES]))
        self.zone.choices = [(name, name.replace("_", " ")) for name in known]

    @classmethod
    def of(cls, item: Dated | None, sent=None, **defaults):
        """The form of an item, or of one to come, as sent or as it is."""
        given = _values(item) | cls.hours_of(item) if item else {"zone": times.site_zone()}
        return cls(sent, **given | defaults)

    @staticmethod
    def hours_of(item: Dated) -> dict:
        """The hours of an item, by field."""
        return {}

    def validate_day(self, field):
        """A year that people live in."""
        _check_year(field.data)

    def validate_ends_on(self, field):
        """Not before the first day, nor months after it."""
        _check_year(field.data)
        if field.data and self.day.data:
            if field.data < self.day.data:
                raise ValidationError(_("The last day comes before the first."))
            if field.data - self.day.data > timedelta(days=LONGEST_DAYS):
                raise ValidationError(_("More than two months: make several sessions of it."))

    def validate_point(self, field):
        """Two numbers on the globe."""
        if field.data and _point(field.data) is None:
            raise ValidationError(_("Two numbers, latitude then longitude: 48.39, -4.48."))

    def check_hour(self, field, day):
        """Refuse an hour that the clock skips that day."""
        if not (field.data and day and times.FIRST_YEAR <= day.year <= times.LAST_YEAR):
            return
        try:
            times.instant(day, field.data, self.zone.data or "")
        except times.NoSuchHour:
            raise ValidationError(
                _("This hour does not exist that day: the clocks go forward. Choose another one.")
            ) from None

    def hours(self) -> dict:
        """When it begins and ends, as versioned fields."""
        raise NotImplementedError

    def fields(self) -> dict:
        """The versioned fields as the person wants them."""
        lat, lng = _point(self.point.data or "") or (None, None)
        words = {name: self[name].data or "" for name in ("place", "address", "goal", "body")}
        return words | {
            "title": self.title.data, "zone": self.zone.data, "lat": lat, "lng": lng,
            "phase": self.phase.data or "", **self.hours(),
        }  # fmt: skip


class Plan:
    """The minute plan as a form: its lines, some empty ones, and what is wrong with them."""

    def __init__(self, rows: list[dict], sent: MultiDict | None = None):
        self.errors: list[str] = []
        self.rows = [slots.tidy(row) for row in rows] if sent is None else self._read(sent)

    def _read(self, sent: MultiDict) -> list[dict]:
        columns = {name: sent.getlist(f"plan_{name}") for name in ("minutes", *slots.COLUMNS)}
        made = []
        for at, typed in enumerate(columns["minutes"]):
            row = {name: sent[at] if at < len(sent) else "" for name, sent in columns.items()}
            row["minutes"] = self._minutes(typed, at)
            if any(len(row[name]) > slots.LONGEST for name in slots.COLUMNS):
                self.errors.append(
                    _("Line %(n)s: at most %(max)s characters in each box.",
                      n=at + 1, max=slots.LONGEST)
                )  # fmt: skip
            if row["minutes"] or any(row[name].strip() for name in slots.COLUMNS):
                made.append(row)
        if len(made) > slots.MOST:
            self.errors.append(
                _("%(n)s lines: at most %(max)s. Put some of them together.",
                  n=len(made), max=slots.MOST)
            )  # fmt: skip
        self.errors = list(dict.fromkeys(self.errors))[:10]
        return made

    def _minutes(self, typed: str, at: int) -> int | str:
        typed = (typed or "").strip()
        if not typed:
            return 0
        if not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= slots.LONGEST_MINUTES):
            self.errors.append(
                _("Line %(n)s: minutes are a whole number, at most %(max)s.",
                  n=at + 1, max=slots.LONGEST_MINUTES)
            )  # fmt: skip
            return typed[:20]
        return int(typed[:9])

    @property
    def kept(self) -> list[dict]:
        """The lines as they are recorded."""
        return [slots.tidy(row) for row in self.rows]

    def arrange(self, order: str) -> str:
        """Move or take away the line a button names (`up:3`, `down:3`, `out:3`); its anchor."""
        way, _colon, number = order.partition(":")
        at = number_or_none(number)
        if at is None or at >= len(self.rows):
            return "plan-more"
        row = self.rows.pop(at)
        if way == "out":
            return "plan"
        to = min(max(at + (-1 if way == "up" else 1), 0), len(self.rows))
        self.rows.insert(to, row)
        return f"plan-{to}"


def _values(item: Dated) -> dict:
    start, end = item.local_start, item.local_end
    same = start.date() == end.date()
    placed = item.lat is not None and item.lng is not None
    point = f"{item.lat:.5f}, {item.lng:.5f}" if placed else ""
    names = ("title", "zone", "place", "address", "phase", "goal", "body")
    return {name: getattr(item, name) for name in names} | {
        "day": start.date(), "ends_on": None if same else end.date(), "point": point,
        "revision": item.revision_count,
    }  # fmt: skip


def _point(text: str) -> tuple[float, float] | None:
    found = _POINT.fullmatch(text)
    if not found:
        return None
    lat, lng = (float(number.replace(",", ".")) for number in found.groups())
    return (lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 else None


def _check_year(day) -> None:
    if day and not times.FIRST_YEAR <= day.year <= times.LAST_YEAR:
        raise ValidationError(_("This year is not one of ours."))

"""What people fill in to prepare a formation-action day."""

from datetime import time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user
from sqlalchemy import select
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from wiki.db import db
from wiki.forms import line, text
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.programme import times
from wiki.programme.forms import DatedForm, HourField
from wiki.trainings.models import MOST_HALVES, Training

USUAL = {"am_from": time(9, 30), "am_to": time(12, 30), "pm_from": time(13, 30),
         "pm_to": time(16, 30)}  # fmt: skip
MOST_KITS = 60
HALVES = (("am_from", "am_to"), ("pm_from", "pm_to"))


class TrainingForm(DatedForm):
    """A training: a morning, an afternoon, the same on each day when there are several."""

    title = line(N_("Name of the training day"), 200)
    am_from = HourField(N_("Morning, from"))
    am_to = HourField(N_("Morning, to"))
    pm_from = HourField(N_("Afternoon, from"))
    pm_to = HourField(N_("Afternoon, to"))
    trainers = line(N_("Led by"), 300, needed=False)
    trainees = IntegerField(N_("How many trainees"), [Optional(), NumberRange(1, 200)])
    materials = text(N_("Material"), 5_000)
    kit = SelectField(N_("Made from the kit"), coerce=int, default=0)

    def __init__(self, *args, **kwargs):
        """The kits that the person may read, the one in use first."""
        super().__init__(*args, **kwargs)
        query = select(Item.id, Item.title).where(Item.kind == "kits", visible(current_user))
        mine = kwargs.get("kit") or 0
        order = ((Item.id == mine).desc(), Item.updated_at.desc())
        rows = db.session.execute(query.order_by(*order).limit(MOST_KITS)).all()
        self.kit.choices = [(0, _("None")), *((row.id, row.title) for row in rows)]

    @staticmethod
    def hours_of(item: Training) -> dict:
        """The hours of the first day, and what a training adds."""
        given: dict = {"trainers": item.trainers, "trainees": item.trainees,
                       "materials": item.materials, "kit": item.kit_id or 0}  # fmt: skip
        first = item.half_days[0][0].date()
        for start, end in item.half_days:
            if start.date() == first:
                names = HALVES[0] if start.hour < 12 else HALVES[1]
                given |= {names[0]: start.time(), names[1]: end.time()}
        return given

    def validate_ends_on(self, field):
        """So many half-days and no more."""
        super().validate_ends_on(field)
        if field.data and self.day.data and len(self._days()) * len(HALVES) > MOST_HALVES:
            raise ValidationError(_("More than ten days: make several trainings of it."))

    def validate_am_from(self, field):
        """At least one half-day, each with its two ends, one after the other."""
        given = [[self[name].data for name in names] for names in HALVES]
        if not any(all(pair) for pair in given):
            raise ValidationError(_("Give the hours of the morning, of the afternoon, or of both."))
        for pair in given:
            if any(pair) and not all(pair):
                raise ValidationError(_("A half-day has an hour to begin and one to end."))
        hours = [hour for pair in given if all(pair) for hour in pair]
        if any(one >= other for one, other in zip(hours, hours[1:], strict=False)):
            raise ValidationError(_("The hours of the day must follow one another."))
        for names in HALVES:
            for name in names:
                self.check_hour(self[name], self.day.data)

    def _days(self) -> list:
        last = self.ends_on.data or self.day.data
        return [self.day.data + timedelta(days=n) for n in range((last - self.day.data).days + 1)]

    def hours(self) -> dict:
        """Each half-day, and what a training adds to a session."""
        pairs = [(self[a].data, self[b].data) for a, b in HALVES if self[a].data and self[b].data]
        halves = [
            [times.written(times.instant(day, hour, self.zone.data)) for hour in pair]
            for day in self._days()
            for pair in pairs
        ]
        return {
            "halves": halves, "starts": halves[0][0], "ends": halves[-1][1],
            "trainers": self.trainers.data or "", "trainees": self.trainees.data,
            "materials": self.materials.data or "", "kit_id": self.kit.data or None,
        }  # fmt: skip

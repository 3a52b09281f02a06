"""What people fill in to make a session."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from wtforms.validators import DataRequired, ValidationError

from wiki.programme import times
from wiki.programme.forms import DatedForm, HourField
from wiki.programme.models import Dated


class MeetingForm(DatedForm):
    """A session: from one hour to another."""

    begins = HourField(N_("From"), [DataRequired()])
    finishes = HourField(N_("To"), [DataRequired()])

    @staticmethod
    def hours_of(item: Dated) -> dict:
        """When a session begins and ends."""
        return {"begins": item.local_start.time(), "finishes": item.local_end.time()}

    def validate_begins(self, field):
        """An hour that exists that day."""
        self.check_hour(field, self.day.data)

    def validate_finishes(self, field):
        """After the beginning, at an hour that exists."""
        last = self.ends_on.data or self.day.data
        self.check_hour(field, last)
        if not (field.data and last and self.day.data and self.begins.data):
            return
        if (last, field.data) <= (self.day.data, self.begins.data):
            raise ValidationError(_("It must end after it begins."))

    def hours(self) -> dict:
        """When it begins and ends, as versioned fields."""
        zone, last = self.zone.data, self.ends_on.data or self.day.data
        begins = times.instant(self.day.data, self.begins.data, zone)
        return {
            "starts": times.written(begins),
            "ends": times.written(times.instant(last, self.finishes.data, zone)),
        }

"""What a person answers to begin a collective action."""

from datetime import date, time, timedelta

from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from wiki.accounts.forms import colour_field, pictogram_field
from wiki.actions.dates import Offer, offered
from wiki.db import utcnow
from wiki.forms import Day, Form, line
from wiki.groups.forms import MOST
from wiki.items import terms
from wiki.programme import holidays

HALF_DAYS, PLACES, MOST_DAYS = 12, 10, 60
FURTHEST = 3  # years ahead, or one behind: an action already begun is told too
MORNING = (time(9), time(12))
_NUMBER = _("Write a number, such as 12.")
_TIME = _("Write an hour, such as 09:00.")


class Choices(SelectMultipleField):
    """Several out of a few, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Number(IntegerField):
    """A whole number from one to `most`; what is none is said in our words."""

    def __init__(self, label, most: int, **kwargs):
        """The field, which must be filled in."""
        super().__init__(label, [InputRequired()], **kwargs)
        self.most = most

    def process_formdata(self, values):
        """Read the number as people type it."""
        try:
            self.data = int("".join((values[0] if values else "").split()))
        except ValueError:
            self.data = None
            raise ValueError(str(_NUMBER)) from None

    def post_validate(self, form, validation_stopped):
        """Between one and the most."""
        if self.data is not None and not 1 <= self.data <= self.most:
            raise ValidationError(_("Between 1 and %(most)s.") % {"most": self.most})


class Hour(TimeField):
    """An hour of the day; what is none is said in our words."""

    def process_formdata(self, values):
        """Read the hour: 09:00, 9:00, 9 h, 9h30."""
        typed = (values[0] if values else "").lower().replace("h", ":").replace(" ", "")
        try:
            hour, _colon, minute = typed.partition(":")
            self.data = time(int(hour), int(minute[:2] or 0))
        except ValueError:
            self.data = None
            raise ValueError(str(_TIME)) from None


class ActionForm(Form):
    """A collective action: who, for whom, where, and when."""

    title = line(_("Name of the action"), 120)
    structure = line(_("Structure that carries it"), 200)
    publics = Choices(_("For whom?"))
    places = Number(_("How many people?"), MOST, default=PLACES)
    place = line(_("Where?"), 200, needed=False, description=_("Name of the room, street, town."))
    count = Number(_("How many half-days?"), MOST_DAYS, default=HALF_DAYS)
    first = Day(_("First day"), [InputRequired()])
    weekdays = Choices(
        _("On which days?"),
        coerce=int,
        description=_("If you tick none, the day of the week of the first one."),
    )
    starts = Hour(_("Begins at"), [InputRequired()], default=MORNING[0])
    ends = Hour(_("Ends at"), [InputRequired()], default=MORNING[1])
    pictogram = pictogram_field(_("Pictogram"))
    colour = colour_field(_("Colour"))

    def __init__(self, *args, **kwargs):
        """The publics and the days of the week, in the reader's language."""
        super().__init__(*args, **kwargs)
        self.terms = {term.slug: term for term in terms.living("publics")}
        self.publics.choices = [(slug, terms.label_of(term)) for slug, term in self.terms.items()]
        names = get_locale().days["format"]["wide"] if get_locale() else {}
        self.weekdays.choices = [(day, names.get(day, str(day))) for day in range(7)]

    def validate_first(self, field):
        """Not a day of another century, which a slip of the finger gives."""
        today = utcnow().date()
        if field.data and not (
            today - timedelta(days=366) <= field.data <= today + timedelta(days=366 * FURTHEST)
        ):
            raise ValidationError(_("This day is too far away. Look at the year."))

    def validate_ends(self, field):
        """After the beginning."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("It ends before it begins. Look at the hours."))

    @property
    def offers(self) -> list[Offer]:
        """The days of the action; what was shown and is no longer ticked is skipped.

        A holiday is skipped until somebody ticks it.
        """
        shown, ticked = (
            {day for one in request.form.getlist(name) if (day := _day(one))}
            for name in ("shown", "kept")
        )

        def is_skipped(day: date) -> bool:
            return day not in ticked if day in shown else bool(holidays.named(day))

        weekdays = set(self.weekdays.data or [])
        return offered(self.first.data, weekdays, self.count.data or 1, is_skipped)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None

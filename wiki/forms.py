"""Forms: one parent, cleaned texts, and choices that speak the reader's language."""

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from wtforms import DateField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.validators import DataRequired, Length, ValidationError

from wiki.markup.sanitize import clean_body, clean_text


class Form(WTForm):
    """Parent of all forms; wtforms' own messages come from our catalogue."""

    class Meta:
        """Cross-site requests are refused by their headers, so forms carry no token."""

        csrf = False

        def get_translations(self, form):
            return _Catalogue()

    @classmethod
    def of_request(cls, obj=None, **defaults):
        """The form as sent, or as the object is."""
        return cls(request.form if request.method == "POST" else None, obj=obj, **defaults)

    def was_sent_well(self) -> bool:
        """Whether this is a POST whose fields are all good."""
        return request.method == "POST" and self.validate()


class _Catalogue:
    """wtforms asks for its messages here."""

    def gettext(self, text: str) -> str:
        return _(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _(one if count == 1 else many)


class Day(DateField):
    """A date; what is no date is said in our words."""

    def process_formdata(self, values):
        """Read the date, in the way of browsers or in that of French people."""
        typed = (values[0] if values else "").strip()
        for order in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                self.data = datetime.strptime(typed, order).date()  # noqa: DTZ007 a day has no zone
            except ValueError:
                continue
            return
        self.data = None
        raise ValueError(_("This date does not exist. Write it so: 15/01/2027."))


def line(label, longest: int = 200, needed: bool = True, **kwargs) -> StringField:
    """A field of one line, without invisible characters."""
    checks = [Length(max=longest)] + ([DataRequired()] if needed else [])
    return StringField(label, validators=checks, filters=[_cleaned(clean_text)], **kwargs)


def text(label, longest: int = 500_000, needed: bool = False, **kwargs) -> TextAreaField:
    """A field of several lines, kept as typed but for line ends and NUL."""
    checks = [_at_most(longest)] + ([DataRequired()] if needed else [])
    return TextAreaField(label, validators=checks, filters=[_cleaned(clean_body)], **kwargs)


def _at_most(longest: int):
    def check(form, field):
        if field.data and len(field.data) > longest:
            raise ValidationError(
                _("This text is too long: %(n)s characters, at most %(max)s. Cut it in two pages.",
                  n=len(field.data), max=longest)
            )  # fmt: skip

    return check


def _cleaned(clean):
    def filter_(value):
        return clean(value) if value else value

    return filter_

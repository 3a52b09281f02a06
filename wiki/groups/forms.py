"""What people fill in about a group."""

import re

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from wiki.accounts import cards, names
from wiki.accounts.forms import colour_field, pictogram_field
from wiki.accounts.models import clean_email, is_email
from wiki.forms import Form, line, text

PLACES = 12  # of a door or a link, unless somebody says otherwise
MOST = 200  # places, or cards made at once
TWICE_HERE = _("Two of these names look the same: %(names)s. Add a letter.")
ROLES = [(2, _("Member")), (1, _("Reader")), (3, _("Facilitator"))]


class GroupForm(Form):
    """A group: its name, what it is for, and what makes it recognisable without reading."""

    title = line(_("Name of the group"), 120)
    summary = text(_("In one sentence: who, where, what for"), 500)
    purpose = RadioField(
        _("What is it for?"),
        choices=[
            ("action", _("A collective action")),
            ("training", _("A training")),
            ("network", _("A network of professionals")),
        ],
        default="action",
        validators=[DataRequired()],
    )
    colour = colour_field(_("Colour"))
    pictogram = pictogram_field(_("Pictogram"))
    lists_members = BooleanField(_("Those who entered with a code see who is in the group"))


class InvitationForm(Form):
    """Invite people by e-mail."""

    emails = TextAreaField(
        _("E-mail addresses"),
        [DataRequired(), Length(max=5000)],
        description=_("One per line, or separated by commas."),
    )
    role = SelectField(_("They will be"), coerce=int, choices=ROLES, default=2)
    professional = BooleanField(
        _("They are professionals: they may read what is shared with the network")
    )

    def validate_emails(self, field):
        """Every address must look like one."""
        wrong = [email[:80] for email in self.addresses if not is_email(email)]
        if wrong:
            raise ValidationError(
                _("This does not look like an e-mail address: %(wrong)s", wrong=", ".join(wrong))
            )
        if len(self.addresses) > 50:
            raise ValidationError(_("Fifty invitations at a time, at most."))

    @property
    def addresses(self) -> list[str]:
        """The addresses, each once."""
        found = re.split(r"[\s,;]+", self.emails.data or "")
        return list(dict.fromkeys(clean_email(email) for email in found if email))


class RoleForm(Form):
    """Change a member's role."""

    role = SelectField(_("Role"), coerce=int, choices=ROLES)


def places_field(default: int):
    """How many people may come in."""
    return IntegerField(
        _("For how many people?"), [DataRequired(), NumberRange(1, MOST)], default=default
    )


def device_field():
    """Whose device this is: one's own, or everybody's ("y"), which lets go and keeps nothing."""
    return RadioField(
        _("Whose device is this?"),
        choices=[("", _("Mine")), ("y", _("Everybody uses it"))],
        default="",
        validate_choice=False,
    )


class DoorForm(Form):
    """Open the door to those who are in the room."""

    places = places_field(PLACES)


class LinkForm(Form):
    """Make a link that lets people in for some days."""

    places = places_field(PLACES)
    days = SelectField(
        _("How long does it work?"),
        coerce=int,
        choices=[(1, _("One day")), (7, _("One week")), (30, _("One month"))],
        default=7,
    )


class CardsForm(Form):
    """Prepare access cards."""

    firstnames = text(
        _("First names"), 5000, description=_("One per line. Their cards will bear them.")
    )
    blank = IntegerField(
        _("Cards without a name"),
        [Optional(), NumberRange(0, MOST)],
        default=10,
        description=_("Whoever gets one chooses a first name."),
    )

    def validate_firstnames(self, field):
        """Names that can be read, and told from one another."""
        for name in self.names:
            check_name(name)
        keys = [names.key(name) for name in self.names]
        twins = [name for name in self.names if keys.count(names.key(name)) > 1]
        if twins:
            raise ValidationError(TWICE_HERE % {"names": ", ".join(twins)})

    @property
    def names(self) -> list[str]:
        """The first names, cleaned."""
        lines = (names.clean(line) for line in (self.firstnames.data or "").splitlines())
        return [name for name in lines if name]


class DigitsForm(Form):
    """Come back: the digits of the person whose tile was chosen."""

    who = IntegerField(_("Who are you?"), [InputRequired(_("Choose your name first."))])
    digits = StringField(_("Your digits"), [InputRequired(), Length(max=20)])
    shared = device_field()


class ArrivalForm(Form):
    """Come in for the first time."""

    name = line(_("Your first name"), names.LONGEST)
    pictogram = pictogram_field(_("Choose a drawing"))
    digits = StringField(
        _("Your digits"),
        [InputRequired()],
        description=_("Keep these, or choose 4 to 6 others. They bring you back: write them down."),
    )
    shared = device_field()

    def validate_name(self, field):
        """A name that can be read."""
        field.data = names.clean(field.data)
        check_name(field.data)

    def validate_digits(self, field):
        """Four to six digits that are not the first ones anybody tries."""
        check_digits(field)


class FirstDigitsForm(Form):
    """Choose one's digits, with a card that bears one's name."""

    digits = StringField(
        _("Choose 4 to 6 digits"),
        [InputRequired()],
        description=_("They bring you back: write them down."),
    )
    shared = device_field()

    def validate_digits(self, field):
        """Four to six digits that are not the first ones anybody tries."""
        check_digits(field)


def check_digits(field) -> None:
    """Raise ValidationError when these digits would not keep anybody out."""
    field.data = "".join((field.data or "").split())
    if not cards.are_digits(field.data):
        raise ValidationError(_("Give 4 to 6 digits, from 0 to 9."))
    if cards.are_worn(field.data):
        raise ValidationError(_("Everybody tries these digits first. Choose others."))


def check_name(name: str) -> None:
    """Raise ValidationError when a first name cannot be read."""
    if names.is_blank(name) or not names.key(name):
        raise ValidationError(_("A first name has letters."))
    if len(name) > names.LONGEST:
        raise ValidationError(_("This first name is too long: %(name)s") % {"name": name[:60]})

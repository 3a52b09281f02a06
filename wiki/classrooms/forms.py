"""What trainers and trainees fill in on the day."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from wiki.accounts import names
from wiki.accounts.models import clean_email, is_email
from wiki.forms import Form, line, text
from wiki.groups.forms import TWICE_HERE, check_name
from wiki.markup.sanitize import clean_text

MOST = 60  # people in a room
WAYS = [("", _("not today")), ("each", _("a copy for each")), ("all", _("one for all"))]
FACES = [
    ("5", _("Yes, fully")), ("4", _("Rather yes")), ("3", _("So-so")), ("2", _("Rather no")),
    ("1", _("No")),
]  # fmt: skip
DONE = [
    ("yes", _("Yes, it has begun")), ("soon", _("Not yet, it is prepared")),
    ("other", _("Something else came of it")), ("no", _("No")),
]  # fmt: skip


class PreparationForm(Form):
    """How many people, who, and with what."""

    title = line(_("Name of the day"), 120)
    places = IntegerField(
        _("How many people?"), [InputRequired(), NumberRange(1, MOST)], default=12
    )
    firstnames = text(
        _("First names, if you know them"), 3000,
        description=_("One per line. Their cards will bear them. The others choose theirs."),
    )  # fmt: skip
    training = HiddenField()

    def validate_firstnames(self, field):
        """Names that can be read and told from one another, no more than there are places."""
        for name in self.names:
            check_name(name)
        keys = [names.key(name) for name in self.names]
        twins = [name for name in self.names if keys.count(names.key(name)) > 1]
        if twins:
            raise ValidationError(TWICE_HERE % {"names": ", ".join(twins)})
        if len(self.names) > (self.places.data or 0):
            raise ValidationError(_("There are more first names than places."))

    @property
    def names(self) -> list[str]:
        """The first names, cleaned."""
        lines = (names.clean(one) for one in (self.firstnames.data or "").splitlines())
        return [name for name in lines if name]


class WayField(SelectField):
    """What becomes of one model: nothing, a copy for each, one for all."""

    def __init__(self, *args, **kwargs):
        """The three ways."""
        super().__init__(*args, choices=WAYS, default="", **kwargs)


class AddressForm(Form):
    """Where to send one's sheet."""

    email = line(_("E-mail address"), 254, needed=False)

    def validate_email(self, field):
        """Nothing, or an address."""
        field.data = clean_email(field.data or "")
        if field.data and not is_email(field.data):
            raise ValidationError(_("This does not look like an e-mail address: %(wrong)s")
                                  % {"wrong": clean_text(field.data)[:80]})  # fmt: skip


class EvaluationForm(Form):
    """Five questions at the end of the day."""

    useful = RadioField(_("Was this day useful to you?"), [Optional()], choices=FACES)
    pace = RadioField(_("Was the pace right for you?"), [Optional()], choices=FACES)
    able = RadioField(_("Do you feel able to do it with a group?"), [Optional()], choices=FACES)
    takes = text(_("What I take with me"), 2000)
    missed = text(_("What I missed"), 2000)

    def answers(self) -> dict:
        """What was said, and nothing of what was not."""
        return {name: value for name, value in self.data.items() if value}


class LaterForm(Form):
    """The questions at three months."""

    done = RadioField(_("Has your action taken place?"), [Optional()], choices=DONE)
    changed = text(_("What did it change?"), 3000)
    blocked = text(_("What held you back?"), 3000)
    helped = text(_("What helped you, or would help you?"), 3000)
    people = IntegerField(_("How many people took part?"), [Optional(), NumberRange(0, 100_000)])

    def answers(self) -> dict:
        """What was said, and nothing of what was not."""
        return {name: value for name, value in self.data.items() if value not in (None, "")}

"""What is filled in about people and what they agree to."""

import json
from datetime import date, timedelta

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from wiki.consents import deciding, wording
from wiki.consents.models import Medium, Method
from wiki.forms import Form, line
from wiki.items.forms import number_or_none
from wiki.items.models import Scope

STROKES, POINTS = 60, 4000  # of a signature
TERMS = {"182": _("six months"), "365": _("one year"), "730": _("two years")}


class AppearanceForm(Form):
    """Somebody is in a thing: a person already known, or a new one."""

    person = RadioField(_("Who is it?"), coerce=int, validators=[Optional()])
    shown_name = line(_("First name, or the name this person chose"), 80, needed=False)
    minor = BooleanField(_("Under 18 years old"))
    media = SelectMultipleField(
        _("What of this person is here?"), coerce=int, option_widget=CheckboxInput(),
        widget=ListWidget(),
    )  # fmt: skip
    agreed = BooleanField(_("This person told me that the group may see it"))

    def prepare(self, people: list) -> None:
        """Offer the people of the group, and the media."""
        self.person.choices = [(one.id, one.shown_name) for one in people]
        self.person.choices.append((0, _("A new person")))
        self.media.choices = [(int(word.value), word.name) for word in wording.media()]

    def validate_shown_name(self, field):
        """A new person has a name, or a name they chose."""
        if not self.person.data and not (field.data or "").strip():
            if self.person.data is None and len(self.person.choices) > 1:
                raise ValidationError(_("Say who it is: someone you know, or a new person."))
            raise ValidationError(_("Give this person a name. It may be an invented one."))

    def validate_media(self, field):
        """At least one thing of them is there."""
        if not field.data:
            raise ValidationError(_("Choose at least one."))

    def what(self) -> Medium:
        """What is shown of them."""
        return Medium(sum(set(self.media.data or [])))


class PersonForm(Form):
    """Who somebody is: for the form they sign, and to reach them again."""

    shown_name = line(_("Name shown"), 80)
    real_name = line(_("Real name, for the paper only"), 120, needed=False)
    minor = BooleanField(_("Under 18 years old"))
    guardian = line(_("Who answers for them (father, mother, guardian)"), 120, needed=False)
    contact = line(_("How to reach them"), 200, needed=False)


class AgreementForm(Form):
    """An agreement, as it is given in front of the person."""

    which = RadioField(_("For what?"), coerce=int, default=0)
    prints = RadioField(
        _("May it also be printed?"), choices=[("yes", _("Yes")), ("no", _("No"))], default="no"
    )
    term = RadioField(_("Until when?"), choices=list(TERMS.items()), default="730")
    purpose = line(_("What is it for?"), 300, needed=False)
    method = RadioField(
        _("How does this person say yes?"),
        choices=[
            (Method.SCREEN, _("I sign here with a finger")),
            (Method.PAPER, _("I signed a paper")),
            (Method.ORAL, _("I say it aloud: it is recorded")),
            (Method.WITNESS, _("I say it aloud before someone")),
        ],
        default=Method.SCREEN,
    )
    signature = HiddenField()
    recorded = HiddenField(filters=[number_or_none])  # what was recorded in this very page
    proof = FileField(_("Photo of the paper, or recording"))
    witness = line(_("Who heard it?"), 120, needed=False)
    guardian = line(_("Name of the father, mother or guardian"), 120, needed=False)
    language = line(_("Language in which it was explained"), 40, needed=False)

    def prepare(self, item, media: list, minor: bool = False) -> None:
        """Offer this thing or everything, and the media to be asked about."""
        self.media = media
        self.guardian.flags.required = minor
        self.proof.flags.required = self.witness.flags.required = True  # where they are asked for
        self.which.choices = [(0, _("Everything the group makes with me"))]
        if item is not None:
            only = _("Only this: “%(title)s”", title=item.title)
            self.which.choices.insert(0, (item.id, only))

    @property
    def said(self) -> dict[Medium, Scope]:
        """How far each medium may go, of those that were answered."""
        found = {}
        for word in self.media:
            answer = request.form.get(f"medium-{int(word.value)}", "")
            if answer in ("0", "1", "2", "3"):
                found[Medium(word.value)] = Scope(int(answer))
        return found

    @property
    def says_yes(self) -> bool:
        """Whether anything at all is agreed to."""
        return any(audience > Scope.DRAFT for audience in self.said.values())

    @property
    def strokes(self) -> list | None:
        """The signature, as lines of points between 0 and 1000; None when nobody signed."""
        try:
            given = json.loads(self.signature.data or "null")
            lines = [[(int(x), int(y)) for x, y in one] for one in given][:STROKES]
        except (TypeError, ValueError, OverflowError, RecursionError):
            return None
        inside = [one for one in lines if all(0 <= n <= 1000 for point in one for n in point)]
        return inside if 3 < sum(map(len, inside)) <= POINTS else None

    @property
    def until(self) -> date:
        """The last day."""
        return _last_day(self.term.data)

    def validate_method(self, field):
        """A yes needs what shows that it was given."""
        if not self.says_yes:
            return
        if field.data == Method.SCREEN and self.strokes is None:
            raise ValidationError(_("Sign in the frame, or choose another way."))

    def validate_proof(self, _field):
        """A paper is photographed, what was said aloud is recorded here or sent."""
        recorded = self.method.data == Method.ORAL and self.recorded.data
        needed = self.says_yes and self.method.data in (Method.PAPER, Method.ORAL) and not recorded
        sent = request.files.get("proof")
        if needed and not (sent and sent.filename):
            raise ValidationError(_("Add the photo of the paper, or the recording."))

    def validate_witness(self, field):
        """A witness has a name."""
        needed = self.says_yes and self.method.data == Method.WITNESS
        if needed and not (field.data or "").strip():
            raise ValidationError(_("Say who heard it."))


class ChoiceForm(Form):
    """What a person chooses alone, on their private page."""

    audience = RadioField(_("Who may see it?"), coerce=int, validators=[InputRequired()])
    item = HiddenField()
    term = RadioField(_("Until when?"), choices=list(TERMS.items()), default="730")
    prints = BooleanField(_("It may also be printed"))
    guardian = line(_("Name of the father, mother or guardian"), 120, needed=False)

    @property
    def until(self) -> date:
        """The last day."""
        return _last_day(self.term.data)


def _last_day(term: str | None) -> date:
    """The day of a term; years count as people count them, whatever February does."""
    today = deciding.today()
    if term == "182":
        return today + timedelta(days=182)
    return deciding.end_of(today, 1 if term == "365" else deciding.YEARS)

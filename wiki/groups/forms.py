"""What people fill in about a group."""

import re

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from wiki.accounts.forms import colour_field, pictogram_field
from wiki.accounts.models import clean_email, is_email
from wiki.forms import Form, line, text

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

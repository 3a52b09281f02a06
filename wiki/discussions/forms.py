"""What people fill in to ask a question, and to propose an answer."""

import re

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from wiki.forms import Form, line, text
from wiki.items.forms import number_or_none

_NUMBER = re.compile(r"(?:^|/(?:items|[a-z]+)/)(\d{1,9})(?=\D|$)")


class QuestionForm(Form):
    """A question being asked or mended."""

    title = line(_("Your question, in one sentence"), 200)
    body = text(
        _("The context"), 20_000,
        description=_("For whom, with what, what you tried already. No name of a participant."),
    )  # fmt: skip
    need = line(_("What would help you"), 200, needed=False)
    place = line(_("Where"), 200, needed=False)
    revision = HiddenField(filters=[number_or_none])

    def changes(self) -> dict[str, str]:
        """The versioned fields as the person wants them."""
        return {name: getattr(self, name).data or "" for name in ("title", "body", "need", "place")}


class NewQuestionForm(QuestionForm):
    """A question to be."""

    group = SelectField(_("You ask in the name of"), coerce=int)


class ProposalForm(Form):
    """Something that answers, by its address on this site or by its number."""

    item = line(_("Address of a report, a page or a file of this site"), 500)

    def validate_item(self, field):
        """An address of ours ends in a number."""
        if not _NUMBER.search(field.data or ""):
            raise ValidationError(_("Copy the address of a report or a page of this site."))

    @property
    def number(self) -> int:
        """The number in the address."""
        return int(_NUMBER.search(self.item.data)[1])

"""What people fill in about any item: comments, audience, place, copies, words to erase."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from wiki.accounts.forms import check_email
from wiki.forms import Form, line, text
from wiki.items.passages import Wish


def number_or_none(value) -> int | None:
    """What a hidden field holds, when it is a number that a row may have."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class CommentForm(Form):
    """A remark; visitors also say who they are. `website` is a trap: people do not see it."""

    body = text(_("Your comment"), 10_000, needed=True)
    name = line(_("Your name"), 80, needed=False)
    email = line(_("E-mail address, never shown"), 254, needed=False)
    website = StringField(_("Leave this empty"))
    started = HiddenField()
    reply_to = HiddenField(filters=[number_or_none])
    # About a passage: its words, or its places in the text being written; perhaps other words.
    passage = text(_("Passage it is about"), 4000)
    replacement = text(_("What you would write instead"), 2000)
    suggests = HiddenField()
    passage_field = HiddenField(validators=[Length(max=80)])
    passage_before = HiddenField(filters=[lambda words: (words or "")[-200:]])
    passage_after = HiddenField(filters=[lambda words: (words or "")[:200]])
    passage_start = HiddenField(filters=[number_or_none])
    passage_end = HiddenField(filters=[number_or_none])

    def wish(self) -> Wish | None:
        """What was selected, and what is proposed instead; None for a remark on the whole."""
        proposed = (self.replacement.data or "").strip("\n")
        suggests = bool(self.suggests.data or proposed)
        if not (self.passage.data or "").strip() and self.passage_start.data is None:
            return None
        if suggests:  # a proposed wording speaks for itself
            self.body.validators = [Optional(), Length(max=10_000)]
            self.body.flags.required = False
        return Wish(
            self.passage_field.data or "", self.passage.data or "", self.passage_before.data,
            self.passage_after.data, self.passage_start.data, self.passage_end.data,
            proposed if suggests else None,
        )  # fmt: skip

    def validate_replacement(self, field):
        """Other words are for a passage."""
        somewhere = (self.passage.data or "").strip() or self.passage_start.data is not None
        if (field.data or "").strip() and not somewhere:
            raise ValidationError(_("Say which words of the text you would write otherwise."))

    def require_name(self) -> None:
        """Ask visitors how they are called, and for an address that can be one."""
        self.name.validators = [DataRequired(), Length(max=80)]
        self.name.flags.required = True
        self.email.validators = [Optional(), _is_email]


class PublicationForm(Form):
    """Who may read an item."""

    scope = RadioField(_("Who can read this?"), coerce=int)
    note = text(_("A word for those who will read your request"), 2000)
    along = BooleanField(_("Show the photos and recordings that are in it as widely"))


class MoveForm(Form):
    """Where an item is placed."""

    parent = SelectField(_("Place it under"), coerce=int)


class CopyForm(Form):
    """Which group receives a copy."""

    group = SelectField(_("Group that receives the copy"), coerce=int)


class ErasureForm(Form):
    """Words that must not remain in any version."""

    words = line(_("Words to erase, exactly as written"), 200)
    instead = line(_("Put instead"), 200, needed=False)

    def validate_words(self, field):
        """One letter would empty the text."""
        if len((field.data or "").strip()) < 2:
            raise ValidationError(_("At least two characters."))


def _is_email(form, field):
    check_email(field)

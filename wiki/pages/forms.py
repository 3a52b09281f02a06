"""What people fill in to write a page."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.widgets import TextArea

from wiki.forms import Form, line, text
from wiki.items.forms import number_or_none


class PageForm(Form):
    """A page being written, with the version the person began with."""

    title = line(_("Title"), 200, widget=TextArea())  # long titles are seen whole
    summary = text(_("In one sentence"), 600)
    body = text(_("Text"))
    note = line(_("What I changed"), 300, needed=False)
    is_template = BooleanField(_("Offer this page as a template for new pages"))
    is_easy = BooleanField(
        _("This is the easy-to-read version of the page above it"),
        description=_(
            "Short sentences, everyday words, one idea at a time. Each page leads to the other."
        ),
    )
    revision = HiddenField(filters=[number_or_none])

    def changes(self) -> dict[str, str]:
        """The versioned fields as the person wants them."""
        sent = {"title": self.title.data, "summary": self.summary.data or ""}
        # A text written together is not in the form: what was sent of it is durable already.
        return sent | ({"body": self.body.data or ""} if self.body.raw_data else {})


class NewPageForm(PageForm):
    """A page to be: `once` makes a button pressed twice create one page."""

    group = SelectField(_("Group"), coerce=int)
    parent = HiddenField(filters=[number_or_none])
    once = HiddenField()

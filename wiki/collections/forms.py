"""What people fill in about a collection: its words, what goes in, in which order."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField

from wiki.forms import Form, line, text
from wiki.items.forms import number_or_none


class CollectionForm(Form):
    """The words of a collection, with the version the person began with."""

    title = line(
        _("Title"), 200, description=_("For instance: « Fifteen ways to go out together ».")
    )
    summary = text(
        _("For whom, for what"), 600, description=_("Two lines. They stand in lists and searches.")
    )
    body = text(_("Introduction"), description=_("Why these, in this order."))
    cover = SelectField(
        _("Cover"), coerce=int, description=_("A picture of the group, or of what is gathered.")
    )
    note = line(_("What I changed"), 300, needed=False)
    revision = HiddenField(filters=[number_or_none])

    def changes(self) -> dict[str, str]:
        """The versioned fields as the person wants them."""
        return {name: self[name].data or "" for name in ("title", "summary", "body")}


class NewCollectionForm(Form):
    """A collection to be: a title is enough."""

    title = line(
        _("Title"), 200, description=_("For instance: « Fifteen ways to go out together ».")
    )
    summary = text(
        _("For whom, for what"), 600, description=_("Two lines. They stand in lists and searches.")
    )
    group = SelectField(_("Group that keeps it"), coerce=int)


class EntryForm(Form):
    """What is said about an entry; the title of a heading or of a link."""

    title = line(_("Title"), 200, needed=False)
    note = text(_("Why it is here"), 2_000)


class LinksForm(Form):
    """Addresses pasted together, one a line, each perhaps after its title."""

    links = text(
        _("Addresses, one per line"),
        60_000,
        needed=True,
        description=_("You may write a title before each address."),
    )

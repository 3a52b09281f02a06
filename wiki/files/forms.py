"""What is asked when a file is sent, described, or sorted."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, MultipleFileField, SelectField

from wiki.files.folders import NAME_LENGTH
from wiki.files.models import Folder
from wiki.forms import Form, line, text


def folder_choices(tree: list[tuple[int, Folder]], top: str) -> list[tuple[str, str]]:
    """The folders of a group as a list of choices, set in by their depth."""
    return [("", top)] + [(str(f.id), "\u2003" * depth + f.name) for depth, f in tree]


class UploadForm(Form):
    """Sending files."""

    file = MultipleFileField(_("Photos and files"))
    credit = line(_("Who made them"), needed=False)
    folder = SelectField(_("Folder"), coerce=str, choices=[("", "")], validate_choice=False)


class VersionForm(Form):
    """Sending a newer state of a file."""

    file = MultipleFileField(_("The new version"))
    note = line(_("What changed"), longest=300, needed=False)


class FileForm(Form):
    """Describing a file."""

    title = line(_("Title"))
    summary = text(_("What is it?"), longest=2000)
    alt = text(_("What the picture shows"), longest=1000)
    credit = line(_("Who made it"), needed=False)
    folder = SelectField(_("Folder"), coerce=str, choices=[("", "")])
    revision = HiddenField()


class CaptionForm(Form):
    """What is said of a picture while it is being sent."""

    alt = text(_("What the picture shows"), longest=1000)
    credit = line(_("Who made it"), needed=False)


class FolderForm(Form):
    """Naming and placing a folder."""

    name = line(_("Name of the folder"), longest=NAME_LENGTH)
    parent = SelectField(_("Inside"), coerce=str, choices=[("", "")])

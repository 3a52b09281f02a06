"""What people fill in to make a session."""

from wtforms import HiddenField

from wiki.programme.forms import DatedForm


class MeetingForm(DatedForm):
    """A session; `once` makes a button pressed twice create one."""

    once = HiddenField()

"""The tables and the page of an archive in words that anybody reads: kinds, roles, hours, days."""

from datetime import datetime

from babel.dates import get_timezone_location
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _

from wiki.groups.models import Role


def counted(kind: str, number: int) -> str:
    """« 12 half-days », « 1 page »: how many there are of a kind."""
    words = {
        "pages": ngettext("%(num)s page", "%(num)s pages", number),
        "reports": ngettext("%(num)s experience report", "%(num)s experience reports", number),
        "files": ngettext("%(num)s file", "%(num)s files", number),
        "portraits": ngettext("%(num)s portrait", "%(num)s portraits", number),
        "maps": ngettext("%(num)s map", "%(num)s maps", number),
        "collections": ngettext("%(num)s collection", "%(num)s collections", number),
        "discussions": ngettext("%(num)s question", "%(num)s questions", number),
        "events": ngettext("%(num)s session", "%(num)s sessions", number),
        "trainings": ngettext("%(num)s training day", "%(num)s training days", number),
        "kits": ngettext("%(num)s kit", "%(num)s kits", number),
    }
    return words.get(kind) or ngettext("%(num)s other thing", "%(num)s other things", number)


def role(number) -> str:
    """What somebody may do in the group."""
    words = {Role.READER: _("Reader"), Role.MEMBER: _("Member"), Role.FACILITATOR: _("Facilitator")}
    return words.get(number, "")


def hour(written: str | None) -> str:
    """A moment as a spreadsheet reads it, on the clock of the site: 01/12/2026 14:05."""
    if not written:
        return ""
    moment = datetime.fromisoformat(written)
    french = get_locale() and get_locale().language == "fr"
    return f"{moment.astimezone(get_timezone()):{'%d/%m/%Y %H:%M' if french else '%Y-%m-%d %H:%M'}}"


def clock(words: str) -> str:
    """The heading of a column of hours, with whose hours they are."""
    city = get_timezone_location(get_timezone(), locale=get_locale(), return_city=True)
    return _("%(what)s (time of %(zone)s)", what=words, zone=city)

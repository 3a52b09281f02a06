"""Hours as people say them, in the zone where they live; those that the clock skips are refused."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale

FIRST_YEAR, LAST_YEAR = 2000, 2100
# Where French is spoken at work; the zone of the site and of the item are added to these.
ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne",
    "America/Miquelon", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti",
    "Pacific/Wallis", "Europe/Brussels", "Europe/Zurich", "America/Toronto", "UTC",
)  # fmt: skip


class NoSuchHour(ValueError):
    """An hour that the clock skips that night."""


def site_zone() -> str:
    """The zone of the site."""
    return current_app.config["TIMEZONE"]


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name; that of Paris when the name means nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Europe/Paris")


def is_zone(name: str) -> bool:
    """Whether a name means a zone."""
    return zone_of(name).key == name


def instant(day: date, hour: time, zone: str) -> datetime:
    """The moment, in UTC, at which clocks of a zone show this; the first one when they do twice.

    Raises NoSuchHour when they never do, the night they go forward.
    """
    said = datetime.combine(day, hour)
    moment = said.replace(tzinfo=zone_of(zone)).astimezone(UTC)
    if moment.astimezone(zone_of(zone)).replace(tzinfo=None) != said:
        raise NoSuchHour(said.isoformat())
    return moment


def later(moment: datetime, days: int, zone: str) -> datetime:
    """The same hour on the clock, so many days later; an hour that is skipped comes after."""
    return moved(moment, days, zone, zone)


def moved(moment: datetime, days: int, zone: str, into: str) -> datetime:
    """What clocks of a zone show at a moment, shown by clocks of another so many days later."""
    said = moment.astimezone(zone_of(zone)).replace(tzinfo=None) + timedelta(days=days)
    return said.replace(tzinfo=zone_of(into)).astimezone(UTC)


def written(moment: datetime | None) -> str:
    """A moment as revisions and programs read it."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def understood(text: object) -> datetime | None:
    """The moment that a text in ISO 8601 with its zone means, to the minute; None without one."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.replace(second=0, microsecond=0)


def hour_words(moment: time | datetime) -> str:
    """An hour: 9 h 30, 14 h; 9:30 in English."""
    if _french():
        minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
        return f"{moment.hour}\u00a0h{minutes}"
    return f"{moment.hour}:{moment.minute:02d}"


def length_words(minutes: int) -> str:
    """How long: 45 min, 3 h, 1 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")


def day_words(day: date, pattern: str = "long") -> str:
    """A day in words: jeudi 3 décembre 2026; `plain` leaves the year out, others give a part."""
    shapes = {
        "long": ("EEEE d MMMM y", "EEEE, d MMMM y"),
        "plain": ("EEEE d MMMM", "EEEE, d MMMM"),
        "short": ("EEE d MMM", "EEE d MMM"),
        "month": ("MMMM y", "MMMM y"),
        "weekday": ("EEEE", "EEEE"),
        "weekday-short": ("EEE", "EEE"),
        "month-only": ("MMMM", "MMMM"),
        "month-short": ("MMM", "MMM"),
    }
    french = _french()
    words = format_date(day, shapes[pattern][0 if french else 1], locale=get_locale() or "fr")
    return words.replace(" 1 ", " 1er ") if french and day.day == 1 else words


def _french() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "fr"

"""The days when few people come in France: bank holidays, and the week between the two feasts.

School holidays differ from one place and one year to the next: no list of them is kept here.
"""

from datetime import date, timedelta

from flask_babel import gettext as _


def named(day: date) -> str:
    """What holiday a day is, in words; nothing when it is an ordinary day."""
    if found := _fixed().get((day.month, day.day)):
        return found
    if day.month == 12 and day.day >= 24:
        return _("Christmas week")
    return _movable().get((day - _easter(day.year)).days, "")


def _fixed() -> dict[tuple[int, int], str]:
    return {
        (1, 1): _("New Year’s Day"), (5, 1): _("1 May"), (5, 8): _("8 May"),
        (7, 14): _("14 July"), (8, 15): _("15 August"), (11, 1): _("1 November"),
        (11, 11): _("11 November"), (12, 25): _("Christmas"),
    }  # fmt: skip


def _movable() -> dict[int, str]:
    return {1: _("Easter Monday"), 39: _("Ascension Day"), 50: _("Whit Monday")}


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, as Meeus reckons it."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    moon = century - (century + 8) // 25 + 1
    epact = (19 * golden + century - century // 4 - moon // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    return date(year, 3, 22) + timedelta(days=epact + weekday - 7 * late)

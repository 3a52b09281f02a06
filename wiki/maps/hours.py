"""Opening hours as people say them, from the writing that the national schema borrows from OSM."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_

DAYS = {
    "Mo": N_("Monday"), "Tu": N_("Tuesday"), "We": N_("Wednesday"), "Th": N_("Thursday"),
    "Fr": N_("Friday"), "Sa": N_("Saturday"), "Su": N_("Sunday"), "PH": N_("public holidays"),
}  # fmt: skip
_ORDER = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_RULE = re.compile(rf"({_DAY}(?:\s*[-,]\s*{_DAY})*)?\s*(.*)")


def in_words(written: str) -> str:
    """« Mo-Fr 09:00-12:00 » in words; what is not understood comes back as it was."""
    rules = [one.strip() for one in re.split(r";|\|\|", written) if one.strip()]
    said = [_rule(one) for one in rules]
    return written if not said or None in said else " ; ".join(said).replace(" ; ", "\u202f; ")


def week(written: str) -> list[tuple[str, str]] | None:
    """The days in order, each with its hours in words, for a door; None when not understood."""
    told: dict[str, str] = {}
    for rule in filter(None, map(str.strip, re.split(r";|\|\|", written))):
        found = _RULE.fullmatch(rule)
        days = _named(found[1]) if found and found[1] else None
        closed = bool(found) and found[2].strip() in ("off", "closed")
        spans = found[2].split(",") if found and not closed else []
        hours = [_span(one.strip()) for one in spans]
        if days is None or None in hours:
            return None
        told |= dict.fromkeys(days, str(_(" and ")).join(hours))
    return _table(told) if told else None


def _table(told: dict[str, str]) -> list[tuple[str, str]]:
    """Every day of the week, and public holidays when they are named."""
    days = [*_ORDER, *(["PH"] if "PH" in told else [])]
    return [(str(DAYS[day]), told.get(day) or _("closed")) for day in days]


def _named(written: str) -> list[str] | None:
    """The days that « Mo-We,Fr » names."""
    found = []
    for part in re.split(r"\s*,\s*", written):
        first, dash, last = (one.strip() for one in part.partition("-"))
        if not dash:
            found.append(first)
            continue
        if first not in _ORDER or last not in _ORDER:
            return None
        start, end = _ORDER.index(first), _ORDER.index(last)
        found += _ORDER[start : end + 1] if start <= end else _ORDER[start:] + _ORDER[: end + 1]
    return found


def _rule(rule: str) -> str | None:
    if rule == "24/7":
        return _("day and night, every day")
    found = _RULE.fullmatch(rule)
    days = _days(found[1] or "") if found else None
    if days is None:
        return None
    if found[2].strip() in ("off", "closed"):
        return _("closed %(days)s", days=days) if days else None
    spans = [one.strip() for one in found[2].split(",") if one.strip()]
    hours = [_span(one) for one in spans]
    if not hours or None in hours:
        return None
    joined = _(" and ").join(hours)
    return f"{days} {joined}" if days else joined


def _days(written: str) -> str | None:
    if not written:
        return ""
    said = []
    for part in re.split(r"\s*,\s*", written):
        first, dash, last = (one.strip() for one in part.partition("-"))
        if not dash:
            said.append(_("on %(day)s", day=DAYS[first]))
        elif first in _ORDER and last in _ORDER:
            said.append(_("from %(first)s to %(last)s", first=DAYS[first], last=DAYS[last]))
        else:
            return None
    return ", ".join(said)


def _span(written: str) -> str | None:
    found = _HOURS.fullmatch(written)
    if not found:
        return None
    numbers = [int(one) for one in found.groups()]
    if not (numbers[0] <= 24 and numbers[2] <= 30 and max(numbers[1], numbers[3]) < 60):
        return None
    return _("from %(start)s to %(end)s", start=_clock(*numbers[:2]), end=_clock(*numbers[2:]))


def _clock(hour: int, minute: int) -> str:
    return _("%(h)s:%(m)s", h=hour % 24 if hour != 24 else 24, m=f"{minute:02d}") if minute else _(
        "%(h)s o’clock", h=hour % 24 if hour != 24 else 24)  # fmt: skip

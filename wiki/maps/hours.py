"""Opening hours as people say them, from the writing that the national schema borrows from OSM.

« Mo-Fr 09:00-12:00,14:00-17:00; Sa off; We[1,3] 10:00-12:00 "on appointment" » in words. What is
not understood comes back as it was written: a wrong hour sends somebody to a closed door.
"""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_

from wiki.maps import spoken_hours

DAYS = {
    "Mo": N_("Monday"), "Tu": N_("Tuesday"), "We": N_("Wednesday"), "Th": N_("Thursday"),
    "Fr": N_("Friday"), "Sa": N_("Saturday"), "Su": N_("Sunday"), "PH": N_("public holidays"),
}  # fmt: skip
MONTHS = {
    "Jan": N_("January"), "Feb": N_("February"), "Mar": N_("March"), "Apr": N_("April"),
    "May": N_("May"), "Jun": N_("June"), "Jul": N_("July"), "Aug": N_("August"),
    "Sep": N_("September"), "Oct": N_("October"), "Nov": N_("November"), "Dec": N_("December"),
}  # fmt: skip
NTH = {"1": N_("first"), "2": N_("second"), "3": N_("third"), "4": N_("fourth"),
       "-1": N_("last")}  # fmt: skip
WEEK = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:\[-?\d(?:\s*,\s*-?\d)*\])?"
_DAYS = rf"{_DAY}(?:\s*-\s*{_DAY}|\s*,\s*{_DAY}(?!\w))*"
_MONTH = rf"(?:{'|'.join(MONTHS)})(?:\s+\d{{1,2}})?"
_WHEN = rf"{_MONTH}(?:\s*-\s*(?:{_MONTH}|\d{{1,2}}))?"
_MONTHS = rf"{_WHEN}(?:\s*,\s*{_WHEN})*"
_WEEKS = r"week\s+\d{1,2}-\d{1,2}/2"
_RULE = re.compile(
    rf"(?:(?P<months>{_MONTHS})\s*:?\s*)?(?:(?P<weeks>{_WEEKS})\s*)?(?:(?P<days>{_DAYS})\s*)?"
    r'(?P<hours>off|closed|open|24/7|[\d:,\s+-]*)\s*(?:"(?P<note>[^"]{1,200})")?'
)
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-\s*(\d{1,2}):(\d{2}))?(\+?)")
# « ; » parts rules, and so does a comma between an hour and the days of the next one.
_SPLIT = re.compile(rf';|\|\||(?<=[\d"+])\s*,\s*(?={_DAY}[^;"]*?\d:\d\d)')


class Rule(NamedTuple):
    """One part of a writing: when in the year, which days, which hours, what is added in words."""

    months: str
    fortnight: str
    days: list[tuple[str, str]]  # first and last day, or a day and « 1,3 »
    spans: list[tuple[str, str]]
    is_closed: bool
    note: str

    @property
    def is_seldom(self) -> bool:
        """Whether it holds only in some weeks or months."""
        return bool(self.months or self.fortnight or any("[" in first for first, _l in self.days))


def in_words(written: str) -> str:
    """« Mo-Fr 09:00-12:00 » in words; what is not understood comes back as it was."""
    rules = read(written)
    said = [_rule(one) for one in rules] if rules else [None]
    return written if None in said else "\u202f; ".join(said)


def read(written: str) -> list[Rule] | None:
    """The rules of a writing; None when one of them is not understood."""
    rules = []
    for part in _parts(written):
        rule = _read(part)
        if rule is None:
            return None
        rules.append(rule)
    return rules


def days_of(written: str) -> set[str]:
    """The weekdays on which something is open; none when that cannot be told."""
    return {day for day, _hours in open_days(written)}


def open_days(written: str) -> list[tuple[str, str]]:
    """Each weekday on which something is open, and its hours in words; later rules replace.

    What is no such writing is read as people say days; empty when it names none.
    """
    found: dict[str, list[str]] = {}
    rules = read(written)
    if rules is None:
        return spoken_hours.open_days(written)
    for rule in rules:
        days = [day for span in rule.days for day in _between(*span)] if rule.days else WEEK
        if rule.is_closed and rule.is_seldom:
            continue  # closed for a while: the rest of the year stays
        for day in days:
            if rule.is_closed:
                found.pop(day, None)
            elif rule.is_seldom:
                found.setdefault(day, []).append(_rule(rule) or _hours_words(rule))
            else:
                found[day] = [_hours_words(rule)]
    return [(day, ", ".join(found[day])) for day in WEEK if day in found]


def week(written: str) -> list[tuple[str, str]] | None:
    """All days in order, each with its hours in words, for a door; None when a week cannot say it.

    Public holidays come last, when they are named.
    """
    rules = read(written)
    if not rules or any(rule.is_seldom or rule.note or not rule.days for rule in rules):
        return None
    told = dict(open_days(written))
    holidays = [rule for rule in rules for span in rule.days if span[0] == "PH"]
    if holidays:
        told["PH"] = _("closed") if holidays[-1].is_closed else _hours_words(holidays[-1])
    days = [*WEEK, *(["PH"] if holidays else [])]
    return [(str(DAYS[day]), told.get(day) or _("closed")) for day in days]


def _parts(written: str) -> list[str]:
    return [one.strip() for one in _SPLIT.split(written) if one.strip()]


def _read(part: str) -> Rule | None:
    if part == "24/7":
        return Rule("", "", [], [("0:00", "24:00")], False, "")
    found = _RULE.fullmatch(part)
    if not found or not any(found[n] for n in ("months", "days", "hours", "note")):
        return None
    days = [_days(one) for one in re.split(r"\s*,\s*(?![^\[]*\])", found["days"] or "") if one]
    spans, hours = [], found["hours"].strip(" ,")
    if hours not in ("off", "closed", "open", "24/7", ""):
        for one in filter(None, (h.strip() for h in hours.split(","))):
            span = _HOURS.fullmatch(one)
            if not span or not _is_clock(span[1], span[2]) or (
                    span[3] and not _is_clock(span[3], span[4], 30)):  # fmt: skip
                return None
            spans.append((f"{span[1]}:{span[2]}", f"{span[3]}:{span[4]}" if span[3] else ""))
    if hours == "24/7":
        spans = [("0:00", "24:00")]
    if None in days or (not spans and hours == "" and not found["note"]):
        return None
    return Rule(found["months"] or "", found["weeks"] or "", days, spans,
                hours in ("off", "closed"), (found["note"] or "").strip())  # fmt: skip


def _is_clock(hour: str, minute: str, most: int = 24) -> bool:
    return int(hour) <= most and int(minute) < 60


def _days(written: str) -> tuple[str, str] | None:
    """First and last day of a part; the second is '' for one day. None for what makes no sense."""
    first, dash, last = (one.strip() for one in written.partition("-")) if "[" not in written else (
        written, "", "")  # fmt: skip
    if dash and (first not in WEEK or last not in WEEK):
        return None
    if "[" in first and not all(n.strip() in NTH for n in first[3:-1].split(",")):
        return None
    return first, last


def _between(first: str, last: str) -> list[str]:
    day = first[:2]
    if day == "PH":
        return []
    if not last:
        return [day]
    start, end = WEEK.index(first), WEEK.index(last)
    return [*WEEK[start:], *WEEK[: end + 1]] if end < start else WEEK[start : end + 1]


def _rule(rule: Rule) -> str | None:
    days = ", ".join(_days_words(*span) for span in rule.days)
    if rule.fortnight:
        days = _("%(days)s, one week in two", days=days)
    hours = _hours_words(rule)
    if rule.is_closed:
        said = _("closed %(days)s", days=days) if days else _("closed")
    elif not days and hours == _ALWAYS:
        said = _("day and night, every day")
    else:
        said = " ".join(filter(None, [days, hours]))
    if rule.months:
        said = _("%(when)s: %(what)s", when=_months_words(rule.months), what=said)
    return f"{said} ({rule.note})" if rule.note and said else rule.note or said or None


_ALWAYS = N_("day and night")


def _hours_words(rule: Rule) -> str:
    if rule.spans == [("0:00", "24:00")]:
        return str(_ALWAYS)
    return _(" and ").join(_span(*one) for one in rule.spans)


def _days_words(first: str, last: str) -> str:
    if "[" in first:
        nth = _(" and ").join(str(NTH[n.strip()]) for n in first[3:-1].split(","))
        return _("on the %(nth)s %(day)s of the month", nth=nth, day=DAYS[first[:2]])
    if last:
        return _("from %(first)s to %(last)s", first=DAYS[first], last=DAYS[last])
    return _("on public holidays") if first == "PH" else _("on %(day)s", day=DAYS[first])


def _months_words(written: str) -> str:
    said = []
    for part in re.split(r"\s*,\s*", written):
        first, dash, last = (one.strip() for one in part.partition("-"))
        if dash and last.isdigit():
            last = f"{first.split()[0]} {last}"
        ends = {"first": _date(first), "last": _date(last)} if dash else {}
        if not dash:
            said.append(_("in %(month)s", month=_date(first)) if " " not in first
                        else _("on %(day)s", day=_date(first)))  # fmt: skip
        elif " " in first:
            said.append(_("from %(first)s to %(last)s", **ends))
        else:
            said.append(_("%(first)s to %(last)s", **ends))
    return ", ".join(said)


def _date(written: str) -> str:
    month, _space, day = written.partition(" ")
    if not day:
        return str(MONTHS[month])
    if int(day) == 1:
        return _("%(month)s 1", month=MONTHS[month])
    return _("%(month)s %(day)s", month=MONTHS[month], day=int(day))


def _span(start: str, end: str) -> str:
    if not end:
        return _("from %(start)s", start=_clock(start))
    return _("from %(start)s to %(end)s", start=_clock(start), end=_clock(end))


def _clock(written: str) -> str:
    hour, minute = (int(one) for one in written.split(":"))
    hour = hour % 24 if hour != 24 else 24
    return _("%(h)s:%(m)s", h=hour, m=f"{minute:02d}") if minute else _("%(h)s o’clock", h=hour)

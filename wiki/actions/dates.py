"""The half-days of an action, from a first date: which days, and those that are skipped."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

FURTHEST = 400  # weeks looked through, whatever is skipped


class Offer(NamedTuple):
    """One day of the series: kept, or skipped because it is a holiday or somebody unticked it."""

    day: date
    kept: bool


def offered(
    first: date, weekdays: set[int], count: int, is_skipped: Callable[[date], bool]
) -> list[Offer]:
    """The series from its first day until `count` days are kept, with those skipped between.

    Weekdays are numbers, Monday being 0; without any, the weekday of the first day counts.
    """
    wanted = weekdays or {first.weekday()}
    found: list[Offer] = []
    kept = 0
    for day in _days(first):
        if kept == count:
            break
        if day.weekday() in wanted:
            found.append(Offer(day, not is_skipped(day)))
            kept += found[-1].kept
    return found


def kept(offers: list[Offer]) -> list[date]:
    """The days that are held."""
    return [one.day for one in offers if one.kept]


def moments(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """When a half-day begins and ends, with its time zone: at nine stays at nine in summer."""
    local = ZoneInfo(zone)
    return datetime.combine(day, starts, local), datetime.combine(day, ends, local)


def hours(count: int, starts: time, ends: time) -> int:
    """How many hours the series lasts, rounded."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return int(count * minutes / 60 + 0.5)


def _days(first: date) -> Iterator[date]:
    for ahead in range(FURTHEST * 7):
        yield first + timedelta(days=ahead)

"""The minute plan: what happens one after the other, who leads it, with what, and the plan B."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from wiki.markup.sanitize import clean_text

COLUMNS = ("activity", "who", "material", "no_network", "no_computer")
MOST = 100
LONGEST = 500
LONGEST_MINUTES = 600


class Slot(NamedTuple):
    """One line of a plan with the hour at which it begins and ends."""

    row: dict
    starts: datetime
    ends: datetime


def tidy(row: Mapping) -> dict:
    """One line with every column, as it is kept: minutes, then words."""
    minutes = row.get("minutes")
    good = isinstance(minutes, int) and not isinstance(minutes, bool)
    made: dict = {"minutes": min(max(minutes, 0), LONGEST_MINUTES) if good else 0}
    for column in COLUMNS:
        made[column] = clean_text(str(row.get(column) or ""))[:LONGEST]
    return made


def is_empty(row: Mapping) -> bool:
    """Whether nothing was written in a line."""
    return not any(row.get(name) for name in ("minutes", *COLUMNS))


def timed(rows: list[dict], starts: datetime) -> list[Slot]:
    """The lines with their hours, one after the other from the beginning."""
    made, now = [], starts
    for row in rows:
        ends = now + timedelta(minutes=row.get("minutes") or 0)
        made.append(Slot(row, now, ends))
        now = ends
    return made


def total(rows: list[dict]) -> int:
    """How many minutes the plan takes."""
    return sum(row.get("minutes") or 0 for row in rows)


def plain(rows: list[dict]) -> str:
    """The words of a plan, for a search and to compare versions."""
    return "\n".join(said(row) for row in rows or [])


def said(row: Mapping) -> str:
    """One line in words."""
    minutes = [f"{row['minutes']} min"] if row.get("minutes") else []
    return " · ".join([*minutes, *(row[name] for name in COLUMNS if row.get(name))])

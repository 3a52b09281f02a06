"""When the sessions of a kit are held in the group that adapts it, and on which holidays."""

import json
import zipfile
from datetime import date, datetime, timedelta
from typing import NamedTuple

from wiki import storage
from wiki.archive.unpacking import IMPOSSIBLE
from wiki.db import utcnow
from wiki.kits.models import KitVersion
from wiki.markup.sanitize import clean_text
from wiki.programme import holidays, times


class When(NamedTuple):
    """What somebody asked: the day of the first session, and whether holidays are left free."""

    first: date | None = None
    skip: bool = True


def asked(kept: dict) -> When:
    """What was asked of the dates, as a row keeps it."""
    first = kept.get("first")
    return When(date.fromisoformat(first) if first else None, kept.get("skip", True))


class Session(NamedTuple):
    """One session as it will be: its title, its day, what holiday that day is."""

    title: str
    day: date
    holiday: str


def shifts(held: list[tuple[datetime, str]], when: When) -> list[int]:
    """By how many days each session moves, in their order: its moment, and the zone it is told in.

    One that meets a holiday waits a week, and all after it too.
    """
    days = [moment.astimezone(times.zone_of(zone)).date() for moment, zone in held]
    if not days:
        return []
    if when.first:
        ahead = (when.first - days[0]).days
    else:  # from next week on, on the same days of the week
        ahead = 7 * max(0, (utcnow() - held[0][0]).days // 7 + 2)
    found = []
    for day in days:
        while when.skip and holidays.named(day + timedelta(days=ahead)):
            ahead += 7
        found.append(ahead)
    return found


def sessions(version: KitVersion, when: When) -> list[Session]:
    """The sessions of a version, as they would be held; none of a kit whose rows mean nothing.

    Its parts were checked whole when it was kept; its rows are when a group is made of them.
    """
    try:
        held = _held(version)
    except IMPOSSIBLE:
        return []
    moved = shifts([(moment, zone) for moment, zone, _title in held], when)
    found = []
    for (moment, zone, title), days in zip(held, moved, strict=True):
        day = moment.astimezone(times.zone_of(zone)).date() + timedelta(days=days)
        found.append(Session(title, day, holidays.named(day)))
    return found


def _held(version: KitVersion) -> list[tuple[datetime, str, str]]:
    with zipfile.ZipFile(storage.path_of(version.sha256)) as archive:
        rows = _rows(archive, "dated")
        titles = {row["id"]: clean_text(row["title"])[:200] for row in _rows(archive, "item")}
    return sorted(
        (moment, str(row.get("zone") or ""), titles.get(row["id"], ""))
        for row in rows if (moment := times.understood(row.get("starts_at")))
    )  # fmt: skip


def _rows(archive: zipfile.ZipFile, table: str) -> list[dict]:
    name = f"data/{table}.jsonl"
    if name not in archive.namelist():
        return []
    return [json.loads(line) for line in archive.read(name).splitlines()]

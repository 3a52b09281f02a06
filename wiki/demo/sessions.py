"""The half-days of the demo: those of the past weeks, the next one, those to come."""

from datetime import time, timedelta

from wiki.events.models import Meeting, new_meeting
from wiki.items.models import Scope
from wiki.programme import times

ZONE = "Europe/Paris"
THURSDAY = 3
OF_SERIES = ("place", "address", "lat", "lng")


def add(loader, told: dict) -> None:
    """Every series of sessions that sessions.yaml tells."""
    for series in told["series"]:
        for row in series["sessions"]:
            _session(loader, series, row)


def _session(loader, series: dict, row: dict) -> Meeting:
    group, author = loader.groups[series["group"]], loader.people[series["author"]]
    today = loader.now.astimezone(times.zone_of(ZONE)).date()
    thursday = today + timedelta(days=(THURSDAY - today.weekday()) % 7)
    day = thursday + timedelta(weeks=row["week"], days=row.get("shift", 0))
    starts = times.instant(day, time.fromisoformat(series["begins"]), ZONE)
    elsewhere = "place" in row
    fields = {name: series[name] for name in OF_SERIES if name in series and not elsewhere}
    fields |= {name: row[name] for name in ("place", "phase", "goal", "body") if name in row}
    made = new_meeting(
        group, author, row["title"], starts, starts + timedelta(minutes=series["lasts"]),
        zone=ZONE, programme=row.get("programme"),
        scope=Scope[series.get("scope", "group").upper()], **fields,
    )  # fmt: skip
    loader.date(made, [loader.ago(max(1, 7 - row["week"] * 7) if row["week"] < 0 else 12)])
    return made

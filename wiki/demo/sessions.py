"""The half-days of the demo: those of the past weeks, the next one, those to come."""

from datetime import date, time, timedelta

from wiki.events.models import Meeting, new_meeting
from wiki.items.models import Scope
from wiki.programme import answers, times
from wiki.trainings.models import new_training

ZONE = "Europe/Paris"
THURSDAY = 3
OF_SERIES = ("place", "address", "lat", "lng")


def add(loader, told: dict) -> None:
    """Every series of sessions that sessions.yaml tells."""
    for series in told["series"]:
        for row in series["sessions"]:
            _session(loader, series, row)
    for row in told["trainings"]:
        _training(loader, row)


def _session(loader, series: dict, row: dict) -> Meeting:
    group, author = loader.groups[series["group"]], loader.people[series["author"]]
    day = _day(loader, row)
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
    if "came" in row:
        present, excused = row["came"]
        made.headcount = {"0": {"present": present, "excused": excused, "absent": 0}}
    for word in row.get("said", []):
        answer = answers.say(made, word["question"], word["text"], loader.people[word["by"]])
        answer.created_at = made.ends_at
    return made


def _training(loader, row: dict) -> None:
    group, author = loader.groups[row["group"]], loader.people[row["author"]]
    day = _day(loader, row)
    halves = [
        tuple(times.instant(day, time.fromisoformat(hour), ZONE) for hour in pair)
        for pair in row["halves"]
    ]
    names = ("place", "address", "goal", "trainers", "trainees", "materials")
    made = new_training(
        group, author, row["title"], halves, zone=ZONE, programme=row["programme"],
        scope=Scope[row["scope"].upper()], **{name: row[name] for name in names},
    )  # fmt: skip
    loader.date(made, [loader.ago(9)])


def _day(loader, row: dict) -> date:
    """The Thursday of that week, or a day near it."""
    today = loader.now.astimezone(times.zone_of(ZONE)).date()
    thursday = today + timedelta(days=(THURSDAY - today.weekday()) % 7)
    return thursday + timedelta(weeks=row["week"], days=row.get("shift", 0))

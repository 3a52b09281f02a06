"""How sessions and training days stand in an archive, also as a calendar; what may be in a kit."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from wiki.archive import nameless, tables
from wiki.db import db
from wiki.programme import icalendar
from wiki.programme.models import Dated
from wiki.programme.presence import Attendance
from wiki.templating import site_address

_BETWEEN = re.compile(r"\s*(?:,|;|\bet\b|\band\b)\s*")
# Neither where it was, nor how many came.
_NOWHERE = {"place": "", "address": "", "lat": None, "lng": None, "cancelled": False,
            "headcount": {}, "reminded_at": None}  # fmt: skip


def _calendar(item: Dated, *_) -> Iterator[tuple[str, bytes]]:
    yield ".ics", icalendar.calendar([item], site_address())


def _kit(values: dict, number, *_) -> None:
    """The kit of a training is named by the number it has where the archive arrives."""
    if values.get("kit_id"):
        values["kit_id"] = number(values["kit_id"])


for _kind in ("events", "trainings"):
    tables.beside(_kind, _calendar)
tables.numbered("trainings", _kit)
tables.EMPTIED["session_answer"] = {"html": ""}  # made again by whoever first reads it


def _anywhere(row: dict) -> dict:
    return row | _NOWHERE | {"uid": f"kit-{row['id']}"}


def _any_day(row: dict) -> dict:
    return row | {"halves": [], "trainers": "", "trainees": None, "kit_id": None}


def _names(group_id: int) -> list[str]:
    """Who came without an account, and who leads trainings: a plan may name them."""
    mine = select(Dated.id).where(Dated.group_id == group_id)
    guests = select(Attendance.name).where(Attendance.item_id.in_(mine), Attendance.name != "")
    training = db.metadata.tables["training"]
    led = select(training.c.trainers).where(training.c.id.in_(mine), training.c.trainers != "")
    leaders = [name for words in db.session.scalars(led) for name in _BETWEEN.split(words)]
    return [*db.session.scalars(guests), *leaders]


nameless.may_go("dated", _anywhere)
nameless.may_go("training", _any_day)
nameless.more_names.append(_names)

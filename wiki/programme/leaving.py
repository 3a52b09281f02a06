"""How sessions and training days stand in an archive, also as a calendar; what may be in a kit."""

from collections.abc import Iterator

from wiki.archive import nameless, tables
from wiki.programme import icalendar
from wiki.programme.models import Dated
from wiki.templating import site_address

# Neither where it was, nor how many came.
_NOWHERE = {"place": "", "address": "", "lat": None, "lng": None, "cancelled": False,
            "headcount": {}, "reminded_at": None}  # fmt: skip


def _calendar(item: Dated, _reader) -> Iterator[tuple[str, bytes]]:
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


nameless.may_go("dated", _anywhere)
nameless.may_go("training", _any_day)

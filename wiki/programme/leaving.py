"""How sessions and training days stand in the archive of a group: also as a calendar file."""

from collections.abc import Iterator

from wiki.archive import tables
from wiki.programme import icalendar
from wiki.programme.models import Dated
from wiki.templating import site_address


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

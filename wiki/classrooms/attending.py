"""Who came, from the room to the sheet of the training day: nobody ticks twice."""

from datetime import datetime, timedelta

from wiki.classrooms.models import Classroom, Trainee
from wiki.programme import presence
from wiki.programme.models import Dated
from wiki.programme.presence import Line

MARGIN = timedelta(minutes=15)  # who is in the room a little before or after is there


def note(room: Classroom, actor) -> int:
    """Note as present those who were in the room during each half-day; how many. No commit.

    What somebody noted by hand stays. Nothing is noted of a day that is not that of the training.
    """
    training = room.training
    if not isinstance(training, Dated):
        return 0
    lines, count = presence.sheet(training), 0
    for one in room.trainees():
        halves = _halves(training, one)
        if not halves:
            continue
        line = _line(lines, one, len(training.half_days))
        for half in halves:
            line.states[half] = line.states[half] or "present"
        count += 1
    if count:
        presence.note(training, lines, actor)
    return count


def _halves(training: Dated, one: Trainee) -> list[int]:
    """The half-days during which a person was there, by their numbers."""
    last: datetime = max(one.came_at, one.here_at or one.came_at)
    return [
        number
        for number, (begins, ends) in enumerate(training.half_days)
        if one.came_at <= ends + MARGIN and last >= begins - MARGIN
    ]


def _line(lines: list[Line], one: Trainee, halves: int) -> Line:
    """The line of a person on the sheet; by name, since the accounts of the room are erased."""
    for line in lines:
        if line.user is not None and line.user.id == one.user_id:
            return line
        if line.user is None and line.name.casefold() == one.name.casefold():
            return line
    lines.append(Line(one.name, None, [""] * halves))
    return lines[-1]

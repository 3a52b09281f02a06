"""Who came, from the room to the sheet of the training day: nobody ticks twice."""

from datetime import datetime, timedelta

from wiki.classrooms.models import Classroom, Trainee
from wiki.programme import presence
from wiki.programme.models import Dated
from wiki.programme.presence import Line

MARGIN = timedelta(minutes=15)  # who is in the room a little before or after is there


def note(room: Classroom, actor, since: datetime | None = None) -> int:
    """Note as present those who were in the room during each half-day; how many. No commit.

    What somebody noted by hand stays. Nothing is noted of a day that is not that of the training,
    nor of a half-day whose names were let go. `since` is when the room was closed before: whose
    name was taken off the sheet after that is put back only if they came again.
    """
    training = room.training
    if not isinstance(training, Dated):
        return 0
    presence.hold(training)
    lines, count = presence.sheet(training), 0
    bare = {half for half in range(len(training.half_days))
            if presence.is_anonymous(training, half)}  # fmt: skip
    for one in room.trainees():
        halves = [half for half in _halves(training, one) if half not in bare]
        line = _line(lines, one, len(training.half_days), since) if halves else None
        if line is None:
            continue
        for half in halves:
            line.states[half] = line.states[half] or "present"
        count += 1
    if count:
        presence.note(training, lines, actor)
    return count


def _halves(training: Dated, one: Trainee) -> list[int]:
    """The half-days during which a person was there, by their numbers."""
    last = _last(one)
    return [
        number
        for number, (begins, ends) in enumerate(training.half_days)
        if one.came_at <= ends + MARGIN and last >= begins - MARGIN
    ]


def _last(one: Trainee) -> datetime:
    """When a person was last seen in the room."""
    return max(one.came_at, one.here_at or one.came_at)


def _line(lines: list[Line], one: Trainee, halves: int, since: datetime | None) -> Line | None:
    """The line of a person on the sheet; by name, since the accounts of the room are erased."""
    for line in lines:
        if line.user is not None and line.user.id == one.user_id:
            return line
        if line.user is None and line.name.casefold() == one.name.casefold():
            return line
    if since and _last(one) <= since:
        return None
    lines.append(Line(one.name, None, [""] * halves))
    return lines[-1]

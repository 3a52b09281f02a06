"""Who may open which screen of a training day."""

from flask import abort
from flask_login import current_user

from wiki.classrooms.models import Classroom, Trainee
from wiki.db import db
from wiki.groups.models import Role, role_in


def as_trainer(room_id: int) -> Classroom:
    """The room, for those who facilitate the group it belongs to; 404 to others, 403 to members."""
    room = db.session.get(Classroom, room_id)
    held = role_in(current_user, room.group_id) if room else None
    if held is None or room.group.trashed_at is not None:
        abort(404)
    if held < Role.FACILITATOR:
        abort(403)
    return room


def as_trainee(room_id: int) -> Classroom:
    """The room, for those who sit in it; 404 to others, and once it was reset."""
    room = db.session.get(Classroom, room_id)
    if room is None or room.is_reset or role_in(current_user, room.sandbox_id) is None:
        abort(404)
    return room


def leads(room: Classroom) -> bool:
    """Whether the reader leads the day rather than sits in the room."""
    return role_in(current_user, room.group_id) == Role.FACILITATOR


def my_seat(room: Classroom) -> Trainee:
    """The reader's seat, already taken."""
    return room.trainee(current_user) or abort(404)

"""What somebody reads whose room was emptied, or who is no longer in it: their day, no password."""

from flask import abort, redirect, render_template, request, session
from flask_login import current_user
from sqlalchemy import select

from wiki import errors
from wiki.classrooms.models import Classroom, Trainee
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.db import db
from wiki.items.models import Item

SEAT = "seat"  # in the cookie of a browser: the seat it had, whoever holds it now


def remember(one: Trainee) -> Trainee:
    """Have this browser know which seat was its own, once nobody is signed in there any more."""
    if session.get(SEAT) != one.id:
        session[SEAT] = one.id
    return one


def seat_left() -> Trainee | None:
    """The seat this browser had, when nobody is signed in any more and the day is not erased."""
    if SEAT not in session or current_user.is_authenticated:
        return None
    one = db.session.get(Trainee, session[SEAT])
    if one is None or one.classroom.sandbox is None:
        session.pop(SEAT)
        return None
    return one


def seat_in(room_id: int) -> Trainee | None:
    """The seat of whoever asks in a room that was emptied for the day."""
    room = db.session.get(Classroom, room_id)
    if room is None or not room.is_reset:
        return None
    one = room.trainee(current_user) if current_user.is_authenticated else seat_left()
    return one if one and one.classroom_id == room.id else None


@blueprint.get("/classrooms/<id:room_id>/end")
def end(room_id: int):
    """The day is over and the room is empty: what became of my sheet."""
    return over(seat_in(room_id) or abort(404))


def over(one: Trainee, kept: str = "", thanks: bool = False):
    """The page that says so; with a text that could not be taken any more, to be copied."""
    query = select(Item.id).where(Item.group_id == one.classroom.sandbox_id)
    return render_template(
        "classrooms/over.html", seats=one.classroom, one=one, kept=kept, thanks=thanks,
        texts=db.session.scalars(query).all(),
    ), 200, PRIVATE  # fmt: skip


@blueprint.app_errorhandler(401)
@blueprint.app_errorhandler(404)
def _let_out(error):
    """Whoever the room let out reads that, rather than a page that asks for an address."""
    one = seat_left()
    is_guest = one and (one.user is None or one.user.is_participant)
    if not is_guest or errors.is_for_program():
        return errors.answer_http(error)
    if one.classroom.is_reset:
        page, _status, headers = over(one, errors.kept_text())
        return page, 410, headers
    if error.code == 401 and request.method == "GET":
        return redirect("/join", 303)
    return errors.answer_http(error)

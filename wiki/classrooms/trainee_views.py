"""The screens of somebody who sits in the room: their sheet, their hand, what they take away."""

from flask import Response, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.accounts.signing import safe_next
from wiki.classrooms import afterwards, closing, leading, seating, sheets
from wiki.classrooms.doorway import as_trainee, leads, my_seat
from wiki.classrooms.forms import AddressForm, EvaluationForm
from wiki.classrooms.models import led_from, of_training, seat_of
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.db import db, utcnow
from wiki.groups.models import Role
from wiki.items.access import groups_where, load_group
from wiki.items.writing import duplicate
from wiki.markup.sanitize import clean_text
from wiki.throttle import throttle


@blueprint.app_context_processor
def _seat():
    return {"seat_of": seat_of, "led_from": led_from, "rooms_of_training": of_training}


@blueprint.get("/classrooms/<id:room_id>/desk")
@login_required
def desk(room_id: int):
    """My place: my sheet, my copies, what is for all, my team, what I take away."""
    room = as_trainee(room_id)
    if leads(room):
        return redirect(room.url, 303)
    mine = afterwards.remember(seating.seat(room, current_user))
    return _desk(room, mine, AddressForm(email=mine.email))


@blueprint.get("/classrooms/<id:room_id>/mine")
@login_required
def mine(room_id: int):
    """My sheet, open for writing; it is made when I first come."""
    room = as_trainee(room_id)
    if leads(room):
        return redirect(room.url, 303)
    found = seating.seat(room, current_user)
    if found.draft is None or found.draft.is_trashed:
        return redirect(f"{room.url}/desk", 303)
    return redirect(f"/pages/{found.draft_id}/edit", 303)


@blueprint.post("/classrooms/<id:room_id>/presence")
@login_required
def presence(room_id: int):
    """Say where I am, and learn what changed in the room."""
    room = as_trainee(room_id)
    if leads(room):
        abort(404)
    found = afterwards.remember(seating.seat(room, current_user))
    path = safe_next(request.form.get("path", "/"))[:300]
    title = clean_text(request.form.get("title", ""))[:200]
    if not seating.is_in_the_room(room, path):
        # What somebody reads in groups of their own, or looks for, is not for the room to see.
        path, title = "/", _("Elsewhere")
    seating.note(found, path, title)
    shown = leading.shown_to(room, current_user)
    return {
        "closed": room.closed_at is not None,
        "left": room.seconds_left,
        "hand": found.hand_at is not None,
        "team": found.team,
        "mates": leading.teammates(room, found),
        "shown": {"path": shown.path, "title": shown.title, "at": shown.at},
    }, 200, PRIVATE  # fmt: skip


@blueprint.post("/classrooms/<id:room_id>/hand")
@login_required
def hand(room_id: int):
    """Raise my hand, or lower it."""
    room = as_trainee(room_id)
    if leads(room):
        abort(404)
    found = seating.seat(room, current_user)
    found.hand_at = None if found.hand_at else utcnow()
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return {"hand": found.hand_at is not None}, 200, PRIVATE
    flash(_("Your hand is raised.") if found.hand_at else _("Your hand is down."))
    return redirect(f"{room.url}/desk", 303)


@blueprint.route("/classrooms/<id:room_id>/evaluation", methods=["GET", "POST"])
def evaluation(room_id: int):
    """Five questions at the end; what was said can be changed until the room is reset.

    Whoever was filling them in when it was reset still says it, once.
    """
    gone = afterwards.seat_in(room_id)
    if gone is None and not current_user.is_authenticated:
        abort(401)
    if gone and (gone.answers or request.method == "GET"):
        return afterwards.over(gone)
    room = gone.classroom if gone else as_trainee(room_id)
    if not gone and leads(room):
        return redirect(room.url, 303)
    found = gone or seating.seat(room, current_user)
    form = EvaluationForm.of_request(**(found.answers or {}))
    if form.was_sent_well():
        found.answers = form.answers()
        db.session.commit()
        if gone:
            return afterwards.over(gone, thanks=True)
        flash(_("Thank you. Your answers are kept without your name."))
        return redirect(f"{room.url}/desk", 303)
    page = render_template(
        "classrooms/evaluation.html", seats=room, group=room.sandbox, form=form, room="group"
    )
    return page, 422 if form.errors else 200, PRIVATE


@blueprint.post("/classrooms/<id:room_id>/address")
@login_required
def address(room_id: int):
    """Say where my sheet should be sent; it leaves at once when the day is closed already."""
    room = as_trainee(room_id)
    found, form = my_seat(room), AddressForm.of_request()
    if not form.was_sent_well():
        return _desk(room, found, form)
    if room.closed_at:
        # Each new address is a letter at once: nobody writes to the whole world from a room.
        throttle("5 per hour", "sheet", str(current_user.id))
    if found.email != form.email.data:
        found.email, found.sent_at, found.sent_revision = form.email.data, None, None
    db.session.commit()
    sent = closing.send(room) if room.closed_at else 0
    flash(_("Your sheet is on its way.") if sent else _("Recorded."))
    return redirect(f"{room.url}/desk", 303)


@blueprint.get("/classrooms/<id:room_id>/mine.<any(html, md):ending>")
@login_required
def take_away(room_id: int, ending: str):
    """My sheet as a file: one that opens anywhere with its pictures, or Markdown."""
    room = as_trainee(room_id)
    sheet = closing.written(my_seat(room))
    if sheet is None:
        return redirect(f"{room.url}/desk", 303)
    is_page = ending == "html"
    text = sheets.as_file(sheet, current_user) if is_page else closing.as_markdown(sheet)
    answer = Response(text, mimetype="text/html" if is_page else "text/markdown", headers=PRIVATE)
    name = f"{sheet.slug or 'fiche'}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/classrooms/<id:room_id>/mine/move")
@login_required
def move(room_id: int):
    """Put a copy of my sheet in a group of mine, for those who have an account of their own."""
    room = as_trainee(room_id)
    group = load_group(request.form.get("group", 0, type=int) or 0, Role.MEMBER)
    sheet = closing.written(my_seat(room))
    if sheet is None or group.id == room.sandbox_id:
        return redirect(f"{room.url}/desk", 303)
    made = duplicate(sheet, current_user, group)
    flash(_("Your sheet is in “%(group)s”, as a draft of yours.", group=group.title))
    return redirect(made.url, 303)


def _desk(room, mine, form):
    page = render_template(
        "classrooms/desk.html", seats=room, group=room.sandbox, mine=mine, form=form,
        copies=seating.items(mine.copies or [], current_user),
        shared=seating.items(room.shared, current_user),
        sheet=next(iter(seating.items([mine.draft_id or 0], current_user)), None),
        shown=leading.shown_to(room, current_user),
        mates=leading.teammates(room, mine), room="group",
        groups=[g for g in groups_where(current_user) if g.id != room.sandbox_id],
    )  # fmt: skip
    return page, 422 if form.errors else 200, PRIVATE

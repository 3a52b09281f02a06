"""The screens of the end: close the day, send the sheets, reset, and what people said."""

from flask import Response, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import select

from wiki.accounts.models import clean_email, is_email
from wiki.classrooms import closing
from wiki.classrooms.doorway import as_trainer
from wiki.classrooms.forms import DONE, LaterForm
from wiki.classrooms.models import Classroom, Trainee
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.db import db
from wiki.markup.text import slugify
from wiki.throttle import address, throttle


@blueprint.route("/classrooms/<id:room_id>/closing", methods=["GET", "POST"])
@login_required
def close(room_id: int):
    """« Close »: where each sheet goes; then all of them leave."""
    room = as_trainer(room_id)
    if room.is_reset:
        return redirect(room.url, 303)
    trainees = room.trainees()
    typed = {one.id: request.form.get(f"email-{one.id}", one.email).strip() for one in trainees}
    wrong = {one for one, email in typed.items() if email and not is_email(clean_email(email))}
    if request.method == "POST" and not wrong:
        for one in trainees:
            _readdress(one, clean_email(typed[one.id]))
        sent = closing.close(room, current_user)
        words = ngettext("One sheet sent.", "%(num)s sheets sent.", sent) if sent else ""
        flash(" ".join(filter(None, [_("The day is closed: nobody new comes in."), words])))
        return redirect(f"{room.url}/closing", 303)
    return _page(room, trainees, typed, wrong), 422 if wrong else 200, PRIVATE


@blueprint.get("/classrooms/<id:room_id>/sheets.zip")
@login_required
def sheets(room_id: int):
    """All the sheets in one archive."""
    room = as_trainer(room_id)
    if room.is_reset:
        abort(404)
    answer = Response(closing.archive_of(room), mimetype="application/zip", headers=PRIVATE)
    name = slugify(room.title)[:60] or "fiches"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


@blueprint.post("/classrooms/<id:room_id>/reset")
@login_required
def reset(room_id: int):
    """Put the sandbox away in one gesture; asks again while somebody is writing."""
    room = as_trainer(room_id)
    if room.is_reset:
        return redirect(room.url, 303)
    writing = [one.name for one in room.trainees() if one.is_writing]
    if writing and "anyway" not in request.form:
        trainees = room.trainees()
        typed = {one.id: one.email for one in trainees}
        return _page(room, trainees, typed, set(), writing), 409, PRIVATE
    sent = closing.reset(room, current_user)
    words = ngettext("One sheet was sent again, as it was at the end.",
                     "%(num)s sheets were sent again, as they were at the end.", sent)  # fmt: skip
    flash({
        "text": " ".join([_("The room is empty again."), *([words] if sent else [])]),
        "undo": f"{room.url}/return",
    })  # fmt: skip
    return redirect(room.url, 303)


@blueprint.post("/classrooms/<id:room_id>/return")
@login_required
def bring_back(room_id: int):
    """Undo a reset."""
    room = as_trainer(room_id)
    if room.sandbox is None:
        abort(404)
    if room.is_reset:
        closing.bring_back(room, current_user)
        flash(_("Texts, sheets and accounts are back. Nobody is signed in and the door is shut: "
                "each comes back with their card, or by the door when you open it."))  # fmt: skip
    return redirect(room.url, 303)


@blueprint.get("/classrooms/<id:room_id>/said")
@login_required
def said(room_id: int):
    """What people said of the day, at its end and three months later; never who."""
    room = as_trainer(room_id)
    trainees = room.trainees()
    now, then = closing.answered(trainees), closing.answered(trainees, later=True)
    page = render_template(
        "classrooms/said.html", seats=room, group=room.group, few=closing.FEW,
        answered=sum(bool(one.answers) for one in trainees), count=len(trainees),
        averages=closing.averages(trainees),
        asked=sum(one.asked_at is not None for one in trainees),
        late=then, became=closing.became(then), done=DONE,
        told=sum(bool(one.later) for one in trainees),
        texts={name: closing.said(now, name) for name in ("takes", "missed")},
        later={name: closing.said(then, name) for name in ("changed", "blocked", "helped")},
    )  # fmt: skip
    return page, 200, PRIVATE


@blueprint.route("/later/<token>", methods=["GET", "POST"])
def later(token: str):
    """The questions at three months, by the link of a letter; no account is needed."""
    throttle("30 per minute", "later", address())
    one = db.session.scalar(
        select(Trainee).join(Classroom).where(
            Trainee.token == token, Trainee.asked_at.is_not(None)
        )
    )  # fmt: skip
    if one is None:
        return render_template("classrooms/later_dead.html"), 410, PRIVATE
    form = LaterForm.of_request()
    if one.later or form.was_sent_well():
        if not one.later:
            one.later = form.answers() or {"done": ""}
            closing.forget(one)
            db.session.commit()
        return render_template("classrooms/later_thanks.html"), 200, PRIVATE
    page = render_template("classrooms/later.html", form=form, seats=one.classroom)
    return page, 422 if form.errors else 200, PRIVATE


def _readdress(one: Trainee, email: str) -> None:
    if one.email != email:
        one.email, one.sent_at, one.sent_revision = email, None, None


def _page(room, trainees, typed, wrong, writing=()):
    return render_template(
        "classrooms/close.html", seats=room, group=room.sandbox, trainees=trainees, typed=typed,
        wrong=wrong, writing=writing, answered=sum(bool(one.answers) for one in trainees),
    )  # fmt: skip

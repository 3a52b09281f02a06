"""What waits for me, how often I want letters, and the link that stops them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user, login_required
from sqlalchemy import update
from wtforms import SelectField

from wiki.db import db, utcnow
from wiki.forms import Form
from wiki.notifications import hook, telling
from wiki.notifications.letters import read_stop_token
from wiki.notifications.lines import lines, notices_of, unread
from wiki.notifications.models import TOPICS, Notice, Preference, cadences, due
from wiki.throttle import address, throttle

blueprint = Blueprint("notifications", __name__)
# Importing them is what makes events reach the outbox, and what waits there be told in time.
assert hook, telling

_CHOICES = [
    ("now", N_("As it happens")),
    ("day", N_("One letter a day at most")),
    ("week", N_("One letter a week at most")),
    ("never", N_("Never")),
]


class CadenceForm(Form):
    """How often a person wants letters, by topic."""

    mine = SelectField(N_("Answers to me, and remarks under what I wrote"), choices=_CHOICES)
    asked = SelectField(N_("What I am asked to read, answer or check"), choices=_CHOICES)
    watched = SelectField(N_("What changes in what I follow"), choices=_CHOICES)
    questions = SelectField(N_("Questions of other professionals"), choices=_CHOICES)


@blueprint.app_context_processor
def _waiting() -> dict:
    return {"waiting_for_me": lambda: unread(current_user, 30)}


@blueprint.get("/notices")
@login_required
def index():
    """What waits for me, then what I read lately."""
    read = notices_of(current_user, Notice.read_at.is_not(None), limit=60)
    return render_template(
        "notifications/index.html", waiting=unread(current_user), room="notices",
        read=lines(read, current_user)[:20],
    )  # fmt: skip


@blueprint.get("/notices/<int:notice_id>")
@login_required
def follow(notice_id: int):
    """Go where a notice leads; it and those of the same item are read."""
    notice = _mine(notice_id)
    found = lines([notice], current_user)
    if not found:
        abort(404)
    _mark(Notice.item_id == notice.item_id)
    return redirect(found[0].href, 303)


@blueprint.post("/notices/reading")
@login_required
def read_all():
    """Nothing waits any more."""
    latest = request.form.get("latest", type=int)
    _mark(Notice.id <= latest if latest and 0 < latest < 2**31 else True)
    flash(_("All is read."))
    return redirect(url_for("notifications.index"), 303)


@blueprint.route("/account/letters", methods=["GET", "POST"])
@login_required
def settings():
    """How often I want letters."""
    form = CadenceForm.of_request(**cadences(current_user.id))
    if not current_user.professional:
        del form.questions
    if form.was_sent_well():
        for field in form:
            _set(current_user.id, field.name, field.data)
        db.session.commit()
        flash(_("Saved."))
        return redirect(url_for("notifications.settings"), 303)
    page = render_template("notifications/settings.html", form=form, tab="letters")
    return page, 422 if form.errors else 200


@blueprint.route("/letters/<token>", methods=["GET", "POST"])
def stop(token: str):
    """Stop the letters of a kind, from a letter, without signing in (RFC 8058)."""
    throttle("60 per minute", "unsubscribe", address())
    known = read_stop_token(token)
    if known is None:
        return render_template("notifications/stop_dead.html"), 410
    person, topics = known
    if request.method == "POST":
        for topic in topics:
            _set(person.id, topic, "never")
        db.session.commit()
    page = render_template(
        "notifications/stop.html", done=request.method == "POST", labels=[_label(t) for t in topics]
    )
    return page, 200, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def _set(user_id: int, topic: str, cadence: str) -> None:
    """Keep a choice; letters that wait follow it."""
    known = db.session.get(Preference, (user_id, topic))
    if known is None:
        db.session.add(Preference(user_id=user_id, topic=topic, cadence=cadence))
    elif known.cadence != cadence:
        known.cadence = cadence
    else:
        return
    waiting = (Notice.user_id == user_id, Notice.topic == topic, Notice.told_at.is_(None))
    when = due(cadence, topic, utcnow())
    db.session.execute(
        update(Notice).where(*waiting, Notice.due_at.is_not(None)).values(due_at=when)
    )


def _label(topic: str):
    return getattr(CadenceForm(), topic).label.text if topic in TOPICS else ""


def _mine(notice_id: int) -> Notice:
    notice = db.session.get(Notice, notice_id) if notice_id < 2**31 else None
    if notice is None or notice.user_id != current_user.id:
        abort(404)
    return notice


def _mark(condition) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.user_id == current_user.id, Notice.read_at.is_(None), condition)
        .values(read_at=utcnow())
        .execution_options(synchronize_session=False)
    )
    db.session.commit()

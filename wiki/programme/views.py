"""What sessions and training days share: who comes, who came, what is said at the end."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.db import db
from wiki.files import uploads
from wiki.groups.models import Role, role_in
from wiki.items import links
from wiki.items.access import can, load
from wiki.markup import render
from wiki.markup.sanitize import clean_body, clean_text
from wiki.programme import agenda, answers, comb, leaving, presence, reminding, slots, times
from wiki.programme.models import Dated, phase_words, span_words
from wiki.throttle import throttle

blueprint = Blueprint("programme", __name__)
assert leaving  # importing it is what lets calendars stand in archives
assert reminding
blueprint.add_app_template_filter(span_words, "span")
blueprint.add_app_template_filter(phase_words, "phase")
blueprint.add_app_template_filter(times.hour_words, "hour_words")
blueprint.add_app_template_filter(times.day_words, "day_words")
blueprint.add_app_template_filter(times.length_words, "length_words")
blueprint.add_app_template_global(agenda.next_for, "sessions_next")
blueprint.add_app_template_global(agenda.called_off_for, "sessions_off")
blueprint.add_app_template_global(slots.total, "plan_minutes")
blueprint.add_app_template_global(presence.expected, "coming_count")
blueprint.add_app_template_global(presence.figures, "headcount")
blueprint.add_app_template_global(answers.of, "said_at_the_end")
blueprint.add_app_template_global(answers.QUESTIONS, "end_questions")
PRIVATE = {"Cache-Control": "no-store"}


@blueprint.app_template_global("dated_of")
def dated_of(item) -> Dated | None:
    """The hours of an item that a list knows by its base columns only."""
    # Whoever shows a list found each of its items under the rights of its reader.
    return item if isinstance(item, Dated) else db.session.get(Dated, item.id)


@blueprint.app_template_global("session_comb")
def session_comb(item: Dated):
    """Where a session stands among those of its group, drawn."""
    return comb.drawn(*agenda.rank(current_user, item))


@blueprint.app_template_global("coming_of")
def coming_of(item: Dated) -> bool | None:
    """Whether the person looking said that they come."""
    return presence.said_by(item, current_user)


@blueprint.app_template_global("answer_html")
def answer_html(answer: answers.Answer, item: Dated):
    """What somebody said, as the person looking may see it."""
    html = answer.html or render(answer.body, lang=item.lang).html
    return links.show_fresh(html, item.group_id, current_user, False)


@blueprint.app_template_global("said_for")
def said_for(group_id: int, section: str) -> list[answers.Answer]:
    """What was said in the sessions of a group that may serve a section of its report."""
    if role_in(current_user, group_id) is None:
        return []
    return answers.for_report(group_id, section, current_user)


@blueprint.app_template_global("agenda_tally")
def agenda_tally(group_id: int) -> agenda.Tally | None:
    """What the agenda of a group says of its action, for whoever writes its report."""
    if role_in(current_user, group_id) is None:
        return None
    return agenda.tally(current_user, group_id)


@blueprint.post("/items/<id:item_id>/coming")
@login_required
def coming(item_id: int):
    """Say whether one comes."""
    item = _inside(item_id)
    if item.has_ended:
        abort(403)
    throttle("60 per 10 minutes", "coming", str(current_user.id))
    comes = request.form.get("coming") == "yes"
    presence.say(item, current_user._get_current_object(), comes)
    db.session.commit()
    flash(_("Noted: you come.") if comes else _("Noted: you cannot come."))
    return redirect(f"{item.url}#coming", 303)


@blueprint.route("/items/<id:item_id>/attendance", methods=["GET", "POST"])
@login_required
def attendance(item_id: int):
    """Who is there, half-day by half-day; names are for the facilitators alone."""
    item = _led(item_id)
    if request.method == "GET":
        return _sheet(item, presence.sheet(item))
    presence.hold(item)
    lines, errors = _read_sheet(item)
    if errors:
        db.session.rollback()
        return _sheet(item, lines, errors)
    presence.note(item, lines, current_user._get_current_object())
    db.session.commit()
    flash(_("The attendance is noted."))
    if "stay" in request.form:
        return redirect(f"/items/{item.id}/attendance", 303)
    return redirect(f"{item.url}#who", 303)


@blueprint.post("/items/<id:item_id>/attendance/figures")
@login_required
def figures(item_id: int):
    """How many came, without a name."""
    item = _led(item_id)
    half = request.form.get("half", 0, type=int)
    numbers = [request.form.get(name, "0") or "0" for name in ("present", "excused")]
    good = all(one.isascii() and one.isdigit() and len(one) < 5 for one in numbers)
    if not good or not 0 <= half < len(item.half_days):
        return _sheet(item, presence.sheet(item), [_("Two whole numbers, please.")])
    actor = current_user._get_current_object()
    presence.count_only(item, half, *map(int, numbers), actor)
    db.session.commit()
    flash(_("The figures are noted."))
    return redirect(f"/items/{item.id}/attendance", 303)


@blueprint.post("/items/<id:item_id>/attendance/removal")
@login_required
def forget(item_id: int):
    """Let the names go; the figures stay."""
    item = _led(item_id)
    presence.forget(item, current_user._get_current_object())
    db.session.commit()
    flash(_("The names are gone, the figures stay."))
    return redirect(f"{item.url}#who", 303)


@blueprint.post("/items/<id:item_id>/answers")
@login_required
def answer(item_id: int):
    """Say something at the end, in words, with a photo or a sound."""
    item = _inside(item_id, Role.MEMBER)
    throttle("60 per 10 minutes", "answer at the end", str(current_user.id))
    question = request.form.get("question", "")
    if question not in answers.BY_KEY:
        abort(404)
    body = clean_body(request.form.get("body", "")).strip()
    sent = request.files.get("file")
    if len(body) > answers.LONGEST:
        return _not_said(item, body, _("At most %(n)s characters.", n=answers.LONGEST))
    if sent and sent.filename:
        try:
            file = uploads.receive(
                sent.stream, sent.filename, item.group, current_user._get_current_object(),
                parent=item,
            )  # fmt: skip
        except uploads.Refused as refused:
            db.session.rollback()
            return _not_said(item, body, refused.reason)
        body = f"{body}\n\n{{{{fichier {file.id}}}}}".strip()
    if not body:
        return _not_said(item, body, _("Say a word, or choose a photo."))
    made = answers.say(item, question, body, current_user._get_current_object())
    db.session.commit()
    flash(_("Thank you, it is kept."))
    return redirect(f"{item.url}#answer-{made.id}", 303)


@blueprint.post("/items/<id:item_id>/answers/<int:answer_id>/removal")
@login_required
def take_away(item_id: int, answer_id: int):
    """Take away what one said, or what somebody should not have; with a way back."""
    item, found = _answer(item_id, answer_id)
    answers.remove(found, current_user._get_current_object())
    db.session.commit()
    flash({
        "text": _("It is taken away."),
        "undo": f"/items/{item.id}/answers/{found.id}/restoration", "undo_label": _("Put back"),
    })  # fmt: skip
    return redirect(f"{item.url}#end", 303)


@blueprint.post("/items/<id:item_id>/answers/<int:answer_id>/restoration")
@login_required
def put_back(item_id: int, answer_id: int):
    """Put back what was taken away."""
    item, found = _answer(item_id, answer_id)
    answers.remove(found, current_user._get_current_object(), removed=False)
    db.session.commit()
    return redirect(f"{item.url}#answer-{found.id}", 303)


def _inside(item_id: int, role: Role = Role.READER) -> Dated:
    """A session of one of my groups; 404 for those outside, 403 under the role."""
    item = load(Dated, item_id)
    held = role_in(current_user, item.group_id)
    if held is None:
        abort(404)
    if held < role:
        abort(403)
    return item


def _led(item_id: int) -> Dated:
    return _inside(item_id, Role.FACILITATOR)


def _answer(item_id: int, answer_id: int) -> tuple[Dated, answers.Answer]:
    item = _inside(item_id)
    found = db.session.get(answers.Answer, answer_id) if answer_id < 2**31 else None
    if found is None or found.item_id != item.id:
        abort(404)
    if found.author_id != current_user.id and not can(current_user, "moderate", item):
        abort(403)
    return item, found


def _not_said(item: Dated, body: str, why: str):
    page = render_template(
        "programme/not_said.html", item=item, group=item.group, room="events", body=body, why=why,
        question=request.form.get("question", ""),
    )  # fmt: skip
    return page, 422


def _sheet(item: Dated, lines: list[presence.Line], errors: list[str] | None = None):
    page = render_template(
        "programme/attendance.html", item=item, group=item.group, room="events", lines=lines,
        halves=item.half_days, errors=errors or [], counted=presence.figures(item),
    )  # fmt: skip
    return page, 422 if errors else 200, PRIVATE


def _state(line: presence.Line, half: int) -> str:
    """What was chosen for a person; left as the form showed it, what others noted since stays."""
    name = f"{line.key}-{half}"
    sent = request.form.get(name, "")
    if sent not in presence.STATES:
        sent = ""
    return line.states[half] if request.form.get(f"was-{name}") == sent else sent


def _read_sheet(item: Dated) -> tuple[list[presence.Line], list[str]]:
    """The sheet as sent: a state for each person and half-day, and the names added."""
    known, halves = presence.sheet(item), len(item.half_days)
    lines, errors = [], []
    for line in known:
        line.states = [_state(line, half) for half in range(halves)]
        if line.user or any(line.states):
            lines.append(line)
    names = [clean_text(one).strip() for one in request.form.get("guests", "").splitlines()]
    names = list({name.casefold(): name for name in reversed(names) if name}.values())[::-1]
    if len(names) > presence.MOST_GUESTS or any(len(name) > 80 for name in names):
        errors.append(
            _("At most %(n)s names, one a line, each of at most 80 letters.",
              n=presence.MOST_GUESTS)
        )  # fmt: skip
    here = {line.name.casefold() for line in lines}
    added = [name for name in names if name.casefold() not in here]
    lines += [presence.Line(name, None, ["present"] * halves) for name in added]
    return lines, errors

"""What readers answer to a report, and what its group does with it."""

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.items import comments
from wiki.items.access import can, load, visible
from wiki.items.models import Item, Scope
from wiki.reports import feedback, freshness, problems, testimony
from wiki.reports.feedback import Feedback, FeedbackForm
from wiki.reports.models import Report
from wiki.reports.problems import Problem, ProblemForm
from wiki.reports.routes import blueprint
from wiki.reports.testimony import Contact, QuestionForm
from wiki.throttle import address, throttle


def shown(report: Report, user) -> dict:
    """What `reports/_replies.html` needs: counts in words, remarks, what this reader may do."""
    moderates = can(user, "moderate", report)
    mine = None if user.is_anonymous else feedback.mine(report, user)
    return {
        "marks": feedback.MARKS,
        "counts": feedback.counts(report),
        "remarks": feedback.of(report, user, moderates),
        "moderates": moderates,
        "mine": mine,
        "may_answer": feedback.may_answer(report, user),
        "problems": problems.open_ones(user, report) if problems.may_settle(report, user) else [],
        "told": problems.answered(report, user),
    }


@blueprint.route("/reports/<id:item_id>/feedback", methods=["GET", "POST"])
def give_feedback(item_id: int):
    """Say whether a report was of use; a second answer replaces the first."""
    report = load(Report, item_id)
    if not feedback.may_answer(report, current_user):
        abort(401 if current_user.is_anonymous else 403)
    known = feedback.mine(report, current_user)
    form = FeedbackForm.of_request(known, mark=request.args.get("mark", type=int))
    if request.method == "POST" and _sent_well(form, report, "feedback"):
        made = feedback.give(report, current_user, form)
        flash(_("Thank you. The group reads your words before they appear.") if made.held
              else _("Thank you: your answer is counted."))  # fmt: skip
        return redirect(f"{report.url}#feedback", 303)
    if form.errors or form.form_errors or request.method == "GET":
        return _form_page("reports/feedback.html", report, form, known=known)
    return redirect(report.url, 303)


@blueprint.post("/reports/<id:item_id>/feedback/<int:number>")
def settle_feedback(item_id: int, number: int):
    """Someone of the group lets words appear, takes them away or replies."""
    report = load(Report, item_id, "moderate")
    found = db.session.get(Feedback, number)
    if found is None or found.report_id != report.id:
        abort(404)
    act = request.values.get("act", "reply")
    if act not in feedback.ACTS:
        abort(400)
    feedback.settle(found, report, current_user, act, request.form.get("reply", "")[:3_000])
    if act == "remove":
        back = f"/reports/{report.id}/feedback/{found.id}"
        flash({"text": _("The answer is removed."), "undo": f"{back}?act=back",
               "undo_label": _("Put back")})  # fmt: skip
    else:
        flash(_("Done."))
    return redirect(f"{report.url}#feedback", 303)


@blueprint.route("/reports/<id:item_id>/problem", methods=["GET", "POST"])
def report_problem(item_id: int):
    """Say that something is wrong with a report."""
    report = load(Report, item_id)
    if current_user.is_anonymous and report.scope < Scope.PUBLIC:
        abort(401)
    form = ProblemForm.of_request()
    if request.method == "POST" and _sent_well(form, report, "problem"):
        other = _named(form.other.data or "", report) if form.sort.data == "duplicate" else None
        if form.sort.data == "duplicate" and other is None:
            form.other.errors = [_("Give the address of a report that you can read.")]
        else:
            problems.tell(report, current_user, form, other)
            flash(_("Thank you. Those in charge of this report will look at it. They do not "
                    "see who told them."))  # fmt: skip
            return redirect(report.url, 303)
    if form.errors or form.form_errors or request.method == "GET":
        return _form_page("reports/problem.html", report, form)
    return redirect(report.url, 303)


@blueprint.post("/reports/<id:item_id>/problem/<int:number>")
def settle_problem(item_id: int, number: int):
    """A facilitator or a site editor closes a problem, with a word for who told it."""
    report = load(Report, item_id)
    if not problems.may_settle(report, current_user):
        abort(403 if current_user.is_authenticated else 401)
    found = db.session.get(Problem, number)
    if found is None or found.report_id != report.id or found.closed_at:
        abort(404)
    problems.close(found, report, current_user, request.form.get("answer", "")[:2_000])
    flash(_("Settled. Who told it reads your answer on the report."))
    return redirect(report.url, 303)


@blueprint.get("/reports/problems")
def problem_list():
    """The problems that wait for me: of the groups I facilitate, of the site if I curate it."""
    if current_user.is_anonymous:
        abort(401)
    found = problems.open_ones(current_user)
    return render_template("reports/problems.html", found=found, room="reports")


@blueprint.post("/reports/<id:item_id>/check")
def check(item_id: int):
    """A writer says whether a report is still true."""
    report = load(Report, item_id, "edit")
    code = request.form.get("answer", "")
    if code not in freshness.ANSWERS:
        abort(400)
    freshness.answer(report, current_user, code)
    flash({
        "current": _("Thank you: it is shown as checked today."),
        "review": _("It is shown as to be reviewed."),
        "outdated": _("It stays readable, and says that it is outdated."),
    }[code])  # fmt: skip
    return redirect("/" if request.form.get("from") == "day" else report.url, 303)


@blueprint.route("/reports/<id:item_id>/testimony/<int:number>", methods=["GET", "POST"])
def ask_testimony(item_id: int, number: int):
    """Write to someone who can tell more, without ever seeing their address."""
    report = load(Report, item_id)
    contact = db.session.get(Contact, number)
    if contact is None or contact.report_id != report.id or not contact.address:
        abort(404)
    if current_user.is_anonymous and report.scope < Scope.PUBLIC:
        abort(401)
    form = QuestionForm.of_request()
    form.require_sender(current_user)
    if request.method == "POST" and _sent_well(form, report, "testimony", "5 per hour"):
        throttle("20 per day", "testimony-to", str(contact.id))
        if testimony.ask(contact, form, current_user):
            flash(_("Your letter is on its way: the answer comes to your own address."))
        else:
            flash(_("Almost done: open the letter we just sent you, and confirm."))
        return redirect(report.url, 303)
    if form.errors or form.form_errors or request.method == "GET":
        return _form_page("reports/testimony.html", report, form, contact=contact)
    return redirect(report.url, 303)


@blueprint.route("/reports/testimony/<token>", methods=["GET", "POST"])
def confirm_testimony(token: str):
    """A visitor's address is confirmed: their letter leaves."""
    waiting = testimony.waiting(token) or abort(404)
    report = db.session.scalar(
        select(Report).where(Report.id == waiting.contact.report_id, visible(current_user))
    )
    if report is None or not waiting.contact.address:
        abort(404)
    if request.method == "GET":
        return render_template(
            "reports/confirm.html", item=report, question=waiting, room="reports"
        )
    testimony.confirm(waiting)
    flash(_("Your letter is on its way: the answer comes to your own address."))
    return redirect(report.url, 303)


def _sent_well(form, report: Report, name: str, visitors: str = "6 per 10 minutes") -> bool:
    """Whether a person sent a good form; a program that fills the trap gets no answer at all."""
    known = current_user.is_authenticated
    throttle("40 per 10 minutes" if known else visitors, name,
             str(current_user.id) if known else address())  # fmt: skip
    if not form.validate():
        return False
    if known:
        return True
    if comments.is_too_fast(report.id, form.started.data):
        form.form_errors.append(_("That was very quick. Read your words again, then send them."))
        return False
    return not form.website.data


def _form_page(template: str, report: Report, form, **more):
    if current_user.is_anonymous:
        form.started.data = comments.start_token(report.id)
    page = render_template(
        template, item=report, group=report.group if current_user.is_authenticated else None,
        form=form, room="reports", **more,
    )  # fmt: skip
    return page, 200 if request.method == "GET" else 422


def _named(typed: str, report: Report) -> Report | None:
    """The other report that an address or a number names, if this person may read it."""
    digits = "".join(
        c for c in typed.rsplit("/reports/", 1)[-1].split("-", maxsplit=1)[0] if c.isdigit()
    )
    number = int(digits) if 0 < len(digits) < 10 and digits.isascii() else 0
    if not number or number == report.id:
        return None
    return db.session.scalar(select(Report).where(Item.id == number, visible(current_user)))

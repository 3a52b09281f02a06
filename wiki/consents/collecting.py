"""Asking for an agreement face to face: on a phone, on paper, aloud; and the private link."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user, login_required
from markupsafe import Markup, escape

from wiki.consents import deciding, links, people, wording
from wiki.consents.deciding import Proof, Wish
from wiki.consents.forms import AgreementForm
from wiki.consents.models import ALL_MEDIA, FORM_VERSION, Consent, Medium, Method, Person
from wiki.consents.reckoning import settle
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.models import Role
from wiki.items.access import load_group, visible
from wiki.items.models import Item, Scope
from wiki.items.writing import set_scope

blueprint = Blueprint("agreements", __name__)
JUST_SENT = timedelta(hours=2)
FIRST_ASKED = Medium.IMAGE | Medium.VOICE | Medium.NAME | Medium.WORDS


@blueprint.route("/people/<int:person_id>/agreement", methods=["GET", "POST"])
def ask(person_id: int):
    """What may be shown of me, to whom, until when: the person chooses, and signs."""
    person = people.load(person_id)
    item, media = _about(person)
    form = AgreementForm.of_request()
    words = [word for word in wording.my_media() if word.value & media]
    form.prepare(item, words, person.minor)
    if form.was_sent_well() and _keep(person, form):
        flash(_("It is written down. Thank you."))
        back = f"/items/{item.id}/people" if item else f"/people/{person.id}"
        return redirect(back, 303)
    if request.method == "GET":
        form.which.data = item.id if item else 0
        form.guardian.data = person.guardian
    page = render_template(
        "consents/agreement.html", person=person, group=person.group, item=item, form=form,
        media=words, audiences=wording.audiences(), room="agreements", said=form.said,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int:person_id>/evidence")
def evidence(person_id: int):
    """What was just said into this page is for the facilitators, before anything else is filled."""
    person = people.load(person_id)
    sent = request.get_json(silent=True)
    file = _recorded(person, sent.get("file")) if isinstance(sent, dict) else None
    if file is None:
        abort(404)
    set_scope(file, Scope.DRAFT, current_user)
    file.ceiling = Scope.DRAFT
    db.session.commit()
    return {"file": file.id}


@blueprint.post("/people/<int:person_id>/link")
def link(person_id: int):
    """Make a private address for the person, shown once, on the paper they keep."""
    person = people.load(person_id)
    session["private_link"] = [person.id, links.make(person, current_user)]
    db.session.commit()
    return redirect(f"/people/{person.id}/paper", 303)


@blueprint.post("/people/<int:person_id>/link/closing")
def close(person_id: int):
    """The paper was lost: the addresses made before open no more."""
    person = people.load(person_id)
    links.close(person, current_user)
    db.session.commit()
    flash(_("Done: the private links of %(name)s no longer open.", name=person.shown_name))
    return redirect(f"/people/{person.id}", 303)


@blueprint.get("/people/<int:person_id>/paper")
def paper(person_id: int):
    """The form to sign by hand, and the paper that the person keeps."""
    person = people.load(person_id)
    known = session.get("private_link") or [0, ""]
    if known[0] == person.id:
        session.pop("private_link")
    token = known[1] if known[0] == person.id else ""
    item, media = _about(person)
    shown = [one.item for one in people.shown_in(person)]
    answer = render_template(
        "consents/paper.html", person=person, group=person.group, item=item, token=token,
        media=[word for word in wording.my_media() if word.value & media], shown=shown,
        audiences=wording.audiences(), today=deciding.today(), version=FORM_VERSION,
        until=deciding.end_of(deciding.today()),
    )  # fmt: skip
    return answer, 200, {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


@blueprint.get("/groups/<id:group_id>/agreement")
@login_required
def blank(group_id: int):
    """The same form without a name, to have some ready before anybody is known."""
    group = load_group(group_id, Role.MEMBER)
    answer = render_template(
        "consents/paper.html", person=None, group=group, item=None, token="", shown=[],
        media=wording.my_media(), audiences=wording.audiences(), today=deciding.today(),
        version=FORM_VERSION, until=deciding.end_of(deciding.today()),
    )  # fmt: skip
    return answer, 200, {"Cache-Control": "private, no-store"}


@blueprint.app_template_global("signature")
def signature(consent: Consent) -> Markup:
    """What was signed with a finger, as a drawing."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{int(x)},{int(y)}" for x, y in one)}"/>'
        for one in consent.signature or []
    )
    words = escape(_("Signature of %(name)s", name=consent.person.shown_name))
    return Markup(
        f'<svg class="signature" viewBox="0 0 1000 400" role="img" aria-label="{words}" fill="none"'
        f' stroke="currentColor" stroke-width="9" stroke-linecap="round">{lines}</svg>'
    )


def _about(person: Person) -> tuple[Item | None, Medium]:
    """What the agreement is first about, when a screen said so, and the media asked about."""
    shown = people.shown_in(person)
    asked = request.values.get("item", "")
    one = next((one for one in shown if str(one.item_id) == asked), None)
    if one is not None:
        wanted = db.select(Item).where(Item.id == one.item_id, visible(current_user))
        if item := db.session.scalar(wanted):
            return item, one.media
    media = Medium(0)
    for appearance in shown:
        media |= appearance.media
    return None, (media or FIRST_ASKED) & ALL_MEDIA


def _keep(person: Person, form: AgreementForm) -> Consent | None:
    """Write it down with what proves it; None when that could not be kept, and the form says so."""
    wishes = [
        Wish(medium, audience, form.which.data or None, form.prints.data == "yes")
        for medium, audience in form.said.items()
    ]
    if not wishes:
        form.which.errors = [_("Answer each line first.")]
        return None
    try:
        proof, file = _proof(person, form)
        if proof.guardian and not person.guardian:
            person.guardian = proof.guardian
        deciding.lessen(person, wishes, current_user)
        made = deciding.agree(
            person, wishes, proof, current_user, purpose=form.purpose.data or "", until=form.until
        )
        if file is not None:
            settle([file.id])
        db.session.commit()
        return made
    except deciding.NeedsGuardian:
        form.guardian.errors = [_("A minor needs the name of who answers for them.")]
    except uploads.Refused as refused:
        form.proof.errors = [refused.reason]
    db.session.rollback()
    return None


def _recorded(person: Person, number) -> File | None:
    """A file of the group that this very facilitator sent a moment ago."""
    if not isinstance(number, int):
        return None
    return db.session.scalar(
        db.select(File).where(
            File.id == number, File.group_id == person.group_id, File.author_id == current_user.id,
            File.created_at > utcnow() - JUST_SENT, visible(current_user),
        )
    )  # fmt: skip


def _proof(person: Person, form: AgreementForm) -> tuple[Proof, File | None]:
    method = Method(form.method.data) if form.says_yes else Method.WITNESS
    file, sent = None, request.files.get("proof")
    if form.says_yes and method == Method.ORAL and form.recorded.data:
        file = _recorded(person, form.recorded.data)
        if file is None:
            raise uploads.Refused(_("Add the photo of the paper, or the recording."))
        set_scope(file, Scope.DRAFT, current_user)
        sent = None
    if form.says_yes and method in (Method.PAPER, Method.ORAL) and sent and sent.filename:
        title = _("Agreement of %(name)s", name=person.shown_name)
        file = uploads.stage_file(
            sent.stream, sent.filename, person.group, current_user, title=title
        )
        set_scope(file, Scope.DRAFT, current_user)
    witness = form.witness.data or (current_user.name if not form.says_yes else "")
    return Proof(
        method, file.id if file else None,
        form.strokes if form.says_yes and method == Method.SCREEN else None,
        witness, form.guardian.data or "", form.language.data or "",
    ), file  # fmt: skip

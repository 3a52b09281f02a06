"""Screens for site editors (publication requests) and administrators (all the rest)."""

from functools import wraps

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user, login_required
from sqlalchemy import func, or_, select
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length, Optional

from wiki import backups
from wiki.accounts import signing
from wiki.accounts.forms import UserForm
from wiki.accounts.models import SiteRole, User
from wiki.db import db, utcnow
from wiki.forms import Form, line
from wiki.groups.journal import Event, record
from wiki.groups.models import Group
from wiki.items import alongside, terms, writing
from wiki.items.access import load, visible
from wiki.items.models import Item, PublicationRequest, Term
from wiki.mail import link, undelivered
from wiki.markup.text import slugify

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
PAGE = 50


class TermForm(Form):
    """One word of a vocabulary."""

    label = line(N_("Word"), 160)
    label_en = line(N_("In English"), 160, needed=False)
    synonyms = TextAreaField(N_("Other words for the same thing, one per line"), [Length(max=4000)])
    retired = SelectField(
        N_("State"),
        choices=[("", N_("On offer")), ("1", N_("No longer offered"))],
        validators=[Optional()],
    )


def needs(role: SiteRole):
    """Let only people with this site role in; for the others the screen does not exist."""

    def decorate(view):
        @wraps(view)
        @login_required
        def guarded(*args, **kwargs):
            if current_user.role < role:
                abort(404)
            return view(*args, **kwargs)

        return guarded

    return decorate


@blueprint.get("/")
@needs(SiteRole.EDITOR)
def index():
    """How the site is doing; editors are led to the first screen that is theirs."""
    if current_user.role < SiteRole.ADMIN:
        return redirect(url_for("admin.requests"))
    state = backups.state()
    counts = dict(
        tuple(row)
        for row in db.session.execute(select(Item.kind, func.count()).group_by(Item.kind)).all()
    )
    return render_template(
        "admin/index.html",
        people=db.session.scalar(select(func.count(User.id))),
        groups=db.session.scalar(select(func.count(Group.id)).where(Group.trashed_at.is_(None))),
        counts=counts,
        free=state.free,
        warnings=[_(warning) for warning in state.warnings],
        backups=[(path.name, path.stat().st_size) for path in reversed(backups.automatic()[-7:])],
        letters=undelivered(),
        events=db.session.scalars(
            select(Event).where(Event.item_id.is_(None)).order_by(Event.id.desc()).limit(20)
        ).all(),
        verbs=_verbs(),
        tab="index",
    )


@blueprint.get("/requests")
@needs(SiteRole.EDITOR)
def requests():
    """What people ask to show to everyone."""
    query = (
        select(PublicationRequest)
        .join(Item, Item.id == PublicationRequest.item_id)
        .where(PublicationRequest.answered_at.is_(None), visible(current_user))
        .where(PublicationRequest.for_group.is_(False))
        .order_by(PublicationRequest.id)
    )
    found = db.session.scalars(query.limit(PAGE)).all()
    return render_template(
        "admin/requests.html", requests=found, tab="requests", blockers=writing.blockers,
        along=alongside.shown_to_fewer, user=current_user,
    )  # fmt: skip


@blueprint.post("/requests/<int:request_id>/answer")
@needs(SiteRole.EDITOR)
def answer(request_id: int):
    """Accept or decline a publication request."""
    found = db.session.get(PublicationRequest, request_id)
    if found is None or found.answered_at or found.for_group:
        abort(404)
    load(Item, found.item_id)
    accepted = "accept" in request.form
    words = request.form.get("words", "")[:2000]
    try:
        if accepted:
            alongside.accept(found, current_user, words)
        else:
            writing.answer(found, current_user, False, words)
    except writing.Unpublishable as error:
        flash(_("Not published yet: %(reasons)s", reasons=" ".join(error.reasons)), "error")
        return redirect(url_for("admin.requests"), 303)
    flash(_("Published.") if accepted else _("Your answer is sent."))
    return redirect(url_for("admin.requests"), 303)


@blueprint.get("/people")
@needs(SiteRole.ADMIN)
def people():
    """Everyone who has an account."""
    words = request.args.get("q", "").strip()
    page = max(request.args.get("page", 1, type=int), 1)
    query = select(User).order_by(User.name).limit(PAGE + 1).offset((page - 1) * PAGE)
    if words:
        pattern = f"%{words[:100]}%"
        query = query.where(or_(User.name.ilike(pattern), User.email.ilike(pattern)))
    found = db.session.scalars(query).all()
    return render_template(
        "admin/people.html", people=found[:PAGE], q=words, page=page, more=len(found) > PAGE,
        tab="people",
    )  # fmt: skip


@blueprint.route("/people/<int:user_id>", methods=["GET", "POST"])
@needs(SiteRole.ADMIN)
def person(user_id: int):
    """One person: role on the site, professional or not, closed or open."""
    found = db.session.get(User, user_id) or abort(404)
    form = UserForm.of_request(found)
    if form.was_sent_well():
        if found.id == current_user.id and form.role.data < SiteRole.ADMIN:
            form.role.errors = [_("You cannot take this role from yourself: ask another admin.")]
        elif found.is_participant and (form.professional.data or form.role.data > SiteRole.MEMBER):
            form.role.errors = [_("This person entered with a code: first they give an address.")]
        else:
            found.role, found.professional = SiteRole(form.role.data), form.professional.data
            record("person changed", current_user, user=found.id, role=form.role.data)
            db.session.commit()
            flash(_("Saved."))
            return redirect(url_for("admin.people"), 303)
    page = render_template("admin/person.html", form=form, person=found, tab="people")
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int:user_id>/closure")
@needs(SiteRole.ADMIN)
def close(user_id: int):
    """Close an account, or open it again; what the person wrote stays."""
    found = db.session.get(User, user_id) or abort(404)
    if found.id == current_user.id:
        abort(403)
    found.deactivated_at = None if found.deactivated_at else utcnow()
    signing.end_sessions(found)
    record("person closed" if found.deactivated_at else "person opened", current_user, user=user_id)
    db.session.commit()
    flash(_("The account is closed.") if found.deactivated_at else _("The account is open again."))
    return redirect(url_for("admin.person", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/link")
@needs(SiteRole.ADMIN)
def give_link(user_id: int):
    """A link with which a person chooses a password, to hand over by oneself."""
    found = db.session.get(User, user_id) or abort(404)
    record("link given", current_user, user=user_id)
    db.session.commit()
    address = link("accounts.reset", token=signing.reset_token(found))
    page = render_template("admin/link.html", person=found, address=address, tab="people")
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.get("/terms")
@blueprint.get("/terms/<vocabulary>")
@needs(SiteRole.ADMIN)
def vocabulary(vocabulary: str = "needs"):
    """The words of one vocabulary."""
    if vocabulary not in terms.VOCABULARIES:
        abort(404)
    words = db.session.scalars(
        select(Term).where(Term.vocabulary == vocabulary).order_by(Term.position, Term.label)
    ).all()
    return render_template(
        "admin/terms.html", vocabulary=vocabulary, words=words, tab="terms",
        names=[(name, terms.vocabulary_label(name)) for name in terms.VOCABULARIES],
    )  # fmt: skip


@blueprint.route("/terms/<vocabulary>/new", methods=["GET", "POST"])
@blueprint.route("/terms/<vocabulary>/<int:term_id>", methods=["GET", "POST"])
@needs(SiteRole.ADMIN)
def term(vocabulary: str, term_id: int | None = None):
    """Add a word, change it, or retire it; retired words keep working where they are."""
    if vocabulary not in terms.VOCABULARIES:
        abort(404)
    found = db.session.get(Term, term_id) if term_id else Term(vocabulary=vocabulary, synonyms=[])
    if found is None or found.vocabulary != vocabulary:
        abort(404)
    form = TermForm.of_request(found)
    if request.method == "GET":
        form.synonyms.data = "\n".join(found.synonyms or [])
        form.retired.data = "1" if found.retired_at else ""
    if form.was_sent_well() and _keep_term(found, form):
        flash(_("Saved."))
        return redirect(url_for("admin.vocabulary", vocabulary=vocabulary), 303)
    page = render_template("admin/term.html", form=form, vocabulary=vocabulary, tab="terms")
    return page, 422 if form.errors else 200


def _keep_term(found: Term, form: TermForm) -> bool:
    if found.id is None:
        found.slug = slugify(form.label.data)
        same = select(Term).where(Term.vocabulary == found.vocabulary, Term.slug == found.slug)
        if not found.slug or db.session.scalar(same):
            form.label.errors = [_("This word is already there.")]
            return False
        last = select(func.max(Term.position)).where(Term.vocabulary == found.vocabulary)
        found.position = (db.session.scalar(last) or 0) + 1
        db.session.add(found)
    found.label, found.label_en = form.label.data, form.label_en.data or ""
    found.synonyms = [s.strip() for s in (form.synonyms.data or "").splitlines() if s.strip()]
    found.retired_at = (found.retired_at or utcnow()) if form.retired.data else None
    record("term changed", current_user, term=found.slug)
    db.session.commit()
    return True


def _verbs() -> dict[str, str]:
    """What the journal of the site says, in words."""
    return {
        "folder deleted": _("deleted a folder"),
        "folder made": _("made a folder"),
        "folder moved": _("moved a folder"),
        "group changed": _("changed a group"),
        "archive made": _("took a group away"),
        "group created": _("founded a group"),
        "group restored": _("brought back a group"),
        "group trashed": _("deleted a group"),
        "invited": _("invited someone"),
        "link given": _("gave a link to choose a password"),
        "member joined": _("joined a group"),
        "member left": _("left a group"),
        "member removed": _("took someone out of a group"),
        "person changed": _("changed someone’s rights on the site"),
        "person closed": _("closed an account"),
        "person opened": _("opened an account again"),
        "role changed": _("changed someone’s role in a group"),
        "synonyms changed": _("changed the synonyms of the search"),
        "term changed": _("changed a word of the vocabularies"),
        "trash emptied": _("emptied a trash"),
    }

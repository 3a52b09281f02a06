"""Signing in and out, passwords, devices, profile, API keys."""

import re

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_required, logout_user
from sqlalchemy import delete, select

from wiki.accounts import names, signing
from wiki.accounts.cards import AccessCard
from wiki.accounts.forms import (
    AskResetForm,
    ChangePasswordForm,
    FirstAdminForm,
    PasswordForm,
    ProfileForm,
    SignInForm,
    TokenForm,
)
from wiki.accounts.models import (
    ApiToken,
    SiteNote,
    SiteRole,
    User,
    UserSession,
    clean_email,
    hash_token,
)
from wiki.db import db
from wiki.mail import post
from wiki.templating import LANGUAGES, language
from wiki.throttle import address, throttle

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def login():
    """Sign in with an address and a password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(signing.safe_next(request.args.get("next")), 303)
    if signing.first_code():
        return redirect(url_for("accounts.setup"), 303)
    known_as_shared = request.cookies.get("shared-computer") == "yes"
    form = SignInForm.of_request(next=request.args.get("next", ""), shared=known_as_shared)
    if form.was_sent_well():
        email = clean_email(form.email.data)
        throttle("20 per minute", "login", address())
        throttle("10 per 5 minutes", "login", email)
        user = User.by_email(email)
        if signing.check_password(user, form.password.data):
            signing.sign_in(user, shared=form.shared.data)
            db.session.commit()
            answer = redirect(signing.safe_next(form.next.data), 303)
            return signing.mark_shared(answer, True) if form.shared.data else answer
        form.form_errors.append(_("This address and this password do not go together."))
    wanted = re.fullmatch(r"(/items/\d+)/adaptation", form.next.data or "")
    page = render_template("accounts/login.html", form=form, redo=wanted and wanted[1])
    return page, 422 if form.errors else 200


@blueprint.post("/logout")
def logout():
    """Sign out of this device; those who came in with a code go back to where codes are given."""
    with_code = current_user.is_authenticated and current_user.is_participant
    target = (
        "/join/who" if request.form.get("next") == "/join/who" else "/join" if with_code else "/"
    )
    standing = {name: session[name] for name in ("door", "card") if name in session}
    if device := signing.current_device():
        db.session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(device)))
        db.session.commit()
    logout_user()
    session.clear()
    if target == "/join/who":
        session.update(standing)
    response = redirect(target, 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/account/presence")
@login_required
def presence():
    """Somebody writes at a shared computer without changing page: the session goes on."""
    return "", 204


@blueprint.route("/setup", methods=["GET", "POST"])
def setup():
    """The first administrator enters with the code that the server printed."""
    code = signing.first_code()
    if code is None:
        abort(404)
    form = FirstAdminForm.of_request()
    if form.was_sent_well():
        throttle("10 per minute", "setup")
        if form.code.data.strip().lower() != code:
            form.code.errors = [_("This is not the code that the server printed.")]
        else:
            user = User(
                email=clean_email(form.email.data),
                name=form.name.data,
                role=SiteRole.ADMIN,
                professional=True,
                password_hash=signing.hash_password(form.password.data),
            )
            db.session.add(user)
            db.session.delete(db.session.get(SiteNote, "first_code"))
            db.session.flush()
            signing.sign_in(user)
            db.session.commit()
            return redirect("/", 303)
    return render_template("accounts/setup.html", form=form), 422 if form.errors else 200


@blueprint.route("/reset", methods=["GET", "POST"])
def ask_reset():
    """Ask for a link; the answer never says whether the address is known."""
    form = AskResetForm.of_request()
    if form.was_sent_well():
        throttle("5 per minute", "reset", address())
        throttle("5 per hour", "reset for", clean_email(form.email.data))
        user = User.by_email(form.email.data)
        if user is not None and user.is_active:
            token = signing.reset_token(user)
            post(user.email, "reset", user.lang or language(), user=user, token=token)
            db.session.commit()
        return render_template("accounts/reset_sent.html", email=form.email.data)
    return render_template("accounts/ask_reset.html", form=form), 422 if form.errors else 200


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str):
    """Choose a new password behind a link received by mail."""
    throttle("20 per minute", "reset link", address())
    user = signing.user_for_reset(token)
    if user is None:
        return render_template("accounts/reset_dead.html"), 410
    form = PasswordForm.of_request()
    if form.was_sent_well():
        signing.set_password(user, form.password.data)
        signing.end_sessions(user)
        signing.sign_in(user)
        db.session.commit()
        flash(_("Your password is changed. You are signed in."))
        return redirect("/", 303)
    page = render_template("accounts/reset.html", form=form, person=user)
    return page, 422 if form.errors else 200


@blueprint.post("/language")
def choose_language():
    """Choose the language of the screens."""
    lang = request.form.get("lang")
    if lang in LANGUAGES:
        session["lang"] = lang
        if current_user.is_authenticated:
            current_user.lang = lang
            db.session.commit()
    target = request.referrer or "/"
    path = "/" + target.split("/", 3)[3] if target.count("/") >= 3 else "/"
    return redirect(signing.safe_next(path), 303)


@blueprint.post("/easy-reading")
def choose_easy():
    """Choose easy reading, or leave it: kept with the account, else until the browser closes."""
    easy = request.form.get("easy") == "yes"
    if current_user.is_authenticated:
        current_user.easy = easy
        db.session.commit()
    else:
        session["easy"] = easy
    target = request.referrer or "/"
    path = "/" + target.split("/", 3)[3] if target.count("/") >= 3 else "/"
    return redirect(signing.safe_next(path), 303)


@blueprint.app_template_global("easy_reading")
def easy_reading() -> bool:
    """Whether whoever reads asked for large text, one thing at a time, read aloud."""
    if current_user and current_user.is_authenticated:
        return bool(current_user.easy)
    return bool(session.get("easy"))


@blueprint.route("/account", methods=["GET", "POST"])
@login_required
def profile():
    """How I am seen."""
    form = ProfileForm.of_request(current_user, user=current_user)
    if current_user.is_participant:
        del form.email, form.current  # see claiming: an address is proved first
    if form.was_sent_well():
        form.lang.data = form.lang.data or None
        if card := AccessCard.of(current_user):
            card.name_key = names.key(form.name.data)
        if "current" in form:
            del form.current
        form.populate_obj(current_user)
        session.pop("lang", None)
        db.session.commit()
        flash(_("Saved."))
        return redirect(url_for("accounts.profile"), 303)
    page = render_template("accounts/profile.html", form=form, tab="profile")
    return page, 422 if form.errors else 200


@blueprint.route("/account/password", methods=["GET", "POST"])
@login_required
def password():
    """Change my password."""
    if current_user.is_participant:
        abort(404)
    form = ChangePasswordForm.of_request()
    if form.was_sent_well():
        throttle("10 per 5 minutes", "password", str(current_user.id))
        if signing.check_password(current_user, form.current.data):
            signing.set_password(current_user, form.password.data)
            db.session.commit()
            flash(_("Your password is changed. Other devices are signed out."))
            return redirect(url_for("accounts.profile"), 303)
        form.current.errors = [_("This is not your present password.")]
    page = render_template("accounts/password.html", form=form, tab="password")
    return page, 422 if form.errors else 200


@blueprint.route("/account/sessions", methods=["GET", "POST"])
@login_required
def sessions():
    """Where I am signed in; end one of these sessions, or all the others."""
    mine = select(UserSession).where(UserSession.user_id == current_user.id)
    if request.method == "POST":
        if "all" in request.form:
            signing.end_sessions(current_user)
            db.session.commit()
            return logout()
        ended = mine.where(UserSession.id == request.form.get("session", 0, type=int))
        for device in db.session.scalars(ended):
            db.session.delete(device)
        db.session.commit()
        flash(_("This device is signed out."))
        return redirect(url_for("accounts.sessions"), 303)
    devices = db.session.scalars(mine.order_by(UserSession.seen_at.desc())).all()
    return render_template(
        "accounts/sessions.html",
        devices=devices,
        here=hash_token(signing.current_device()),
        tab="sessions",
    )


@blueprint.route("/account/tokens", methods=["GET", "POST"])
@login_required
def tokens():
    """My keys to the API; not for those whose digits are all that keeps others out."""
    if current_user.is_participant:
        abort(403)
    form = TokenForm.of_request()
    made = None
    if form.was_sent_well():
        made = ApiToken.issue(current_user, form.name.data)
        db.session.commit()
    query = select(ApiToken).where(ApiToken.user_id == current_user.id)
    keys = db.session.scalars(query.order_by(ApiToken.id.desc())).all()
    page = render_template("accounts/tokens.html", form=form, keys=keys, made=made, tab="tokens")
    return page, 422 if form.errors else 200, {"Cache-Control": "no-store"}


@blueprint.post("/account/tokens/<int:token_id>/removal")
@login_required
def remove_token(token_id: int):
    """Withdraw one of my keys."""
    key = db.session.get(ApiToken, token_id)
    if key is None or key.user_id != current_user.id:
        abort(404)
    db.session.delete(key)
    db.session.commit()
    flash(_("This key no longer opens anything."))
    return redirect(url_for("accounts.tokens"), 303)

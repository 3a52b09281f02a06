"""Whoever came in with a code takes their account along: an e-mail address, and a password."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, session
from flask_babel import gettext as _
from flask_login import current_user, login_required
from itsdangerous import BadSignature, URLSafeTimedSerializer

from wiki.accounts import signing
from wiki.accounts.cards import AccessCard
from wiki.accounts.forms import ClaimForm, PasswordForm
from wiki.accounts.models import User, clean_email
from wiki.db import db
from wiki.mail import link, post
from wiki.templating import language
from wiki.throttle import address, throttle

blueprint = Blueprint("claiming", __name__)
HOURS = 24


@blueprint.route("/account/address", methods=["GET", "POST"])
@login_required
def ask():
    """Give one's address; a letter goes there, so that nobody takes that of another."""
    card = AccessCard.of(current_user)
    if card is None or not current_user.is_participant:
        abort(404)
    form = ClaimForm.of_request()
    if form.was_sent_well():
        throttle("5 per hour", "claim", str(current_user.id))
        if card.opens_with(form.digits.data.strip()):
            return _write_to(clean_email(form.email.data))
        form.digits.errors = [_("These are not your digits.")]
        db.session.commit()
    page = render_template("accounts/claim.html", form=form, tab="address")
    return page, 422 if form.errors else 200


@blueprint.route("/claim/<token>", methods=["GET", "POST"])
def claim(token: str):
    """Choose a password behind the link of the letter: the account is one like others then."""
    throttle("20 per minute", "claim link", address())
    user, email = _claimed(token)
    if user is None:
        return render_template("accounts/reset_dead.html"), 410
    form = PasswordForm.of_request()
    if form.was_sent_well():
        user.email = email
        signing.set_password(user, form.password.data)
        signing.end_sessions(user)
        if card := AccessCard.of(user):
            db.session.delete(card)  # a few digits are not enough for what the account may do now
        signing.sign_in(user)
        db.session.commit()
        flash(_("The account is yours. From now on you sign in with your address."))
        return redirect("/", 303)
    page = render_template("accounts/reset.html", form=form, person=user)
    return page, 422 if form.errors else 200


def _write_to(email: str):
    """Write to the address; the screen says the same whether an account has it or not."""
    known = User.by_email(email)
    token = None if known else _serializer().dumps([current_user.id, email])
    if token and not current_app.config["SMTP_URL"]:
        # No letter leaves this site, and whoever gave the digits holds the account anyway.
        session.pop("card", None)
        db.session.commit()
        return redirect(link("claiming.claim", token=token), 303)
    post(email, "claim", current_user.lang or language(), user=current_user, token=token)
    db.session.commit()
    return render_template("accounts/reset_sent.html", email=email)


def _claimed(token: str) -> tuple[User | None, str]:
    try:
        user_id, email = _serializer().loads(token, max_age=HOURS * 3600)
    except (BadSignature, ValueError, TypeError):
        return None, ""
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or not user.is_participant or User.by_email(email):
        return None, ""
    return user, email


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="claim")

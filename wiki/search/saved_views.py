"""My searches: keep one, rename it, choose how often it writes, let it go; also for visitors."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user, login_required
from wtforms import HiddenField, SelectField

from wiki.accounts.forms import check_email
from wiki.accounts.models import clean_email
from wiki.db import db, utcnow
from wiki.forms import Form, line
from wiki.mail import post
from wiki.search import saved as searches
from wiki.search import signing
from wiki.search.saved import SavedSearch
from wiki.templating import language
from wiki.throttle import address, throttle

blueprint = Blueprint("saved", __name__)

CADENCES = [
    ("none", N_("No letter")),
    ("day", N_("Each day")),
    ("week", N_("Each week")),
    ("month", N_("Each month")),
]


class SaveForm(Form):
    """A search to keep."""

    name = line(N_("Name of this search"), 120, needed=False)
    cadence = SelectField(N_("Send me what is new"), choices=CADENCES, default="week")
    query = HiddenField()


class VisitorForm(SaveForm):
    """A search to keep for someone without an account: letters are all it can give."""

    email = line(N_("Your e-mail address"), 254)
    cadence = SelectField(N_("Send me what is new"), choices=CADENCES[1:], default="week")

    def validate_email(self, field):
        """Refuse what cannot be an address."""
        check_email(field)


@blueprint.app_context_processor
def _keeping() -> dict:
    """What `search/_keep.html` needs: an empty form, and whether this search is kept already."""
    return {
        "keep_form": _empty_form,
        "kept_already": _kept_already,
        "kept_searches": lambda: searches.of_person(current_user),
    }


@blueprint.get("/searches")
@login_required
def index():
    """The searches I keep."""
    return render_template(
        "search/saved.html", searches=searches.of_person(current_user), room="searches",
        cadences=dict(CADENCES),
    )  # fmt: skip


@blueprint.post("/searches")
def keep():
    """Keep a search; a visitor first confirms the address."""
    form = (SaveForm if current_user.is_authenticated else VisitorForm)(request.form)
    query = searches.canonical(form.query.data or "")
    if not form.validate():
        page = render_template("search/keep.html", form=form, query=query, room="search")
        return page, 422
    if current_user.is_anonymous:
        return _keep_for_visitor(form, query)
    known = searches.same(current_user, None, query)
    if known is None and searches.count_of(current_user, None) >= searches.MOST:
        flash(_("You keep %(n)s searches already: let one go first.", n=searches.MOST), "error")
        return redirect(url_for("saved.index"), 303)
    kept = known or SavedSearch(user_id=current_user.id, query=query, lang=language())
    kept.name = form.name.data or (known.name if known else searches.name_of(query))
    kept.cadence = form.cadence.data
    if known is None:
        kept.user = current_user._get_current_object()
        db.session.add(kept)
        kept.begin()
    else:
        kept.plan_next(utcnow())
    db.session.commit()
    flash(_("This search is kept."))
    return redirect(kept.url, 303)


@blueprint.route("/searches/<int:saved_id>", methods=["GET", "POST"])
@login_required
def edit(saved_id: int):
    """Rename a search, or change how often it writes."""
    kept = _mine(saved_id)
    form = SaveForm.of_request(kept)
    if form.was_sent_well():
        kept.name = form.name.data or searches.name_of(kept.query)
        if form.cadence.data != kept.cadence:
            if kept.cadence == "none":
                kept.begin()  # what came while no letter was wanted is not news
            kept.cadence = form.cadence.data
            kept.plan_next(utcnow())
        db.session.commit()
        flash(_("Saved."))
        return redirect(url_for("saved.index"), 303)
    page = render_template("search/saved_edit.html", form=form, saved=kept, room="searches")
    return page, 422 if form.errors else 200


@blueprint.post("/searches/<int:saved_id>/removal")
@login_required
def remove(saved_id: int):
    """Let a search go."""
    db.session.delete(_mine(saved_id))
    db.session.commit()
    flash(_("This search is no longer kept."))
    return redirect(url_for("saved.index"), 303)


@blueprint.route("/searches/confirmation/<token>", methods=["GET", "POST"])
def confirm(token: str):
    """The owner of the address wants these letters; a button, since scanners follow links."""
    kept = _behind(token, signing.read_confirmation)
    if kept is None:
        return render_template("search/saved_dead.html"), 410
    if request.method == "POST" and kept.confirmed_at is None:
        kept.begin()
        db.session.commit()
    page = render_template("search/saved_confirm.html", saved=kept, cadences=dict(CADENCES))
    return page, 200, _QUIET


@blueprint.route("/searches/ending/<token>", methods=["GET", "POST"])
def end(token: str):
    """Stop the letters of one search from a letter, without signing in (RFC 8058), or go on."""
    kept = _behind(token, signing.read_ending)
    if kept is None:
        return render_template("search/saved_dead.html"), 410
    if "longer" in request.form and kept.ends_at:
        kept.confirmed_at = utcnow()
        db.session.commit()
        return render_template("search/saved_end.html", saved=kept, longer=True), 200, _QUIET
    done = request.method == "POST"
    if done and kept.user_id is None:
        db.session.delete(kept)  # nothing of a visitor's address stays
    elif done:
        kept.cadence, kept.due_at = "none", None
    db.session.commit()
    page = render_template("search/saved_end.html", saved=kept, done=done)
    return page, 200, _QUIET


_QUIET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def _keep_for_visitor(form: VisitorForm, query: str):
    """Write one letter to the address; whatever is known of it, the answer is the same."""
    email = clean_email(form.email.data)
    throttle("6 per hour", "keep", address())
    throttle("3 per day", "keep for", email)
    throttle("200 per day", "keep for all")
    known = searches.same(None, email, query)
    if known is None and searches.count_of(None, email) < 10:
        known = SavedSearch(email=email, query=query, lang=language(), created_at=utcnow())
        known.name, known.cadence = searches.name_of(query), form.cadence.data
        db.session.add(known)
        db.session.flush()
    if known is not None and known.confirmed_at is None:
        known.cadence = form.cadence.data
        token = signing.confirmation_token(known)
        # The words searched are not in it: nobody can make us write theirs to a stranger.
        post(email, "search_confirmation", language(), token=token)
        db.session.commit()
    return render_template("search/saved_sent.html", email=email, query=query, room="search")


def _behind(token: str, read) -> SavedSearch | None:
    """The search a link was made for."""
    throttle("60 per minute", "search link", address())
    number = read(token)
    kept = db.session.get(SavedSearch, number) if isinstance(number, int) else None
    return kept if kept is not None and signing.matches(kept, token) else None


def _mine(saved_id: int) -> SavedSearch:
    kept = db.session.get(SavedSearch, saved_id) if saved_id < 2**31 else None
    if kept is None or kept.user_id != current_user.id:
        abort(404)
    return kept


def _empty_form() -> SaveForm:
    query = searches.canonical(request.query_string.decode("utf-8", "replace"))
    values = {"query": query, "name": searches.name_of(query)}
    return (SaveForm if current_user.is_authenticated else VisitorForm)(None, **values)


def _kept_already() -> SavedSearch | None:
    if current_user.is_anonymous:
        return None
    query = searches.canonical(request.query_string.decode("utf-8", "replace"))
    return searches.same(current_user, None, query)

"""The words that search takes for the same: what the site adds, changes or takes out."""

from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user
from wtforms import SelectField
from wtforms.validators import Optional

from wiki.accounts.models import SiteRole
from wiki.admin.views import needs
from wiki.db import db
from wiki.forms import Form, text
from wiki.groups.journal import record
from wiki.search import french, synonym_groups, synonyms
from wiki.search.plan import prepare
from wiki.search.question import read
from wiki.search.synonym_groups import MOST_WORDS, Group, Refused

blueprint = Blueprint("synonyms", __name__, url_prefix="/admin/synonyms")
A_PAGE = 50


class GroupForm(Form):
    """The words of one group."""

    words = text(N_("The words, one per line"), 2000, needed=True)
    one_way = SelectField(
        N_("In which direction"),
        choices=[
            ("", N_("Each also finds the others")),
            ("1", N_("Only the first one finds the others")),
        ],
        validators=[Optional()],
    )


class Becomes(NamedTuple):
    """What a search becomes: the words that fade, those sought, each with the others sought too."""

    sought: list[tuple[str, list[str]]]
    faded: list[str]


@blueprint.get("")
@needs(SiteRole.ADMIN)
def index():
    """All the groups, what the site changed first; a search among them; a search to try."""
    asked = request.args.get("q", "")[:100].strip()
    tried = request.args.get("try", "")[:200].strip()
    page = max(request.args.get("page", 1, type=int), 1)
    every = synonym_groups.groups()
    every.sort(key=lambda group: not group.state)
    found = [group for group in every if _holds(group, french.fold(asked))]
    start = (page - 1) * A_PAGE
    return render_template(
        "admin/synonyms.html",
        groups=found[start : start + A_PAGE],
        total=len(found),
        changes=any(group.state in ("changed", "removed") for group in every),
        q=asked,
        tried=tried,
        becomes=_becomes(tried) if tried else None,
        page=page,
        more=start + A_PAGE < len(found),
        states=_states(),
        tab="synonyms",
    )


@blueprint.post("/try")
@needs(SiteRole.ADMIN)
def attempt():
    """What a search becomes, alone: what the page shows while one types."""
    tried = request.form.get("try", "")[:200].strip()
    return render_template("admin/_becomes.html", tried=tried, becomes=_becomes(tried))


@blueprint.route("/new", methods=["GET", "POST"])
@blueprint.route("/<name>", methods=["GET", "POST"])
@needs(SiteRole.ADMIN)
def group(name: str | None = None):
    """Add a group of words, or change one."""
    found = (synonym_groups.group(name[:40]) or abort(404)) if name else None
    form = GroupForm.of_request()
    if request.method == "GET":
        form.words.data = "\n".join(found.words) if found else request.args.get("words", "")[:200]
        form.one_way.data = "1" if found and found.one_way else ""
    if form.was_sent_well() and _keep(form, name):
        flash(_("Saved. The next search already uses it."))
        return redirect(url_for("synonyms.index"), 303)
    page = render_template(
        "admin/synonym.html", form=form, one=found, tab="synonyms", states=_states()
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<name>/removal")
@needs(SiteRole.ADMIN)
def remove(name: str):
    """Take a group out."""
    found = synonym_groups.group(name[:40]) or abort(404)
    synonym_groups.remove(found.key)
    _done("removed", found)
    if found.key in synonym_groups.shipped():
        flash(_("Taken out. It stays at the top of the list, from where you can bring it back."))
    else:
        flash(_("Taken out."))
    return redirect(url_for("synonyms.index"), 303)


@blueprint.post("/<name>/restoration")
@needs(SiteRole.ADMIN)
def restore(name: str):
    """Have a shipped group again as it was."""
    found = synonym_groups.shipped().get(name) or abort(404)
    synonym_groups.restore(found.key)
    _done("restored", found)
    flash(_("This group is again as it came."))
    return redirect(url_for("synonyms.index"), 303)


@blueprint.post("/restoration")
@needs(SiteRole.ADMIN)
def restore_all():
    """Have all shipped groups again as they were; what the site added stays."""
    synonym_groups.restore()
    _done("all restored", None)
    flash(_("The groups that came with the site are again as they came."))
    return redirect(url_for("synonyms.index"), 303)


def _keep(form: GroupForm, key: str | None) -> bool:
    lines = (form.words.data or "").splitlines()
    try:
        kept = synonym_groups.keep(lines, bool(form.one_way.data), key)
    except Refused as refused:
        form.words.errors = [_reasons()[str(refused)]]
        return False
    _done("kept", kept)
    return True


def _done(what: str, group: Group | None) -> None:
    """Note the change, commit, and have the next search read the list again."""
    record("synonyms changed", current_user, what=what, words=group.line if group else "")
    db.session.commit()
    synonyms.forget()


def _holds(group: Group, asked: str) -> bool:
    return not asked or asked in french.fold(group.line)


def _becomes(tried: str) -> Becomes:
    """A search as it is understood, whatever anybody may read."""
    question = read(tried)
    plan = prepare(question, synonyms.book())
    others: dict[str, list[str]] = {}
    kept = {clause.text for clause in question.content}
    for typed, other in plan.used:
        if kept & set(typed.split()) or typed in kept:
            others.setdefault(typed, []).append(other)
    covered = {word for typed in others for word in typed.split()}
    alone = [clause.text for clause in question.content if clause.text not in covered]
    sought = [*others.items(), *((word, []) for word in alone)]
    sought.sort(key=lambda pair: tried.find(pair[0].split()[0]))
    return Becomes(sought, [clause.text for clause in question.clauses if clause.text not in kept])


def _states() -> dict[str, str]:
    return {
        "own": _("Added by the site"),
        "changed": _("Changed by the site"),
        "removed": _("Taken out"),
    }


def _reasons() -> dict[str, str]:
    return {
        "few": _("A group needs at least two different words."),
        "many words": _("At most %(n)s words in a group: more are rarely the same.", n=MOST_WORDS),
        "long": _("One of these is too long: a word or a short expression is enough."),
        "small": _("One of these is made of small words alone: it would find everything."),
        "many": _("There are a thousand groups already: take some out first."),
    }

"""The screens of questions: ask, read, propose an answer, close."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from wiki.db import db, utcnow
from wiki.discussions import telling
from wiki.discussions.forms import NewQuestionForm, ProposalForm, QuestionForm
from wiki.discussions.models import Answer, Discussion, waiting
from wiki.items import links, settling
from wiki.items.access import can, groups_where, load, visible
from wiki.items.models import Item, Scope
from wiki.items.terms import is_open, label_of
from wiki.items.writing import log, save, watch
from wiki.notifications.recipients import may_read
from wiki.search import vocabularies
from wiki.throttle import throttle

blueprint = Blueprint("discussions", __name__)
assert telling  # importing it is what lets its events be told
A_PAGE = 30


@blueprint.app_context_processor
def _questions() -> dict:
    return {"questions_waiting": _for_me}


@blueprint.get("/searches/questions")
def door():
    """« Ask the network », from a search that found nothing: who may ask is led to the form."""
    if current_user.is_authenticated and current_user.professional:
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"/discussions/new?{query}" if query else "/discussions/new", 303)
    query = request.query_string.decode("utf-8", "replace")
    return render_template("discussions/door.html", room="search", query=query)


@blueprint.get("/discussions")
def index():
    """The questions one may read, those that wait first."""
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 250))
    query = select(Discussion).where(visible(current_user))
    order = (Discussion.solved_at.is_not(None), Discussion.created_at.desc(), Discussion.id.desc())
    query = query.order_by(*order).offset((page - 1) * A_PAGE).limit(A_PAGE + 1)
    found = db.session.scalars(query).all()
    return render_template(
        "discussions/index.html", questions=found[:A_PAGE], room="discussions",
        previous=f"/discussions?page={page - 1}" if page > 1 else None,
        next=f"/discussions?page={page + 1}" if len(found) > A_PAGE else None,
    )  # fmt: skip


@blueprint.route("/discussions/new", methods=["GET", "POST"])
@login_required
def new():
    """Ask the professionals of the network."""
    if not current_user.professional:
        abort(403)
    groups = groups_where(current_user)
    if not groups:
        return render_template("discussions/door.html", room="search", no_group=True, query="")
    form = NewQuestionForm.of_request(**_prefilled())
    form.group.choices = [(one.id, one.title) for one in groups]
    if form.was_sent_well():
        throttle("20 per day", "question", str(current_user.id))
        # A question is its author's own words, for the network: no facilitator needs to agree.
        asked = Discussion(group_id=form.group.data, scope=Scope.NETWORK, **form.changes())
        save(asked, current_user._get_current_object(), verb="asked the network")
        flash(_("Your question is asked. You will be told of each answer."))
        return redirect(asked.url, 303)
    page = render_template("discussions/new.html", form=form, groups=groups, room="search")
    return page, 422 if form.errors else 200


@blueprint.get("/discussions/<id:item_id>")
def show(item_id: int):
    """One question, what is proposed, and what is said."""
    found = load(Discussion, item_id)
    if request.path != links.path_of(found):
        return redirect(links.path_of(found), 301)
    return _page(found, ProposalForm(None))


@blueprint.route("/discussions/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Say it better; what others changed meanwhile is put together with it."""
    found = load(Discussion, item_id, "edit")
    form = QuestionForm.of_request(found, revision=found.revision_count)
    if not form.was_sent_well():
        page = render_template("discussions/edit.html", form=form, item=found, group=found.group)
        return page, 422 if form.errors else 200
    clash = settling.edit(
        found, form.changes(), form.revision.data or 0, current_user._get_current_object()
    )
    if clash:
        return settling.page(clash, _names())
    flash(_("Recorded."))
    return redirect(found.url, 303)


@blueprint.post("/discussions/<id:item_id>/answers")
def propose(item_id: int):
    """Propose something of the site that answers; its author must be able to read it."""
    found = load(Discussion, item_id)
    if current_user.is_anonymous:
        abort(401)
    form = ProposalForm.of_request()
    if not form.was_sent_well():
        return _page(found, form), 422
    wanted = select(Item).where(Item.id == form.number, visible(current_user))
    item = db.session.scalar(wanted)
    if item is None or item.id == found.id:
        form.item.errors = [_("There is nothing at this address that you may read.")]
        return _page(found, form), 422
    if found.author and not may_read(found.author, item.id):
        form.item.errors = [_("The person who asks cannot read this. Ask its group to share it.")]
        return _page(found, form), 422
    throttle("60 per hour", "answer", str(current_user.id))
    user = current_user._get_current_object()
    if db.session.get(Answer, (found.id, item.id)) is None:
        db.session.add(Answer(discussion_id=found.id, item_id=item.id, added_by_id=user.id))
        watch(found, user)
        log("proposed an answer", found, user, proposed=item.id)
        db.session.commit()
    flash(_("Thank you: the person who asks is told."))
    return redirect(found.url, 303)


@blueprint.post("/discussions/<id:item_id>/answers/<int:answer_id>/removal")
def withdraw(item_id: int, answer_id: int):
    """Take back what one proposed, or what does not answer one's question."""
    found = load(Discussion, item_id)
    if current_user.is_anonymous:
        abort(401)
    answer = db.session.get(Answer, (found.id, answer_id)) if answer_id < 2**31 else None
    if answer is None:
        abort(404)
    if answer.added_by_id != current_user.id and not _may_close(found):
        abort(403)
    db.session.delete(answer)
    log("withdrew an answer", found, current_user._get_current_object())
    db.session.commit()
    return redirect(found.url, 303)


@blueprint.post("/discussions/<id:item_id>/closing")
def close(item_id: int):
    """The answer is found, or the question waits again."""
    found = load(Discussion, item_id)
    if current_user.is_anonymous:
        abort(401)
    if not _may_close(found):
        abort(403)
    found.solved_at = utcnow() if found.is_open else None
    verb = "asked again" if found.is_open else "found an answer"
    log(verb, found, current_user._get_current_object())
    db.session.commit()
    flash(_("The question waits again.") if found.is_open else _("The question is settled."))
    return redirect(found.url, 303)


def _page(found: Discussion, form: ProposalForm) -> str:
    rendering = found.renderings.get("body")
    html = links.show(rendering.html if rendering else "", found, current_user, False)
    group = found.group if can(current_user, "edit", found) else None
    return render_template(
        "discussions/show.html", item=found, html=html, form=form, room="discussions",
        group=group, proposed=found.proposed(current_user), may_close=_may_close(found),
        added_by=_added_by(found),
    )  # fmt: skip


def _added_by(found: Discussion) -> dict[int, int | None]:
    rows = select(Answer.item_id, Answer.added_by_id).where(Answer.discussion_id == found.id)
    return dict(tuple(row) for row in db.session.execute(rows))


def _may_close(found: Discussion) -> bool:
    if current_user.is_anonymous:
        return False
    return found.author_id == current_user.id or can(current_user, "edit", found)


def _for_me(limit: int = 4) -> list[Discussion]:
    """The questions that wait for a professional, but their own."""
    if current_user.is_anonymous or not current_user.professional:
        return []
    return waiting(current_user, limit, but_of=current_user.id)


def _prefilled() -> dict[str, str]:
    """The question begun with the words searched, the need and the place with its filters."""
    words = (request.args.get("q") or request.args.get("title") or "").strip()[:200]
    given = {"title": words[:1].upper() + words[1:]}
    for vocabulary, name in (("needs", "need"), ("territories", "place")):
        slugs = (request.args.get(vocabulary) or "").split(",")[:5]
        given[name] = ", ".join(filter(None, (_label(vocabulary, slug) for slug in slugs)))[:200]
    return given


def _label(vocabulary: str, slug: str) -> str:
    """The word of a filter; one that only hidden items bear stays as it was typed."""
    term = vocabularies.terms().get(vocabularies.by_slug().get((vocabulary, slug[:100]), -1))
    return label_of(term) if term and is_open(vocabulary, slug[:100]) else slug[:100]


def _names() -> dict[str, str]:
    return {
        "title": _("Your question, in one sentence"),
        "body": _("The context"),
        "need": _("What would help you"),
        "place": _("Where"),
    }

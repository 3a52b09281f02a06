"""The screen that says in plain words who reads an item, and changes it."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import func, select

from wiki.db import db
from wiki.groups.models import Membership, Role, role_in
from wiki.items import alongside, comments, firstnames, folding, writing
from wiki.items.access import can, groups_where, load, reaches, visible
from wiki.items.forms import PublicationForm
from wiki.items.models import Item, PublicationRequest, Reference, Scope

blueprint = Blueprint("publication", __name__)


@dataclass
class Audience:
    """One choice: who would read, and what stands in the way."""

    scope: Scope
    name: str
    who: str
    sign: str
    reasons: list[str]
    allowed: bool = True
    asks: bool = False
    asks_group: bool = False
    empty: "Empty | None" = None


@dataclass
class Empty:
    """What an item shows and its readers will not see: how many things, and those one may name."""

    count: int
    titles: list[str]


@blueprint.route("/items/<id:item_id>/publication", methods=["GET", "POST"])
def show(item_id: int):
    """Who reads this, who could, and what is missing for that."""
    item = load(Item, item_id)
    pending = open_request(item)
    if not can(current_user, "share", item) and not (pending and may_answer(pending, item)):
        abort(403 if current_user.is_authenticated else 401)
    form = PublicationForm.of_request(scope=int(item.scope))
    choices = audiences(item, current_user)
    form.scope.choices = [(int(one.scope), one.name) for one in choices]
    refused: list[str] = []
    if form.was_sent_well():
        scope = Scope(form.scope.data)
        folding.fold(item)  # what is shown, and searched for names, is all that was written
        if step := _names_first(item, scope, form):
            return step
        was = item.scope
        refused = _change(item, scope, form.note.data or "")
        if not refused and scope > was and form.along.data and can(current_user, "publish", item):
            files = alongside.shown_to_fewer(item, scope, current_user)
            alongside.widen(files, scope, current_user, wide)
        if not refused:
            return redirect(item.url, 303)
    page = render_template(
        "items/publication.html", item=item, group=item.group, room=item.kind, form=form,
        choices=choices, pending=pending, refused=refused, refusals=refusals(of=item),
        may_answer=bool(pending) and may_answer(pending, item),
        comments_closed=comments.is_closed(item), may_close=can(current_user, "publish", item),
        missing=writing.blockers(item, Scope.PUBLIC) if can(current_user, "edit", item) else [],
        # Who answers cannot go beyond what those who appear allow, and sees it before saying yes.
        standing_in_the_way=writing.blockers(item, pending.scope) if pending else [],
        empty=left_empty(item, pending.scope, current_user) if pending else None,
        along=alongside.shown_to_fewer(item, Scope.PUBLIC, current_user),
    )  # fmt: skip
    return page, 422 if refused or form.errors else 200


@blueprint.post("/items/<id:item_id>/publication/answer")
def answer(item_id: int):
    """A site editor says yes or no to a request; a facilitator says no to a member's."""
    item = load(Item, item_id)
    pending = open_request(item)
    allowed = may_answer(pending, item) if pending else current_user_is_editor()
    if not allowed:
        abort(403 if current_user.is_authenticated else 401)
    if pending is None:
        abort(409)
    accepted = request.form.get("answer") == "yes"
    if accepted and pending.for_group:
        # Saying yes is showing it: the screen asks all that showing asks.
        return redirect(f"/items/{item.id}/publication", 303)
    words = (request.form.get("words") or "")[:2000]
    try:
        if accepted:
            alongside.accept(pending, current_user, words)
        else:
            writing.answer(pending, current_user, False, words)
    except writing.Unpublishable as error:
        flash(" ".join(error.reasons), "error")
        return redirect(f"/items/{item.id}/publication", 303)
    done, refused = _("Published: everyone can read this now."), _("The request is declined.")
    flash(done if accepted else refused)
    return redirect(item.url if accepted else "/", 303)


@blueprint.post("/items/<id:item_id>/publication/withdrawal")
def withdraw(item_id: int):
    """The group no longer asks."""
    item = load(Item, item_id, "share")
    writing.withdraw_requests(item, current_user)
    flash(_("The request is withdrawn."))
    return redirect(f"/items/{item.id}/publication", 303)


def wide(user, item) -> bool:
    """Whether this person may show an item to everyone without asking."""
    if user.is_editor:
        return True
    held = role_in(user, item.group_id)
    return bool(current_app.config["FACILITATORS_PUBLISH"]) and held == Role.FACILITATOR


def audiences(item: Item, user) -> list[Audience]:
    """The four choices as this person meets them."""
    people = db.session.scalar(
        select(func.count()).select_from(Membership).where(Membership.group_id == item.group_id)
    )
    here = ngettext(
        "Only you are in the group “%(title)s” for now.",
        "The %(num)s people of the group “%(title)s”.",
        people, title=item.group.title,
    )  # fmt: skip
    author = item.author.name if item.author else _("its author")
    if item.author_id == user.id:
        author = _("you")
    choices = [
        Audience(Scope.DRAFT, _("Draft"), _("Only %(who)s, and the facilitators of the group.",
                 who=author), "crayon", []),
        Audience(Scope.GROUP, _("The group"), here, "groupe", []),
        Audience(Scope.NETWORK, _("The network"),
                 _("The group, and all the professionals who have an account on this site."),
                 "essaimer", []),
        Audience(Scope.PUBLIC, _("Everyone"),
                 _("Anyone on the Internet, without an account. Search engines will find it."),
                 "monde", []),
    ]  # fmt: skip
    for one in choices:
        _judge(one, item, user)
    return choices


def left_empty(item: Item, scope: Scope, user) -> Empty | None:
    """What an item shows that stays for fewer people than it would have; None when nothing does."""
    shown = select(Reference.target_id).where(
        Reference.source_id == item.id, Reference.role.in_(("embed", "part"))
    )
    narrower = (
        Item.id.in_(shown), Item.id != item.id, Item.trashed_at.is_(None), ~reaches(scope),
    )  # fmt: skip
    count = db.session.scalar(select(func.count()).select_from(Item).where(*narrower))
    if not count:
        return None
    known = select(Item.title).where(*narrower, visible(user)).order_by(Item.id).limit(6)
    return Empty(count, list(db.session.scalars(known)))


def open_request(item: Item) -> PublicationRequest | None:
    """The request that waits for an answer."""
    return db.session.scalar(
        select(PublicationRequest).where(
            PublicationRequest.item_id == item.id, PublicationRequest.answered_at.is_(None)
        )
    )


def refusals(of=None, user=None) -> list[PublicationRequest]:
    """The latest answers that said no and were not asked again since: of an item, or to someone."""
    later = select(func.max(PublicationRequest.id)).group_by(PublicationRequest.item_id)
    query = (
        select(PublicationRequest)
        .join(Item, Item.id == PublicationRequest.item_id)
        .where(
            PublicationRequest.id.in_(later),
            PublicationRequest.accepted.is_(False),
            Item.scope < PublicationRequest.scope,
            Item.trashed_at.is_(None),
        )
        .order_by(PublicationRequest.answered_at.desc())
        .limit(5)
    )
    if of is not None:
        query = query.where(Item.id == of.id)
    if user is not None:
        query = query.where(PublicationRequest.asked_by_id == user.id, visible(user))
    # What the group withdrew was answered by one of its own, not by an editor.
    return [
        one
        for one in db.session.scalars(query)
        if one.answered_by
        and (one.answered_by.is_editor or one.for_group)
        and one.answered_by_id != one.asked_by_id
    ]


def waiting_for(user) -> list[PublicationRequest]:
    """The requests of members that this person, who facilitates their group, may settle."""
    led = [group.id for group in groups_where(user, Role.FACILITATOR)]
    query = (
        select(PublicationRequest)
        .join(Item, Item.id == PublicationRequest.item_id)
        .where(
            PublicationRequest.answered_at.is_(None), PublicationRequest.for_group,
            Item.group_id.in_(led), visible(user),
        )
        .order_by(PublicationRequest.id)
        .limit(20)
    )  # fmt: skip
    return list(db.session.scalars(query))


def may_answer(pending: PublicationRequest, item: Item) -> bool:
    """Whether the person asking may settle a request: the group's own, or the site's."""
    if pending.for_group:
        return can(current_user, "publish", item)
    return current_user_is_editor()


def current_user_is_editor() -> bool:
    """Whether the person asking curates the site."""
    return current_user.is_authenticated and current_user.is_editor


def ask(item: Item, scope: Scope, user, note: str = "") -> bool:
    """Ask for what one may not decide; False when there is nothing to ask for. Commits."""
    if not can(user, "share", item) or scope < max(item.scope, Scope.NETWORK):
        return False
    writing.request_publication(item, scope, user, note)
    return True


def _names_first(item: Item, scope: Scope, form: PublicationForm):
    """Before a text leaves its group: the screen that shows the first names in it, or nothing.

    Nothing either once the writer has chosen for each: then the initials are in their places.
    """
    may = can(current_user, "share", item)
    if not may or scope <= max(item.scope, Scope.GROUP) or writing.blockers(item, scope):
        return None
    names = firstnames.people_of(item, current_user)
    found = firstnames.passages(item, names)
    if not found:
        return None
    others = firstnames.others(item, names)
    chosen = {int(n) for n in request.form.getlist("replace") if n.isascii() and n.isdigit()}
    everywhere = set(request.form.getlist("everywhere")) & others.keys()
    same = request.form.get("names_of") == str(item.revision_count)
    all_chosen = chosen >= {one.number for one in found} and everywhere == others.keys()
    if same and ("agreed" in request.form or all_chosen):
        done = firstnames.replace(item, names, chosen, everywhere)
        if done:
            writing.save(item, current_user, _("First names replaced by initials"))
        kept = len(found) + sum(others.values()) - done
        writing.log("checked the names", item, current_user, kept=max(kept, 0))
        return None
    by_name: dict[str, list] = {}
    for one in found:
        by_name.setdefault(one.name, []).append(one)
    by_name |= {name: [] for name in others.keys() - by_name.keys()}
    page = render_template(
        "items/names.html", item=item, group=item.group, room=item.kind, form=form, scope=scope,
        by_name=by_name, chosen=chosen if same else None, again=same, others=others,
        everywhere=everywhere if same else others, initial=firstnames.initial,
    )  # fmt: skip
    return page, 422 if same else 200


def _judge(choice: Audience, item: Item, user) -> None:
    if choice.scope <= item.scope:
        choice.allowed = writing.may_narrow(item, user, choice.scope)
        if not choice.allowed:
            choice.reasons = [_("Only its author or a facilitator can make it a draft again.")]
        return
    if choice.scope <= Scope.GROUP:
        return
    broad = wide(user, item)
    choice.asks = choice.scope == Scope.PUBLIC and not broad
    choice.reasons = writing.blockers(item, choice.scope)
    if not choice.reasons and item.ceiling is not None and item.ceiling < choice.scope:
        choice.reasons.append(_("Someone who appears here has not agreed to be shown so widely."))
    choice.allowed = not choice.reasons
    choice.empty = left_empty(item, choice.scope, user) if choice.allowed else None
    if not (can(user, "publish", item) or (broad and choice.scope == Scope.PUBLIC)):
        choice.asks, choice.asks_group = False, True


def _change(item: Item, scope: Scope, note: str) -> list[str]:
    """Do it, or say why not."""
    was = item.scope
    try:
        done = writing.publish(item, scope, current_user, wide(current_user, item), note)
    except writing.Unpublishable as error:
        return error.reasons
    except PermissionError:
        if not ask(item, scope, current_user, note):
            return [_("You may not decide this alone: ask a facilitator of the group.")]
        flash(_("Your request is sent to the facilitators of the group."))
        return []
    if not done:
        flash(_("Your request is sent. The site’s editors will read this text, then answer."))
    elif scope != was and item.ceiling is not None and item.ceiling < scope:
        flash(_("Chosen. But someone who appears here has not said yes: it stays hidden from the "
                "others until then."), "error")  # fmt: skip
    elif scope != was:
        flash({
            Scope.DRAFT: _("This is a draft again."),
            Scope.GROUP: _("The group reads this."),
            Scope.NETWORK: _("The network reads this."),
            Scope.PUBLIC: _("Published: everyone can read this now."),
        }[scope])  # fmt: skip
    return []

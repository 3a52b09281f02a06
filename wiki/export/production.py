"""« Porter ma production »: what one person made, taken away, then erased if they wish."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required, logout_user
from sqlalchemy import delete, select, update

from wiki.accounts.cards import AccessCard
from wiki.accounts.models import User
from wiki.accounts.signing import check_password
from wiki.consents import note_release
from wiki.db import db, utcnow
from wiki.export import carrying, own_data
from wiki.files import archives
from wiki.groups.models import Group, Role, groups_of
from wiki.items import emptying
from wiki.items.access import can
from wiki.items.models import Comment, Item
from wiki.items.writing import log
from wiki.throttle import throttle

blueprint = Blueprint("production", __name__)


@blueprint.get("/account/production")
@login_required
def show():
    """What I made: to take away, to erase, and the way out."""
    return _screen()


@blueprint.post("/account/production")
@login_required
def taken_away():
    """All of it, as a zip made while it leaves."""
    throttle("10 per hour", "production", str(current_user.id))
    made = carrying.entries(current_user)
    for item in carrying.of(current_user).mine():
        note_release(item, "export", to=current_user.name, actor=current_user)
    db.session.commit()
    return archives.sent(made, _("What %(name)s made", name=current_user.name))


@blueprint.post("/account/production/erasure")
@login_required
def erase():
    """Erase for good what was ticked: things nobody else wrote in, and what one said."""
    made = carrying.of(current_user)
    asked = {int(n) for n in request.form.getlist("items") if n.isascii() and n.isdigit()}
    ids = [
        item.id for item in made.mine()
        if item.id in asked & made.alone and can(current_user, "trash", item)
    ]  # fmt: skip
    for item in _left_without(ids):
        log("lost a part", item, current_user)
    count = emptying.erase_now(ids, current_user)
    if "comments" in request.form:
        count += _erase_comments([one.id for one in made.comments])
    told = ngettext("One thing erased for good.", "%(num)s things erased for good.", count)
    flash(told if count else _("Nothing was ticked that can be erased."))
    return redirect("/account/production", 303)


def _left_without(ids: list[int]) -> list[Item]:
    """What shows these things and stays: those who look after it are told."""
    found = {one.id: one for shown in carrying.serving(ids, current_user).values() for one in shown}
    return [item for number, item in sorted(found.items()) if number not in ids]


@blueprint.post("/account/production/closing")
@login_required
def close():
    """Close the account: nothing says any more who this was."""
    throttle("10 per hour", "closing", str(current_user.id))
    user = db.session.get(User, current_user.id)
    if _alone_in(user):
        return _screen(), 409
    if not _is_really(user, request.form.get("current", "")):
        return _screen(wrong=True), 422
    forget(user)
    logout_user()
    flash(_("Your account is closed. Thank you for what you made here."))
    return redirect("/", 303)


def forget(user: User) -> None:
    """Take a person's name, address and keys away; what they wrote with others stays. Commits."""
    for table in db.metadata.sorted_tables:
        if table.name == "signature":  # a hand in a text of several: it stays, nameless
            continue
        for key in table.foreign_keys:
            if key.column.table.name == "user" and key.ondelete == "CASCADE":
                db.session.execute(delete(table).where(key.parent == user.id))
    own_data.forget_name(user)
    user.name, user.email, user.password_hash = _("Former member"), None, None
    user.pictogram, user.colour = "soleil", "ardoise"
    user.professional = False
    user.deactivated_at = user.forgotten_at = utcnow()
    db.session.commit()


def _is_really(user: User, given: str) -> bool:
    """Whether who asks knows what the person knows: a password, or the digits of their card."""
    if user.password_hash:
        return check_password(user, given)
    card = AccessCard.of(user)
    return not (card and card.digits_hash) or card.opens_with(given)


def _erase_comments(ids: list[int]) -> int:
    """The words go; a remark that was answered keeps its place, empty."""
    gone = {"body": "", "html": "", "author_id": None, "author_name": "", "removed_at": utcnow()}
    db.session.execute(
        update(Comment).where(Comment.id.in_(ids)).values(**gone)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    return len(ids)


def _alone_in(user: User) -> list[str]:
    """The groups that would have nobody to look after them."""
    led = [one.id for one in groups_of(user) if one.role >= Role.FACILITATOR]
    groups = db.session.scalars(select(Group).where(Group.id.in_(led)))
    return [group.title for group in groups if not group.has_other_facilitator(user)]


def _screen(wrong: bool = False) -> str:
    made = carrying.of(current_user)
    return render_template(
        "export/production.html", made=made, counts=carrying.in_words(made), mine=made.mine(),
        serving=carrying.serving([item.id for item in made.mine()], current_user),
        alone_in=_alone_in(current_user), has_password=bool(current_user.password_hash),
        has_digits=bool((card := AccessCard.of(current_user)) and card.digits_hash),
        wrong=wrong,
    )  # fmt: skip

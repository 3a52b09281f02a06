"""What a facilitator does about entering: hold the door open, make links, look after the cards."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from wiki.accounts import signing
from wiki.accounts.cards import AccessCard, Hashed, new_digits
from wiki.db import db
from wiki.groups import guessing, joining
from wiki.groups.forms import MOST, PLACES, CardsForm, DoorForm, LinkForm
from wiki.groups.joining import JoinCode
from wiki.groups.journal import record
from wiki.groups.models import Group, Role
from wiki.groups.namesakes import is_taken
from wiki.groups.views import load

blueprint = Blueprint("doors", __name__)
PRIVATE = {"Cache-Control": "no-store"}


@blueprint.route("/groups/<id:group_id>/door", methods=["GET", "POST"])
@login_required
def door(group_id: int):
    """Hold the door open: the code, its square, who came in, what is left of time and places."""
    group = load(group_id, Role.FACILITATOR)
    expected = min(joining.expected(group), MOST) or PLACES
    found, form = joining.door_of(group), DoorForm.of_request(places=expected)
    if request.method == "POST":
        if not found and form.was_sent_well():
            joining.open_door(group, current_user, form.places.data)
        elif found:
            _act_on(found)
        if not form.errors:
            guessing.note_room()
            db.session.commit()
            return redirect(url_for("doors.door", group_id=group.id), 303)
    page = render_template(
        "groups/door.html" if found else "groups/door_closed.html",
        group=group,
        door=found,
        form=form,
        arrived=_arrived(found),
        resting=joining.resting([group.id]),
        links=joining.links_of(group),
        link_form=LinkForm(prefix="link"),
    )
    return page, 422 if form.errors else 200, PRIVATE


@blueprint.get("/groups/<id:group_id>/door.json")
@login_required
def state(group_id: int):
    """What the screen of the door shows anew every few seconds."""
    group = load(group_id, Role.FACILITATOR)
    found = joining.door_of(group)
    if found is None:
        return {"open": False}, 200, PRIVATE
    html = render_template("groups/_arrived.html", arrived=_arrived(found), door=found)
    return {"open": True, "minutes": found.minutes, "html": html}, 200, PRIVATE


@blueprint.post("/groups/<id:group_id>/links")
@login_required
def make_link(group_id: int):
    """Make a link that lets people in for some days."""
    group, form = load(group_id, Role.FACILITATOR), LinkForm.of_request(prefix="link")
    if not form.was_sent_well():
        abort(422)
    made = joining.make_link(group, current_user, form.places.data, form.days.data)
    db.session.commit()
    return redirect(url_for("doors.link", group_id=group.id, code_id=made.id), 303)


@blueprint.route("/groups/<id:group_id>/links/<int:code_id>", methods=["GET", "POST"])
@login_required
def link(group_id: int, code_id: int):
    """A link full screen, to hold up or to print; withdrawn by one press."""
    group = load(group_id, Role.FACILITATOR)
    found = joining.by_id(code_id)
    if found is None or found.group_id != group.id or found.spoken:
        abort(404)
    if request.method == "POST":
        found.close()
        record("link withdrawn", current_user, group.id)
        db.session.commit()
        flash(_("The link no longer opens anything."))
        return redirect(url_for("doors.door", group_id=group.id), 303)
    return render_template("groups/link.html", group=group, link=found), 200, PRIVATE


@blueprint.route("/groups/<id:group_id>/cards", methods=["GET", "POST"])
@login_required
def cards(group_id: int):
    """The cards of the group: make some, print them, give new digits."""
    group, form = load(group_id, Role.FACILITATOR), CardsForm.of_request()
    if form.was_sent_well() and _can_be_made(group, form):
        made = joining.make_cards(group, form.names, form.blank.data or 0, current_user)
        db.session.commit()
        flash(ngettext("One card made.", "%(num)s cards made.", len(made)))
        return redirect(url_for("doors.cards", group_id=group.id), 303)
    found = joining.cards_of(group)
    page = render_template(
        "groups/cards.html",
        group=group,
        form=form,
        cards=found,
        devices=joining.devices_of(found),
        given=session.pop("given", None),
    )
    return page, 422 if form.errors else 200, PRIVATE


@blueprint.post("/groups/<id:group_id>/cards/<int:card_id>")
@login_required
def change_card(group_id: int, card_id: int):
    """One gesture for a card: new digits, a new card, or none any more."""
    group = load(group_id, Role.FACILITATOR)
    card = db.session.get(AccessCard, card_id)
    if card is None or card.group_id != group.id:
        abort(404)
    if "digits" in request.form and card.user_id:
        _give_digits(card)
    elif "wake" in request.form:
        card.tries, card.paused_at = 0, None
        record("card woken", current_user, group.id, user=card.user_id)
    elif "renewal" in request.form:
        card.renew()
        if card.user_id:
            signing.end_sessions(card.user)
        record("card renewed", current_user, group.id, user=card.user_id)
        flash(_("The old card opens nothing any more. Print the new one."))
    elif "removal" in request.form and card.user_id is None:
        db.session.delete(card)
        flash(_("This card opens nothing any more."))
    db.session.commit()
    return redirect(url_for("doors.cards", group_id=group.id) + f"#card-{card.id}", 303)


def _act_on(found: JoinCode) -> None:
    if "prolong" in request.form:
        found.prolong()
    elif "more" in request.form:
        found.places = min(found.places + joining.MORE, MOST)
    elif "close" in request.form:
        found.close()
        record("door closed", current_user, found.group_id, came=found.used)
        flash(_("The door is closed: the code lets nobody in any more."))


def _arrived(found: JoinCode | None) -> list[AccessCard]:
    """Who came in, or back, since the door was opened."""
    if found is None:
        return []
    here = [
        card
        for card in joining.tiles_of(found.group)
        if card.used_at and card.used_at >= found.created_at
    ]
    return sorted(here, key=lambda card: card.used_at, reverse=True)


def _can_be_made(group: Group, form: CardsForm) -> bool:
    taken = [name for name in form.names if is_taken(group.id, name)]
    if taken:
        form.firstnames.errors = [
            _("The group already has somebody who looks like: %(names)s. Add a letter.",
              names=", ".join(taken))
        ]  # fmt: skip
    many = len(joining.cards_of(group)) + len(form.names) + (form.blank.data or 0)
    if many > MOST:
        form.blank.errors = [_("A group has %(n)s cards at most.", n=MOST)]
    if not form.names and not form.blank.data:
        form.firstnames.errors = [_("Write first names, or ask for cards without a name.")]
    return not form.errors


def _give_digits(card: AccessCard) -> None:
    """New digits, said to the facilitator once; whoever was in with the old ones is out."""
    digits = new_digits()
    card.set_digits(Hashed.of(digits))
    signing.end_sessions(card.user)
    record("digits renewed", current_user, card.group_id, user=card.user_id)
    session["given"] = f"{card.id}:{digits}"

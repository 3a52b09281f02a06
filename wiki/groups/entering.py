"""Coming in without e-mail: a code or a square, then a name and a few digits."""

from typing import NamedTuple

from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError

from wiki.accounts import signing
from wiki.accounts.cards import TRIES, AccessCard, Hashed, new_digits
from wiki.db import db, utcnow
from wiki.groups import guessing, joining
from wiki.groups.forms import ArrivalForm, DigitsForm, FirstDigitsForm
from wiki.groups.joining import JoinCode
from wiki.groups.journal import record
from wiki.groups.models import Group, Role, role_in
from wiki.groups.namesakes import is_taken
from wiki.templating import site_address
from wiki.throttle import address, throttle

blueprint = Blueprint("entering", __name__)
MEMORY = "essaim_cards"  # the cookie in which a device remembers whose it is
KEPT = 8  # people a device remembers
MEMORY_DAYS = 180


class Place(NamedTuple):
    """Where somebody stands who is not in yet: at a door of a group, or with a card of it."""

    group: Group
    door: JoinCode | None
    tiles: list[AccessCard]  # those who may come back from here

    def card_of(self, user_id: int | None) -> AccessCard | None:
        """The card of the person chosen among the tiles."""
        return next((card for card in self.tiles if card.user_id == user_id), None)


@blueprint.route("/join", methods=["GET", "POST"])
def code():
    """Give the code that was said aloud, or that of a card."""
    if request.method == "GET":
        return render_template("groups/code.html", tiles=_remembered())
    typed = request.form.get("code", "")
    word = joining.word_of(typed)
    guessing.refuse_guessers(word)
    found = joining.behind(typed)
    if found is None:
        guessing.was_wrong(word)
        return render_template("groups/code.html", tiles=_remembered(), typed=typed[:30]), 422
    return _stand_at(found)


@blueprint.get("/entrer")
def code_in_french():
    """The same door, where one who types an address in French looks for it."""
    return redirect("/join", 302)


@blueprint.app_template_global("door_address")
def door_address() -> str:
    """What one types on a computer to come in, in the language of the page, without `https://`."""
    word = "entrer" if str(get_locale()).startswith("fr") else "join"
    return f"{site_address()}/{word}".partition("://")[2]


@blueprint.get("/j/<token>")
def link(token: str):
    """Come to a door or a link by its square."""
    guessing.refuse_guessers()
    found = joining.by_token(token)
    if found is None:
        guessing.was_wrong()
        return render_template("groups/join_dead.html"), 410
    return _stand_at(found)


@blueprint.get("/c/<token>")
def card(token: str):
    """Come with a card, by its square."""
    guessing.refuse_guessers()
    found = joining.card_coded(token)
    if found is None:
        guessing.was_wrong()
        return render_template("groups/join_dead.html"), 410
    return _stand_at(found)


@blueprint.get("/join/who")
def who():
    """Choose one's name; those who come for the first time say it instead."""
    place = _place()
    if place is None:
        return render_template("groups/join_dead.html"), 410
    if current_user.is_authenticated:
        return _known_already(place)
    card = _my_card()
    if card and card.user_id and card.digits_hash is None:
        return _page("groups/join_digits.html", place, FirstDigitsForm(**_shared()), card=card)
    if not place.tiles:
        return redirect("/join/new", 303)
    chosen = card.user_id if card else request.args.get("who", type=int)
    named = None if card else place.card_of(chosen)
    if named and named.digits_hash is None:
        return _with_the_card(place, named)
    return _page("groups/join.html", place, DigitsForm(who=chosen, **_shared()))


@blueprint.post("/join/digits")
def digits():
    """Come back with one's digits."""
    throttle(guessing.DIGITS, "digits", address())
    place, form = _place(), DigitsForm.of_request()
    if place is None:
        return render_template("groups/join_dead.html"), 410
    if form.was_sent_well():
        card = place.card_of(form.who.data)
        if card is None:
            form.who.errors = [_("Choose your name first.")]
        elif card.digits_hash is None:
            return _with_the_card(place, card)
        elif card.opens_with("".join(form.digits.data.split())):
            return _come_in(card, form.shared.data == "y")
        else:
            form.digits.errors = [_why_not(card)]
            db.session.commit()
    elif (card := place.card_of(form.who.data)) and (card.tries or card.paused_at):
        # Pressed again without digits: why they did not come in is not forgotten.
        form.digits.errors = [_why_not(card)]
    return _page("groups/join.html", place, form)


@blueprint.post("/join/digits/<int:user_id>")
def first_digits(user_id: int):
    """Choose one's digits, with a card that was prepared."""
    throttle(guessing.DIGITS, "digits", address())
    place, form = _place(), FirstDigitsForm.of_request()
    card = place and place.card_of(user_id)
    if card is None:
        return render_template("groups/join_dead.html"), 410
    if not _holds(card):
        return _with_the_card(place, card)
    if card.digits_hash is not None:
        return _page("groups/join_full.html", place, None, status=409, card=card)
    if not form.was_sent_well():
        return _page("groups/join_digits.html", place, form, card=card)
    if not card.choose_digits(Hashed.of(form.digits.data)):
        db.session.rollback()
        return _page("groups/join_full.html", place, None, status=409, card=card)
    return _come_in(card, form.shared.data == "y", told=form.digits.data)


@blueprint.route("/join/new", methods=["GET", "POST"])
def new():
    """Come in for the first time: a first name, a drawing, digits."""
    place, mine = _place(), _my_card()
    if mine and mine.user_id and request.method == "POST":
        return _page("groups/join_full.html", place, None, status=409, card=mine)
    if place is None or not _may_be_new(place):
        return render_template("groups/join_dead.html"), 410
    if current_user.is_authenticated:
        return _known_already(place)
    form = ArrivalForm.of_request()
    if request.method == "GET":
        form = ArrivalForm(
            pictogram=joining.spare_pictogram(place.group), digits=new_digits(), **_shared()
        )
    if form.was_sent_well():
        throttle(guessing.DIGITS, "digits", address())
        if answer := _arrive(place, form):
            return answer
    return _page("groups/join_new.html", place, form)


@blueprint.post("/join/mine")
def mine():
    """Join with the account one has already."""
    place = _place()
    if place is None or place.door is None or current_user.is_anonymous:
        return render_template("groups/join_dead.html"), 410
    if current_user.is_participant:
        return _known_already(place)
    if role_in(current_user, place.group.id) is None:
        if is_taken(place.group.id, current_user.name):
            return _page("groups/join_known.html", place, None, status=422, twin=True)
        if not place.door.take_a_place():
            return _page("groups/join_full.html", place, None, status=409)
        place.group.admit(current_user, Role.MEMBER)
        record("member joined", current_user, place.group.id, role=int(Role.MEMBER))
    session.pop("door", None)
    db.session.commit()
    return redirect(place.group.url, 303)


def _stand_at(found: JoinCode | AccessCard):
    guessing.note_room()
    session.pop("door", None)
    session.pop("card", None)
    if isinstance(found, JoinCode):
        session["door"] = found.id
    else:
        session["card"] = found.code
    return redirect("/join/who", 303)


def _place() -> Place | None:
    """Where this visitor stands, asked anew each time: a door may be closed meanwhile."""
    if card := _my_card():
        return Place(db.session.get(Group, card.group_id), None, [card] if card.user_id else [])
    door = joining.by_id(session.get("door", 0))
    if door is None:
        return None
    tiles = joining.tiles_of(door.group) if door.spoken else _remembered(door.group.id)
    return Place(door.group, door, tiles)


def _my_card() -> AccessCard | None:
    code = session.get("card")
    return joining.card_coded(code) if code else None


def _holds(card: AccessCard) -> bool:
    """Whether this visitor showed that very card: the door alone does not tell who is who."""
    mine = _my_card()
    return mine is not None and mine.id == card.id


def _with_the_card(place: Place, card: AccessCard):
    """A card made for somebody is opened the first time by whoever has it in hand."""
    if _holds(card):
        page = FirstDigitsForm(**_shared())
        return _page("groups/join_digits.html", place, page, card=card)
    return _page("groups/join_own_card.html", place, None, status=403, card=card)


def _may_be_new(place: Place) -> bool:
    return place.door is not None or not place.tiles


def _known_already(place: Place):
    """Whoever is signed in goes to their group, or says under which name they come."""
    if role_in(current_user, place.group.id) is not None:
        return redirect(place.group.url, 303)
    return _page("groups/join_known.html", place, None)


def _arrive(place: Place, form: ArrivalForm):
    """Let a new person in; None when something of the form stands against it."""
    name, card = form.name.data, _my_card()
    if is_taken(place.group.id, name):
        form.name.errors = [_name_is_taken(name)]
        return None
    if place.door and place.door.used >= place.door.places:
        return _page("groups/join_full.html", place, None, status=409)
    hashed = Hashed.of(form.digits.data)
    if not (joining.take(card) if card else place.door.take_a_place()):
        db.session.rollback()
        return _page("groups/join_full.html", place, None, status=409, card=card)
    try:
        card = joining.welcome(place.group, name, form.pictogram.data, card)
    except IntegrityError:
        db.session.rollback()
        form.name.errors = [_name_is_taken(name)]
        return None
    card.set_digits(hashed)
    return _come_in(card, form.shared.data == "y", told=form.digits.data)


def _come_in(card: AccessCard, shared: bool, told: str = ""):
    """Sign the person of a card in, and take them to their group."""
    guessing.note_room()
    group, card.used_at = db.session.get(Group, card.group_id), utcnow()
    lasting = _codes_here()
    signing.sign_in(card.user, shared=shared)
    if told:
        record("member joined", card.user, group.id, role=int(Role.MEMBER))
    db.session.commit()
    if told:
        flash({"text": told, "name": card.user.name}, "digits")
    answer = signing.mark_shared(redirect(group.url, 303), shared)
    if not shared:
        codes = [card.code, *(code for code in lasting if code != card.code)][:KEPT]
        answer.set_cookie(
            MEMORY, _signer().dumps(codes), max_age=MEMORY_DAYS * 86400, httponly=True,
            samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
    return answer


def _why_not(card: AccessCard) -> str:
    if card.paused_at is None and card.tries < TRIES:
        return ngettext(
            "These are not your digits. You can try once more.",
            "These are not your digits. You can try %(num)s times more.",
            TRIES - card.tries,
        )
    if card.tries >= TRIES:
        record("card paused", card.user, card.group_id)
        card.tries = 0  # told once
    return _("This card is at rest. Ask the person who facilitates: one gesture wakes it.")


def _remembered(group_id: int | None = None) -> list[AccessCard]:
    """The people who came in from this very device, while their cards count."""
    found = [joining.card_coded(code) for code in _codes_here()]
    return [
        card
        for card in found
        if card and card.user_id and card.user.is_active and group_id in (None, card.group_id)
    ]


def _codes_here() -> list[str]:
    try:
        codes = _signer().loads(request.cookies.get(MEMORY, ""))
    except BadSignature:
        return []
    return [code for code in codes if isinstance(code, str)][:KEPT]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="cards")


def _shared() -> dict:
    """A telephone, or what remembers somebody, is theirs; another machine is the room's."""
    return {"shared": "" if _is_phone() or _codes_here() else "y"}


def _is_phone() -> bool:
    return "Mobi" in request.user_agent.string


def _page(template: str, place: Place, form, status: int = 200, **more):
    # First names are enough to know whom to ask, and no visitor learns more of them.
    facilitators = [
        person.name.split()[0]
        for person in place.group.people()
        if person.role == Role.FACILITATOR and person.name.strip()
    ]
    page = render_template(
        template, place=place, group=place.group, form=form, facilitators=facilitators,
        is_phone=_is_phone(), **more,
    )  # fmt: skip
    if form is not None and form.errors:
        status = 422
    return page, status, {"Cache-Control": "no-store"}


def _name_is_taken(name: str) -> str:
    return _("Somebody in the group has this name, or one that looks the same. "
             "Add the first letter of your surname: %(name)s B.", name=name)  # fmt: skip

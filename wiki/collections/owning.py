"""Several owners: a link by which people of other groups come to look after a collection too."""

import hmac
import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from wiki.accounts.models import User, hash_token
from wiki.accounts.signing import when_the_password_changes
from wiki.collections.models import DOOR, Collection
from wiki.db import db, utcnow
from wiki.groups.journal import Event
from wiki.groups.models import Group, Role
from wiki.items import owners
from wiki.items.access import can, groups_where, load
from wiki.items.writing import log
from wiki.templating import site_address
from wiki.throttle import address, throttle

blueprint = Blueprint("owning", __name__)


@when_the_password_changes
def close_doors(user: User) -> None:
    """Close the links that a person was the last to make; the caller commits."""
    last = select(func.max(Event.id)).where(Event.verb == "owners invited").group_by(Event.item_id)
    mine = select(Event.item_id).where(Event.id.in_(last), Event.actor_id == user.id)
    query = select(Collection).where(Collection.door.is_not(None), Collection.id.in_(mine))
    for collection in db.session.scalars(query):
        collection.door = collection.door_until = None


@blueprint.get("/collections/<id:item_id>/owners")
def show(item_id: int):
    """Who looks after a collection; its group invites others."""
    return _screen(load(Collection, item_id, "edit"))


@blueprint.post("/collections/<id:item_id>/owners/door")
def open_door(item_id: int):
    """Make the link that invites; the one made before no longer works. Or close it."""
    collection = load(Collection, item_id, "share")
    token = None
    if "close" in request.form:
        collection.door = collection.door_until = None
        flash(_("The link no longer works."))
    else:
        token = secrets.token_urlsafe(24)
        collection.door, collection.door_until = hash_token(token), utcnow() + DOOR
    log("owners invited", collection, current_user)
    db.session.commit()
    if token is None:
        return redirect(url_for("collections.owning.show", item_id=collection.id), 303)
    path = url_for("collections.owning.join", item_id=collection.id, token=token)
    return _screen(collection, f"{site_address()}{path}")


@blueprint.route("/collections/<id:item_id>/joining/<token>", methods=["GET", "POST"])
def join(item_id: int, token: str):
    """Accept to look after a collection, alone or with a group that one facilitates."""
    throttle("60 per 10 minutes", "joining", address())
    collection = db.session.get(Collection, item_id)
    if collection is None or not _is_open(collection, token):
        abort(404)
    if current_user.is_anonymous:
        abort(401)
    groups = [
        one for one in groups_where(current_user, Role.FACILITATOR)
        if one.id != collection.group_id
    ]  # fmt: skip
    if request.method == "POST":
        _accept(collection, groups)
        return redirect(collection.url, 303)
    return render_template(
        "collections/joining.html", item=collection, groups=groups, token=token,
        already=can(current_user, "edit", collection),
    )  # fmt: skip


@blueprint.post("/collections/<id:item_id>/owners/<int:number>/removal")
def remove(item_id: int, number: int):
    """End it: the group that keeps the collection may, and who is concerned."""
    collection = load(Collection, item_id, "edit")
    owner = db.session.get(owners.CoOwner, number)
    if owner is None or owner.item_id != collection.id:
        abort(404)
    if not (can(current_user, "share", collection) or _is_mine(owner)):
        abort(403)
    db.session.delete(owner)
    log("owner left", collection, current_user)
    db.session.commit()
    flash(_("Done: they no longer look after this collection."))
    if can(current_user, "edit", collection):
        return redirect(url_for("collections.owning.show", item_id=collection.id), 303)
    return redirect("/collections", 303)


def _is_open(collection: Collection, token: str) -> bool:
    if collection.is_trashed or not collection.door or collection.door_until < utcnow():
        return False
    return hmac.compare_digest(collection.door, hash_token(token[:100]))


def _accept(collection: Collection, groups: list) -> None:
    wanted = request.form.get("group", 0, type=int)
    if wanted:
        if wanted not in {group.id for group in groups}:
            abort(403)
        done = owners.add(collection.id, group=db.session.get(Group, wanted))
    else:
        done = not can(current_user, "edit", collection) and owners.add(
            collection.id, user=db.session.merge(current_user._get_current_object())
        )
    if done:
        log("owner joined", collection, current_user)
        flash(_("You look after this collection too: you may add to it and put it in order."))
    db.session.commit()


def _is_mine(owner) -> bool:
    leads = {group.id for group in groups_where(current_user, Role.FACILITATOR)}
    return owner.user_id == current_user.id or owner.group_id in leads


def _screen(collection: Collection, link: str = "") -> str:
    mine = {group.id for group in groups_where(current_user, Role.READER)}
    found = owners.of(collection.id)
    return render_template(
        "collections/owners.html", item=collection, room="collections", link=link,
        group=collection.group if collection.group_id in mine else None,
        owners=found, mine={owner.id for owner in found if _is_mine(owner)},
        may_invite=can(current_user, "share", collection),
        open=bool(collection.door and collection.door_until > utcnow()),
    )  # fmt: skip

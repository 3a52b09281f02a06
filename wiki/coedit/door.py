"""Who may come into a room: asked before the handshake, and again as long as they stay."""

import io
import re
from collections import deque
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, request
from flask_login import current_user
from sqlalchemy import select

from wiki.accounts.models import User, UserSession, hash_token, is_over
from wiki.coedit import protocol
from wiki.db import db, utcnow
from wiki.groups.models import role_in
from wiki.items.access import can, load, visible
from wiki.items.models import Item
from wiki.wsgi import environ_of

blueprint = Blueprint("coedit", __name__)
_PATH = re.compile(r"/ws/items/\d{1,10}/[\w.-]{1,80}")
DOOR = "essaim.door"  # in the environment of a handshake: a list that receives the pass


@dataclass(frozen=True)
class Pass:
    """What lets one connection into a room."""

    item_id: int
    field: str
    user_id: int
    token: str
    write: bool
    card: dict = field(compare=False)  # how others see this person


@blueprint.get("/ws/items/<int:item_id>/<field>")
def enter(item_id: int, field: str):
    """Let someone into a room, or say why not; without a WebSocket, only say whether one may."""
    if item_id >= 2**31:
        abort(404)
    item = load(Item, item_id)
    if current_user.is_anonymous:
        abort(401)
    if _is_elsewhere() or not _may_enter(current_user, item):
        abort(403)
    if item.shared_text(field) is None:
        abort(404)
    user = current_user._get_current_object()
    if (found := request.environ.get(DOOR)) is not None:
        write = can(user, "edit", item)
        found.append(Pass(item_id, field, user.id, user.device_token, write, card(user)))
    return "", 426, {"Upgrade": "websocket"}


@blueprint.get("/items/<id:item_id>/company.json")
def company(item_id: int):
    """Who else is in the texts of an item at this moment, for those who may come in as well."""
    item = load(Item, item_id)
    if current_user.is_anonymous:
        abort(401)
    if not _may_enter(current_user, item):
        abort(403)
    hub = request.environ.get("essaim.live")
    here = hub.company(item.id) if hub else []
    answer = jsonify(people=[one for one in here if one["id"] != current_user.id])
    answer.headers["Cache-Control"] = "no-store"
    return answer


def handshake(app, scope) -> tuple[int, Pass | None]:
    """What lets a WebSocket in, asked of Flask as any request is; else the status of its refusal.

    To Flask the request is a plain one: a router that sees an upgrade looks for other routes.
    """
    if not _PATH.fullmatch(scope["path"]):
        return 404, None
    headers = [pair for pair in scope["headers"] if pair[0] not in (b"upgrade", b"connection")]
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    asked = {"method": "GET", "essaim.length": 0, "scheme": scheme, "http_version": "1.1"}
    environ = environ_of({**scope, **asked, "headers": headers}, io.BytesIO())
    found: list[Pass] = []
    statuses: list[int] = []
    answer = app(environ | {DOOR: found}, lambda status, *_: statuses.append(int(status[:3])))
    deque(answer, maxlen=0)
    if hasattr(answer, "close"):
        answer.close()
    if found:
        return 101, found[0]
    # The page would lead to the sign-in screen: a WebSocket cannot follow.
    return 401 if statuses[0] == 303 else statuses[0], None


async def turn_away(scope, send, status: int) -> None:
    """Refuse a handshake, with the status a page would have where the server can say it."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": protocol.NOT_ALLOWED})
        return
    start = {"type": "websocket.http.response.start", "status": status, "headers": []}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": b""})


def card(user: User) -> dict:
    """What the others of a room see of someone."""
    first = first_name(user.name)
    return {"id": user.id, "name": first, "colour": user.colour, "pictogram": user.pictogram}


def first_name(name: str) -> str:
    """What the others of a room call someone."""
    return name.split(maxsplit=1)[0] if name.split() else name


def look_again(app, passes: set[Pass]) -> dict[Pass, Pass | None]:
    """Each pass as it would be given today, None for someone who would not be let in."""
    with app.app_context():
        people = {token: _holder(token) for token in {one.token for one in passes}}
        return {one: _renewed(one, people[one.token]) for one in passes}


def _renewed(old: Pass, user: User | None) -> Pass | None:
    if user is None or user.id != old.user_id:
        return None
    item = db.session.scalar(select(Item).where(Item.id == old.item_id, visible(user)))
    if item is None or not _may_enter(user, item):
        return None
    return replace(old, write=can(user, "edit", item))


def _holder(token: str) -> User | None:
    row = db.session.execute(
        select(UserSession.expires_at, UserSession.seen_at, UserSession.shared, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == hash_token(token))
    ).first()
    if row is None or is_over(row, utcnow()) or not row.User.is_active:
        return None
    return row.User


def _may_enter(user, item: Item) -> bool:
    """Those who write it, and those of its group who only read; a text under way is no version."""
    return role_in(user, item.group_id) is not None or can(user, "edit", item)


def _is_elsewhere() -> bool:
    """Whether a page of another site asks; a client without Origin is no browser."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host

"""Going back: one operation undone, or a whole map as it was before one; nothing is lost by it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Role, role_in
from wiki.maps import operations
from wiki.maps.models import Change, Feature, Layer, Map
from wiki.maps.operations import Refused

AT_A_TIME = 60


@dataclass
class Line:
    """One operation, as the list of what happened tells it."""

    seq: int
    uuid: str
    title: str
    what: str
    who: str
    at: datetime
    can_undo: bool


def lines(found: Map, before: int | None = None) -> list[Line]:
    """What was done on a map, the latest first."""
    query = (
        select(Change, Feature.title, User.name)
        .join(Feature, Feature.uuid == Change.feature_uuid)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Feature.map_id == found.id)
    )
    if before:
        query = query.where(Change.seq < before)
    rows = db.session.execute(query.order_by(Change.seq.desc(), Change.rev.desc()).limit(AT_A_TIME))
    return [
        Line(
            change.seq, change.feature_uuid, change.data["state"].get("title") or title or "",
            _what(change), name or "", change.created_at, change.rev > 0,
        )
        for change, title, name in rows
    ]  # fmt: skip


def undo(found: Map, seq: int, actor) -> int:
    """Undo one operation where nobody changed the same thing since; how many features moved.

    Raises Refused. Commits.
    """
    changes = list(
        db.session.scalars(
            select(Change).join(Feature, Feature.uuid == Change.feature_uuid)
            .where(Feature.map_id == found.id, Change.seq == seq)
        )
    )  # fmt: skip
    if not changes:
        raise Refused(404, "not_found", _("This version does not exist."))
    number, done = operations.next_seq(found), 0
    for change in changes:
        feature = db.session.get(Feature, change.feature_uuid, populate_existing=True)
        _check(feature, found, actor)
        before = _past(feature, change.rev - 1)
        wanted = _undone(operations.state_of(feature), change.data["state"], before)
        done += _become(feature, wanted, actor, number, {"undone": seq})
    _finish(found, actor, done)
    return done


def rewind(found: Map, seq: int, actor) -> int:
    """Bring all features back to what they were before an operation; how many moved. Commits."""
    if role_in(actor, found.group_id) != Role.FACILITATOR:
        raise Refused(403, "forbidden", _("Only those who look after the group may do this."))
    number, done = operations.next_seq(found), 0
    touched = select(Feature).where(Feature.map_id == found.id, Feature.seq >= seq)
    for feature in list(db.session.scalars(touched.execution_options(populate_existing=True))):
        operations.keep_present(feature)
        past = db.session.scalars(
            select(Change).where(Change.feature_uuid == feature.uuid, Change.seq < seq)
            .order_by(Change.rev.desc()).limit(1)
        ).first()  # fmt: skip
        wanted = past.data["state"] if past else operations.state_of(feature) | {"deleted": True}
        done += _become(feature, wanted, actor, number, {"rewound": seq})
    _finish(found, actor, done)
    return done


def _become(feature: Feature, wanted: dict, actor, seq: int, about: dict) -> bool:
    """Make a feature what it was, as a new revision; False when it is that already."""
    if wanted == operations.state_of(feature):
        return False
    operations.keep_present(feature)
    operations.put_state(feature, wanted)
    gone = bool(wanted.get("deleted"))
    feature.deleted_at = (feature.deleted_at or operations.utcnow()) if gone else None
    operations.record(feature, actor, seq, about)
    return True


def _undone(now: dict, made: dict, before: dict | None) -> dict:
    """What a feature is without one change: what others changed since is left as it is."""
    if before is None:
        return now | {"deleted": True}
    wanted = dict(now)
    for name, value in before.items():
        if name != "props" and made.get(name) != value and now.get(name) == made.get(name):
            wanted[name] = value
    props, was, became = dict(now["props"]), before.get("props", {}), made.get("props", {})
    for key in {*was, *became}:
        if was.get(key) != became.get(key) and props.get(key) == became.get(key):
            if key in was:
                props[key] = was[key]
            else:
                props.pop(key, None)
    return wanted | {"props": props}


def _past(feature: Feature, rev: int) -> dict | None:
    change = db.session.get(Change, (feature.uuid, rev)) if rev > 0 else None
    return change.data["state"] if change else None


def _check(feature: Feature, found: Map, actor) -> None:
    layer = db.session.get(Layer, feature.layer_id)
    if layer is not None and not operations.may_write_on(layer, actor, found):
        raise Refused(403, "locked", _("This layer is locked."))


def _finish(found: Map, actor, done: int) -> None:
    if done:
        operations.close(found, actor)
    else:
        db.session.rollback()


def _what(change: Change) -> str:
    data = change.data
    if "united" in data:
        return _("put together")
    if "undone" in data or "rewound" in data or "restored" in data:
        return _("went back on")
    if data["state"].get("deleted"):
        return _("put in the trash")
    return _("put") if change.rev == 1 else _("changed")

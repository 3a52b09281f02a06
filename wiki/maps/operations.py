"""What people do to the features of a map: small operations that may come twice or late.

Each takes the map's next number first, which holds back the others until it is committed: nobody
overwrites anybody, and whoever asks « what changed since N » misses nothing.
"""

import json
import re
from dataclasses import dataclass, field
from hashlib import blake2b

from flask_babel import gettext as _
from sqlalchemy import select, update

from wiki.db import db, utcnow
from wiki.groups.journal import Event
from wiki.groups.models import Role, role_in
from wiki.items import writing
from wiki.items.models import Item
from wiki.maps import fields, geometry, pointing, reading_words
from wiki.maps.models import Change, Feature, Layer, Map
from wiki.maps.weight import Scales, too_heavy
from wiki.markup import render
from wiki.markup.sanitize import clean_body, clean_text

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TITLE, STORY, SESSION = 300, 50_000, 80
PARTS = ("layer", "geometry", "precision", "title", "story", "session")
QUIET = 15 * 60  # seconds during which one person's points are one line of the activity


class Refused(ValueError):
    """An operation that cannot be done: a status, a code for programs, words for people."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class Outcome:
    """What an operation left: the feature, and whether it met somebody else's change."""

    feature: Feature
    seq: int
    created: bool = False
    merged: bool = False
    again: bool = False
    notes: list[str] = field(default_factory=list)


def put(found: Map, uuid: str, body: dict, actor) -> Outcome:
    """Add a feature, or change the fields that the body changes against its base. Commits.

    The same body from the same person a second time changes nothing and answers alike.
    Raises Refused, having changed nothing.
    """
    uuid = read_uuid(uuid)
    sent, base = read_body(found, body, actor), _base(body)
    html = render(sent["story"], prefix=uuid[:8]).html if sent.get("story") else ""
    digest = digest_of(body)
    seq = next_seq(found)
    feature = db.session.get(Feature, uuid, populate_existing=True)
    if feature is not None and feature.map_id != found.id:
        raise Refused(409, "taken", _("This number is already used elsewhere."))
    if feature is not None and (known := _known(feature, actor, digest)):
        db.session.rollback()
        return Outcome(feature, feature.seq, merged=feature.rev > known.rev, again=True)
    if not Scales(found.id).has_room(sent.get("geometry"), uuid):
        raise Refused(422, "too_heavy", too_heavy().capitalize())
    layer = _layer(found, sent, feature, actor)
    check_pointed(found, sent.get("props", {}), feature.props if feature else {}, actor)
    if feature is not None and "props" in sent:
        keep_withheld(found, sent["props"], feature.props or {}, actor)
    if feature is None:
        feature = Feature(
            uuid=uuid, map_id=found.id, layer_id=layer.id, author_id=actor.id if actor else None,
            precision="exact", props={}, title="", story="", html="", session="", rev=0,
            created_at=utcnow(),
        )  # fmt: skip
        db.session.add(feature)
        outcome = Outcome(feature, seq, created=True)
        apply(feature, sent, layer, html)
    else:
        outcome = Outcome(feature, seq, merged=_change(feature, sent, base, layer, html))
    record(feature, actor, seq, {"digest": digest, "base": base})
    close(found, actor, is_addition=outcome.created)
    return outcome


def remove(found: Map, uuid: str, actor) -> Outcome:
    """Put a feature in the trash of its map; doing it twice changes nothing. Commits."""
    uuid = read_uuid(uuid)
    seq = next_seq(found)
    feature = _existing(found, uuid)
    if feature.deleted_at is not None:
        db.session.rollback()
        return Outcome(feature, feature.seq, again=True)
    _check_open(db.session.get(Layer, feature.layer_id), actor, found)
    keep_present(feature)
    feature.deleted_at = utcnow()
    record(feature, actor, seq, {"deleted": True})
    close(found, actor)
    return Outcome(feature, seq)


def restore(found: Map, uuid: str, actor, rev: int | None = None) -> Outcome:
    """Take a feature out of the trash, or bring it back to what it was at a revision. Commits."""
    uuid = read_uuid(uuid)
    seq = next_seq(found)
    feature = _existing(found, uuid)
    _check_open(db.session.get(Layer, feature.layer_id), actor, found)
    past = db.session.get(Change, (uuid, rev)) if rev else None
    if rev and past is None:
        raise Refused(404, "not_found", _("This version does not exist."))
    if feature.deleted_at is None and past is None:
        db.session.rollback()
        return Outcome(feature, feature.seq, again=True)
    keep_present(feature)
    feature.deleted_at = None
    if past is not None:
        put_state(feature, past.data["state"])
    record(feature, actor, seq, {"restored": rev or 0})
    close(found, actor)
    return Outcome(feature, seq)


def next_seq(found: Map) -> int:
    """The number of the next operation on a map; holds back the others until the commit."""
    if db.session.new or db.session.dirty:
        db.session.flush()
    table = Map.__table__
    return db.session.scalar(
        update(table).where(table.c.id == found.id).values(seq=table.c.seq + 1)
        .returning(table.c.seq)
    )  # fmt: skip


def record(feature: Feature, actor, seq: int, about: dict) -> Change:
    """Number what a feature has become, and keep it in its history."""
    feature.rev += 1
    feature.seq, feature.updated_at = seq, utcnow()
    change = Change(
        feature_uuid=feature.uuid, rev=feature.rev, actor_id=actor.id if actor else None,
        seq=seq, data={**about, "state": state_of(feature)},
    )  # fmt: skip
    db.session.add(feature)
    db.session.flush()
    db.session.add(change)
    return change


def keep_present(feature: Feature) -> None:
    """Keep what a feature is in its history, when it came by an import that wrote none."""
    if db.session.get(Change, (feature.uuid, feature.rev)) is None:
        db.session.add(
            Change(
                feature_uuid=feature.uuid, rev=feature.rev, actor_id=feature.author_id,
                seq=feature.seq, data={"state": state_of(feature)}, created_at=feature.updated_at,
            )
        )  # fmt: skip
        db.session.flush()


def close(found: Map, actor, is_addition: bool = False) -> None:
    """Say that the map changed, to lists, to the activity and to the search; then commit."""
    touch(found, actor)
    reading_words.after_change(found.id, is_addition)
    db.session.commit()


def touch(found: Map, actor) -> None:
    """The map is as new as its newest feature; one line of activity for a person's series."""
    now = utcnow()
    table = Item.__table__
    db.session.execute(update(table).where(table.c.id == found.id).values(updated_at=now))
    who = actor.id if actor else None
    last = db.session.scalar(
        select(Event.created_at)
        .where(Event.item_id == found.id, Event.actor_id == who,
               Event.verb.in_(("updated", "created")))
        .order_by(Event.id.desc()).limit(1)
    )  # fmt: skip
    told = last is not None and (now - last).total_seconds() < QUIET
    # Told to nobody, it still says to the screens that show the map that they are old.
    writing.log("placed" if told else "updated", found, actor)


def read_uuid(uuid: str) -> str:
    """The name that a client gave a feature, in one writing; raises Refused."""
    uuid = str(uuid).lower()
    if not UUID.fullmatch(uuid):
        raise Refused(422, "invalid", _("This is not the number of a feature."))
    return uuid


def read_body(found: Map, body: object, actor) -> dict:
    """The parts of a feature that a body names, as they may be kept; raises Refused."""
    if not isinstance(body, dict):
        raise Refused(422, "invalid", _("This request could not be understood."))
    sent: dict = {}
    try:
        if "geometry" in body:
            sent["geometry"] = geometry.clean(body["geometry"], found.crs)
        if "props" in body:
            sent["props"] = fields.values(found.fields, body["props"] or {})
    except (geometry.Refused, fields.Refused) as error:
        raise Refused(422, "invalid", str(error)) from None
    if "precision" in body:
        if body["precision"] not in geometry.STEPS:
            raise Refused(422, "invalid", _("This precision is not known."))
        sent["precision"] = body["precision"]
    sent |= _words(body)
    if body.get("layer") is not None:
        sent["layer"] = body["layer"]
    return sent


def _words(body: dict) -> dict:
    said: dict = {}
    for name, most, tidy in (("title", TITLE, clean_text), ("story", STORY, clean_body),
                             ("session", SESSION, clean_text)):  # fmt: skip
        if name in body:
            text = tidy(str(body[name] or "")).strip()
            if len(text) > most:
                raise Refused(422, "invalid", _("This text is too long: at most %(n)s characters.",
                                                n=most))  # fmt: skip
            said[name] = text
    return said


def digest_of(body: dict) -> str:
    """What tells one body from another."""
    told = json.dumps(body, sort_keys=True, default=str).encode()
    return blake2b(told, digest_size=12).hexdigest()


def state_of(feature: Feature) -> dict:
    """A feature as its history keeps it."""
    return {
        "layer": feature.layer_id, "geometry": feature.geometry, "precision": feature.precision,
        "props": dict(feature.props or {}), "title": feature.title, "story": feature.story,
        "session": feature.session, "deleted": feature.deleted_at is not None,
    }  # fmt: skip


def put_state(feature: Feature, state: dict) -> None:
    """Make a feature what it was; a layer that is gone stays the present one."""
    layer = db.session.get(Layer, state.get("layer"))
    sent = {name: state[name] for name in (*PARTS[1:], "props") if name in state}
    html = render(sent["story"], prefix=feature.uuid[:8]).html if sent.get("story") else ""
    layer = layer if layer and layer.map_id == feature.map_id else None
    apply(feature, sent, layer, html)


def apply(feature: Feature, sent: dict, layer: Layer | None, html: str) -> None:
    """Write parts that were read onto a feature."""
    if layer is not None:
        feature.layer_id = layer.id
    if "geometry" in sent:
        feature.geometry = sent["geometry"]
        feature.minx, feature.miny, feature.maxx, feature.maxy = geometry.box(sent["geometry"])
    if "story" in sent:
        feature.story, feature.html = sent["story"], html
    for name in ("precision", "title", "session", "props"):
        if name in sent:
            setattr(feature, name, sent[name])


def _change(feature: Feature, sent: dict, base: int, layer: Layer, html: str) -> bool:
    """Take over what the sender changed; what others changed elsewhere meanwhile stays.

    True when somebody had changed the feature since the sender read it.
    """
    keep_present(feature)
    merged = base < feature.rev
    past = db.session.get(Change, (feature.uuid, base)) if base and merged else None
    known = past.data["state"] if past else state_of(feature) if not merged else {}
    mine = {name: value for name, value in sent.items() if known.get(name, ...) != value}
    if "props" in mine:
        mine["props"] = _props(feature.props or {}, known.get("props", {}), sent["props"], base)
    wanted = layer if "layer" in mine else None
    apply(feature, mine, wanted, html)
    if feature.deleted_at is not None:
        feature.deleted_at, merged = None, True
    return merged


def _props(now: dict, known: dict, sent: dict, base: int) -> dict:
    """Values one by one: what the sender set or emptied since the base wins, the rest stays."""
    made = dict(now)
    for key, value in sent.items():
        if not base or known.get(key) != value:
            made[key] = value
    for key in known:
        if key not in sent:
            made.pop(key, None)
    return made


def _base(body: dict) -> int:
    base = body.get("base", 0)
    if not isinstance(base, int) or isinstance(base, bool) or base < 0:
        raise Refused(422, "invalid", _("Say which version you changed."))
    return base


def _known(feature: Feature, actor, digest: str) -> Change | None:
    """The change that the same body of the same person already made."""
    query = select(Change).where(
        Change.feature_uuid == feature.uuid, Change.actor_id == (actor.id if actor else None)
    )
    found = db.session.scalars(query.order_by(Change.rev.desc()).limit(50))
    return next((one for one in found if one.data.get("digest") == digest), None)


def _layer(found: Map, sent: dict, feature: Feature | None, actor) -> Layer:
    """The layer a feature goes to; neither that one nor the one it leaves may be locked."""
    wanted = sent.get("layer") or (feature and feature.layer_id)
    query = select(Layer).where(Layer.map_id == found.id).order_by(Layer.rank, Layer.id)
    layers = list(db.session.scalars(query))
    if not layers:  # made by a program
        layers = [Layer(map_id=found.id, title=_("Places"), style={"colour": "lagune"})]
        db.session.add(layers[0])
        db.session.flush()
    layer = next((one for one in layers if one.id == wanted), None) if wanted else layers[0]
    if layer is None:
        raise Refused(422, "invalid", _("This layer is not on this map."))
    _check_open(layer, actor, found)
    if feature is not None and feature.layer_id != layer.id:
        _check_open(db.session.get(Layer, feature.layer_id), actor, found)
    sent["layer"] = layer.id
    return layer


def may_write_on(layer: Layer, actor, found: Map) -> bool:
    """Whether a person may change what lies on a layer: a locked one is its owner's."""
    if not layer.locked or actor is None or layer.owner_id == actor.id:
        return True
    return role_in(actor, found.group_id) == Role.FACILITATOR


def _check_open(layer: Layer | None, actor, found: Map) -> None:
    if layer is not None and not may_write_on(layer, actor, found):
        raise Refused(403, "locked", _("This layer is locked."))


def _existing(found: Map, uuid: str) -> Feature:
    feature = db.session.get(Feature, uuid, populate_existing=True)
    if feature is None or feature.map_id != found.id:
        raise Refused(404, "not_found", _("Nothing is here for you."))
    return feature


def check_pointed(found: Map, props: dict, before: dict, actor) -> None:
    """Refuse the files and items that the sender may not see, unless they were there already."""
    keys = [one["key"] for one in found.fields if one["type"] in fields.POINTING]
    new = set(fields.pointed(props, keys)) - set(fields.pointed(before, keys))
    if pointing.unknown(new, actor):
        raise Refused(422, "invalid", _("Nothing of this number can be shown here."))
    for one in found.fields if actor else ():
        # What its bytes are, whatever the name of the file and the program that sends it say.
        if pointing.of_another_sort(new & set(fields.pointed(props, [one["key"]])), one["type"]):
            told = _("%(field)s: this file is of another sort.", field=one["label"])
            raise Refused(422, "invalid", told)


def keep_withheld(found: Map, props: dict, before: dict, actor) -> None:
    """Leave where they are the files that the sender may not see, and so could not send back.

    Someone in a photo may have said no, and may say yes again.
    """
    keys = [one["key"] for one in found.fields if one["type"] in fields.POINTING]
    hidden = pointing.withheld(set(fields.pointed(before, keys)), actor)
    for key in keys:
        kept = [number for number in fields.pointed(before, [key]) if number in hidden]
        if kept:
            sent = fields.pointed(props, [key])
            props[key] = [*sent, *(number for number in kept if number not in sent)]

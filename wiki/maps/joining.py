"""Points that come back with an archive: added, carried on, or kept twice where both changed."""

import uuid
from collections import defaultdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.archive import natural, tables
from wiki.archive.rereading import Side, about
from wiki.db import db, utcnow
from wiki.items.merging import is_clean, merge
from wiki.maps import operations
from wiki.maps.models import Change, Feature, Map

TEXTS = ("title", "story")


def put_together(joining, pairs: list[tuple[dict, dict]]) -> None:
    """The points that both sides know, change by change."""
    theirs_of = defaultdict(list)
    for row in joining.rows["map_feature_change"]:
        theirs_of[joining.numbers.of("map_feature", row["feature_uuid"])].append(row)
    ours_of = _changes([ours["uuid"] for ours, _theirs in pairs])
    for ours, theirs in pairs:
        known, there = ours_of[ours["uuid"]], theirs_of[ours["uuid"]]
        mine = _moments(known) or {ours["updated_at"]}
        others = _moments(there) or {theirs["updated_at"]}
        if _last(there, theirs) in mine or theirs["updated_at"] == ours["updated_at"]:
            continue
        fresh = [row for row in there if row["created_at"] not in mine]
        base = _base(there, mine)
        only_theirs = _last(known, ours) in others or ours["updated_at"] in others
        _bring(joining, ours, theirs, fresh, None if only_theirs else base or {})


def _bring(joining, ours: dict, theirs: dict, fresh: list[dict], base: dict | None) -> None:
    """`base`: what both sides began with, when both changed it since."""
    now, there = _state(ours), _state(theirs)
    made, unclear = (there, False) if base is None else _merged(base, now, there)
    joining.touched.add(ours["map_id"])
    if unclear:
        key = f"{ours['uuid']}:{theirs['updated_at'].isoformat()}"
        joining.clash("point", ours["map_id"], key, uuid=ours["uuid"], ours=now, theirs=there,
                      title=ours["title"])  # fmt: skip
    else:
        joining.parts["map_feature"] += 1
    if joining.dry:
        return
    feature = db.session.get(Feature, ours["uuid"], populate_existing=True)
    found = db.session.get(Map, ours["map_id"])
    operations.keep_present(feature)
    sort, alone = tables.sorts()["map_feature_change"], base is None
    last = feature.rev
    for place, row in enumerate(sorted(fresh, key=lambda one: one["rev"]), 1):
        seq = operations.next_seq(found)
        told = joining._row(sort, row, joining.group) | {"rev": last + place, "seq": seq}
        told["feature_uuid"] = feature.uuid
        state = dict(told["data"].get("state") or {})
        state["layer"] = joining.numbers.of("map_layer", state.get("layer")) or feature.layer_id
        told["data"] = told["data"] | {"state": state}
        db.session.execute(sort.table.insert(), [told])
        feature.rev, feature.seq = told["rev"], seq
    layer = made.pop("layer", None)
    operations.put_state(feature, made | {"layer": layer})
    feature.deleted_at = joining.now if made["deleted"] else None
    feature.updated_at = theirs["updated_at"] if alone else joining.now
    if not alone:
        operations.record(feature, joining.actor, operations.next_seq(found), {"joined": True})
    db.session.flush()


def _merged(base: dict, ours: dict, theirs: dict) -> tuple[dict, bool]:
    """Both sides' changes to a point; what both changed otherwise stays as it is here."""
    made, unclear = dict(ours), False
    for name, value in theirs.items():
        before, now = base.get(name), ours[name]
        if value in (now, before):
            continue
        if name == "props":
            made[name], lost = _props(before or {}, now, value)
            unclear |= lost
        elif name in base and now == before:
            made[name] = value
        elif name in TEXTS and is_clean(parts := merge(before or "", value, now)):
            made[name] = parts[0]
        else:
            unclear = True
    if base and (ours["deleted"] or theirs["deleted"]) and ours["deleted"] != theirs["deleted"]:
        # Deleted on one side, changed on the other: it stays, and somebody says.
        made["deleted"], unclear = False, True
    return made, unclear


def _props(before: dict, ours: dict, theirs: dict) -> tuple[dict, bool]:
    made, unclear = dict(ours), False
    for key in {*theirs, *before}:
        was, now, there = before.get(key), ours.get(key), theirs.get(key)
        if there in (now, was):
            continue
        if now == was:
            made[key] = there
        else:
            unclear = True
    return {key: value for key, value in made.items() if value is not None}, unclear


def _state(row: dict) -> dict:
    return {
        "layer": row["layer_id"], "geometry": row["geometry"], "precision": row["precision"],
        "props": dict(row["props"] or {}), "title": row["title"], "story": row["story"],
        "session": row["session"], "deleted": row["deleted_at"] is not None,
    }  # fmt: skip


def _base(there: list[dict], mine: set[datetime]) -> dict | None:
    common = [row for row in there if row["created_at"] in mine]
    last = max(common, key=lambda row: row["rev"], default=None)
    state = dict(last["data"].get("state") or {}) if last else None
    if state is not None:
        state.pop("layer", None)
    return state


def _moments(changes: list) -> set[datetime]:
    return {row["created_at"] for row in changes}


def _last(changes: list, row: dict) -> datetime:
    last = max(changes, key=lambda one: one["rev"], default=None)
    return last["created_at"] if last else row["updated_at"]


def _changes(uuids: list[str]) -> dict[str, list[dict]]:
    found = defaultdict(list)
    table = Change.__table__
    for start in range(0, len(uuids), 400):
        query = select(table).where(table.c.feature_uuid.in_(uuids[start : start + 400]))
        for row in db.session.execute(query).mappings():
            found[row["feature_uuid"]].append(row)
    return found


natural.handles("map_feature", put_together, "map_feature_change")


def _sides(one) -> list[Side]:
    return [
        Side("ours", _("Here"), _told(one.data["ours"]), _("Keep what is here")),
        Side("theirs", _("From the archive"), _told(one.data["theirs"]),
             _("Take what comes from there")),
        Side("both", _("Both"), _("Two points, one of each side."), _("Keep both points")),
    ]  # fmt: skip


def _told(state: dict) -> str:
    """A point in words: its name, its story, where it is, what it answers."""
    if state["deleted"]:
        return _("It is in the trash.")
    where = (state["geometry"] or {}).get("coordinates")
    place = ", ".join(str(one) for one in where) if where and isinstance(where[0], float) else ""
    answers = [f"{key}{_(':')} {value}" for key, value in (state["props"] or {}).items()]
    return "\n".join(filter(None, [state["title"], state["story"], place, *answers]))


def _settle(one, choice: str, actor) -> None:
    found, feature = db.session.get(Map, one.item_id), db.session.get(Feature, one.data["uuid"])
    if choice == "ours" or feature is None:
        return
    state, about = one.data["theirs"], {"settled": choice}
    seq = operations.next_seq(found)
    if choice == "both":
        feature = Feature(
            uuid=str(uuid.uuid4()), map_id=found.id, layer_id=feature.layer_id, props={},
            author_id=actor.id, precision="exact", title="", story="", html="", session="", rev=0,
        )  # fmt: skip
        db.session.add(feature)
    else:
        operations.keep_present(feature)
    operations.put_state(feature, state)
    feature.deleted_at = utcnow() if state["deleted"] else None
    operations.record(feature, actor, seq, about)
    operations.touch(found, actor)


about("point", _sides, _settle)

"""Places that look alike on a map: proposed by pairs, put together only by a person, undone."""

import math
import re
from difflib import SequenceMatcher
from time import thread_time
from typing import NamedTuple

from flask_babel import gettext as _

from wiki.db import db, utcnow
from wiki.maps import fields, geometry, operations, reading
from wiki.maps.models import Feature, Layer, Map
from wiki.markup import render
from wiki.markup.text import fold

NEAR = 150  # metres within which two places of like names may be one
NEAR_PIXELS = 40
LIKE = 0.84  # of their letters that two names share
MOST, MOST_LOOKED_AT, PATIENCE = 200, 300_000, 2.0  # pairs shown, looked at; seconds of work
PARTS = ("title", "geometry", "layer", "precision", "session", "story")


class Pair(NamedTuple):
    """Two features that may be one, and how far apart they are (None: one has no place)."""

    one: Feature
    other: Feature
    away: float | None


def pairs(found: Map) -> list[Pair]:
    """The pairs that nobody has said to be two places, the likest first."""
    rows = [row for row in reading.rows(found, columns=reading.NAMED) if row.title]
    plain = {row.uuid: _plain(row.title) for row in rows}
    late = thread_time() + PATIENCE  # a thousand long names on one spot would take minutes
    apart = {frozenset(pair) for pair in (found.extra or {}).get("apart", [])}
    made = []
    for one, other in _candidates(found, rows, plain):
        if thread_time() > late:
            break
        if frozenset((one.uuid, other.uuid)) in apart:
            continue
        away = _away(found, one, other)
        if away is not None and away > _reach(found):
            continue
        likeness = _likeness(plain[one.uuid], plain[other.uuid])
        if likeness >= LIKE:
            made.append((likeness, Pair(one, other, away)))
    made.sort(key=lambda each: (-each[0], each[1].away or 0))
    return [pair for _likeness_, pair in made[:MOST]]


def keep_apart(found: Map, one: str, other: str) -> None:
    """Remember that two features are two places. The caller commits."""
    known = list((found.extra or {}).get("apart", []))
    pair = sorted((one, other))
    if pair not in known:
        found.extra = {**(found.extra or {}), "apart": [*known, pair][-2_000:]}


def differences(found: Map, one: Feature, other: Feature, media: dict) -> list[dict]:
    """Part by part, what each of two says: {name, label, sides, same, can_both}.

    `media`: the files and items that the reader may see, of those the two name.
    """
    layers = {layer.id: layer.title for layer in found.layers}
    told = []
    for name, label, say in (
        ("title", _("Name"), lambda f: f.title), ("geometry", _("Where"), _where),
        ("layer", _("Layer"), lambda f: layers.get(f.layer_id, "")),
        ("precision", _("What those outside the group see"), lambda f: f.precision),
        ("session", _("Half-day or outing"), lambda f: f.session),
        ("story", _("What there is to tell"), lambda f: f.story),
    ):  # fmt: skip
        told.append(_row(name, label, (say(one), say(other)), name == "story"))
    for asked in found.fields:
        key = asked["key"]
        values = [(f.props or {}).get(key) for f in (one, other)]
        sides = tuple(_shown(asked, value, media) for value in values)
        can_both = asked["type"] == "multi" or asked["type"] in fields.POINTING
        told.append(_row(f"p.{key}", asked["label"], sides, can_both))
    return [row for row in told if any(row["sides"])]


def unite(found: Map, uuids: tuple, chosen: dict[str, str], revs, actor) -> int:
    """Make one of two: the first is kept with the parts chosen, the second goes to the trash.

    `chosen`: « one », « other » or « both » by part. One operation, that one gesture undoes; gives
    its number. Raises operations.Refused: 409 when somebody changed one of the two meanwhile.
    Commits.
    """
    seq = operations.next_seq(found)
    first, second = (_live(found, uuid) for uuid in uuids)
    if (first.rev, second.rev) != tuple(revs):
        said = _("Somebody changed one of the two meanwhile: look again.")
        raise operations.Refused(409, "conflict", said)
    for feature in (first, second):
        if not operations.may_write_on(db.session.get(Layer, feature.layer_id), actor, found):
            raise operations.Refused(403, "locked", _("This layer is locked."))
        operations.keep_present(feature)
    sent = _united(found, first, second, chosen)
    layer = db.session.get(Layer, sent.pop("layer"))
    html = render(sent["story"], prefix=first.uuid[:8]).html if sent["story"] else ""
    operations.apply(first, sent, layer, html)
    operations.record(first, actor, seq, {"united": second.uuid})
    second.deleted_at = utcnow()
    operations.record(second, actor, seq, {"united": first.uuid})
    operations.close(found, actor)
    return seq


def _united(found: Map, first: Feature, second: Feature, chosen: dict[str, str]) -> dict:
    states = {"one": operations.state_of(first), "other": operations.state_of(second)}

    def side(name: str) -> dict:
        return states["other" if chosen.get(name) == "other" else "one"]

    sent = {name: side(name)[name] for name in PARTS}
    if chosen.get("story") == "both":
        told = [state["story"] for state in states.values() if state["story"]]
        sent["story"] = "\n\n".join(dict.fromkeys(told))[: operations.STORY]
    props = dict(states["one"]["props"])
    for key in {*states["one"]["props"], *states["other"]["props"]}:
        how = chosen.get(f"p.{key}")
        values = [state["props"].get(key) for state in states.values()]
        if how == "both" and all(isinstance(v, list | type(None)) for v in values):
            joined = [v for value in values for v in value or []]
            props[key] = list(dict.fromkeys(joined))
        elif how == "other" or (how is None and values[0] in (None, "", [])):
            props[key] = values[1]
    sent["props"] = {key: value for key, value in props.items() if value not in (None, "", [])}
    return sent


def _live(found: Map, uuid: str) -> Feature:
    feature = db.session.get(Feature, operations.read_uuid(uuid), populate_existing=True)
    if feature is None or feature.map_id != found.id or feature.deleted_at is not None:
        raise operations.Refused(404, "not_found", _("Nothing is here for you."))
    return feature


def _candidates(found: Map, rows, plain: dict[str, str]):
    """Pairs that are near one another, or of the very same name; never all against all."""
    size = _reach(found) * (1 if found.crs == "simple" else 1 / 70_000)
    cells: dict[tuple, list] = {}
    names: dict[str, list] = {}
    for row in rows:
        names.setdefault(plain[row.uuid], []).append(row)
        if row.minx is not None:
            at = math.floor(row.minx / size), math.floor(row.miny / size)
            cells.setdefault(at, []).append(row)
    seen, room = set(), MOST_LOOKED_AT
    for (x, y), here in cells.items():
        around = [
            r for dx in (-1, 0, 1) for dy in (-1, 0, 1) for r in cells.get((x + dx, y + dy), ())
        ]
        for one in here:
            for other in around:
                room -= 1
                if one.uuid < other.uuid and (one.uuid, other.uuid) not in seen and room > 0:
                    seen.add((one.uuid, other.uuid))
                    yield one, other
    for same in names.values():
        waiting = [row for row in same if row.minx is None]
        for one in waiting[:20]:
            for other in same[:20]:
                if other.uuid != one.uuid and (other.minx is not None or one.uuid < other.uuid):
                    yield one, other


def _reach(found: Map) -> float:
    return NEAR_PIXELS if found.crs == "simple" else NEAR


def _away(found: Map, one, other) -> float | None:
    """Metres, or pixels of a drawing, between two features."""
    if one.minx is None or other.minx is None:
        return None
    x1, y1 = (one.minx + one.maxx) / 2, (one.miny + one.maxy) / 2
    x2, y2 = (other.minx + other.maxx) / 2, (other.miny + other.maxy) / 2
    if found.crs == "simple":
        return math.dist((x1, y1), (x2, y2))
    across = (x1 - x2) * 111_320 * math.cos(math.radians((y1 + y2) / 2))
    return math.hypot(across, (y1 - y2) * 110_574)


def _likeness(a: str, b: str) -> float:
    """From 0 to 1; all the words of one name in the other are as good as the same name."""
    if a == b:
        return 1.0
    first, second = set(a.split()), set(b.split())
    if len(first & second) >= 2 and (first <= second or second <= first):
        return 0.95
    if abs(len(a) - len(b)) > 0.4 * max(len(a), len(b)):
        return 0.0
    matcher = SequenceMatcher(None, a, b)
    # Each of these is never less than the next, and far quicker to know.
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < LIKE:
        return 0.0
    return matcher.ratio()


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(title)).split())


def _row(name: str, label: str, sides: tuple, can_both: bool) -> dict:
    same = sides[0] == sides[1]
    return {"name": name, "label": label, "sides": sides, "same": same,
            "can_both": can_both and all(sides) and not same}  # fmt: skip


def _shown(asked: dict, value, media: dict) -> str:
    if asked["type"] in fields.POINTING:
        named = [media[n] for n in fields.pointed({"v": value}, ["v"]) if n in media]
        return ", ".join(f"{one['title']} (#{one['id']})" for one in named)
    return fields.shown(asked, value)


def _where(feature) -> str:
    spot = geometry.middle(feature.geometry) if feature.geometry else None
    return f"{spot[1]:.5f}, {spot[0]:.5f}" if spot else ""

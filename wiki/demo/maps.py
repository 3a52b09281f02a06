"""The maps of the demo: their grounds, layers, points and steps, put down as their groups would."""

from uuid import NAMESPACE_URL, uuid5

from wiki.db import db
from wiki.demo.portraits import add_file
from wiki.items.models import Scope
from wiki.items.writing import stage
from wiki.maps import fields, geometry, places
from wiki.maps.models import Base, Change, Feature, Layer, Map, Step
from wiki.maps.operations import state_of
from wiki.markup import render_all

# What a row of a feature says that is no answer to a question of its map.
_OWN = {"at", "line", "area", "title", "story", "author", "session", "layer", "precision", "key"}


def add(loader, told: dict) -> None:
    """Bring the drawings, then the maps that lie on them; `told` is what maps.yaml says."""
    for row in told["media"]:
        add_file(loader, row)
    for row in told["maps"]:
        _map(loader, row)


def _map(loader, row: dict) -> None:
    group, author = loader.groups[row["group"]], loader.people[row["author"]]
    base = dict(row["base"])
    file = loader.files.get(base.pop("file", ""))
    found = Map(
        group_id=group.id, group=group, title=row["title"], question=row["question"],
        summary=row["summary"], map_kind=row["kind"], legend=row["legend"],
        crs="simple" if base["kind"] == "image" else "geo", view=row.get("view", {}),
        scope=Scope[row["scope"].upper()], author_id=author.id,
        fields=fields.clean(row["fields"]) if "fields" in row else fields.begun(row["kind"]),
    )  # fmt: skip
    found.bases = [Base(file_id=file.id if file else None, **base)]
    found.layers = [_layer(one, rank) for rank, one in enumerate(row["layers"])]
    stage(found, author)
    loader.items[f"maps/{row['key']}"] = found
    _features(loader, found, row)
    loader.date(found, [loader.ago(row["days_ago"])])


def _layer(row: dict, rank: int) -> Layer:
    style = {name: row[name] for name in ("colour", "pattern", "picto") if name in row}
    return Layer(
        title=row["title"], viewpoint=row.get("viewpoint", ""), rank=rank, style=style,
        render=row.get("render", "simple"), render_field=row.get("by", ""),
    )  # fmt: skip


def _features(loader, found: Map, row: dict) -> None:
    """The points and ways, each with its first version, then the steps that lead through them."""
    by_key = dict(zip((one["key"] for one in row["layers"]), found.layers, strict=True))
    rows = row["features"]
    stories = render_all([one.get("story", "") for one in rows] or [""])
    named: dict[str, str] = {}
    for number, (one, made) in enumerate(zip(rows, stories, strict=True), 1):
        feature = _feature(loader, found, one, _flip(found, row))
        feature.layer_id = by_key[one.get("layer", row["layers"][0]["key"])].id
        feature.html, feature.seq = made.html, number
        feature.uuid = str(uuid5(NAMESPACE_URL, f"essaim:demo:{row['key']}:{number}"))
        feature.created_at = feature.updated_at = loader.ago(row["days_ago"])
        named[one.get("key", "")] = feature.uuid
        db.session.add(feature)
        db.session.flush()
        db.session.add(
            Change(feature_uuid=feature.uuid, rev=1, seq=number, actor_id=feature.author_id,
                   created_at=feature.created_at, data={"state": state_of(feature)})
        )  # fmt: skip
    found.seq = found.read_seq = len(rows)
    steps = row.get("steps", [])
    for rank, (one, made) in enumerate(zip(steps, render_all([s["text"] for s in steps] or [""]),
                                           strict=False)):  # fmt: skip
        found.steps.append(
            Step(rank=rank, title=one["title"], text=one["text"], html=made.html,
                 feature_uuid=named[one["feature"]],
                 file_id=loader.files[one["file"]].id if "file" in one else None)
        )  # fmt: skip
    db.session.flush()


def _feature(loader, found: Map, row: dict, place) -> Feature:
    shape = None
    if "at" in row:
        shape = {"type": "Point", "coordinates": place(row["at"])}
    elif "line" in row:
        shape = {"type": "LineString", "coordinates": [place(spot) for spot in row["line"]]}
    elif "area" in row:
        shape = {"type": "Polygon", "coordinates": [[place(spot) for spot in row["area"]]]}
    shape = geometry.clean(shape, found.crs)
    west, south, east, north = geometry.box(shape)
    answers = {key: value for key, value in row.items() if key not in _OWN}
    for key in ("photo", "voice"):
        if key in answers:
            answers[key] = [loader.files[answers[key]].id]
    return Feature(
        map_id=found.id, geometry=shape, minx=west, miny=south, maxx=east, maxy=north, rev=1,
        precision=row.get("precision", "exact"), props=fields.values(found.fields, answers),
        title=row["title"], story=row.get("story", ""), session=row.get("session", ""),
        author_id=loader.people[row["author"]].id,
    )  # fmt: skip


def _flip(found: Map, row: dict):
    """How a place is written: on a drawing from its top left corner, else latitude, longitude."""
    if found.crs == "geo":
        return lambda spot: [spot[1], spot[0]]
    width, height = places.size(found)
    across, down = row["scale"]
    return lambda spot: [spot[0] * width / across, height - spot[1] * height / down]

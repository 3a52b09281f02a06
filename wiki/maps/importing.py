"""Files brought into a map: read whatever their format, judged row by row, put down in batches.

The good rows are kept; of the others, whoever brings the file is told which and why. A row whose
place cannot be read keeps its words and waits in the list, to be placed by hand.
"""

import html
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select, update

from wiki.db import db, utcnow
from wiki.items import writing
from wiki.maps import fields, geometry, guessing, operations, reading_words
from wiki.maps.formats import geojson, gpx, kml, national, tables, umap
from wiki.maps.formats.found import LARGEST, Found, Row, Unreadable
from wiki.maps.models import Base, Feature, Layer, Map
from wiki.maps.weight import Scales, too_heavy
from wiki.markup import render_all
from wiki.markup.sanitize import clean_body, clean_text
from wiki.markup.text import fold

BATCH, MOST_TOLD = 500, 1_000
NEAR = 0.0015  # degrees, about 150 metres: two places of one name this near may be one
_LINKED = re.compile(r"://|www\.", re.IGNORECASE)
# A sentence in which no mark of Markdown can stand.
_PLAIN = re.compile(r"[^\W\d_][^*_\[\]#<>`&{}|~\\@\n\r=+^$]*")


@dataclass
class Report:
    """What became of a file: how much was kept, what was not and why."""

    kept: int = 0
    unplaced: int = 0
    refused: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tell(self, place: str, why: object) -> None:
        """Something about a row that was kept all the same."""
        if len(self.told) < MOST_TOLD:
            self.told.append(f"{place}\u00a0: {why}")

    def lines(self) -> list[str]:
        """The report for a terminal: what was kept, then row by row what was not."""
        said = [_("%(n)s features kept, %(m)s of them to be placed by hand.", n=self.kept,
                  m=self.unplaced)]  # fmt: skip
        said += [_("refused: %(why)s", why=one) for one in self.refused]
        return [*said, *self.told, *self.doubles, *self.notes]

    def as_dict(self) -> dict:
        """The report as an import keeps it."""
        return asdict(self)


def read(data: bytes, name: str = "", roles: list[str] | None = None) -> Found:
    """What a file holds, by its content rather than by its name; raises Unreadable."""
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    ending = name.lower().rpartition(".")[2]
    if data.startswith(b"PK") or ending == "kmz":
        return kml.read(data)
    if start[:1] in (b"{", b"["):
        if re.search(rb'"type"\s*:\s*"umap"', start) or ending == "umap":
            return umap.read(data)
        return geojson.read(data)
    if start[:1] == b"<" or ending in ("kml", "gpx"):
        if ending == "gpx" or (ending != "kml" and b"<gpx" in start.lower()):
            return gpx.read(data)
        return kml.read(data)
    if ending in ("geojson", "json"):
        return geojson.read(data)
    if b"\0" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("This is not a file of a map."))
    return tables.read(data, roles)


def is_table(data: bytes, name: str = "") -> bool:
    """Whether a file is a table, whose columns may be chosen."""
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    ending = name.lower().rpartition(".")[2]
    return not (data.startswith(b"PK") or start[:1] in (b"{", b"[", b"<")
                or ending in ("kml", "kmz", "gpx", "geojson", "json", "umap"))  # fmt: skip


def new_map(found: Found, group, actor, title: str = "") -> Map:
    """A map for a file, with its layers but none of its features yet. Stages, does not commit."""
    made = Map(
        group_id=group.id, group=group, title=title or found.title or _("Map"),
        summary=found.summary[:300], map_kind="resources" if found.fields else "thematic",
        view=found.view, fields=fields.clean(guessing.merged([], found)), extra=found.extra,
    )  # fmt: skip
    made.bases = [Base(kind="outline", outline="france")]
    made.layers = [
        Layer(title=clean_text(one.title)[:120], rank=rank, style=one.style, render=one.render)
        for rank, one in enumerate(found.layers)
    ] or [Layer(title=_("Places"), style={"colour": "lagune"})]  # fmt: skip
    writing.stage(made, actor)
    return made


def import_file(path: Path, group, title: str = "") -> tuple[int, Report]:
    """A new map of a file, for the command line; its number and what became of the file.

    Raises Unreadable, a ValueError, and leaves no map, when nothing can be read.
    """
    if path.stat().st_size > LARGEST:
        raise Unreadable(_("This file is too large: at most %(n)s MB.", n=LARGEST // 1_000_000))
    found = read(path.read_bytes(), path.name)
    target = new_map(found, group, None, title or found.title or path.stem)
    target.origin, target.source = None, path.name[:400]
    return target.id, take(target, found, None)


def fit(target: Map, found: Found) -> None:
    """Columns of a table that bear the name of a question, however it is written, answer it."""
    if not found.is_words:
        return
    keys = {fold(one["key"]).replace("_", " "): one["key"] for one in target.fields}
    exact = set(keys.values())
    for row in found.rows:
        for name in [n for n in row.props if n not in exact]:
            key = keys.get(fold(name).replace("_", " ").strip())
            if key and key not in row.props:
                row.props[key] = row.props.pop(name)


def take(
    target: Map, found: Found, actor, *, layer: int | None = None, skip_doubles: bool = False,
    rough: str = "", start: int = 0, progress: Callable[[int, int, Report], None] | None = None,
) -> Report:  # fmt: skip
    """Put the features of a file on a map, a batch a commit, from row `start`; tells what became.

    `progress(done, total, report)` runs before each commit, in its transaction.
    """
    report = Report(refused=list(found.refused), notes=list(found.notes))
    fit(target, found)
    if not start:
        _widen(target, found, actor)
    layers, total = _layers(target, found), len(found.rows)
    known, scales = known_places(target), Scales(target.id)
    for at in range(start, total, BATCH):
        batch = found.rows[at : at + BATCH]
        ready = [one for row in batch if (one := judged(target, row, report, rough)) is not None]
        if skip_doubles or known:
            ready = [one for one in ready if not (is_double(one, known, report) and skip_doubles)]
        ready = [one for one in ready if _has_room(scales, one, report)]
        _write(target, ready, layers, layer, actor)
        report.kept += len(ready)
        if progress:
            progress(min(at + BATCH, total), total, report)
        db.session.commit()
    operations.touch(target, actor)
    reading_words.after_change(target.id)
    db.session.commit()
    return report


def _has_room(scales: Scales, one: dict, report: Report) -> bool:
    if scales.has_room(one["geometry"]):
        return True
    report.refused.append(f"{one['place']}\u00a0: {too_heavy()}")
    return False


def _widen(target: Map, found: Found, actor) -> None:
    """The questions that the file brings become questions of the map, in a version of its own."""
    wanted = fields.clean(guessing.merged(target.fields, found))
    if wanted != target.fields:
        target.fields = wanted
        writing.save(target, actor, _("Questions brought by a file"))


def _layers(target: Map, found: Found) -> dict[str, int]:
    """The number of each layer by its name; those that the map lacks are made. Commits."""
    known = {one.title: one.id for one in target.layers}
    styles = {clean_text(one.title)[:120]: one for one in found.layers}
    wanted = dict.fromkeys([*styles, *(clean_text(row.layer)[:120] for row in found.rows)])
    for title in [one for one in wanted if one and one not in known][:200]:
        style = styles.get(title)
        made = Layer(
            map_id=target.id, title=title, rank=len(known), style=style.style if style else {},
            render=style.render if style else "simple",
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        known[title] = made.id
    if not known:
        made = Layer(map_id=target.id, title=_("Places"))
        db.session.add(made)
        db.session.flush()
        known[made.title] = made.id
    db.session.commit()
    db.session.expire(target, ["layers"])
    return known


def judged(target: Map, row: Row, report: Report, rough: str = "") -> dict | None:
    """A row as a feature may be kept; None, with why in the report, when nothing of it can be.

    `rough`: how precisely others shall see it, whatever the file says.
    """
    title = clean_text(row.title)[: operations.TITLE]
    story = clean_body(row.story).strip()[: operations.STORY]
    props = _props(target, row, report)
    shape, wrong = None, row.wrong
    try:
        shape = geometry.clean(row.geometry, target.crs)
    except geometry.Refused as error:
        wrong = str(error)
    if shape is None and not (title or story or props):
        reason = wrong or _("there is nothing in it.")
        report.refused.append(f"{row.place}\u00a0: {reason}")
        return None
    if shape is None:
        report.unplaced += 1
        report.tell(row.place, wrong or _("no coordinates, to be placed by hand."))
    elif geometry.crosses_itself(shape):
        report.tell(row.place, _("the outline of this area crosses itself: look at it."))
    precision = next((p for p in (rough, row.precision) if p in geometry.STEPS), "exact")
    return {
        "title": title, "story": story, "props": props, "geometry": shape, "layer": row.layer,
        "precision": precision, "session": clean_text(row.session)[: operations.SESSION],
        "place": row.place,
    }  # fmt: skip


def _props(target: Map, row: Row, report: Report) -> dict:
    """The values that can be kept; each of the others is told."""
    given = dict(list(row.props.items())[: fields.MOST_PROPS])
    if target.fields and national.MANY & given.keys() and "pivot" in given:
        given |= {key: national.many(given[key]) for key in national.MANY & given.keys()
                  if isinstance(given[key], str)}  # fmt: skip
        if said := national.complaint(given, row.title):
            report.tell(row.place, said)
    try:
        return fields.values(target.fields, given)
    except fields.Refused:
        kept = {}
        for key, value in given.items():
            try:
                kept |= fields.values(target.fields, {key: value})
            except fields.Refused as error:
                report.tell(row.place, error)
        return kept


def _write(target: Map, ready: list[dict], layers: dict, layer: int | None, actor) -> None:
    """Features in one statement, numbered like operations."""
    if not ready:
        return
    htmls = _rendered([one["story"] for one in ready])
    table = Map.__table__
    last = db.session.scalar(
        update(table).where(table.c.id == target.id).values(seq=table.c.seq + len(ready))
        .returning(table.c.seq)
    )  # fmt: skip
    first, now, least = last - len(ready) + 1, utcnow(), next(iter(layers.values()))
    rows = []
    for at, one in enumerate(ready):
        west, south, east, north = geometry.box(one["geometry"])
        rows.append({
            "uuid": str(uuid4()), "map_id": target.id, "minx": west, "miny": south, "maxx": east,
            "maxy": north, "layer_id": layer or layers.get(clean_text(one["layer"])[:120], least),
            "html": htmls[at], "author_id": actor.id if actor else None, "rev": 1,
            "seq": first + at, "created_at": now, "updated_at": now, "deleted_at": None,
            **{key: one[key] for key in ("geometry", "precision", "props", "title", "story",
                                         "session")},
        })  # fmt: skip
    db.session.execute(Feature.__table__.insert(), rows)


def _rendered(stories: list[str]) -> list[str]:
    """Stories as HTML; a plain sentence needs no renderer, which takes most of an import."""
    made = {"": ""}
    for story in stories:
        if story not in made and _PLAIN.fullmatch(story) and not _LINKED.search(story):
            made[story] = f"<p>{html.escape(story, quote=False)}</p>"
    others = [one for one in dict.fromkeys(stories) if one not in made]
    made |= (
        {s: one.html for s, one in zip(others, render_all(others), strict=True)} if others else {}
    )
    return [made[story] for story in stories]


def known_places(target: Map) -> dict[str, list]:
    """Where the features of a map are, by name."""
    query = select(Feature.title, Feature.minx, Feature.miny).where(
        Feature.map_id == target.id, Feature.deleted_at.is_(None), Feature.title != ""
    )
    found: dict[str, list] = {}
    for title, x, y in db.session.execute(query):
        found.setdefault(_key(title), []).append((x, y, title))
    return found


def is_double(one: dict, known: dict[str, list], report: Report) -> bool:
    """Whether a feature of this name already stands there; it is told, never merged."""
    x, y = geometry.box(one["geometry"])[:2]
    for kx, ky, title in known.get(_key(one["title"]), ()) if one["title"] else ():
        if None in (x, kx) or (abs(x - kx) < NEAR and abs(y - ky) < NEAR):
            if len(report.doubles) < MOST_TOLD:
                said = _("looks like “%(title)s”, which is already on the map.", title=title)
                report.doubles.append(f"{one['place']}\u00a0: {said}")
            return True
    return False


def _key(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(title)).split())

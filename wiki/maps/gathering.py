"""Everything that has a place, on one map: points of maps, half-days, what bears a territory.

A group's map shows what its reader may read of that group; the public map, what is for everyone,
as whoever comes from outside sees it.
"""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from wiki.db import db
from wiki.items.access import visible
from wiki.items.links import path_of
from wiki.items.models import Item, Term, item_term
from wiki.items.terms import label_of
from wiki.maps import reading, territories
from wiki.maps.models import Feature, Layer, Map
from wiki.programme.models import Dated

MOST_POINTS, MOST_DATES, MOST_BORNE, IN_ONE = 3_000, 500, 5_000, 40
AS_NEAR = 4  # decimals of a degree, some ten metres: the same place


@dataclass
class Spot:
    """A place, and what is there."""

    uuid: str
    kind: str
    title: str
    geometry: dict
    note: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    precision: str = "exact"

    @property
    def html(self) -> Markup:
        """What is there, to read and to open."""
        said = [Markup("<p>{}</p>").format(self.note)] if self.note else []
        rows = [Markup('<li><a href="{}">{}</a></li>').format(at, t) for at, t in self.links]
        if rows:
            said.append(Markup("<ul>") + Markup("").join(rows) + Markup("</ul>"))
        return Markup("").join(said)


def kinds() -> list[dict]:
    """What can be told apart on such a map, as the choices of a question."""
    return [
        {"value": "maps", "label": _("Points of maps"), "colour": "lagune", "pattern": "",
         "picto": "carte"},
        {"value": "events", "label": _("Half-days and outings"), "colour": "mure",
         "pattern": "dots", "picto": "agenda"},
        {"value": "reports", "label": _("Experience reports"), "colour": "brique",
         "pattern": "hatch", "picto": "retour"},
        {"value": "others", "label": _("Pages, portraits and the rest"), "colour": "sapin",
         "pattern": "lines", "picto": "page"},
    ]  # fmt: skip


def gathered(reader, *conditions) -> list[Spot]:
    """Every place of the items that satisfy the conditions, as far as this reader may know it."""
    wanted = (visible(reader), *conditions)
    return [*_borne(wanted), *_dated(wanted), *_points(reader, wanted)]


def _points(reader, wanted) -> list[Spot]:
    """The points, ways and areas of maps of the globe."""
    columns = (Feature.uuid, Feature.geometry, Feature.precision, Feature.title, Layer.title,
               Item.id, Item.kind, Item.slug, Item.title, Item.group_id)  # fmt: skip
    query = (
        select(*columns).join(Layer, Layer.id == Feature.layer_id)
        .join(Map.__table__, Map.__table__.c.id == Feature.map_id)
        .join(Item.__table__, Item.__table__.c.id == Feature.map_id)
        .where(Map.__table__.c.crs == "geo", Feature.deleted_at.is_(None),
               Feature.minx.is_not(None), *wanted)
        .order_by(Feature.updated_at.desc(), Feature.uuid).limit(MOST_POINTS)
    )  # fmt: skip
    inside: dict[int, bool] = {}
    found = []
    for uuid, shape, precision, title, layer, number, kind, slug, name, group in db.session.execute(
        query
    ):
        if group not in inside:
            inside[group] = reading.is_in(group, reader)
        at = path_of(_Named(number, kind, slug)) + f"#feature-{uuid}"
        place = reading.placed(shape, precision, "geo", inside[group])
        found.append(Spot(uuid, "maps", title or _("Without name"), place, layer,
                          [(at, name)], precision))  # fmt: skip
    return found


@dataclass
class _Named:
    """What an address needs to know of an item."""

    id: int
    kind: str
    slug: str


def _dated(wanted) -> list[Spot]:
    """Where something takes place: each place once, with all that takes place there."""
    query = select(Dated).where(Dated.lat.is_not(None), Dated.lng.is_not(None), *wanted)
    there: dict[tuple[float, float], list[Dated]] = {}
    for one in db.session.scalars(query.order_by(Dated.starts_at.desc()).limit(MOST_DATES)):
        there.setdefault((round(one.lng, AS_NEAR), round(one.lat, AS_NEAR)), []).append(one)
    return [_held(dates) for dates in there.values()]


def _held(dates: list[Dated]) -> Spot:
    last = dates[0]
    where = [last.place, last.address]
    if len(dates) == 1:
        title, where = last.title, [f"{last.local_start:%d/%m/%Y}", *where]
        links = [(path_of(last), last.title)]
    else:
        title = where.pop(0) or last.title
        links = [(path_of(one), f"{one.title}, {one.local_start:%d/%m/%Y}") for one in dates]
    uuid = _named("dated", min(one.id for one in dates))
    note = ", ".join(filter(None, where))
    return Spot(uuid, "events", title, _point(last.lng, last.lat), note, links[:IN_ONE])


def _borne(wanted) -> list[Spot]:
    """Reports and other things by the territory they bear."""
    query = (
        select(Term, Item.id, Item.kind, Item.slug, Item.title)
        .join(item_term, item_term.c.term_id == Term.id)
        .join(Item, Item.id == item_term.c.item_id)
        .where(Term.vocabulary == "territories", *wanted)
        .order_by(Term.id, Item.updated_at.desc()).limit(MOST_BORNE)
    )  # fmt: skip
    borne: dict[tuple[Term, str], list[_Named]] = {}
    titles: dict[int, str] = {}
    for term, number, kind, slug, title in db.session.execute(query):
        side = "reports" if kind == "reports" else "others"
        borne.setdefault((term, side), []).append(_Named(number, kind, slug))
        titles[number] = title
    at = territories.spots(list({term for term, _side in borne}))
    found = []
    for (term, side), items in borne.items():
        if term.id not in at:
            continue
        lng, lat, is_rough = at[term.id]
        links = [(path_of(one), titles[one.id]) for one in items[:IN_ONE]]
        if len(items) > IN_ONE:
            links.append((f"/territories/{term.slug}", _("and %(n)s more", n=len(items) - IN_ONE)))
        note = _("Shown in the middle of its department.") if is_rough else ""
        found.append(Spot(_named(f"term-{side}", term.id), side, label_of(term),
                          _point(lng, lat), note, links, "town"))  # fmt: skip
    return found


def _point(lng: float, lat: float) -> dict:
    return {"type": "Point", "coordinates": [round(lng, 6), round(lat, 6)]}


def _named(what: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{what}/{number}"))


def words_of(spot: Spot) -> str:
    """All that is said of a spot, to search in."""
    return "\n".join([spot.title, spot.note, *(title for _at, title in spot.links)])

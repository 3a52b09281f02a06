"""Where the territories that people name are: a commune, a community, a department, a region."""

from sqlalchemy import select

from wiki.db import db
from wiki.items import gazetteer
from wiki.items.models import Term
from wiki.maps import outlines
from wiki.maps.models import KnownPlace


def spots(terms: list[Term]) -> dict[int, tuple[float, float, bool]]:
    """Longitude, latitude, and whether it is that of the department around, by number of term.

    Communes are where the operator's list of places says (`essaim import places`), else in the
    middle of their department. A territory that is no place (« rural ») is left out.
    """
    places = {term.id: place for term in terms if (place := _place(term))}
    known = _known({place.code for place in places.values()})
    found = {}
    for number, place in places.items():
        if place.code in known:
            found[number] = (*known[place.code], False)
        elif middle := _middle(place):
            found[number] = (*middle, place.level in ("c", "e"))
    return found


def _place(term: Term) -> gazetteer.Place | None:
    if term.uri.startswith("insee:"):
        return gazetteer.coded(term.uri.removeprefix("insee:"))
    return None if term.uri else gazetteer.find(term.label)


def _known(codes: set[str]) -> dict[str, tuple[float, float]]:
    query = select(KnownPlace.code, KnownPlace.lng, KnownPlace.lat)
    rows = db.session.execute(query.where(KnownPlace.code.in_(codes - {""})))
    return {row.code: (row.lng, row.lat) for row in rows}


def _middle(place: gazetteer.Place) -> tuple[float, float] | None:
    middles = outlines.middles()
    if place.level != "r":
        return middles.get(gazetteer.department(place))
    inside = [middles[code] for code in gazetteer.departments_in(place) if code in middles]
    if not inside:
        return None
    return (
        round(sum(x for x, _y in inside) / len(inside), 4),
        round(sum(y for _x, y in inside) / len(inside), 4),
    )

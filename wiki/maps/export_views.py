"""Maps that leave: GeoJSON and the other formats, as far as whoever asks may know them."""

from collections.abc import Callable

from flask import Response, request
from flask_login import current_user

from wiki.items.access import load
from wiki.maps import (  # noqa: F401 (joining and leaving register)
    exporting,
    joining,
    leaving,
    sketch_png,
    sketching,
)
from wiki.maps.filtering import Filters
from wiki.maps.formats import geojson, gpx, kml, national, tables, umap
from wiki.maps.models import Map
from wiki.maps.routes import blueprint
from wiki.markup.text import slugify
from wiki.throttle import address, throttle


@blueprint.get("/maps/<id:item_id>.geojson")
def as_geojson(item_id: int):
    """The map as GeoJSON."""
    return _send(item_id, geojson.write, "geojson", "application/geo+json")


@blueprint.get("/maps/<id:item_id>.csv")
def as_csv(item_id: int):
    """The map as a table for spreadsheets; `?schema=national` in the schema of LaMednum."""
    if request.args.get("schema") == "national":
        return _send(item_id, national.write, "csv", "text/csv")
    return _send(item_id, tables.write, "csv", "text/csv")


@blueprint.get("/maps/<id:item_id>.kml")
def as_kml(item_id: int):
    """The map as KML, for globes and phones."""
    return _send(item_id, kml.write, "kml", "application/vnd.google-earth.kml+xml")


@blueprint.get("/maps/<id:item_id>.gpx")
def as_gpx(item_id: int):
    """The map as GPX, for walking; it has no room for what has no place."""
    return _send(item_id, gpx.write, "gpx", "application/gpx+xml", unplaced=False)


@blueprint.get("/maps/<id:item_id>.umap")
def as_umap(item_id: int):
    """The map as a backup that uMap reads; it has no room for what has no place."""
    return _send(item_id, umap.write, "umap", "application/json", unplaced=False)


@blueprint.get("/maps/<id:item_id>.svg")
def as_svg(item_id: int):
    """The map as a drawing, with its picture inside; only what the address asks for."""
    found = load(Map, item_id)
    wanted = Filters(found, request.args)
    drawn = sketching.sketch(found.id, current_user, True, wanted.keeps if wanted else None)
    answer = Response(str(drawn.svg), mimetype="image/svg+xml")
    return _kept(answer, found, "svg")


@blueprint.get("/maps/<id:item_id>.png")
def as_png(item_id: int):
    """The map as a picture, for slides and messages; `?width=` in points."""
    found = load(Map, item_id)
    width = min(max(request.args.get("width", 1520, type=int) or 1520, 200), 3000)
    throttle("60 per 5 minutes", "png", who())
    drawn = sketching.drawing(found, current_user, most=sketching.ALL)
    return _kept(Response(sketch_png.write(drawn, width), mimetype="image/png"), found, "png")


def who() -> str:
    """Whose drawings are counted together: a person's, or those of an address."""
    return address() if current_user.is_anonymous else str(current_user.id)


def _send(
    item_id: int, write: Callable[[dict], bytes], ending: str, mime: str, unplaced: bool = True
) -> Response:
    found = load(Map, item_id)
    told = exporting.told(found, current_user, unplaced)
    answer = Response(write(told), mimetype=mime)
    answer.headers["X-Left-Out"] = str(0 if unplaced else found.count_unplaced())
    return _kept(answer, found, ending)


def _kept(answer: Response, found: Map, ending: str) -> Response:
    """A file to keep, that only its reader's browser may keep for later."""
    name = slugify(found.title) or "carte"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.add_etag()
    return answer.make_conditional(request)

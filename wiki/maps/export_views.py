"""Maps that leave: GeoJSON and the other formats, as far as whoever asks may know them."""

from collections.abc import Callable

from flask import Response, request
from flask_login import current_user

from wiki.items.access import load
from wiki.maps import exporting
from wiki.maps.formats import geojson
from wiki.maps.models import Map
from wiki.maps.routes import blueprint
from wiki.markup.text import slugify


@blueprint.get("/maps/<id:item_id>.geojson")
def as_geojson(item_id: int):
    """The map as GeoJSON."""
    return _send(item_id, geojson.write, "geojson", "application/geo+json")


def _send(
    item_id: int, write: Callable[[dict], bytes], ending: str, mime: str, unplaced: bool = False
) -> Response:
    found = load(Map, item_id)
    told = exporting.told(found, current_user, unplaced or "unplaced" in request.args)
    answer = Response(write(told), mimetype=mime)
    name = slugify(found.title) or "carte"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.add_etag()
    return answer.make_conditional(request)

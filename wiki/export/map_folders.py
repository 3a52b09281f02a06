"""A map in a folder: one page that opens by a double click, with its drawing, photos and sounds.

Nothing in it asks the network for anything. It holds what its reader may see, and no more.
"""

from flask import Blueprint, render_template
from flask_login import current_user

from wiki.consents.releases import note_leaving
from wiki.export import folders, handing, map_sheets
from wiki.files import archives
from wiki.files.archives import Entry
from wiki.files.names import clean_filename
from wiki.items.access import load
from wiki.maps import exporting, reading, screen, sketching
from wiki.maps import fields as asked
from wiki.maps.formats import geojson, tables
from wiki.maps.models import Map
from wiki.throttle import throttle

blueprint = Blueprint("map_folders", __name__)
MOST_HEARD = 300  # features whose sounds and photos are taken along


@blueprint.get("/maps/<id:item_id>/folder.zip")
def taken_away(item_id: int):
    """The folder, as a zip made while it leaves."""
    found = load(Map, item_id)
    throttle("30 per 5 minutes", "folder", handing.who())
    made = entries(found, current_user, clean_filename(found.title) + "/")
    note_leaving([found], "export")
    return archives.sent(made, found.title)


def entries(found: Map, user, place: str) -> list[Entry]:
    """All that the folder of a map holds, under `place`."""
    made = page(found, user)
    moment = max(found.updated_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    told = exporting.told(found, user)
    data = [("carte.geojson", geojson.write(told)), ("carte.csv", tables.write(told))]
    kept = [Entry(f"{place}{folders.PAGE}", None, moment, made.html.encode())]
    kept += folders.dress(f"{place}style/", moment)
    kept += [Entry(f"{place}{name}", None, moment, body) for name, body in data]
    return kept + [Entry(f"{place}{name}", path, moment) for name, path in made.media.items()]


def page(found: Map, user) -> folders.Made:
    """The page of a map with addresses that stay inside its folder."""
    drawing = sketching.drawing(found, user, most=sketching.ALL, size=(1200, 760))
    rows = reading.rows(found, most=sketching.ALL)
    told = reading.described(found, rows, user)
    rendering = found.renderings.get("legend")
    html = render_template(
        "export/map_folder.html", item=found, features=told["features"][:MOST_HEARD],
        others=told["features"][MOST_HEARD:], media=told["media"], start=0, shown=asked.shown,
        pointing=asked.POINTING, may_edit=False, layer_names={x.id: x.title for x in found.layers},
        svg=map_sheets.sketch_svg.write(drawing), legend=map_sheets.legend(found),
        words=rendering and map_sheets.links.show(rendering.html, found, user, False),
        steps=screen.told(found, False, 0)["steps"], sprite=folders.SIGNS,
        entries=map_sheets.entries(found, drawing, told, {}),
    )  # fmt: skip
    return folders.closed(html, user)

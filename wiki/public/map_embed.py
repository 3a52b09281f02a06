"""A public map on another site: its drawing, its signs, its points; no script, cookie or reader."""

from flask import Blueprint, Response, current_app
from flask_babel import force_locale

from wiki.items import links
from wiki.maps import fields, reading, sketch_svg, sketching
from wiki.maps.models import Map
from wiki.public import oembed
from wiki.public.contents import load_items
from wiki.public.outlet import whole
from wiki.public.records import VISITOR

blueprint = Blueprint("map_embed", __name__)
MOST = 500  # points told in words
SHEET = (960, 560)


@blueprint.get("/maps/<id:item_id>/embed")
def frame(item_id: int):
    """The map in a frame of another site; one that is not public is as if it had never been."""
    found = load_items([item_id], VISITOR)
    item = found[0] if found and isinstance(found[0], Map) else None
    spoken = oembed.language_of(item)
    with force_locale(spoken):
        # Rendered bare: a page's frame looks at who is signed in, a map elsewhere must not.
        template = current_app.jinja_env.get_template("public/map_embed.html")
        page = template.render(item=item, spoken=spoken, **(_shown(item) if item else {}))
    return oembed.framed(Response(page, 200 if item else 404))


def _shown(item: Map) -> dict:
    drawing = sketching.drawing(item, VISITOR, most=sketching.ALL, size=SHEET)
    told = reading.described(item, reading.rows(item, most=MOST), VISITOR)
    numbers = {one["id"]: one["number"] for one in drawing.features}
    points = [
        {
            "number": numbers.get(one["id"]), "title": one["title"], "html": one.get("html", ""),
            "address": whole(f"/maps/{item.id}/features/{one['id']}"),
            "words": [
                (asked["label"], fields.shown(asked, one["props"].get(asked["key"])))
                for asked in item.fields if asked["type"] not in fields.POINTING
            ],
        }
        for one in told["features"]
    ]  # fmt: skip
    rendering = item.renderings.get("legend")
    return {
        "address": whole(item.url), "svg": sketch_svg.write(drawing), "points": points,
        "count": item.count(), "signs": [
            (sketch_svg.sign(colour, shape), words)
            for colour, shape, words in sketching.legend(item)
        ],
        "legend": links.show(rendering.html, item, VISITOR, False) if rendering else "",
    }  # fmt: skip

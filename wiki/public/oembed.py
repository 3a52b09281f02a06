"""Cards for other sites: oEmbed 1.0, and the card itself, without script, cookie or reader."""

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask import Blueprint, Response, current_app, jsonify, request
from flask_babel import force_locale
from markupsafe import Markup

from wiki.items.models import Item
from wiki.markup.text import one_line, shorten
from wiki.public import contents
from wiki.public.contents import load_items
from wiki.public.outlet import document, in_site_language, node, whole
from wiki.public.records import VISITOR
from wiki.reports.facts import facts_line
from wiki.reports.models import Report
from wiki.search.views import kind_names
from wiki.templating import site_address

WIDTH, HEIGHT = 600, 260
NARROWEST, LOWEST = 120, 80
CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)
_PATH = re.compile(r"/(?P<kind>[a-z]{1,20})/(?P<number>\d{1,9})(?:-[^/]*)?/?", re.ASCII)
_SHORT = ("embed", "items", "i")  # addresses that name an item without its kind

blueprint = Blueprint("oembed", __name__)


@blueprint.get("/oembed")
@in_site_language
def oembed():
    """The card of a public page, for sites that ask by its address."""
    format = request.args.get("format", "json")
    if format not in ("json", "xml"):
        return _refuse(501, "format: json or xml.")
    if not request.args.get("url"):
        return _refuse(400, "url: the address of a page is needed.")
    try:
        width, height = _most("maxwidth", NARROWEST, WIDTH), _most("maxheight", LOWEST, HEIGHT)
    except ValueError as error:
        return _refuse(400, f"{error}: a number of pixels.")
    item = _named(request.args["url"])
    if item is None:
        return _refuse(404, "No public page has this address.")
    made = _answer(item, width, height)
    if format == "json":
        answer = jsonify(made)
    else:
        root = ElementTree.Element("oembed")
        for name, value in made.items():
            node(root, name, value)
        answer = Response(document(root), content_type="text/xml; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@blueprint.get("/embed/<int:item_id>")
def card(item_id: int):
    """The card: what a page is about and the way to it, in its own language."""
    found = load_items([item_id], VISITOR) if item_id < 2**31 else []
    item = found[0] if found else None
    with force_locale(language_of(item)):
        # Rendered bare: a page's frame looks at who is signed in, a card must not.
        template = current_app.jinja_env.get_template("public/embed.html")
        page = template.render(item=item, spoken=language_of(item), **_about(item))
    return framed(Response(page, 200 if item else 404))


def framed(answer: Response) -> Response:
    """An answer that other sites may show in a frame, and that does nothing there by itself."""
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _about(item: Item | None) -> dict:
    if item is None:
        return {"facts": [], "site": site_address()}
    facts = facts_line(item) if isinstance(item, Report) else []
    return {
        "address": whole(item.url),
        "kind": kind_names().get(item.kind, item.kind),
        "words": shorten(one_line(contents.summary(item)), 220),
        "facts": [(sign, value) for sign, value in facts if value][:4],
        "authors": contents.authors(item)[:3],
        "picture": contents.picture(item, VISITOR),
        "site": site_address(),
    }


def language_of(item: Item | None) -> str:
    """The language that a card is written in: its item's, where ours knows it."""
    known = ("fr", "en")
    return item.lang if item and item.lang in known else current_app.config["LANGUAGE"]


def _most(name: str, least: int, usual: int) -> int:
    """What fits in the room given; a card never shrinks beyond reading."""
    given = request.args.get(name, "")
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and int(given[:9]) > 0):
        raise ValueError(name)
    return max(least, min(int(given[:9]), usual))


def _named(address: str) -> Item | None:
    """The public item whose address this is, on this very site."""
    try:
        parts = urlsplit(address[:2_000])
        ours = urlsplit(site_address())
        same = parts.scheme in ("http", "https") and parts.netloc.lower() == ours.netloc.lower()
    except ValueError:
        return None
    found = _PATH.fullmatch(parts.path)
    if not (same and found):
        return None
    items = load_items([int(found["number"])], VISITOR)
    return items[0] if items and found["kind"] in (items[0].kind, *_SHORT) else None


def _answer(item: Item, width: int, height: int) -> dict:
    frame = Markup(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0">'
        "</iframe>"
    ).format(_frame_of(item), width, height, item.title)
    authors = contents.authors(item)
    made = {
        "version": "1.0",
        "type": "rich",
        "title": item.title,
        "author_name": ", ".join(authors) or item.group.title,
        "author_url": whole(item.group.url),
        "provider_name": current_app.config["SITE_NAME"],
        "provider_url": whole("/"),
        "cache_age": 3600,
        "html": str(frame),
        "width": width,
        "height": height,
    }
    if picture := contents.picture(item, VISITOR):
        made |= {
            "thumbnail_url": picture.url,
            "thumbnail_width": picture.width,
            "thumbnail_height": picture.height,
        }
    return made


def _frame_of(item: Item) -> str:
    """A map is shown as a map, the rest as a card."""
    return whole(f"/maps/{item.id}/embed" if item.kind == "maps" else f"/embed/{item.id}")


def _refuse(status: int, words: str) -> Response:
    answer = jsonify(error={"code": "oembed", "message": words})
    answer.status_code = status
    return answer

"""What a public page says of itself to engines, networks and feed readers; others say nothing."""

import json
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, current_app, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from wiki.db import db
from wiki.groups.models import Group
from wiki.items.access import shows_something
from wiki.items.models import Scope
from wiki.markup.text import one_line, shorten
from wiki.public import contents, linked_data
from wiki.public.contents import Picture
from wiki.public.feed_writing import ATOM, JSON
from wiki.public.outlet import iso, whole
from wiki.public.records import VISITOR

blueprint = Blueprint("metadata", __name__)
# What would end the script, or begin a comment, in the eyes of an HTML parser.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Link(NamedTuple):
    """Another form of the page, or a list to follow."""

    title: str
    href: str
    type: str


class Face(NamedTuple):
    """What the head of a page says, beside its title; empty parts are not said."""

    address: str = ""
    title: str = ""
    description: str = ""
    type: str = "website"
    picture: Picture | None = None
    published: str = ""
    changed: str = ""
    licence: str | None = None
    links: tuple[Link, ...] = ()
    data: Markup = Markup("")


@blueprint.app_template_global("public_face")
def public_face(item=None, group=None) -> Face:
    """The face of the page being drawn, for what everyone may read."""
    endpoint = request.endpoint or ""
    if item and endpoint == f"{item.kind}.show":
        return _of_item(item)
    if endpoint == "home.group" and group:
        return _of_group(group.id)
    if endpoint == "home.index" and current_user.is_anonymous:
        return _of_site()
    if endpoint == "search.index":
        query = request.query_string.decode("ascii", "ignore")
        found = _followed(_("This search"), "/search", f"?{query}" if query else "", "feed.json")
        return Face(links=(*found, *_site_feeds()))
    return Face(links=_site_feeds())


def script(data: dict) -> Markup:
    """Linked data as a block that no browser runs and that no text can leave."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(written))


def _of_item(row) -> Face:
    if row.scope != Scope.PUBLIC:
        return Face(links=_site_feeds())
    if current_user.is_authenticated:
        # Engines come without an account: others are spared the questions that follow.
        return Face(whole(contents.path(row)), links=_site_feeds())
    found = contents.load_items([row.id], VISITOR)
    if not found:
        return Face(links=_site_feeds())
    item = found[0]
    address, picture = whole(item.url), contents.picture(item, VISITOR)
    return Face(
        address=address,
        title=item.title,
        description=shorten(one_line(contents.summary(item)), 300),
        type="article",
        picture=picture,
        published=iso(item.published_at or item.created_at),
        changed=iso(contents.moment_shown(item)),
        licence=contents.licence_url(item),
        links=(*_cards(address, item.title), *_feeds_around(item), *_site_feeds()),
        data=script(linked_data.of_item(item, picture)),
    )


def _of_group(group_id: int) -> Face:
    group = db.session.get(Group, group_id)
    if group is None or not shows_something(group_id, VISITOR):
        return Face(links=_site_feeds())
    return Face(
        address=whole(group.url),
        title=group.title,
        description=shorten(group.summary or group.title, 300),
        type="website",
        links=(*_followed(group.title, f"/groups/{group.id}/feed"), *_site_feeds()),
        data=script(linked_data.of_group(group)),
    )


def _of_site() -> Face:
    name = current_app.config["SITE_NAME"]
    words = _("Experience reports of groups that act together: find them, trust them, redo them.")
    return Face(whole("/"), name, words, links=_site_feeds(), data=script(linked_data.of_site()))


def _cards(address: str, title: str) -> list[Link]:
    asked = whole(f"/oembed?url={quote(address, safe='')}&format=")
    return [
        Link(title, f"{asked}json", "application/json+oembed"),
        Link(title, f"{asked}xml", "text/xml+oembed"),
    ]


def _feeds_around(item) -> list[Link]:
    own = _followed(item.title, f"/items/{item.id}/feed") if item.kind == "collections" else []
    return [*own, *_followed(item.group.title, f"/groups/{item.group_id}/feed")]


def _site_feeds() -> list[Link]:
    return _followed(current_app.config["SITE_NAME"], "/feed")


def _followed(title: str, path: str, query: str = "", json_ending: str = "json") -> list[Link]:
    return [
        Link(f"{title} (Atom)", whole(f"{path}.atom{query}"), ATOM),
        Link(f"{title} (JSON Feed)", whole(f"{path}.{json_ending}{query}"), JSON),
    ]

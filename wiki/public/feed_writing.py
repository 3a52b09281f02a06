"""A list of items as Atom (RFC 4287) and as JSON Feed 1.1."""

import json
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from flask import request

from wiki.files import muting
from wiki.files.models import File
from wiki.items.models import Item
from wiki.items.terms import label_of
from wiki.public import contents
from wiki.public.outlet import clean, document, host, iso, node, whole

ATOM = "application/atom+xml"
JSON = "application/feed+json"
MIMETYPES = {"atom": ATOM, "json": JSON}


class Feed(NamedTuple):
    """A list to follow: its words, the page it stands for, and its pages around this one."""

    title: str
    subtitle: str
    page: str
    lang: str
    updated: datetime
    reader: object
    before: str | None = None
    after: str | None = None
    address: str = ""  # what names the feed, when its address holds a secret


def write(feed: Feed, items: list[Item], format: str) -> bytes:
    """The feed in one of MIMETYPES."""
    return _atom(feed, items) if format == "atom" else _json(feed, items)


def tag_uri(item: Item) -> str:
    """The name of an item for ever, whatever its address becomes (RFC 4151)."""
    return f"tag:{host()},{item.created_at:%Y-%m-%d}:items/{item.id}"


def _self(feed: Feed) -> str:
    return whole(feed.address or request.full_path.rstrip("?"))


def _atom(feed: Feed, items: list[Item]) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    root.set("xml:lang", feed.lang)
    node(root, "id", _self(feed))
    node(root, "title", feed.title)
    if feed.subtitle:
        node(root, "subtitle", feed.subtitle)
    node(root, "updated", iso(feed.updated))
    links = (
        ("self", whole(request.full_path.rstrip("?")), ATOM),
        ("alternate", whole(feed.page), "text/html"),
        ("previous", feed.before and whole(feed.before), ATOM),
        ("next", feed.after and whole(feed.after), ATOM),
    )
    for rel, href, mimetype in links:
        if href:
            node(root, "link", rel=rel, href=href, type=mimetype)
    node(root, "generator", "Essaim")
    for item in items:
        _entry(root, item, feed)
    return document(root)


def _entry(root, item: Item, feed: Feed) -> None:
    entry = node(root, "entry", **{"xml:lang": item.lang})
    node(entry, "id", tag_uri(item))
    node(entry, "title", item.title)
    node(entry, "link", rel="alternate", href=whole(item.url), type="text/html")
    if isinstance(item, File):
        given = muting.given(item, feed.reader)
        weight = {"length": given.size} if given.size else {}
        node(
            entry, "link", rel="enclosure", href=whole(item.download_url), type=given.mime, **weight
        )  # fmt: skip
    node(entry, "updated", iso(contents.moment_shown(item)))
    node(entry, "published", iso(item.published_at or item.created_at))
    for name in contents.authors(item) or [item.group.title]:
        node(node(entry, "author"), "name", name)
    for term in item.terms:
        scheme = whole(f"/feeds/{term.vocabulary}")
        node(entry, "category", term=term.slug, label=label_of(term), scheme=scheme)
    if contents.licence_url(item):
        node(entry, "link", rel="license", href=contents.licence_url(item))
    if words := contents.summary(item):
        node(entry, "summary", words, type="text")
    node(entry, "content", contents.text(item, feed.reader), type="html")


def _json(feed: Feed, items: list[Item]) -> bytes:
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": whole(feed.page),
        "feed_url": whole(request.full_path.rstrip("?")),
        "next_url": feed.after and whole(feed.after),
        "language": feed.lang,
        "items": [_item(item, feed) for item in items],
    }
    return json.dumps(_filled(made), ensure_ascii=False).encode()


def _item(item: Item, feed: Feed) -> dict:
    picture = contents.picture(item, feed.reader)
    made = {
        "id": tag_uri(item),
        "url": whole(item.url),
        "title": clean(item.title),
        "summary": clean(contents.summary(item)),
        "date_published": iso(item.published_at or item.created_at),
        "date_modified": iso(contents.moment_shown(item)),
        "authors": [{"name": clean(n)} for n in contents.authors(item) or [item.group.title]],
        "tags": [label_of(term) for term in item.terms],
        "language": item.lang,
        "image": picture and picture.url,
    }
    if isinstance(item, File):
        given = muting.given(item, feed.reader)
        bytes_at = {"url": whole(item.download_url), "mime_type": given.mime}
        made["attachments"] = [bytes_at | ({"size_in_bytes": given.size} if given.size else {})]
    # Said even when empty: an entry must have a text.
    return _filled(made) | {"content_html": clean(contents.text(item, feed.reader))}


def _filled(made: dict) -> dict:
    return {name: value for name, value in made.items() if value not in (None, "", [])} | (
        {"items": made["items"]} if "items" in made else {}
    )

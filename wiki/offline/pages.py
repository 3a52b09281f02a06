"""The pages of a folder: each item on its own, with links that stay inside and files beside it."""

import re
from pathlib import Path
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from wiki.db import db
from wiki.export import folders, map_sheets
from wiki.export.sheets import Sheet, sheets
from wiki.files import safety, transcripts
from wiki.files.labels import kind_of
from wiki.files.models import Blob, File
from wiki.items.models import Item
from wiki.items.searchable import SearchText
from wiki.maps import fields, reading, sketching
from wiki.maps.models import Map
from wiki.markup.text import slugify
from wiki.offline.levels import Level, chosen_bytes
from wiki.portraits.models import Portrait
from wiki.templating import site_address

UP = "../"
_LINK = re.compile(r'href="/([a-z]+)/(\d{1,9})(?:-[^"/#?]*)?(?:\?[^"#]*)?(#[^"]*)?"')
_BY_NUMBER = ("items", "i")  # addresses that say no kind
_ANCHOR = re.compile(r'href="#item-(\d{1,9})"')
_PLAYER = re.compile(r'<media-player\b[^>]*data-media="(\d{1,9})".*?</media-player>', re.DOTALL)
_WAIT = re.compile(r'<p class="player-wait.*?</p>\s*<progress.*?</progress>', re.DOTALL)
_SIGN = {"files": "fichier", "reports": "retour", "portraits": "portrait", "maps": "carte",
         "collections": "sommaire"}  # fmt: skip


class Around(NamedTuple):
    """What each page says of the whole: its group, its neighbours, what comes along."""

    group: object
    level: Level
    reach: int
    names: dict[int, str]  # the page of each item, by number


class Drawn(NamedTuple):
    """One page, ready to be written: its name, its HTML, the files beside it."""

    name: str
    html: str
    media: dict[str, Path]


def name_of(item: Item) -> str:
    """The name of a page in the folder: plain letters, whatever reads the stick."""
    return f"{item.id}-{slugify(item.title)[:50].rstrip('-') or item.kind}.html"


def draw(item: Item, reader, around: Around) -> Drawn:
    """The page of one item, as the audience reads it."""
    if isinstance(item, Portrait):
        back = Markup(render_template("offline/_back.html", around=around, up=UP))
        html = folders.drawn(item, reader, up=UP, back=back, script="essaim.js")
    else:
        html = folders.with_signs(_page(item, reader, around))
    return _settled(name_of(item), html, reader, around, UP)


def whole(template: str, name: str, reader, around: Around, **more) -> Drawn:
    """A page about the whole folder, which stands at its top."""
    html = render_template(
        template, around=around, up="", signs=_SIGN, sprite=folders.SIGNS, **more
    )
    return _settled(name, folders.with_signs(html), reader, around, "")


def booklet_sheets(items: list[Item], reader) -> list[Sheet]:
    """What is printed: files are named by what shows them, maps are drawn."""
    return sheets([one for one in items if not isinstance(one, File)], reader, level=2)


def words(item: Item) -> SearchText:
    """What the search of the folder reads of an item."""
    found = item.search_text()
    if isinstance(item, File):
        found.parts = [*found.parts, *transcripts.parts(item)]
    return found


def is_left(file: File, level: Level) -> bool:
    """Whether a file stays behind at that level."""
    return not level.takes(safety.family(file.blob.mime), file.blob.size)


def _page(item: Item, reader, around: Around) -> str:
    sheet = sheets([item], reader)[0]
    sheet.files = [one for one in sheet.files if one.id in around.names]
    sheet.parts = [part for part in sheet.parts if part[0] != "map"]  # drawn below, with links
    extra = Markup("")
    if isinstance(item, Map):
        extra = _map(item, reader)
    if isinstance(item, File):
        extra = Markup(
            render_template(
                "offline/_file.html",
                file=item,
                family=safety.family(item.blob.mime),
                kind=kind_of(item.blob.mime, item.filename),
                left=is_left(item, around.level),
            )  # fmt: skip
        )
    return render_template(
        "offline/page.html", item=item, sheet=sheet, around=around, up=UP, extra=extra,
        sprite=folders.SIGNS,
    )  # fmt: skip


def _map(item: Map, reader) -> Markup:
    """The drawing of a map, then its points in the order of their numbers."""
    got = reading.rows(item, most=reading.MOST)
    told = reading.described(item, got, reader)
    return Markup(
        render_template(
            "offline/_map.html",
            item=item,
            sketch=sketching.sketch(item.id, reader),
            features=told["features"],
            media=told["media"],
            shown=fields.shown,
            legend=map_sheets.legend(item),
            layer_names={one.id: one.title for one in item.layers},
            pointing=fields.POINTING,
        )  # fmt: skip
    )


def _settled(name: str, html: str, reader, around: Around, up: str) -> Drawn:
    """The page with its links turned inward and its files beside it."""
    place = "" if up else "pages/"
    html = html.replace(f'href="{site_address()}/', 'href="/')  # pasted from the browser's bar
    kinds = (*Item.__mapper__.polymorphic_map, *_BY_NUMBER)

    def inward(found: re.Match) -> str:
        if found[1] == "groups" and int(found[2]) == around.group.id:
            return f'href="{up}{folders.PAGE}"'
        page = around.names.get(int(found[2])) if found[1] in kinds else None
        return f'href="{place}{page}{found[3] or ""}"' if page else found[0]

    left = _left_in(html, around.level)
    html = _PLAYER.sub(lambda found: _not_here(found) if int(found[1]) in left else found[0], html)
    html = _LINK.sub(inward, _ANCHOR.sub(r'href="/items/\1"', _WAIT.sub("", html)))
    made = folders.kept_inside(html, reader, up, chosen_bytes(around.level, reader))
    return Drawn(f"pages/{name}" if up else name, _marked(made.html), made.media)


def _marked(html: str) -> str:
    """What is not in the folder says so: without network such a link leads nowhere."""
    words = _("not in this folder: on the site, with a network")
    said = f'<span class="needs-net"> ({words})</span>'
    to_site = re.compile(rf'<a\b[^>]*href="{re.escape(site_address())}/[^>]*>.*?</a>', re.DOTALL)
    return to_site.sub(lambda found: found[0] + said, html)


def _left_in(html: str, level: Level) -> set[int]:
    """The recordings that a page would play and that do not come along."""
    ids = {int(found[1]) for found in _PLAYER.finditer(html)}
    if not ids:
        return set()
    table = File.__table__
    query = select(table.c.id, Blob.mime, Blob.size).join(Blob, Blob.sha256 == table.c.sha256)
    rows = db.session.execute(query.where(table.c.id.in_(ids)))
    return {row.id for row in rows if not level.takes(safety.family(row.mime), row.size)}


def _not_here(found: re.Match) -> str:
    said = _("This recording is not in the folder: it would make it too heavy.")
    link = _("Listen to it on the site")
    return f'<p class="left-out">{said} <a href="/files/{found[1]}">{link}</a></p>'

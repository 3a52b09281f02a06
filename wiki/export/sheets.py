"""One item as it stands on paper: everything its reader may see of it, in reading order."""

import re
from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.collections.models import Collection
from wiki.collections.models import readable as entries_for
from wiki.db import db
from wiki.export import map_sheets, portrait_sheets, report_sheets
from wiki.items import lineage, links
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.items.terms import VOCABULARIES, label_of, vocabulary_label
from wiki.maps.models import Map
from wiki.markup.macros import toc_html
from wiki.portraits.models import Portrait
from wiki.reports.models import Report
from wiki.search.views import kind_names
from wiki.templating import site_address

_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")
_ANCHOR = re.compile(r'\b(id|href)="(#?)(?=t-)')
_OUTSIDE = re.compile(r'(<a\b[^>]*?href="(https?://[^"]+)"[^>]*>)(.*?)</a>', re.DOTALL)
_CLOSED = re.compile(r"<details(?![^>]*\bopen\b)")
_PICTURE = re.compile(r"<img\b(?![^>]*\balt=)")
_LAZY = re.compile(r' (?:loading|decoding)="[a-z]+"')
_DEEPEST = 6


@dataclass
class Sheet:
    """What is printed of an item; `notes` are the addresses its text leads to, by number."""

    item: Item
    kind: str
    level: int
    credit: tuple | None = None
    report: report_sheets.ReportSheet | None = None
    entries: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    words: list = field(default_factory=list)
    files: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def readable(ids: list[int], user) -> list[Item]:
    """The items of these numbers that a person may read, in the order asked for."""
    kinds = [mapper.class_ for mapper in Item.__mapper__.polymorphic_map.values()]
    rows = db.session.scalars(
        select(Item)
        .where(Item.id.in_(ids), visible(user))
        .options(
            selectin_polymorphic(Item, [kind for kind in kinds if kind is not Item]),
            joinedload(Item.group), joinedload(Item.author),
            selectinload(Item.terms), selectinload(Item.renderings),
        )
    )  # fmt: skip
    found = {item.id: item for item in rows}
    return [found[item_id] for item_id in dict.fromkeys(ids) if item_id in found]


def sheets(items: list[Item], user, level: int = 1) -> list[Sheet]:
    """The sheets of items already found readable; `level` is that of their titles."""
    below = _below([item.id for item in items], user)
    return [_sheet(item, user, level, below.get(item.id, [])) for item in items]


def _sheet(item: Item, user, level: int, below: list) -> Sheet:
    sheet = Sheet(item, kind_names().get(item.kind, item.kind), level)
    sheet.credit = lineage.origin(item.id, user)
    sheet.files = [one for one in below if one.kind == "files"]
    sheet.words = [
        (vocabulary_label(name), [label_of(term) for term in item.terms_of(name)])
        for name in VOCABULARIES
        if item.terms_of(name)
    ]
    texts = _texts(item, user, below)
    keys, titles = list(texts), {}
    if isinstance(item, Report):
        sheet.report = report_sheets.of(item, user)
        keys, titles = report_sheets.order(item, keys), report_sheets.titles(item)
    if isinstance(item, Portrait):
        texts, titles = portrait_sheets.of(item, user)
        keys = list(texts)
    if isinstance(item, Map):
        sheet.parts.append(("map", "", map_sheets.part(item, user)))
    if isinstance(item, Collection):
        sheet.entries = entries_for(item, user)
    for key in keys:
        title = titles.get(key, "")
        deep = level + 1 if title else level
        sheet.parts.append((key, title, _for_paper(texts.get(key, ""), item.id, deep, sheet.notes)))
    return sheet


def _texts(item: Item, user, below: list) -> dict[str, str]:
    """The HTML for this reader of every text written, by key."""
    pages = [one for one in below if one.kind == "pages"]
    made = {}
    for key in item.texts():
        rendering = item.renderings.get(key)
        if rendering is None:
            continue
        macros = {
            "toc": lambda toc=rendering.toc: toc_html(toc or [], _("Contents")),
            "children": lambda: render_template("pages/_children.html", pages=pages),
        }
        made[key] = str(links.show(rendering.html, item, user, False, macros))
    return made


def _below(ids: list[int], user) -> dict[int, list]:
    """What is attached to the items, by parent, as far as the reader may see it."""
    rows = db.session.execute(
        select(Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.parent_id)
        .where(Item.parent_id.in_(ids), visible(user))
        .order_by(Item.position, Item.title)
    ).all()
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.parent_id, []).append(row)
    return found


def _for_paper(html: str, item_id: int, level: int, notes: list[str]) -> Markup:
    """Nothing folded, anchors that stay apart, headings under the title, addresses as notes."""
    html = _LAZY.sub("", _CLOSED.sub("<details open", html))
    # The card of another item is a landmark on its own page; here there may be fifty of them.
    html = html.replace("<aside ", '<div role="group" ').replace("</aside>", "</div>")
    html = _PICTURE.sub('<img alt=""', html)
    html = _ANCHOR.sub(lambda m: f'{m[1]}="{m[2]}i{item_id}-', html)
    html = _OUTSIDE.sub(lambda m: _noted(m, notes), html)
    return Markup(in_order(html, level))


def _noted(link: re.Match, notes: list[str]) -> str:
    """A link to elsewhere with the number of its address; one that says its address needs none."""
    href = link[2]
    if href.startswith(site_address() + "/") or _bare(link[3]) == _bare(href):
        return link[0]
    if href not in notes:
        notes.append(href)
    return f'{link[0]}<sup class="note">{notes.index(href) + 1}</sup>'


def _bare(address: str) -> str:
    return re.sub(r"<[^>]*>|^https?://|/$", "", address.strip())


def in_order(html: str, above: int) -> str:
    """Headings one under the other without a gap, the first just under `above`.

    Those who listen to a document walk through it by its headings: none may be skipped.
    """
    opened: list[tuple[int, int]] = []  # (level as written, level given)

    def renumber(tag: re.Match) -> str:
        written = int(tag[2])
        if not tag[1]:
            while opened and opened[-1][0] >= written:
                opened.pop()
            given = min((opened[-1][1] if opened else above) + 1, _DEEPEST)
            opened.append((written, given))
        given = next((g for w, g in reversed(opened) if w == written), _DEEPEST)
        return f"<{tag[1]}h{given}"

    return _HEADING.sub(renumber, html)

"""An item as it leaves the site: its whole text in plain HTML, its words, people and pictures."""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.items import links
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.markup.text import first_sentences, one_line
from wiki.programme.models import Dated, span_words
from wiki.public.outlet import whole
from wiki.reports import lines
from wiki.reports.models import Report
from wiki.reports.outlines import LINES_OF
from wiki.templating import size

_BETWEEN = "<!--text-->"  # no sanitised HTML holds a comment
_OWN = re.compile(r'(<[^>]*?\s(?:href|src)=")(/(?!/)|#)')
_LICENCES = (  # how a licence begins, folded, and the address of its text
    (r"cc0|domaine public", "https://creativecommons.org/publicdomain/zero/1.0/"),
    (r"licence ouverte|etalab|open licence",
     "https://www.etalab.gouv.fr/licence-ouverte-open-licence"),
)  # fmt: skip
_CC = re.compile(r"cc[ -](by(?:[ -](?:nc|nd|sa))*)(?:[ -](\d\.\d))?", re.IGNORECASE)


class Picture(NamedTuple):
    """A picture that stands for an item, readable by whoever reads the item."""

    url: str
    width: int
    height: int
    alt: str


def load_items(ids: list[int], reader) -> list[Item]:
    """These items with all that leaves with them, in this order, as far as the reader may."""
    kinds = [m.class_ for m in Item.__mapper__.self_and_descendants if m.class_ is not Item]
    found = db.session.scalars(
        select(Item)
        .where(Item.id.in_(ids), visible(reader))
        .options(
            selectin_polymorphic(Item, kinds), joinedload(Item.group), joinedload(Item.author),
            selectinload(Item.terms), selectinload(Item.renderings), joinedload(File.blob),
        )
    ).unique()  # fmt: skip
    by_id = {item.id: item for item in found}
    return [by_id[item_id] for item_id in ids if item_id in by_id]


def text(item: Item, reader) -> str:
    """The whole text as sanitised HTML that stands alone: whole addresses, no part drawn by us."""
    made = [(key, item.renderings[key]) for key in item.texts() if key in item.renderings]
    stored = _BETWEEN.join(rendering.html for _key, rendering in made)
    shown = links.show(stored, item, reader, False, card=_line).split(_BETWEEN)
    texts = dict(zip((key for key, _rendering in made), map(str, shown), strict=False))
    titles, order = {}, list(texts)
    if isinstance(item, Report):
        titles, listed = item.section_names(), _lines(item)
        order += [key for key in listed if key not in texts]
        texts |= {key: texts.get(key, "") + said for key, said in listed.items()}
    parts = [
        f"<h2>{escape(titles[key])}</h2>{texts[key]}" if titles.get(key) else texts[key]
        for key in order
    ]
    if isinstance(item, File):
        parts.append(_file(item))
    return _standing_alone("".join(parts), item)


def summary(item: Item) -> str:
    """What the item says, on a few lines; the first sentences of its text when nobody wrote it."""
    if item.summary.strip():
        return one_line(item.summary.strip())
    if isinstance(item, Dated):
        # Whoever reads a feed wants to know when to come before anything else.
        where = ", ".join(filter(None, [item.place, item.address]))
        return one_line(". ".join(filter(None, [span_words(item), where, item.goal])))
    plains = (item.renderings[key].plain for key in item.texts() if key in item.renderings)
    return first_sentences(next((plain for plain in plains if plain.strip()), ""))


def authors(item: Item) -> list[str]:
    """The names that the page itself shows: who wrote it here, or those an import named."""
    found = [item.author.name] if item.author else []
    credited = (item.extra or {}).get("authors") or []
    found += [str(name) for name in credited] if isinstance(credited, list) else [str(credited)]
    return list(dict.fromkeys(name for name in found if name.strip()))


def contributors(item: Item) -> list[str]:
    """Those whom a report thanks by name beside its authors, and whom a file credits."""
    named = [str(name) for name in getattr(item, "contributors", None) or []]
    credit = getattr(item, "credit", "") or ""
    return [name for name in [*named, credit] if name.strip() and name not in authors(item)]


def picture(item: Item, reader) -> Picture | None:
    """The cover of an item, or the picture that it is, when this reader may see it."""
    file = item if isinstance(item, File) else None
    if file is None and item.cover_id:
        file = db.session.scalar(
            select(File).where(File.id == item.cover_id, visible(reader))
            .options(joinedload(File.blob))
        )  # fmt: skip
    if file is None or not file.blob.width or not previews.is_possible(file.blob):
        return None
    scale = min(1, previews.SIZES["medium"] / max(file.blob.width, file.blob.height))
    wide, high = round(file.blob.width * scale), round(file.blob.height * scale)
    return Picture(whole(f"/files/{file.id}/preview/medium"), wide, high, file.alt or file.title)


def licence(item: Item) -> str:
    """What others may do with it, as its writers said it."""
    return getattr(item, "licence", None) or ""


def licence_url(item: Item) -> str | None:
    """The address of its licence, when it is one that has an address."""
    said = licence(item)
    if found := _CC.search(said):
        name = found[1].lower().replace(" ", "-")
        return f"https://creativecommons.org/licenses/{name}/{found[2] or '4.0'}/"
    return next((url for sign, url in _LICENCES if re.search(sign, said.lower())), None)


def path(row) -> str:
    """The canonical address of an item, or of what stands for one."""
    return links.path_of(row)


def moment_shown(item: Item):
    """When it was last changed for its readers: written, or opened to all."""
    return max(item.updated_at, item.published_at or item.updated_at)


def _lines(report: Report) -> dict[str, str]:
    """The lines of a report as lists, under the section in which its page shows them."""
    found = {}
    for section, name in LINES_OF.items():
        rows = [] if section in (report.skipped or []) else getattr(report, name) or []
        said = [Markup("<li>{}</li>").format(lines.said(name, row)) for row in rows]
        if said:
            found[section] = f"<ul>{''.join(said)}</ul>"
    return found


def _line(row) -> str:
    return str(Markup('<p><a href="{}">{}</a></p>').format(links.path_of(row), row.title))


def _file(file: File) -> str:
    shown = previews.is_possible(file.blob) and file.blob.mime.startswith("image/")
    return render_file(file, shown)


def render_file(file: File, shown: bool) -> str:
    """A file inside a feed: its picture if it is one, its words, and where its bytes are."""
    picture = Markup('<p><img src="/files/{}/preview/medium" alt="{}"></p>')
    words = Markup("<p>{}</p>")
    return "".join([
        picture.format(file.id, file.alt or file.title) if shown else "",
        words.format(file.summary) if file.summary else "",
        words.format(_("Credit: %(who)s", who=file.credit)) if file.credit else "",
        Markup('<p><a href="{}">{}</a> ({})</p>').format(
            file.download_url, file.filename, size(file.blob.size)
        ),
    ])  # fmt: skip


def _standing_alone(html: str, item: Item) -> str:
    """Addresses that start at the site or inside the page, made whole."""
    page = str(escape(whole(item.url)))
    site = str(escape(whole("/")))
    return _OWN.sub(lambda m: m[1] + (page + "#" if m[2] == "#" else site), html)

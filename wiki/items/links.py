"""Links between items: resolved by title once, kept by id, shown to each reader as allowed."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import and_, delete, func, select, update

from wiki.db import db
from wiki.items.access import visible
from wiki.items.models import Item, Reference
from wiki.markup.links import fill, found
from wiki.markup.text import slugify

# What the address, the card and the embed of an item need.
_SHOWN = (
    Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.cover_id, Item.group_id,
    Item.scope, Item.updated_at,
)  # fmt: skip


_OURS = 'src="/files/'
_SHOWN_PICTURE = re.compile(
    r'<img(?:[^>"]|"[^"]*")*?\ssrc="/files/(\d{1,9})\b[^"]*"(?:[^>"]|"[^"]*")*>'
)
_PICTURE = re.compile(r'<img [^>]*?src="/files/(\d{1,9})\b')


@dataclass(frozen=True)
class Embed:
    """An item shown inside a text, recorded like a link."""

    target: str
    text: str = ""
    kind: str = "embed"


def embedded(ids: list[int]) -> list[Embed]:
    """The embeds of a text in the form of its links."""
    return [Embed(f"#{item_id}") for item_id in ids]


def pictured(html: str) -> list[int]:
    """The files of ours whose pictures sanitised HTML shows."""
    return [int(number) for number in _PICTURE.findall(html)]


def record(item: Item, links: list) -> None:
    """Replace what an item points to; a title already resolved keeps its target through renames."""
    known = {
        (ref.role, ref.slug): ref.target_id
        for ref in db.session.scalars(select(Reference).where(Reference.source_id == item.id))
        if ref.role != "alias"
    }
    db.session.execute(
        delete(Reference).where(Reference.source_id == item.id, Reference.role != "alias")
    )
    wanted: dict[tuple[str, str], tuple[str, int | None]] = {}
    for link in links:
        key = (link.kind, _key(link.target))
        if key[1] and key not in wanted:
            target = known.get(key) or _find(item, key[1])
            wanted[key] = (link.target[:200], target)
    for target_id in item.references():
        wanted[("part", f"#{target_id}")] = ("", target_id)
    db.session.add_all(
        Reference(source_id=item.id, target_id=target, label=label, slug=slug, role=role)
        for (role, slug), (label, target) in wanted.items()
    )


def adopt(item: Item, new: bool = False) -> None:
    """Give a new or renamed item the links that were waiting for its title; keep the old title."""
    namesakes = db.session.scalar(
        select(func.count()).where(
            Item.group_id == item.group_id,
            Item.slug == item.slug,
            Item.id != item.id,
            Item.trashed_at.is_(None),
        )
    )
    if not item.slug or namesakes:
        return
    neighbours = select(Item.id).where(Item.group_id == item.group_id)
    db.session.execute(
        update(Reference)
        .where(
            Reference.target_id.is_(None),
            Reference.slug == item.slug,
            Reference.source_id.in_(neighbours),
        )
        .values(target_id=item.id)
    )
    alias = {"source_id": item.id, "slug": item.slug, "role": "alias"}
    if new or db.session.scalar(select(Reference.id).filter_by(**alias)) is None:
        db.session.add(Reference(target_id=item.id, label=item.title, **alias))


def backlinks(item_id: int, user) -> list:
    """The items this user may read that point to an item."""
    return db.session.execute(
        select(Item.id, Item.kind, Item.title, Item.slug)
        .join(Reference, Reference.source_id == Item.id)
        .where(
            Reference.target_id == item_id,
            Reference.role != "alias",
            Item.id != item_id,
            visible(user),
        )
        .distinct()
        .order_by(Item.title)
    ).all()


def show(html: str, item, user, may_edit: bool, macros: dict | None = None, *, card=None) -> Markup:
    """Stored HTML with its links, embeds and macros filled in as this user may see them.

    `item` needs `id` and `group_id` only; `macros` gives HTML, or what makes it, by key; `card`
    draws an embedded item otherwise than its kind does.
    """
    if "data-" not in html and _OURS not in html:
        return Markup(html)
    item_id, group_id = item.id, item.group_id
    targets = _targets(item_id, user)
    waiting = _Waiting(html, group_id, user, may_edit, item_id)

    def link(target: str):
        row = targets.get(_key(target))
        if row is None:
            return waiting.place(target)
        return path_of(row), "", row.title

    def embed(embedded_id: int, moment: str = "") -> str | None:
        row = targets.get(f"#{embedded_id}")
        if row is None or row.id == item_id:
            return None
        if card and not moment:
            return card(row)
        return _embedded(row, moment)

    html = _put_away(html, lambda number: f"#{number}" in targets)
    return Markup(fill(html, link, embed, macros or {}))


def show_fresh(html: str, group_id: int, user, may_edit: bool, macros=None) -> Markup:
    """HTML that belongs to no saved item, an old version or a preview, filled for a reader.

    Its links are looked up by title now, not by what they were resolved to.
    """
    if "data-" not in html and _OURS not in html:
        return Markup(html)
    waiting = _Waiting(html, group_id, user, may_edit)

    def link(target: str):
        row = _by_number(_key(target), user) if target.startswith("#") else waiting.only(target)
        return (path_of(row), "", row.title) if row else waiting.place(target)

    def embed(item_id: int, moment: str = "") -> str | None:
        row = _by_number(f"#{item_id}", user)
        return row and _embedded(row, moment)

    html = _put_away(html, lambda number: _by_number(f"#{number}", user) is not None)
    return Markup(fill(html, link, embed, macros or {}))


def _embedded(row, moment: str) -> str:
    names = [f"{row.kind}/_embed.html", "items/_embed.html"]
    if moment:
        names.insert(0, f"{row.kind}/_moment.html")
    return render_template(names, item=row, moment=moment)


def _put_away(html: str, is_shown) -> str:
    """The text with a neutral word in the place of each picture of ours this reader may not see."""
    if _OURS not in html:
        return html
    words = escape(_("Picture not available"))  # apart: nothing inside an f-string is translated
    away = f'<span class="picture-away">{words}</span>'
    return _SHOWN_PICTURE.sub(lambda m: m[0] if is_shown(int(m[1])) else away, html)


def path_of(row) -> str:
    """The address of an item known only by a narrow row."""
    return f"/{row.kind}/{row.id}-{row.slug}" if row.slug else f"/{row.kind}/{row.id}"


def candidates(group_id: int, slug: str, user) -> list:
    """The items of a group that bear a title, now or formerly, and that this user may read."""
    return _bearing(group_id, {slug}, user)[slug] if slug else []


def _bearing(group_id: int, slugs: set[str], user) -> dict[str, list]:
    """By title, the items that bear it; those for which it is the present one first."""
    former = and_(
        Reference.source_id == Item.id, Reference.role == "alias", Reference.slug.in_(slugs)
    )
    rows = db.session.execute(
        select(*_SHOWN, Reference.slug.label("former"))
        .outerjoin(Reference, former)
        .where(
            Item.group_id == group_id,
            Item.slug.in_(slugs) | Reference.slug.is_not(None),
            visible(user),
        )
        .order_by(Item.updated_at.desc(), Item.id.desc())
    ).all()
    bearers: dict[str, dict] = {slug: {} for slug in slugs}
    for row in rows:
        if row.slug in slugs:
            bearers[row.slug].setdefault(row.id, row)
    for row in rows:
        if row.former:
            bearers[row.former].setdefault(row.id, row)
    return {slug: list(ones.values()) for slug, ones in bearers.items()}


class _Waiting:
    """Where links lead that have no target this reader may see; all looked up when one is met."""

    def __init__(self, html: str, group_id: int, user, may_edit: bool, source_id: int = 0):
        self.html, self.group_id, self.user, self.may_edit = html, group_id, user, may_edit
        # Writers may settle for good which namesake their text means.
        self.origin = f"?from={source_id}" if source_id and may_edit else ""

    @cached_property
    def known(self) -> dict[str, list]:
        """The items that bear one of the titles that the text links to."""
        slugs = {slugify(link.target) for link in found(self.html) if link.target[:1] != "#"}
        return _bearing(self.group_id, slugs - {""}, self.user)

    def only(self, title: str):
        """The one item that bears a title, if only one does."""
        bearers = self.known.get(slugify(title), [])
        return bearers[0] if len(bearers) == 1 else None

    def place(self, target: str) -> tuple[str, str, str] | None:
        """Where to choose among namesakes, or to write what is missing."""
        slug = slugify(target)
        if not slug or target.startswith("#"):
            return None
        if self.known.get(slug):
            address = f"/groups/{self.group_id}/titles/{slug}{self.origin}"
            return address, "wikilink--ask", target
        if not self.may_edit:
            return None
        address = f"/pages/new?group={self.group_id}&title={quote(target)}"
        return address, "wikilink--new", target


def _key(target: str) -> str:
    """What a link is remembered by: its number when it has one, else its title folded."""
    if target.startswith("#"):
        return target if re.fullmatch(r"#\d{1,9}", target) else ""
    return slugify(target)


def _find(item: Item, key: str) -> int | None:
    """The item a key names: by number anywhere, by title inside the group when only one does."""
    if key.startswith("#"):
        return db.session.scalar(select(Item.id).where(Item.id == int(key[1:])))
    # What comes in hidden, or went to the trash, finds what came or went with it.
    in_group = (Item.group_id == item.group_id, Item.trashed_at == item.trashed_at)
    found = db.session.scalars(select(Item.id).where(Item.slug == key, *in_group).limit(2)).all()
    if not found:
        found = db.session.scalars(
            select(Reference.target_id)
            .join(Item, Item.id == Reference.target_id)
            .where(Reference.role == "alias", Reference.slug == key, *in_group)
            .limit(2)
        ).all()
    return found[0] if len(found) == 1 else None


def _by_number(key: str, user):
    if not key:
        return None
    return db.session.execute(select(*_SHOWN).where(Item.id == int(key[1:]), visible(user))).first()


def _targets(item_id: int, user) -> dict[str, object]:
    rows = db.session.execute(
        select(Reference.slug.label("key"), *_SHOWN)
        .join(Item, Item.id == Reference.target_id)
        .where(Reference.source_id == item_id, Reference.role != "alias", visible(user))
    ).all()
    return {row.key: row for row in rows}

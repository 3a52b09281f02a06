"""A portrait as one reader sees it: words filled in, media they may see, neutral places."""

import re
from dataclasses import dataclass, field

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from wiki.db import db
from wiki.items import links
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.portraits import media, parts
from wiki.portraits.kinds import Medium
from wiki.portraits.media import Shown
from wiki.portraits.parts import Part

_BETWEEN = "<!--block-->"  # no sanitised HTML holds a comment
_NUMBER = re.compile(r"(?:https?://[^/\s]+)?/?(?:[a-z]+/)?#?(\d{1,9})(?:[-/?#].*)?")


@dataclass
class Drawn:
    """A block, or a line of one, ready for its template."""

    key: str
    code: str
    words: dict[str, str]
    html: dict[str, Markup]
    files: dict[str, Shown | None]
    settings: dict[str, str] = field(default_factory=dict)
    lines: list["Drawn"] = field(default_factory=list)
    moment: int | None = None
    embed: Markup = Markup("")
    led_to: bool = False

    @property
    def file(self) -> Shown | None:
        """Its one file, when the reader may see it."""
        return self.files.get("file")

    @property
    def title(self) -> str:
        """Its title, as a line of words."""
        return self.words.get("title", "")

    @property
    def is_hidden(self) -> bool:
        """Whether it shows a file that this reader does not see."""
        return bool(self.files) and all(one is None for one in self.files.values())

    def lead_to(self, blocks: dict[str, "Drawn"]) -> "Drawn | None":
        """The block that a question leads to."""
        return blocks.get(self.settings.get("to", ""))


@dataclass
class Portrayed:
    """The whole: what opens it, then the blocks in order."""

    blocks: list[Drawn]
    face: Drawn | None = None
    voice: Drawn | None = None
    narrow: list[Shown] = field(default_factory=list)

    @property
    def by_key(self) -> dict[str, Drawn]:
        """The blocks by key, for what leads from one to another."""
        return {block.key: block for block in self.blocks}

    @property
    def rest(self) -> list[Drawn]:
        """The blocks under the head, which shows the face and the voice already."""
        kept = []
        for block in self.blocks:
            if block is self.face and (block.code == "photo" or not block.lines):
                continue
            if block is self.voice:
                continue
            kept.append(block)
        return kept


def draw(
    portrait, user, may_edit: bool = False, in_a_room: bool = False, handed_on: bool = False
) -> Portrayed:
    """What this reader sees of a portrait; blocks without anything in them are left out.

    In a room others look over their shoulder: no file that is not for the group. Handed on: none
    that somebody in it has not agreed to.
    """
    blocks = [block for block in portrait.blocks() if not block.is_empty()]
    html = _filled(portrait, blocks, user, may_edit)
    files = media.seen([number for block in blocks for number in block.files()], user)
    if in_a_room:
        files = {number: file for number, file in files.items() if file.scope >= Scope.GROUP}
    if handed_on:
        files = {number: file for number, file in files.items() if not file.sealed}
    embeds = _embeds(blocks, user, portrait.id)
    drawn = [_drawn(block, html, files, embeds) for block in blocks]
    by_key = {one.key: one for one in drawn}
    for one in drawn:
        for line in one.lines:
            if target := line.lead_to(by_key):
                target.led_to = True
    narrow = [one for one in files.values() if one.scope < portrait.scope]
    return Portrayed(drawn, _face(drawn), _voice(drawn), narrow)


def item_number(written: str) -> int | None:
    """The number of an item, typed alone or inside its address."""
    found = _NUMBER.fullmatch((written or "").strip())
    return int(found[1]) if found else None


def _filled(portrait, blocks: list[Part], user, may_edit: bool) -> dict[str, Markup]:
    """The Markdown of all parts as HTML, links and embeds as this reader may see them."""
    names = [name for name in parts.texts(blocks) if name in portrait.renderings]
    if not names:
        return {}
    stored = _BETWEEN.join(portrait.renderings[name].html for name in names)
    shown = links.show(stored, portrait, user, may_edit).split(_BETWEEN)
    return dict(zip(names, map(Markup, shown), strict=True))


def _drawn(part: Part, html: dict, files: dict, embeds: dict) -> Drawn:
    own = {slot.name: html.get(f"{part.key}.{slot.name}") for slot in part.kind.slots}
    shown = {
        medium.name: _fitting(files.get(part.file(medium.name)), medium)
        for medium in part.kind.media
        if part.file(medium.name)
    }
    lines = [_drawn(line, html, files, embeds) for line in part.lines if not line.is_blank()]
    return Drawn(
        part.key, part.code, part.words, {name: made for name, made in own.items() if made},
        shown, part.settings, lines, parts.seconds(part.settings.get("t", "")),
        embeds.get(part.file("item") or 0, Markup("")),
    )  # fmt: skip


def _fitting(file: Shown | None, medium: Medium) -> Shown | None:
    """The file, as long as it is still of a sort that the block can show: versions may change."""
    if file is None or file.family not in medium.families:
        return None
    return (
        file if file.family != "picture" or file.has_preview or len(medium.families) > 3 else None
    )


def _embeds(blocks: list[Part], user, own_id: int) -> dict[int, Markup]:
    """The items that blocks show, drawn as in any text."""
    wanted = {block.file("item") for block in blocks if block.code == "item"} - {None, own_id}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(
            Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.cover_id, Item.group_id,
            Item.scope, Item.updated_at,
        ).where(Item.id.in_(wanted), visible(user))
    )  # fmt: skip
    return {
        row.id: Markup(render_template([f"{row.kind}/_embed.html", "items/_embed.html"], item=row))
        for row in rows
    }


def _face(drawn: list[Drawn]) -> Drawn | None:
    """The first picture that the reader may see."""
    for one in drawn:
        if one.code in ("spots", "photo") and one.file and one.file.has_preview:
            return one
    return None


def _voice(drawn: list[Drawn]) -> Drawn | None:
    for code in ("sound", "video"):
        for one in drawn:
            if one.code == code and one.file:
                return one
    return None

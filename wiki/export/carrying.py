"""Everything one person made, in a folder of their own: texts, portraits, files, remarks."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.consents import voices
from wiki.db import db, utcnow
from wiki.export import folders, own_data
from wiki.export.sheets import sheets
from wiki.files import muting
from wiki.files.archives import Entry
from wiki.files.models import File
from wiki.files.names import clean_filename
from wiki.items import authorship
from wiki.items.access import visible
from wiki.items.models import Comment, Item, Reference, Revision
from wiki.markup.text import slugify
from wiki.portraits.models import Portrait

MOST = 2_000  # things of one person


@dataclass
class Production:
    """What a person made, as far as they may still read it."""

    texts: list[Item] = field(default_factory=list)
    portraits: list[Portrait] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    helped: list[tuple[Item, int]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)  # ids of what nobody else wrote in

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take away."""
        return not (self.texts or self.portraits or self.files or self.helped or self.comments)

    def mine(self) -> list[Item]:
        """What the person began, whatever it is."""
        return [*self.portraits, *self.texts, *self.files]


def of(user) -> Production:
    """What this person made, what they helped to make, what they said."""
    kinds = [m.class_ for m in Item.__mapper__.self_and_descendants if m.class_ is not Item]
    query = (
        select(Item)
        .where(Item.author_id == user.id, visible(user))
        .options(
            selectin_polymorphic(Item, kinds), joinedload(Item.group), joinedload(Item.author),
            selectinload(Item.renderings), selectinload(Item.terms),
        )
        .order_by(Item.group_id, Item.title)
        .limit(MOST)
    )  # fmt: skip
    made = Production()
    for item in db.session.scalars(query).unique():
        place = made.texts
        if isinstance(item, Portrait | File):
            place = made.portraits if isinstance(item, Portrait) else made.files
        place.append(item)
    made.alone = _written_alone([item.id for item in made.mine()], user)
    made.helped = _helped(user)
    made.comments = list(
        db.session.scalars(
            select(Comment)
            .join(Item, Item.id == Comment.item_id)
            .where(Comment.author_id == user.id, Comment.removed_at.is_(None), visible(user))
            .options(joinedload(Comment.item))
            .order_by(Comment.id)
            .limit(MOST)
        )
    )
    return made


def entries(user) -> list[Entry]:
    """The folder: a page that leads to the rest, then each thing in its place."""
    made, now = of(user), utcnow().timetuple()[:6]
    found, places = [], {}
    for portrait in made.portraits:
        place = f"portraits/{_named(portrait)}/"
        places[portrait.id] = place + folders.PAGE
        found += folders.entries(portrait, user, place)
    shared: dict[str, Path] = {}
    for item in made.texts:
        places[item.id] = f"textes/{_named(item)}.html"
        found += _text(item, user, places[item.id], now, shared)
    found += [Entry(f"textes/{name}", path, now) for name, path in shared.items()]
    for file in made.files:
        path, name = _bytes(file, user)
        places[file.id] = f"fichiers/{file.id}-{name}{'' if path else '.txt'}"
        found.append(Entry(places[file.id], path, now, b"" if path else _not_yet()))
    page = render_template("export/carried.html", user=user, made=made, places=places)
    sheet = folders.paper()
    return [
        Entry(folders.PAGE, None, now, page.encode()),
        Entry("donnees.json", None, now, own_data.of(user)),
        Entry("style/paper.css", None, now, sheet.encode()),
        *folders.fonts("style/", now),
        *found,
    ]


def _text(item: Item, user, place: str, now: tuple, shared: dict[str, Path]) -> list[Entry]:
    """A text to read, and the same as it was typed."""
    sheet = sheets([item], user)[0]
    html = render_template("export/carried_text.html", sheet=sheet, item=item)
    made = folders.kept_inside(html, user)
    shared |= made.media
    typed = [f"# {item.title}", "", item.summary or "", ""]
    typed += [f"{text.strip()}\n" for text in item.texts().values() if text.strip()]
    return [
        Entry(place, None, now, made.html.encode()),
        Entry(place.removesuffix(".html") + ".md", None, now, "\n".join(typed).encode()),
    ]


def _not_yet() -> bytes:
    words = _(
        "Words of this recording are masked, and its silent copy is not ready yet. Try again."
    )
    return words.encode()


def _named(item: Item) -> str:
    return f"{item.id}-{slugify(item.title)[:60] or item.kind}"


def _bytes(file: File, user) -> tuple[Path | None, str]:
    """The bytes of a file, as one sent them oneself, and their name.

    None for a recording in which others' words are masked, until it is made with silence instead.
    """
    path, is_whole = voices.taken_away(file, user)
    name = file.filename if is_whole else muting.named(file, muting.EVERYONE)
    return path, clean_filename(name)


def _written_alone(ids: list[int], user) -> set[int]:
    """Of these items, those in which nobody else ever wrote."""
    others = select(Revision.item_id).where(
        Revision.item_id.in_(ids), Revision.actor_id.is_distinct_from(user.id)
    )
    signed = (
        select(Revision.item_id)
        .join(authorship.Signature, authorship.Signature.revision_id == Revision.id)
        .where(Revision.item_id.in_(ids), authorship.Signature.user_id != user.id)
    )
    return set(ids) - set(db.session.scalars(others)) - set(db.session.scalars(signed))


def serving(ids: list[int], user) -> dict[int, list[Item]]:
    """By item, the things that show it and that its maker may read: they lose it if it goes."""
    inside = select(Reference.target_id, Reference.source_id).where(
        Reference.target_id.in_(ids), Reference.role.in_(("embed", "part"))
    )
    cover = select(Item.cover_id, Item.id).where(Item.cover_id.in_(ids))
    pairs = {tuple(row) for query in (inside, cover) for row in db.session.execute(query)}
    wanted = select(Item).where(Item.id.in_({source for _target, source in pairs}), visible(user))
    known = {item.id: item for item in db.session.scalars(wanted)}
    found: dict[int, list[Item]] = defaultdict(list)
    for target, source in sorted(pairs):
        if source in known and source != target:  # a photo is its own cover
            found[target].append(known[source])
    return found


def _helped(user) -> list[tuple[Item, int]]:
    """What others began and this person wrote in, with how many versions are theirs."""
    hands = authorship.hands(by=user.id)
    query = (
        select(Item, func.count())
        .join(hands, hands.c.item_id == Item.id)
        .where(Item.author_id.is_distinct_from(user.id), visible(user))
        .group_by(Item.id)
        .order_by(Item.title)
        .limit(MOST)
    )
    return [tuple(row) for row in db.session.execute(query)]


def in_words(made: Production) -> list[tuple[str, int]]:
    """How much there is of each sort."""
    return [
        (_("Portraits"), len(made.portraits)), (_("Texts"), len(made.texts)),
        (_("Photos and files"), len(made.files)), (_("Comments"), len(made.comments)),
        (_("Texts of others I wrote in"), len(made.helped)),
    ]  # fmt: skip

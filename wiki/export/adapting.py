"""« Adapt for my group »: a draft made from what others did, with what may be taken of it.

The licence decides: without one, or with all rights reserved, only the headings are taken; the
original is then read beside them, from where it is, by those who may read it.
"""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import selectin_polymorphic

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.models import Group, Role, role_in
from wiki.items.access import visible
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Reference, Scope
from wiki.items.writing import log, stage
from wiki.markup.links import pieces, rewrite
from wiki.pages.models import Page
from wiki.reports.leaving import NEVER_TAKEN
from wiki.reports.models import Report

MANY = 60
KINDS = ("reports", "pages")
# What was true of the first time only: whoever does it again fills it in.
THEIRS = {"structure": "", "place": "", "people": None, "year": None}
THEIRS |= {name: [] for name in ("effects", "contributors", "reviewers")}
THEIRS_BESIDE = {"summary": "", "body": "", "sections": {}, "cost": None, "preparation_hours": None}
THEIRS_BESIDE |= {"requirements": []}
THEIR_WORDS = {"territories", "outcomes", "structures"}
_NO_DERIVATIVE = re.compile(r"\bND\b|NoDeriv", re.IGNORECASE)
_RESERVED = re.compile(r"droits r[ée]serv[ée]s|rights reserved", re.IGNORECASE)
_EMBED = re.compile(r"(\{\{\s*[^\W\d]+\s+)(\d{1,9})(?=\s*[|}])")
_ADDRESS = re.compile(r"(?<=[(\s\"'<])(/(?:files|pages|items|reports)/)(\d{1,9})(?=[-/)\s\"'#?>])")


class Extra(NamedTuple):
    """A page or file that belongs to what is adapted; `refusal` says why it is left out."""

    item: Item
    refusal: str = ""


class Wish(NamedTuple):
    """What the person wants: a title, the full text or the headings only, which extras."""

    title: str
    full: bool
    extras: frozenset[int]


def may_take_text(source: Item, user) -> bool:
    """Whether the words themselves may be copied: ours, or under a licence that lets adapt."""
    if (role_in(user, source.group_id) or 0) >= Role.MEMBER:
        return True
    return not isinstance(source, Report) or _lets_adapt(source.licence)


def extras(source: Item, user) -> list[Extra]:
    """The pages and files attached or linked that this person may read, with what is refused."""
    linked = select(Reference.target_id).where(
        Reference.source_id == source.id, Reference.role.in_(("link", "embed"))
    )
    near = or_(Item.parent_id == source.id, Item.id.in_(linked))
    found = _found(near, user, ("pages", "files"))
    pages = [item.id for item in found if item.kind == "pages" and item.id != source.id]
    shown = select(Reference.target_id).where(
        Reference.source_id.in_(pages), Reference.role == "embed"
    )
    if pages:
        found += _found(or_(Item.parent_id.in_(pages), Item.id.in_(shown)), user, ("files",))
    once = {item.id: item for item in found if item.id != source.id}
    return [Extra(item, _refusal(item, source, user)) for item in list(once.values())[:MANY]]


def adapt(source: Item, actor: User, group: Group, wish: Wish) -> tuple[Item, list[Extra]]:
    """The draft made for a group, with its copies of pages and files; and what was left out."""
    found = extras(source, actor)
    room = uploads.quota_bytes() - uploads.used_bytes(group.id)
    kept, left = [], []
    for item, why in found:
        size = item.blob.size if isinstance(item, File) else 0
        if item.id not in wish.extras:
            continue
        no_room = _("There is no room left for it in the group.") if size > room else ""
        refusal = why or no_room
        room -= 0 if refusal else size
        (left if refusal else kept).append(Extra(item, refusal))
    copy = _draft(source, actor, group, wish)
    made = {source.id: copy}
    # Pages first: their files are placed under them.
    for extra in sorted(kept, key=lambda one: one.item.kind != "pages"):
        made[extra.item.id] = _copied(extra.item, actor, group, made, copy)
    _rewire(made, actor)
    db.session.add(
        Adaptation(
            item_id=copy.id,
            source_id=source.id,
            licence=getattr(source, "licence", "") or "",
            guided=isinstance(source, Report) and not wish.full,
        )
    )
    if source.group_id != group.id:
        # Its team knows that someone does it again, not where nor under which title.
        log("adapted", source, actor)
    db.session.commit()
    return copy, left


def made_just_now(source: Item, actor: User, group: Group) -> Item | None:
    """The draft made a moment ago by a button pressed twice."""
    last = db.session.scalar(
        select(Item)
        .join(Adaptation, Adaptation.item_id == Item.id)
        .where(
            Adaptation.source_id == source.id,
            Item.author_id == actor.id,
            Item.group_id == group.id,
            Item.trashed_at.is_(None),
        )
        .order_by(Item.id.desc())
        .limit(1)
    )
    return last if last and (utcnow() - last.created_at).total_seconds() < 20 else None


def rewired(text: str, original: Item, numbers: dict[int, int], user) -> str:
    """A copied text with its links led to the copies; the other links lead to the originals."""
    query = select(Reference.label, Reference.target_id).where(
        Reference.source_id == original.id, Reference.role == "link", Reference.label != ""
    )
    rows = db.session.execute(query).all()
    open_ones = set(
        db.session.scalars(
            select(Item.id).where(Item.id.in_([row.target_id for row in rows]), visible(user))
        )
    )
    for label, target in rows:
        if target in numbers or target in open_ones:
            text = rewrite(text, label, f"#{numbers.get(target, target)}")

    def renumber(match: re.Match) -> str:
        return f"{match[1]}{numbers.get(int(match[2]), match[2])}"

    return "".join(
        piece if code else _ADDRESS.sub(renumber, _EMBED.sub(renumber, piece))
        for code, piece in pieces(text)
    )


def _lets_adapt(licence: str) -> bool:
    return bool(licence) and not _RESERVED.search(licence) and not _NO_DERIVATIVE.search(licence)


def _found(where, user, kinds: tuple[str, ...]) -> list[Item]:
    query = select(Item).where(where, Item.kind.in_(kinds), visible(user))
    query = query.options(selectin_polymorphic(Item, [Page, File]))
    return list(db.session.scalars(query.order_by(Item.kind.desc(), Item.title).limit(MANY)))


def _refusal(item: Item, source: Item, user) -> str:
    if item.ceiling is not None:
        return _("People appear in it, and their agreement holds for the original only.")
    if (role_in(user, item.group_id) or 0) >= Role.MEMBER:
        return ""
    if isinstance(item, File) and _RESERVED.search(item.credit or ""):
        return _("All rights reserved")
    if item.group_id != source.group_id:
        return _("It belongs to another group, which said nothing about copies.")
    if isinstance(source, Report) and not _lets_adapt(source.licence):
        return _("All rights reserved") if source.licence else _("No licence was chosen.")
    return ""


def _draft(source: Item, actor: User, group: Group, wish: Wish) -> Item:
    copy = source.copy_to(group)
    copy.title, copy.scope, copy.author_id = wish.title, Scope.DRAFT, actor.id
    copy.ceiling = source.ceiling
    if isinstance(copy, Report):
        full = wish.full and may_take_text(source, actor)
        for name, value in (THEIRS if full else THEIRS | THEIRS_BESIDE).items():
            setattr(copy, name, type(value)(value) if isinstance(value, dict | list) else value)
        copy.sections = {k: v for k, v in (copy.sections or {}).items() if k not in NEVER_TAKEN}
        copy.year = utcnow().year
        copy.terms = [term for term in copy.terms if term.vocabulary not in THEIR_WORDS]
        copy.licence = source.licence if _lets_adapt(source.licence) else ""
    stage(copy, actor, verb="copied")
    return copy


def _copied(item: Item, actor: User, group: Group, made: dict[int, Item], top: Item) -> Item:
    copy = item.copy_to(group)
    copy.scope, copy.author_id = Scope.DRAFT, actor.id
    copy.parent_id = made.get(item.parent_id, top).id
    stage(copy, actor, verb="copied")
    db.session.add(Adaptation(item_id=copy.id, source_id=item.id))
    return copy


def _rewire(made: dict[int, Item], actor: User) -> None:
    """Lead the links of the copies to one another, once all have their numbers."""
    numbers = {old: copy.id for old, copy in made.items()}
    for old, copy in made.items():
        original = db.session.get(Item, old)
        if isinstance(copy, Report):
            copy.sections = {
                key: rewired(text, original, numbers, actor)
                for key, text in (copy.sections or {}).items()
            }
        if isinstance(copy, Report | Page):
            copy.body = rewired(copy.body or "", original, numbers, actor)
            stage(copy, actor, _("The links lead to the copies"))

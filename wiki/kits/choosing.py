"""What of a group may go into a kit, and for the rest why it stays: said before, and in the kit."""

import re
from collections import Counter
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic, selectinload

from wiki.archive.nameless import Veil
from wiki.consents.models import Appearance
from wiki.db import db
from wiki.files.models import File
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.kits import doubts

KINDS = ("events", "trainings", "pages", "maps", "reports", "collections", "files")
MOST_WORDS = 60
# « Quatre-Moulins » is one word, and so is « L’Hostis ».
_CAPITAL = re.compile(
    r"(?<=[a-z\u00e0-\u00ff,;] )[A-Z\u00c0-\u00dd](?:[a-z\u00e0-\u00ff]+|['’](?=\w))"
    r"(?:[-'’]?\w+)*\b"
)
NOTES = ("text/plain", "text/markdown", "text/csv", "application/geo+json")


class Choice(NamedTuple):
    """One thing of the group: why it stays, or why somebody must look at it first."""

    item: Item
    why: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def look(self) -> list[str]:
        """Why to look at it before ticking it, in sentences."""
        return doubts.words_for(self.doubts)


def choices(group: Group, user, veil: Veil) -> list[Choice]:
    """All that this person may read of a group, kind by kind."""
    kinds = [one.class_ for one in Item.__mapper__.polymorphic_map.values()
             if one.class_ is not Item]  # fmt: skip
    query = (
        select(Item)
        .where(Item.group_id == group.id, Item.kind != "kits", visible(user))
        .options(selectin_polymorphic(Item, kinds), selectinload(Item.renderings))
    )
    items = db.session.scalars(query.order_by(Item.position, Item.title)).all()
    shown = set(db.session.scalars(
        select(Appearance.item_id).join(Item, Item.id == Appearance.item_id)
        .where(Item.group_id == group.id)
    ))  # fmt: skip
    rank = {kind: at for at, kind in enumerate(KINDS)}
    items = sorted(items, key=lambda one: (rank.get(one.kind, len(rank)), _natural(one.title)))
    reading = doubts.Reading(group, veil)
    return [_choice(item, _why(item, shown), reading) for item in items]


def ticked(kit, found: list[Choice]) -> set[int]:
    """What is ticked when the screen opens: whatever raises a doubt was looked at as it is now."""
    first, seen = kit.latest is None, (kit.extra or {}).get("looked_at", {})
    before = set(kit.chosen or [])
    return {
        one.item.id for one in found
        if not one.why and (first or one.item.id in before)
        and (not one.doubts or seen.get(str(one.item.id)) == doubts.mark_of(one.item))
    }  # fmt: skip


def looked_at(found: list[Choice], taken: set[int]) -> dict[str, str]:
    """What somebody ticked in spite of a doubt, and what it said then."""
    return {str(one.item.id): doubts.mark_of(one.item)
            for one in found if one.doubts and one.item.id in taken}  # fmt: skip


def to_check(found: list[Choice], veil: Veil) -> list[str]:
    """Words of what may go that look like names nobody told us of: for a person to look at."""
    counts: Counter[str] = Counter()
    for one in found:
        if not one.why and not isinstance(one.item, File):
            words = "\n".join([one.item.summary or "", *one.item.texts().values()])
            counts.update(_CAPITAL.findall(veil.text(words)))
    return sorted(word for word, _n in counts.most_common(MOST_WORDS))


def _natural(title: str) -> list:
    """« Séance 2 » comes before « Séance 10 »."""
    cut = re.split(r"(\d+)", title.casefold())
    return [int(one) if one.isdigit() else one for one in cut]


def left_out(found: list[Choice], taken: set[int]) -> list[dict]:
    """What stays, as a kit says it: how many of which kind, and why; no title, no name."""
    counts: dict[tuple[str, str], int] = {}
    for one in found:
        if one.item.id not in taken:
            key = (one.item.kind, one.why or (one.doubts or ("not chosen",))[0])
            counts[key] = counts.get(key, 0) + 1
    return [{"kind": kind, "why": why, "count": n} for (kind, why), n in sorted(counts.items())]


def reasons() -> dict[str, str]:
    """Why something stays, in words."""
    return {
        "draft": _("it is a draft"),
        "people": _("somebody appears in it"),
        "portrait": _("a portrait is of somebody"),
        "said": _("it is what people said"),
        "voice": _("a voice or a film is of somebody"),
        "paper": _("a paper may hold the name of who wrote it: put what matters in a page"),
        "kind": _("things of this kind do not travel in a kit"),
        "picture": _("nobody said that no one can be recognised on it"),
        "speech": _("it reports what somebody said"),
        "agreement": _("it says what somebody agreed to"),
        "heard": _("it has words of a portrait or of a recording"),
        "named": _("there is a name in its title"),
        "met": _("it tells of somebody met"),
        "not chosen": _("it was not chosen"),
    }


def _choice(item: Item, why: str, reading: doubts.Reading) -> Choice:
    if why:
        return Choice(item, why)
    picture = ("picture",) if _is_picture(item) else ()
    return Choice(item, "", (*picture, *reading.doubts(item)))


def _why(item: Item, shown: set[int]) -> str:
    if item.scope < Scope.GROUP:
        return "draft"
    if item.kind == "portraits":
        return "portrait"
    if item.kind == "discussions":
        return "said"
    if item.ceiling is not None or item.id in shown:
        return "people"
    if item.kind not in KINDS:
        return "kind"
    if isinstance(item, File):
        return _why_file(item)
    return ""


def _why_file(file: File) -> str:
    mime = file.blob.mime
    if mime.startswith(("audio/", "video/")):
        return "voice"
    return "" if _is_picture(file) or mime in NOTES else "paper"


def _is_picture(item: Item) -> bool:
    """Whether nobody but a person who looks can say that nobody is on it."""
    return isinstance(item, File) and item.blob.mime.startswith("image/")

"""A portrait: a face, a voice, and blocks that a group puts in order."""

from collections.abc import Callable
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, event, select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import db
from wiki.files import safety
from wiki.files.models import File
from wiki.items import replacing
from wiki.items.models import Item, Scope, SearchText
from wiki.portraits import drafts, parts
from wiki.portraits.kinds import KINDS, SUBJECTS
from wiki.portraits.parts import Part

PICTURED = ("spots", "photo", "compare")


class Portrait(Item):
    """Who or what it is of, and its blocks; `summary` is the line under the name."""

    __tablename__ = "portrait"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(10), default="person")
    # See parts.py: everything by `key.name`, and the keys in order.
    words: Mapped[dict] = mapped_column(JSON, default=dict)
    settings: Mapped[dict] = mapped_column(JSON, default=dict)
    arrangement: Mapped[list] = mapped_column(JSON, default=list)

    __mapper_args__: ClassVar = {"polymorphic_identity": "portraits"}
    versioned: ClassVar = ("title", "summary", "subject", "words", "settings", "arrangement")

    def __init__(self, **fields):
        """A portrait with nothing in it yet; a first version records what is empty as empty."""
        empty = {"subject": "person", "words": {}, "settings": {}, "arrangement": [], "summary": ""}
        super().__init__(**empty | fields)

    def blocks(self) -> list[Part]:
        """Its blocks in order, each with its lines."""
        return parts.read(self)

    def texts(self) -> dict[str, str]:
        """The Markdown of its blocks, in order."""
        return parts.texts(self.blocks())

    def shared_text(self, field: str) -> str | None:
        """The Markdown of a block or of a line of one, by its name."""
        if field not in parts.names_of_texts(self.blocks()):
            return None
        return (self.words or {}).get(field, "")

    def put_shared_text(self, field: str, text: str) -> None:
        """Take the text of a block; an emptied one is kept as nothing."""
        kept = {name: words for name, words in (self.words or {}).items() if name != field}
        self.words = kept | {field: text} if text else kept

    def search_text(self) -> SearchText:
        """The name, the line under it, titles, then all that the blocks say."""
        blocks = self.blocks()
        titles = parts.lines_of(blocks, "title")
        other = [one for one in parts.lines_of(blocks) if one not in titles]
        order = [self.renderings[name] for name in self.texts() if name in self.renderings]
        return SearchText(
            self.title,
            lead=self.summary or "",
            headings="\n".join([*titles, *(r.headings for r in order if r.headings)]),
            body="\n".join([*(r.plain for r in order), *other]),
        )

    def references(self) -> list[int]:
        """The files that its blocks show, and the items they point to."""
        wanted = set(self.shown_ids())
        if not wanted:
            return []
        known = set(db.session.scalars(select(Item.id).where(Item.id.in_(wanted))))
        return [number for number in self.shown_ids() if number in known]

    def shown_ids(self) -> list[int]:
        """The numbers that its blocks name, whether or not something bears them."""
        found = []
        for block in self.blocks():
            found += block.files()
            if "item" in block.kind.settings and (number := block.file("item")):
                found.append(number)
        return list(dict.fromkeys(found))

    def face_id(self) -> int | None:
        """The picture that stands for it: the first one it shows."""
        for block in self.blocks():
            if block.code in PICTURED and block.files():
                return block.file() or block.file("after") or block.file("before")
        slides = [block for block in self.blocks() if block.code == "slides" and block.files()]
        return slides[0].files()[0] if slides else None

    def voice_id(self) -> int | None:
        """The sound, or else the film, that speaks first."""
        for code in ("sound", "video"):
            for block in self.blocks():
                if block.code == code and block.file():
                    return block.file()
        return None

    def publish_blockers(self, scope: Scope) -> list[str]:
        """A portrait that says or shows nothing is for nobody."""
        if scope < Scope.NETWORK:
            return []
        reasons = []
        if not (self.summary or "").strip():
            reasons.append(_("Write the line under the name: who or what this is."))
        if all(block.is_empty() for block in self.blocks()):
            reasons.append(_("Put at least one photo, one sound or one text in the portrait."))
        return reasons

    def each_text(self, change: Callable[[str], str]) -> None:
        """Pass everything that was written through `change`, always in the same order."""
        for name in ("title", "summary"):
            setattr(self, name, change(getattr(self, name) or ""))
        kept = self.words or {}
        self.words = {key: change(kept[key]) for key in sorted(kept)}

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions; None for the rest."""
        if name == "subject":
            return str(SUBJECTS[value][0]) if value in SUBJECTS else ""
        if name == "arrangement":
            kinds = [self.settings.get(f"{key}.kind", "") for key in value or [] if "-" not in key]
            return ", ".join(str(KINDS[code].name) for code in kinds if code in KINDS)
        return None

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        names = {
            "summary": _("The line under the name"), "subject": _("Portrait of"),
            "arrangement": _("Order of the blocks"),
        }  # fmt: skip
        for number, block in enumerate(self.blocks(), 1):
            for part in [block, *block.lines]:
                for slot in part.kind.slots:
                    said = f"{block.kind.name} {number}, {str(slot.label).lower()}"
                    names |= dict.fromkeys(
                        (f"{part.key}.{slot.name}", f"words.{part.key}.{slot.name}"), said
                    )
        return names

    def erase_parts(self, replace) -> int:
        """Also in what writers keep unsaved."""
        return drafts.erase(self, replace)


@event.listens_for(Portrait, "before_insert")
@event.listens_for(Portrait, "before_update")
def _bear_its_face(_mapper, connection, portrait: Portrait) -> None:
    """The first picture is the cover, in every list, as long as it exists."""
    face = portrait.face_id()
    table = Item.__table__
    known = face and connection.scalar(select(table.c.id).where(table.c.id == face))
    if portrait.cover_id != known:
        portrait.cover_id = known


def _show_instead(item: Item, old: int, new: int) -> dict:
    """The settings of a portrait with another file in the place of one, where a block takes it."""
    file = db.session.get(File, new)
    if not isinstance(item, Portrait) or file is None:
        return {}
    family = safety.family(file.blob.mime)
    slots = {
        f"{part.key}.{medium.name}" for part in parts.every(item.blocks())
        for medium in part.kind.media
        if part.file(medium.name) == old and family in medium.families
    }  # fmt: skip
    return {"settings": item.settings | dict.fromkeys(slots, str(new))} if slots else {}


replacing.more.append(_show_instead)

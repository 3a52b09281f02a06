"""A kit: what an action needs to be done again; and its versions, each one file that travels."""

import uuid
from datetime import datetime
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.archive import nameless
from wiki.db import UTCDateTime, db, utcnow
from wiki.files import sweeping
from wiki.groups.models import Membership, Role
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Scope, SearchText
from wiki.programme import slots

SHEETS = ("facilitator", "participant", "evaluation", "faq")
FACTS = ("duration", "size", "prerequisites", "material", "room")
NETWORKS = ("none", "low", "good")


class Kit(Item):
    """Its identity sheet, its minute plan, its sheets; `chosen` numbers what it is made of."""

    __tablename__ = "kit"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), index=True)
    facts: Mapped[dict] = mapped_column(JSON, default=dict)
    programme: Mapped[list] = mapped_column(JSON, default=list)
    facilitator: Mapped[str] = mapped_column(Text, default="")
    participant: Mapped[str] = mapped_column(Text, default="")
    evaluation: Mapped[str] = mapped_column(Text, default="")
    faq: Mapped[str] = mapped_column(Text, default="")
    structure: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[str] = mapped_column(String(60), default="")
    chosen: Mapped[list] = mapped_column(JSON, default=list)
    # Where it was before, when it came as a file: site, title, version, structure.
    came_from: Mapped[dict] = mapped_column(JSON, default=dict)

    versions: Mapped[list["KitVersion"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="KitVersion.number.desc()"
    )

    __mapper_args__: ClassVar = {"polymorphic_identity": "kits"}
    versioned: ClassVar = (
        "title",
        "summary",
        "facts",
        "programme",
        *SHEETS,
        "structure",
        "licence",
    )

    def __init__(self, **given):
        """A kit with nothing in it; a first version records what is empty as empty."""
        empty = {"facts": {}, "programme": [], "chosen": [], "came_from": {}, "summary": ""}
        empty |= dict.fromkeys((*SHEETS, "structure", "licence"), "")
        super().__init__(**{"uid": str(uuid.uuid4())} | empty | given)

    def texts(self) -> dict[str, str]:
        """The sheets that are written."""
        return {name: getattr(self, name) for name in SHEETS if getattr(self, name)}

    def search_text(self) -> SearchText:
        """The title, what it is for, its sheets, its plan."""
        made = self.renderings.values()
        facts = [str(value) for value in (self.facts or {}).values()]
        return SearchText(
            self.title, lead=self.summary or "",
            body="\n".join([*(one.plain for one in made), slots.plain(self.programme), *facts,
                            self.structure]),
        )  # fmt: skip

    def publish_blockers(self, scope: Scope) -> list[str]:
        """Others need a file to take, a goal and a licence."""
        if scope < Scope.NETWORK:
            return []
        reasons = []
        if not (self.summary or "").strip():
            reasons.append(_("Say in a sentence what this kit is for."))
        if not self.licence:
            reasons.append(_("Choose a licence: others must know what they may do with it."))
        if self.id is not None and _names_somebody(self):
            reasons.append(_("Take names, addresses and numbers of people out of the sheets."))
        if self.latest is None:
            reasons.append(_("Make a first version of the kit: that is what others take."))
        return reasons

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        return sheet_names() | {
            "summary": _("What it is for"), "facts": _("Identity sheet"),
            "programme": _("Minute plan"), "structure": _("Structure"), "licence": _("Licence"),
        }  # fmt: skip

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions."""
        if name == "programme":
            return slots.plain(value)
        if name == "facts":
            return "\n".join(f"{key}: {one}" for key, one in (value or {}).items())
        return None

    @property
    def latest(self) -> "KitVersion | None":
        """The version that others take."""
        return self.versions[0] if self.versions else None

    def is_tested(self) -> bool:
        """Whether another structure did it again and told what came of it.

        A group that one of ours looks after is not another structure.
        """
        leaders = select(Membership.user_id).where(
            Membership.group_id == self.group_id, Membership.role == Role.FACILITATOR
        )
        again = Item.__table__.alias()
        ours = select(Membership.group_id).where(
            Membership.user_id.in_(leaders), Membership.role == Role.FACILITATOR
        )
        query = (
            select(Adaptation.item_id)
            .join(again, again.c.id == Adaptation.item_id)
            .where(
                Adaptation.source_id == self.id, Adaptation.told_at.is_not(None),
                Adaptation.redone.in_(("yes", "partly")), again.c.trashed_at.is_(None),
                again.c.group_id != self.group_id, again.c.group_id.not_in(ours),
            )
        )  # fmt: skip
        return db.session.scalar(query.limit(1)) is not None


def _names_somebody(kit: Kit) -> bool:
    """Whether the sheets name somebody whom the group knows."""
    veil = nameless.Veil(nameless.names_of(kit.group))
    said = [kit.title, kit.summary, *kit.texts().values(), slots.plain(kit.programme)]
    said += [str(value) for value in (kit.facts or {}).values()]
    return any(veil.shows(words or "") for words in said)


class KitVersion(db.Model):
    """One state of a kit as a file: its bytes, what is in it, what was left out and why.

    `contents` numbers the items it was made of here; nothing does of one that came from elsewhere.
    `gone` says why its bytes were let go ("erased", "replaced"); `was` keeps their fingerprint,
    so that they do not come back.
    """

    __tablename__ = "kit_version"
    __table_args__ = (UniqueConstraint("kit_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kit_id: Mapped[int] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(300), default="")
    contents: Mapped[list] = mapped_column(JSON, default=list)
    left_out: Mapped[list] = mapped_column(JSON, default=list)
    gone: Mapped[str] = mapped_column(String(10), default="")
    was: Mapped[str] = mapped_column(String(64), default="", index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    @property
    def made_of(self) -> list[int]:
        """The items it was made of here: what is erased in one of them is erased here too."""
        return [one["item"] for one in self.contents or [] if one.get("item")]

    def let_go(self, why: str) -> None:
        """Keep that it was there, without its bytes. The caller commits."""
        self.was, self.sha256, self.gone = self.sha256 or self.was, None, why


def sheet_names() -> dict[str, str]:
    """What each sheet is called."""
    return {
        "facilitator": _("Facilitator’s sheet"), "participant": _("Participant’s sheet"),
        "evaluation": _("Evaluation"), "faq": _("Questions and frequent mistakes"),
    }  # fmt: skip


def fact_names() -> dict[str, str]:
    """What each fact of the identity sheet is called."""
    return {
        "duration": _("Length"), "size": _("How many people"), "prerequisites": _("Before coming"),
        "material": _("Material"), "room": _("Room"),
    }  # fmt: skip


def network_names() -> dict[str, str]:
    """What a kit needs of the network, in words."""
    return {"none": _("No network needed"), "low": _("A weak network is enough"),
            "good": _("A good network is needed")}  # fmt: skip


sweeping.also_named.append(KitVersion.sha256)

"""A formation-action day: its half-days, who leads it, what must be in the room, its kit."""

from datetime import datetime
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.accounts.models import User
from wiki.groups.models import Group
from wiki.items.models import Item, Scope, SearchText
from wiki.items.writing import stage
from wiki.programme import slots, times
from wiki.programme.models import Dated, said_moment

MOST_HALVES = 20


class Training(Dated):
    """One or several days in half-days, from which each trainee leaves with a draft."""

    __tablename__ = "training"
    id: Mapped[int] = mapped_column(ForeignKey("dated.id", ondelete="CASCADE"), primary_key=True)
    # Pairs of moments in ISO 8601, UTC: [[begins, ends], …].
    halves: Mapped[list] = mapped_column(JSON, default=list)
    trainers: Mapped[str] = mapped_column(String(300), default="")
    trainees: Mapped[int | None]
    materials: Mapped[str] = mapped_column(Text, default="")
    kit_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )

    __mapper_args__: ClassVar = {"polymorphic_identity": "trainings"}
    versioned: ClassVar = (
        *Dated.versioned, "halves", "trainers", "trainees", "materials", "kit_id",
    )  # fmt: skip

    def __init__(self, **given):
        """A day to come; a first version records what is empty as empty."""
        super().__init__(**{"halves": [], "trainers": "", "materials": ""} | given)

    @property
    def half_days(self) -> list[tuple[datetime, datetime]]:
        """Each half-day on the clocks of its place."""
        zone = times.zone_of(self.zone)
        pairs = [
            (times.understood(one[0]), times.understood(one[1]))
            for one in self.halves or []
            if isinstance(one, list) and len(one) == 2
        ]
        known = [(a.astimezone(zone), b.astimezone(zone)) for a, b in pairs if a and b]
        return known or super().half_days

    @property
    def things(self) -> list[str]:
        """The material, one thing a line."""
        return [
            line.strip(" -*•\t") for line in (self.materials or "").splitlines() if line.strip()
        ]

    written: ClassVar = (*Dated.written, "trainers", "materials")

    def search_text(self) -> SearchText:
        """What a session says, the trainers and the material."""
        found = super().search_text()
        found.body = "\n".join(filter(None, [found.body, self.trainers, self.materials]))
        return found

    def references(self) -> list[int]:
        """The kit it is made from."""
        return [self.kit_id] if self.kit_id else []

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        return super().field_names() | {
            "halves": _("Half-days"), "trainers": _("Led by"), "trainees": _("Trainees"),
            "materials": _("Material"), "kit_id": _("Kit"),
        }  # fmt: skip

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions."""
        if name == "halves":
            zone, moments = times.zone_of(self.zone), []
            for one in value or []:
                moment = times.understood(one[0]) if isinstance(one, list) and one else None
                moments += [said_moment(moment.astimezone(zone), "plain")] if moment else []
            return ", ".join(moments)
        return super().field_words(name, value)


def new_training(
    group: Group,
    actor: User | None,
    title: str,
    halves: list[tuple[datetime, datetime]],
    *,
    zone: str = "",
    programme: list[dict] | None = None,
    kit: Item | None = None,
    scope: Scope = Scope.GROUP,
    **fields,
) -> Training:
    """A day written with its first version; the caller commits.

    `halves` are pairs of moments with their zone, in order. `fields` are columns: place, address,
    lat, lng, goal, body, trainers, trainees, materials. Raises ValueError for hours out of order.
    """
    ordered = [moment for pair in halves for moment in pair]
    if not 0 < len(halves) <= MOST_HALVES or ordered != sorted(ordered):
        raise ValueError("half-days follow one another")
    made = Training(
        group_id=group.id, group=group, title=title, starts_at=ordered[0], ends_at=ordered[-1],
        halves=[[times.written(one), times.written(other)] for one, other in halves],
        zone=zone or times.site_zone(), scope=scope, kit_id=kit.id if kit else None,
        programme=[slots.tidy(row) for row in programme or []][: slots.MOST], **fields,
    )  # fmt: skip
    stage(made, actor)
    return made

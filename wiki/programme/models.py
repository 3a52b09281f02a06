"""Whatever has a day and an hour: one table for all its kinds, so that one agenda shows them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime
from wiki.groups.models import Group
from wiki.items.models import Item, SearchText
from wiki.programme import slots, times

PHASES = ("exchange", "workshop", "outing")


class Dated(Item):
    """Something that takes place: its hours, its place, its goal and its plan."""

    __tablename__ = "dated"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    # What calendars know it by, whatever address the site has.
    uid: Mapped[str] = mapped_column(String(36))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    place: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    phase: Mapped[str] = mapped_column(String(10), default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[list] = mapped_column(JSON, default=list)
    cancelled: Mapped[bool] = mapped_column(default=False)
    # How many came, by half-day: {"0": {"present": 8, "excused": 1, "absent": 0}}; never who.
    headcount: Mapped[dict] = mapped_column(JSON, default=dict)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __mapper_args__: ClassVar = {"polymorphic_abstract": True}
    versioned: ClassVar = (
        "title", "summary", "starts", "ends", "zone", "place", "address", "lat", "lng", "phase",
        "goal", "body", "programme", "cancelled",
    )  # fmt: skip
    # People were told: an old text that comes back neither cancels nor says that it is on again.
    not_brought_back: ClassVar = frozenset({"cancelled"})

    def __init__(self, **given):
        """Something to come; a first version records what is empty as empty."""
        empty = {
            "summary": "", "zone": "Europe/Paris", "place": "", "address": "", "phase": "",
            "goal": "", "body": "", "programme": [], "cancelled": False,
        }  # fmt: skip
        super().__init__(**{"uid": str(uuid.uuid4())} | empty | given)

    @property
    def starts(self) -> str:
        """When it begins, as revisions keep it: in UTC, ISO 8601."""
        return times.written(self.starts_at)

    @starts.setter
    def starts(self, text: str) -> None:
        # What is no moment (words erased inside an old version) changes nothing.
        self.starts_at = times.understood(text) or self.starts_at

    @property
    def ends(self) -> str:
        """When it ends, as revisions keep it."""
        return times.written(self.ends_at)

    @ends.setter
    def ends(self, text: str) -> None:
        self.ends_at = times.understood(text) or self.ends_at

    @property
    def local_start(self) -> datetime:
        """When it begins on the clocks of its place."""
        return self.starts_at.astimezone(times.zone_of(self.zone))

    @property
    def local_end(self) -> datetime:
        """When it ends on the clocks of its place; never before it begins."""
        return max(self.ends_at, self.starts_at).astimezone(times.zone_of(self.zone))

    @property
    def half_days(self) -> list[tuple[datetime, datetime]]:
        """The stretches for which it is noted who came; a session has one."""
        return [(self.local_start, self.local_end)]

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return max(self.ends_at, self.starts_at) <= datetime.now(UTC)

    @property
    def has_begun(self) -> bool:
        """Whether it is under way or over."""
        return self.starts_at <= datetime.now(UTC)

    @property
    def is_now(self) -> bool:
        """Whether it takes place at this moment."""
        return self.starts_at <= datetime.now(UTC) and not self.has_ended

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return max(0, round((self.ends_at - self.starts_at) / timedelta(minutes=1)))

    @property
    def plan(self) -> list[slots.Slot]:
        """The minute plan with its hours."""
        return slots.timed(self.programme or [], self.local_start)

    @property
    def map_link(self) -> str:
        """Where a map shows the place; nothing when it has no address."""
        if self.lat is not None and self.lng is not None:
            here = f"{self.lat:.5f}", f"{self.lng:.5f}"
            return "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}".format(*here)
        if self.address:
            from urllib.parse import quote

            return f"https://www.openstreetmap.org/search?query={quote(self.address)}"
        return ""

    def texts(self) -> dict[str, str]:
        """What there is to know, in Markdown."""
        return {"body": self.body or ""}

    written: ClassVar = ("title", "summary", "goal", "place", "address", "body")

    def each_text(self, change) -> None:
        """Pass all that people wrote through `change`, the lines of the plan last."""
        for name in self.written:
            if (after := change(getattr(self, name) or "")) != getattr(self, name):
                setattr(self, name, after)
        plan = [
            row | {name: change(row.get(name) or "") for name in slots.COLUMNS}
            for row in self.programme or []
        ]
        if plan != self.programme:
            self.programme = plan

    def search_text(self) -> SearchText:
        """The title, the goal, the place, what there is to know, the plan."""
        lead = [self.summary, self.goal, self.place, self.address]
        body = "\n".join(filter(None, [self.plain(), slots.plain(self.programme)]))
        return SearchText(self.title, lead="\n".join(filter(None, lead)), body=body)

    def copy_to(self, group: Group) -> "Dated":
        """The same elsewhere, at the same hours; who came stays with the first."""
        return super().copy_to(group)

    def erase_parts(self, replace) -> int:
        """Also in the names of those who came and in what was said at the end."""
        from wiki.programme import answers, presence

        return presence.erase(self, replace) + answers.erase(self, replace)

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        return {
            "starts": _("Begins"), "ends": _("Ends"), "zone": _("Time zone"),
            "address": _("Address"), "lat": _("Latitude"), "lng": _("Longitude"),
            "phase": _("Kind of session"), "goal": _("Goal"), "body": _("What there is to know"),
            "programme": _("Minute plan"), "cancelled": _("Cancelled"),
        }  # fmt: skip

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions."""
        if name in ("starts", "ends"):
            moment = times.understood(value)
            return moment and said_moment(moment.astimezone(times.zone_of(self.zone)))
        if name == "programme":
            return slots.plain(value)
        if name == "phase":
            return phase_words(value)
        if name == "cancelled":
            return _("yes") if value else _("no")
        return None


def phase_words(code: str) -> str:
    """What a phase is called."""
    known = {"exchange": _("Exchange"), "workshop": _("Workshop"), "outing": _("Outing")}
    return known.get(code, "")


def said_moment(local: datetime, pattern: str = "long") -> str:
    """A day and an hour in words."""
    day = times.day_words(local.date(), pattern)
    return _("%(day)s at %(hour)s", day=day, hour=times.hour_words(local))


def span_words(item: Dated, pattern: str = "long") -> str:
    """When it takes place, in a sentence: jeudi 3 décembre 2026, de 9 h 30 à 12 h."""
    start, end = item.local_start, item.local_end
    day = times.day_words(start.date(), pattern)
    if start.date() != end.date():
        words = _("from %(one)s to %(other)s", one=said_moment(start, pattern),
                  other=said_moment(end, pattern))  # fmt: skip
    elif start == end:
        words = f"{day}, {times.hour_words(start)}"
    else:
        words = _("%(day)s, from %(one)s to %(other)s", day=day, one=times.hour_words(start),
                  other=times.hour_words(end))  # fmt: skip
    return words if item.zone == times.site_zone() else f"{words} ({item.zone})"

"""An experience report, short (récit) or full (bilan): one kind, two outlines."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime
from wiki.items.models import Item, Scope, SearchText
from wiki.reports import drafts, feedback, figures, lines, problems, testimony
from wiki.reports.outlines import Section, arranged, blockers, counted, filled, missing


class Report(Item):
    """What an action taught: sections of text under known headings, and facts to compare."""

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    outline: Mapped[str] = mapped_column(String(10), default="story")
    sections: Mapped[dict] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(Text, default="")
    structure: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    people: Mapped[int | None]
    sessions: Mapped[int | None]
    hours: Mapped[int | None]
    duration: Mapped[str] = mapped_column(String(200), default="")
    preparation_hours: Mapped[int | None]
    cost: Mapped[int | None]
    licence: Mapped[str] = mapped_column(String(60), default="")
    # Lines (see lines.py), the writers' own headings by key, and keys in the writers' order.
    effects: Mapped[list] = mapped_column(JSON, default=list)
    requirements: Mapped[list] = mapped_column(JSON, default=list)
    headings: Mapped[dict] = mapped_column(JSON, default=dict)
    arrangement: Mapped[list] = mapped_column(JSON, default=list)
    skipped: Mapped[list] = mapped_column(JSON, default=list)
    contributors: Mapped[list] = mapped_column(JSON, default=list)
    reviewers: Mapped[list] = mapped_column(JSON, default=list)
    # Whether it is still true, as its writers last said: an act with its date, not a text.
    freshness: Mapped[str] = mapped_column(String(10), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    check_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id])

    __mapper_args__: ClassVar = {"polymorphic_identity": "reports"}
    versioned: ClassVar = (
        "title", "summary", "outline", "sections", "body", "structure", "place", "year", "people",
        "sessions", "hours", "duration", "preparation_hours", "cost", "licence", "effects",
        "requirements", "headings", "arrangement", "skipped", "contributors", "reviewers",
    )  # fmt: skip
    shared: ClassVar = ("body",)

    def __init__(self, **fields):
        """A report with nothing in it yet; a first version records what is empty as empty."""
        empty = {"outline": "story", "sections": {}, "headings": {}}
        empty |= dict.fromkeys(("body", "structure", "place", "duration", "licence", "summary"), "")
        empty |= {name: [] for name in (*lines.COLUMNS, *LISTS)}
        super().__init__(**empty | fields)

    def texts(self) -> dict[str, str]:
        """Each section under its key, in the writers' order, and the free text under `body`."""
        sections = self.sections or {}
        texts = {key: sections[key] for key in arranged(self) if sections.get(key)}
        return texts | ({"body": self.body} if self.body else {})

    def shared_text(self, field: str) -> str | None:
        """The free text, or a section by its key."""
        if field == "body" or field not in self.section_names():
            return super().shared_text(field)
        return (self.sections or {}).get(field) or ""

    def put_shared_text(self, field: str, text: str) -> None:
        """Take the text of a section; an emptied one is no section any more."""
        if field == "body":
            super().put_shared_text(field, text)
            return
        kept = {key: value for key, value in (self.sections or {}).items() if key != field}
        self.sections = kept | {field: text} if text else kept

    def search_text(self) -> SearchText:
        """Title, « in one minute », headings, then everything that was written."""
        made = self.renderings.values()
        rows = [
            row.get(column, "")
            for name in lines.COLUMNS
            for row in getattr(self, name) or []
            for column in lines.WRITTEN
        ]
        own = [(self.headings or {}).get(key, "") for key in arranged(self)]
        return SearchText(
            self.title,
            lead=self.summary or "",
            headings="\n".join([*(r.headings for r in made), *own]).strip(),
            body="\n".join(
                [*(r.plain for r in made), *filter(None, rows), self.structure or "",
                 self.place or ""]
            ),
        )  # fmt: skip

    def facets(self) -> dict[str, list[str]]:
        """Length, group size, cost, year and licence, as what search counts and narrows by."""
        return figures.facets(self)

    def publish_blockers(self, scope: Scope) -> list[str]:
        """What the reader would miss: the required sections and facts."""
        return blockers(self) if scope >= Scope.NETWORK else []

    def each_text(self, change: Callable[[str], str]) -> None:
        """Pass everything that was written through `change`, always in the same order."""
        for name in ("title", "summary", "body", "structure", "place"):
            setattr(self, name, change(getattr(self, name) or ""))
        for name in ("sections", "headings"):
            kept = getattr(self, name) or {}
            setattr(self, name, {key: change(kept[key]) for key in sorted(kept)})
        for name in lines.COLUMNS:
            setattr(self, name, [_changed(row, change) for row in getattr(self, name) or []])

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions; None for the rest."""
        if name in lines.COLUMNS:
            return "\n".join(lines.said(name, row) for row in value or [])
        if name in LISTS:
            known = self.section_names()
            return ", ".join(known.get(one, one) for one in value or [])
        return None

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        parts = self.section_names()
        return parts | {f"sections.{key}": title for key, title in parts.items()} | _field_names()

    def section_names(self) -> dict[str, str]:
        """What each section is called, those of the writers included."""
        return {part.key: str(part.title) for part in counted(self, everything=True)}

    def erase_parts(self, replace) -> int:
        """Also in what writers keep unsaved, and in what readers and contacts left beside it."""
        return sum(part.erase(self, replace) for part in (drafts, feedback, problems, testimony))

    def copy_to(self, group):
        """The same text elsewhere; whoever re-read this one has not re-read the copy."""
        copy = super().copy_to(group)
        copy.reviewers = []
        return copy

    @property
    def is_imported(self) -> bool:
        """Whether it came as one text from elsewhere and waits for its sections and facts."""
        return bool((self.extra or {}).get("imported"))

    def settle_import(self) -> bool:
        """Take the mark « to be completed » away once nothing is missing; the caller commits."""
        if not self.is_imported or missing(self):
            return False
        self.extra = {name: value for name, value in self.extra.items() if name != "imported"}
        return True

    def completeness(self) -> tuple[int, int]:
        """How many parts of its outline are written, out of how many that count."""
        parts = counted(self)
        return sum(self.has(part) for part in parts), len(parts)

    def has(self, part: Section) -> bool:
        """Whether a part says something."""
        return filled(self, part.key)


LISTS = ("arrangement", "skipped", "contributors", "reviewers")


def _field_names() -> dict[str, str]:
    return {
        "effects": _("What it changed, line by line"),
        "requirements": _("Conditions to do it again, line by line"),
        "arrangement": _("Order of the parts"),
        "skipped": _("Parts that are not for us"),
        "contributors": _("Contributors"),
        "reviewers": _("Re-read by"),
        "duration": _("Duration in words"),
    }


def _changed(row: dict, change: Callable[[str], str]) -> dict:
    written = {name: change(row[name]) for name in lines.WRITTEN if row.get(name)}
    return {**row, **written}

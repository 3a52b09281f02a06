"""An experience report, short (récit) or full (bilan): one kind, two outlines."""

from typing import ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.items.models import Item, Scope, SearchText
from wiki.reports.outlines import BY_KEY, Section, blockers, filled, missing, outline


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

    __mapper_args__: ClassVar = {"polymorphic_identity": "reports"}
    versioned: ClassVar = (
        "title", "summary", "outline", "sections", "body", "structure", "place", "year", "people",
        "sessions", "hours", "duration", "preparation_hours", "cost", "licence",
    )  # fmt: skip

    def __init__(self, **fields):
        """A report with nothing in it yet; a first version records what is empty as empty."""
        empty = {"outline": "story", "sections": {}}
        empty |= dict.fromkeys(("body", "structure", "place", "duration", "licence", "summary"), "")
        super().__init__(**empty | fields)

    def texts(self) -> dict[str, str]:
        """Each section under its key, in the outline's order, and the free text under `body`."""
        sections = self.sections or {}
        known = [key for key in BY_KEY if sections.get(key)]
        other = [key for key in sections if key not in BY_KEY and sections[key]]
        texts = {key: sections[key] for key in known + other}
        return texts | ({"body": self.body} if self.body else {})

    def search_text(self) -> SearchText:
        """Title, « in one minute », headings, then everything that was written."""
        made = self.renderings.values()
        return SearchText(
            self.title,
            lead=self.summary or "",
            headings="\n".join(r.headings for r in made if r.headings),
            body="\n".join([*(r.plain for r in made), self.structure or "", self.place or ""]),
        )

    def publish_blockers(self, scope: Scope) -> list[str]:
        """What the reader would miss: the required sections and facts."""
        return blockers(self) if scope >= Scope.NETWORK else []

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
        """How many parts of its outline are written, out of how many."""
        parts = outline(self.outline)
        return sum(self.has(part) for part in parts), len(parts)

    def has(self, part: Section) -> bool:
        """Whether a part says something."""
        return filled(self, part.key)

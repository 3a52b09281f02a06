"""A page of a group's wiki."""

from typing import ClassVar

from sqlalchemy import ForeignKey, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from wiki.groups.models import Group
from wiki.items.models import Item, SearchText


class Page(Item):
    """A text in Markdown, in a tree of pages; a template is a page that others start from."""

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    # Before the body: a long text must not be walked through to read one flag.
    is_template: Mapped[bool] = mapped_column(default=False)
    # The easy-to-read version (FALC) of the page above it.
    is_easy: Mapped[bool] = mapped_column(default=False, server_default=false())
    body: Mapped[str] = mapped_column(Text, default="")

    __mapper_args__: ClassVar = {"polymorphic_identity": "pages"}
    versioned: ClassVar = ("title", "summary", "body")
    shared: ClassVar = ("body",)

    def texts(self) -> dict[str, str]:
        """The body."""
        return {"body": self.body or ""}

    def search_text(self) -> SearchText:
        """Title, summary, headings and text."""
        return SearchText.of_body(self)

    def copy_to(self, group: Group) -> "Page":
        """A page with the same text, and still a template or easy to read if it was."""
        copy = super().copy_to(group)
        copy.is_template, copy.is_easy = self.is_template, self.is_easy
        return copy

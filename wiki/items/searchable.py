"""What a search reads of an item: texts from the weightiest to the lightest, and their places."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A stretch of text that stands beside an item's own: a page of a file, a moment, a remark.

    `kind` is attachment, caption, transcript, feature or comment; `place` says where inside, as in
    « page=3 », « slide=4 », « sheet=Budget » or « t=83 » (seconds); `item_id` is the file it is in.
    """

    kind: str
    text: str
    label: str = ""
    place: str = ""
    item_id: int | None = None


@dataclass
class SearchText:
    """What search reads of an item; `parts` are found like attachments, remarks more lightly."""

    title: str
    lead: str = ""
    headings: str = ""
    body: str = ""
    attachments: str = ""
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def of_body(cls, item) -> "SearchText":
        """Title, summary, headings and text of an item whose one text is its body."""
        rendering = item.renderings.get("body")
        return cls(
            item.title,
            lead=item.summary or "",
            headings=rendering.headings if rendering else "",
            body=rendering.plain if rendering else "",
        )

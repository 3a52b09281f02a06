"""What a rendered text is made of; plain data that travels between the guarded process and ours."""

from dataclasses import asdict, dataclass

from wiki.markup.links import Link


@dataclass
class Rendered:
    """HTML safe to show (placeholders still to fill), and what was learnt while making it."""

    html: str
    toc: list[dict]  # {"level": 2…6, "id": "t-…", "text": "…"}
    plain: str
    headings: list[str]
    links: list[Link]
    embeds: list[int]
    ok: bool  # False: not rendered in time, `html` is the text as typed

    def to_json(self) -> dict:
        """As JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Rendered":
        """Back from JSON."""
        return cls(**{**data, "links": [Link(**link) for link in data["links"]]})

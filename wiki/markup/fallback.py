"""What is shown of a text that could not be rendered: the text."""

import html
import re

from wiki.markup.rendered import Rendered
from wiki.markup.sanitize import clean_body


def as_typed(text: str) -> Rendered:
    """The text escaped, in paragraphs and lines, so that no word is lost."""
    text = clean_body(text)
    paragraphs = [p.strip("\n") for p in re.split(r"\n[ \t]*\n+", text) if p.strip()]
    shown = [html.escape(p, quote=False).replace("\n", "<br>\n") for p in paragraphs]
    return Rendered(
        html="\n".join(f"<p>{p}</p>" for p in shown),
        toc=[],
        plain=text.strip(),
        headings=[],
        links=[],
        embeds=[],
        ok=False,
    )

"""Text: Markdown to safe HTML in a process that can be killed, links between pages, plain text.

from wiki.markup import render, render_all, fill
"""

from wiki.markup.links import Link, fill
from wiki.markup.rendered import Rendered

# Raise it when the same source would give other HTML: stored renderings are then made again.
VERSION = 1

__all__ = ["VERSION", "Link", "Rendered", "fill", "render", "render_all"]


def render(text: str, *, prefix: str = "", lang: str = "fr") -> Rendered:
    """Render one Markdown text; never raises: at worst the text comes back as typed, ok=False."""
    return render_all([text], prefixes=[prefix], lang=lang)[0]


def render_all(
    texts: list[str], *, prefixes: list[str] | None = None, lang: str = "fr"
) -> list[Rendered]:
    """Render several Markdown texts in one round trip to the guarded process.

    `prefixes` (one short name a text) keep the ids apart when several texts share a screen.
    """
    from wiki.markup import guard

    return guard.render_all(texts, prefixes or [""] * len(texts), lang)

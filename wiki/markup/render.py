"""Markdown → safe HTML, in this process: what the guarded child runs for each text.

A line end inside a paragraph is a line break: people who never heard of Markdown expect to get
what they typed.
"""

import re
import threading

import markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import LINK_RE, SimpleTagInlineProcessor

from wiki.markup import links, sanitize
from wiki.markup.blocks import BlockReader
from wiki.markup.containers import ContainerProcessor
from wiki.markup.inline import (
    KNOWN_TAG,
    KnownTags,
    Links,
    PrefixedFootnotes,
    Tasks,
    TriggeredPatterns,
    WikiLinks,
)
from wiki.markup.rendered import Rendered
from wiki.markup.text import html_to_text

_HEADING = re.compile(r'<h([1-6])(?: (?:id|title|lang|dir|class)="[^"]*")*>(.*?)</h\1>', re.DOTALL)
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_TABLE = re.compile(r"(</?table\b[^>]*>)")
_local = threading.local()


def render_here(text: str, prefix: str = "", lang: str = "fr") -> Rendered:
    """Render one Markdown text; on hostile text it may take long or raise, which `guard` bounds.

    `prefix` keeps apart the ids of several texts shown on one screen.
    """
    raw = _converter(lang, prefix).convert(sanitize.clean_body(text).removeprefix("\ufeff"))
    tidied = _EMPTY.sub("", sanitize.tidy(raw))
    headed, toc = _number_headings(tidied, prefix)
    wrapped = _TABLE.sub(_wrap_table, headed) if "<table" in headed else headed
    finished = sanitize.finish(wrapped)
    return Rendered(
        html=finished,
        toc=toc,
        plain=html_to_text(finished),
        headings=[entry["text"] for entry in toc],
        links=links.found(finished),
        embeds=links.embedded(finished),
        ok=True,
    )


def _wrap_table(match: re.Match) -> str:
    if match[0].startswith("</"):
        return match[0] + "</div>"
    return '<div class="table-scroll" tabindex="0">' + match[0]


def _number_headings(source: str, prefix: str) -> tuple[str, list[dict]]:
    """Give each heading a unique id, leave <h1> to the page's title, and list them."""
    if "<h" not in source:
        return source, []
    shift = 1 if "<h1" in source else 0
    toc: list[dict] = []
    seen: dict[str, int] = {}

    def number(match: re.Match) -> str:
        level = min(int(match[1]) + shift, 6)
        text = " ".join(html_to_text(match[2]).split())
        base = links.heading_id(text, prefix)
        seen[base] = seen.get(base, 0) + 1
        name = base if seen[base] == 1 else f"{base}--{seen[base]}"  # slugs hold no double hyphen
        if text:
            toc.append({"level": level, "id": name, "text": text})
        return f'<h{level} id="{name}">{match[2]}</h{level}>'

    return _HEADING.sub(number, source), toc


def _converter(lang: str, prefix: str) -> markdown.Markdown:
    """The Python-Markdown converter of this thread, as new."""
    md = getattr(_local, "md", None)
    if md is None:
        md = _local.md = _make_converter()
    md.reset()
    md.lang, md.prefix = lang, prefix
    md.notes.text_prefix = prefix
    md.notes.setConfig("BACKLINK_TITLE", "Back to the text" if lang == "en" else "Revenir au texte")
    return md


def _make_converter() -> markdown.Markdown:
    notes = PrefixedFootnotes(BACKLINK_TEXT="↩")
    md = markdown.Markdown(
        extensions=[
            AbbrExtension(),
            DefListExtension(),
            notes,
            Nl2BrExtension(),
            SaneListExtension(),
            TableExtension(use_align_attribute=True),
        ],
        output_format="html",
    )
    md.notes = notes
    md.preprocessors.deregister("html_block")
    md.preprocessors.register(BlockReader(md), "essaim-blocks", 25)
    md.parser.blockprocessors.register(ContainerProcessor(md.parser), "essaim-containers", 200)
    md.inlinePatterns.deregister("html")
    md.inlinePatterns.register(Links(LINK_RE, md), "link", 160)
    md.inlinePatterns.register(KnownTags(KNOWN_TAG, md), "known-tags", 90)
    md.inlinePatterns.register(WikiLinks(r"(?<!\\)" + links.PATTERN, md), "wikilinks", 185)
    md.inlinePatterns.register(
        SimpleTagInlineProcessor(r"(~~)(?=[^\s~])([^~\n]+)~~", "del"), "strike", 55
    )
    md.inlinePatterns.register(
        SimpleTagInlineProcessor(r"(==)(?=[^\s=])([^=\n]+)==", "mark"), "marker", 54
    )
    md.treeprocessors.register(Tasks(md), "tasks", 15)
    md.treeprocessors.register(TriggeredPatterns(md), "inline", 20)
    return md

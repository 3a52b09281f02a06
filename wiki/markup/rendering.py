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
from wiki.markup.text import html_to_text, one_line

_HEADING_TAG = re.compile(r'(</?h[1-6](?: [a-z-]+="[^"]*")*>)')
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_TABLE = re.compile(r"(</?table\b[^>]*>)")
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr>(?:\s*<th[^>]*>\s*</th>)+\s*</tr>\s*</thead>\s*")
_EMPTY_HEADER = re.compile(r"<th\b[^>]*>\s*</th>")
_local = threading.local()


def render_here(text: str, prefix: str = "", lang: str = "fr") -> Rendered:
    """Render one Markdown text; on hostile text it may take long or raise, which `guard` bounds.

    `prefix` keeps apart the ids of several texts shown on one screen.
    """
    raw = _converter(lang, prefix).convert(sanitize.clean_body(text).removeprefix("\ufeff"))
    tidied = _EMPTY.sub("", sanitize.tidy(raw))
    headed, toc = _number_headings(tidied, prefix)
    wrapped = _finish_tables(headed) if "<table" in headed else headed
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


def _finish_tables(source: str) -> str:
    """Wide tables scroll, by keyboard too; a header that says nothing is none."""
    spoken = _EMPTY_HEADER.sub("<td></td>", _EMPTY_HEAD.sub("", source))
    return _TABLE.sub(_wrap_table, spoken)


def _wrap_table(match: re.Match) -> str:
    if match[0].startswith("</"):
        return match[0] + "</div>"
    return '<div class="table-scroll" tabindex="0">' + match[0]


def _number_headings(source: str, prefix: str) -> tuple[str, list[dict]]:
    """Give each heading a unique id, leave <h1> to the page's title, and list them."""
    if "<h" not in source:
        return source, []
    shift = 1 if "<h1" in source else 0
    pieces = _HEADING_TAG.split(source)  # text, tag, text, tag, … text
    toc: list[dict] = []
    seen: dict[str, int] = {}
    opened: list[int] = []  # raw HTML can put a heading in a heading: only the outer one is listed
    for n in range(1, len(pieces), 2):
        closing = pieces[n].startswith("</")
        level = min(int(pieces[n][3 if closing else 2]) + shift, 6)
        if not closing:
            opened.append(n)
            pieces[n] = f"<h{level}>"
            continue
        pieces[n] = f"</h{level}>"
        start = opened.pop()
        if not opened:
            text = one_line(html_to_text("".join(pieces[start + 1 : n])))
            name = _unique(links.heading_id(text, prefix), seen)
            pieces[start] = f'<h{level} id="{name}">'
            toc += [{"level": level, "id": name, "text": text}] if text else []
    return "".join(pieces), toc


def _unique(name: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}--{seen[name]}"  # slugs hold no double hyphen


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

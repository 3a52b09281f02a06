"""Markdown → safe HTML, in this process: what the guarded child runs for each text.

A line end inside a paragraph is a line break: people who never heard of Markdown expect what they see.
"""

import re
import threading
from xml.etree import ElementTree as etree

import markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import LINK_RE, InlineProcessor, LinkInlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from wiki.markup import links, sanitize
from wiki.markup.blocks import BlockReader, ContainerProcessor
from wiki.markup.rendered import Rendered
from wiki.markup.text import html_to_text, slugify

_HEADING = re.compile(r'<h([1-6])(?: (?:id|title|lang|dir|class)="[^"]*")*>(.*?)</h\1>', re.DOTALL)
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_TABLE = re.compile(r"(</?table\b[^>]*>)")
_local = threading.local()


def render_here(text: str, prefix: str = "", lang: str = "fr") -> Rendered:
    """Render one Markdown text; may take long or raise on hostile text: that is the guard's business.

    `prefix` keeps apart the ids of several texts shown on one screen.
    """
    raw = _converter(lang, prefix).convert(sanitize.clean_body(text))
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
        base = sanitize.ID_PREFIX + (f"{prefix}-" if prefix else "") + (slugify(text) or "section")
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
    md.lang, md.containers = lang, []
    _local.notes.text_prefix = prefix
    _local.notes.setConfig("BACKLINK_TITLE", "Back to the text" if lang == "en" else "Revenir au texte")
    return md


def _make_converter() -> markdown.Markdown:
    notes = _local.notes = PrefixedFootnotes(BACKLINK_TEXT="↩")
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
    md.preprocessors.deregister("html_block")
    md.preprocessors.register(BlockReader(md), "essaim-blocks", 25)
    md.parser.blockprocessors.register(ContainerProcessor(md.parser), "essaim-containers", 200)
    md.inlinePatterns.deregister("html")
    md.inlinePatterns.register(Links(LINK_RE, md), "link", 160)
    md.inlinePatterns.register(KnownTags(_KNOWN_TAG, md), "known-tags", 90)
    md.inlinePatterns.register(WikiLinks(r"(?<!\\)" + links.PATTERN, md), "wikilinks", 185)
    md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=[^\s~])([^~\n]+)~~", "del"), "strike", 55)
    md.inlinePatterns.register(SimpleTagInlineProcessor(r"(==)(?=[^\s=])([^=\n]+)==", "mark"), "marker", 54)
    md.treeprocessors.register(Tasks(md), "tasks", 15)
    md.treeprocessors.register(TriggeredPatterns(md), "inline", 20)
    return md


_TRIGGERS = {  # a text without these characters cannot match the pattern
    "backtick": "`",
    "escape": "\\",
    "autolink": "<",
    "automail": "<",
    "known-tags": "<",
    "entity": "&",
    "nl": "\n",
    "linebreak": "\n",
    "em_strong": "*",
    "em_strong2": "_",
    "strike": "~~",
    "marker": "==",
    "wikilinks": "[[",
    "footnote": "[^",
    "reference": "[",
    "link": "](",
    "image_link": "](",
    "image_reference": "![",
    "short_reference": "[",
    "short_image_ref": "![",
}
_NEED_REFERENCES = {"reference", "short_reference", "image_reference", "short_image_ref"}


class TriggeredPatterns(InlineTreeprocessor):
    """Python-Markdown's inline pass without the patterns that cannot match: a third of the time saved."""

    def run(self, tree: etree.Element, ancestors: list[str] | None = None) -> etree.Element:
        """Apply the inline patterns to the tree."""
        useless = set() if self.md.references else _NEED_REFERENCES
        useless = useless if _local.notes.footnotes else useless | {"footnote"}
        list(self.inlinePatterns)  # sorts them by priority
        self._patterns = [
            (self.inlinePatterns[item.name], _TRIGGERS.get(item.name, ""))
            for item in self.inlinePatterns._priority
            if item.name not in useless
        ]
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        start, last = 0, len(self._patterns)
        while patternIndex < last:
            pattern, trigger = self._patterns[patternIndex]
            matched = False
            if trigger in data:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, patternIndex, start)
            if not matched:
                patternIndex, start = patternIndex + 1, 0
        return data


class PrefixedFootnotes(FootnoteExtension):
    """Footnotes whose ids differ between the texts of one screen."""

    text_prefix = ""

    def reset(self) -> None:
        """Forget the last text."""
        super().reset()
        self._numbers: dict[str, int] = {}

    def _name(self, kind: str, label: str) -> str:
        if len(self._numbers) != len(self.footnotes):
            self._numbers = {known: n for n, known in enumerate(self.footnotes, 1)}
        prefix = f"{self.text_prefix}-" if self.text_prefix else ""
        return f"{kind}:{prefix}{self._numbers[label]}"  # the cleaner makes it t-fn-1

    def makeFootnoteId(self, id: str) -> str:  # noqa: N802, A002 (Python-Markdown's names)
        """The id of the note itself."""
        return self._name("fn", id)

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: N802, A002
        """The id of the place that calls the note."""
        return self.unique_ref(self._name("fnref", id), found)


class Links(LinkInlineProcessor):
    """Python-Markdown's [text](address), quick to see that no bracket closes."""

    def getLink(self, data, index):  # noqa: N802
        """The address and the title, or nothing."""
        return super().getLink(data, index) if data.find(")", index) >= 0 else ("", None, index, False)


_KNOWN_TAG = r"(</?([A-Za-z][A-Za-z0-9]{0,10})(?:\s[^<>]{0,1000})?/?>|<!--.{0,2000}?-->)"


class KnownTags(InlineProcessor):
    """Inline HTML: tags that we keep go to the cleaner, any other « <mot> » is text."""

    def handleMatch(self, m, data):  # noqa: N802 (Python-Markdown's name)
        """Stash a known tag."""
        if m[2] and m[2].lower() not in sanitize.TAGS:
            return None, None, None
        raw = self.unescape(m[1])
        return self.md.htmlStash.store(raw), m.start(0), m.end(0)


class WikiLinks(InlineProcessor):
    """[[Title]], [[Title|text]], [[#12]], [[Title#heading]] as placeholders filled at view time."""

    def handleMatch(self, m, data):  # noqa: N802
        """Make the placeholder."""
        link = links.parse(m[1], m[2])
        if not (link.target or link.heading):
            return None, None, None
        a = etree.Element("a")
        if link.target:
            a.set("class", "wikilink")
            a.set("data-ref", link.target + (f"#{link.heading}" if link.heading else ""))
            a.set("href", "#")
        else:
            a.set("href", "#" + links.heading_id(link.heading))
        a.text = link.text
        return a, m.start(0), m.end(0)


class Tasks(Treeprocessor):
    """« - [x] fait » shows a ticked box, with words for those who cannot see it."""

    LABELS = {"fr": ("à faire", "fait"), "en": ("to do", "done")}

    def run(self, root: etree.Element) -> None:
        """Turn the first characters of list items into boxes."""
        for lst in root.iter():
            if lst.tag in ("ul", "ol"):
                boxes = [self._box(li) for li in lst if li.tag == "li"]
                if any(boxes):
                    lst.set("class", "task-list")

    def _box(self, li: etree.Element) -> bool:
        holder = li[0] if len(li) and li[0].tag == "p" and not (li.text or "").strip() else li
        match = re.match(r"\s*\[([ xX])\](?=\s|$)", holder.text or "")
        if not match:
            return False
        done = match[1] != " "
        box = etree.Element("span", {"class": "task-box", "role": "img"})
        box.set("aria-label", self.LABELS.get(self.md.lang, self.LABELS["fr"])[done])
        box.text, box.tail = "☑" if done else "☐", holder.text[match.end() :]
        holder.text = ""
        holder.insert(0, box)
        li.set("class", "task done" if done else "task")
        return True

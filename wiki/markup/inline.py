"""What stands inside a line: links between pages, known HTML tags, footnote calls, task boxes."""

import re
from xml.etree import ElementTree as etree

from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from wiki.markup import links, sanitize

_TRIGGERS = {  # a text without these characters cannot match the pattern; emphasis has two, * and _
    "backtick": "`",
    "escape": "\\",
    "autolink": "<",
    "automail": "<",
    "known-tags": "<",
    "entity": "&",
    "nl": "\n",
    "linebreak": "\n",
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
    """Python-Markdown's inline pass without patterns that cannot match: a third less time."""

    def run(self, tree: etree.Element, ancestors: list[str] | None = None) -> etree.Element:
        """Apply the inline patterns to the tree."""
        useless = set() if self.md.references else _NEED_REFERENCES
        useless = useless if self.md.notes.footnotes else useless | {"footnote"}
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
                data, matched, start = self._InlineProcessor__applyPattern(
                    pattern, data, patternIndex, start
                )
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
        return (
            super().getLink(data, index) if data.find(")", index) >= 0 else ("", None, index, False)
        )


KNOWN_TAG = r"(</?([A-Za-z][A-Za-z0-9]{0,10})(?:\s[^<>]{0,1000})?/?>|<!--.{0,2000}?-->)"


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
            a.set("href", "#" + links.heading_id(link.heading, self.md.prefix))
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

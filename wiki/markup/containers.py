"""Lists, quotes and boxes: from the placeholder lines that `blocks` leaves to elements."""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as etree

from markdown.blockprocessors import BlockProcessor

from wiki.markup.text import fold

_HOLD = re.compile(r"\x02essaim:(\d+)\x03")

BOXES = {  # type as typed (folded) → (class, French title, English title)
    name: (css, french, english)
    for css, french, english, names in [
        ("note", "Note", "Note", "note info information remarque nb"),
        ("tip", "Astuce", "Tip", "tip hint astuce conseil bon-plan"),
        ("warning", "Attention", "Warning", "warning caution attention avertissement vigilance"),
        ("danger", "Danger", "Danger", "danger error erreur bug"),
        ("important", "Important", "Important", "important a-retenir retenir essentiel"),
        ("example", "Exemple", "Example", "example exemple"),
        ("question", "Question", "Question", "question faq aide help"),
        ("quote", "Citation", "Quote", "quote cite citation verbatim temoignage"),
        ("success", "Réussite", "Success", "success check done reussite succes"),
        (
            "resource",
            "Ressource",
            "Resource",
            "resource ressource materiel outil abstract summary resume",
        ),
    ]
    for name in names.split()
}


@dataclass
class Container:
    """A list, a quote or a box found in the text, with its own lines still to be parsed."""

    tag: str
    items: list[list[str]] = field(default_factory=list)  # one entry, but for lists
    start: int = 1
    tight: bool = True
    css: str = ""
    title: str = ""
    open: bool = True


def make_box(lang: str, kind: str, title: str) -> Container:
    """The box of this type, as typed in French or English, under its own title or the usual one."""
    title = title.strip()
    css, french, english = BOXES.get(fold(kind), ("note", kind.capitalize(), kind.capitalize()))
    if len(title) > 1 and title[0] in '"«“' and title[-1] in '"»”':
        title = title[1:-1].strip()
    return Container("div", css=css, title=title or (english if lang == "en" else french))


def squeeze(lines: list[str]) -> list[str]:
    """The lines without blank ones at either end."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


class ContainerProcessor(BlockProcessor):
    """Turns the placeholder of a container into elements, its lines parsed by Python-Markdown."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block is a placeholder."""
        return block.startswith("\x02essaim:")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Build the container under `parent`."""
        block = blocks.pop(0)
        match = _HOLD.match(block)
        container = self.parser.md.containers[int(match[1])]
        if match.end() < len(block):
            blocks.insert(0, block[match.end() :].strip("\n"))
        if container.tag in ("ul", "ol"):
            self._list(parent, container)
        else:
            self._box(parent, container)

    def _list(self, parent: etree.Element, container: Container) -> None:
        element = etree.SubElement(parent, container.tag)
        if container.tag == "ol" and container.start != 1:
            element.set("start", str(container.start))
        for lines in container.items:
            li = etree.SubElement(element, "li")
            self._parse(li, lines)
            if container.tight and [child.tag for child in li].count("p") == 1 and li[0].tag == "p":
                li.text = li[0].text
                li.remove(li[0])

    def _box(self, parent: etree.Element, container: Container) -> None:
        element = etree.SubElement(parent, container.tag)
        if container.css:
            element.set("class", f"admonition {container.css}")
            details = container.tag == "details"
            title = etree.SubElement(element, "summary" if details else "p")
            title.set("class", "admonition-title")
            title.text = container.title
            if details and container.open:
                element.set("open", "open")
        self._parse(element, container.items[0])

    def _parse(self, element: etree.Element, lines: list[str]) -> None:
        self.parser.state.set("blockquote")  # so that paragraphs are <p>, whatever the parent
        self.parser.parseChunk(element, "\n".join(squeeze(lines)))
        self.parser.state.reset()

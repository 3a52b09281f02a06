"""[[Links]] between pages: found in the source, kept as placeholders, filled for each reader."""

import html
import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wiki.markup.text import slugify

PATTERN = r"\[\[([^\[\]|\n\\]{1,250}?)(?:\\?\|([^\[\]\n]{1,250}?))?\]\]"
_SOURCE = re.compile(r"(?<!\\)" + PATTERN)
_ANCHOR = re.compile(r"^(#\d{1,12}|.*?\S)#(\S.*)$")
_FENCE = re.compile(r"(?:[ ]*>)*[ ]*(?:(?:[-*+]|\d{1,9}[.)])[ ]+)?(`{3,}|~{3,})")
_PLACEHOLDER = re.compile(r'<a class="wikilink" data-ref="([^"]*)" href="#">(.*?)</a>', re.DOTALL)
_EMBED = re.compile(
    r'<div class="embed" data-embed="(\d+)" data-kind="([a-z]+)"(?: data-moment="([\d-]+)")?></div>'
)
_MACRO = re.compile(r'<div class="macro" data-macro="([a-z]+)"></div>')


@dataclass(frozen=True)
class Link:
    """A link as written: to a title or to `#12`, perhaps to one of its headings."""

    target: str
    text: str = ""
    heading: str = ""
    kind: str = "link"

    @property
    def item_id(self) -> int | None:
        """The number in `#12`, None when the link names a title."""
        number = self.target[1:]
        return (
            int(number)
            if self.target.startswith("#") and number.isascii() and number.isdigit()
            else None
        )


def parse(target: str, text: str | None = None) -> Link:
    """The link meant by what stands between [[ and ]]."""
    target = " ".join(target.split())
    anchor = _ANCHOR.match(target)
    heading = ""
    if anchor:
        target, heading = anchor[1], anchor[2]
    elif target.startswith("#") and not target[1:].isdigit():
        target, heading = "", target[1:].strip()
    shown = " ".join((text or "").split()) or (
        target if not heading else f"{target} § {heading}".strip()
    )
    return Link(target, shown, heading)


def key(title: str) -> str:
    """What two titles must share for [[one]] to mean the other: not case, spaces, apostrophes."""
    return " ".join(unicodedata.normalize("NFKC", title).replace("’", "'").casefold().split())


def heading_id(heading: str, prefix: str = "") -> str:
    """The id given to a heading of this text."""
    return "t-" + (f"{prefix}-" if prefix else "") + (slugify(heading) or "section")


def fill(
    source: str,
    link: Callable[[str], tuple[str, str, str] | None],
    embed: Callable[..., str | None],
    macros: dict[str, str | Callable[[], str]] | None = None,
) -> str:
    """The stored HTML with links, embeds and macros filled for one reader.

    `link(target)` gives (address, CSS class, title), or None for a page still to be written;
    `embed(id, moment)` gives the card's HTML, or that of a moment of it (« 83-95 »), or None when
    the reader may not see it; `macros` gives HTML
    by key (`toc`, `children`); without it their placeholders stay.
    """
    if 'class="wikilink"' in source:
        source = _PLACEHOLDER.sub(lambda m: _fill_link(m, link), source)
    if "<div class=" not in source:
        return source
    if "data-embed=" in source:
        source = _EMBED.sub(lambda m: embed(int(m[1]), *([m[3]] if m[3] else [])) or "", source)
    if macros is not None and "data-macro=" in source:
        source = _MACRO.sub(lambda m: _fill_macro(macros.get(m[1], "")), source)
    return source


def _fill_macro(value: str | Callable[[], str]) -> str:
    return value() if callable(value) else value


def _fill_link(match: re.Match, link: Callable) -> str:
    wanted = parse(html.unescape(match[1]))
    answer = link(wanted.target)
    if answer is None:
        return f'<span class="wikilink missing">{match[2]}</span>'
    address, css, title = answer
    if wanted.heading:
        address = address.partition("#")[0] + "#" + heading_id(wanted.heading)
    if re.match(r"[\s\x00-\x1f]*(?!https?:)[a-z][^/?#]*:", address, re.IGNORECASE):
        address = "#"  # a caller's mistake must not become a javascript: link
    attributes = {"class": f"wikilink {css or ''}".strip(), "href": address, "title": title}
    written = "".join(
        f' {name}="{html.escape(value)}"' for name, value in attributes.items() if value
    )
    return f"<a{written}>{match[2]}</a>"


def found(source: str) -> list[Link]:
    """The links that stand as placeholders in rendered HTML, in order, once each."""
    links = {}
    for target, shown in _PLACEHOLDER.findall(source):
        text = html.unescape(re.sub(r"<[^>]*>", "", shown))
        wanted = parse(html.unescape(target), text)
        links.setdefault((wanted.target, wanted.text, wanted.heading), wanted)
    return list(links.values())


def embedded(source: str) -> list[int]:
    """The ids of the items embedded in rendered HTML, in order, once each."""
    return list(dict.fromkeys(int(found[0]) for found in _EMBED.findall(source)))


def extract(text: str) -> list[Link]:
    """The links written in a Markdown source, code left out, without rendering it."""
    if "[[" not in text:
        return []
    return [
        wanted
        for code, piece in pieces(text)
        if not code
        for match in _SOURCE.finditer(piece)
        if (wanted := parse(match[1], match[2])).target
    ]


def rewrite(text: str, old: str, new: str) -> str:
    """The source with links to `old` leading to `new` (a title or `#12`); code is untouched."""
    if "[[" not in text or re.search(r"[\[\]|\\\n]", new):  # such a title cannot stand in a link
        return text
    wanted = key(old)

    def replace(match: re.Match) -> str:
        link = parse(match[1], match[2])
        if not link.target or key(link.target) != wanted:
            return match[0]
        shown = match[2] or (link.text if new.startswith("#") else "")
        bar = "\\|" if "\\|" in match[0] else "|"
        return (
            f"[[{new}{'#' + link.heading if link.heading else ''}{bar + shown if shown else ''}]]"
        )

    return "".join(piece if code else _SOURCE.sub(replace, piece) for code, piece in pieces(text))


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut into (is code, piece); the pieces joined give the text again."""
    prose, fence = [], ""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    closers = {}  # what closes a fence → its last line
    for number, line in enumerate(lines):
        bare = line.strip().lstrip("> ")
        if bare[:3] in ("```", "~~~") and not bare.strip(bare[0]):
            closers[bare] = number
    for number, line in enumerate(lines):
        opening = _FENCE.match(line)
        if fence:
            bare = line.strip().lstrip("> ")
            yield True, line
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
        elif opening and any(
            last > number and closer.startswith(opening[1]) for closer, last in closers.items()
        ):
            yield from _spans("".join(prose))
            prose, fence = [], opening[1]
            yield True, line
        else:
            prose.append(line)
    yield from _spans("".join(prose))


def _spans(text: str) -> Iterator[tuple[bool, str]]:
    """Prose cut at `code spans`; a run of backticks without its twin in the paragraph is prose."""
    if "`" not in text:
        if text:
            yield False, text
        return
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        yield from _paragraph_spans(paragraph)


def _paragraph_spans(text: str) -> Iterator[tuple[bool, str]]:
    runs = [(m.start(), m.end()) for m in re.finditer(r"`+", text)]
    same: dict[int, deque[int]] = defaultdict(deque)  # length of a run → which runs have it
    for index, (start, end) in enumerate(runs):
        same[end - start].append(index)
    at, index = 0, 0
    while index < len(runs):
        start, end = runs[index]
        twins = same[end - start]
        while twins and twins[0] <= index:
            twins.popleft()
        if not twins:
            index += 1
            continue
        close = runs[twins[0]][1]
        yield False, text[at:start]
        yield True, text[start:close]
        at, index = close, twins[0] + 1
    if at < len(text):
        yield False, text[at:]

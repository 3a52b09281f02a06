"""Where the marks of a Markdown text are, to show its words without rendering it.

For screens that follow words through versions: what is hidden is only hidden from the eye, and a
mark that is missed is merely shown as it was typed.
"""

import re
from bisect import bisect_right

_FENCE = re.compile(r"^ {0,12}(`{3,}|~{3,})[^\n]*\n?(.*?)(^ {0,12}\1[^\n]*$|\Z)", re.M | re.S)
_HIDDEN = [
    re.compile(pattern, re.M)
    for pattern in (
        r"^[ \t]{0,20}#{1,6}[ \t]+|[ \t]+#+[ \t]*$",
        r"^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*>[ \t]?",
        r"^[ \t]{0,3}(?:!!!|\?\?\?\+?)[ \t]?[\w-]*[ \t]?",
        r"^[ \t]{0,3}(?:[-*_][ \t]*){3,}$|^[ \t]{0,3}=+[ \t]*$",
        r"^[ \t]{0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$",
        r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)",
        r"\[\[(?:[^\[\]\n|]{1,250}\|)?|\]\]",
        r"\[(?=[^\[\]\n]{1,300}\]\()|(?<=[^\[\n])\]\([^()\n]{0,500}\)",
        r"\[\^[^\]\n]{1,80}\]:?",
        r"\\(?=[^\w\s])",
        r"</?[a-zA-Z][^<>\n]{0,300}>|<!--.{0,2000}?-->",
    )
]
_PAIRED = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|==|`+)(?=\S)[^\n]{0,300}?(?<=\S)(\1)")


def marks(source: str) -> list[tuple[int, int]]:
    """The stretches of a text that are marks and not words, in order and apart."""
    found: list[tuple[int, int]] = []
    outside, at = [], 0
    for fence in _FENCE.finditer(source):
        outside.append((at, fence.start()))
        found += [(fence.start(), fence.start(2)), fence.span(3)]
        at = fence.end()
    for start, end in [*outside, (at, len(source))]:
        part = source[start:end]
        for pattern in _HIDDEN:
            found += [(start + m.start(), start + m.end()) for m in pattern.finditer(part)]
        found += [(start + a, start + b) for a, b in _pairs(part)]
    return _apart(sorted(found))


def _pairs(part: str) -> list[tuple[int, int]]:
    """The marks of emphasis, three deep: bold in italic in strike."""
    found = []
    for _depth in range(3):
        spans = [span for m in _PAIRED.finditer(part) for span in (m.span(1), m.span(2))]
        if not spans:
            break
        found += spans
        blank = list(part)
        for start, end in spans:
            blank[start:end] = "\u200b" * (end - start)
        part = "".join(blank)
    return found


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def words_in(text: str, hidden: list[tuple[int, int]], start: int, end: int) -> str:
    """A part of a text without the marks that were found in it."""
    seen, n = [], bisect_right(hidden, (start, len(text))) - 1
    for low, high in hidden[max(n, 0) :]:
        if low >= end:
            break
        seen.append(text[start : max(low, start)])
        start = max(start, min(high, end))
    return "".join(seen) + text[start:end]


def without_marks(source: str) -> str:
    """The words of a piece of Markdown."""
    return words_in(source, marks(source), 0, len(source))

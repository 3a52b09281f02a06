"""The shape of a page, read line by line before Python-Markdown: code, lists, quotes, boxes, HTML.

Python-Markdown wants exactly four spaces a level and a blank line before a list; people type two,
three or four, or a tab, and start lists right under a sentence. So containers are found here, in
time proportional to the text; each becomes one line that `ContainerProcessor` makes elements of.
"""

import html
import re

from markdown.preprocessors import Preprocessor

from wiki.markup import macros
from wiki.markup.containers import Container, make_box, squeeze
from wiki.markup.sanitize import TAGS

DEEPEST = 10  # containers within containers; beyond, marks are shown as typed
LONGEST_COMMENT = 200  # lines

_FENCE = re.compile(
    r"(?P<prefix>(?:[ ]*>[ ]?)*)(?P<item>[ ]*(?:(?:[-*+]|\d{1,9}[.)])[ ]+)?)"
    r"(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$"
)
_QUOTE_PREFIX = re.compile(r"(?:[ ]{0,3}>[ ]?)")
_ITEM = re.compile(
    r"(?P<indent>[ ]*)(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?:(?P<gap>[ ]+)(?P<rest>.*)|$)"
)
_RULE = re.compile(r"[ ]{0,3}([-*_])(?:[ ]*\1){2,}[ ]*$")
_QUOTE = re.compile(r"[ ]{0,3}>")
_BOX = re.compile(r"[ ]{0,3}(?P<mark>!!!|\?\?\?\+?)[ ]?(?P<type>[^\W_][\w-]*)?[ ]*(?P<title>.*)$")
_ALERT = re.compile(r"\[!(\w{3,20})\][+-]?[ ]*(.*)$")
_HEADING = re.compile(r"[ ]{0,3}(?:#{1,6}(?:[ ]|$)|#{2,6}[^#\s])")
_UNDERLINE = re.compile(r"(?:=+|-+)[ ]*$")
_PROSE = re.compile(r"[ ]{0,3}[^\s#>|`~<!?:{-]")
_ABBREVIATION = re.compile(r"[ ]{0,3}\*\[[^\[\]]+\][ ]?:")
_HASHTAG = re.compile(r"#(?=[^#\s])")
_HTML = re.compile(
    r"[ ]{0,3}</?(?:address|article|aside|blockquote|caption|center|details|div|dl|dt|dd|figcaption"
    r"|figure|h[1-6]|hr|li|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?=[\s>/]|$)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"[ ]{0,3}<!--")
_TABLE_LINE = re.compile(r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^[^\]\s][^\]]{0,80}\]:[ ]*")
_DEFINITION = re.compile(r"[ ]{0,3}:[ ]{1,3}(?=\S)")
_PIPE_LINK = re.compile(r"(`+[^`]*`+)|\[\[([^\[\]|\n]+)\|([^\[\]|\n]+)\]\]")


class BlockReader(Preprocessor):
    """Replaces containers and code by placeholder lines; runs after white space is normalised."""

    def run(self, lines: list[str]) -> list[str]:
        """Markdown lines in, lines with placeholders out."""
        self.md.containers = []
        return self.read(self._hide_fences(lines), 0)

    def hold(self, container: Container) -> str:
        """The line that stands for the container."""
        self.md.containers.append(container)
        return f"\x02essaim:{len(self.md.containers) - 1}\x03"

    # Code between fences, at any depth, in one pass.

    def _hide_fences(self, lines: list[str]) -> list[str]:
        out, i, failed = [], 0, {}
        while i < len(lines):
            fence = _FENCE.match(lines[i]) if "```" in lines[i] or "~~~" in lines[i] else None
            end = self._closing(lines, i, fence, failed) if fence else None
            if end is None:
                out.append(lines[i])
                i += 1
                continue
            quotes, indent = fence["prefix"].count(">"), len(fence["item"])
            code = [_unindent(_unquote(line, quotes), indent) for line in lines[i + 1 : end]]
            out.append(fence["prefix"] + fence["item"] + self._code(code, fence["info"]))
            i = end + 1
        return out

    def _closing(self, lines, start, fence, failed) -> int | None:
        """The line that closes the fence; failures are remembered so that the pass stays linear."""
        mark, quotes = fence["mark"], fence["prefix"].count(">")
        length, until = failed.get((mark[0], quotes), (10**9, -1))
        if start < until and len(mark) >= length:
            return None
        for i in range(start + 1, len(lines)):
            line = lines[i]
            if quotes:
                if line.count(">", 0, 80) < quotes:
                    break
                line = _unquote(line, quotes)
            bare = line.strip()
            if bare and bare[0] == mark[0] and len(bare) >= len(mark) and not bare.strip(mark[0]):
                return i
        else:
            i = len(lines)
        failed[(mark[0], quotes)] = (len(mark), i)
        return None

    def _code(self, lines: list[str], info: str) -> str:
        language = re.match(r"\s*\{?\.?([A-Za-z0-9+#-]{1,30})", info)
        css = f' class="language-{language[1].lower()}"' if language else ""
        code = html.escape("\n".join(lines), quote=False)
        return self.md.htmlStash.store(f'<pre tabindex="0"><code{css}>{code}\n</code></pre>')

    # Everything else, container by container.

    def read(self, lines: list[str], depth: int) -> list[str]:
        """The lines of one container with what it contains replaced by placeholders."""
        if depth > DEEPEST:
            return [re.sub(r"^\s*(?=[-*+>!?\d#|])", r"\\", line) for line in lines]
        out, i = [], 0
        rules = (self._blank, self._hidden, self._indented, self._list, self._quote, self._box)
        rules += (self._alone, self._html, self._macro, self._table, self._note)
        while i < len(lines):
            for rule in rules:
                taken = rule(lines, i, depth, out)
                if taken:
                    i += taken
                    break
            else:
                line = lines[i]
                out.append("\\" + line if _HASHTAG.match(line) else line)
                i += 1
        return out

    def _blank(self, lines, i, depth, out) -> int:
        if lines[i].strip():
            return 0
        out.append("")
        return 1

    def _hidden(self, lines, i, depth, out) -> int:
        """Code found by `_hide_fences`: a block of its own."""
        bare = lines[i].strip()
        if not bare.startswith("\x02wzxhzdk:"):
            return 0
        out += ["", bare, ""]
        return 1

    def _indented(self, lines, i, depth, out) -> int:
        """Code marked by four spaces after a blank line; its own margin does not count."""
        if not lines[i].startswith("    ") or (out and out[-1].strip()):
            return 0
        end = i
        while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
            end += 1
        while not lines[end - 1].strip():
            end -= 1
        margin = min(_indent(line) for line in lines[i:end] if line.strip())
        out += ["", self._code([line[margin:] for line in lines[i:end]], ""), ""]
        return end - i

    def _alone(self, lines, i, depth, out) -> int:
        """Headings, rules, abbreviations: apart, as Python-Markdown is quadratic in big blocks."""
        underlined = i + 1 < len(lines) and _UNDERLINE.match(lines[i + 1])
        if underlined and not _in_paragraph(out) and _PROSE.match(lines[i]):
            out += ["", lines[i], lines[i + 1], ""]
            return 2
        if not (_HEADING.match(lines[i]) or _RULE.match(lines[i]) or _ABBREVIATION.match(lines[i])):
            return 0
        out += ["", lines[i].lstrip(), ""]
        return 1

    def _list(self, lines, i, depth, out) -> int:
        first = _item(lines[i])
        if first is None or (len(first["indent"]) > 3 and not _in_paragraph(out)):
            return 0
        if _in_paragraph(out) and (first["number"] not in (None, "1", "01") or not first["rest"]):
            return 0  # a year or a number that happens to start a line of prose
        container = Container("ol" if first["number"] else "ul", start=int(first["number"] or 1))
        end = _gather(lines, i, container)
        container.items = [self.read(item, depth + 1) for item in container.items]
        out += ["", self.hold(container), ""]
        return end - i

    def _quote(self, lines, i, depth, out) -> int:
        if not _QUOTE.match(lines[i]):
            return 0
        end = i
        while end < len(lines) and lines[end].strip():
            if not _QUOTE.match(lines[end]) and (_interrupts(lines[end]) or _item(lines[end])):
                break
            end += 1
        inner = [_unquote(line, 1) for line in lines[i:end]]
        alert = _ALERT.match(inner[0])
        if alert:
            container = make_box(self.md.lang, alert[1], alert[2])
            inner = inner[1:]
        else:
            container = Container("blockquote")
        container.items = [self.read(inner, depth + 1)]
        out += ["", self.hold(container), ""]
        return end - i

    def _box(self, lines, i, depth, out) -> int:
        head = _BOX.match(lines[i])
        if not head or not (head["type"] or head["title"].strip()):
            return 0
        end = i + 1
        while end < len(lines) and (_indent(lines[end]) >= 2 or not lines[end].strip()):
            end += 1
        body = lines[i + 1 : end]
        margin = min([_indent(line) for line in body if line.strip()][:1] + [4])
        container = make_box(self.md.lang, head["type"] or "note", head["title"])
        if head["mark"] != "!!!":
            container.tag, container.open = "details", head["mark"].endswith("+")
        container.items = [self.read([_unindent(line, margin) for line in body], depth + 1)]
        out += ["", self.hold(container), ""]
        return end - i

    def _html(self, lines, i, depth, out) -> int:
        """Raw HTML runs to a blank line, or the end of its <pre>; the cleaner judges it."""
        line = lines[i]
        if "<" not in line:
            return 0
        if _COMMENT.match(line):
            near = range(i, min(i + LONGEST_COMMENT, len(lines)))
            end = next((n for n in near if "-->" in lines[n]), None)
            if end is None:
                return 0
            out += ["", lines[end].partition("-->")[2].strip()]
            return end - i + 1
        if not _HTML.match(line):
            return 0
        end = i
        while end < len(lines) and lines[end].strip():
            end += 1
        if re.match(r"\s*<pre", line, re.IGNORECASE):
            closed = (n for n in range(i, len(lines)) if "</pre" in lines[n].lower())
            end = max(end, next(closed, end - 1) + 1)
        raw = "\n".join(lines[i:end])
        out += ["", self.md.htmlStash.store(escape_unknown_tags(raw)), ""]
        return end - i

    def _macro(self, lines, i, depth, out) -> int:
        html_ = macros.placeholder(lines[i]) if lines[i].strip().startswith(("{{", "[")) else None
        if html_ is None:
            return 0
        out += ["", self.md.htmlStash.store(html_), ""]
        return 1

    def _table(self, lines, i, depth, out) -> int:
        """A table may follow a sentence directly, and [[Page|text]] may stand in a cell."""
        if i + 1 >= len(lines) or "|" not in lines[i] or not _TABLE_LINE.match(lines[i + 1]):
            return 0
        if "|" not in lines[i + 1] and "-" not in lines[i + 1]:
            return 0
        end = i + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows = [
            _PIPE_LINK.sub(lambda m: m[1] or f"[[{m[2]}\\|{m[3]}]]", row) for row in lines[i:end]
        ]
        out += ["", *rows, ""]
        return end - i

    def _note(self, lines, i, depth, out) -> int:
        """A footnote or a definition: what is indented under it is read like any container."""
        head = _FOOTNOTE.match(lines[i]) or _DEFINITION.match(lines[i])
        if not head:
            return 0
        end = i + 1
        while end < len(lines) and (_indent(lines[end]) >= 2 or not lines[end].strip()):
            end += 1
        while not lines[end - 1].strip():
            end -= 1
        rest = [line for line in lines[i + 1 : end] if line.strip()]
        margin = min([_indent(line) for line in rest] + [4])
        inner = self.read(
            [lines[i][head.end() :], *(_unindent(x, margin) for x in lines[i + 1 : end])], depth + 1
        )
        inner = squeeze(inner) or [""]
        out.append(head[0] + inner[0])
        out += ["    " + line if line else "" for line in inner[1:]]
        return end - i


def _gather(lines: list[str], start: int, container: Container) -> int:
    """Share out the lines from `start` among the items of the list; returns where the list ends."""
    margin, text_at, blank, i = 0, 0, False, start
    while i < len(lines):
        line = lines[i]
        if not line.strip():
            blank = True
            if container.items:
                container.items[-1].append("")
            i += 1
            continue
        indent, item = _indent(line), _item(line)
        if container.items and indent >= margin + 2:
            text_at = min(text_at, indent)  # « 1. a » with its sub-list only two spaces in
            container.items[-1].append(_unindent(line, text_at))
        elif item is not None:
            if ("ol" if item["number"] else "ul") != container.tag:
                break
            if container.items and blank:
                container.tight = False
            margin = indent
            gap = len(item["gap"] or " ")
            text_at = indent + len(item["mark"]) + (gap if gap < 5 else 1)
            container.items.append([(" " * (gap - 1) if gap >= 5 else "") + (item["rest"] or "")])
        elif blank or _interrupts(line):
            break
        else:
            container.items[-1].append(line.strip())
        blank = False
        i += 1
    for item in container.items:
        while len(item) > 1 and not item[-1].strip():
            item.pop()
    return i


def _item(line: str) -> re.Match | None:
    match = _ITEM.match(line)
    return None if match is None or _RULE.match(line.strip()) else match


def _in_paragraph(out: list[str]) -> bool:
    return bool(out) and bool(out[-1].strip()) and not _HEADING.match(out[-1])


def _interrupts(line: str) -> bool:
    """Whether this line starts something else although no blank line says so."""
    return bool(
        _HEADING.match(line)
        or _RULE.match(line)
        or _QUOTE.match(line)
        or _HTML.match(line)
        or line.startswith(("!!!", "???", "\x02wzxhzdk:", "|", "[^"))
        or (line.startswith("{{") and macros.placeholder(line))
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unindent(line: str, width: int) -> str:
    return line[min(width, _indent(line)) :]


def _unquote(line: str, times: int) -> str:
    for _ in range(times):
        match = _QUOTE_PREFIX.match(line)
        line = line[match.end() :] if match else line
    return line


_TAG_LIKE = re.compile(r"<(?=/?[A-Za-z][^\s<>/]*)(/?)([A-Za-z][A-Za-z0-9]*)?")


def escape_unknown_tags(raw: str) -> str:
    """Raw HTML in which only tags that we keep are tags: « <prénom> » stays readable."""

    def judge(match: re.Match) -> str:
        return match[0] if (match[2] or "").lower() in TAGS else "&lt;" + match[0][1:]

    return _TAG_LIKE.sub(judge, raw)

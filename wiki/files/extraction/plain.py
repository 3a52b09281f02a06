"""Texts, tables as texts, web pages and RTF: cut up in one pass, whatever they hold."""

import html
import re
from typing import BinaryIO

from wiki.files import safety
from wiki.files.extraction.pages import LONGEST, Enough, Pages, Writing

_READ = 20_000_000  # bytes looked at; beyond, only tags and pictures could fill a document
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>")
_UNSEEN = {"script", "style", "template", "noscript", "iframe", "object", "svg:script"}
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins",
           "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "tspan", "u",
           "var", "wbr"}  # fmt: skip
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}]+)|\\"
)
_ASIDE = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata",
          b"datastore", b"latentstyles", b"listtable", b"listoverridetable", b"generator",
          b"fldinst", b"header", b"footer", b"headerf", b"footerf"}  # fmt: skip
_BREAKS = {b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"cell": "\t",
           b"tab": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
           b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip
_DEEPEST = 500


def read(file: BinaryIO, pages: Pages) -> None:
    """A text as it is."""
    data = file.read(LONGEST * 2)
    pages.add(safety.decode(data))
    if file.read(1):
        raise Enough


def read_marked_up(file: BinaryIO, pages: Pages) -> None:
    """What a browser would show of a page: no script runs, no address is asked."""
    data = file.read(_READ)
    text = _without_comments(safety.decode(data))
    found, at, unseen = Writing(), 0, ""
    for tag in _TAG.finditer(text):
        ends, name = tag[1] == "/", tag[2].lower()
        if not unseen:
            found.write(html.unescape(text[at : tag.start()]))
            found.write("" if name in _INLINE else "\n")
        at = tag.end()
        if not unseen and not ends and name in _UNSEEN and not tag[0].endswith("/>"):
            unseen = name
        elif ends and name == unseen:
            unseen = ""
    if not unseen:
        found.write(html.unescape(text[at:]))
    pages.add(found.take())
    if file.read(1):
        raise Enough


def read_rtf(file: BinaryIO, pages: Pages) -> None:
    """The words of an RTF, without its tables of fonts, its pictures and its fields."""
    data = file.read(_READ)
    found, aside, skip, opened = Writing(), [False], 0, False
    for token in _TOKEN.finditer(data):
        word, sign, brace = token[1], token[4], token[5]
        if brace == b"{":
            if len(aside) > _DEEPEST:
                raise Enough
            aside.append(aside[-1])
        elif brace and len(aside) > 1:
            aside.pop()
        elif sign == b"*" and opened or word in _ASIDE:
            aside[-1] = True
        elif not aside[-1]:
            skip = _write(found, token, skip)
        opened = brace == b"{"
    pages.add(found.take())
    if file.read(1):
        raise Enough


def _write(found: Writing, token: re.Match, skip: int) -> int:
    """One token of RTF; returns how many signs of what follows stand in for a letter."""
    word, number, code, sign, _brace, run = token.groups()
    if word == b"u" and number:
        point = int(number) % 65536
        found.write(chr(point) if not 0xD800 <= point < 0xE000 else "")
        return 1
    if word:
        found.write(_BREAKS.get(word, ""))
    elif code:
        found.write("" if skip else bytes([int(code, 16)]).decode("cp1252", errors="replace"))
    elif sign in (b"~", b"_", b"{", b"}", b"\\"):
        found.write({b"~": " ", b"_": "-"}.get(sign, sign.decode()))
    elif run:
        words = re.sub(rb"[\r\n]+", b"", run).decode("cp1252", errors="replace")
        found.write(words[skip:])
    else:
        return skip
    return 0


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])

"""Links and pictures of imported texts: found by what they name in the folder, led to our items."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wiki.export.sources import composed
from wiki.markup.links import pieces
from wiki.markup.text import slugify

_TEXT = r"(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,500}\))?|\n(?!\n)){0,1000}?"
_TARGET = (
    r"(?:<(?P<bracketed>[^<>\n]{1,500})>|(?P<bare>(?:[^()\n<>\"]|\([^()\n]{0,200}\)){1,500}?))"
)
_PICTURE = re.compile(
    r"!\[(?P<text>[^\[\]\n]{0,500})\]\(\s*" + _TARGET
    + r"(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)  # fmt: skip
_LINK = re.compile(
    r"(?<!!)\[(?P<text>" + _TEXT + r")\]\(\s*" + _TARGET
    + r"(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)  # fmt: skip
_DEFINITION = re.compile(
    r"^(?P<head> {0,3}\[[^\]^\n][^\]\n]{0,200}\]:[ \t]*)" + _TARGET + r"(?P<title>[ \t].*)?$",
    re.MULTILINE,
)
_HTML = re.compile(
    r"(?P<head><(?:img|a|video|audio|source)\b[^<>]{0,1000}?\s(?:src|href)\s*=\s*)"
    r"(?P<quote>[\"'])(?P<bare>[^\"'<>\n]{1,500})(?P=quote)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"\x00(\d+)\x00")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|\?|\{", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """What a relative address names: a file of the folder, perhaps one of its headings."""

    name: str  # as sources are named
    heading: str = ""
    is_text: bool = False


class Folder:
    """The folder being imported, asked what an address written in one of its files names."""

    def __init__(self, root: Path, texts: list[str]):
        self.root = root.resolve()
        self.texts = set(texts)
        self.folded = {text.casefold(): text for text in texts}
        self.by_end: dict[str, list[str]] = {}
        for text in texts:
            self.by_end.setdefault(text.rpartition("/")[2].casefold(), []).append(text)
        self.paths: dict[str, Path] = {}

    def place(self, target: str, source: str) -> Place | None:
        """What is meant, or None for an address that leads elsewhere. Raises FileNotFoundError."""
        target = target.strip()
        if not target or _REMOTE.match(target):
            return None
        try:
            parts = urlsplit(target)
        except ValueError:
            return None
        path, heading = unquote(parts.path), unquote(parts.fragment)
        if heading.lower().endswith(".md"):
            # « ./#fiches/carte.md »: sites drawn by a script keep the page after the #.
            return self._namesake(heading)
        base = "" if path.startswith("/") else source.rpartition("/")[0]
        name = self._joined(base, composed(path).lstrip("/"))
        if name is None:
            raise FileNotFoundError(target)
        for text in (name, f"{name}.md", f"{name}/index.md", f"{name}/README.md"):
            if known := self.folded.get(text.casefold()):
                return Place(known, heading, True)
        if self._file(name):
            return Place(name)
        # Texts taken out of their folders: the only one of that name is the one that was meant.
        if name.lower().endswith(".md") and (namesake := self._namesake(name, heading)):
            return namesake
        raise FileNotFoundError(target)

    def _namesake(self, path: str, heading: str = "") -> Place | None:
        same = self.by_end.get(composed(path).rpartition("/")[2].casefold(), [])
        return Place(same[0], heading, True) if len(same) == 1 else None

    def path(self, name: str) -> Path:
        """Where a named file lies on the disk."""
        return self.paths[name]

    def _joined(self, base: str, path: str) -> str | None:
        steps: list[str] = []
        for step in f"{base}/{path}".split("/"):
            if step == "..":
                if not steps:
                    return None
                steps.pop()
            elif step not in ("", "."):
                steps.append(step)
        return "/".join(steps) or None

    def _file(self, name: str) -> Path | None:
        """The file of that name inside the folder, whatever way its accents are written."""
        if name in self.paths:
            return self.paths[name]
        found = self.root
        for step in name.split("/"):
            exact = found / step
            if not exact.exists():
                found_in = found.iterdir() if found.is_dir() else ()
                exact = next((p for p in found_in if composed(p.name) == step), None)
            if exact is None:
                return None
            found = exact
        if not found.is_file() or not found.resolve().is_relative_to(self.root):
            return None
        self.paths[name] = found
        return found


def rewired(text: str, lead: Callable[[str, bool], str | tuple[int, str] | None]) -> str:
    """The text with its relative addresses led elsewhere; code is left alone.

    `lead(target, is_picture)` gives an address, or (id, heading) for one of our items, or None to
    leave the link as it is.
    """

    def picture(match: re.Match) -> str:
        address = lead(_target(match), True)
        if not isinstance(address, str):
            return match[0]
        mark = "!" if "/preview/" in address else ""
        return f"{mark}[{match['text']}]({address}{match['title'] or ''})"

    def link(match: re.Match) -> str:
        led = lead(_target(match), False)
        if led is None:
            return match[0]
        if isinstance(led, str):
            return f"[{match['text']}]({led}{match['title'] or ''})"
        return _to_item(match["text"], *led)

    def definition(match: re.Match) -> str:
        led = lead(_target(match), False)
        return match[0] if led is None else match["head"] + _address(led) + (match["title"] or "")

    def html(match: re.Match) -> str:
        led = lead(match["bare"], match["head"].lower().startswith("<img"))
        return match[0] if led is None else f'{match["head"]}"{_address(led)}"'

    hidden: list[str] = []
    prose = "".join(_hide(piece, hidden) if code else piece for code, piece in pieces(text))
    if "](" in prose:
        prose = _LINK.sub(link, _PICTURE.sub(picture, prose))
    if "]:" in prose:
        prose = _DEFINITION.sub(definition, prose)
    if "<" in prose:
        prose = _HTML.sub(html, prose)
    return _HIDDEN.sub(lambda match: hidden[int(match[1])], prose)


def _hide(code: str, hidden: list[str]) -> str:
    """A mark that stands for code, so that a link may hold some; no text holds a NUL."""
    hidden.append(code)
    return f"\x00{len(hidden) - 1}\x00"


def _target(match: re.Match) -> str:
    return (match["bracketed"] or match["bare"] or "").strip()


def _to_item(text: str, item_id: int, heading: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > 240 or re.search(r"[\[\]|\\\x00]", words):
        return f"[{text}]({_address((item_id, heading))})"
    anchor = f"#{heading}" if slugify(heading) else ""
    return f"[[#{item_id}{anchor}|{words}]]"


def _address(led: str | tuple[int, str]) -> str:
    if isinstance(led, str):
        return led
    item_id, heading = led
    return f"/items/{item_id}" + (f"#t-{slugify(heading)}" if slugify(heading) else "")

"""The blocks of a portrait as they are kept: flat, so that two people's changes come together.

`arrangement` lists the keys of the blocks and of their lines in order; `words` and `settings` hold
everything under `key.name`. A line's key is its block's, a dash, and its own.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from wiki.files import webvtt
from wiki.portraits.kinds import KINDS, MODELS, MOST_BLOCKS, MOST_LINES, Kind

KEY = re.compile(r"b[0-9a-f]{6}(?:-[0-9a-f]{6})?")


@dataclass
class Part:
    """A block, or a line of one, with what it says and shows."""

    key: str
    code: str
    kind: Kind
    words: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    lines: list["Part"] = field(default_factory=list)

    @property
    def question(self) -> str:
        """What its model asks, to help whoever fills it."""
        model, _dot, number = self.settings.get("ask", "").partition(".")
        blocks = MODELS[model].blocks if model in MODELS else ()
        at = int(number) if number.isdigit() else -1
        return str(blocks[at].question) if 0 <= at < len(blocks) else ""

    def file(self, name: str = "file") -> int | None:
        """The number of the file it shows."""
        value = self.settings.get(name, "")
        return int(value) if value.isdigit() and len(value) < 10 else None

    def files(self) -> list[int]:
        """The numbers of its files and of those of its lines."""
        own = [self.file(medium.name) for medium in self.kind.media]
        return [one for one in own if one] + [n for line in self.lines for n in line.files()]

    def is_empty(self) -> bool:
        """Whether it says and shows nothing yet."""
        said = [name for name, text in self.words.items() if text.strip() and name != "title"]
        if self.code == "text" and self.words.get("title"):
            return False
        target = self.settings.get("item") if "item" in self.kind.settings else None
        full = [line for line in self.lines if not line.is_blank()]
        return not (said or self.files() or full or target)

    def is_blank(self) -> bool:
        """Whether a line bears nothing at all."""
        return not (any(map(str.strip, self.words.values())) or self.files())


def read(portrait) -> list[Part]:
    """The blocks of a portrait in order, each with its lines; what is not known is left out."""
    words, settings = _by_key(portrait.words), _by_key(portrait.settings)
    blocks: dict[str, Part] = {}
    order = [key for key in dict.fromkeys(portrait.arrangement or []) if KEY.fullmatch(str(key))]
    for key in (key for key in order if "-" not in key):
        code = settings.get(key, {}).get("kind", "")
        if code in KINDS:
            kind = KINDS[code]
            blocks[key] = Part(key, code, kind, words.get(key, {}), settings.get(key, {}))
    for key in (key for key in order if "-" in key):
        block = blocks.get(key.partition("-")[0])
        if block and block.kind.child:
            block.lines.append(
                Part(key, f"{block.code}-line", block.kind.child, words.get(key, {}),
                     settings.get(key, {}))
            )  # fmt: skip
    return list(blocks.values())


def every(blocks: list[Part]) -> Iterator[Part]:
    """Each block, then each of its lines."""
    for block in blocks:
        yield block
        yield from block.lines


def texts(blocks: list[Part]) -> dict[str, str]:
    """The Markdown of all parts, by the name under which it is rendered."""
    return {
        f"{part.key}.{slot.name}": part.words[slot.name]
        for part in every(blocks)
        for slot in part.kind.slots
        if not slot.is_line and part.words.get(slot.name, "").strip()
    }


def names_of_texts(blocks: list[Part]) -> list[str]:
    """The names of all Markdown that the parts may hold, written or not."""
    return [
        f"{part.key}.{slot.name}"
        for part in every(blocks)
        for slot in part.kind.slots
        if not slot.is_line
    ]


def lines_of(blocks: list[Part], *names: str) -> list[str]:
    """What is said in one line, in all parts: titles, dates, names of who speaks."""
    return [
        part.words[slot.name]
        for part in every(blocks)
        for slot in part.kind.slots
        if slot.is_line and part.words.get(slot.name) and (not names or slot.name in names)
    ]


def begun(model: str) -> dict:
    """The fields of a portrait that follows a model: empty blocks that ask."""
    words: dict[str, str] = {}
    settings: dict[str, str] = {}
    order: list[str] = []
    for number, ask in enumerate(MODELS[model].blocks):
        key = new_key()
        order.append(key)
        settings |= {f"{key}.kind": ask.kind, f"{key}.ask": f"{model}.{number}"}
        if ask.title:
            words[f"{key}.title"] = str(ask.title)
        order += [new_key(key) for _line in ask.lines]
    return {"words": words, "settings": settings, "arrangement": order}


def new_key(block: str = "") -> str:
    """The key of a new block, or of a new line of one."""
    return f"{block}-{secrets.token_hex(3)}" if block else f"b{secrets.token_hex(3)}"


def kept_order(order: list[str]) -> list[str]:
    """An order without what is no key, nor more than a portrait may hold."""
    known = [key for key in dict.fromkeys(order) if KEY.fullmatch(key)]
    blocks = [key for key in known if "-" not in key][:MOST_BLOCKS]
    count = dict.fromkeys(blocks, 0)
    kept = []
    for key in known:
        block = key.partition("-")[0]
        if block not in count or ("-" in key and count[block] >= MOST_LINES):
            continue
        count[block] += "-" in key
        kept.append(key)
    return kept


def seconds(written: str) -> int | None:
    """A moment as people write it, « 1:12 », « 72 » or « 1 h 02:10 », in seconds."""
    moment = webvtt.moment_of(written)
    return None if moment is None else moment // 1000


def _by_key(flat: dict | None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in (flat or {}).items():
        key, dot, rest = name.partition(".")
        if dot and value:
            found.setdefault(key, {})[rest] = value
    return found

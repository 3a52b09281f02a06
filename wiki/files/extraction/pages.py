"""What was read so far: pages of clean text, counted against what a document may cost."""

import re
import time
import unicodedata
from collections.abc import Callable

LONGEST = 800_000  # characters kept of one document, some 250 dense pages: a second to index
MOST_PAGES = 5_000
UNPACKED = 150_000_000  # bytes taken out of one archive, all parts together

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st",
                            "ﬆ": "st", "\r": "\n", "\f": "\n", "\v": "\n", "\x00": None,
                            "\u2028": "\n", "\u2029": "\n"})  # fmt: skip
_UNSEEN = re.compile("[\x01-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = re.compile("[^\\S\n\t]+")
_TABS = re.compile("[ \t]{2,}")
_ENDS = re.compile("[ \t]?\n\\s*")
_ENDLESS = re.compile("[\\w+/=]{200,}")  # no word: bytes in letters, a bomb
_CUT = re.compile("(?<=[a-zà-ÿœ])[-\u2010]\n(?=[a-zà-ÿœ])")


class Encrypted(Exception):
    """A password is needed."""


class Hostile(Exception):
    """The document holds what no honest program writes."""


class Enough(Exception):
    """The document reached what one may cost: the rest is left unread."""


class Pages:
    """Takes the pages of a document one after the other and gives each away at once."""

    def __init__(self, give: Callable[[str], None], until: float):
        self.give, self.until = give, until
        self.length = self.count = self.unpacked = 0
        self.has_words = self.is_damaged = False

    def add(self, text: str, name: str = "") -> None:
        """One page; with a name, as sheets have, it is the first line. Raises Enough."""
        text = clean(text[: 4 * LONGEST])
        self.has_words = self.has_words or bool(text)
        if name:
            text = f"{' '.join(clean(name).split())}\n{text}"
        room = LONGEST - self.length
        self.give(text[:room])
        self.length += len(text)
        self.count += 1
        if self.length >= LONGEST or self.count >= MOST_PAGES:
            raise Enough
        self.check()

    def check(self) -> None:
        """Raises Enough when most of the time is spent, so that what was read is kept."""
        if time.process_time() > self.until:
            raise Enough

    def unpack(self, size: int) -> None:
        """Count bytes that came out of an archive. Raises Enough."""
        self.unpacked += size
        if self.unpacked > UNPACKED:
            raise Enough
        self.check()


class Writing:
    """The text of a page while it is being put together, never much longer than may be kept."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def write(self, words: str) -> None:
        """Add words; beyond what may be kept of a document, they are dropped."""
        if self.length <= 2 * LONGEST:
            self.pieces.append(words)
            self.length += len(words)

    def take(self) -> str:
        """All that was written, to begin anew."""
        text = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return text


def clean(text: str) -> str:
    """Text as a person would type it: no ligature, no invisible sign, no run of blanks."""
    text = _ENDLESS.sub(" ", _UNSEEN.sub("", text.translate(_LIGATURES)))
    text = _TABS.sub("\t", _BLANKS.sub(" ", text))
    text = _ENDS.sub("\n", text).strip()
    text = unicodedata.normalize("NFC", text)
    return text.encode("utf-8", errors="ignore").decode()  # lone halves of pairs go


def joined(text: str) -> str:
    """Words cut at the end of a line, whole again."""
    return _CUT.sub("", _ENDS.sub("\n", text))

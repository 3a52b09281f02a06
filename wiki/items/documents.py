"""A text being written as a Yjs document: made, read, changed. Knows nothing of the database.

The shared type is one text named `content`, in Markdown with LF. pycrdt counts bytes of UTF-8
where Yjs counts UTF-16 units and Python characters; only this module sees the bytes.
"""

from array import array
from itertools import groupby
from typing import TYPE_CHECKING

from wiki.items.authorship import NOBODY, Run, in_characters
from wiki.items.merging import opcodes, tokens

if TYPE_CHECKING:
    from pycrdt import Doc

NAME = "content"


def made_of(updates: list[bytes]) -> "Doc":
    """A document from its updates; raises ValueError for bytes that are none."""
    from pycrdt import Doc, Text

    doc = Doc({NAME: Text()})
    # One by one, as they came: put together first, two that disagree could settle otherwise.
    with doc.transaction():
        for data in updates:
            doc.apply_update(data)
    return doc


def merged(updates: list[bytes]) -> bytes:
    """Several updates as one."""
    from pycrdt import merge_updates

    return merge_updates(*updates) if len(updates) > 1 else updates[0]


def text_of(doc: "Doc") -> str:
    """What a document says."""
    return str(doc[NAME])


def seed(text: str) -> bytes:
    """The first update of a document that says this text."""
    from pycrdt import Doc, Text

    return Doc({NAME: Text(text)}).get_update()


def rewrite(doc: "Doc", wanted: str) -> bytes:
    """Make a document say something else, word by word; the update that does it, or nothing."""
    text = text_of(doc)
    if text == wanted:
        return b""
    before = doc.get_state()
    start = _common(text, wanted)
    end = _common(text[start:][::-1], wanted[start:][::-1])
    old, new = text[start : len(text) - end], wanted[start : len(wanted) - end]
    left, right = tokens(old), tokens(new)
    content, at = doc[NAME], len(text[:start].encode())
    with doc.transaction():
        for tag, a, b, c, d in opcodes(left, right):
            if tag == "equal":
                at += len("".join(left[a:b]).encode())
                continue
            if b > a:
                del content[at : at + len("".join(left[a:b]).encode())]
            if d > c:
                inserted = "".join(right[c:d])
                content.insert(at, inserted)
                at += len(inserted.encode())
    return doc.get_update(before)


class Replay:
    """The updates of a text played one after another: what it says, and who wrote each stretch.

    Played ahead of the moment when nobody may write any more, it then only lacks the last updates.
    """

    def __init__(self, folded: int):
        """`folded` is the number of the last update that a revision holds: nobody's since then."""
        self.folded, self.seq = folded, 0
        self.doc = made_of([])
        self.content = self.doc[NAME]
        self.people: dict[int, int] = {NOBODY: 0}
        self.marks = array("H")  # for each byte of the text, the place of its writer in `people`
        self.deltas: list[list[dict]] = []
        self.listening = None

    def play(self, updates: list[tuple[int, bytes, int | None]]) -> "Replay":
        """Go on with what comes after the last update known: (number, update, writer)."""
        news = [row for row in updates if row[0] > self.seq]
        self.seq = max([self.seq, *(row[0] for row in news)])
        if self.listening is None:
            with self.doc.transaction():
                for seq, data, _writer in news:
                    if seq <= self.folded:
                        self.doc.apply_update(data)
            self.marks = array("H", bytes(2 * len(self.content)))
            self.listening = self.content.observe(lambda event: self.deltas.append(event.delta))
        for seq, data, writer in news:
            if seq > self.folded:
                self.doc.apply_update(data)
                self._mark(self.people.setdefault(writer or NOBODY, len(self.people)))
        return self

    @property
    def text(self) -> str:
        """What it says now."""
        return text_of(self.doc)

    def runs(self) -> list[Run]:
        """How many characters in a row each person wrote, NOBODY what stood before."""
        people = list(self.people)
        found = [[len(list(same)), people[mark]] for mark, same in groupby(self.marks)]
        return in_characters(found, self.text)

    def _mark(self, mark: int) -> None:
        for delta in self.deltas:
            at = 0
            for step in delta:
                if "insert" in step:
                    size = len(step["insert"].encode())
                    self.marks[at:at] = array("H", [mark]) * size
                    at += size
                elif "delete" in step:
                    del self.marks[at : at + step["delete"]]
                else:
                    at += step["retain"]
        self.deltas.clear()


def _common(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low

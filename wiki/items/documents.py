"""A text being written as a Yjs document: made, read, changed. Knows nothing of the database.

The shared type is one text named `content`, in Markdown with LF. pycrdt counts bytes of UTF-8
where Yjs counts UTF-16 units and Python characters; only this module sees the bytes.
"""

from typing import TYPE_CHECKING

from wiki.items.authorship import NOBODY, Run, changed, in_characters
from wiki.items.merging import opcodes, tokens

if TYPE_CHECKING:
    from pycrdt import Doc

NAME = "content"
NOTHING = b"\x00\x00"  # an update that changes nothing


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


def replayed(updates: list[tuple[int, bytes, int | None]], folded: int) -> tuple[str, list[Run]]:
    """What (number, update, writer) say in the end, and who wrote each stretch since a number."""
    later = [row for row in updates if row[0] > folded]
    doc = made_of([data for seq, data, _writer in updates if seq <= folded])
    content = doc[NAME]
    runs: list[Run] = [[len(content), NOBODY]] if len(content) else []
    deltas: list[list[dict]] = []
    listening = content.observe(lambda event: deltas.append(event.delta))
    for _seq, data, writer in later:
        doc.apply_update(data)
        for delta in deltas:
            runs = changed(runs, delta, writer or NOBODY)
        deltas.clear()
    content.unobserve(listening)
    text = text_of(doc)
    return text, in_characters(runs, text)


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

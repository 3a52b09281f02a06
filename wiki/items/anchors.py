"""Places in a text that stay with their words while everybody writes: Yjs relative positions.

A place is the identity of one character: {"item": {"client", "clock"}, "assoc"}, as
`Y.createRelativePositionFromJSON` reads it. Clocks count UTF-16 units, but pycrdt counts bytes
inside a block, so its sticky indexes are wrong after the first accent (and end the thread beyond
the end). They are right on a document whose letters are all of one byte: here such a shadow is
made, with the same blocks, and asked instead. Places given and taken here are in characters.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wiki.items.documents import NAME, made_of

if TYPE_CHECKING:
    from pycrdt import Doc

FIRST, LAST = 0, -1  # how the first and the last letter of a passage hold: Yjs' `assoc`


class Reader:
    """Walks through the bytes of an update as lib0 writes them; raises ValueError at the end."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def number(self) -> int:
        """An unsigned number of any length."""
        value = shift = 0
        while True:
            byte = self._take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def byte(self) -> int:
        """One byte."""
        return self._take(1)[0]

    def block(self) -> bytes:
        """Bytes preceded by their number."""
        return self._take(self.number())

    def _take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise ValueError("the update is cut")
        self.at += size
        return self.data[self.at - size : self.at]


def number(value: int) -> bytes:
    """A number as lib0 writes it."""
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value)
    return bytes(made)


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as browsers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_units(text: str, place: int) -> int:
    """A place in characters, in UTF-16 units."""
    return units(text[:place])


def in_characters(text: str, place: int) -> int:
    """A place in UTF-16 units, in characters; inside a pair, the one before."""
    raw = text.encode("utf-16-le", "surrogatepass")[: max(place, 0) * 2]
    return len(raw.decode("utf-16-le", "ignore"))


def held(doc: "Doc", start: int, end: int) -> tuple[dict, dict] | None:
    """The two places that hold a passage of a document, from its first to its last character.

    None when the document holds something else than text, or the passage nothing.
    """
    text = str(doc[NAME])
    if not 0 <= start < end <= len(text):
        return None
    try:
        content = _shadow(doc)[NAME]
    except ValueError:
        return None
    first, last = in_units(text, start), in_units(text, end) - 1
    return _sticky(content, first, FIRST), _sticky(content, last, LAST)


class Places:
    """A document in which several passages are looked for."""

    def __init__(self, doc: "Doc"):
        self.text = str(doc[NAME])
        try:
            self.ends = _clocks(doc.get_update())
            self.shadow = _shadow(doc)
        except ValueError:
            self.ends = {}

    def found(self, first: dict, last: dict) -> tuple[int, int] | None:
        """Where a passage stands now: (start, end), alike when it is gone; None if unknown."""
        places = []
        for place, after in ((first, 0), (last, 1)):
            item = place.get("item") or {}
            if not 0 <= item.get("clock", -1) < self.ends.get(item.get("client"), 0):
                return None
            places.append(self._index(item, after))
        if None in places:
            return None
        start, end = (in_characters(self.text, place) for place in places)
        return start, max(start, end)

    def _index(self, item: dict, after: int) -> int | None:
        try:
            return _index(self.shadow[NAME], item, after)
        except BaseException as error:
            # pycrdt panics, past Exception, where Yjs says that it does not know.
            if type(error).__name__ != "PanicException":
                raise
            return None


def _sticky(content, place: int, assoc: int) -> dict:
    from pycrdt import Assoc

    made = content.sticky_index(place, Assoc.AFTER).to_json()
    return {"item": made["item"], "assoc": assoc}


def _index(content, item: dict, after: int) -> int:
    """The place before a letter, or after it if it is still there."""
    from pycrdt import StickyIndex

    place = StickyIndex.from_json({"item": item, "assoc": 0}, content).get_index()
    if not after or place >= len(content):
        return place
    same = content.sticky_index(place, _after()).to_json()["item"]
    return place + (same == item)


def _after():
    from pycrdt import Assoc

    return Assoc.AFTER


def _shadow(doc: "Doc") -> "Doc":
    """The same document with an « x » for each UTF-16 unit."""
    return made_of([b"".join(_in_shadow(Reader(doc.get_update())))])


def _clocks(update: bytes) -> dict[int, int]:
    """How far each client's clock goes."""
    ends: dict[int, int] = {}
    for _made in _in_shadow(Reader(update), ends):
        pass
    return ends


def _in_shadow(read: Reader, ends: dict[int, int] | None = None) -> Iterator[bytes]:
    """The bytes of an update (Yjs, version 1), its words made of « x »."""
    for _client in range(_copied(read, out := [])):
        count = _copied(read, out)
        client, clock = _copied(read, out), _copied(read, out)
        for _struct in range(count):
            clock += _struct_in_shadow(read, out)
        if ends is not None:
            ends[client] = clock
    yield b"".join(out)
    yield read.data[read.at :]


def _copied(read: Reader, out: list[bytes]) -> int:
    value = read.number()
    out.append(number(value))
    return value


def _struct_in_shadow(read: Reader, out: list[bytes]) -> int:
    """One block of a client; its length."""
    info = read.byte()
    out.append(bytes([info]))
    if info in (0, 10):  # collected, or skipped
        return _copied(read, out)
    for bit in (128, 64):  # what it was written after, and before
        if info & bit:
            _copied(read, out)
            _copied(read, out)
    if not info & 192:
        if _copied(read, out):
            _copied_block(read, out)
        else:
            _copied(read, out)
            _copied(read, out)
        if info & 32:
            _copied_block(read, out)
    return _content_in_shadow(info & 31, read, out)


def _content_in_shadow(kind: int, read: Reader, out: list[bytes]) -> int:
    if kind == 1:  # deleted
        return _copied(read, out)
    if kind == 4:  # words
        length = units(read.block().decode("utf-8", "surrogatepass"))
        out += [number(length), b"x" * length]
        return length
    if kind in (3, 5):  # bytes, something embedded
        _copied_block(read, out)
        return 1
    if kind == 6:  # a format
        _copied_block(read, out)
        _copied_block(read, out)
        return 1
    raise ValueError(f"a document of words only was expected, not content {kind}")


def _copied_block(read: Reader, out: list[bytes]) -> None:
    data = read.block()
    out += [number(len(data)), data]

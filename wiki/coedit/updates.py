"""What an update may hold: letters added to the one shared text, and deletions. Nothing else.

A client is trusted with words, not with the structure of the document: an update is read through
before the document sees it. Counts that their bytes cannot hold would have it reserve gigabytes;
other kinds of content (formats, embeds, nested types, other roots) would leave the text unequal to
what people see; a piece that comes before the one it follows would take its place for good. The
encoding is version 1 of Yjs (its docs, « Update format »).
"""

from typing import NamedTuple

from wiki.coedit.protocol import Malformed, read_block, read_number
from wiki.items.documents import NAME

GC, DELETED, STRING = 0, 1, 4
HAS_ORIGIN, HAS_RIGHT, HAS_KEY, KIND = 0x80, 0x40, 0x20, 0x1F
FARTHEST = 2**31
_ROOT = NAME.encode()

# A place in the text: the number of a client, and how many units that client wrote before it.
Place = tuple[int, int]


class Reach(NamedTuple):
    """How far a document must know each client's words for an update to fit, and how far then."""

    needs: dict[int, int]
    gives: dict[int, int]

    def fits(self, known: dict[int, int]) -> bool:
        """Whether nothing that the update builds on is missing."""
        return all(known.get(client, 0) >= clock for client, clock in self.needs.items())


def read(update: bytes) -> Reach:
    """What an update needs and gives; raises Malformed when it is more than words and deletions."""
    begins, gives, places = {}, {}, []
    at = _structs(update, begins, gives, places)
    at = _deletions(update, at, places)
    if at != len(update):
        raise Malformed("more than an update")
    needs = dict(begins)
    for client, clock in places:
        if not begins.get(client, FARTHEST) < clock <= gives.get(client, 0):
            needs[client] = max(needs.get(client, 0), clock)
    return Reach(needs, gives)


def reached(state: bytes) -> dict[int, int]:
    """How far a document knows each client's words, from its state vector."""
    count, at = read_number(state, 0)
    known = {}
    for _ in range(count):
        client, at = read_number(state, at)
        known[client], at = read_number(state, at)
    return known


def _structs(update: bytes, begins: dict, gives: dict, places: list[Place]) -> int:
    clients, at = _count(update, 0)
    for _ in range(clients):
        count, at = _count(update, at)
        client, at = read_number(update, at)
        clock, at = _bounded(update, at)
        if client in begins:
            raise Malformed("a client twice")
        begins[client] = clock
        for _ in range(count):
            size, at = _struct(update, at, places)
            clock += size
        gives[client] = clock
    return at


def _deletions(update: bytes, at: int, places: list[Place]) -> int:
    clients, at = _count(update, at)
    for _ in range(clients):
        client, at = read_number(update, at)
        ranges, at = _count(update, at)
        for _ in range(ranges):
            clock, at = _bounded(update, at)
            size, at = _bounded(update, at)
            places.append((client, clock + size))
    return at


def _struct(update: bytes, at: int, places: list[Place]) -> tuple[int, int]:
    """How many units a piece of the text counts, and the place after it."""
    if at >= len(update):
        raise Malformed("cut")
    info, at = update[at], at + 1
    kind = info & KIND
    if kind not in (GC, DELETED, STRING) or info & HAS_KEY:
        raise Malformed("kind of content")
    if kind == GC:
        return _bounded(update, at)
    for flag in (HAS_ORIGIN, HAS_RIGHT):
        if info & flag:
            client, at = read_number(update, at)
            clock, at = _bounded(update, at)
            places.append((client, clock + 1))
    if not info & (HAS_ORIGIN | HAS_RIGHT):
        at = _parent(update, at)
    if kind == DELETED:
        return _bounded(update, at)
    return _words(update, at)


def _words(update: bytes, at: int) -> tuple[int, int]:
    words, at = read_block(update, at)
    try:
        return len(words.decode().encode("utf-16-le")) // 2, at
    except UnicodeDecodeError as error:
        raise Malformed("text") from error


def _parent(update: bytes, at: int) -> int:
    named, at = read_number(update, at)
    if named == 1:
        root, at = read_block(update, at)
        if root == _ROOT:
            return at
    raise Malformed("another root")


def _bounded(update: bytes, at: int) -> tuple[int, int]:
    """A length or a clock that a text can have, and the place after it."""
    value, at = read_number(update, at)
    if value >= FARTHEST:
        raise Malformed("length")
    return value, at


def _count(update: bytes, at: int) -> tuple[int, int]:
    """How many things follow: never more than the bytes that are left."""
    count, at = read_number(update, at)
    if count > len(update) - at:
        raise Malformed("count")
    return count, at

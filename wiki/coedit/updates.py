"""What an update may hold: letters added to the one shared text, and deletions. Nothing else.

A client is trusted with words, not with the structure of the document: an update is read through
before the document sees it. Counts that their bytes cannot hold would have it reserve gigabytes;
other kinds of content (formats, embeds, nested types, other roots) would leave the text unequal to
what people see. The encoding is version 1 of Yjs (its docs, « Update format »).
"""

from wiki.coedit.protocol import Malformed, read_block, read_number
from wiki.items.documents import NAME

GC, DELETED, STRING, SKIP = 0, 1, 4, 10
FARTHEST = 2**31
HAS_ORIGIN, HAS_RIGHT, HAS_KEY, KIND = 0x80, 0x40, 0x20, 0x1F
_ROOT = NAME.encode()


def check(update: bytes) -> None:
    """Raise Malformed unless an update does nothing but write and delete in the shared text."""
    at = _structs(update)
    clients, at = _count(update, at)
    for _ in range(clients):
        _client, at = read_number(update, at)
        ranges, at = _count(update, at)
        for _ in range(ranges):
            at = _bounded(update, _bounded(update, at))
    if at != len(update):
        raise Malformed("more than an update")


def _structs(update: bytes) -> int:
    clients, at = _count(update, 0)
    for _ in range(clients):
        count, at = _count(update, at)
        _client, at = read_number(update, at)
        at = _bounded(update, at)
        for _ in range(count):
            at = _struct(update, at)
    return at


def _struct(update: bytes, at: int) -> int:
    """The place after one piece of the text."""
    if at >= len(update):
        raise Malformed("cut")
    info, at = update[at], at + 1
    kind = info & KIND
    if kind in (GC, SKIP):
        return _bounded(update, at)
    if kind not in (DELETED, STRING) or info & HAS_KEY:
        raise Malformed("kind of content")
    for flag in (HAS_ORIGIN, HAS_RIGHT):
        if info & flag:
            _client, at = read_number(update, at)
            at = _bounded(update, at)
    if not info & (HAS_ORIGIN | HAS_RIGHT):
        at = _parent(update, at)
    if kind == DELETED:
        return _bounded(update, at)
    words, at = read_block(update, at)
    try:
        words.decode()
    except UnicodeDecodeError as error:
        raise Malformed("text") from error
    return at


def _parent(update: bytes, at: int) -> int:
    named, at = read_number(update, at)
    if named == 1:
        root, at = read_block(update, at)
        if root == _ROOT:
            return at
    raise Malformed("another root")


def _bounded(update: bytes, at: int) -> int:
    """The place after a length or a clock that a text can have."""
    value, at = read_number(update, at)
    if value >= FARTHEST:
        raise Malformed("length")
    return at


def _count(update: bytes, at: int) -> tuple[int, int]:
    """How many things follow: never more than the bytes that are left."""
    count, at = read_number(update, at)
    if count > len(update) - at:
        raise Malformed("count")
    return count, at

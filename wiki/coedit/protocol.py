"""The messages of the y-websocket protocol, version 1, and three of our own.

A message is a number that says its kind, then what that kind holds; numbers are written seven
bits a byte, least first. Ours: ACK (an update is durable), ABOUT (what the room is, who you are),
VERSION (what was written is now a revision). Other clients ignore these.
"""

import json

from wiki.items.anchors import number

SYNC, AWARENESS, QUERY_AWARENESS = 0, 1, 3
STEP1, STEP2, UPDATE = 0, 1, 2
ACK, ABOUT, VERSION = 100, 101, 102
LONGEST_NUMBER, FARTHEST = 8, 2**53  # bytes, value: the numbers of Yjs are whole in JavaScript
MOST_STATES = 50  # people told of in one message from a client

# Why the server ends a connection; those from 4400 on are final, the others invite to come back.
LEFT, GARBAGE, TOO_BIG, FAILED, RESTARTING, TOO_SLOW = 1000, 1003, 1009, 1011, 1012, 1013
NOT_ALLOWED, NOT_THERE, OLD_EPOCH, TOO_LONG, TOO_MANY = 4403, 4404, 4409, 4413, 4429


class Malformed(ValueError):
    """Bytes that are no message."""


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it; raises Malformed."""
    value = shift = 0
    for place in range(at, min(at + LONGEST_NUMBER, len(data))):
        value |= (data[place] & 127) << shift
        if data[place] < 128 and value < FARTHEST:
            return value, place + 1
        shift += 7
    raise Malformed("number")


def block(data: bytes) -> bytes:
    """Bytes with their length before them."""
    return number(len(data)) + data


def read_block(data: bytes, at: int) -> tuple[bytes, int]:
    """The bytes at a place that their length precedes, and the place after them."""
    size, at = read_number(data, at)
    if size > len(data) - at:
        raise Malformed("length")
    return data[at : at + size], at + size


def sync(step: int, payload: bytes) -> bytes:
    """A message about the text: what one has (step 1), what the other lacks, a change."""
    return bytes((SYNC, step)) + block(payload)


def ack(seq: int) -> bytes:
    """The message that says: durable, up to this number of the room's log."""
    return number(ACK) + number(seq)


def told(kind: int, facts: dict) -> bytes:
    """A message of ours that holds facts as JSON."""
    return number(kind) + block(json.dumps(facts, ensure_ascii=False).encode())


def awareness(states: dict[int, tuple[int, str]]) -> bytes:
    """Who is here: by client its clock and its state as JSON, `null` for one who left."""
    made = number(len(states))
    for client, (clock, state) in states.items():
        made += number(client) + number(clock) + block(state.encode())
    return number(AWARENESS) + block(made)


def read_awareness(payload: bytes) -> list[tuple[int, int, bytes]]:
    """(client, clock, state as JSON) of each person a message tells of; raises Malformed."""
    count, at = read_number(payload, 0)
    if count > MOST_STATES:
        raise Malformed("too many states")
    found = []
    for _ in range(count):
        client, at = read_number(payload, at)
        clock, at = read_number(payload, at)
        state, at = read_block(payload, at)
        found.append((client, clock, state))
    return found


def read_state(state: bytes) -> object:
    """What a client says of itself; raises Malformed."""
    try:
        return json.loads(state)
    except (ValueError, RecursionError) as error:
        raise Malformed("state") from error


def read(message: bytes) -> tuple[int, int, bytes]:
    """(kind, step of a sync message or 0, what it holds); raises Malformed."""
    kind, at = read_number(message, 0)
    if kind == SYNC:
        step, at = read_number(message, at)
        if step not in (STEP1, STEP2, UPDATE):
            raise Malformed("step")
        return kind, step, read_block(message, at)[0]
    if kind == AWARENESS:
        return kind, 0, read_block(message, at)[0]
    if kind == QUERY_AWARENESS:
        return kind, 0, b""
    raise Malformed("kind")

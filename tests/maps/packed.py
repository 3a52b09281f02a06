"""A map packed in tiles, made by hand: one tile of the world with a sea, a road and a name."""

import gzip
import json
import struct


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def shape(kind: int, line: list[tuple[int, int]], tags: list[int] = ()) -> bytes:
    """A feature: its type, and a path of positions in a tile of 4096."""
    x = y = 0
    words = []
    for at, (to_x, to_y) in enumerate(line):
        if at < 2:
            words.append((1 if at == 0 else 2) | (1 if at == 0 else len(line) - 1) << 3)
        words += [step << 1 ^ step >> 31 for step in (to_x - x, to_y - y)]
        x, y = to_x, to_y
    if kind == 3:
        words.append(7 | 1 << 3)
    packed = b"".join(map(varint, words))
    tagged = field(2, b"".join(map(varint, tags))) if tags else b""
    return tagged + field(3, kind) + field(4, packed)


def layer(name: str, *features: bytes, keys=(), values=()) -> bytes:
    made = field(15, 2) + field(1, name)
    made += b"".join(field(2, one) for one in features)
    made += b"".join(field(3, key) for key in keys)
    made += b"".join(field(4, field(1, value)) for value in values)
    return field(3, made + field(5, 4096))


def archive(attribution: str = "© les gens du coin") -> bytes:
    """The bytes of the file."""
    sea = [(0, 0), (4096, 0), (4096, 4096), (0, 4096)]
    tile = gzip.compress(
        layer("water", shape(3, sea)) + layer("roads", shape(2, [(0, 2048), (4096, 2048)]))
        + layer("places", shape(1, [(2048, 1400)], [0, 0]), keys=["name"], values=["Tréverlan"])
    )  # fmt: skip
    told = gzip.compress(json.dumps({"attribution": attribution}).encode())
    root = gzip.compress(b"".join(map(varint, (1, 0, 1, len(tile), 1))))
    at = [127, 127 + len(root), 127 + len(root) + len(told)]
    head = b"PMTiles\x03" + struct.pack(
        "<11Q", at[0], len(root), at[1], len(told), at[2], 0, at[2], len(tile), 1, 1, 1
    )
    head += bytes([1, 2, 2, 1, 0, 0])
    head += struct.pack("<4i", -1790000000, -840000000, 1790000000, 840000000)
    head += bytes([0]) + struct.pack("<2i", 20000000, 480000000)
    assert len(head) == 127
    return head + root + told + tile

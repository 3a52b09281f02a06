"""The formats of pictures as lists of pieces: those that make the picture stay, the rest goes."""

import re
import struct


class Malformed(Exception):
    """The pieces do not follow one another as the format says."""


_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP",
             b"sBIT", b"bKGD", b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT"}  # fmt: skip
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_EMPTY_EXIF = b"\x00\x00\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"


def jpeg(data: bytes) -> bytes:
    """A JPEG without its APPn segments (EXIF, XMP, IPTC…), comments, thumbnails and tail."""
    out, at, seen_scan = [data[:2]], 2, False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Malformed("marker expected")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        out.append(_jpeg_segment(marker, data[at:end]))
        at = end
        if marker == 0xDA:
            seen_scan = True
            found = _NEXT_MARKER.search(data, at)
            end = found.start() if found else len(data)
            out.append(data[at:end])
            at = end
    if not seen_scan:
        raise Malformed("no picture inside")
    # What follows the end (a film, a second picture, a depth map) is no part of the picture.
    return b"".join(out).removesuffix(b"\xff\xd9") + b"\xff\xd9"


def _jpeg_segment(marker: int, segment: bytes) -> bytes:
    if marker == 0xE0 and segment[4:9] == b"JFIF\x00" and len(segment) >= 16:
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"  # without its thumbnail
    if marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\x00":
        return segment
    if marker == 0xEE and segment[4:9] == b"Adobe" and len(segment) >= 16:
        return b"\xff\xee\x00\x0e" + segment[4:16]
    if 0xE0 <= marker <= 0xEF or marker == 0xFE or marker < 0xC0 or marker >= 0xF0:
        return b""
    return segment


def png(data: bytes) -> bytes:
    """A PNG without its texts, dates, EXIF and tail."""
    out, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end > len(data) and name != b"IDAT":
            break
        if name in _PNG_KEPT:
            out.append(data[at:end])
        if name == b"IEND":
            break
        at = end
    if data[12:16] != b"IHDR":
        raise Malformed("no header")
    return b"".join(out)


def webp(data: bytes) -> bytes:
    """A WebP without EXIF, XMP, unknown chunks and tail."""
    out, at = [], 12
    stop = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= stop:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + (size & 1)
        name, chunk = data[at : at + 4], data[at:end]
        if name == b"VP8X" and size >= 10:
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]  # no EXIF, no XMP
        if name in _WEBP_KEPT:
            out.append(chunk)
        at = end
    if not out:
        raise Malformed("no picture inside")
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(data: bytes) -> bytes:
    """A GIF without comments, texts, applications' blocks and tail."""
    if len(data) < 13:
        raise Malformed("no header")
    at = 13 + _colours(data[10])
    out, seen = [data[:at]], False
    while at < len(data) and data[at] != 0x3B:
        start = at
        if data[at] == 0x21 and at + 2 < len(data):
            at = _after_blocks(data, at + 2)
            label, block = data[start + 1], data[start:at]
            if label == 0xF9 or (label == 0xFF and block[3:14] in _LOOPS):
                out.append(block)
        elif data[at] == 0x2C and at + 10 < len(data):
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
            out.append(data[start:at])
            seen = True
        else:
            break
    if not seen:
        raise Malformed("no picture inside")
    return b"".join(out) + b"\x3b"


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def heif(data: bytes) -> bytes:
    """An AVIF or HEIC whose EXIF, XMP and unknown boxes are emptied in place."""
    out, seen = bytearray(data), False
    for name, start, body, end in _boxes(data, 0, len(data)):
        if name == b"meta":
            seen = True
            try:
                _empty_metadata(data, out, body + 4, end)
            except IndexError as error:
                raise Malformed("a box is cut") from error
        elif name not in (b"ftyp", b"mdat", b"moov"):
            out[start + 4 : start + 8] = b"free"
            out[body:end] = bytes(end - body)
    if not seen:
        raise Malformed("no picture inside")
    return bytes(out)


def _boxes(data: bytes, at: int, stop: int):
    while at + 8 <= stop:
        size, name, body = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = stop if size == 0 else at + size
        if end < body or end > stop:
            raise Malformed("box out of bounds")
        yield name, at, body, end
        at = end


def _empty_metadata(data: bytes, out: bytearray, at: int, stop: int) -> None:
    parts = {name: (body, end) for name, _, body, end in _boxes(data, at, stop)}
    if b"iinf" not in parts or b"iloc" not in parts:
        raise Malformed("no list of items")
    kinds = dict(_items(data, *parts[b"iinf"]))
    inner = parts.get(b"idat", (0, 0))[0]
    for number, method, offset, size in _places(data, parts[b"iloc"][0]):
        if kinds.get(number) in (b"Exif", b"mime", b"uri "):
            start = offset + (inner if method == 1 else 0)
            length = max(0, min(size, len(data) - start))
            has_room = kinds[number] == b"Exif" and length >= len(_EMPTY_EXIF)
            empty = _EMPTY_EXIF if has_room else b""
            out[start : start + length] = empty + bytes(length - len(empty))


def _items(data: bytes, body: int, end: int):
    first = body + (6 if data[body] == 0 else 8)
    for name, _, at, _end in _boxes(data, first, end):
        if name == b"infe" and data[at] >= 2:
            wide = 4 if data[at] == 3 else 2
            kind = at + 4 + wide + 2
            yield int.from_bytes(data[at + 4 : at + 4 + wide], "big"), data[kind : kind + 4]


def _places(data: bytes, at: int):
    """Every piece of every item: its item, how its place is counted, its place, its size."""
    version, sizes = data[at], data[at + 4] << 8 | data[at + 5]
    widths = [sizes >> shift & 15 for shift in (12, 8, 4, 0)]  # offset, length, base, index
    at += 6

    def read(width: int) -> int:
        nonlocal at
        at += width
        if at > len(data):
            raise Malformed("list of places cut")
        return int.from_bytes(data[at - width : at], "big")

    for _ in range(read(4 if version == 2 else 2)):
        number = read(4 if version == 2 else 2)
        method = read(2) & 15 if version else 0
        read(2)
        base = read(widths[2])
        for _ in range(read(2)):
            if version:
                read(widths[3])
            offset, size = base + read(widths[0]), read(widths[1])
            yield number, method, offset, size or len(data)


CLEANERS = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": webp,
    "image/gif": gif,
    "image/avif": heif,
    "image/heic": heif,
}

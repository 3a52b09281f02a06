"""The drawing of a PDF page cut in one pass: pypdf goes sign by sign, which takes twice as long.

What is not plainly understood here is left to pypdf, whole; drawings without words are skipped.
"""

import re
from io import BytesIO

_TOKEN = re.compile(
    rb"[\s\0]*(?:([-+]?(?:\d+\.?\d*|\.\d+))(?=[\s\0\[\]<(/]|\Z)|([A-Za-z'\"][A-Za-z0-9*]*)"
    rb"|<([0-9A-Fa-f]*)>|\(((?:[^()\\\r]|\\[^\r\n])*)\)|(\[)|(\])|(/[!$&-'*-.0-;=?-Z^-z|~]*)"
    rb"|(<<[^<>]*>>))"
)
_KEPT = {b"q", b"Q", b"cm", b"BT", b"ET", b"Tf", b"Td", b"TD", b"Tm", b"T*", b"Tc", b"Tw", b"Tz",
         b"TL", b"Ts", b"Tr", b"Tj", b"TJ", b"'", b'"', b"Do"}  # fmt: skip
_UNKNOWN = {b"BI", b"true", b"false", b"null", b"R"}


def install() -> None:
    """Have pypdf use this in the process that only reads words."""
    from pypdf.generic import ContentStream

    slowly = getattr(ContentStream, "_parse_content_stream", None)
    if slowly is None:
        return  # another pypdf: it reads at its own pace

    def parse(self, stream: BytesIO) -> None:
        found = cut(stream.getvalue()) if self.forced_encoding == "bytes" else None
        if found is None:
            slowly(self, stream)
        else:
            self._operations = found

    ContentStream._parse_content_stream = parse


def cut(data: bytes) -> list[tuple[list, bytes]] | None:
    """The operations that place words, as pypdf gives them; None when the data is out of line."""
    from pypdf.generic import ArrayObject, ByteStringObject, NameObject

    found, operands, array, at = [], [], None, 0
    while token := _TOKEN.match(data, at):
        at, kind = token.end(), token.lastindex
        value = token[kind]
        if kind == 2:
            if value in _UNKNOWN or array is not None:
                return None
            if value in _KEPT:
                found.append((operands, value))
            operands = []
            continue
        if kind in (5, 6):
            if (kind == 5) == (array is not None):
                return None
            if kind == 6:
                operands.append(array)
            array = ArrayObject() if kind == 5 else None
            continue
        if kind == 1:
            made = float(value)
        elif kind == 3:
            made = ByteStringObject(bytes.fromhex((value + b"0" * (len(value) % 2)).decode()))
        elif kind == 4:
            made = ByteStringObject(value) if b"\\" not in value else _unescaped(value)
        else:
            made = NameObject(value.decode()) if kind == 7 else None
        (operands if array is None else array).append(made)
    return None if data[at:].strip(b"\0 \t\r\n\f") else found


def _unescaped(value: bytes):
    from pypdf.generic import read_string_from_stream

    return read_string_from_stream(BytesIO(b"(" + value + b")"), "bytes")

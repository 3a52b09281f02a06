"""A list of addresses as people paste it: those of this site become entries, the others links."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import request
from sqlalchemy import select

from wiki.db import db
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.markup.sanitize import clean_text
from wiki.templating import site_address

LINES, LONGEST = 200, 1_000
_ADDRESS = re.compile(r"https?://[^\s<>\"'|]+", re.IGNORECASE)
_OURS = re.compile(r"/[a-z]+/(\d{1,9})(?:-[^/]*)?/?")
_AROUND = " \t-–—*•:>|[]()«»\u00a0\u202f"


class Pasted(NamedTuple):
    """What the lines gave: items of this site, links to elsewhere, and how many said nothing."""

    items: list[int]
    links: list[tuple[str, str]]
    lost: int


def read(text: str, reader) -> Pasted:
    """The items this reader may read, the links with their titles, the lines without either."""
    ours: list[int] = []
    links: list[tuple[str, str]] = []
    lost = 0
    for line in [line.strip() for line in text.splitlines() if line.strip()][:LINES]:
        address = _address(line)
        if address is None:
            lost += 1
        elif (number := _number(address)) is not None:
            ours.append(number)
        else:
            links.append((_title(line, address), address))
    known = set(db.session.scalars(select(Item.id).where(Item.id.in_(ours), visible(reader))))
    lost += sum(number not in known for number in ours)
    return Pasted([number for number in dict.fromkeys(ours) if number in known], links, lost)


def _address(line: str) -> str | None:
    found = _ADDRESS.search(line)
    if not found:
        return None
    address = found[0].rstrip(".,;:!?»")
    if address.endswith(")") and "(" not in address:
        address = address[:-1]
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 — reading it is what finds it wrong
    except ValueError:
        return None
    return address if parts.hostname and len(address) <= LONGEST else None


def _number(address: str) -> int | None:
    """The item that an address of this very site names."""
    parts = urlsplit(address)
    if parts.netloc.lower() not in {urlsplit(site_address()).netloc.lower(), request.host.lower()}:
        return None
    found = _OURS.fullmatch(parts.path)
    return int(found[1]) if found else None


def _title(line: str, address: str) -> str:
    """The words written beside the address, else the address as people say it."""
    words = clean_text(line.replace(address, " ")).strip(_AROUND)
    if words:
        return words[:200]
    parts = urlsplit(address)
    place = parts.hostname.removeprefix("www.") + parts.path.rstrip("/")
    return place[:200]

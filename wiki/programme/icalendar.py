"""Sessions as calendars of phones and computers read them: iCalendar, RFC 5545.

Hours are written in the zone of the place, with the rules of that zone for the years concerned, so
that a session stays at the same hour on the clock whatever the reader's own zone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from wiki.programme import times
from wiki.programme.models import Dated

MIMETYPE = "text/calendar; charset=utf-8"
FOLD = 75  # bytes of a line
PRODUCT = "-//Essaim//Agenda//FR"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(items: Iterable[Dated], site: str, name: str = "") -> bytes:
    """A whole calendar; `site` is the address before each path, `name` what it is called."""
    items = list(items)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH"]  # fmt: skip
    if name:
        lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}",
                  "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]  # fmt: skip
    for zone in sorted({times.zone_of(item.zone).key for item in items} - {"UTC"}):
        own = [item for item in items if times.zone_of(item.zone).key == zone]
        lines += _zone(zone, min(i.starts_at for i in own), max(i.ends_at for i in own))
    for item in items:
        for number, (start, end) in enumerate(item.half_days):
            lines += _event(item, site, number, start, end)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """A text as a value: separators escaped, line ends written, nothing invisible."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = ("\n" if c == "\n" else " " if c.isspace() else c for c in plain)
    return "".join(c for c in spaced if c == "\n" or c.isprintable()).translate(_ESCAPED)


def folded(line: str) -> str:
    """A line cut every 75 bytes, never inside a character."""
    pieces, piece, room = [], "", FOLD
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", FOLD - 1  # the space that begins the next line
        piece += letter
        room -= size
    return "\r\n ".join([*pieces, piece])


def _event(item: Dated, site: str, number: int, start: datetime, end: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{item.uid}-{item.id}-{number}@essaim"
    yield f"DTSTAMP:{_utc(item.updated_at)}"
    yield f"LAST-MODIFIED:{_utc(item.updated_at)}"
    yield f"SEQUENCE:{max(0, item.revision_count - 1)}"
    yield f"DTSTART{_local(start)}"
    if end > start:
        yield f"DTEND{_local(end)}"
    yield f"SUMMARY:{escaped(item.title)}"
    where = ", ".join(filter(None, [item.place, item.address]))
    if where:
        yield f"LOCATION:{escaped(where)}"
    if item.lat is not None and item.lng is not None:
        yield f"GEO:{item.lat:.6f};{item.lng:.6f}"
    said = "\n\n".join(filter(None, [item.goal, item.plain()]))
    if said:
        yield f"DESCRIPTION:{escaped(said[:4_000])}"
    yield f"URL:{site}{item.url}"
    yield f"STATUS:{'CANCELLED' if item.cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _local(moment: datetime) -> str:
    zone = moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else "UTC"
    if zone == "UTC":
        return f":{_utc(moment)}"
    return f";TZID={zone}:{moment:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _zone(name: str, first: datetime, last: datetime) -> Iterator[str]:
    """The rules of a zone: how it stood at first, then each change of its clocks."""
    zone = ZoneInfo(name)
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    begins = datetime(first.year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    yield from _stretch(zone, begins, begins)
    moment, until = begins, datetime(last.year + 1, 1, 2, tzinfo=UTC)
    while moment < until:
        after = moment + timedelta(days=7)
        if _offset(zone, after) != _offset(zone, moment):
            yield from _stretch(zone, _turn(zone, moment, after), moment)
        moment = after
    yield "END:VTIMEZONE"


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute at which the clocks change, between two moments."""
    while after - before > timedelta(minutes=1):
        middle = (before + (after - before) / 2).replace(second=0, microsecond=0)
        if middle in (before, after):
            break
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _stretch(zone: ZoneInfo, turn: datetime, before: datetime) -> Iterator[str]:
    was, now = _offset(zone, before), _offset(zone, turn)
    kind = "DAYLIGHT" if turn.astimezone(zone).dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{(turn + was).replace(tzinfo=None):%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{_signed(was)}"
    yield f"TZOFFSETTO:{_signed(now)}"
    yield f"TZNAME:{turn.astimezone(zone):%Z}"
    yield f"END:{kind}"


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset()


def _signed(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"

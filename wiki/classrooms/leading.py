"""What a trainer sees and does while the day goes on: the grid, the timer, the screens, teams."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.classrooms.models import Classroom, Trainee
from wiki.classrooms.seating import place_of
from wiki.db import db, utcnow
from wiki.items import documents, live
from wiki.items.access import visible
from wiki.items.models import Item, Scope
from wiki.pages.models import Page

LONGEST = 240  # minutes of a timer
NO_ITEMS = ("classrooms", "groups")
MANY = 500  # texts whose number of words is remembered


@dataclass
class Line:
    """One person in the grid."""

    who: Trainee
    words: int  # written on their sheet
    begun: int  # copies they wrote in
    copies: int
    where: str  # what they have before their eyes, as far as the reader may know of it

    @property
    def rank(self) -> tuple:
        """Raised hands first, the longest wait on top; then by name."""
        hand = self.who.hand_at
        return (hand is None, hand.timestamp() if hand else 0.0, self.who.name.lower())


class Shown(NamedTuple):
    """What all screens are led to, for one reader: nothing once they may not see it any more."""

    path: str = ""
    title: str = ""
    at: float = 0
    is_hidden: bool = False  # from those who sit in the room, for who leads it


def shown_to(room: Classroom, reader) -> Shown:
    """What all screens are led to today, asked again at each request: agreements come and go."""
    if not room.shown_path:
        return Shown()
    at, place = room.shown_at.timestamp() if room.shown_at else 0, place_of(room.shown_path)
    if place is None or place[0] == "classrooms":
        return Shown(room.shown_path, room.shown_title, at)
    item = db.session.scalar(select(Item).where(Item.id == place[1], visible(reader)))
    if item is None:
        return Shown()
    return Shown(item.url, item.title, at, item.ceiling == Scope.DRAFT)


def grid(room: Classroom, reader) -> list[Line]:
    """Who is where and how far, in four questions whatever the number of people."""
    trainees = room.trainees()
    drafts = {one.draft_id for one in trainees} - {None}
    copies = {item_id for one in trainees for item_id in one.copies or []}
    written = _written(drafts | copies)
    words = _words(drafts, written)
    begun = _changed(copies) | (copies & set(written))
    where = _places(trainees, reader)
    lines = [
        Line(
            one, max(0, words.get(one.draft_id, 0) - one.words),
            sum(item_id in begun for item_id in one.copies or []), len(one.copies or []),
            where[one.id],
        )
        for one in trainees
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.rank)


def _places(trainees: list[Trainee], reader) -> dict[int, str]:
    """By seat: the title of what each looks at, unless it became hidden from the reader since."""
    places = {one.id: place_of(one.here_path) for one in trainees}
    numbers = {found[1] for found in places.values() if found and found[0] not in NO_ITEMS}
    query = select(Item.id).where(Item.id.in_(numbers), visible(reader))
    known = set(db.session.scalars(query)) if numbers else set()
    return {
        one.id: one.here_title
        if (found := places[one.id]) is None or found[0] in NO_ITEMS or found[1] in known
        else _("Elsewhere")
        for one in trainees
    }


def set_timer(room: Classroom, minutes: int) -> None:
    """Count down on all screens; 0 stops it. The caller commits."""
    minutes = max(0, min(minutes, LONGEST))
    room.timer_ends_at = utcnow() + timedelta(minutes=minutes) if minutes else None


def show(room: Classroom, path: str, title: str) -> None:
    """Lead all screens to a page; an empty path ends it. The caller commits."""
    room.shown_path, room.shown_title = path, title
    room.shown_at = utcnow() if path else None


def make_teams(room: Classroom, size: int) -> int:
    """Draw lots for teams as near to that size as can be, nobody alone; how many there are.

    The caller commits.
    """
    trainees = room.trainees()
    if size < 2:
        for one in trainees:
            one.team = None
        return 0
    random.shuffle(trainees)
    count = max(1, (2 * len(trainees) + size - 1) // (2 * size))
    for at, one in enumerate(trainees):
        one.team = at % count + 1
    return min(count, len(trainees))


def teammates(room: Classroom, mine: Trainee) -> list[str]:
    """The first names of one's team, one's own apart."""
    if mine.team is None:
        return []
    return [one.name for one in room.trainees() if one.team == mine.team and one.id != mine.id]


def _written(ids: set[int]) -> dict[int, live.Room]:
    """The texts that are being written and say more than the last version, by item."""
    query = select(live.Room).where(
        live.Room.item_id.in_(ids), live.Room.seq > live.Room.folded, live.Room.field == "body"
    )
    return {one.item_id: one for one in db.session.scalars(query)} if ids else {}


def _words(drafts: set[int], written: dict[int, live.Room]) -> dict[int, int]:
    """How many words each sheet has, what is typed at this moment included."""
    query = select(Page.id, Page.body).where(Page.id.in_(drafts - set(written)))
    found = {one: len(body.split()) for one, body in db.session.execute(query)}
    for item_id in drafts & set(written):
        found[item_id] = _counted(written[item_id])
    return found


def _counted(room: live.Room) -> int:
    """Words of a text being written; counted again only when somebody typed since."""
    seq, count = _counts.get(room.id, (-1, 0))
    if seq != room.seq:
        count = len(documents.text_of(documents.made_of(live.updates(room.id))).split())
        if len(_counts) > MANY:
            _counts.clear()
        _counts[room.id] = (room.seq, count)
    return count


def _changed(ids: set[int]) -> set[int]:
    query = select(Item.id).where(Item.id.in_(ids), Item.revision_count > 1)
    return set(db.session.scalars(query)) if ids else set()


_counts: dict[int, tuple[int, int]] = {}

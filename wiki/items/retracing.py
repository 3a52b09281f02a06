"""The hands behind a text, by paragraph: what `blame` finds, for a reader and for a screen."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, chain

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import role_in
from wiki.items import documents, history
from wiki.items.authorship import Signature, Stretches
from wiki.items.blame import Stretch, Version, traced
from wiki.items.live import Room, Update
from wiki.items.models import Event, Item, Revision
from wiki.markup.marks import marks, words_in

MOST_VERSIONS, MOST_CHARACTERS = 400, 25_000_000
BATCH = 25
NOW = 0  # the number of what is being written and is no version yet
_BREAK = re.compile(r"\n(?:[ \t]*\n)+")
_TITLE = re.compile(r"[ \t]{0,3}#{1,6}[ \t]")


@dataclass(frozen=True)
class Hand:
    """Somebody who wrote in a paragraph: who (None: not known any more), last when, and where."""

    user: User | None
    number: int | None  # None: before what may be looked at; NOW: since the last version
    at: datetime | None

    @property
    def key(self) -> tuple:
        """The same for the same person, whatever the version."""
        return self.user.id if self.user else None, self.number is None


@dataclass
class Paragraph:
    """A paragraph of a text: its words with their hands, and the hands in order of weight."""

    pieces: list[tuple[str, Hand]]
    hands: list[Hand]
    is_title: bool = False
    is_code: bool = False

    def place(self, hand: Hand) -> int:
        """Which of the hands, from 0, so that each has its own line under its words."""
        return next((n for n, one in enumerate(self.hands) if one.key == hand.key), 0)


@dataclass
class Traced:
    """A text with its hands; `older` is the version before which nothing was looked at."""

    texts: dict[str, list[Paragraph]] = field(default_factory=dict)
    people: list[Hand] = field(default_factory=list)
    older: int | None = None
    hidden: bool = False


@dataclass
class _Past:
    id: int
    number: int
    at: datetime
    texts: dict[str, str]
    signers: tuple[int, ...] = ()
    runs: dict[str, list] = field(default_factory=dict)


def trace(item: Item, user) -> Traced:
    """Who wrote what this reader may read of an item, as far as they may look back."""
    walk = _Walk(item, history.first_shown(item, user))
    now = _being_written(item) if role_in(user, item.group_id) is not None else {}
    found = {}
    for name in dict.fromkeys([*item.texts(), *now]):
        begun = [now[name]] if name in now else []
        found[name] = traced(chain(begun, walk.versions(name)))
    return _shown(item, found, walk)


class _Walk:
    """The versions of an item, newest first, read as they are asked for and no further."""

    def __init__(self, item: Item, first: int):
        self.item, self.first = item, first
        self.read: list[_Past] = []
        self.size = 0
        self.next = item.revision_count
        reverts = select(Event.data).where(Event.item_id == item.id, Event.verb == "reverted")
        self.reverts = {data.get("revision") for data in db.session.scalars(reverts)}

    def versions(self, name: str) -> Iterator[Version]:
        """One text through the versions; from one that was brought back straight to its origin."""
        at = 0
        while (past := self.at(at)) is not None:
            text = past.texts.get(name, "")
            yield Version(past.number, text, past.signers, tuple(past.runs.get(name, ())))
            at = self._origin(at, name, text) if past.number in self.reverts else at + 1

    def at(self, place: int) -> _Past | None:
        """The version at a place, 0 being the newest; None beyond what may or can be read."""
        while place >= len(self.read) and not self.is_over:
            self._read_more()
        return self.read[place] if place < len(self.read) else None

    @property
    def is_over(self) -> bool:
        """Whether nothing older is read: there is nothing, or it would be too much."""
        full = len(self.read) >= MOST_VERSIONS or self.size > MOST_CHARACTERS
        return self.next < self.first or full

    def _origin(self, at: int, name: str, text: str) -> int:
        for place in range(at + 2, at + 60):
            past = self.at(place)
            if past is None:
                break
            if past.texts.get(name, "") == text:
                return place
        return at + 1

    def _read_more(self) -> None:
        last = max(self.next - BATCH + 1, self.first)
        rows = db.session.execute(
            select(Revision.id, Revision.number, Revision.created_at, Revision.actor_id,
                   Revision.data)
            .where(Revision.item_id == self.item.id, Revision.number.between(last, self.next))
            .order_by(Revision.number.desc())
        ).all()  # fmt: skip
        signed, stretches = _signed([row.id for row in rows])
        for row in rows:
            texts = history.old_texts(self.item, row.data)
            people = [*signed.get(row.id, []), *([row.actor_id] if row.actor_id else [])]
            signers = tuple(dict.fromkeys(people))
            past = _Past(row.id, row.number, row.created_at, texts, signers)
            past.runs = stretches.get(row.id, {})
            self.read.append(past)
            self.size += sum(map(len, texts.values()))
        self.next = last - 1


def _signed(ids: list[int]) -> tuple[dict[int, list[int]], dict[int, dict[str, list]]]:
    signed: dict[int, list[int]] = {}
    rows = select(Signature.revision_id, Signature.user_id).where(Signature.revision_id.in_(ids))
    for revision_id, user_id in db.session.execute(
        rows.order_by(Signature.characters.desc(), Signature.user_id)
    ):
        signed.setdefault(revision_id, []).append(user_id)
    runs: dict[int, dict[str, list]] = {}
    for one in db.session.scalars(select(Stretches).where(Stretches.revision_id.in_(ids))):
        runs.setdefault(one.revision_id, {})[one.field] = one.runs
    return signed, runs


def _being_written(item: Item) -> dict[str, Version]:
    """The texts that say more than the last version, with who wrote what since."""
    rooms = select(Room).where(Room.item_id == item.id, Room.seq > Room.folded)
    found = {}
    for room in db.session.scalars(rooms):
        rows = db.session.execute(
            select(Update.seq, Update.data, Update.user_id)
            .where(Update.room_id == room.id)
            .order_by(Update.seq)
        )
        replay = documents.Replay(room.folded).play([tuple(row) for row in rows])
        text, runs = replay.text, replay.runs()
        writers = tuple(dict.fromkeys(writer for _size, writer in runs if writer))
        found[room.field] = Version(NOW, text, writers, tuple(runs))
    return found


def _shown(item: Item, found: dict[str, list[Stretch]], walk: _Walk) -> Traced:
    ids = {one.writer for stretches in found.values() for one in stretches if one.writer}
    users = {
        user.id: user
        for user in db.session.scalars(select(User).where(User.id.in_(ids)))
        if user.forgotten_at is None
    }
    dates = {past.number: past.at for past in walk.read}
    made = Traced(hidden=walk.first > 1)
    oldest = walk.read[-1].number if walk.read else 1
    for name, stretches in found.items():
        pairs = [
            (one.words, Hand(users.get(one.writer), one.number, dates.get(one.number)))
            for one in stretches
        ]
        made.texts[name] = list(_paragraphs(pairs))
        if any(one.number is None for one in stretches):
            made.older = oldest
    made.people = _heaviest(
        [piece for name in made.texts for one in made.texts[name] for piece in one.pieces]
    )
    return made


def _paragraphs(pairs: list[tuple[str, Hand]]) -> Iterator[Paragraph]:
    """The text cut at its empty lines, without its marks; what says nothing is left out."""
    text = "".join(words for words, _hand in pairs)
    hidden = marks(text)
    starts = [0, *accumulate(len(words) for words, _hand in pairs)]
    for start, end in _blocks(text):
        pieces = []
        for n in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
            low, high = max(start, starts[n]), min(end, starts[n + 1])
            if seen := words_in(text, hidden, low, high):
                pieces.append((seen, pairs[n][1]))
        pieces = _smoothed(pieces)
        if any(words.strip() for words, _hand in pieces):
            raw = text[start:end]
            code = raw.lstrip().startswith(("```", "~~~"))
            yield Paragraph(pieces, _heaviest(pieces), bool(_TITLE.match(raw)), code)


def _smoothed(pieces: list[tuple[str, Hand]]) -> list[tuple[str, Hand]]:
    """Signs and spaces alone go with the words beside them; neighbours of one hand are one."""
    made: list[tuple[str, Hand]] = []
    for words, hand in pieces:
        former, by = made[-1] if made else ("", hand)
        before = any(map(str.isalnum, former))
        alone = before and not any(map(str.isalnum, words))
        if made and (alone or not before or by.key == hand.key):
            keeps = alone or (before and not _is_later(hand, by))
            made[-1] = (former + words, by if keeps else hand)
        else:
            made.append((words, hand))
    return made


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in _BREAK.finditer(text):
        if gap.start() > at:
            yield at, gap.start()
        at = gap.end()
    if len(text) > at:
        yield at, len(text)


def _heaviest(pieces: list[tuple[str, Hand]]) -> list[Hand]:
    """One hand a person, with their latest version, those who wrote most first."""
    weights: dict[tuple, int] = {}
    latest: dict[tuple, Hand] = {}
    for words, hand in pieces:
        weights[hand.key] = weights.get(hand.key, 0) + len(words.strip())
        if hand.key not in latest or _is_later(hand, latest[hand.key]):
            latest[hand.key] = hand
    order = sorted(weights, key=lambda key: -weights[key])
    return [latest[key] for key in order if weights[key]]


def _is_later(hand: Hand, other: Hand) -> bool:
    if hand.number is None or other.number is None:
        return False
    return hand.number == NOW or (other.number != NOW and hand.number > other.number)

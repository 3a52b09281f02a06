"""Two histories of one thing put together: what is common, what is new, what both changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.archive.identities import Identity
from wiki.db import db
from wiki.items import history
from wiki.items.merging import Conflict, settle
from wiki.items.models import Event, Item, Revision
from wiki.items.writing import stage
from wiki.markup import Rendered, render_all
from wiki.markup.sanitize import clean_body

ERASED = ("erased", history.TAKEN_OUT)
AT_ONCE = 50
BYTES = ("sha256", "filename")  # of a file: one or the other, never words of both


@dataclass
class Line:
    """A thing known here, and what its other history adds: `fresh` versions after version `base`.

    `state`: same, forward (only the other side changed it), both, waits (it is to be read again
    there), erased (words left it here since: what comes may bring them back).
    """

    item_id: int
    title: str
    state: str
    base: int = 0
    last: int = 0
    fresh: list[dict] = field(default_factory=list)
    head: dict = field(default_factory=dict)  # the last version there, with the numbers of here
    trashed: bool = False
    unclear: list[str] = field(default_factory=list)
    merged: dict = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Which change of the other side this is."""
        return self.fresh[-1]["created_at"].isoformat() if self.fresh else ""


class Known:
    """What this site knows of the things that come back, read once."""

    def __init__(self, ids: list[int]):
        self.numbers: dict[int, dict[datetime, int]] = {number: {} for number in ids}
        self.titles: dict[int, str] = {}
        self.kinds: dict[int, str] = {}
        self.trashed: dict[int, datetime | None] = {}
        self.erased: dict[int, int] = {}
        for start in range(0, len(ids), 400):
            self._read(ids[start : start + 400])

    def _read(self, ids: list[int]) -> None:
        versions = select(Revision.item_id, Revision.created_at, Revision.number)
        for item_id, moment, number in db.session.execute(
            versions.where(Revision.item_id.in_(ids))
        ):
            self.numbers[item_id][moment] = number
        things = select(Item.id, Item.kind, Item.title, Item.trashed_at).where(Item.id.in_(ids))
        for number, kind, title, trashed_at in db.session.execute(things):
            self.kinds[number], self.titles[number] = kind, title
            self.trashed[number] = trashed_at
        since = select(Event.item_id, Event.data)
        for number, data in db.session.execute(
            since.where(Event.item_id.in_(ids), Event.verb.in_(ERASED))
        ):
            at = (data or {}).get("revision", 0)
            self.erased[number] = max(at, self.erased.get(number, 0))

    def last_change(self, number: int) -> datetime | None:
        """When a thing was last saved here."""
        return max(self.numbers.get(number) or (), default=None)

    def line(self, number: int, theirs: list[dict], identity: dict) -> Line:
        """How the versions of an archive stand to those of here."""
        ours = self.numbers[number]
        theirs = sorted(theirs, key=lambda row: row["number"])
        line = Line(number, self.titles[number], "same", last=max(ours.values(), default=0),
                    trashed=self.trashed[number] is not None)  # fmt: skip
        line.fresh = [row for row in theirs if row["created_at"] not in ours]
        if not line.fresh or theirs[-1]["created_at"] in ours:
            line.fresh = []  # what is the last there is known here already
            return line
        common = [row for row in theirs if row["created_at"] in ours]
        line.base = ours[common[-1]["created_at"]] if common else 0
        if identity.get("open"):
            line.state = "waits"
        elif self.erased.get(number, 0) > line.base:
            line.state = "erased"
        else:
            present = max(ours, key=ours.get) if ours else None
            there = {row["created_at"] for row in theirs}
            line.state = "forward" if present is None or present in there else "both"
        return line


def compare(line: Line) -> None:
    """What both sides of a thing give together, and what of it is unclear."""
    item = db.session.get(Item, line.item_id)
    changes = history.said(item, line.head["data"])
    merged, clashes = history.compare(item, changes, line.base, item.snapshot())
    now = item.snapshot()
    if any(name in clashes for name in BYTES):
        for name in BYTES:
            clashes.pop(name, None)
            merged[name] = now.get(name)
        line.unclear.append("file")
    for name, parts in clashes.items():
        _keep_ours(merged, name, parts, now)
    if clashes:
        line.unclear.append("text")
    line.merged = merged


def _keep_ours(merged: dict, name: str, parts: list, now: dict) -> None:
    """Where both changed one passage, what stands here stays until somebody has read both."""
    choices = ["theirs" for part in parts if isinstance(part, Conflict)]
    whole, dot, key = name.partition(".")
    if dot and isinstance(merged.get(whole), dict):
        merged[whole] = {**merged[whole], key: settle(parts, choices)}
    elif isinstance(now.get(name), str):
        merged[name] = settle(parts, choices)
    else:
        merged[name] = now.get(name)


def join(line: Line, actor: User | None, rendered: dict) -> None:
    """Put the other side's changes on a thing, its versions being in the history. Stages."""
    item = db.session.get(Item, line.item_id)
    if line.state == "forward":
        item.revision_count = line.last + len(line.fresh) - 1
        history.take(item, line.head["data"])
        made = stage(item, None, verb="joined", rendered=rendered, always=True)
        made.created_at, made.note = line.head["created_at"], line.head["note"]
        made.actor_id = line.head["actor_id"]
        line.head["id_here"] = made.id
        return
    for name, value in line.merged.items():
        setattr(item, name, value)
    item.revision_count = line.last + len(line.fresh)
    stage(item, actor, _("Put together with what came back"), verb="joined", rendered=rendered,
          always=True)  # fmt: skip


def rendered(lines: Iterable[Line]) -> dict[str, Rendered]:
    """The HTML of what texts will say, made before anybody is kept from writing."""
    wanted: dict[str, set[str]] = {}
    for line in lines:
        item = db.session.get(Item, line.item_id) if line.fresh else None
        said = line.merged if line.state == "both" else line.head.get("data", {})
        for name in item.texts() if item is not None and len(item.texts()) == 1 else ():
            if isinstance(said.get(name), str):
                wanted.setdefault(item.lang, set()).add(clean_body(said[name]))
    made: dict[str, Rendered] = {}
    for lang, texts in wanted.items():
        those = sorted(texts)
        for start in range(0, len(those), AT_ONCE):
            some = those[start : start + AT_ONCE]
            made |= zip(some, render_all(some, lang=lang), strict=True)
    return made


def identity_rows(group_id: int) -> dict[str, Identity]:
    """The names of a group's things here."""
    query = select(Identity).where(Identity.group_id == group_id)
    return {one.uid: one for one in db.session.scalars(query)}

"""Where things and folders stand on both sides, and who reads them: taken, told, or asked.

What one side alone moved is moved here too. What both moved is for somebody to say. Of two
audiences the narrower is taken; a wider one is never, before somebody has said so.
"""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wiki.archive.tables import sorts
from wiki.db import UTCDateTime, db
from wiki.files.models import FOLDER_DEPTH, File, Folder
from wiki.groups.journal import record
from wiki.items import writing
from wiki.items.models import Item, Scope

TABLE = "archive_standing"
PLACES = ("folder", "above")


class Standing(db.Model):
    """Where a thing or a folder of a group stood when two sides last were the same.

    `copy` names one of the two: the one that was made of an archive; `own`: it is this one. A
    thing is named by its identity, a folder by the moment it was made.
    """

    __tablename__ = TABLE
    __table_args__ = (UniqueConstraint("group_id", "copy", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    copy: Mapped[str] = mapped_column(String(36))
    own: Mapped[bool] = mapped_column(Boolean, default=False)
    name: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def told(rows: dict[str, list[dict]], uids: dict[int, str]) -> dict[str, dict]:
    """By name, where all stands, in words that hold on every site."""
    folders = {row["id"]: row["created_at"].isoformat() for row in rows["folder"]}
    inside = {row["id"]: row["folder_id"] for row in rows["file"]}
    found = {
        f"folder:{folders[row['id']]}": {
            "name": row["name"], "above": folders.get(row["parent_id"])
        }
        for row in rows["folder"]
    }  # fmt: skip
    for row in rows["item"]:
        if uid := uids.get(row["id"]):
            found[f"item:{uid}"] = {
                "folder": folders.get(inside.get(row["id"])),
                "above": uids.get(row["parent_id"]), "scope": int(row["scope"]),
            }  # fmt: skip
    return found


def remember(group_id: int, states: dict[str, dict], at: datetime, trusted: bool) -> None:
    """A copy was made of an archive: both sides are the same now. The caller commits."""
    copy = str(uuid.uuid4())
    for data in states.values():
        if "scope" in data:
            data["there"] = data["scope"]
            data["scope"] = data["scope"] if trusted else min(data["scope"], int(Scope.GROUP))
    _keep(group_id, copy, True, states, at)


def _keep(group_id: int, copy: str, own: bool, states: dict[str, dict], at: datetime) -> None:
    db.session.execute(delete(Standing).where(Standing.group_id == group_id, Standing.copy == copy))
    rows = [
        {"group_id": group_id, "copy": copy, "own": own, "name": name, "data": data, "at": at}
        for name, data in states.items()
    ]
    for start in range(0, len(rows), 500):
        db.session.execute(Standing.__table__.insert(), rows[start : start + 500])


class Places:
    """Where all stands there, here, and stood when both were the same."""

    def __init__(self, joining):
        self.joining = joining
        uids = {number: row["uid"] for number, row in joining.identities.items() if number}
        self.theirs = told(joining.rows, uids)
        self.ours = told(*_here(joining))
        mine = db.session.scalars(
            select(Standing).where(Standing.group_id == joining.group_id)
        ).all()
        rows = joining.rows[TABLE]
        self.copy = next((row["copy"] for row in rows if row["own"]), None)
        self.own = next((one.copy for one in mine if one.own), None)
        self.base: dict[str, tuple[datetime, dict]] = {}
        for row in rows:
            if row["own"]:
                self._know(row["name"], row["at"], row["data"])
        for one in mine:
            if one.copy == self.copy or (one.own and self.copy is None):
                data = dict(one.data)
                if one.own and "there" in data:
                    data["scope"] = data["there"]
                self._know(one.name, one.at, data)
        self.unwanted = self._unwanted()

    def _know(self, name: str, at: datetime, data) -> None:
        if isinstance(data, dict) and (name not in self.base or at > self.base[name][0]):
            self.base[name] = (at, data)

    def before(self, name: str) -> dict | None:
        """How it was when both sides were the same."""
        return self.base[name][1] if name in self.base else None

    def _unwanted(self) -> set[str]:
        """Folders that are no more here, and in which nothing was put there since."""
        gone = {
            name for name, data in self.theirs.items()
            if name.startswith("folder:") and name not in self.ours and self.before(name) == data
        }  # fmt: skip
        for name, data in self.theirs.items():
            new = name not in self.ours and name not in gone
            at = data.get("folder") if name.startswith("item:") else data["above"]
            moved = name in self.ours and at != _place(self.before(name))
            while (new or moved) and at is not None and f"folder:{at}" in gone:
                gone.discard(f"folder:{at}")
                at = self.theirs[f"folder:{at}"]["above"]
        return {name.partition(":")[2] for name in gone}


def _place(data: dict | None) -> str | None:
    return (data or {}).get("folder" if "scope" in (data or {}) else "above")


def is_wanted(joining, folder: dict) -> bool:
    """Whether a folder of the archive that is not here comes in."""
    return folder["created_at"].isoformat() not in joining.places.unwanted


def _here(joining) -> tuple[dict[str, list[dict]], dict[int, str]]:
    """The rows of this side that say where things stand, and their names."""
    group, rows = joining.group_id, {}
    files = select(File.__table__.c.id, File.__table__.c.folder_id).join(
        Item.__table__, Item.__table__.c.id == File.__table__.c.id
    )
    table = sorts()["item"].table
    things = select(table.c.id, table.c.parent_id, table.c.scope).where(table.c.group_id == group)
    folders = select(Folder.id, Folder.name, Folder.parent_id, Folder.created_at)
    for name, query in (
        ("item", things), ("file", files.where(Item.__table__.c.group_id == group)),
        ("folder", folders.where(Folder.group_id == group)),
    ):  # fmt: skip
        rows[name] = [dict(row._mapping) for row in db.session.execute(query)]
    return rows, {one.item_id: uid for uid, one in joining.mine.items() if one.item_id}


def follow(joining) -> None:
    """Move, rename and narrow here what was there; ask what both changed, and what widens."""
    places = joining.places
    _folders(joining, places)
    known = {f"item:{joining.identities[old]['uid']}": here for old, here in joining.here.items()}
    for name, item_id in known.items():
        theirs, ours, was = places.theirs[name], places.ours.get(name), places.before(name)
        if ours is not None and was is not None and theirs != was:
            _item(joining, item_id, theirs, ours, was)
    _removed(joining, places)
    if not joining.dry:
        db.session.flush()
        _met(joining, places)


def _met(joining, places: Places) -> None:
    """From now on both sides are the same, but for what waits to be read again."""
    if places.copy is not None:
        _keep(joining.group_id, places.copy, False, places.theirs, joining.now)
    elif places.own is not None:
        now = told(*_here(joining))
        states = {
            name: data | {"there": data["scope"], "scope": now.get(name, data)["scope"]}
            if "scope" in data else data
            for name, data in places.theirs.items()
        }  # fmt: skip
        _keep(joining.group_id, places.own, True, states, joining.made_at)


def _item(joining, item_id: int, theirs: dict, ours: dict, was: dict) -> None:
    title = joining.known.titles.get(item_id, "")
    moved = False
    for what in PLACES:
        if theirs[what] in (was.get(what), ours[what]) or _is_unknown(joining, theirs, was, what):
            continue
        target = _target(joining, what, theirs[what])
        if ours[what] != was.get(what):
            joining.clash("place", item_id, f"{what}:{theirs[what]}", what=what, theirs=target,
                          title=title)  # fmt: skip
        elif joining.dry or move(item_id, what, target, joining.actor):
            moved = True
    if moved:
        joining.tell("moved", title, item_id)
    said, before = theirs["scope"], was.get("scope")
    if said == before or said == ours["scope"]:
        return
    if said > ours["scope"]:
        joining.clash("scope", item_id, f"{said}:{joining.made_at.isoformat()}", theirs=said)
        return
    joining.tell("hidden", title, item_id)
    if not joining.dry:
        item = db.session.get(Item, item_id, populate_existing=True)
        writing.set_scope(item, Scope(said), joining.actor)
        joining.touched.add(item_id)


def _is_unknown(joining, theirs: dict, was: dict, what: str) -> bool:
    """Whether it stands at the top only because what it was under did not travel."""
    return what == "above" and theirs[what] is None and f"item:{was[what]}" not in (
        joining.places.theirs
    )  # fmt: skip


def _target(joining, what: str, name: str | None) -> int | None:
    """The folder, or the thing, that a name stands for here."""
    if name is None:
        return None
    if what == "folder":
        return db.session.scalar(
            select(Folder.id).where(
                Folder.group_id == joining.group_id,
                Folder.created_at == datetime.fromisoformat(name),
            )
        )
    if name in joining.mine and joining.mine[name].item_id:
        return joining.mine[name].item_id
    number = next((old for old, row in joining.identities.items() if row["uid"] == name), None)
    return joining.new.get(number)


def move(item_id: int, what: str, target: int | None, actor) -> bool:
    """Put a thing in a folder or under another; False where it cannot be. The caller commits."""
    item = db.session.get(Item, item_id)
    if item is None:
        return False
    if what == "folder":
        folder = db.session.get(Folder, target) if target else None
        if not isinstance(item, File) or (target and folder is None):
            return False
        db.session.execute(
            update(File.__table__).where(File.__table__.c.id == item_id).values(folder_id=target)
        )
    else:
        if not _may_hang(item, target):
            return False
        table = Item.__table__
        db.session.execute(update(table).where(table.c.id == item_id).values(parent_id=target))
    db.session.expire(item)
    writing.log("moved", item, actor)
    return True


def _may_hang(item: Item, target: int | None) -> bool:
    """Whether something of its group, that it does not hold itself, is to be above it."""
    seen, at = {item.id}, target
    while at is not None:
        above = db.session.execute(
            select(Item.group_id, Item.parent_id).where(Item.id == at)
        ).one_or_none()
        if above is None or at in seen or above.group_id != item.group_id:
            return False
        seen.add(at)
        at = above.parent_id
    return True


def _folders(joining, places: Places) -> None:
    """Folders renamed or put elsewhere there; what was done to them here too stays as here."""
    for name, theirs in places.theirs.items():
        ours, was = places.ours.get(name), places.before(name)
        if not name.startswith("folder:") or None in (ours, was) or theirs in (was, ours):
            continue
        if ours == was and (joining.dry or _change(joining, name, theirs)):
            joining.tell("folders", theirs["name"])
        else:
            joining.tell("folders kept", ours["name"])


def _change(joining, name: str, theirs: dict) -> bool:
    folder = db.session.get(Folder, _target(joining, "folder", name.partition(":")[2]))
    above = _target(joining, "folder", theirs["above"])
    parent = db.session.get(Folder, above) if above else None
    path = parent.path() if parent else []
    if (theirs["above"] and parent is None) or folder in path or len(path) >= FOLDER_DEPTH:
        return False
    was = folder.parent, folder.name
    folder.place(parent, theirs["name"])
    taken = select(Folder.id).where(
        Folder.group_id == folder.group_id, Folder.key == folder.key, Folder.id != folder.id
    )
    with db.session.no_autoflush:
        if db.session.scalar(taken) is not None:
            folder.place(*was)
            return False
    record("folder moved", joining.actor, folder.group_id, name=folder.name)
    db.session.flush()
    return True


def _removed(joining, places: Places) -> None:
    """A folder deleted there goes here too, once nothing is left in it."""
    names = {
        name for name in places.base
        if name.startswith("folder:") and name not in places.theirs
        and places.ours.get(name) == places.before(name) and name in places.ours
    }  # fmt: skip
    for _turn in range(FOLDER_DEPTH if names else 0):
        for name in sorted(names):
            if _remove_empty(joining, name):
                names.discard(name)


def _remove_empty(joining, name: str) -> bool:
    number = _target(joining, "folder", name.partition(":")[2])
    table = File.__table__
    inside = (
        select(table.c.id).where(table.c.folder_id == number),
        select(Folder.id).where(Folder.parent_id == number),
    )
    if number is None or any(db.session.scalar(query.limit(1)) for query in inside):
        return False
    said = joining.places.ours[name]["name"]
    joining.tell("folders", said)
    if not joining.dry:
        db.session.execute(delete(Folder).where(Folder.id == number))
        record("folder deleted", joining.actor, joining.group_id, name=said)
    return True

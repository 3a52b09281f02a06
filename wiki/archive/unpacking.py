"""A group put back from its archive: the same things, links, rights and past.

While it comes in nobody sees it: a group in the trash, with all it owns. What goes wrong takes the
whole away again.
"""

import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import StatementError

from wiki.accounts.models import COLOURS, PICTOGRAMS, User
from wiki.archive import numbers as renumbering
from wiki.archive import placing, settling, storing, tables, values
from wiki.archive.arrivals import People
from wiki.archive.numbers import Numbers
from wiki.archive.opening import Damaged, Opened, broken
from wiki.archive.tables import Sort
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.groups.journal import record
from wiki.groups.models import PURPOSES, Group, Role
from wiki.items.models import Item, Scope
from wiki.markup.sanitize import clean_body, clean_text
from wiki.markup.text import slugify

Progress = Callable[[int, int], None]
# What reading values that no program of ours writes ends in.
IMPOSSIBLE = (
    ValueError, TypeError, LookupError, AttributeError, OverflowError, StatementError
)  # fmt: skip


@dataclass
class Outcome:
    """What came in: the group, who got in with it, what stayed aside and why."""

    group: Group
    items: int = 0
    admitted: list[tuple[str, Role]] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # kinds this version does not know
    withdrawn: int = 0
    dropped: int = 0


def put_back(
    opened: Opened,
    actor: User | None = None,
    *,
    trusted: bool = False,
    title: str = "",
    progress: Progress | None = None,
    founded: Callable[[int], None] | None = None,
    finish: Callable[[Group, list[int]], None] | None = None,
) -> Outcome:
    """Make a group of an archive. Commits as it goes; raises Damaged and then keeps nothing.

    `trusted` is for operators: scopes and rights come back. For anybody else nothing is shown
    beyond the group, and `actor` alone is in it. `founded` is told the number of the group, that
    nobody sees yet: `take_away` undoes what was cut there. What `finish` leaves uncommitted is
    seen with the group.
    """
    coming = Coming(opened, actor, trusted, progress or (lambda *_: None))
    return coming.run(title, founded, finish)


class Coming:
    """What comes in of one archive, step by step."""

    def __init__(self, opened: Opened, actor: User | None, trusted: bool, progress: Progress):
        self.opened, self.actor, self.trusted, self.progress = opened, actor, trusted, progress
        self.numbers = Numbers()
        self.people = People(opened, trusted)
        self.rows: dict[str, list[dict]] = {}
        self.aside: dict[str, list[dict]] = {}
        self.bytes: dict[str, str] = {}
        self.now = utcnow()
        self.made_at = values.moment(opened.manifest.get("made_at")) or self.now

    def run(self, title: str, founded=None, finish=None) -> Outcome:
        """A group of its own."""
        self._read()
        group = self._found(title)
        if founded:
            founded(group.id)
        outcome = Outcome(group, aside=sorted({one["kind"] for one in self.aside.get("item", [])}))
        try:
            outcome.withdrawn = self._store(group)
            outcome.dropped = self._insert(group)
            ids = sorted(self.numbers.known["item"].values())
            settling.finish(ids, self._told)
            self._keep_aside(group)
            if finish:
                finish(group, ids)
            outcome.admitted = self._open(group)
            outcome.items = len(ids)
        except BaseException as error:
            db.session.rollback()
            take_away(group.id)
            if isinstance(error, IMPOSSIBLE) and not isinstance(error, Damaged):
                raise broken(type(error).__name__) from error
            raise
        settling.index(ids)
        return outcome

    def _told(self, done: int, total: int) -> None:
        media = len(self.bytes)
        self.progress(media + done, media + total)

    def _read(self) -> None:
        """Every row, checked; what belongs to kinds that this version does not know stays aside."""
        kinds = Item.__mapper__.self_and_descendants
        known = {
            m.polymorphic_identity: {table.name for table in m.tables} - {"item"}
            for m in kinds if m.polymorphic_identity
        }  # fmt: skip
        for name in self.opened.tables:
            if name in ("people", "term"):
                continue
            rows = list(self.opened.rows(name))
            if name not in tables.sorts():
                self.aside[name] = rows
            elif name == "item":
                self.rows[name] = [one for one in rows if one.get("kind") in known]
                self.aside[name] = [one for one in rows if one.get("kind") not in known]
            else:
                self.rows[name] = rows
        gone = {one.get("id") for one in self.aside.get("item", [])}
        for name, sort in tables.sorts().items():
            rows = self.rows.get(name, [])
            if sort.owner == "item" and gone:
                self.aside[name] = [one for one in rows if one.get(sort.owner_column) in gone]
                rows = [one for one in rows if one.get(sort.owner_column) not in gone]
            self.rows[name] = [values.row(sort, one) for one in rows]
        _check_kinds(self.rows, known)

    def _found(self, title: str) -> Group:
        """The group, that nobody sees yet."""
        told = self.opened.manifest["group"]
        wanted = clean_text(title or str(told.get("title", "")))[:120] or "…"
        db.session.rollback()
        group = Group.found(
            wanted, None, summary=clean_body(str(told.get("summary") or ""))[:5000],
            purpose=told["purpose"] if told.get("purpose") in PURPOSES else "action",
            colour=told["colour"] if told.get("colour") in COLOURS else "lagune",
            pictogram=told["pictogram"] if told.get("pictogram") in PICTOGRAMS else "arbre",
            lists_members=told.get("lists_members") is True, trashed_at=self.now,
        )  # fmt: skip
        db.session.commit()
        return group

    def _store(self, group: Group) -> int:
        """Keep the bytes as any file is kept: looked at, cleaned; how many were refused here."""
        names = {
            row["sha256"]: row.get("filename") or f"{name}.zip"
            for name, rows in self.rows.items() for row in rows if row.get("sha256")
        }  # fmt: skip
        refused = storing.refused(set(names))
        self._leave_out({row["id"] for row in self.rows["file"] if row["sha256"] in refused})
        total = len(names)
        for done, (sha256, name) in enumerate(sorted(names.items()), 1):
            if sha256 in refused:
                continue
            if sha256 not in self.opened.media():
                raise broken(f"data/file_version.jsonl ({sha256[:12]})")
            self.bytes[sha256] = self._keep(sha256, name, group)
            self.progress(done, total + len(self.rows["item"]))
        return len(refused)

    def _keep(self, sha256: str, name: str, group: Group) -> str:
        with self.opened.bytes_of(sha256) as stream:
            try:
                kept, _sealed = uploads.keep(stream, name, group)
            except uploads.Refused as why:
                raise Damaged(f"{name}: {why.reason}") from why
        db.session.commit()
        return kept.sha256

    def _leave_out(self, ids: set[int]) -> None:
        """Take items, and all that hangs from them, out of what comes in."""
        self.rows["item"] = [row for row in self.rows["item"] if row["id"] not in ids]

    def _insert(self, group: Group) -> int:
        """All rows in one transaction; how many named something that did not come."""
        dropped, sorts = 0, tables.sorts()
        # The first statement writes: from here on nobody else takes the numbers counted below.
        db.session.execute(update(Group).where(Group.id == group.id).values(updated_at=self.now))
        self.people.arrive(self._members())
        self.numbers.known["user"] = self.people.here
        self.numbers.known["group"] = {self.opened.manifest["group"].get("number"): group.id}
        self.numbers.known["term"] = storing.terms(self.opened)
        self._let_follow()
        uids = {row["item_id"]: row["uid"] for row in self.rows["archive_identity"]}
        standing, self.rows[placing.TABLE] = placing.told(self.rows, uids), []
        for name, sort in sorts.items():
            if sort.key and not sort.table.columns[sort.key].foreign_keys:
                self.numbers.give(name, [row[sort.key] for row in self.rows[name]])
            elif sort.key:
                named = sort.names[sort.key]
                self.numbers.known[name] = self.numbers.known[named]
        for name, sort in sorts.items():
            if name == "membership":
                continue
            made = [one for row in self.rows[name] if (one := self._row(sort, row, group))]
            dropped += len(self.rows[name]) - len(made)
            storing.write(sort, made)
        if uids:
            placing.remember(group.id, standing, self.made_at, self.trusted)
        renumbering.follow_sequences()
        record("group brought in", self.actor, group.id)
        db.session.commit()
        return dropped

    def _let_follow(self) -> None:
        """Who looks after things, and who follows them: those who have an account here alone."""
        known = self.people.known if self.trusted else set()
        for name in ("co_owner", "watch"):
            self.rows[name] = [row for row in self.rows[name] if row["user_id"] in known]

    def _members(self) -> dict[int, dict]:
        return {row["user_id"]: row for row in self.rows["membership"]}

    def _row(self, sort: Sort, row: dict, group: Group) -> dict | None:
        """A row with the numbers of this place; None when what it hangs from did not come."""
        made = dict(row)
        change = tables.renumbering(sort.name)
        kind = self._kind_of(row.get("item_id")) if sort.name == "revision" else None
        for name, named in sort.names.items():
            if row.get(name) is None:
                continue
            made[name] = group.id if named == "group" else self.numbers.of(named, row[name])
            required = not sort.table.columns[name].nullable or name == sort.owner_column
            lost = required or _falls(sort, name) or sort.name == "archive_identity"
            if made[name] is None and lost:
                return None
        for name in sort.people:
            if row.get(name) is not None:
                made[name] = self.people.here.get(row[name])
                if made[name] is None and not sort.table.columns[name].nullable:
                    return None
        if sort.key and sort.key not in sort.names:
            made[sort.key] = self.numbers.of(sort.name, row[sort.key])
        if not self.numbers.are_the_same:
            made = self._renumbered(sort, made)
            if change:
                change(made, self.numbers.item, self._told_row)
            if kind and isinstance(made["data"], dict) and tables.renumbering(kind):
                tables.renumbering(kind)(made["data"], self.numbers.item, self._told_row)
        return self._adjusted(sort, made)

    def _renumbered(self, sort: Sort, made: dict) -> dict:
        fixed = {*sort.names, *sort.people, sort.key}
        return {
            name: value if name in fixed else renumbering.everywhere(value, self.numbers.item)
            for name, value in made.items()
        }

    def _adjusted(self, sort: Sort, made: dict) -> dict:
        """What only this place knows, or may not be believed."""
        if sort.name == "item":
            made["slug"] = slugify(made["title"])
            made["title"] = clean_text(made["title"])[:200]
            made["ceiling"] = Scope.DRAFT  # until what people agreed to is read again
            made["trashed_at"] = self.now
            made["extra"] = {k: v for k, v in (made["extra"] or {}).items() if k != "to_reread"}
            if not self.trusted:
                made["scope"], made["published_at"] = min(made["scope"], Scope.GROUP), None
            for name in ("copied_from", "made_from"):
                if name in made["extra"]:
                    made["extra"] = {**made["extra"], name: self.numbers.item(made["extra"][name])}
        if "sha256" in made:
            made["sha256"] = self.bytes.get(made["sha256"], made["sha256"])
        if sort.name == "revision" and isinstance(made["data"], dict):
            said = made["data"].get("sha256")
            if said in self.bytes:
                made["data"] = {**made["data"], "sha256": self.bytes[said]}
            elif said is not None and said not in self.opened.media():
                made["data"] = {k: v for k, v in made["data"].items() if k != "sha256"}
        if sort.name == "reference" and made["slug"].startswith("#") and made["target_id"]:
            was, made["slug"] = made["slug"], f"#{made['target_id']}"
            made["label"] = made["slug"] if made["label"] == was else made["label"]
        if sort.name == "dated" and _is_taken(sort, made["uid"]):
            made["uid"] = str(uuid.uuid4())  # calendars must not take the copy for the first
        if sort.name == "folder":
            made["key"] = f"{made['parent_id'] or 0}/{made['key'].partition('/')[2]}"
        if sort.name == "archive_identity":
            made |= {"met_at": self.made_at, "number": made["item_id"], "open": False}
        if sort.name == "stretches":
            made["runs"] = [[one[0], self.people.here.get(one[1])] for one in made["runs"]]
        if sort.name == "event" and "user" in (made["data"] or {}):
            made["data"] = {**made["data"], "user": self.people.here.get(made["data"]["user"])}
        return made

    def _kind_of(self, item_id) -> str | None:
        if not hasattr(self, "kinds"):
            self.kinds = {row["id"]: row["kind"] for row in self.rows["item"]}
        return self.kinds.get(item_id)

    def _told_row(self, name: str, number) -> dict | None:
        """A row as it came, by the number it has here."""
        backward = self.__dict__.setdefault("backward", {})
        if name not in backward:
            sort = tables.sorts()[name]
            backward[name] = {self.numbers.of(name, row[sort.key]): row for row in self.rows[name]}
        return backward[name].get(number)

    def _keep_aside(self, group: Group) -> None:
        """What a newer version will know what to do with is kept as it came, as a file."""
        kept = {name: rows for name, rows in self.aside.items() if rows}
        if not kept:
            return
        data = json.dumps(kept, ensure_ascii=False, indent=1).encode()
        group = db.session.get(Group, group.id)
        file = uploads.stage_file(io.BytesIO(data), "essaim-aside.json", group, self.actor,
                                  title=_("Kept aside: this version does not know it"))  # fmt: skip
        file.scope = Scope.GROUP
        db.session.commit()

    def _open(self, group: Group) -> list[tuple[str, Role]]:
        """Let the group be seen, with those who belong to it."""
        ids = list(self.numbers.known["item"].values())
        settling.agree(ids)
        trashed = (Item.group_id == group.id, Item.trashed_at == self.now)
        db.session.execute(update(Item).where(*trashed).values(trashed_at=None))
        db.session.execute(update(Group).where(Group.id == group.id).values(trashed_at=None))
        admitted = self.people.admit(group, self._members()) if self.trusted else []
        if self.actor is not None:
            group.admit(self.actor, Role.FACILITATOR)
        db.session.commit()
        db.session.refresh(group)
        return admitted


def _check_kinds(rows: dict[str, list[dict]], known: dict[str, set[str]]) -> None:
    """Every item has the rows of its kind, one in each of its tables, and of no other."""
    kinds = {row["id"]: known[row["kind"]] for row in rows["item"]}
    seen: dict[int, set[str]] = {number: set() for number in kinds}
    for table in set().union(*known.values()) & set(tables.sorts()):
        for row in rows[table]:
            if table not in kinds.get(row["id"], ()) or table in seen[row["id"]]:
                raise broken(f"data/{table}.jsonl")
            seen[row["id"]].add(table)
    if seen != kinds:
        raise broken("data/item.jsonl")


def _is_taken(sort: Sort, uid: str) -> bool:
    return bool(db.session.scalar(select(sort.table.c.id).where(sort.table.c.uid == uid)))


def _falls(sort: Sort, name: str) -> bool:
    return any(key.ondelete == "CASCADE" for key in sort.table.columns[name].foreign_keys)


def take_away(group_id: int) -> None:
    """Nothing of an archive that broke stays."""
    db.session.execute(delete(Item).where(Item.group_id == group_id))
    db.session.execute(delete(Group).where(Group.id == group_id))
    db.session.commit()

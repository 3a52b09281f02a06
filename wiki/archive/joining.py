"""The archive of a group brought back onto the group: what is new is added, what both sides
changed is put together or kept twice, and nothing of either is lost.

All rows in one transaction: a cut leaves everything as it was. Bringing the same archive again
changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from flask_babel import gettext as _
from sqlalchemy import select, update

from wiki import storage
from wiki.accounts.models import User
from wiki.archive import (
    absences,
    histories,
    joined_parts,
    placing,
    readable,
    settling,
    storing,
    tables,
)
from wiki.archive import numbers as renumbering
from wiki.archive.arrivals import People
from wiki.archive.histories import Known, Line
from wiki.archive.identities import Identity
from wiki.archive.models import Unsettled
from wiki.archive.opening import Damaged, Opened, broken
from wiki.archive.unpacking import IMPOSSIBLE, Coming
from wiki.db import db
from wiki.files.models import Blob
from wiki.groups.journal import record
from wiki.groups.models import Group
from wiki.items.models import Item
from wiki.search import hook

LISTED = 200  # titles named one by one in a report


class Joining(Coming):
    """What an archive adds to the group it came from."""

    def __init__(
        self,
        opened: Opened,
        group: Group,
        actor: User | None,
        progress: Callable[[int, int], None] | None = None,
        *,
        dry: bool = False,
        import_id: int | None = None,
    ):
        super().__init__(opened, actor, False, progress or (lambda *_: None))
        self.people = People(opened, False, back=True)
        self.group_id, self.dry, self.import_id = group.id, dry, import_id
        self.counts: Counter[str] = Counter()
        self.lists: dict[str, list] = defaultdict(list)
        self.parts: Counter[str] = Counter()
        self.clashes: list[Unsettled] = []
        self.touched: set[int] = set()
        self.seconds, self.rendered = 0.0, {}
        self.persons: set[int] = set()

    def look(self) -> dict:
        """What bringing the archive would do; nothing is written."""
        self.dry = True
        return self._guarded(self._look)

    def join(self, then: Callable[[dict], None]) -> dict:
        """Do it, in one transaction in which `then(report)` writes too. Raises Damaged."""
        return self._guarded(lambda: self._join(then))

    def _guarded(self, work: Callable[[], dict]) -> dict:
        try:
            return work()
        except IMPOSSIBLE as error:
            db.session.rollback()
            if isinstance(error, Damaged):
                raise
            raise broken(type(error).__name__) from error
        except BaseException:
            db.session.rollback()
            raise

    def _read(self) -> None:
        super()._read()
        for name, sort in tables.sorts().items():
            columns = [column.name for column in sort.table.primary_key.columns]
            seen = {tuple(row[column] for column in columns) for row in self.rows[name]}
            if len(seen) != len(self.rows[name]):
                raise broken(f"data/{name}.jsonl")

    def _look(self) -> dict:
        self._read()
        self._recognise()
        self._together()
        report = self.report()
        db.session.rollback()
        return report

    def _join(self, then: Callable[[dict], None]) -> dict:
        self._read()
        self._recognise()
        self._store(db.session.get(Group, self.group_id))
        self._make_ready()
        db.session.rollback()
        began = monotonic()
        # The first statement writes: what is read from here on is what is changed.
        values = {"updated_at": Group.updated_at}
        db.session.execute(update(Group).where(Group.id == self.group_id).values(values))
        self._recognise()
        self._together()
        record("archive joined", self.actor, self.group_id, **dict(self.counts))
        report = self.report()
        then(report)
        hook.leave_for_later()  # `finish` does it, while others write
        db.session.commit()
        self.seconds = monotonic() - began  # during which, on SQLite, nobody else wrote
        return report

    def _make_ready(self) -> None:
        """What takes long and needs no lock: the HTML of what texts will say."""
        self.dry = True
        self._recognise()
        self._together()
        self.dry = False
        self.rendered = histories.rendered(self.lines.values())
        self.touched.clear()
        self.persons.clear()
        self.__dict__.pop("backward", None)  # by numbers that others may take meanwhile

    def _recognise(self) -> None:
        """Which things of the archive are of this group already, by their names."""
        self.counts, self.parts, self.clashes = Counter(), Counter(), []
        self.lists.clear()
        mine = histories.identity_rows(self.group_id)
        self.identities = {row["item_id"]: row for row in self.rows["archive_identity"]}
        names = [row["uid"] for row in self.rows["archive_identity"]]
        if len(set(names)) != len(names):
            raise broken("data/archive_identity.jsonl")
        if any(row["id"] not in self.identities for row in self.rows["item"]):
            raise Damaged(_("This archive was made by an older Essaim, that did not say which "
                            "thing is which. Make it again there with this version."))  # fmt: skip
        if self.rows["item"] and not set(names) & set(mine):
            raise Damaged(_("Nothing of this archive is known in this group: it comes from another "
                            "one. Bring it as a group of its own."))  # fmt: skip
        self.mine = mine
        kinds = {row["id"]: row["kind"] for row in self.rows["item"]}
        self.here = {
            number: mine[row["uid"]].item_id
            for number, row in self.identities.items()
            if number in kinds and row["uid"] in mine and mine[row["uid"]].item_id
        }
        self.known = Known(sorted(self.here.values()))
        if any(self.known.kinds[here] != kinds[number] for number, here in self.here.items()):
            raise broken("data/item.jsonl")
        absences.leave_out(self)

    def _together(self) -> None:
        self._number()
        self.places = placing.Places(self)
        self.lines = self._lines()
        joined_parts.early(self)
        self._texts()
        joined_parts.late(self)
        placing.follow(self)
        absences.follow(self)
        if not self.dry:
            self._name()
            renumbering.follow_sequences()
            db.session.add_all(self.clashes)
            self._mark()

    def _number(self) -> None:
        """The numbers of people, words and things; new things get new ones."""
        self.numbers.known = {"group": {self.opened.manifest["group"].get("number"): self.group_id}}
        if self.dry:
            known = self.people.known_again()
            self.people.here = {number: known.get(number, 0) for number in self.people.told}
            self.numbers.known["term"] = {}
        else:
            self.people.arrive({})
            self.numbers.known["term"] = storing.terms(self.opened)
        self.numbers.known["user"] = self.people.here
        olds = [row["id"] for row in self.rows["item"]]
        new = [number for number in olds if number not in self.here]
        self.numbers.give("item", olds)  # refuses what bears one number twice
        self.numbers.known["item"] = dict(zip(new, renumbering.free("item", new, always=True),
                                              strict=True)) | self.here  # fmt: skip
        self.new = {number: self.numbers.item(number) for number in new}
        titles = {row["id"]: row["title"] for row in self.rows["item"]}
        for number in new:
            self.tell("new", titles[number], self.new[number])

    def _lines(self) -> dict[int, Line]:
        """By number in the archive, how the history of each known thing goes on."""
        versions = defaultdict(list)
        for row in self.rows["revision"]:
            versions[row["item_id"]].append(row)
        lines = {}
        for number, here in self.here.items():
            line = self.known.line(here, versions[number], self.identities[number])
            if line.state in ("waits", "erased"):
                head = line.fresh[-1]
                line.head, key = self.told_here(head), line.key
                line.fresh = []
                if line.state == "waits":
                    self.tell("waiting", line.title, here)
                elif not self.is_asked(here, "erased", key):
                    self.clash("erased", here, key, theirs=line.head["data"])
            lines[number] = line
        return lines

    def told_here(self, row: dict) -> dict:
        """A version as it is said here: with the numbers of here."""
        sort = tables.sorts()["revision"]
        return self._row(sort, row, db.session.get(Group, self.group_id)) or row

    def _texts(self) -> None:
        """The texts of known things: taken, put together, or kept twice."""
        fresh = [line.item_id for line in self.lines.values() if line.fresh]
        self.read = list(readable.items(fresh, again=True))  # at once, and kept at hand
        for line in self.lines.values():
            if not line.fresh:
                self.counts["same"] += 1
                continue
            named = line.fresh[-1]["data"].get("sha256")
            if named is not None and named not in self.opened.media():
                raise broken("data/revision.jsonl (sha256)")  # bytes that it does not bring
            line.head = self.told_here(line.fresh[-1])
            self.touched.add(line.item_id)
            if line.state == "both":
                histories.compare(line)
            if line.trashed:
                self.clash("deleted here", line.item_id, line.key)
            for sort in line.unclear:
                self.clash(sort, line.item_id, line.key, base=line.base,
                           theirs=line.last + len(line.fresh))  # fmt: skip
            if not line.unclear:
                self.tell("joined" if line.state == "both" else "updated", line.title, line.item_id)
            if not self.dry:
                histories.join(line, self.actor, self.rendered)

    def tell(self, what: str, title: str, number: int | None = None) -> None:
        """Count a thing in the report, and name it while there are not too many."""
        self.counts[what] += 1
        if len(self.lists[what]) < LISTED:
            self.lists[what].append([title, number])

    def is_asked(self, item_id: int | None, sort: str, key: str) -> bool:
        """Whether somebody was asked about this change before, by the same archive or another."""
        query = select(Unsettled.id).where(
            Unsettled.group_id == self.group_id, Unsettled.item_id == item_id,
            Unsettled.sort == sort, Unsettled.key == key,
        )  # fmt: skip
        return db.session.scalar(query.limit(1)) is not None

    def clash(self, sort: str, item_id: int, key: str, settled: bool = False, **data) -> None:
        """Keep both sides of something, for somebody to choose; once."""
        if self.is_asked(item_id, sort, key):
            return
        self.clashes.append(
            Unsettled(
                import_id=self.import_id, group_id=self.group_id, item_id=item_id, sort=sort,
                key=key, data=data, settled_at=self.now if settled else None,
            )
        )  # fmt: skip
        if not settled:
            self.tell("again", self.known.titles.get(item_id) or data.get("title", ""), item_id)

    def met_at(self, item_id: int) -> datetime | None:
        """Until when both sides of a thing were the same."""
        if not hasattr(self, "_met"):
            theirs = {row["uid"]: row["met_at"] for row in self.rows["archive_identity"]}
            self._met = {
                one.item_id: theirs.get(uid) or one.met_at for uid, one in self.mine.items()
            }
        return self._met.get(item_id)

    def _keep(self, sha256: str, name: str, group: Group) -> str:
        """Bytes that are here already are the same: the archive was seen to hold them."""
        if db.session.get(Blob, sha256) is not None and storage.path_of(sha256).exists():
            return sha256
        return super()._keep(sha256, name, group)

    def _adjusted(self, sort, made: dict) -> dict:
        made = super()._adjusted(sort, made)
        if sort.name == "item" and made["origin"]:
            same = select(Item.id).filter_by(group_id=self.group_id, origin=made["origin"],
                                             source=made["source"])  # fmt: skip
            if db.session.scalar(same.limit(1)):
                made["origin"] = None
        return made

    def _name(self) -> None:
        """New things are known from now on; all of them are the same on both sides until now."""
        db.session.flush()
        for number, here in self.new.items():
            uid = self.identities[number]["uid"]
            one = self.mine.get(uid) or Identity(group_id=self.group_id, uid=uid)
            one.item_id = one.number = here
            one.gone_at = None
            db.session.add(one)
        for row in self.rows["archive_identity"]:
            if one := self.mine.get(row["uid"]):
                one.met_at = self.now
        db.session.flush()

    def _mark(self) -> None:
        """What is to be read again says so on its own screen."""
        for number in {one.item_id for one in self.clashes if one.settled_at is None}:
            item = db.session.get(Item, number)
            if item is not None:
                item.extra = {**(item.extra or {}), "to_reread": True}
        db.session.flush()

    def report(self) -> dict:
        """What became of all, for who brought it."""
        return {
            "counts": dict(self.counts), "lists": dict(self.lists), "parts": dict(self.parts),
            "new": sorted(self.new.values()), "touched": sorted(self.touched),
            "persons": sorted(self.persons), "mark": self.now.isoformat(),
            "people": self._others(), "made_at": self.made_at.isoformat(),
            "site": str(self.opened.manifest.get("site", ""))[:200],
            "withdrawn": self.counts["withdrawn"],
        }  # fmt: skip

    def _others(self) -> list[str]:
        """Members of the group there who are not of the group here: no archive lets them in."""
        group = db.session.get(Group, self.group_id)
        inside = {one.user_id for one in group.memberships}
        return [
            self.people.told[row["user_id"]]["name"]
            for row in self.rows["membership"]
            if self.people.here.get(row["user_id"]) not in inside
            and row["user_id"] in self.people.told
        ][:LISTED]


def finish(report: dict, actor: User | None, progress: Callable[[int, int], None]) -> None:
    """What is made again once rows are in; may be done twice. Commits."""
    ids = sorted({*report["new"], *report["touched"]})
    settling.finish(ids, progress)
    settling.agree(ids)
    joined_parts.agree_again(report["persons"], actor)
    moment = datetime.fromisoformat(report["mark"])
    held = select(Unsettled.item_id).where(
        Unsettled.sort == "deleted here", Unsettled.item_id.is_not(None)
    )
    table = Item.__table__
    for start in range(0, len(report["new"]), 400):
        some = table.c.id.in_(report["new"][start : start + 400])
        arrived = (some, table.c.trashed_at == moment, table.c.id.not_in(held))
        db.session.execute(update(table).where(*arrived).values(trashed_at=None))
    db.session.commit()
    db.session.expire_all()
    settling.index(ids)

"""From a kit to a group of one's own; and a kit that comes as a file from another site."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select, update

from wiki import storage
from wiki.accounts.models import User
from wiki.archive import nameless, tables, unpacking
from wiki.archive.opening import Damaged, Opened, broken, opened
from wiki.archive.packing import Progress
from wiki.db import db
from wiki.files import uploads
from wiki.groups.models import Group
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Scope
from wiki.items.writing import log, stage
from wiki.kits import dates, withdrawing
from wiki.kits.models import FACTS, NETWORKS, SHEETS, Kit, KitVersion
from wiki.markup.sanitize import clean_body, clean_text
from wiki.programme import slots, times
from wiki.programme.models import Dated

LARGEST_TEXT = 200_000
AT_ONCE = 50
MOST_ROWS = 20_000_000  # bytes: who adapts a kit waits while all of it is read


class Watch(NamedTuple):
    """Who is told how far it is, and of the group at its beginning and in the last commit."""

    tell: Progress = lambda *_: None
    founded: Callable[[int], None] = lambda _number: None
    ready: Callable[[], None] = lambda: None


def adapt(
    kit: Kit,
    version: KitVersion,
    actor: User,
    title: str,
    watch: "Watch | None" = None,
    *,
    when: dates.When = dates.When(),  # noqa: B008 it never changes
) -> Group:
    """A group of one's own made of a kit, with a copy of the kit to change. Commits as it goes.

    Nobody sees it before it is whole: a process that dies leaves it in the trash, without anybody
    in it.
    """
    watch = watch or Watch()
    with opened(storage.path_of(version.sha256)) as archive:
        told, _contents, _left = read(archive)

        def finish(group: Group, ids: list[int]) -> None:
            _into_the_future(group, when)
            _sign(ids, _note(kit, version), actor, watch.tell)
            # As its file tells it: the sheets of the original may name people of its group.
            copy = Kit(group_id=group.id, scope=Scope.GROUP, chosen=ids, author_id=actor.id,
                       **{name: told[name] for name in Kit.versioned})  # fmt: skip
            stage(copy, actor, verb="copied")
            db.session.add(Adaptation(item_id=copy.id, source_id=kit.id, licence=kit.licence))
            log("adapted", kit, actor)
            watch.ready()
            db.session.flush()

        done = unpacking.put_back(
            archive, actor, title=title, founded=watch.founded, finish=finish,
            progress=lambda at, total: watch.tell(at, 2 * total),
        )  # fmt: skip
    return db.session.get(Group, done.group.id)


def _note(kit: Kit, version: KitVersion) -> str:
    return _("From the kit « %(title)s », version %(n)s", title=kit.title, n=version.number)


def _sign(ids: list[int], note: str, actor: User, tell: Progress) -> None:
    """Say of each thing where it comes from, by batches that keep nobody waiting. Commits."""
    for start in range(0, len(ids), AT_ONCE):
        some = select(Item).where(Item.id.in_(ids[start : start + AT_ONCE])).order_by(Item.id)
        for item in db.session.scalars(some).all():
            item.author_id = actor.id
            stage(item, actor, note, verb="copied", always=True)
        db.session.commit()
        tell(len(ids) + start, 2 * len(ids))


def bring(path: Path, group: Group, actor: User) -> Kit:
    """A kit that came as a file, kept as it came: the same bytes. Commits.

    A newer version of a kit that came before takes the place of the older ones. Raises Damaged,
    uploads.Refused and storage.StorageFull.
    """
    with opened(path) as archive:
        told, contents, left = read(archive)
        came = {
            "site": str(archive.manifest.get("site", ""))[:200], "uid": told["uid"],
            "number": told["number"], "structure": told["structure"],
        }  # fmt: skip
    with path.open("rb") as stream:
        kept, _sealed = uploads.keep(stream, "kit.zip", group)
    if withdrawing.came_back(kept.sha256):
        raise Damaged(_("Somebody had something taken out of this version of the kit on this site: "
                        "it does not come back. Ask for a newer one."))  # fmt: skip
    fields = {name: told[name] for name in ("title", "summary", "facts", "programme", *SHEETS,
                                            "structure", "licence")}  # fmt: skip
    kit = _here_already(group, told, kept.sha256)
    if kit is None:
        kit = Kit(group_id=group.id, came_from=came, uid=told["uid"], **fields)
        stage(kit, actor, verb="created")
        kit.author_id = None  # whoever brings a kit did not write it
    elif any(one.sha256 == kept.sha256 for one in kit.versions):
        return kit
    else:
        _replace(kit, fields, came, actor)
    db.session.add(
        KitVersion(
            kit_id=kit.id, number=told["number"], sha256=kept.sha256, size=kept.size,
            note=told["note"], contents=contents, left_out=left,
        )
    )  # fmt: skip
    db.session.commit()
    db.session.expire(kit, ["versions"])
    return kit


def _here_already(group: Group, told: dict, sha256: str) -> Kit | None:
    """The same kit, when it came to this group as a file and nobody makes versions of it here."""
    query = select(Kit).where(
        Kit.group_id == group.id, Kit.uid == told["uid"], Kit.trashed_at.is_(None)
    )
    for kit in db.session.scalars(query.order_by(Kit.id)):
        if any(one.sha256 == sha256 for one in kit.versions):
            return kit
        if not kit.latest or kit.latest.number != (kit.came_from or {}).get("number"):
            continue
        if kit.latest.number > told["number"]:
            raise Damaged(_("A newer version of this kit is here already: version %(n)s.",
                            n=kit.latest.number))  # fmt: skip
        if kit.latest.number < told["number"]:
            return kit
    return None


def _replace(kit: Kit, fields: dict, came: dict, actor: User) -> None:
    """Let the older copies go, and say the newer sheets; the past keeps those that were here."""
    for version in kit.versions:
        if version.sha256:
            version.let_go("replaced")
    for name, value in fields.items():
        setattr(kit, name, value)
    kit.came_from = came
    stage(kit, actor, _("Version %(n)s", n=came["number"]))


def read(archive: Opened) -> tuple[dict, list[dict], list[dict]]:
    """What a kit says of itself, checked: its fields, what it holds, what was left out."""
    told = archive.manifest.get("kit")
    if archive.manifest["sort"] != "kit" or not isinstance(told, dict):
        raise Damaged(_("This is the archive of a group, not a kit."))
    for name in archive.tables:
        if name == "people" or (name in tables.sorts() and not nameless.goes(name)):
            raise Damaged(_("This kit holds what no kit may hold (%(name)s).", name=name))
    rows = (archive.archive.getinfo(f"data/{name}.jsonl") for name in archive.tables)
    if sum(info.file_size for info in rows) > MOST_ROWS:
        raise Damaged(_("This archive would fill the disk once unpacked."))
    number = told.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10_000:
        raise broken("kit")
    facts = told.get("facts") if isinstance(told.get("facts"), dict) else {}
    rows = told.get("programme") if isinstance(told.get("programme"), list) else []
    versions = told.get("versions") if isinstance(told.get("versions"), list) else []
    first = versions[0] if versions and isinstance(versions[0], dict) else {}
    made = {name: clean_body(_words(told, name))[:LARGEST_TEXT] for name in ("summary", *SHEETS)}
    made |= {
        "title": clean_text(_words(told, "title"))[:200] or "…",
        "structure": clean_text(_words(told, "structure"))[:200],
        "licence": clean_text(_words(told, "licence"))[:60],
        "uid": clean_text(_words(told, "uid"))[:36] or str(uuid.uuid4()),
        "facts": {name: clean_text(str(facts[name]))[:300] for name in FACTS if facts.get(name)},
        "programme": [slots.tidy(row) for row in rows[: slots.MOST] if isinstance(row, dict)],
        "number": number, "note": clean_text(_words(first, "note"))[:300],
    }  # fmt: skip
    if facts.get("network") in NETWORKS:
        made["facts"]["network"] = facts["network"]
    return made, _listed(told.get("contents"), "title"), _listed(
        archive.manifest.get("left_out"), "why")  # fmt: skip


def _words(told: dict, name: str) -> str:
    return told[name] if isinstance(told.get(name), str) else ""


def _listed(rows, word: str) -> list[dict]:
    """Lines told by a file, short and of one form."""
    found = []
    for row in rows[:5000] if isinstance(rows, list) else []:
        if isinstance(row, dict):
            count = row.get("count")
            found.append({"kind": clean_text(str(row.get("kind", "")))[:20],
                          word: clean_text(str(row.get(word, "")))[:200],
                          "count": count if isinstance(count, int) else 1})  # fmt: skip
    return found


def _into_the_future(group: Group, when: dates.When) -> None:
    """Sessions come in the same order, at the same hours, here; from the day that was asked for.

    Fourteen hours stay fourteen hours on the clocks of this site, summer time or not.
    """
    here, table = times.site_zone(), Dated.__table__
    rows = db.session.execute(
        select(table.c.id, table.c.starts_at, table.c.ends_at, table.c.zone)
        .join(Item.__table__, Item.__table__.c.id == table.c.id)
        .where(Item.__table__.c.group_id == group.id)
        .order_by(table.c.starts_at, table.c.id)
    ).all()
    moves = dates.shifts([(starts, zone) for _number, starts, _ends, zone in rows], when)
    for (number, starts, ends, zone), days in zip(rows, moves, strict=True):
        db.session.execute(
            update(table).where(table.c.id == number)
            .values(starts_at=times.moved(starts, days, zone, here),
                    ends_at=times.moved(ends, days, zone, here),
                    zone=here, uid=str(uuid.uuid4()))
        )  # fmt: skip
    db.session.expire_all()

"""From a kit to a group of one's own; and a kit that comes as a file from another site."""

import uuid
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from wiki import storage
from wiki.accounts.models import User
from wiki.archive import nameless, tables, unpacking
from wiki.archive.opening import Damaged, Opened, broken, opened
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.groups.models import Group
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Scope
from wiki.items.writing import log, stage
from wiki.kits.models import FACTS, NETWORKS, SHEETS, Kit, KitVersion
from wiki.markup.sanitize import clean_body, clean_text
from wiki.programme import slots, times
from wiki.programme.models import Dated

LARGEST_TEXT = 200_000
MOST_ROWS = 20_000_000  # bytes: who adapts a kit waits while all of it is read


def adapt(kit: Kit, version: KitVersion, actor: User, title: str) -> Group:
    """A group of one's own made of a kit, with a copy of the kit to change. Commits."""
    with opened(storage.path_of(version.sha256)) as archive:
        told, _contents, _left = read(archive)
        done = unpacking.put_back(archive, actor, title=title)
    group = db.session.get(Group, done.group.id)
    ids = list(db.session.scalars(select(Item.id).where(Item.group_id == group.id)))
    _into_the_future(group)
    note = _("From the kit « %(title)s », version %(n)s", title=kit.title, n=version.number)
    for item in db.session.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.id)).all():
        item.author_id = actor.id
        stage(item, actor, note, verb="copied", always=True)
    # As its file tells it: the sheets of the original may name people of its group.
    copy = Kit(group_id=group.id, scope=Scope.GROUP, chosen=ids, author_id=actor.id,
               **{name: told[name] for name in Kit.versioned})  # fmt: skip
    stage(copy, actor, verb="copied")
    db.session.add(Adaptation(item_id=copy.id, source_id=kit.id, licence=kit.licence))
    log("adapted", kit, actor)
    db.session.commit()
    return group


def bring(path: Path, group: Group, actor: User) -> Kit:
    """A kit that came as a file, kept as it came: the same bytes. Commits.

    Raises Damaged, uploads.Refused and storage.StorageFull.
    """
    with opened(path) as archive:
        told, contents, left = read(archive)
        came = {
            "site": str(archive.manifest.get("site", ""))[:200], "uid": told["uid"],
            "number": told["number"], "structure": told["structure"],
        }  # fmt: skip
    with path.open("rb") as stream:
        kept, _sealed = uploads.keep(stream, "kit.zip", group)
    fields = {name: told[name] for name in ("title", "summary", "facts", "programme", *SHEETS,
                                            "structure", "licence", "uid")}  # fmt: skip
    kit = Kit(group_id=group.id, came_from=came, **fields)
    stage(kit, actor, verb="created")
    db.session.add(
        KitVersion(
            kit_id=kit.id, number=told["number"], sha256=kept.sha256, size=kept.size,
            note=told["note"], contents=contents, left_out=left,
        )
    )  # fmt: skip
    db.session.commit()
    return kit


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


def _into_the_future(group: Group) -> None:
    """Sessions come in the same order, on the same days of the week, at the same hours, here.

    Fourteen hours stay fourteen hours on the clocks of this site, summer time or not.
    """
    first = db.session.scalar(select(func.min(Dated.starts_at)).where(Dated.group_id == group.id))
    if first is None:
        return
    days = 7 * max(0, (utcnow() - first).days // 7 + 2)
    here, table = times.site_zone(), Dated.__table__
    rows = db.session.execute(
        select(table.c.id, table.c.starts_at, table.c.ends_at, table.c.zone)
        .join(Item.__table__, Item.__table__.c.id == table.c.id)
        .where(Item.__table__.c.group_id == group.id)
    ).all()
    for number, starts, ends, zone in rows:
        db.session.execute(
            update(table).where(table.c.id == number)
            .values(starts_at=times.moved(starts, days, zone, here),
                    ends_at=times.moved(ends, days, zone, here),
                    zone=here, uid=str(uuid.uuid4()))
        )  # fmt: skip
    db.session.expire_all()

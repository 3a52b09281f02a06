"""The book of withdrawals: a file beside the database, which outlives a backup that is put back.

A database restored from last month does not know what was withdrawn since. The book does: one line
for each « less » and each « no », with numbers and hashes, never a name. It lies in the data folder
and beside each backup, and is read when a backup is put back.
"""

import json
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from wiki import storage
from wiki.consents import deciding, links, people, register
from wiki.consents.models import ConsentEvent, Medium, Person, Tombstone
from wiki.consents.reckoning import settle
from wiki.db import db, utcnow
from wiki.files.models import FileVersion
from wiki.items.models import Item, Scope
from wiki.jobs import job, periodic

NAME = "withdrawn.jsonl"
LESS = ("narrowed", "withdrawn", "link closed")


def path() -> Path:
    """The book of this site."""
    return Path(current_app.config["DATA"]) / NAME


@periodic(minute="25", sweep=True)
@job(retries=3)
def write() -> None:
    """Add the lines that are not there yet; whole or not at all."""
    lines = read(path())
    # After a backup was put back, the numbers of events begin again from an older one.
    last = 0
    for line in lines:
        last = 0 if "restored" in line else max(last, line.get("event", 0))
    query = select(ConsentEvent).where(ConsentEvent.id > last, ConsentEvent.verb.in_(LESS))
    new = [_line(event) for event in db.session.scalars(query.order_by(ConsentEvent.id))]
    if new:
        _keep(path(), [*lines, *new])


def copy_beside(backup: Path) -> None:
    """Lay the book beside a backup, where whoever puts one back finds it; never a shorter one."""
    write()
    target = backup.resolve().parent / NAME
    if not path().exists() or target == path().resolve():
        return
    known = read(target)
    missing = [line for line in read(path()) if line not in known]
    if known and missing:
        _keep(target, [*known, *missing])
    elif not known:
        shutil.copyfile(path(), target)


def replay(made_at: str, books: list[Path]) -> int:
    """Withdraw again what was withdrawn after a backup was made; how many lines counted. Commits.

    Only ever less: what was agreed to since has to be asked again.
    """
    lines = {json.dumps(line, sort_keys=True): line for one in books for line in read(one)}
    since = _moment(made_at)
    late = [one for one in lines.values() if "event" in one and _moment(one["at"]) >= since]
    for line in sorted(late, key=lambda line: line["at"]):
        _again(line)
        db.session.commit()
    marked = {"restored": utcnow().isoformat(), "made_at": made_at}
    if lines:
        _keep(path(), [*lines.values(), marked])
    return len(late)


def read(book: Path) -> list[dict]:
    """The lines of a book; one that was cut in the middle is left out."""
    found = []
    with suppress(FileNotFoundError):
        for text in book.read_text("utf-8").splitlines():
            with suppress(ValueError):
                found.append(json.loads(text))
    return [line for line in found if isinstance(line, dict)]


def _moment(said: str) -> float:
    return datetime.fromisoformat(said).timestamp()


def _line(event: ConsentEvent) -> dict:
    stones = select(Tombstone.item_id, Tombstone.sha256).where(
        Tombstone.person_id == event.person_id, Tombstone.lifted_at.is_(None)
    )
    return {
        "event": event.id, "at": event.created_at.isoformat(), "group": event.group_id,
        "person": event.person_id, "verb": event.verb, "items": event.data.get("items"),
        "media": event.data.get("media"), "audience": event.data.get("audience"),
        "sealed": [list(row) for row in db.session.execute(stones)],
    }  # fmt: skip


def _again(line: dict) -> None:
    """Do to the database that was put back what was done to the one it replaces."""
    person = db.session.get(Person, line["person"])
    is_known = person is not None and person.group_id == line["group"]
    if line["verb"] == "link closed":
        if is_known:
            links.close(person, None)
        return
    if is_known:
        shown = {one.item_id for one in people.shown_in(person)}
        items = line["items"]
        if items is None or shown & set(items):
            deciding.narrow(
                person, Scope(line["audience"]), None, channel="restore",
                item_ids=None if items is None else [n for n in items if n in shown],
                media=Medium(line["media"]),
            )  # fmt: skip
        register.note(person, "put back", None, "restore", event=line["event"])
    _seal(line)


def _seal(line: dict) -> None:
    """Seal also what shows somebody whom that database did not know yet, by number or by bytes."""
    touched = set()
    for item_id, sha256 in line["sealed"]:
        item = db.session.get(Item, item_id)
        same = select(FileVersion.file_id).where(
            (FileVersion.sha256 == sha256) | (FileVersion.original_sha256 == sha256)
        )
        bearing = set(db.session.scalars(same)) if sha256 else set()
        if (
            item is not None
            and item.group_id == line["group"]
            and (not sha256 or item_id in bearing)
        ):
            touched.add(item_id)
        touched |= bearing
        known = select(Tombstone.id).where(
            Tombstone.item_id == item_id, Tombstone.lifted_at.is_(None),
            Tombstone.sha256.is_(None) if sha256 is None else Tombstone.sha256 == sha256,
        )  # fmt: skip
        if db.session.scalar(known.limit(1)) is None:
            # No person: nobody's later choice may lift it by accident.
            db.session.add(
                Tombstone(group_id=line["group"], person_id=0, item_id=item_id, sha256=sha256)
            )
    settle(touched)


def _keep(book: Path, lines: list[dict]) -> None:
    text = "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
    storage.write_durably(book, lambda file: file.write(text.encode()))


deciding.after_less.append(write.later)

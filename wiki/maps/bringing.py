"""Imports that are under way: a row keeps the file, how far it is read, and what was refused."""

import logging
from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import delete, select, update

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.jobs import job, periodic
from wiki.maps import importing
from wiki.maps.formats.found import Unreadable
from wiki.maps.models import Import, Map

log = logging.getLogger(__name__)
AT_ONCE = 300  # rows that are put down while the person waits
LOST, FORGOTTEN = timedelta(minutes=5), timedelta(days=2)


@job
def run(import_id: int) -> None:
    """Read a file into its map, from where an earlier run was cut."""
    found = db.session.get(Import, import_id)
    if found is None or found.state not in ("waiting", "working") or found.payload is None:
        return
    target = db.session.get(Map, found.map_id)
    if target is None or not _claimed(found):
        return
    with force_locale(found.options.get("lang", "fr")):
        _run(found, target)


def _claimed(found: Import) -> bool:
    """Whether this run is the one: another may have taken the row at the same instant."""
    late = utcnow() - LOST
    mine = (Import.state == "waiting") | (Import.updated_at < late)
    done = db.session.execute(
        update(Import).where(Import.id == found.id, mine)
        .values(state="working", updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(found)
    return done.rowcount == 1


def _run(found: Import, target: Map) -> None:
    options, before = found.options, found.report or {}
    actor = db.session.get(User, found.actor_id) if found.actor_id else None
    try:
        told = importing.read(found.payload, found.name, options.get("roles"))
    except Unreadable as error:
        found.state, found.report, found.payload = "failed", {"why": str(error)}, None
        db.session.commit()
        return

    def progress(done: int, total: int, report: importing.Report) -> None:
        found.done, found.total, found.updated_at = done, total, utcnow()
        found.report = _sum(before, report)

    report = importing.take(
        target, told, actor, layer=options.get("layer"), start=found.done,
        skip_doubles=bool(options.get("skip_doubles")), progress=progress,
        rough=options.get("precision", ""),
    )  # fmt: skip
    found.report, found.payload = _sum(before, report), None
    found.state, found.total, found.done = "done", len(told.rows), len(told.rows)
    db.session.commit()


def _sum(before: dict, report: importing.Report) -> dict:
    """What an earlier run that was cut had told, and what this one tells."""
    now = report.as_dict()
    if not before.get("kept"):
        return now
    joined = {key: before.get(key, 0) + now[key] for key in ("kept", "unplaced")}
    lists = ("refused", "told", "doubles", "notes")
    return joined | {key: list(dict.fromkeys([*before.get(key, []), *now[key]])) for key in lists}


@periodic(minute="*/5", sweep=True)
def run_late() -> None:
    """Run again what was cut or never woken; forget the files that nobody brought to an end."""
    late = utcnow() - LOST
    waiting = select(Import.id).where(
        (Import.state == "waiting") | ((Import.state == "working") & (Import.updated_at < late))
    )
    for import_id in list(db.session.scalars(waiting.where(Import.payload.is_not(None)))):
        run(import_id)
    old = Import.updated_at < utcnow() - FORGOTTEN
    db.session.execute(delete(Import).where(old, Import.state != "working"))
    db.session.commit()

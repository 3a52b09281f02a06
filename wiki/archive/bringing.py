"""Archives brought by somebody, read and taken in by jobs: looked at first, then done or undone."""

import logging
from datetime import timedelta
from pathlib import Path

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from wiki.accounts.models import User
from wiki.archive import joining, packing, unpacking
from wiki.archive.models import Arrival, folder
from wiki.archive.opening import Damaged, Opened, opened
from wiki.db import db, utcnow
from wiki.files.names import clean_filename
from wiki.groups.models import Group, Role, role_in
from wiki.jobs import job, periodic
from wiki.storage import StorageFull, drop_strangers

log = logging.getLogger(__name__)
KEPT, LOST = timedelta(days=2), timedelta(minutes=5)
EVERY = 0.5  # seconds between two words about how far it is


@job(retries=0)
def look(number: int) -> None:
    """Say what an archive would do, before anything is done."""
    made = db.session.get(Arrival, number)
    if made is None or made.state != "looking":
        return
    with force_locale(made.report.get("lang", "fr")):
        _guarded(made, _look)


@job(retries=0)
def bring(number: int) -> None:
    """Take an archive in; what was cut is taken up where it can be, else begun again."""
    made = db.session.get(Arrival, number)
    if made is None or not _claimed(made):
        return
    with force_locale(made.report.get("lang", "fr")):
        _guarded(made, _join if made.joins else _found)


def join_now(path: Path, group: Group, progress) -> Arrival:
    """What an operator brings back by a command, with the same journal as the screen's.

    Raises Damaged.
    """
    made = Arrival(group_id=group.id, joins=True, filename=clean_filename(path.name),
                   state="working", report={"lang": "fr"})  # fmt: skip
    db.session.add(made)
    db.session.commit()
    number = made.id
    told = _progress(number)

    def both(done: int, total: int) -> None:
        progress(done, total)
        told(done, total)

    try:
        with opened(path) as archive:
            _check_sort(archive)
            kept = {"lang": "fr", "title": _told(archive)["title"]}
            work = joining.Joining(archive, db.session.get(Group, group.id), None, both,
                                   import_id=number)  # fmt: skip
            work.join(lambda report: _note(number, kept | report))
    except BaseException as error:
        db.session.rollback()
        why = str(error) if isinstance(error, Damaged) else "broken"
        tell(number, state="failed", report={"lang": "fr", "why": why})
        raise
    report = db.session.get(Arrival, number, populate_existing=True).report
    joining.finish(report, None, both)
    _done(number)
    return db.session.get(Arrival, number, populate_existing=True)


def may(made: Arrival) -> bool:
    """Whether who brought it may still do so."""
    actor = made.actor
    if actor is None:  # an operator
        return made.joins and not made.group.trashed_at
    if not actor.is_active:
        return False
    if made.joins:
        group = made.group
        return not group.trashed_at and role_in(actor, group.id) == Role.FACILITATOR
    return may_found(actor)


def may_found(user: User) -> bool:
    """Whether this person may make groups."""
    return user.professional or user.is_editor


def _claimed(made: Arrival) -> bool:
    late = utcnow() - LOST
    stuck = Arrival.state.in_(("working", "settling")) & (Arrival.updated_at < late)
    state = "settling" if made.state == "settling" else "working"
    done = db.session.execute(
        update(Arrival).where(Arrival.id == made.id, (Arrival.state == "waiting") | stuck)
        .values(state=state, updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(made)
    return done.rowcount == 1


def _guarded(made: Arrival, work) -> None:
    number = made.id
    why = "broken"
    try:
        if not may(made):
            why = "right"
            raise PermissionError
        work(made)
        return
    except Damaged as damage:
        why = str(damage)
    except StorageFull:
        why = "full"
    except FileNotFoundError:
        why = "lost"
    except PermissionError:
        pass
    except Exception:
        log.exception("archive %s brought", number)
    db.session.rollback()
    _fail(number, why)


def _fail(number: int, why: str) -> None:
    made = db.session.get(Arrival, number, populate_existing=True)
    if made.state == "settling":
        return  # all rows are in: what is made again of them is tried again by the sweep
    made.path.unlink(missing_ok=True)
    tell(number, state="failed", report={**made.report, "why": why})


def _look(made: Arrival) -> None:
    with opened(made.path) as archive:
        _check_sort(archive)
        report = _told(archive) | {"lang": made.report.get("lang", "fr")}
        if made.joins:
            report |= joining.Joining(archive, made.group, made.actor, dry=True).look()
        tell(made.id, state="asking", report=report, done=0, total=0)


def _check_sort(archive: Opened) -> None:
    if archive.manifest["sort"] != "group":
        raise Damaged(_("This is a kit, not the archive of a group: bring it from the kits."))


def _told(archive: Opened) -> dict:
    """What an archive says of itself, for the screen that asks."""
    group = archive.manifest["group"]
    return {
        "title": str(group.get("title", ""))[:120],
        "made_at": str(archive.manifest.get("made_at", ""))[:40],
        "site": str(archive.manifest.get("site", ""))[:200],
        **packing.counted(archive.manifest),
    }  # fmt: skip


def _join(made: Arrival) -> None:
    number, actor = made.id, made.actor
    kept = {name: made.report.get(name) for name in ("lang", "title")}
    if made.state != "settling":
        with opened(made.path) as archive:
            work = joining.Joining(archive, made.group, actor, _progress(number), import_id=number)
            work.join(lambda report: _note(number, kept | report))
    report = db.session.get(Arrival, number, populate_existing=True).report
    joining.finish(report, actor, _progress(number))
    _done(number)


def _note(number: int, report: dict) -> None:
    """The rows are in with what says so: one commit for both. The caller commits."""
    db.session.execute(
        update(Arrival).where(Arrival.id == number)
        .values(state="settling", report=report, updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _found(made: Arrival) -> None:
    number, actor = made.id, made.actor
    report = dict(made.report)
    begun = db.session.get(Group, report.get("founded") or 0)
    if begun is not None and begun.trashed_at:
        unpacking.take_away(begun.id)  # it was cut there
    elif begun is not None:
        _done(number, group_id=begun.id)
        return

    def founded(group_id: int) -> None:
        tell(number, report=report | {"founded": group_id})

    with opened(made.path) as archive:
        outcome = unpacking.put_back(
            archive, actor, title=report.get("wanted", ""), progress=_progress(number),
            founded=founded,
        )  # fmt: skip
    report |= {"founded": outcome.group.id, "counts": {"new": outcome.items},
               "withdrawn": outcome.withdrawn, "aside": outcome.aside}  # fmt: skip
    _done(number, group_id=outcome.group.id, report=report)


def _done(number: int, **values) -> None:
    tell(number, state="done", **values)
    db.session.get(Arrival, number).path.unlink(missing_ok=True)


def _progress(number: int):
    told = utcnow()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if (utcnow() - told).total_seconds() < EVERY and done < total:
            return
        told = utcnow()
        tell(number, done=done, total=total)

    return progress


def tell(number: int, **values) -> None:
    """Write how far an arrival is. Commits."""
    db.session.execute(
        update(Arrival).where(Arrival.id == number).values(updated_at=utcnow(), **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    made = db.session.get(Arrival, number)
    if made is not None:
        db.session.refresh(made)


@periodic(minute="*/5", sweep=True)
def sweep() -> None:
    """Take up what was cut; drop what nobody answered for two days."""
    late = Arrival.updated_at < utcnow() - LOST
    for number in db.session.scalars(select(Arrival.id).where(late, Arrival.state == "looking")):
        look(number)
    cut = select(Arrival.id).where(late, Arrival.state.in_(("waiting", "working", "settling")))
    for number in db.session.scalars(cut).all():
        bring(number)
    old = select(Arrival).where(
        Arrival.created_at < utcnow() - KEPT, Arrival.state.in_(("asking", "failed"))
    )
    for made in db.session.scalars(old).all():
        drop(made)
    db.session.commit()
    known = set(db.session.scalars(select(Arrival.name)))
    drop_strangers(folder(), known, "*.in")


def drop(made: Arrival) -> None:
    """Forget an archive that was brought, with its file. The caller commits."""
    made.path.unlink(missing_ok=True)
    db.session.delete(made)

"""Photos of sheets that are worked on outside requests: looked at, then laid under their map.

A row of `Import` says for each photo what is wanted, how far it is and how it ended: whoever asked
may leave, come back, or stop it.
"""

import io
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.files.models import File
from wiki.items.access import can
from wiki.items.writing import stage, trash
from wiki.jobs import job, periodic
from wiki.maps import operations, papering
from wiki.maps.models import Base, Import, Map
from wiki.maps.tracing import asking
from wiki.maps.tracing.sheets import Sheet
from wiki.storage import open_blob
from wiki.templating import language

MOST_BASES = 40
LOST = timedelta(minutes=3)
RUNNING = ("waiting", "working")


def ask(found: Map, photo: File, actor: User, told: dict | None = None) -> None:
    """Have a photo looked at or, told where its corners are, laid under the map. Commits.

    What was asked before for the same photo is given up.
    """
    stop(found, photo.id)
    db.session.execute(delete(Import).where(_of(found, photo.id)))
    if told:
        keep(photo, told)  # what was set is there again, however it ends
    made = Import(
        map_id=found.id, actor_id=actor.id, name=_name(photo.id), state="waiting", total=100,
        report={}, options={"photo": photo.id, "told": told, "lang": language()},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    work.later(made.id)
    db.session.commit()


def last(found: Map, photo: int) -> Import | None:
    """What was last asked for a photo; it says how far that is."""
    query = select(Import).where(_of(found, photo)).order_by(Import.id.desc()).limit(1)
    made = db.session.scalar(query)
    return made if made is not None and is_sheet(made) else None


def running(found: Map) -> list[Import]:
    """What is being done for photos of this map."""
    query = select(Import).where(
        Import.map_id == found.id, Import.name.startswith("sheet/"), Import.state.in_(RUNNING)
    )
    return [one for one in db.session.scalars(query.order_by(Import.id)) if is_sheet(one)]


def stop(found: Map, photo: int) -> None:
    """Give up what is asked for a photo; the process that works on it is killed. Commits."""
    mine = _of(found, photo), Import.state.in_(RUNNING)
    db.session.execute(update(Import).where(*mine).values(state="stopped"))
    db.session.commit()


def is_sheet(made: Import) -> bool:
    """Whether a row is about a photo of a sheet, and not about a file with rows."""
    return "photo" in (made.options or {})


@job(retries=0)
def work(number: int) -> None:
    """Do what is asked for a photo, unless another run does it or nobody wants it any more."""
    made = db.session.get(Import, number)
    if made is None or not is_sheet(made) or not _claimed(made):
        return
    with force_locale(made.options.get("lang", "fr")):
        try:
            why = _worked(made)
        except asking.Stopped:
            return
        except (asking.Failed, uploads.Refused, operations.Refused) as refusal:
            db.session.rollback()
            why = str(getattr(refusal, "reason", refusal))
    ended = "failed" if why else "done"
    close = update(Import).where(Import.id == number, Import.state == "working")
    db.session.execute(close.values(state=ended, done=100, report={"why": why} if why else {}))
    db.session.commit()


@periodic(minute="*/5", sweep=True)
def work_late() -> None:
    """Take up again what was cut or never woken."""
    late = utcnow() - LOST
    cut = (Import.state == "working") & (Import.updated_at < late)
    waiting = select(Import).where(
        Import.name.startswith("sheet/"), or_(Import.state == "waiting", cut)
    )
    for number in [one.id for one in db.session.scalars(waiting) if is_sheet(one)]:
        work(number)


def _claimed(made: Import) -> bool:
    late = utcnow() - LOST
    free = or_(Import.state == "waiting",
               (Import.state == "working") & (Import.updated_at < late))  # fmt: skip
    taken = update(Import).where(Import.id == made.id, free)
    done = db.session.execute(
        taken.values(state="working", updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    return done.rowcount == 1


def _worked(made: Import) -> str:
    """Look or lay; '' or, in words, why it cannot be."""
    found, photo = db.session.get(Map, made.map_id), db.session.get(File, made.options["photo"])
    actor = db.session.get(User, made.actor_id) if made.actor_id else None
    if photo is None or actor is None or photo.trashed_at or not can(actor, "edit", found):
        return _("Nothing is here for you.")

    def tell(far: int) -> bool:
        going = update(Import).where(Import.id == made.id, Import.state == "working")
        wanted = db.session.execute(going.values(done=far, updated_at=utcnow())).rowcount == 1
        db.session.commit()
        return wanted

    if told := made.options["told"]:
        _lay(found, photo, told, actor, tell)
        return ""
    try:
        with open_blob(photo.sha256) as file:
            keep(photo, asking.look(file, tell))
    except asking.Failed:
        trash(photo, actor)  # no picture: nothing that could be laid
        raise
    db.session.commit()
    return ""


def keep(photo: File, told: dict) -> None:
    """Note on a photo where its corners are, and what is wanted of it. The caller commits."""
    photo.extra = {**(photo.extra or {}), "sheet": told}


def _lay(found: Map, photo: File, told: dict, actor: User, tell) -> None:
    """Straighten the photo and put it under the map, where its sheet says; again, instead."""
    sheet = _sheet_of(found, told, actor)
    with open_blob(photo.sha256) as file:
        made, size = asking.straighten(
            file, told["corners"], sheet.pack().hex() if sheet else "", told["clean"], tell
        )
    if not tell(95):
        raise asking.Stopped
    base = db.session.get(Base, told.get("base") or 0)
    if base is None or base.map_id != found.id or not base.file_id:
        base = _new_base(found, made, told, actor)
    else:
        file = db.session.get(File, base.file_id)
        uploads.receive_version(file, io.BytesIO(made), "dessin.jpg", actor)
    base.title = told["title"] or base.title
    # A drawing without marks lies over the whole map, until somebody pins it better.
    whole = sheet or papering.sheet_of(found, actor, bare=True)
    base.pins = papering.pins(whole, size["width"], size["height"])
    keep(photo, {**told, "base": base.id})
    stage(photo, actor)
    db.session.flush()
    operations.next_seq(found)
    operations.close(found, actor)


def _sheet_of(found: Map, told: dict, actor: User) -> Sheet | None:
    """The sheet that was printed: what its strip proved, else the one printed today."""
    if not told["printed"]:
        return None
    sheet = Sheet.unpack(bytes.fromhex(told.get("sheet") or ""))
    if sheet is None or sheet.map_id != found.id or sheet.crs != found.crs:
        sheet = papering.sheet_of(found, actor, bare=False)
    return sheet


def _new_base(found: Map, made: bytes, told: dict, actor: User) -> Base:
    if len(found.bases) >= MOST_BASES:
        raise operations.Refused(422, "many", _("At most %(n)s layers.", n=MOST_BASES))
    title = told["title"] or _("Drawing on paper")
    file = uploads.stage_file(
        io.BytesIO(made), "dessin.jpg", found.group, actor, parent=found, title=title
    )
    db.session.flush()
    base = Base(map_id=found.id, kind="image", rank=len(found.bases), file_id=file.id, title=title)
    db.session.add(base)
    db.session.flush()
    return base


def _name(photo: int) -> str:
    return f"sheet/{photo}"


def _of(found: Map, photo: int):
    return (Import.map_id == found.id) & (Import.name == _name(photo))

"""« Close »: each leaves with their sheet, then the sandbox is put away, and erased after a day."""

import io
import zipfile
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from wiki.accounts import signing
from wiki.accounts.cards import AccessCard
from wiki.accounts.models import User
from wiki.classrooms import attending, sheets
from wiki.classrooms.models import HERE, REGRET, Classroom, Trainee
from wiki.db import db, utcnow
from wiki.groups import joining
from wiki.groups.journal import record
from wiki.groups.models import Group
from wiki.items import emptying, folding, writing
from wiki.items.models import Item, Scope
from wiki.jobs import periodic
from wiki.mail import post
from wiki.markup.text import slugify
from wiki.pages.models import Page
from wiki.programme import times
from wiki.templating import language

FOLLOW_UP = 90  # days
FEW = 5  # answers below which a mean would say who said what
PATIENCE = timedelta(days=30)  # after which an address is kept no more, answered or not


def close(room: Classroom, actor) -> int:
    """End the day: nobody new comes in, and sheets leave by e-mail; how many. Commits.

    Nobody is signed out: who is writing goes on, and what they add is sent when the room is reset.
    """
    if door := joining.door_of(room.sandbox):
        door.close()
    before, room.closed_at = room.closed_at, room.closed_at or utcnow()
    room.shown_path, room.shown_title, room.shown_at, room.timer_ends_at = "", "", None, None
    attending.note(room, actor, before)
    record("training closed", actor, room.group_id, came=len(room.trainees()))
    db.session.commit()
    return send(room)


def send(room: Classroom) -> int:
    """Send each sheet that says more than when it last left; how many left. Commits."""
    count = 0
    for one in room.trainees():
        sheet = written(one)
        if sheet is None or not one.email or one.sent_revision == sheet.revision_count:
            continue
        if _is_mine_to_send(one, sheet.revision_count):
            html = sheets.as_html(sheet, one.user)
            post(one.email, "sheet", language(), room=room, who=one, sheet=sheet, html=html,
                 subject=sheet.title, words=sheets.as_text(html))  # fmt: skip
            count += 1
        db.session.commit()
    return count


def _is_mine_to_send(one: Trainee, number: int) -> bool:
    """Whether this version of a sheet has not left: two who close at once send each one once."""
    done = db.session.execute(
        update(Trainee)
        .where(Trainee.id == one.id, Trainee.sent_revision.is_distinct_from(number))
        .values(sent_at=utcnow(), sent_revision=number)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    return done.rowcount == 1


def written(one: Trainee) -> Page | None:
    """Somebody's sheet, with what is being typed at this moment; None while it is hidden. Commits.

    Hidden: somebody who is in it has not agreed.
    """
    sheet = db.session.get(Page, one.draft_id) if one.draft_id else None
    if sheet is not None:
        folding.fold(sheet)
    return sheet if sheet is not None and sheet.ceiling != Scope.DRAFT else None


def archive_of(room: Classroom) -> bytes:
    """All the sheets in one archive, to be read and as Markdown, for a key or a shared folder."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(room.trainees(), 1):
            if sheet := written(one):
                name = f"{number:02d}-{slugify(one.name) or 'sans-nom'}"
                archive.writestr(f"{name}.html", sheets.as_file(sheet, one.user))
                archive.writestr(f"{name}.md", as_markdown(sheet))
    return kept.getvalue()


def as_markdown(sheet: Page) -> str:
    """A sheet as a text that any program opens."""
    return f"# {sheet.title}\n\n{sheet.body}"


def reset(room: Classroom, actor) -> int:
    """Put the sandbox away with all it holds, shut its door; how many sheets left at the end.

    Commits. `bring_back` undoes it for a day.
    """
    if room.closed_at is None:
        close(room, actor)
    sent = send(room)
    for one in room.trainees():
        if one.user is not None and one.user.is_participant:
            signing.end_sessions(one.user)
    room.reset_at = utcnow()
    if door := joining.door_of(room.sandbox):
        door.close()
    record("training reset", actor, room.group_id)
    writing.trash_group(room.sandbox, actor)
    return sent


def bring_back(room: Classroom, actor) -> None:
    """Undo a reset: the group, its texts and its accounts are as they were. Commits."""
    room.reset_at = None
    for one in room.trainees():  # their sessions ended: nobody writes, until they come back
        one.here_path, one.here_title = "", ""
        one.here_at = min(one.here_at, utcnow() - HERE) if one.here_at else None
    record("training reset undone", actor, room.group_id)
    writing.restore_group(room.sandbox, actor)


@periodic(minute="35")
def erase_sandboxes() -> None:
    """Erase for good the sandboxes put away a day ago, with the accounts made for them.

    Whoever left no address is asked nothing later: their names go with the room.
    """
    query = select(Classroom).where(
        Classroom.reset_at < utcnow() - REGRET, Classroom.sandbox_id.is_not(None)
    )
    for room in db.session.scalars(query).all():
        if room.sandbox.trashed_at is None:  # brought back from the list of deleted groups
            room.reset_at = None
            db.session.commit()
            continue
        _erase_sandbox(room.sandbox)
    emptied = select(Classroom.id).where(Classroom.sandbox_id.is_(None))
    db.session.execute(
        update(Trainee)
        .where(
            Trainee.classroom_id.in_(emptied), Trainee.email == "",
            (Trainee.name != "") | Trainee.user_id.is_not(None),
        )
        .values(name="", user_id=None)
    )  # fmt: skip
    db.session.commit()


def _erase_sandbox(sandbox: Group) -> None:
    guests = select(User).join(AccessCard, AccessCard.user_id == User.id).where(
        AccessCard.group_id == sandbox.id, User.email.is_(None)
    )  # fmt: skip
    people = db.session.scalars(guests).all()
    ids = list(db.session.scalars(select(Item.id).where(Item.group_id == sandbox.id)))
    if people or ids:
        emptying.erase_now(ids, None)
    for one in people:
        db.session.delete(one)
    db.session.delete(db.session.get(Group, sandbox.id))
    db.session.commit()


@periodic(hour="9", minute="20")
def ask_later() -> None:
    """Three months on, ask those who left an address what became of their action."""
    now = utcnow()
    closed_by = times.later(now, -FOLLOW_UP, times.site_zone())
    due = select(Trainee).join(Classroom).where(
        Classroom.closed_at < closed_by, Trainee.asked_at.is_(None), Trainee.email != ""
    )  # fmt: skip
    for one in db.session.scalars(due).all():
        post(one.email, "later", current_app.config["LANGUAGE"], room=one.classroom, who=one)
        one.asked_at = now
    old = select(Trainee).where(Trainee.asked_at < now - PATIENCE, Trainee.email != "")
    for one in db.session.scalars(old).all():
        forget(one)
    db.session.commit()


def forget(one: Trainee) -> None:
    """Keep what somebody said, and nothing of who said it; the caller commits."""
    one.email, one.name = "", ""


def averages(trainees: list[Trainee]) -> dict[str, tuple[float, int]]:
    """By question of the end of the day: the mean and how many answered; nothing below FEW."""
    found = {}
    for name in ("useful", "pace", "able"):
        values = [int(one.answers[name]) for one in trainees if (one.answers or {}).get(name)]
        if len(values) >= FEW:
            found[name] = (sum(values) / len(values), len(values))
    return found


def answered(trainees: list[Trainee], later: bool = False) -> list[dict]:
    """What each said; nothing below FEW, where the words would say who wrote them."""
    kept = [one.later if later else one.answers for one in trainees]
    kept = [one for one in kept if one]
    return kept if len(kept) >= FEW else []


def became(answers: list[dict]) -> dict[str, tuple[int, int]]:
    """What became of the actions: how many said each, and the people they counted in all."""
    found: dict[str, tuple[int, int]] = {}
    for one in answers:
        if done := one.get("done"):
            count, people = found.get(done, (0, 0))
            found[done] = (count + 1, people + int(one.get("people") or 0))
    return found


def said(answers: list[dict], name: str) -> list[str]:
    """What people wrote to one question, in no order that would say who."""
    return sorted(str(one[name]) for one in answers if one.get(name))

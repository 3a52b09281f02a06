"""What someone types in a report and has not recorded yet, kept on the server as they type.

A draft is private to the person who types: it follows them to another device, and goes when the
report is recorded. Nothing in it is shown, searched or put in the history.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from wiki.db import UTCDateTime, db, utcnow
from wiki.items import history
from wiki.jobs import periodic
from wiki.reports.outlines import BY_KEY

KEPT = timedelta(days=365)
LONGEST = 600_000
MOST_FIELDS = 2_000
# What says where a form comes from, or what was pressed, is no text.
NOT_KEPT = {"stamp", "move", "add", "keep", "stay", "live"}


class ReportDraft(db.Model):
    """The fields of the form as one person left them; `stamp` tells one sending from the next."""

    __tablename__ = "report_draft"
    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    fields: Mapped[dict] = mapped_column(JSON)
    stamp: Mapped[str] = mapped_column(String(16))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    def sent(self) -> MultiDict:
        """The fields as a form would send them."""
        return MultiDict([(name, one) for name, many in self.fields.items() for one in many])


def typed(report, draft: ReportDraft) -> MultiDict:
    """What a person typed, without the texts they left as they found them.

    A form holds every part; those that others wrote meanwhile must not be covered by an old one.
    """
    sent = draft.sent()
    past = history.revision(report, sent.get("revision", 0, type=int) or 0)
    if past is None:
        return sent
    found = {name: value for name, value in past.data.items() if isinstance(value, str)}
    for prefix, field in (("section", "sections"), ("heading", "headings")):
        found |= {f"{prefix}_{key}": text for key, text in (past.data.get(field) or {}).items()}
    for name in list(sent):
        is_text = name in found or name.removeprefix("section_") in BY_KEY
        if is_text and bare(sent[name]) == bare(found.get(name)):
            sent.poplist(name)
    return sent


def bare(text: str | None) -> str:
    """A text without what a form changes of it."""
    return (text or "").replace("\r\n", "\n").rstrip()


class WrittenElsewhere(Exception):
    """The same person went on typing on another screen since this one was opened."""


def find(report, user) -> ReportDraft | None:
    """What a person has typed in a report and not recorded."""
    return db.session.get(ReportDraft, (report.id, user.id))


def keep(report, user, sent: MultiDict, stamp: str | None = None) -> ReportDraft:
    """Keep a whole form; `stamp` is that of the last sending this screen knows. Commits.

    Raises WrittenElsewhere when another screen of the same person has sent more since, and
    ValueError when it is longer than a form can be.
    """
    fields = {
        name: [one.replace("\x00", "") for one in many]
        for name, many in list(sent.lists())[:MOST_FIELDS]
        if name not in NOT_KEPT
    }
    if sum(len(one) for many in fields.values() for one in many) > LONGEST:
        raise ValueError("too long")
    draft = find(report, user)
    if draft and stamp is not None and draft.stamp != stamp:
        raise WrittenElsewhere
    draft = draft or ReportDraft(report_id=report.id, user_id=user.id)
    draft.fields, draft.stamp, draft.updated_at = fields, secrets.token_hex(8), utcnow()
    db.session.add(draft)
    try:
        db.session.commit()
    except (IntegrityError, StaleDataError) as error:
        db.session.rollback()
        raise WrittenElsewhere from error
    return draft


def drop_recorded(report, user, sent: MultiDict) -> None:
    """Forget what a person typed now that a form is recorded, unless another screen has more.

    What that one sent, on a telephone perhaps, is in no text yet. The caller commits.
    """
    draft, screen = find(report, user), sent.get("screen")
    if draft is None:
        return
    if screen in (None, *draft.fields.get("screen", ())) or draft.stamp == sent.get("stamp"):
        drop(report, user)


def drop(report, user) -> None:
    """Forget what a person typed. The caller commits."""
    mine = (ReportDraft.report_id == report.id, ReportDraft.user_id == user.id)
    db.session.execute(delete(ReportDraft).where(*mine))


def moved(order: list[str], shown: list[str], key: str, step: int) -> list[str]:
    """The whole order once a section went up (-1) or down (1) among those shown."""
    mine = [one for one in order if one in shown]
    if key not in mine:
        return order
    at = mine.index(key)
    to = min(max(at + step, 0), len(mine) - 1)
    mine.insert(to, mine.pop(at))
    following = iter(mine)
    return [next(following) if one in shown else one for one in order]


def new_key() -> str:
    """The key of a heading that a writer adds."""
    key = f"own-{secrets.token_hex(4)}"
    assert key not in BY_KEY
    return key


def erase(report, replace) -> int:
    """Apply `replace(text) -> (text, count)` to everybody's drafts of a report; the count."""
    count = 0
    for draft in db.session.scalars(select(ReportDraft).where(ReportDraft.report_id == report.id)):
        made = {name: [replace(one) for one in many] for name, many in draft.fields.items()}
        count += sum(found for many in made.values() for _text, found in many)
        draft.fields = {name: [text for text, _n in many] for name, many in made.items()}
    return count


@periodic(hour="3", minute="50")
def forget_old() -> None:
    """Forget what nobody came back to for a year."""
    db.session.execute(delete(ReportDraft).where(ReportDraft.updated_at < utcnow() - KEPT))
    db.session.commit()

"""What someone types in a report and has not recorded yet; see `items/drafting.py`."""

import secrets
from functools import partial
from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from wiki.db import db
from wiki.items import drafting, history
from wiki.items.drafting import WrittenElsewhere, bare, moved
from wiki.jobs import periodic
from wiki.reports.outlines import BY_KEY

__all__ = [
    "ReportDraft", "WrittenElsewhere", "bare", "drop", "drop_recorded", "erase", "find", "keep",
    "moved", "new_key", "typed",
]  # fmt: skip


class ReportDraft(drafting.FormDraft, db.Model):
    """The form of a report as one person left it."""

    __tablename__ = "report_draft"
    KEY: ClassVar = "report_id"
    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


find = partial(drafting.find, ReportDraft)
keep = partial(drafting.keep, ReportDraft)
drop = partial(drafting.drop, ReportDraft)
drop_recorded = partial(drafting.drop_recorded, ReportDraft)
erase = partial(drafting.erase, ReportDraft)


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


def new_key() -> str:
    """The key of a heading that a writer adds."""
    key = f"own-{secrets.token_hex(4)}"
    assert key not in BY_KEY
    return key


@periodic(hour="3", minute="50")
def forget_old() -> None:
    """Forget what nobody came back to for a year."""
    drafting.forget_old(ReportDraft)

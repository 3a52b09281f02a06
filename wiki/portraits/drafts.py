"""What someone types in a portrait and has not recorded yet; see `items/drafting.py`."""

from functools import partial
from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import db
from wiki.items import drafting
from wiki.jobs import periodic


class PortraitDraft(drafting.FormDraft, db.Model):
    """The form of a portrait as one person left it."""

    __tablename__ = "portrait_draft"
    KEY: ClassVar = "portrait_id"
    portrait_id: Mapped[int] = mapped_column(
        ForeignKey("portrait.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


find = partial(drafting.find, PortraitDraft)
keep = partial(drafting.keep, PortraitDraft)
drop = partial(drafting.drop, PortraitDraft)
drop_recorded = partial(drafting.drop_recorded, PortraitDraft)
erase = partial(drafting.erase, PortraitDraft)


@periodic(hour="3", minute="55")
def forget_old() -> None:
    """Forget what nobody came back to for a year."""
    drafting.forget_old(PortraitDraft)

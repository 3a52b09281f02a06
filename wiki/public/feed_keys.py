"""Keys to the feed of a group's own things: one for each member, shown once, withdrawn at will."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User, hash_token
from wiki.accounts.signing import when_the_password_changes
from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group, Membership, groups_of, role_in
from wiki.public.outlet import whole

blueprint = Blueprint("feed_keys", __name__)


class FeedKey(db.Model):
    """A secret address at which a program reads what one member may read in one group."""

    __tablename__ = "feed_key"
    __table_args__ = (UniqueConstraint("user_id", "group_id"), UniqueConstraint("token_hash"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    group: Mapped[Group] = relationship()

    @classmethod
    def issue(cls, user: User, group_id: int) -> str:
        """Make a key in place of the former one; the text returned is shown once."""
        db.session.execute(delete(cls).where(cls.user_id == user.id, cls.group_id == group_id))
        token = secrets.token_urlsafe(24)
        db.session.add(cls(user_id=user.id, group_id=group_id, token_hash=hash_token(token)))
        return token


@when_the_password_changes
def withdraw(user: User) -> None:
    """Withdraw all the addresses of a person; the caller commits."""
    db.session.execute(delete(FeedKey).where(FeedKey.user_id == user.id))


def holder(token: str) -> tuple[User, Group] | None:
    """The person and the group of a key, while the account lives and they belong to the group."""
    row = db.session.scalar(
        select(FeedKey)
        .join(User, User.id == FeedKey.user_id)
        .join(Group, Group.id == FeedKey.group_id)
        .join(
            Membership,
            (Membership.user_id == FeedKey.user_id) & (Membership.group_id == FeedKey.group_id),
        )
        .where(
            FeedKey.token_hash == hash_token(token[:100]),
            User.deactivated_at.is_(None),
            Group.trashed_at.is_(None),
        )
    )
    if row is None:
        return None
    if row.used_at is None or utcnow() - row.used_at > timedelta(hours=1):
        db.session.execute(update(FeedKey).where(FeedKey.id == row.id).values(used_at=utcnow()))
        db.session.commit()
    return row.user, row.group


@blueprint.route("/account/feeds", methods=["GET", "POST"])
@login_required
def index():
    """The addresses at which my programs follow my groups; makes one, showing it once."""
    made = None
    if current_user.is_participant:
        abort(403)  # a few digits keep others out of this account: it leaves no lasting keys
    if request.method == "POST":
        group_id = request.form.get("group", 0, type=int)
        if role_in(current_user, group_id) is None:
            abort(404)
        made = (group_id, FeedKey.issue(current_user, group_id))
        db.session.commit()
    keys = {
        key.group_id: key
        for key in db.session.scalars(select(FeedKey).where(FeedKey.user_id == current_user.id))
    }
    page = render_template(
        "public/feed_keys.html", groups=groups_of(current_user), keys=keys, tab="feeds",
        made=made and (made[0], whole(f"/feeds/mine/{made[1]}")),
    )  # fmt: skip
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/account/feeds/<int:key_id>/removal")
@login_required
def remove(key_id: int):
    """Withdraw one of my addresses; what follows it finds nothing any more."""
    key = db.session.get(FeedKey, key_id)
    if key is None or key.user_id != current_user.id:
        abort(404)
    db.session.delete(key)
    db.session.commit()
    flash(_("This address no longer shows anything."))
    return redirect(url_for("feed_keys.index"), 303)

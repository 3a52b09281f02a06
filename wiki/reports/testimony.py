"""Resource persons of a report: who can tell more, and how a reader writes to them.

An address is never shown: the letter goes through the site, and its answer to who asked. What is
asked is kept until the letter is written, and nowhere else.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from wiki import mail
from wiki.accounts.forms import check_email
from wiki.accounts.models import User, clean_email, hash_token, is_email
from wiki.db import UTCDateTime, db, utcnow
from wiki.forms import Form, line, text
from wiki.groups.models import Membership
from wiki.items.writing import log
from wiki.jobs import periodic
from wiki.markup.sanitize import clean_text

MOST = 6
WAITS = timedelta(days=7)
COLUMNS = {"user": 12, "name": 80, "how": 200, "email": 254}


class Contact(db.Model):
    """Someone who can tell more: a member's account, or a name with an address never shown."""

    __tablename__ = "report_contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80), default="")
    how: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")

    user: Mapped[User | None] = relationship()
    report: Mapped["Report"] = relationship()  # noqa: F821 (it erases what is kept here)

    @property
    def shown_name(self) -> str:
        """What this person is called on the screen."""
        return self.user.name if self.user else self.name

    @property
    def address(self) -> str:
        """Where letters go; nothing when none can."""
        if self.user:
            return (self.user.email or "") if self.user.is_active else ""
        return self.email


class Question(db.Model):
    """A letter that waits for a visitor to confirm their address; forgotten once it is written."""

    __tablename__ = "report_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("report_contact.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    words: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    contact: Mapped[Contact] = relationship()


class QuestionForm(Form):
    """What one would like to know; `website` is a trap that people do not see."""

    words = text(
        N_("What would you like to know?"),
        3_000,
        needed=True,
        description=N_("Say where you work and what you plan: the answer will be more useful."),
    )
    name = line(N_("Your name"), 80, needed=False)
    email = line(
        N_("Your e-mail address"),
        254,
        needed=False,
        description=N_("Only the person you write to sees it, so that they can answer."),
    )
    website = StringField(N_("Leave this empty"))
    started = HiddenField()

    def require_sender(self, user) -> None:
        """Ask who writes, when the account does not say it."""
        if user.is_anonymous:
            self.name.validators = [DataRequired(), *self.name.validators]
            self.name.flags.required = True
        if user.is_anonymous or not user.email:
            self.email.validators = [DataRequired(), lambda _form, field: check_email(field)]
            self.email.flags.required = True
        else:
            del self.email, self.name


class Row(NamedTuple):
    """A line of the form: someone to call."""

    user: str = ""
    name: str = ""
    how: str = ""
    email: str = ""


def contacts_of(report) -> list[Contact]:
    """The people to ask, in the order they were given, without closed accounts."""
    query = select(Contact).where(Contact.report_id == report.id).options(joinedload(Contact.user))
    found = db.session.scalars(query.order_by(Contact.id))
    return [one for one in found if one.user is None or one.user.is_active]


def fields(report, sent, draft=None) -> list[Row]:
    """The lines of the form, and one more to fill in."""
    sent = sent if sent is not None else (draft.sent() if draft else None)
    if sent is not None and "contact_how" in sent:
        rows = _sent(sent)
    else:
        rows = [
            Row(str(one.user_id or ""), one.name, one.how, one.email) for one in contacts_of(report)
        ]
    return [*rows, Row()] if len(rows) < MOST else rows


def set_contacts(report, sent, actor) -> None:
    """Make the people to ask those of the form. The caller commits.

    An account is taken only if it is a member's; a name without account may come with an address.
    """
    if "contact_how" not in sent:
        return
    wanted = [row for row in (_checked(report, row) for row in _sent(sent)) if row]
    known = list(db.session.scalars(select(Contact).where(Contact.report_id == report.id)))
    left = {(str(one.user_id or ""), one.name, one.how, one.email): one for one in known}
    new = [row for row in wanted if left.pop(tuple(row), None) is None]
    for gone in left.values():
        db.session.delete(gone)
    for row in new:
        db.session.add(
            Contact(
                report_id=report.id,
                user_id=int(row.user) if row.user else None,
                name=row.name,
                how=row.how,
                email=row.email,
            )
        )
    if new or left:
        log("changed the contacts", report, actor)


def ask(contact: Contact, form: QuestionForm, user) -> bool:
    """Write to a resource person; False when an address must be confirmed first. Commits."""
    words = form.words.data.strip()
    if not user.is_anonymous and user.email:
        _send(contact, user.name, user.email, words)
        db.session.commit()
        return True
    name = form.name.data or ("" if user.is_anonymous else user.name)
    email, token = clean_email(form.email.data), secrets.token_urlsafe(24)
    db.session.add(
        Question(
            contact_id=contact.id, name=name, email=email, words=words,
            token_hash=hash_token(token),
        )
    )  # fmt: skip
    mail.post(email, "testimony_confirm", "fr", token=token, person=contact.shown_name,
              report=contact.report)  # fmt: skip
    db.session.commit()
    return False


def waiting(token: str) -> Question | None:
    """The question behind a link, while it may still be sent."""
    return db.session.scalar(
        select(Question).where(
            Question.token_hash == hash_token(token), Question.created_at > utcnow() - WAITS
        )
    )


def confirm(question: Question) -> None:
    """Send a question whose address is now known to be its writer's, and forget it. Commits."""
    _send(question.contact, question.name, question.email, question.words)
    db.session.delete(question)
    db.session.commit()


def erase(report, replace) -> int:
    """Apply `replace(text) -> (text, count)` to who is named as a contact; the count."""
    count = 0
    for one in db.session.scalars(select(Contact).where(Contact.report_id == report.id)):
        for name in ("name", "how", "email"):
            words, found = replace(getattr(one, name))
            setattr(one, name, words if name != "email" or not found else "")
            count += found
    return count


@periodic(hour="4", minute="20")
def forget_unconfirmed() -> None:
    """Forget the questions that nobody confirmed within a week."""
    db.session.execute(delete(Question).where(Question.created_at < utcnow() - WAITS))
    db.session.commit()


def _send(contact: Contact, name: str, email: str, words: str) -> None:
    lang = (contact.user.lang if contact.user else None) or "fr"
    letter = mail.post(
        contact.address, "testimony", lang, person=contact.shown_name, name=name, words=words,
        report=contact.report,
    )  # fmt: skip
    letter.reply_to = email


def _sent(sent) -> list[Row]:
    columns = [sent.getlist(f"contact_{name}")[:MOST] for name in COLUMNS]
    rows = []
    for at in range(max(map(len, columns))):
        values = [column[at] if at < len(column) else "" for column in columns]
        row = Row(*(clean_text(v)[:most] for v, most in zip(values, COLUMNS.values(), strict=True)))
        if any(row):
            rows.append(row)
    return rows


def _checked(report, row: Row) -> Row | None:
    if row.user:
        good = row.user.isascii() and row.user.isdigit()
        member = good and db.session.get(Membership, (int(row.user), report.group_id))
        return Row(row.user, "", row.how, "") if member else None
    email = clean_email(row.email)
    name = row.name or _("The team")
    return row._replace(name=name, email=email if is_email(email) else "")

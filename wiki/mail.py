"""Letters: a row in the caller's transaction, sent afterwards by a job, by SMTP or as .eml.

A letter that tells of what others wrote has no words of its own while it waits: it is composed at
the moment it leaves (`composer`), so that what was hidden or erased meanwhile is not in it.
"""

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, time, timedelta
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateError, TemplateNotFound
from sqlalchemy import JSON, String, case, delete, literal, null, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime, db, utcnow
from wiki.jobs import job, periodic
from wiki.storage import write_durably

ATTEMPTS = 8  # spread over about ten hours
KEEP_DAYS = 30
HOUR = 7  # local time at which letters that gather what happened leave
DEFAULT_BASE = "http://127.0.0.1:8000"
# What a letter says of itself while it is handed over: still there afterwards, the process died.
HANDED = ("interrupted", "interrupted twice")

log = logging.getLogger(__name__)


class Letter(NamedTuple):
    """What a letter says, and the address that stops the next ones."""

    subject: str
    text: str
    html: str | None = None
    unsubscribe: str | None = None


_composers: dict[str, Callable[..., Letter | None]] = {}


class Mail(db.Model):
    """A letter to send, or sent: its words are forgotten on sending, for they may hold a key."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utcnow, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    composer: Mapped[str | None] = mapped_column(String(40))
    arguments: Mapped[dict | None] = mapped_column(JSON)
    unsubscribe: Mapped[str | None] = mapped_column(String(500))
    # Where an answer goes, when a person writes to another through the site.
    reply_to: Mapped[str | None] = mapped_column(String(254))


def post(to: str, template: str, lang: str, unsubscribe: str | None = None, **context) -> Mail:
    """Write a letter from templates/emails/<template>.txt (and .html), sent after the commit.

    The first line of the text template is the subject. Templates get `link(endpoint, **values)`.
    """
    letter = write(template, lang, unsubscribe, **context)
    return _put(Mail(to=to, **letter._asdict()))


def write(template: str, lang: str, unsubscribe: str | None = None, **context) -> Letter:
    """What a template says, in a language, for a composer to give."""
    context |= {"unsubscribe": unsubscribe, "letter_lang": lang, "here": base_url()}
    with force_locale(lang):
        subject, _, text = _rendered(f"{template}.txt", context).partition("\n")
        try:
            html = _rendered(f"{template}.html", context)
        except TemplateNotFound:
            html = None
    return Letter(" ".join(subject.split()), text.strip() + "\n", html, unsubscribe)


def composer(name: str):
    """Make a function the writer of letters: `f(to, **arguments)` gives a Letter, None for none."""

    def register(compose: Callable[..., Letter | None]):
        _composers[name] = compose
        return compose

    return register


def post_composed(to: str, name: str, subject: str, **arguments) -> Mail:
    """A letter that `composer(name)` writes at the moment it leaves; arguments travel as JSON.

    `subject` is what administrators read of a letter that cannot leave.
    """
    return _put(Mail(to=to, subject=subject, text="", composer=name, arguments=arguments))


def _put(mail: Mail) -> Mail:
    db.session.add(mail)
    deliver.later()
    return mail


def link(endpoint: str, **values) -> str:
    """The full address of a page, on the configured host whatever the request said."""
    return base_url() + current_app.url_map.bind("localhost").build(endpoint, values)


def base_url() -> str:
    """The site's public address, without a final slash."""
    return str(current_app.config["BASE_URL"] or DEFAULT_BASE).rstrip("/")


@periodic(minute="*/5", sweep=True)
@job
def deliver() -> None:
    """Send every letter that is due; one that cannot leave is tried again, later and later."""
    due = select(Mail.id).where(Mail.due_at <= utcnow()).order_by(Mail.id)
    for mail_id in db.session.scalars(due).all():
        if _claim(mail_id):
            _send(db.session.get(Mail, mail_id))


@periodic(hour="4", minute="10")
def forget_old() -> None:
    """Delete the trace of letters sent, or given up, a month ago."""
    limit = utcnow() - timedelta(days=KEEP_DAYS)
    db.session.execute(delete(Mail).where(Mail.due_at.is_(None), Mail.created_at < limit))
    db.session.commit()


def undelivered() -> list[Mail]:
    """The letters given up, newest first, for the administrator."""
    failed = Mail.sent_at.is_(None) & Mail.due_at.is_(None)
    return list(db.session.scalars(select(Mail).where(failed).order_by(Mail.id.desc()).limit(50)))


def next_round(cadence: str, now: datetime) -> datetime:
    """The next morning, the next Monday morning, or the first morning of the next month."""
    local = now.astimezone(ZoneInfo(current_app.config["TIMEZONE"]))
    at = datetime.combine(local.date(), time(HOUR), local.tzinfo)
    while at <= local or not _is_day_of(cadence, at):
        at += timedelta(days=1)
    return at.astimezone(now.tzinfo)


def _rendered(name: str, context: dict) -> str:
    """A letter is no page: nothing of the screen (who is signed in, their groups) goes in."""
    template = current_app.jinja_env.get_template(f"emails/{name}")
    return template.render(site_name=current_app.config["SITE_NAME"], link=link, **context)


def _is_day_of(cadence: str, at: datetime) -> bool:
    if cadence == "week":
        return at.weekday() == 0
    return at.day == 1 if cadence == "month" else True


def _claim(mail_id: int) -> bool:
    """Take a letter for this process; if it dies now, the letter is due again in ten minutes.

    Whether the server took a letter before the process died cannot be known: it is handed over
    a second time, with the same identity, and never a third.
    """
    once, twice = HANDED
    later = utcnow() + timedelta(minutes=10)
    taken = db.session.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.due_at <= utcnow())
        .values(
            due_at=case((Mail.error == twice, null()), else_=literal(later, UTCDateTime)),
            error=case((Mail.error.in_(HANDED), twice), else_=once),
            attempts=Mail.attempts + 1,
        )
    )
    db.session.commit()
    if taken.rowcount != 1:
        return False
    due = select(Mail.due_at).where(Mail.id == mail_id)
    return db.session.scalar(due) is not None


def _send(mail: Mail) -> None:
    db.session.refresh(mail)
    try:
        letter = _letter(mail)
        if letter is None:
            db.session.delete(mail)
            db.session.commit()
            return
        if current_app.config["SMTP_URL"]:
            _send_by_smtp(_message(mail, letter))
        else:
            _write_eml(mail.id, _message(mail, letter))
    except (OSError, smtplib.SMTPException, ValueError, TemplateError, LookupError) as error:
        log.warning("letter %s did not leave", mail.id, exc_info=True)
        final = mail.attempts >= ATTEMPTS or _is_refused(error)
        mail.error = f"{type(error).__name__}: {error}"[:500]
        mail.due_at = None if final else utcnow() + timedelta(minutes=2**mail.attempts)
    else:
        mail.sent_at, mail.due_at, mail.error = utcnow(), None, None
        mail.text, mail.html, mail.arguments, mail.unsubscribe = "", None, None, None
        mail.reply_to = None
    db.session.commit()


def _letter(mail: Mail) -> Letter | None:
    """What a letter says now; None when there is nothing left to say."""
    if mail.composer is None:
        return Letter(mail.subject, mail.text, mail.html, mail.unsubscribe)
    return _composers[mail.composer](mail.to, **mail.arguments or {})


def _message(mail: Mail, letter: Letter) -> EmailMessage:
    host = urlsplit(base_url()).hostname
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"] or f"essaim@{host}"
    message["To"] = mail.to
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    # The library's own folding loses spaces between two words with accents.
    charset = None if letter.subject.isascii() else "utf-8"
    message.set_raw("Subject", Header(letter.subject, charset, header_name="Subject").encode())
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{_identity(mail)}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def _identity(mail: Mail) -> str:
    """The same at each attempt, so that a reader's mailbox can tell a letter that came twice."""
    known = f"{current_app.secret_key}:{mail.id}:{mail.created_at.isoformat()}"
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def _send_by_smtp(message: EmailMessage) -> None:
    """smtp:// takes STARTTLS when offered and gives no password without; smtps:// is all TLS."""
    url = urlsplit(current_app.config["SMTP_URL"])
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=30, context=context)
    else:
        server = smtplib.SMTP(url.hostname, url.port or 25, timeout=30)
    with server:
        server.ehlo()
        if url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.scheme != "smtps" and url.username:
            raise smtplib.SMTPException("the mail server offers no TLS: the password was not sent")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _write_eml(mail_id: int, message: EmailMessage) -> None:
    folder = current_app.config["DATA"] / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{utcnow():%Y%m%d-%H%M%S}-{mail_id}.eml"
    write_durably(folder / name, lambda file: file.write(bytes(message)))


def _is_refused(error: Exception) -> bool:
    """Whether trying again cannot help: the server refused this address or this letter for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)
